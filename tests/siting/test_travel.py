"""Routes on the real ridge: in the light, with stops, keep-outs and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ilrs.components.rover import Rover
from ilrs.errors import TerrainError, UserError
from ilrs.flows.clock import Clock
from ilrs.planning.route_keepouts import parse_keep_out
from ilrs.planning.shipped_routes import route_between, shipped_route, shipped_routes
from ilrs.siting.asked_route import ahead, rover_of, terms_of
from ilrs.siting.spots import spot
from ilrs.siting.terms import Terms
from ilrs.siting.travel import Journey, travel

TERRAIN = ("shackleton_51km_25m", "lola_south_70S_1600m")
SUMMER = Clock(np.datetime64("2031-12-01T00:00:00"), 3600, 72)
A, B = spot(["ridge-a"]), spot(["ridge-b"])


@pytest.fixture(scope="module")
def fine(request: pytest.FixtureRequest) -> tuple[str, ...]:
    need = request.getfixturevalue("need_data")
    for name in TERRAIN:
        need(f"terrain/{name}.tif")
    return TERRAIN


@pytest.fixture(scope="module")
def journey(fine: tuple[str, ...]) -> Journey:
    return travel([A, B], SUMMER, terrain=fine)


def test_the_way_between_the_towers(journey: Journey) -> None:
    (route,) = journey.routes
    found = route.summary()
    straight = 1293.0
    assert straight <= found["distance_m"] < 1.2 * straight
    assert found["steepest_deg"] < route.facts["slope_limit_deg"]
    assert found["lit_share_of_time"] == 1.0
    assert found["energy_wh_per_km"] == pytest.approx(217.0, rel=0.05)
    assert np.all(np.diff(route.columns["arrival_s"]) > 0.0)
    assert route.facts["result"] == "corridor"
    assert 0.0 < route.facts["unresolved_hazard_share"] < 0.05
    assert "corridor, not a route: cells of 25 m" in journey.as_data()["notes"][0]
    # 0.457 kW of panels against 60 W: the battery stays full
    assert found["least_battery_share"] > 0.9


def test_every_instant_of_the_way_is_lit(journey: Journey) -> None:
    (route,) = journey.routes
    ground, lit = journey.ground, journey.masks.lit
    for x, y, came, left in zip(
        *(route.columns[n] for n in ("x_m", "y_m", "arrival_s", "departure_s")), strict=True
    ):
        row, column = ground.cell_at(x, y)
        assert lit[int(came // 3600) : math.ceil(max(left, came + 1) / 3600), row, column].all()
    assert (route.columns["lit_share"] > 0.4).all()


def test_the_page_shows_map_profile_and_foundations(journey: Journey) -> None:
    from ilrs.rendering.route_page import route_page

    page = route_page(journey.routes, journey.ground, journey.lit_share())
    for words in ("ridge-a to ridge-b", "Share of the time lit", "Along the way", "Tortuosity"):
        assert words in page
    assert page.count("data:image/png;base64,") == 2
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_stops_are_put_in_the_best_order(fine: tuple[str, ...]) -> None:
    spots = [A, spot(["ridge-b"]), spot(["ridge-02"]), spot(["ridge-b"])]
    found = travel(spots, SUMMER, terrain=fine, terms=Terms(light=None, tempo="continuous"))
    assert [r.target for r in found.routes] == ["ridge-02", "ridge-b", "ridge-b"]
    ends = [r.start + np.timedelta64(round(r.duration), "s") for r in found.routes[:-1]]
    begins = [r.start for r in found.routes[1:]]
    apart = [abs(a - b) / np.timedelta64(1, "s") for a, b in zip(ends, begins, strict=True)]
    assert max(apart) <= 1.0


def test_a_keep_out_is_driven_around(journey: Journey, fine: tuple[str, ...]) -> None:
    columns = journey.routes[0].columns
    middle = len(columns["x_m"]) // 2
    lat, lon = columns["latitude_deg"][middle], columns["longitude_deg"][middle]
    area = parse_keep_out(f"seismic={lat},{lon},150")
    found = travel([A, B], SUMMER, terrain=fine, terms=Terms(keep_outs=(area,)))
    c = found.routes[0].columns
    apart = np.hypot(c["x_m"] - columns["x_m"][middle], c["y_m"] - columns["y_m"][middle])
    assert apart.min() > 150.0 - 1.0
    assert found.routes[0].duration > journey.routes[0].duration


def test_relays_of_the_scenario_are_seen_or_waited_for(fine: tuple[str, ...]) -> None:
    terms = terms_of("time", "0.5", "relay", "supervised", 0.0, [], [])
    assert len(terms.relays) == 1
    found = travel([A, B], SUMMER, terrain=fine, terms=terms)
    masks = found.masks
    assert (masks.open <= masks.lit).all()
    assert 0.0 < masks.open.sum() < masks.lit.sum()
    with pytest.raises(UserError, match="no relay"):
        travel([A, B], SUMMER, terrain=fine, terms=Terms(contact="any"))


def test_what_blocks_is_said(fine: tuple[str, ...]) -> None:
    floor = spot(["-89.67,129.78"])
    with pytest.raises(UserError, match=r"every way crosses slopes of 3\d\.\d deg or more"):
        travel([A, floor], Clock(SUMMER.start, 3600, 2), terrain=fine)
    night = Clock(np.datetime64("2031-01-19T00:00:00"), 3600, 24 * 5)
    with pytest.raises(UserError, match=r"the start is not lit at .*leave at 2031-"):
        travel([A, B], night, terrain=fine)
    with pytest.raises(TerrainError, match=r"holds ridge-a and -80.00000,0.00000.*data fetch"):
        travel([A, spot(["-80,0"])], SUMMER, terrain=fine)
    with pytest.raises(TerrainError, match=r"fine terrain: none at hand.*data fetch Site01"):
        travel([A, B], SUMMER, terrain=["lola_south_70S_1600m"])


def test_shipped_routes_are_those_computed_now(fine: tuple[str, ...]) -> None:
    there = shipped_route("ridge-garage to ridge-b")
    assert there.energy < shipped_route("ridge-b to ridge-garage").energy  # uphill
    home = spot(["ridge-garage"])
    clock = Clock(there.start, 3600, 24)
    (again,) = travel([home, B], clock, terrain=fine, terms=Terms(light=None)).routes
    assert again.duration == pytest.approx(there.duration, abs=0.6)
    assert again.energy == pytest.approx(there.energy, rel=1e-6)
    assert again.facts["terrain"] == there.facts["terrain"]


def test_shipped_routes_are_found_by_name_and_by_ends() -> None:
    assert len(shipped_routes()) == 16
    found = route_between("ridge-garage", "shadow-edge")
    assert found is not None
    assert 500.0 < found.length < 3000.0
    assert route_between("ridge-garage", "nowhere") is None
    with pytest.raises(UserError, match=r"no route .* ships"):
        shipped_route("ridge-garage to nowhere")


def test_words_are_understood_or_refused(tmp_path) -> None:
    terms = terms_of(
        "energy", "none", "earth", "yutu-2", 3.0, ["ridge-a"], ["permanent-shadow", "reactor=-89,0"]
    )
    assert (terms.seek, terms.light, terms.dark) == ("energy", None, 3 * 3600.0)
    assert terms.shadow_kept_out
    assert len(terms.keep_outs) == 1
    for words in (
        ("speed", "0.5", "none", "supervised"),
        ("time", "half", "none", "supervised"),
        ("time", "2", "none", "supervised"),
        ("time", "0.5", "mars", "supervised"),
        ("time", "0.5", "none", "hasty"),
    ):
        with pytest.raises(UserError):
            terms_of(*words, 0.0, [], [])
    assert ahead("2031-01-01", 2.0, "30 min").count == 96
    with pytest.raises(UserError, match=r"more than the"):
        ahead("2031-01-01", 4000.0, "1 h")
    with pytest.raises(UserError, match=r"no whole number"):
        ahead("2031-01-01", 1.0, "1 s")
    assert rover_of(None) == Rover.model_validate({})
    own = tmp_path / "rover.yaml"
    own.write_text("mass: 300 kg\nwheels: 4\n")
    assert rover_of(own).mass == 300.0
    own.write_text("mass: 300 m\n")
    with pytest.raises(UserError, match=r"mass"):
        rover_of(own)
