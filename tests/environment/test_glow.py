import numpy as np
import pytest

from ilrs.data.horizons import write_glow
from ilrs.environment.glow import PlaceGlow, compute_place_glow, load_glow, save_glow
from ilrs.environment.horizons import load_horizon
from ilrs.errors import DataError, TerrainError
from ilrs.ground.terrain import SOUTH_POLAR, Terrain
from ilrs.ground.warmth import ASTRONOMICAL_UNIT as AU

HOLLOW = tuple(np.radians([-89.3496, 221.8657]))


def terrain(heights, cell):
    n = len(heights)
    return Terrain(
        heights=np.asarray(heights, np.float32),
        x0=-0.5 * (n - 1) * cell,
        y0=0.5 * (n - 1) * cell,
        dx=cell,
        dy=-cell,
        crs=SOUTH_POLAR,
        name="made",
    )


def crater(side=301, cell=90.0):
    """A bowl 8 km across and 1.5 km deep at the pole, in a plain that follows the sphere."""
    x, y = np.meshgrid(*[(np.arange(side) - 0.5 * (side - 1)) * cell] * 2)
    return terrain(np.minimum(1500.0 * ((x**2 + y**2) / 4000.0**2 - 1.0), 0.0), cell)


@pytest.fixture(scope="module")
def bowl():
    return compute_place_glow(
        "bowl",
        np.radians(-89.999),
        0.0,
        [crater(), terrain(np.zeros((101, 101)), 2000.0)],
        reach_m=40_000.0,
        azimuth_step_deg=90.0,
        elevation_step_deg=0.9,
    )


def test_a_bowl_sends_the_same_from_all_sides_and_more_from_a_higher_sun(bowl):
    assert bowl.absorbed.shape == (7, 4)  # -2.7 to 2.7 deg, every quarter
    north_and_south = bowl.absorbed[5, [0, 2]]
    assert np.ptp(north_and_south) < 0.1 * north_and_south.mean()
    by_elevation = bowl.absorbed.mean(axis=1)
    assert (np.diff(by_elevation) >= 0.0).all()
    assert by_elevation[0] == 0.0  # the wall is under the plain: no Sun from below it
    assert by_elevation[-1] > 1.0
    # of the power that enters the mouth with the Sun at 2.7 deg a floor takes up less than all
    assert by_elevation[-1] < 1361.0 * np.sin(np.radians(2.7)) * 0.88


def test_between_directions_it_is_linear_and_falls_with_the_square_of_the_distance(bowl):
    glow = PlaceGlow(
        np.array([[0.0, 0.0, 4.0], [2.0, 0.0, 8.0]], np.float32), np.array([-0.1, 0.1]), 0.5, {}
    )
    third = 2.0 * np.pi / 3.0
    found = glow.at([-0.1, 0.1, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 2.5 * third, 3.0 * third], AU)
    np.testing.assert_allclose(found, [0.5, 2.5, 1.5, 0.5 + 3.5, 1.5])
    np.testing.assert_allclose(glow.at([0.1], [2.0 * third], 2.0 * AU), 0.5 + 8.0 / 4.0)
    np.testing.assert_allclose(glow.at([0.0], [-third], AU), glow.at([0.0], [2.0 * third], AU))
    with pytest.raises(ValueError, match="does not reach"):
        glow.at([0.2], [0.0], AU)


def test_places_far_from_a_pole_or_on_coarse_terrain_have_none():
    with pytest.raises(TerrainError, match="within 10 deg of a pole"):
        compute_place_glow("pit", 0.1, 0.5, [crater(61, 400.0)])
    with pytest.raises(TerrainError, match="too coarse"):
        compute_place_glow("peak", np.radians(-89.999), 0.0, [crater(61, 400.0)])


def test_the_hollow_ships_with_what_its_walls_send():
    glow = load_glow("cold-hollow", *HOLLOW)
    assert 0.3 < glow.absorbed.max() < 0.8
    assert load_glow("amundsen", np.radians(-84.525), np.radians(85.305)) is None
    with pytest.raises(DataError, match="from the place asked for"):
        load_glow("cold-hollow", *np.radians([-89.4, 221.8657]))
    assert load_horizon("cold-hollow", *HOLLOW).elevation[0].min() > np.radians(3.4)


def test_what_was_tampered_with_is_refused(bowl, tmp_path, monkeypatch):
    monkeypatch.setenv("ILRS_DATA_DIR", str(tmp_path))
    at = (np.radians(-89.999), 0.0)
    assert load_glow("bowl", *at) is None
    save_glow(bowl, tmp_path / "glow")
    back = load_glow("bowl", *at)
    np.testing.assert_array_equal(back.absorbed, bowl.absorbed)
    np.testing.assert_allclose(back.elevations, bowl.elevations)
    assert back.dark == bowl.dark
    digest = write_glow("other", bowl.absorbed, bowl.certificate, tmp_path / "glow")
    path = tmp_path / "glow" / "other.json"
    text = path.read_text(encoding="utf-8")
    assert digest in text
    path.write_text(text.replace(digest, "0" * 64), encoding="utf-8")
    with pytest.raises(DataError, match="is not the table"):
        load_glow("other", *at)
