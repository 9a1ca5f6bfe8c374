from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ilrs.components.telescope import Telescope
from ilrs.environment.geometry import Site
from ilrs.environment.observing import Observing, a_round, as_data, avoidance, observe
from ilrs.errors import ScenarioError, UserError
from ilrs.flows.clock import Clock
from ilrs.physics.optics import signal_to_noise, star_rate
from ilrs.scenario.target_lists import named_star, read_targets, stars_of
from ilrs.sky.stars import stars_from
from ilrs.sky.visibility import OPEN, SUN

TELESCOPE = Telescope.model_validate({"kind": "telescope"})
SITE = Site(math.radians(-89.45), math.radians(222.66), 1944.0)
CLOCK = Clock(np.datetime64("2035-02-01T00:00:00"), 3600, 24 * 60)


@pytest.fixture(scope="module")
def seen() -> Observing:
    stars = stars_from(
        ["south", "north", "low", "faint"],
        np.radians([90.0, 270.0, 180.0, 90.0]),
        np.radians([-66.0, 66.0, -2.0, -66.0]),
        magnitude=[13.0, 5.0, 5.0, 17.0],
    )
    return observe("here", SITE, np.zeros(3600), TELESCOPE, stars, CLOCK, ratio=10.0)


def test_what_each_target_is_told(seen: Observing) -> None:
    data = as_data(seen)
    south, north, low, faint = data["targets"]
    assert south["hours"] == data["of_hours"]
    assert south["efficiency"] == 1.0
    assert north["why"].startswith("below the terrain for the whole period: it never rises above")
    assert north["exposure_s"] is None
    assert north["windows"] == []
    assert low["hours_by_reason"]["too low above the terrain"] > 0
    assert "never open" in low["why"]
    assert faint["exposure_s"] > 50.0 * south["exposure_s"]
    for row in data["targets"]:
        assert sum(row["hours_by_reason"].values()) == pytest.approx(data["of_hours"])
        assert sum(w["hours"] for w in row["windows"]) == pytest.approx(row["hours"])


def test_exposures_reach_their_ratio_over_the_dark_sky(seen: Observing) -> None:
    camera = TELESCOPE.camera()
    rate = star_rate(camera, 17.0)
    assert signal_to_noise(camera, rate, 0.0, seen.exposure[3]) > 10.0


def test_a_brighter_sky_takes_longer(seen: Observing) -> None:
    dirty = TELESCOPE.model_copy(update={"dust": 0.5, "baffle": 1e-4})
    again = observe("here", SITE, np.zeros(3600), dirty, seen.stars, CLOCK, ratio=10.0)
    assert again.exposure[3] > 2.0 * seen.exposure[3]
    assert avoidance(dirty)["sun"] > avoidance(TELESCOPE)["sun"] > 0.0


def test_the_sun_keeps_off_only_while_it_is_up(seen: Observing) -> None:
    closer = TELESCOPE.model_copy(update={"sun": math.radians(120.0)})
    again = observe("here", SITE, np.zeros(3600), closer, seen.stars, CLOCK)
    assert ((again.codes[0] == SUN) == again.sky.sun_up)[again.sky.sun_up].any()
    assert (again.codes[0][~again.sky.sun_up] == OPEN).all()


def test_lists_of_targets(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(
        "name,right_ascension,declination,motion_ra,magnitude\n"
        "sirius,06:45:08.9,-16:42:58,-546.01,-1.1\nplain,101.287,-16.716,,\n"
    )
    listed = tmp_path / "t.yaml"
    listed.write_text("targets:\n  dog: {star: Sirius, ratio: 50, every: 2 d}\n")
    stars = stars_of(read_targets(table))
    sirius = named_star("hip 32349")
    apart = np.degrees(np.arccos(np.clip(stars.direction @ sirius.direction[0], -1, 1)))
    assert apart.max() < 0.01
    assert math.isnan(stars.magnitude[1])
    assert stars.magnitude[0] == -1.1
    assert read_targets(listed)["dog"].every == 2 * 86400.0
    assert stars_of(read_targets(listed)).names == ("dog",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,right_ascension\na,10\n", r"t.csv:2.*give a star of the list, or right_ascension"),
        ("name,right_ascension,declination\na,10,-95\n", "declination of -95 deg"),
        ("right_ascension\n10\n", "no column 'name'"),
        ("name,right_ascension,declination\na,10,20,30\n", "t.csv:2.*more cells"),
        ("name,right_ascension,declination\na,10,-20\na,11,-20\n", "t.csv:3.*no name of its own"),
        ("name,ra,declination\na,10,-20\n", "ra"),
        ("name,star\n", "names no target"),
    ],
)
def test_wrong_lists_name_the_line(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises((UserError, ScenarioError), match=told):
        read_targets(path)


def test_unknown_stars_name_the_nearest() -> None:
    with pytest.raises(UserError, match="nearest: Sirius"):
        named_star("Siriu")
    with pytest.raises(UserError, match=r"Hp 6\.5"):
        named_star("HIP 70890")  # Proxima, Hp 10.8


def test_a_round_is_turns_at_the_rate_exposures_and_frames(seen: Observing) -> None:
    once = a_round(seen)
    assert once is not None
    n = int(np.isfinite(seen.exposure).sum())
    telescope = seen.telescope
    turning = np.radians(sum(once["turns_deg"])) / telescope.slew + n * telescope.settle
    assert once["turning_s"] == pytest.approx(turning)
    assert once["exposing_s"] == pytest.approx(np.nansum(seen.exposure))
    assert once["efficiency"] * once["length_s"] == pytest.approx(once["exposing_s"])
    faster = telescope.model_copy(update={"slew": 1e9})
    quick = a_round(replace(seen, telescope=faster))
    assert quick is not None
    assert quick["turning_s"] == pytest.approx(n * telescope.settle)
    assert a_round(replace(seen, exposure=np.full(len(seen.stars), np.nan))) is None
