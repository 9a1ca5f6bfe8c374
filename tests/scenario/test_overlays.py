"""Overlays: what differs from another scenario, with marks and sources kept."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from ilrs.errors import ScenarioError
from ilrs.scenario import overlays
from ilrs.scenario.document import Document
from ilrs.scenario.load import load_scenario
from ilrs.scenario.loading import read_document, validate_document
from ilrs.scenario.overlays import apply_overlay
from ilrs.scenario.sourcing import resolve_sources

Write = Callable[..., Path]

OVERLAY = """\
extends: station.yaml
name: other
sources: {talk: A talk of 2026}
components:
  east:
    power: 30 kW
  store: ~
  west:
    kind: solar_array
    power: {value: 10 kW, source: talk, status: assumed}
"""


def test_merge_replace_remove(write: Write, station: type[BaseModel]) -> None:
    base = write()
    above = write(OVERLAY, "over.yaml")
    document = read_document(above)
    assert document.data["name"] == "other"
    assert document.data["latitude"] == "-89.45 deg"
    assert list(document.data["components"]) == ["east", "west"]
    assert document.data["components"]["east"] == {"kind": "solar_array", "power": "30 kW"}
    assert str(document.where(("components", "east", "power"))).startswith(f"{above}:6")
    assert str(document.where(("latitude",))).startswith(f"{base}:3")
    # What is wrong with a component as a whole is told where it was last changed.
    assert str(document.where(("components", "east"))).startswith(f"{above}:5")
    assert str(document.where(("components", "east", "kind"))).startswith(f"{base}:")
    assert validate_document(document, station).model_dump()["latitude"] < 0


def test_sources_stay_with_the_file_that_wrote_the_value(write: Write) -> None:
    write()
    document = resolve_sources(read_document(write(OVERLAY, "over.yaml")))
    assert ("components", "east", "power") not in document.provenance
    assert ("components", "store", "capacity") not in document.provenance
    assert document.provenance["components", "west", "power"].source == "A talk of 2026"
    assert document.provenance["begins",].source == "The plan of 2021"


def test_overlays_may_use_the_sources_of_the_base(write: Write) -> None:
    path = write()
    above = write("latitude: {value: -88 deg, source: vsat, status: derived}\n", "over.yaml")
    document = resolve_sources(read_document(path, [above]))
    assert document.provenance["latitude",].source.startswith("Vertical arrays")


def test_another_kind_replaces_the_whole_component(write: Write) -> None:
    write()
    text = "extends: station.yaml\ncomponents: {east: {kind: battery, capacity: 3 kWh}}\n"
    document = read_document(write(text, "over.yaml"))
    assert document.data["components"]["east"] == {"kind": "battery", "capacity": "3 kWh"}
    assert ("components", "east", "power") not in document.marks


def test_lists_are_replaced(write: Write) -> None:
    write("a: {b: [1, 2, 3], c: 4}\n")
    document = read_document(write("extends: station.yaml\na: {b: [9]}\n", "over.yaml"))
    assert document.data == {"a": {"b": [9], "c": 4}}
    assert ("a", "b", 2) not in document.marks


def test_a_mistake_in_what_both_write_is_the_overlays(write: Write) -> None:
    overlay = "extends: ilrs\nfacilities:\n  command-centre:\n    hibernation: {below: 0.9}\n"
    with pytest.raises(ScenarioError) as told:
        load_scenario(write(overlay, "over.yaml"))
    assert str(told.value.where).endswith("over.yaml:4: facilities.command-centre.hibernation")
    text = "extends: station.yaml\ncomponents: {east: {power: ~}}\n"
    write()
    document = read_document(write(text, "over.yaml"))
    assert str(document.where(("components", "east", "power"))).endswith(
        "over.yaml:2: components.east.power"
    )


def test_what_a_packaged_file_says_wrongly_now_comes_last_and_names_the_overlay(
    write: Write,
) -> None:
    text = (
        "extends: ilrs\nplaces: {reactor-site: ~}\nfacilities: {rover-garage: {place: nowhere}}\n"
    )
    with pytest.raises(ScenarioError) as told:
        load_scenario(write(text, "over.yaml"))
    own, *below = told.value.problems
    assert str(own.where).endswith("over.yaml:3: facilities.rover-garage.place")
    assert "caused" not in own.remedy
    assert below
    assert all(p.remedy.endswith("caused by what over.yaml changes") for p in below)


def test_removing_what_is_not_there_is_an_error(write: Write) -> None:
    write()
    text = "extends: station.yaml\ncomponents: {est: ~}\n"
    with pytest.raises(
        ScenarioError, match=r"over.yaml:2: components.est: null removes 'est'"
    ) as e:
        read_document(write(text, "over.yaml"))
    assert e.value.remedy == "nearest: east"


def test_a_chain_from_another_folder(write: Write) -> None:
    write("a: 1\nb: 1\nc: 1\n", "base.yaml")
    write("extends: ../base.yaml\nb: 2\nc: 2\n", "sub/middle.yaml")
    top = write("extends: sub/middle.yaml\nc: 3\n", "top.yaml")
    assert read_document(top).data == {"a": 1, "b": 2, "c": 3}


def test_a_packaged_name(write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write("a: 1\nb: 1\n", "reference/ilrs.yaml")
    monkeypatch.setattr(overlays, "REFERENCE", tmp_path / "reference")
    assert read_document(write("extends: ilrs\nb: 2\n")).data == {"a": 1, "b": 2}
    assert read_document("ilrs").data == {"a": 1, "b": 1}
    assert overlays.reference_names() == ["ilrs"]
    with pytest.raises(ScenarioError, match=r"station.yaml:1: extends: .*'irls'.*nearest: ilrs"):
        read_document(write("extends: irls\nb: 2\n"))


def test_circles_are_named(write: Write) -> None:
    write("extends: b.yaml\n", "a.yaml")
    path = write("extends: a.yaml\n", "b.yaml")
    with pytest.raises(ScenarioError, match=r"circle: b.yaml -> a.yaml -> b.yaml"):
        read_document(path)
    with pytest.raises(ScenarioError, match="circle"):
        read_document(write("extends: self.yaml\n", "self.yaml"))


@pytest.mark.parametrize(
    ("value", "word"), [("none.yaml", "no file"), ("[a]", "name of one"), ("3", "name of one")]
)
def test_what_cannot_be_extended(write: Write, value: str, word: str) -> None:
    with pytest.raises(ScenarioError, match=word) as caught:
        read_document(write(f"a: 1\nextends: {value}\n"))
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_an_overlay_on_top_cannot_extend(write: Write) -> None:
    path = write()
    with pytest.raises(ScenarioError, match="cannot extend"):
        read_document(path, [write("extends: station.yaml\n", "over.yaml")])


trees = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)
tops = st.dictionaries(st.sampled_from("abcd"), trees, max_size=3)


@given(tops, tops)
def test_merging_changes_neither_and_keeps_what_is_said(below: dict, above: dict) -> None:
    before = repr(below), repr(above)
    merged = apply_overlay(Document(below), Document(above)).data
    assert (repr(below), repr(above)) == before
    assert apply_overlay(Document(merged), Document(above)).data == merged
    assert merged.keys() == below.keys() | above.keys()
    for key, value in above.items():
        if not isinstance(value, dict):
            assert merged[key] == value


@given(tops)
def test_an_empty_overlay_changes_nothing(below: dict) -> None:
    assert apply_overlay(Document(below), Document({})).data == below
    assert apply_overlay(Document({}), Document(below)).data == below
