from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from ilrs.data import find
from ilrs.errors import ScenarioError
from ilrs.scenario.document import STATUSES, Steps
from ilrs.scenario.load import Loaded, load_scenario
from ilrs.scenario.metrics import metric_names
from ilrs.scenario.overlays import REFERENCE, reference_names
from ilrs.scenario.schema import FacilityClass, Ground, Orbit
from ilrs.scenario.sourcing import collapse_sourced, provenance_of
from ilrs.scenario.template import template
from ilrs.scenario.yaml_text import parse, read_text

SITES = ("shackleton-rim", "leibnitz-beta", "amundsen")
OVERLAYS = (*SITES, "rover-lost")
ALONE = ("crewed",)
"""Scenarios that stand alone beside the reference."""

# The rows of the roadmap's table as the article of June 2021 prints them.
ROADMAP = {
    "ilrs-1": "Establishment of command center, basic energy and telecommunication facilities, to "
    "satisfy the needs of lunar infrastructure, lunar autonomous operations and long-term research "
    "and exploration.",
    "ilrs-2": "Establishment of lunar research and exploration facilities, such as lunar physics, "
    "geological profiling, lava tube exploration, lunar sample collection.",
    "ilrs-3": "Establishment of lunar in-situ resource utilization technology verification "
    "facilities.",
    "ilrs-4": "Verification of the general technologies for following explorations such as lunar "
    "biomedical experiment, distributed sample collection and return.",
    "ilrs-5": "Establishment of lunar-based astronomy and earth observation capabilities.",
}


@pytest.fixture(scope="module")
def reference() -> Loaded:
    return load_scenario("ilrs")


@pytest.mark.parametrize("name", ["ilrs", *OVERLAYS, *ALONE])
def test_packaged_scenarios_load_without_findings(name: str) -> None:
    loaded = load_scenario(name)
    assert loaded.scenario.name == name
    assert re.fullmatch("[0-9a-f]{64}", loaded.sha256)


def test_the_tests_know_every_packaged_scenario() -> None:
    assert set(reference_names()) == {"ilrs", *OVERLAYS, *ALONE}


def _leaves(value: Any, path: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _leaves(item, (*path, i))
    else:
        yield path, value


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float | dt.date):
        return True
    # A quantity (number and unit) or an instant; titles that begin with a digit are not.
    return bool(
        re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?( ?[A-Za-z%][\w/^*%]*)?|\d{4}-\d\d-\d\d.*", value)
    )


@pytest.mark.parametrize("name", ["ilrs", *OVERLAYS])
def test_every_number_has_a_source_and_a_status(name: str) -> None:
    document = load_scenario(name).document
    names = {"ilrs", "version", "chosen"}  # no numbers, though they may look like some
    numbers = [p for p, v in _leaves(document.data) if _is_number(v) and p[-1] not in names]
    assert len(numbers) > 300
    assert [p for p in numbers if p not in document.provenance] == []
    for sourced in document.provenance.values():
        assert len(sourced.source) > 20, "a source is its full text, not a key"
        assert sourced.status in STATUSES


def test_every_number_of_the_model_that_was_written_is_traced_to_its_line(
    reference: Loaded,
) -> None:
    rows = provenance_of(reference.scenario, reference.document)
    written = [r for r in rows if r.origin == "file" and r.path != "ilrs"]
    assert {r.status for r in written} == set(STATUSES)
    assert all(r.source and r.line for r in written)


def test_the_walk_would_find_a_number_without_a_source() -> None:
    document = load_scenario(template()).document
    bare = [p for p, v in _leaves(document.data) if _is_number(v) and p not in document.provenance]
    assert ("facilities", "outpost", "components", "array", "top") in bare


def test_every_source_of_the_table_is_used() -> None:
    read = {
        p: collapse_sourced(parse(read_text(p), str(p))) for p in sorted(REFERENCE.rglob("*.yaml"))
    }
    used = {
        each.source.partition(",")[0]
        for document in read.values()
        for sourced in document.provenance.values()
        for each in (sourced, *sourced.alternatives)
    }
    for path, document in read.items():
        assert set(document.sources) <= used, path.name


def test_missions_say_the_roadmaps_words(reference: Loaded) -> None:
    missions = reference.scenario.missions
    assert {name: missions[name].text for name in ROADMAP} == ROADMAP
    assert {m for m, mission in missions.items() if mission.text} == set(ROADMAP)


