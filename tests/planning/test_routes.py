"""Ways over made ground: uphill and down, in the light, around walls, one after another."""

import math

import numpy as np
import pytest

from ilrs.errors import DataError, UserError
from ilrs.ground.nest import Grid
from ilrs.physics.mobility import Vehicle, going
from ilrs.planning.reserved import Track, closest, taken
from ilrs.planning.route import COLUMNS, Route, route_from
from ilrs.planning.route_blocks import require_open, unreachable
from ilrs.planning.routes import going_over, least_energy, open_ended, quickest
from ilrs.planning.tempo import Tempo
from ilrs.planning.timed_paths import earliest_arrivals, open_in, spells_of

ROVER = Vehicle(150.0, 6, 0.5, 0.25, 0.2, 250.0, 0.5, 60.0, grouser=0.015, slip_limit=0.6)
STEP = 600.0


def ground(heights, **more):
    grid = Grid(0, 1000.0, 5000.0, 20.0, -20.0, *heights.shape)
    return going_over(grid, heights, ROVER, **more)


def flat(ny=15, nx=25):
    return np.zeros((ny, nx))


def test_level_ground_costs_what_a_level_metre_costs_and_the_stops():
    tempo = Tempo(look_every=20.0, look=30.0)
    found = ground(flat(), tempo=tempo)
    way = quickest(found, open_ended(400, (15, 25)), STEP, (7, 2), (7, 22))
    assert way is not None
    level = going(ROVER, np.zeros(1))
    assert way.length[-1] == pytest.approx(400.0)
    assert way.duration == pytest.approx(400.0 / 0.2 + 400.0 * 1.5, rel=1e-5)
    assert way.energy[-1] == pytest.approx(400.0 * (level.energy[0] + 60.0 * 1.5), rel=1e-5)
    assert way.waits == []


def test_uphill_takes_more_than_downhill():
    slope = np.tile(np.arange(25) * 20.0 * math.tan(math.radians(8.0)), (15, 1))
    found = ground(slope)
    spells = open_ended(400, (15, 25))
    up = quickest(found, spells, STEP, (7, 2), (7, 22))
    down = quickest(found, spells, STEP, (7, 22), (7, 2))
    assert up is not None
    assert down is not None
    assert up.energy[-1] > 1.3 * down.energy[-1]
    assert up.length[-1] == pytest.approx(down.length[-1])


