"""Keep-outs as circles and polygons, and as they are written."""

import math

import numpy as np
import pytest

from ilrs.errors import UserError
from ilrs.ground.nest import Grid
from ilrs.ground.terrain import unproject
from ilrs.planning.route_keepouts import STAND_OFF, KeepOut, kept_out, parse_keep_out

GRID = Grid(0, -1000.0, 9000.0, 20.0, -20.0, 100, 120)


def at(x: float, y: float) -> tuple[float, float]:
    lat, lon = unproject(x, y)
    return float(lat), float(lon)


def test_a_circle_has_its_area():
    inside = kept_out(GRID, [KeepOut("r", "reactor", (at(100.0, 8000.0),), 400.0)])
    assert inside.sum() * 400.0 == pytest.approx(math.pi * 400.0**2, rel=0.02)
    assert inside[50, 55]
    assert not inside[0, 0]


def test_a_polygon_need_not_be_convex():
    corners = [(0, 8000), (400, 8000), (400, 8400), (200, 8200), (0, 8400)]
    area = KeepOut("p", "seismic", tuple(at(x - 7.0, y - 7.0) for x, y in corners))
    inside = kept_out(GRID, [area])
    assert inside.sum() * 400.0 == pytest.approx(400**2 - 0.5 * 400 * 200, rel=0.05)
    turned = kept_out(GRID, [KeepOut("p", "seismic", area.corners[::-1])])
    assert (inside == turned).all()


def test_none_keeps_nothing_out():
    assert not kept_out(GRID, []).any()


def test_keep_outs_as_written():
    area = parse_keep_out("reactor=-89.4649,219.6869")
    assert area.radius == STAND_OFF["reactor"]
    assert np.degrees(area.corners[0]) == pytest.approx([-89.4649, 219.6869])
    assert parse_keep_out("other=-89,0,50").radius == 50.0
    assert len(parse_keep_out("landing=-89,0,-89,1,-88.9,1").corners) == 3


@pytest.mark.parametrize(
    "text",
    [
        "reactor",
        "fence=-89,0,5",
        "reactor=-89",
        "other=-89,0",
        "other=-89,0,0",
        "heritage=-89,0,-89,1",
        "other=-89,x,4",
    ],
)
def test_what_is_no_keep_out_is_refused(text):
    with pytest.raises(UserError, match=r"keep-out|radius|two corners"):
        parse_keep_out(text)
