"""The catalogues say the same in every language: the same keys, the same places."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from ilrs.errors import UserError
from ilrs.language import (
    LANGUAGES,
    Several,
    catalogue,
    language_of,
    named,
    places_of,
    plain,
    said,
    spoken,
)
from ilrs.language.named import WORDS
from ilrs.partnership import opportunity, proposal
from ilrs.partnership.reading import read_call, read_proposal
from ilrs.partnership.registry import as_data as registered
from ilrs.partnership.registry import read_registry
from ilrs.partnership.release import Audience
from ilrs.partnership.rules import REFERENCE as RULES
from ilrs.partnership.rules import read_rules
from ilrs.partnership.schema_words import described as descriptions
from ilrs.partnership.schema_words import in_language
from ilrs.partnership.template import template
from ilrs.roadmap.programme import read as read_roadmap
from ilrs.roadmap.programme import version_names
from ilrs.roadmap.shown import as_data
from ilrs.scenario.export import export_schema

SOURCE = Path(__file__).resolve().parents[2] / "src/ilrs"
ENGLISH = catalogue("en")
SCHEMA, NAMED = "schema.", "named."
"""Descriptions of a schema stand in the code in English, and names in the packaged files."""


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_key_is_in_every_language(language: str) -> None:
    shelves = (SCHEMA, NAMED)
    theirs = {key for key in catalogue(language_of(language)) if not key.startswith(shelves)}
    assert theirs == set(ENGLISH)
    both = [{k for k in catalogue(x) if k.startswith(NAMED)} for x in LANGUAGES[1:]]
    assert both[0] == both[1]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_places_agree(language: str) -> None:
    theirs = catalogue(language_of(language))
    wrong = [key for key, words in ENGLISH.items() if places_of(words) != places_of(theirs[key])]
    assert not wrong


def test_the_texts_are_in_their_language() -> None:
    def letters(words: str) -> str:
        return re.sub(r"\{\w*\}", "", words)

    def wordless(key: str) -> bool:
        return not re.search("[a-z]", letters(ENGLISH.get(key, "word")))

    for key, words in catalogue("zh").items():
        assert wordless(key) or re.search(r"[\u4e00-\u9fff]", letters(words)), key
    for key, words in catalogue("ru").items():
        assert wordless(key) or re.search(r"[а-яё]", letters(words).lower()), key
    for key, words in ENGLISH.items():
        assert not re.search(r"[\u0400-\u04ff\u4e00-\u9fff]", words), key


def called() -> dict[str, set[str] | None]:
    """Every key that the code calls by `said("key", name=...)`, with the names it gives."""
    found: dict[str, set[str] | None] = {}
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "ilrs.language" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "said":
                key = node.args[0]
                if isinstance(key, ast.Constant):
                    spread = any(k.arg is None for k in node.keywords)
                    found[key.value] = None if spread else {str(k.arg) for k in node.keywords}
    return found


def test_the_code_calls_keys_that_exist_and_fills_their_places() -> None:
    calls = called()
    assert len(calls) > 10
    for key, names in calls.items():
        assert key in ENGLISH, key
        if names is not None:
            assert names == places_of(ENGLISH[key]), key


def test_messages_hold_messages_and_become_text_at_the_end() -> None:
    inner = said("trail.torn")
    outer = said("head.signed", name=(inner, "34 kg"))
    assert outer.text() == "signed by the last line breaks off, 34 kg"
    assert outer.text("zh") == "由 最后一行不完整、34 kg 签名"
    told = plain({"why": [outer]}, "ru")["why"][0]
    assert told["key"] == "head.signed"
    assert told["text"].startswith("подписал(а) последняя строка обрывается")
    assert told["values"]["name"][0]["key"] == "trail.torn"
    assert Several((inner, "34 kg")).text("zh") == "最后一行不完整；34 kg"


def test_an_unknown_language_is_told_with_those_known() -> None:
    with pytest.raises(UserError, match=r"'fr'.*known: en, zh, ru"):
        language_of("fr")


def words_of(data: Any, key: str = "") -> set[str]:
    """The words that plain data of a roadmap say."""
    if isinstance(data, dict):
        return {w for k, value in data.items() for w in words_of(value, k)}
    if isinstance(data, list):
        return {w for value in data for w in words_of(value, key)}
    said = key in WORDS and isinstance(data, str) and re.search("[a-z]{4}", data)
    return {data} if said else set()


def test_what_packaged_roadmaps_say_is_told_in_every_language() -> None:
    said = set()
    for version in version_names():
        standing = read_roadmap(version)
        said |= words_of(as_data(standing)) - {*standing.programme.missions}
        for mission in standing.programme.missions.values():
            said |= {o.text for o in mission.objectives.values()}
    assert len(said) > 200
    for language in LANGUAGES[1:]:
        theirs = {k.removeprefix(NAMED) for k in catalogue(language) if k.startswith(NAMED)}
        lacking = said - theirs
        assert not lacking, f"{language}/named.toml tells these words of the roadmap too"
        assert spoken(["Chang'e-8", "ilrs-2"], language) in ("嫦娥八号、ilrs-2", "Чанъэ-8, ilrs-2")
        assert named("my own rover", language) == "my own rover"


def test_what_packaged_proposals_partners_and_rules_say_is_told_in_every_language() -> None:
    said = words_of(registered(*read_registry(), Audience(reviewers=True)))
    said |= set(read_rules(RULES).sources.values())
    for file in (RULES.parent / "proposals").glob("*.yaml"):
        each = read_proposal(file).proposal
        said |= {each.title, each.summary, each.disposal, each.who.organisation, *each.who.partners}
    said -= {"", "CNSA"}
    assert len(said) > 100
    for language in LANGUAGES[1:]:
        lacking = {w for w in said if NAMED + w not in catalogue(language)}
        assert not lacking, f"{language}/named.toml tells these words too"


def test_every_stage_of_progress_has_words() -> None:
    stages = {
        stage
        for path in SOURCE.rglob("*.py")
        for stage in re.findall(r"progress\(\"([a-z ]+)\"", path.read_text(encoding="utf-8"))
    }
    assert "best order" in stages
    assert {f"stage.{stage.replace(' ', '_')}" for stage in stages} <= set(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_key_of_a_proposal_and_a_call_is_described(language: str) -> None:
    """Of the kinds of equipment too; what several say alike stands in the catalogue once."""
    models = (proposal.Proposal, opportunity.Call)
    described, english = set(), []
    for model in models:
        schema = export_schema(model, extends=False)
        described |= {key for key, _ in descriptions(schema, model.__name__)}
        told = in_language(schema, model.__name__, language_of(language))
        english += [
            node["description"]
            for _, node in descriptions(told, model.__name__)
            if not re.search(r"[\u4e00-\u9fffа-яё]", node["description"])
        ]
    assert not english
    theirs = {key for key in catalogue(language_of(language)) if key.startswith(SCHEMA)}
    assert theirs <= described
    assert len(theirs) > 600


def test_the_proposal_to_start_from_asks_the_same_in_every_language() -> None:
    words = {"title", "summary", "who", "disposal", "gives", "figures"}
    asked = [
        read_proposal(template(language)).proposal.model_dump(exclude=words)
        for language in LANGUAGES
    ]
    assert asked[0] == asked[1] == asked[2]
    comments = [template(language).count("#") for language in LANGUAGES]
    assert min(comments) > 30
    for language in LANGUAGES[1:]:
        assert not re.search(r"# [a-z ]{12,}$", template(language), re.MULTILINE)


def test_the_packaged_calls_speak_every_language() -> None:
    for name in ("ilrs", "change-8"):
        call = read_call(name)
        told = [call.title, call.note, *(slot.title for slot in call.opportunities.values())]
        assert [titles for titles in told if titles.missing or isinstance(titles.root, str)] == []
