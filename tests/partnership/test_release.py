"""What a partner marks confidential is absent for others, and what tells of it as well."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilrs.errors import ScenarioError, UserError
from ilrs.partnership.reading import REFERENCE, read_proposal
from ilrs.partnership.release import (
    Audience,
    Released,
    Row,
    audience_of,
    covers,
    merged,
    public_keys,
    release,
    release_rows,
)
from ilrs.partnership.template import template

READ = read_proposal("rover-35kg")
TEXT = (REFERENCE / "proposals" / "rover-35kg.yaml").read_text(encoding="utf-8")
SECRET = READ.proposal.model_copy(update={"confidential": ["mass", "who.contact", "power.bus"]})
DATA = READ.document.data
PUBLIC, REVIEWERS = Audience(), Audience(reviewers=True)
OWNER = audience_of(f"partner:{SECRET.who.organisation.upper()}")
OTHER = audience_of("partner:Somebody else")


def test_it_is_absent_not_blank() -> None:
    for audience in (PUBLIC, OTHER):
        told = release(SECRET, DATA, audience).data
        assert "mass" not in told
        assert "bus" not in told["power"]
        assert told["power"]["modes"] == DATA["power"]["modes"]
    for audience in (REVIEWERS, OWNER):
        assert release(SECRET, DATA, audience).data == DATA


def test_statements_go_with_what_they_tell_of() -> None:
    rows = [
        Row("3 kg too heavy", {SECRET.name: ("mass",)}),
        Row("body too heavy", {SECRET.name: ("mass.body",)}),
        Row("28 V is right", {SECRET.name: ("power.bus", "level")}),
        Row("all about power", {SECRET.name: ("power",)}),
        Row("open to this level", {SECRET.name: ("level",)}),
        Row("it was accepted", {SECRET.name: ()}),
    ]
    proposals = {SECRET.name: SECRET}
    assert release_rows(rows, proposals, PUBLIC).data == ["open to this level", "it was accepted"]
    assert len(release_rows(rows, proposals, REVIEWERS).data) == len(rows)
    assert len(release_rows(rows, proposals, OWNER).data) == len(rows)
    with pytest.raises(KeyError):
        release_rows([Row("of a stranger", {"stranger": ("mass",)})], proposals, PUBLIC)


@given(st.lists(st.sampled_from(["mass", "power", "who.contact", "data.science"]), max_size=4))
def test_nothing_hidden_is_ever_in_what_the_public_gets(keys: list[str]) -> None:
    proposal = READ.proposal.model_copy(update={"confidential": keys})
    marked = json.loads(json.dumps(DATA))
    for key in keys:
        here = marked
        *outer, last = key.split(".")
        for step in outer:
            here = here.setdefault(step, {})
            if not isinstance(here, dict):
                return
        here[last] = "CANARY"
    assert "CANARY" not in json.dumps(release(proposal, marked, PUBLIC).data)


def test_keys_cover_what_is_inside_and_around_them() -> None:
    assert covers("mass", "mass")
    assert covers("mass.body", "mass")
    assert covers("mass", "mass.body")
    assert not covers("mass", "massive")
    assert not covers("power.bus", "power.modes")


def test_released_data_come_from_release_alone() -> None:
    with pytest.raises(TypeError, match=r"release\(\) alone"):
        Released({"mass": 1}, PUBLIC, object())
    part = release(SECRET, DATA, REVIEWERS)
    with pytest.raises(ValueError, match="released to reviewers, not to public"):
        merged({"proposal": part}, PUBLIC)
    assert merged({"proposal": part, "n": 1}, REVIEWERS).data["n"] == 1


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("masss", "nearest: mass"),
        ("mass.bodi", "nearest: mass.body"),
        ("power.modes.chargin", "nearest: power.modes.charging"),
        ("name", "cannot be confidential"),
    ],
)
def test_a_mark_that_hides_nothing_is_refused_where_proposals_are_read(key: str, what: str) -> None:
    assert "charging" in READ.proposal.power.modes
    with pytest.raises(ScenarioError, match=what):
        read_proposal(TEXT + f"confidential: [{key}]\n")


def test_a_mark_of_what_there_is_or_may_be_is_taken() -> None:
    keys = ["mass", "power.modes.charging", "who.contact", "pointing"]
    assert read_proposal(TEXT + f"confidential: {json.dumps(keys)}\n").proposal.confidential == keys


@pytest.mark.parametrize("word", ["", "partner:", "partner: ", "Public", "reviewer"])
def test_an_unknown_audience(word: str) -> None:
    with pytest.raises(UserError, match="is no audience"):
        audience_of(word)


def test_names_that_a_partner_gave_are_not_told_as_keys() -> None:
    keys = ["power.modes.observing", "views.horizon", "who.contact", "power.modes", "mass.body"]
    told = public_keys(read_proposal(template()).proposal, keys)
    assert told == ["power.modes", "views", "who.contact", "mass.body"]
