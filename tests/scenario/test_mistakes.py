"""Every mistake in a scenario is told with file, line, path, what, and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from ilrs.errors import ScenarioError, UserError
from ilrs.scenario.document import nearest, suggestion
from ilrs.scenario.loading import read_document, validate_document

Write = Callable[..., Path]


def mistake(write: Write, model: type[BaseModel], old: str, new: str) -> ScenarioError:
    """The error after `old` became `new` in the sound scenario."""
    from_text = write().read_text()
    assert old in from_text
    path = write(from_text.replace(old, new, 1))
    with pytest.raises(ScenarioError) as caught:
        validate_document(read_document(path), model)
    assert isinstance(caught.value, UserError)
    assert caught.value.exit_code == 2
    assert str(path) in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "words"),
    [
        ("latitude:", "lattitude: 1\nlatitude:", 3, "lattitude", ["unknown key", "known: "]),
        (
            "  store:\n    kind: battery\n",
            "  store:\n    kind: battery\n    stings: 3\n",
            19,
            "components.store.stings",
            ["unknown key 'stings'", "nearest: strings"],
        ),
        (
            "kind: solar_array",
            "kind: solar_aray",
            9,
            "components.east.kind",
            ["unknown kind 'solar_aray'", "nearest: solar_array"],
        ),
        (
            "    kind: solar_array\n",
            "",
            8,
            "components.east",
            ["'kind' is missing", "battery, solar_array"],
        ),
        ("40 kW", "40 kJ", 10, "components.east.power", ["kJ", "W is needed"]),
        ("40 kW", "40 kw", 10, "components.east.power", ["unknown unit 'kw'", "kW"]),
        ("40 kW", "40", 10, "components.east.power", ["40 has no unit", "40 W"]),
        ("90 kWh", "-90 kWh", 19, "components.store.capacity", ["below 0 J"]),
        ("90 kWh", "true", 19, "components.store.capacity", ["not a quantity"]),
        ("90 kWh", "[1, 2]", 19, "components.store.capacity", ["not a quantity"]),
        (
            "    capacity: {value: 90 kWh, source: own choice, status: assumed}\n",
            "",
            17,
            "components.store.capacity",
            ["'capacity' is missing", "Energy it holds"],
        ),
        ("[20 %, 0.9]", "[95 %, 0.9]", 17, "components.store", ["lower limit"]),
        ("[20 %, 0.9]", "[20 %, 90]", 20, "components.store.limits[1]", ["above 1", "'90 %'"]),
        ("2031-01-01", "2031-02-30", 2, "begins", ["calendar"]),
        ("name: small", "name: [x]", 1, "name", ["should be a text, is a list"]),
        ("name: small", "name: x\nbound: [1]", 2, "bound", ["a text or a number, is a list"]),
        ("name: small", "name: x\nweights: 3", 2, "weights", ["should be a list, is 3"]),
        ("name: small", "name: x\nrules: 3", 2, "rules", ["a mapping of keys to values, is 3"]),
        (
            "name: small",
            "name: x\nconfidence: asumed",
            2,
            "confidence",
            ["'asumed' is not allowed", "nearest: assumed"],
        ),
        ("name: small\n", "", 1, "name", ["'name' is missing"]),
        (
            "  store:\n    kind: battery\n",
            "  store:\n    kind: battery\n    strings: 0\n",
            19,
            "components.store.strings",
            ["greater than or equal to 1, is 0"],
        ),
        (
            "  store:\n    kind: battery\n",
            "  store:\n    kind: battery\n    strings: two\n",
            19,
            "components.store.strings",
            ["should be a whole number, is 'two'"],
        ),
        ("components:\n", "components:\n  odd: 3\n", 8, "components.odd", ["a mapping", "is 3"]),
    ],
)
def test_one_mistake_one_message(
    write: Write,
    station: type[BaseModel],
    old: str,
    new: str,
    line: int,
    path: str,
    words: list[str],
) -> None:
    error = mistake(write, station, old, new)
    assert "\n" not in str(error)
    assert error.where is not None
    assert error.where.line == line
    assert error.where.path == path
    for word in words:
        assert word in str(error)


def test_several_mistakes_are_told_together_by_line(write: Write, station: type[BaseModel]) -> None:
    error = mistake(write, station, "-89.45 deg\n", "-89.45 m\nwrong: 1\nbound: []\n")
    assert str(error).startswith("3 mistakes\n")
    assert [p.where.line for p in error.problems if p.where] == [3, 4, 5]
    assert str(error).count("\n") == 3


def test_at_most_ten_are_shown(write: Write, station: type[BaseModel]) -> None:
    extra = "".join(f"odd{i}: 1\n" for i in range(15))
    error = mistake(write, station, "name: small\n", "name: small\n" + extra)
    assert len(error.problems) == 15
    assert str(error).count("unknown key") == 10
    assert "and 5 more" in str(error)


def test_a_mistake_in_an_overlay_names_the_overlay(write: Write, station: type[BaseModel]) -> None:
    write()
    over = write("extends: station.yaml\ncomponents: {east: {power: 3 m}}\n", "over.yaml")
    with pytest.raises(ScenarioError) as caught:
        validate_document(read_document(over), station)
    assert str(caught.value).startswith(f"{over}:2: components.east.power: ")


def test_a_key_that_has_the_name_of_its_kind(write: Write, station: type[BaseModel]) -> None:
    write()
    over = write(
        "extends: station.yaml\ncomponents: {battery: {kind: battery, capacity: 3 m}}\n", "o.yaml"
    )
    with pytest.raises(ScenarioError) as caught:
        validate_document(read_document(over), station)
    assert caught.value.where is not None
    assert caught.value.where.path == "components.battery.capacity"


def test_suggestions() -> None:
    assert nearest("CAPCITY", ["capacity", "mass"]) == "capacity"
    assert suggestion("zzz", []) == "none is known here"
    assert suggestion("zzz", ["b", "a"]) == "known: a, b"
    assert suggestion("zzz", [f"k{i:02}" for i in range(20)]).endswith("k11, ...")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 800),
    st.integers(0, 12),
    st.text(alphabet="ab:{}[]\"'#-~!&* \n0123.%kWvaluesorce,", max_size=8),
)
def test_any_slip_of_the_pen_is_a_scenario_error_or_sound(
    station: type[BaseModel], text: str, start: int, length: int, put: str
) -> None:
    slipped = text[:start] + put + text[start + length :] + "\n"
    try:
        model = validate_document(read_document(slipped), station)
    except ScenarioError:
        return
    assert isinstance(model, station)