def test_only_the_years_the_roadmap_states_are_called_stated(reference: Loaded) -> None:
    missions = reference.scenario.missions
    stated = {m: str(missions[m].date)[:4] for m in missions if missions[m].confidence == "stated"}
    assert stated == {"ilrs-1": "2031", "ilrs-5": "2035"}
    for name in ("ilrs-2", "ilrs-3", "ilrs-4"):
        assert missions[name].confidence == "assumed"
        assert reference.document.provenance["missions", name, "date"].status == "assumed"


def test_objectives_quote_their_mission_and_what_is_modelled_is_measured(reference: Loaded) -> None:
    known = metric_names(reference.scenario)
    for name in ROADMAP:
        mission = reference.scenario.missions[name]
        assert mission.objectives
        for key, objective in mission.objectives.items():
            assert objective.words
            assert objective.words in mission.text
            assert objective.facilities
            assert objective.measure in known, key


def test_every_capability_of_ilrs_1_is_measured(reference: Loaded) -> None:
    words = {o.words for o in reference.scenario.missions["ilrs-1"].objectives.values()}
    assert words == {
        "command center",
        "basic energy",
        "telecommunication facilities",
        "lunar infrastructure",
        "lunar autonomous operations",
        "long-term research and exploration",
    }


def test_what_is_built_is_modelled_and_the_rest_is_listed_only(reference: Loaded) -> None:
    for name, facility in reference.scenario.facilities.items():
        if name == "landers":
            assert not facility.modelled
        else:
            assert facility.components
    listed = {f.mission for f in reference.scenario.facilities.values() if not f.modelled}
    assert listed == {"ilrs-1"}


def test_all_facility_classes_appear(reference: Loaded) -> None:
    classes = {f.facility_class for f in reference.scenario.facilities.values()}
    assert classes == set(get_args(FacilityClass))


def test_ilrs_1_holds_what_the_station_needs(reference: Loaded) -> None:
    facilities = reference.scenario.facilities
    kinds = {n: {c.kind for c in f.components.values()} for n, f in facilities.items()}
    assert {
        "command_center", "thermal_mass", "heater", "radiator", "load", "recorder", "radio",
        "battery", "regenerative_fuel_cell",
    } <= kinds["command-centre"]  # fmt: skip
    assert {"solar_array"} <= kinds["power-tower-a"]
    assert {"solar_array", "battery", "cable"} <= kinds["power-tower-b"]
    assert {"fission_reactor", "cable"} <= kinds["reactor"]
    assert {"load", "thermal_mass", "heater", "radiator", "battery"} <= kinds["rover-garage"]
    assert kinds["relay"] == {"relay"}
    assert kinds["mission-control"] == {"mission_control"}
    partners = {c.to for c in facilities["command-centre"].components.values() if c.kind == "radio"}
    assert partners == {"queqiao", "earth"}
    stations = facilities["ground-network"].components.values()
    assert len({s.country for s in stations}) >= 5


def test_the_fission_unit_arrives_later_than_the_rest(reference: Loaded) -> None:
    scenario = reference.scenario
    power = scenario.missions[scenario.facilities["reactor"].mission]
    assert power.date > scenario.missions["ilrs-1"].date
    assert scenario.period.begins < power.date < scenario.period.ends
    others = reference.document.provenance["missions", "ilrs-1-power", "date"].alternatives
    assert {str(a.value)[:4] for a in others} == {"2030", "2036"}


def test_sizes_make_the_dark_a_threat(reference: Loaded) -> None:
    everything = [c for f in reference.scenario.facilities.values() for c in f.components.values()]
    loads = [c for c in everything if c.kind == "load"]
    command = sum(c.power for c in everything if c.kind == "command_center")
    keep_alive = sum(c.keep_alive for c in loads) + command
    service = sum(c.keep_alive + (c.power - c.keep_alive) * c.duty for c in loads) + command
    full_sun = 1361.0 * 0.3 * 0.95
    arrays = sum(c.area for c in everything if c.kind == "solar_array") * full_sun
    batteries = sum(c.capacity * c.depth_of_discharge for c in everything if c.kind == "battery")
    cells = sum(
        c.hydrogen * c.cell_efficiency * 141.8e6
        for c in everything
        if c.kind == "regenerative_fuel_cell"
    )
    assert 1.0e3 < keep_alive < 1.5e3
    assert 5e3 < service < 8e3
    assert 1.8 < arrays / service < 2.6
    hour = 3600.0
    longest_dark = 4.2 * 24 * hour  # of the computed horizons, see the folder of horizons
    assert (batteries + cells) / service < 0.5 * longest_dark, "service must be shed in the dark"
    assert (batteries + cells) / keep_alive > longest_dark, "keep-alive can come through"
    assert batteries / keep_alive > 24 * hour


