"""Proposals and calls: read by name, and every mistake told with its place and a remedy."""

from pathlib import Path

import jsonschema
import pytest

from ilrs.errors import ScenarioError
from ilrs.partnership.opportunity import Call
from ilrs.partnership.proposal import MOST_ENTRIES, Proposal
from ilrs.partnership.reading import (
    REFERENCE,
    call_names,
    proposal_names,
    read_call,
    read_folder,
    read_proposal,
)
from ilrs.partnership.template import template
from ilrs.scenario.export import export_schema
from ilrs.scenario.load import load_scenario
from ilrs.scenario.yaml_text import parse


@pytest.mark.parametrize("name", proposal_names())
def test_a_packaged_proposal_reads_and_says_where_its_figures_come_from(name: str) -> None:
    read = read_proposal(name)
    assert read.proposal.name == name
    assert read.document.provenance or read.proposal.figures
    assert {s.status for s in read.document.provenance.values()} <= {
        "confirmed",
        "secondary",
        "derived",
        "assumed",
    }


@pytest.mark.parametrize("name", call_names())
def test_a_call_names_missions_and_places_of_its_scenario(name: str) -> None:
    call = read_call(name)
    scenario = load_scenario(call.scenario).scenario
    for slot in call.opportunities.values():
        assert slot.mission in scenario.missions
        for place in (slot.place, slot.network, slot.worked_from):
            assert place is None or place in scenario.places


def test_the_template_reads_and_fits_the_schema() -> None:
    proposal = read_proposal(template()).proposal
    assert proposal.mass.total == pytest.approx(1.2 * 5.4)
    schema = export_schema(Proposal, "ilrs proposal")
    jsonschema.validate(parse(template()).data, schema)
    call = parse((REFERENCE / "calls" / "change-8.yaml").read_text(encoding="utf-8")).data
    jsonschema.validate(call, export_schema(Call, "ilrs call"))


MISTAKES = [
    ("survival: 2 W", "survial: 2 W", ["unknown key 'survial'", "nearest: survival"]),
    ("body: 4.5 kg", "body: 4.5", ["has no unit", "4.5 kg"]),
    ("body: 4.5 kg", "body: -4.5 kg", ["below 0 kg"]),
    ("body: 4.5 kg", "body: 4.5 W", ["where kg is needed"]),
    ("body: 4.5 kg", "body: 1e30 kg", ["more than any rocket", "is the unit right?"]),
    ("duty: 50 %}\n    resting", "duty: 150 %}\n    resting", ["above 1"]),
    ("peak: 22 W", "peak: 2 W", ["peak (2 W) is below mean (15 W)"]),
    ("resting: {mean: 2 W, duty: 50 %}", "resting: {mean: 2 W, duty: 80 %}", ["130%", "100 %"]),
    ("level: equipment", "level: equpment", ["'equpment' is not allowed", "nearest: equipment"]),
    ("length: 0.3 m", "length: 0 m", ["above zero"]),
    ("minimum: 223 K", "minimum: 260 K", ["widen `survival`"]),
    ("disposal: Switched off", "# ", ["disposal"]),
    (
        "name: my-payload",
        "name: ../../etc/passwd",
        ["'../../etc/passwd' does not have the form", "small letters, digits and single hyphens"],
    ),
    ("name: my-payload", "extends: ../../secret.yaml\nname: my-payload", ["extends nothing"]),
    ("proposal: 1", "proposition: 1", ["this is no proposal"]),
    ("elevation: 10 deg", "elevation: 100 deg", ["between -90 and 90"]),
    ("ready: 2029-06-01", "ready: 2029-13-01", ["not in the calendar"]),
    (
        "# components:\n#   camera: {kind: load",
        "components:\n  camera: {kind: laod",
        ["unknown kind 'laod'", "nearest: load"],
    ),
    ("confidential: [who.contact]", "confidential: !!python/object/apply:os.system [id]", ["tag"]),
]


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES)
def test_a_mistake_is_told_with_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    text = template()
    assert old in text
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_proposal(path)
    message = str(caught.value)
    assert str(path) in message
    assert all(word in message for word in words), message


def test_what_is_no_text_too_large_or_a_bomb_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"

    def many(count: int) -> str:
        rows = (f"  c{i}: {{kind: load, power: 1 W}}\n" for i in range(count))
        return template() + "components:\n" + "".join(rows)

    bomb = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    cases = [
        (template().encode().replace(b"dust", b"d\xfcst"), "not UTF-8"),
        (many(10_000).encode(), "too large for a proposal"),
        (many(MOST_ENTRIES + 1).encode(), f"at most {MOST_ENTRIES}"),
        ((template() + bomb).encode(), "values"),
    ]
    for content, words in cases:
        path.write_bytes(content)
        with pytest.raises(ScenarioError, match=words) as caught:
            read_proposal(path)
        assert len(str(caught.value).splitlines()) == 1


def test_a_folder_tells_all_its_mistakes_and_names_stand_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="holds no proposals"):
        read_folder(tmp_path)
    (tmp_path / "a.yaml").write_text(template(), encoding="utf-8")
    assert [r.proposal.name for r in read_folder(tmp_path)] == ["my-payload"]
    (tmp_path / "b.yaml").write_text(template(), encoding="utf-8")
    (tmp_path / "c.yaml").write_text(template().replace("28 V", "28"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_folder(tmp_path)
    assert "my-payload" in str(caught.value)
    assert "no unit" in str(caught.value)


def test_an_unknown_name_tells_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="nearest: retroreflectors"):
        read_proposal("retroreflector")
