from __future__ import annotations

import math

import numpy as np
import pytest
from benchmarks.earthview import loop

from ilrs.sky.earth_view import (
    CUT,
    GLOBE,
    HIDDEN,
    WHOLE,
    EarthSky,
    coverage,
    earth_over,
    region_shares,
)
from ilrs.sky.stars import julian_epoch

POLE = (math.radians(-89.45), math.radians(222.66), 1944.0)
MARE = (math.radians(0.0), math.radians(0.0), 0.0)
TIMES = julian_epoch(2035.0) + np.arange(0.0, 28.0 * 86400.0, 7200.0)


@pytest.fixture(scope="module")
def pole() -> EarthSky:
    skyline = np.radians(0.3 * np.sin(np.linspace(0.0, 2.0 * np.pi, 3600, endpoint=False) * 9.0))
    return earth_over(*POLE, skyline, TIMES)


@pytest.fixture(scope="module")
def mare() -> EarthSky:
    return earth_over(*MARE, np.zeros(360), TIMES)


def test_the_disc_from_the_pole_and_from_the_middle(pole: EarthSky, mare: EarthSky) -> None:
    assert {HIDDEN, CUT, WHOLE} <= set(pole.state.tolist())
    assert (mare.state == WHOLE).all()
    assert np.degrees(mare.elevation).min() > 75.0  # within libration of overhead
    diameter = np.degrees(2.0 * pole.radius)
    assert (diameter.min() > 1.78, diameter.max() < 2.06) == (True, True)
    # As far as the Moon sees a lit Earth, the Earth sees a dark Moon: all phases in a month.
    assert pole.lit_share.min() < 0.02
    assert pole.lit_share.max() > 0.98


def test_the_place_below_the_moon_is_where_the_earth_is_overhead(mare: EarthSky) -> None:
    """Sub-lunar declination stays within 28.6 deg, and the globe turns under it once a day."""
    o = mare.observer / np.linalg.norm(mare.observer, axis=1)[:, None]
    assert np.degrees(np.abs(np.arcsin(o[:, 2]))).max() < 28.7
    turned = np.unwrap(np.arctan2(o[:, 1], o[:, 0]))
    days = (TIMES[-1] - TIMES[0]) / 86400.0
    assert (turned[-1] - turned[0]) / (2 * np.pi) / days == pytest.approx(-27.3 / 28.3, abs=0.02)


def test_coverage_is_that_of_the_loop(pole: EarthSky) -> None:
    mine = coverage(pole)
    theirs = loop(pole)
    pairs = zip((mine.seen, mine.lit, mine.passes, mine.gap), theirs, strict=True)
    # Single precision moves a cell's edge over a step now and then, which may split a gap.
    assert all((a != b).mean() < 1e-3 for a, b in pairs)
    assert np.abs(mine.seen - theirs[0]).max() <= 1
    assert np.abs(mine.lit - theirs[1]).max() <= 1


def test_coverage_closes(mare: EarthSky) -> None:
    found = coverage(mare, math.radians(90.0))
    up = np.radians(np.arange(180) - 89.5)
    weight = np.cos(up)[:, None] / (np.cos(up).sum() * 360)
    # From a distance d half the globe less a cap's rim is seen: (1 - R/d) / 2 of its area.
    expected = 0.5 * (1.0 - GLOBE / np.linalg.norm(mare.observer, axis=1)).mean()
    assert (found.seen * weight).sum() / len(TIMES) == pytest.approx(expected, rel=2e-3)
    assert (found.lit <= found.seen).all()
    assert np.nanmin(found.emission) < math.radians(1.0)


def test_shares_of_a_region_agree_with_its_cells(pole: EarthSky) -> None:
    rows, columns = (part.ravel() for part in np.meshgrid(np.arange(60, 90), np.arange(100, 140)))
    seen, lit = region_shares(pole, rows, columns)
    found = coverage(pole)
    weight = np.cos(np.radians(rows - 89.5))
    for share, counts in ((seen, found.seen), (lit, found.lit)):
        mean = (counts[rows, columns] * weight).sum() / weight.sum()
        assert share.sum() == pytest.approx(mean, rel=1e-3, abs=1e-3)
    assert (seen[pole.state == HIDDEN] == 0.0).all()
