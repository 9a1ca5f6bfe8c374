"""A value may carry its source; the report can list every number with where it comes from."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from ilrs.errors import ScenarioError
from ilrs.scenario.document import Alternative
from ilrs.scenario.loading import read_document, validate_document
from ilrs.scenario.sourcing import provenance_of, resolve_sources

Write = Callable[..., Path]


def test_values_take_the_place_of_their_mappings(write: Write, station: type[BaseModel]) -> None:
    document = read_document(write())
    assert document.data["components"]["east"]["power"] == "40 kW"
    assert document.data["begins"] == "2031-01-01"
    assert "sources" not in document.data
    model = validate_document(document, station).model_dump()
    assert model["components"]["east"]["power"] == 40e3
    assert model["components"]["store"]["limits"] == (0.2, 0.9)


def test_sources_are_looked_up(write: Write) -> None:
    document = resolve_sources(read_document(write()))
    power = document.provenance["components", "east", "power"]
    assert power.source == "Vertical arrays, https://example.org/vsat"
    assert power.status == "secondary"
    assert power.note == "at the start"
    assert power.alternatives == (Alternative("50 kW", "a talk, 2024", "assumed"),)
    assert document.provenance["begins",].source == "The plan of 2021"
    assert document.provenance["components", "store", "capacity"].source == "own choice"


def test_a_key_with_a_detail() -> None:
    document = read_document(
        "sources: {vsat: The arrays}\na: {value: 1, source: 'vsat, Table 2', status: derived}\n"
    )
    assert resolve_sources(document).provenance["a",].source == "The arrays, Table 2"


def test_every_number_is_listed(write: Write, station: type[BaseModel]) -> None:
    path = write()
    document = read_document(path)
    rows = {row.path: row for row in provenance_of(validate_document(document, station), document)}
    assert set(rows) == {
        "begins",
        "latitude",
        "rules.wake",
        "components.east.power",
        "components.east.efficiency",
        "components.store.capacity",
        "components.store.strings",
        "components.store.limits[0]",
        "components.store.limits[1]",
    }
    power = rows["components.east.power"]
    assert (power.value, power.unit, power.origin) == (40e3, "W", "file")
    assert (power.file, power.line) == (str(path), 10)
    assert power.alternatives[0].value == "50 kW"
    assert rows["begins"].value == "2031-01-01T00:00:00Z"
    assert rows["latitude"].status == "unstated"
    assert rows["latitude"].unit == "rad"
    efficiency = rows["components.east.efficiency"]
    assert (efficiency.source, efficiency.status) == ("a book", "assumed")
    assert (efficiency.origin, efficiency.line) == ("default", None)
    assert rows["rules.wake"].unit == "s"
    assert rows["rules.wake"].origin == "default"
    limit = rows["components.store.limits[1]"]
    assert (limit.status, limit.value) == ("derived", 0.9)
    assert rows["components.store.strings"].status == "unstated"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{value: 1, source: a book}", ["needs 'status'", "confirmed"]),
        ("{value: 1, status: assumed}", ["needs 'source'"]),
        ("{value: 1, sorce: a book, status: assumed}", ["'sorce'", "nearest: source"]),
        ("{value: 1, source: a book, status: asumed}", ["'asumed'", "nearest: assumed"]),
        ("{value: 1, source: a book, status: confirmed, remark: x}", ["unknown key 'remark'"]),
        ("{value: 1, source: a book, status: confirmed, note: a, b}", ["'b'", "comma"]),
        ("{value: {a: 1}, source: a book, status: assumed}", ["one value"]),
        ("{value: ~, source: a book, status: assumed}", ["needs 'value'"]),
        ("{value: 1, source: 3, status: assumed}", ["source must be a text"]),
        ("{value: 1, source: ' ', status: assumed}", ["source must be a text"]),
        ("{value: 1, source: a b, status: assumed, alternatives: 3}", ["alternatives is a list"]),
        (
            "{value: 1, source: a b, status: assumed, alternatives: [{value: 2, source: x y}]}",
            ["alternatives[0]", "needs 'status'"],
        ),
    ],
)
def test_a_wrong_form_is_refused(entry: str, words: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_document(f"first: 1\nx: {entry}\n")
    for word in words:
        assert word in str(caught.value)
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_several_wrong_forms_are_told_together() -> None:
    with pytest.raises(ScenarioError, match="2 mistakes") as caught:
        read_document("x: {value: 1, source: a}\ny: {value: 1, status: assumed}\n")
    assert [p.where.line for p in caught.value.problems if p.where] == [1, 2]


def test_an_unknown_source_key_names_the_nearest(station: type[BaseModel]) -> None:
    document = read_document(
        "sources: {vsat: Arrays}\nname: {value: x, source: vsta, status: confirmed}\n"
    )
    with pytest.raises(ScenarioError, match="'vsta' is not in the table") as caught:
        validate_document(document, station)
    assert caught.value.remedy == "nearest: vsat"
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_a_mapping_with_other_keys_is_no_sourced_value() -> None:
    data = read_document("x: {name: a, value: 3, source: b}\ny: {value: 3}\n").data
    assert data == {"x": {"name": "a", "value": 3, "source": "b"}, "y": {"value": 3}}


@pytest.mark.parametrize("table", ["3", "{a: 3}", "{a: {}}", "{a: [x]}", "{a: ''}"])
def test_a_wrong_table_of_sources(table: str) -> None:
    with pytest.raises(ScenarioError, match="source"):
        read_document(f"sources: {table}\nx: 1\n")
