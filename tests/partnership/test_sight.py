"""Views against skylines with answers in closed form."""

import math

import numpy as np
import pytest

from ilrs.partnership.sight import clear_share, cone, directions, rays

LEVEL = np.zeros(720)


def test_rays_fill_a_cone_evenly() -> None:
    half = math.radians(30.0)
    z = rays(half)[:, 2]
    # Equal solid angles are equal steps of the cosine: the mean is the middle.
    assert z.mean() == pytest.approx((1.0 + math.cos(half)) / 2.0, rel=1e-12)
    assert np.allclose(np.linalg.norm(rays(half), axis=1), 1.0)


@pytest.mark.parametrize("azimuth", [0.0, 359.9, 123.0])
@pytest.mark.parametrize("elevation", [-90.0, 0.0, 45.0, 89.0, 90.0])
def test_a_cone_stays_about_its_axis(azimuth: float, elevation: float) -> None:
    half = math.radians(12.0)
    az, el = cone(math.radians(azimuth), math.radians(elevation), half)
    axis = directions(np.array(math.radians(azimuth)), np.array(math.radians(elevation)))
    apart = np.arccos(np.clip(directions(az, el) @ axis, -1.0, 1.0))
    assert apart.max() <= half + 1e-9
    assert ((az >= 0.0) & (az <= 2.0 * math.pi)).all()


def test_half_of_a_cone_on_a_level_horizon_is_free() -> None:
    for azimuth in (0.0, 1.0, 2.0 * math.pi - 1e-6):
        assert clear_share(LEVEL, azimuth, 0.0, math.radians(5.0)) == pytest.approx(0.5, abs=0.01)
    assert clear_share(LEVEL, 0.0, math.radians(10.0), math.radians(5.0)) == 1.0
    assert clear_share(LEVEL, 0.0, math.radians(-10.0), math.radians(5.0)) == 0.0
    assert clear_share(LEVEL, 0.0, math.pi / 2.0, math.radians(20.0)) == 1.0


def test_a_wall_takes_its_solid_angle_across_north() -> None:
    wall = LEVEL.copy() - math.pi / 2.0
    wall[:361] = math.pi / 2.0  # opaque from north to south by the east
    assert clear_share(wall, 0.0, 0.0, math.radians(8.0)) == pytest.approx(0.5, abs=0.03)
    assert clear_share(wall, math.pi / 2.0, 0.0, math.radians(8.0)) == 0.0
    assert clear_share(wall, 3.0 * math.pi / 2.0, 0.0, math.radians(8.0)) == 1.0
