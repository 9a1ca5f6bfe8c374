"""Objects in the light against the geometry of a turning Sun."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from ilrs.environment.horizons import PlaceHorizon
from ilrs.environment.objects import Obstacle, obstacles_around, raised
from ilrs.ground.light import sun_fractions
from ilrs.scenario.load import load_scenario
from ilrs.scenario.schema import Object

FLAT = PlaceHorizon(np.zeros((2, 3600)), np.array([2.0, 10.0]), SimpleNamespace())
RADIUS = np.radians(0.533 / 2)
RATE = 360.0 / (29.530588 * 24.0)  # [deg/h] of the Sun's azimuth at the pole


def light(horizon, azimuth, elevation=0.8, row=0):
    level = np.full_like(azimuth, np.radians(elevation))
    return sun_fractions(level, np.radians(azimuth), np.full_like(azimuth, RADIUS), horizon)[0][row]


@pytest.mark.parametrize("bearing", [0.0, 47.31, 359.97])
def test_an_array_50_m_off_is_before_the_sun_for_nine_hours_a_lunation(bearing):
    """4.01 deg of azimuth: touched for (w + d) / rate, covered for (w - d) / rate, with the Sun's
    diameter d; the light lost is w / rate whatever the diameter. All to a step of the horizon."""
    array = Obstacle("array", np.radians(bearing), 50.0, 3.5, 10.0)
    azimuth = np.arange(0.0, 360.0, 0.005)
    seen = light(raised(FLAT, [array]).elevation, azimuth)
    hours = 0.005 / RATE
    width, disc = 2 * np.degrees(np.arctan(1.75 / 50.0)), 0.533
    assert (seen < 1 - 1e-9).sum() * hours == pytest.approx((width + disc) / RATE, abs=0.4)
    assert (seen < 1e-9).sum() * hours == pytest.approx((width - disc) / RATE, abs=0.4)
    assert (1.0 - seen).sum() * hours == pytest.approx(width / RATE, abs=0.4)
    assert (width + disc) / RATE == pytest.approx(8.9, abs=0.1)


def test_from_above_its_top_an_object_is_no_shade():
    lander = Obstacle("lander", 1.0, 30.0, 4.0, 6.0)
    horizon = raised(FLAT, [lander])
    azimuth = np.degrees([1.0])
    assert light(horizon.elevation, azimuth, row=0)[0] == 0.0
    assert light(horizon.elevation, azimuth, row=1)[0] == 1.0
    assert np.degrees(horizon.elevation[0].max()) == pytest.approx(np.degrees(np.arctan(4 / 30)))


def test_terrain_in_front_stays_and_slivers_are_left_out():
    hill = dataclasses.replace(FLAT, elevation=np.full((2, 3600), np.radians(15.0)))
    near = Obstacle("lander", 1.0, 30.0, 4.0, 6.0)
    assert np.array_equal(raised(hill, [near]).elevation, hill.elevation)
    far = Obstacle("mast", 1.0, 1000.0, 0.2, 30.0)
    assert np.array_equal(raised(FLAT, [far]).elevation, FLAT.elevation)


def test_objects_of_a_place_and_equipment_elsewhere_stand_in_its_view():
    scenario = load_scenario("ilrs").scenario
    lander = Object(east=-40.0, north=30.0, width=4.0, height=6.0)
    garage = scenario.places["garage"].model_copy(update={"objects": {"lander": lander}})
    scenario = scenario.model_copy(update={"places": {**scenario.places, "garage": garage}})
    ground = {"ridge-a": 100.0, "ridge-b": 50.0, "garage": 90.0, "reactor-site": 0.0}
    found = {o.name: o for o in obstacles_around(scenario, "garage", ground)}
    assert found["lander"].distance == pytest.approx(50.0)
    assert np.degrees(found["lander"].azimuth) == pytest.approx(-53.13, abs=0.01)
    array = found["power-tower-a/array"]
    assert array.width == pytest.approx(20.0 / 8.0)
    assert array.top == pytest.approx(20.0), "10 m higher up"
    assert array.distance == pytest.approx(100.0, abs=15.0)
    assert "rover-garage/box" not in found, "what stands here is not far off"
    assert obstacles_around(scenario, "queqiao", ground) == ()


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"east": 1.0, "north": 1.0, "width": 3.0, "height": 2.0}, "farther off than it is wide"),
        ({"east": 50.0, "north": 0.0, "width": 0.0, "height": 2.0}, "above zero"),
    ],
)
def test_objects_that_cannot_be_are_refused(figures, message):
    with pytest.raises(ValueError, match=message):
        Object(**figures)