def test_it_waits_in_the_light_and_the_wait_costs_the_standing_power():
    found = ground(flat(), standing=30.0)
    lit = np.ones((60, 15, 25), bool)
    lit[:30, :, 12] = False
    way = quickest(found, spells_of(lit), STEP, (7, 2), (7, 22))
    always = quickest(found, open_ended(60, (15, 25)), STEP, (7, 2), (7, 22))
    assert way is not None
    assert always is not None
    waited = way.duration - always.duration
    assert waited > 10 * STEP
    assert sum(left - came for _, came, left in way.waits) == pytest.approx(waited, abs=1.0)
    assert way.energy[-1] - always.energy[-1] == pytest.approx(30.0 * waited, rel=0.01)
    for cell, came, left in zip(way.cells, way.arrival, way.departure, strict=True):
        assert lit[int(came // STEP) : math.ceil(left / STEP), cell[0], cell[1]].all()


def test_the_least_energy_lies_between_its_bound_and_the_quickest():
    rng = np.random.default_rng(4)
    from scipy.ndimage import gaussian_filter

    heights = gaussian_filter(rng.normal(0.0, 60.0, (40, 60)), 4)
    found = ground(heights)
    lit = np.ones((300, 40, 60), bool)
    lit[5:40, :, 30:33] = False
    spells = spells_of(lit)
    quick = quickest(found, spells, STEP, (20, 3), (20, 55))
    least = least_energy(found, spells, STEP, (20, 3), (20, 55))
    assert quick is not None
    assert least is not None
    assert least.least_energy is not None
    assert least.least_energy <= least.energy[-1] * (1 + 1e-6)
    assert least.energy[-1] <= quick.energy[-1]
    assert least.duration >= quick.duration - 1e-6


def wall(height=100.0):
    heights = flat()
    heights[:, 12] = height
    return heights


def test_a_wall_is_named_with_the_slope_that_would_open_it():
    found = ground(wall())
    arrivals = earliest_arrivals(open_ended(9, (15, 25)), found.seconds, STEP, (7, 2))
    error = unreachable(found, (7, 2), (7, 22), arrivals, "lit")
    # cells beside the wall rise 100 m in 40
    assert "slopes of 68.2 deg or more" in str(error)
    assert "limit is 19" in str(error)
    assert "nearest that can" in error.remedy


def test_a_dark_belt_is_told_from_a_wall():
    found = ground(flat())
    lit = np.ones((50, 15, 25), bool)
    lit[:, :, 12:15] = False
    spells = spells_of(lit)
    assert quickest(found, spells, STEP, (7, 2), (7, 22)) is None
    arrivals = earliest_arrivals(spells, found.seconds, STEP, (7, 2))
    error = unreachable(found, (7, 2), (7, 22), arrivals, "lit")
    assert "over ground, but not while lit" in str(error)
    assert "220 m from it" in error.remedy


def test_places_nobody_enters_are_named():
    heights = wall()
    heights[3, 3] = np.nan
    kept = np.zeros(heights.shape, bool)
    kept[9, 20] = True
    found = ground(heights, kept_out=kept)
    with pytest.raises(
        UserError, match=r"^goal .* cannot be entered: its slope .* is over the limit"
    ):
        require_open(found, (7, 11), "goal")
    with pytest.raises(UserError, match="its ground is unknown"):
        require_open(found, (3, 3), "start")
    with pytest.raises(UserError, match="keep-out"):
        require_open(found, (9, 20), "start")
    with pytest.raises(UserError, match="off the terrain"):
        found.cell_at(0.0, 0.0)
    require_open(found, (7, 2), "start")


def test_a_rover_that_cannot_move_is_refused():
    stuck = Vehicle(**{**vars(ROVER), "mass": 1e6})
    with pytest.raises(UserError, match="does not move on level ground"):
        going_over(Grid(0, 0.0, 0.0, 20.0, 20.0, 3, 3), np.zeros((3, 3)), stuck)


def track(way) -> Track:
    points = np.array([1000.0, 5000.0]) + way.cells[:, ::-1] * np.array([20.0, -20.0])
    return Track(points, way.arrival, way.departure)


def test_a_later_rover_stays_out_of_the_way():
    found = ground(flat())
    shape, step = (200, 15, 25), 60.0
    first = quickest(found, spells_of(np.ones(shape, bool)), step, (7, 2), (7, 22))
    assert first is not None
    free = ~taken(shape, found.grid, track(first), step, apart=45.0)
    # it starts where the first arrives, which is free until then
    second = quickest(found, spells_of(free), step, (7, 22), (7, 2))
    assert second is not None
    assert closest(track(first), track(second)) > 45.0 - 20.0
    assert second.duration > first.duration
    # who goes straight meets it head on
    straight = quickest(found, spells_of(np.ones(shape, bool)), step, (7, 22), (7, 2))
    assert closest(track(first), track(straight)) == pytest.approx(0.0, abs=1e-6)


def test_vehicles_that_are_never_out_together_are_never_near():
    one = Track(np.zeros((2, 2)), np.array([0.0, 9.0]), np.array([5.0, 9.0]))
    assert closest(one, Track(one.points, one.arrival + 10.0, one.departure + 10.0)) == np.inf
    parked = Track(np.array([[3.0, 4.0], [3.0, 4.0]]), one.arrival, one.departure)
    assert closest(one, parked) == pytest.approx(5.0)


def test_masks_come_back_from_their_spells():
    open_ = np.random.default_rng(3).random((30, 4, 5)) > 0.4
    np.testing.assert_array_equal(open_in(spells_of(open_)), open_)
    gap = np.ones((9, 1, 1), bool)
    gap[3:5] = False
    assert open_in(spells_of(gap, bridge=2)).all()
    assert not open_in(spells_of(gap, bridge=1)).all()


def made() -> Route:
    columns = {name: np.array([0.0, 1.0, 2.0]) for name in COLUMNS}
    columns["arrival_s"] = np.array([0.0, 100.0, 900.0])
    columns["departure_s"] = np.array([0.0, 600.0, 900.0])
    return Route("a to b", "a", "b", np.datetime64("2031-01-01T00:00:00"), columns, {"result": "x"})


def test_a_route_is_read_back_as_it_was_written():
    route = made()
    back = route_from(route.as_data())
    assert back.as_data() == route.as_data()
    assert back.facts == {"result": "x"}
    assert (back.duration, back.energy, back.length) == (900.0, 2.0, 2.0)
    assert back.waits[0]["hours"] == pytest.approx(500.0 / 3600.0)
    assert back.waits[0]["from"] == "2031-01-01T00:01:40Z"


def test_a_damaged_route_is_refused():
    data = made().as_data()
    with pytest.raises(DataError, match="format"):
        route_from({**data, "format": "other"})
    with pytest.raises(DataError, match="damaged route"):
        route_from({**data, "columns": ["x_m"]})