def test_the_garage_sleeps_before_the_command_centre(reference: Loaded) -> None:
    rules = {n: f.hibernation for n, f in reference.scenario.facilities.items() if f.hibernation}
    order = sorted(rules, key=lambda n: -rules[n].below)
    assert order == ["rover-garage", "research", "biomedical-module", "command-centre"]


def test_science_needs_the_relay(reference: Loaded) -> None:
    everything = [c for f in reference.scenario.facilities.values() for c in f.components.values()]
    science = sum(c.science for c in everything if c.kind == "load")
    radios = {c.to: c for c in everything if c.kind == "radio"}
    direct = float(radios["earth"].rate(np.array([3.844e8]))[0]) * 0.54  # Earth's share in view
    relayed = float(radios["queqiao"].rate(np.array([1.62e7]))[0]) * 0.90
    assert direct < 0.5 * science
    assert relayed > 2.0 * science
    recorder = next(c for c in everything if c.kind == "recorder")
    assert recorder.capacity > 5 * 86400 * science


def test_the_relays_orbit_is_said_to_be_held(reference: Loaded) -> None:
    orbit = reference.scenario.places["queqiao"]
    assert isinstance(orbit, Orbit)
    assert orbit.perilune_altitude == 200e3
    assert orbit.apolune_altitude == pytest.approx(16e6)
    assert np.degrees(orbit.inclination) == pytest.approx(62.4)
    assert np.degrees(orbit.argument_of_perilune) == pytest.approx(90.0)
    said = " ".join([orbit.note, *reference.scenario.warnings])
    assert "Mean elements held by station keeping" in orbit.note
    assert "decay within months" in said


def test_a_listed_fault_is_there_to_be_exercised(reference: Loaded) -> None:
    faults = {(f.component, f.mode) for f in reference.scenario.faults}
    assert ("power-tower-a/array", "string_open") in faults
    assert ("command-centre/radio-relay", "transmitter") in faults
    period = reference.scenario.period
    assert all(period.begins < f.at < period.ends for f in reference.scenario.faults)


@pytest.mark.parametrize("name", SITES)
def test_overlays_move_the_places_and_warn_of_coarse_terrain(name: str, reference: Loaded) -> None:
    scenario = load_scenario(name).scenario
    for place, there in scenario.places.items():
        here = reference.scenario.places[place]
        if not isinstance(there, Ground) or place == "tranquillitatis-pit":
            assert there == here
            continue
        assert isinstance(here, Ground)
        assert abs(there.latitude - here.latitude) > np.radians(0.5)
        assert there.terrain == "coarse"
        assert "LDEM_80S_20MPP_ADJ" in there.citable
        assert find(f"horizons/{there.horizon}.npz").is_file()
    assert scenario.facilities == reference.scenario.facilities
    assert any("Coarse terrain" in w and "LDEM" in w for w in scenario.warnings)


def test_shackletons_rim_is_where_change_7_is_meant_to_land() -> None:
    place = load_scenario("shackleton-rim").scenario.places["ridge-a"]
    assert isinstance(place, Ground)
    assert np.degrees([place.latitude, place.longitude]) == pytest.approx([-88.8, 123.4])


def test_the_hash_is_of_the_content_not_of_the_text() -> None:
    text = template()
    same = (
        text.replace("1.5 kW", "1500 W")
        .replace("# awake", "")
        .replace("ends: 2031-04-01", "ends: 2031-04-01T00:00")
    )
    assert same != text
    assert load_scenario(same).sha256 == load_scenario(text).sha256
    other = text.replace("area: {value: 3 m^2", "area: {value: 3.1 m^2")
    assert load_scenario(other).sha256 != load_scenario(text).sha256


def test_overlays_given_by_hand_lie_over_the_scenario(tmp_path: Path) -> None:
    overlay = tmp_path / "less.yaml"
    overlay.write_text(
        "facilities:\n  power-tower-a:\n    components:\n      array: {area: 5 m^2}\n"
    )
    array = (
        load_scenario("ilrs", [overlay]).scenario.facilities["power-tower-a"].components["array"]
    )
    assert array.area == 5.0


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("shackelton-rim")
    message = str(caught.value)
    assert "nearest: shackleton-rim" in message
    assert all(name in message for name in ("ilrs", *OVERLAYS))
    assert caught.value.exit_code == 2


def test_a_misspelt_key_of_the_reference_names_file_and_line(tmp_path: Path) -> None:
    overlay = tmp_path / "typo.yaml"
    overlay.write_text(
        "extends: ilrs\nfacilities:\n  reactor:\n    components:\n      unit: {pwoer: 9 kW}\n"
    )
    with pytest.raises(ScenarioError, match=r"typo\.yaml:5: .*pwoer.*nearest: power"):
        load_scenario(overlay)
