"""Conditions: what they say, how their mistakes are told, and the windows in which they hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilrs.environment.compute import compute_environment
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.operations.conditions import known_names, when
from ilrs.scenario.expressions import Kind, parse_condition
from ilrs.scenario.load import load_scenario
from ilrs.scenario.schema import Scenario

KNOWN: dict[str, Kind] = {
    "a": "number",
    "b": "number",
    "queqiao-2.visible": "truth",
    "queqiao.visible": "truth",
    "net/kashgar.visible": "truth",
}
SERIES = {
    "a": np.array([0.0, 1.0, 2.0, 3.0]),
    "b": np.array([2.0, 0.0, 2.0, -1.0]),
    "queqiao-2.visible": np.array([True, False, True, False]),
    "queqiao.visible": np.array([False, False, True, True]),
    "net/kashgar.visible": np.array([True, True, False, False]),
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a > 1", [0, 0, 1, 1]),
        ("a >= 1 and b == 2", [0, 0, 1, 0]),
        ("0 < a < 3", [0, 1, 1, 0]),
        ("3 > a > b", [0, 1, 0, 0]),
        ("a + b * 2 > 2", [1, 0, 1, 0]),
        ("(a + b) * 2 > 4", [0, 0, 1, 0]),
        ("a - b - 1 > 0", [0, 0, 0, 1]),
        ("a / 2 / 2 >= 0.5", [0, 0, 1, 1]),
        ("-a < -1.5", [0, 0, 1, 1]),
        ("- -a > .5e0", [0, 1, 1, 1]),
        ("a-1 > 0", [0, 0, 1, 1]),
        ("queqiao-2.visible", [1, 0, 1, 0]),
        ("not queqiao-2.visible and queqiao.visible", [0, 0, 0, 1]),
        ("queqiao.visible or net/kashgar.visible and a < 1", [1, 0, 1, 1]),
        ("(queqiao.visible or net/kashgar.visible) and a < 1", [1, 0, 0, 0]),
        ("not not queqiao.visible", [0, 0, 1, 1]),
        ("1 / b > 0", [1, 0, 1, 0]),
        ("1 / b < 0", [0, 0, 0, 1]),
        ("a != b", [1, 1, 0, 1]),
        ("1 / b != 7", [1, 0, 1, 1]),
    ],
)
def test_what_conditions_mean(text: str, holds: list[int]) -> None:
    assert parse_condition(text, KNOWN).holds(SERIES).astype(int).tolist() == holds


def test_a_condition_knows_the_names_it_uses() -> None:
    assert parse_condition("b > 1 and (a < b or a > 3)", KNOWN).names == ("b", "a")


@pytest.mark.parametrize(
    ("text", "what", "at"),
    [
        ("queqio.visible", "'queqio.visible' is not known", 1),
        ("a > 1 and cc", "'cc' is not known", 11),
        ("a", "the condition is a number", 1),
        ("a >", "breaks off", 4),
        ("a > 1 b", "'b' stands beside something", 7),
        ("a > 1)", "')' is one too many", 6),
        ("(a > 1", "a bracket is not closed", 1),
        ("a = 1", "'=' has no meaning here", 3),
        ("a > 5 km", "a number stands alone here", 7),
        ("a and queqiao.visible", "`and` joins conditions", 1),
        ("not a", "`not` joins conditions", 5),
        ("queqiao.visible > 1", "'>' is for numbers", 1),
        ("a > 1 > (b > 2)", "'>' is for numbers", 9),
        ("queqiao.visible + 1 > 2", "'+' is for numbers", 1),
        ("a > and", "a name or a number is missing before 'and'", 5),
        ("__import__('os')", "has no meaning here", 12),
        ("a.__class__ > 1", "'a.__class__' is not known", 1),
        ("(" * 60 + "a" + ")" * 60 + " > 1", "nested too deep", 51),
    ],
)
def test_mistakes_point_at_their_word(text: str, what: str, at: int) -> None:
    with pytest.raises(UserError) as raised:
        parse_condition(text, KNOWN)
    assert what in str(raised.value)
    assert f"at character {at} of the condition" in str(raised.value)
    lines = raised.value.what.splitlines()
    assert lines[2].index("^") == 4 + at - 1


def test_empty_and_endless_conditions_are_refused() -> None:
    with pytest.raises(UserError, match="empty"):
        parse_condition("  ", KNOWN)
    with pytest.raises(UserError, match="longer than"):
        parse_condition("a > 1 and " * 1000, KNOWN)


@given(st.text(max_size=40))
def test_any_text_is_a_condition_or_a_user_mistake(text: str) -> None:
    try:
        holds = parse_condition(text, KNOWN).holds(SERIES)
    except UserError:
        return
    assert holds.dtype == np.bool_


numbers = st.integers(-9, 9).map(str)
arithmetic = st.recursive(
    numbers | st.sampled_from(["a", "b"]),
    lambda deeper: st.tuples(deeper, st.sampled_from(["+", "-", "*"]), deeper).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=8,
)


@given(arithmetic, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), arithmetic)
def test_arithmetic_agrees_with_python(left: str, sign: str, right: str) -> None:
    text = f"{left} {sign} {right}"
    ours = parse_condition(text, KNOWN).holds(SERIES)
    theirs = [
        eval(text, {"__builtins__": {}}, {"a": a, "b": b})
        for a, b in zip(SERIES["a"], SERIES["b"], strict=True)
    ]
    assert np.broadcast_to(ours, 4).tolist() == theirs


@pytest.fixture(scope="module")
def station() -> Scenario:
    return load_scenario("ilrs").scenario


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock.over(np.datetime64("2031-05-01"), np.datetime64("2031-05-15"), 3600)


def test_windows_and_statistics_are_those_of_the_series(station: Scenario, clock: Clock) -> None:
    found = when(station, "ridge-a", "sun.area_fraction > 0.5 and relay.visible", clock)
    around = compute_environment(station, clock)
    here = around.places["ridge-a"]
    row = list(here.surroundings.heights).index(2.0)
    holds = (here.area_fraction[row] > 0.5) & (here.views["queqiao"].visible > 0)
    assert 0 < holds.sum() < len(holds)
    np.testing.assert_array_equal(found.holds, holds)
    data = found.as_data()
    assert data["share"] == pytest.approx(holds.mean())
    assert data["hours"] == pytest.approx(holds.sum())
    assert sum(window["hours"] for window in data["windows"]) == pytest.approx(holds.sum())
    assert (
        data["count"] == len(data["windows"]) == int((np.diff(holds, prepend=False) & holds).sum())
    )
    rebuilt = np.zeros_like(holds)
    for window in data["windows"]:
        first, last = (
            int((np.datetime64(window[key].rstrip("Z")) - clock.start) / np.timedelta64(1, "h"))
            for key in ("begins", "ends")
        )
        rebuilt[first:last] = True
    np.testing.assert_array_equal(rebuilt, holds)
    assert data["longest_h"] == max(window["hours"] for window in data["windows"])


def test_always_and_never(station: Scenario, clock: Clock) -> None:
    always = when(station, "ridge-a", "sun.elevation_deg > -90", clock).as_data()
    assert (always["share"], always["count"], always["longest_gap_h"]) == (1.0, 1, 0.0)
    never = when(station, "ridge-a", "1 > 2", clock).as_data()
    assert (never["share"], never["windows"], never["longest_h"]) == (0.0, [], 0.0)
    assert never["longest_gap_h"] == never["of_hours"] == 14 * 24


def test_every_known_name_can_be_asked(station: Scenario, clock: Clock) -> None:
    names = known_names(station)
    text = " or ".join(name if kind == "truth" else f"{name} > 0" for name, kind in names.items())
    found = when(station, "garage", text, clock, height=7.3)
    assert set(found.series) == set(names)
    for name, values in found.series.items():
        assert values.shape == (clock.count,), name
        assert np.isfinite(values).all(), name
    assert found.series["earth.contact"].sum() <= found.series["earth.visible"].sum()
    assert found.series["relay.visible"].tolist() == found.series["queqiao.visible"].tolist()
    assert found.series["queqiao.distance_km"].min() > 1e3
    assert found.series["queqiao.distance_km"].max() < 2e4
    assert found.series["earth.distance_km"] == pytest.approx(384_400, rel=0.07)
    assert 20 < found.series["ground.temperature"].min() < 300


def test_flux_and_area_both_fall_in_an_eclipse_by_the_earth(station: Scenario) -> None:
    # 2033-04-14: total lunar eclipse of 49 minutes about 19:12 UTC; the ridge's Sun is covered.
    clock = Clock.over(np.datetime64("2033-04-14T00:00"), np.datetime64("2033-04-15T00:00"), 600)
    found = when(
        station, "ridge-a", "sun.area_fraction > 0 or sun.flux_fraction > 0", clock, height=10.0
    )
    for name in ("sun.area_fraction", "sun.flux_fraction"):
        hours = found.series[name].reshape(24, 6).mean(axis=1)
        assert hours[[0, 12, 22]].tolist() == [1.0, 1.0, 1.0]
        assert hours[19] == 0.0


@pytest.mark.parametrize("place", ["ridge-c", "earth", "queqiao"])
def test_only_places_on_the_ground(station: Scenario, clock: Clock, place: str) -> None:
    with pytest.raises(UserError, match=f"no place '{place}' on the ground"):
        when(station, place, "relay.visible", clock)


def test_heights_outside_the_horizon_are_refused(station: Scenario, clock: Clock) -> None:
    with pytest.raises(UserError, match=r"0\.5 to 30 m"):
        when(station, "ridge-a", "sun.area_fraction > 0", clock, height=31.0)
