"""What activities take and bring where their instruments' models say it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ilrs.components.instrument import YIELDED_IN, Instrument, Work
from ilrs.errors import ScenarioError
from ilrs.scenario.activities import Activity, Amount
from ilrs.scenario.document import Document, Steps, suggestion
from ilrs.scenario.finding import finding
from ilrs.scenario.schema import Scenario

Kind = TypeVar("Kind")


def worked(scenario: Scenario, document: Document) -> Scenario:
    """The scenario with what activities leave to the works of their instruments.

    Raises `ScenarioError` with every work that is not known or cannot be.
    """
    activities, wrong = dict(scenario.activities), []
    for name, each in scenario.activities.items():
        if each.does is not None:
            try:
                activities[name] = _worked(scenario, document, name, each)
            except ScenarioError as error:
                wrong.append(error)
    if wrong:
        raise ScenarioError.several(wrong)
    return scenario.model_copy(update={"activities": activities})


def instrument_of(scenario: Scenario, each: Activity, kind: type[Kind]) -> tuple[str, Kind] | None:
    """The first instrument of a kind (`facility/component`) that works; None without one."""
    for name in each.instruments:
        facility, _, component = name.partition("/")
        part = scenario.facilities[facility].components[component]
        if isinstance(part, kind):
            return name, part
    return None


def asked(scenario: Scenario, each: Activity) -> tuple[Instrument, str, dict[str, float]] | None:
    """The instrument whose work an activity does, that work's name and what it is told, SI."""
    if each.does is None:
        return None
    ((verb, words),) = each.does.items()
    part = next(p for p in _instruments(scenario, each) if verb in p.works())
    types = part.works()[verb]
    told = {word: TypeAdapter(types[word]).validate_python(v) for word, v in words.items()}
    return part, verb, told


def _worked(scenario: Scenario, document: Document, name: str, each: Activity) -> Activity:
    ((verb, words),) = (each.does or {}).items()
    path: Steps = ("activities", name, "does", verb)
    able = [part for part in _instruments(scenario, each) if verb in part.works()]
    if not able:
        known = sorted({w for part in _instruments(scenario, each) for w in part.works()})
        raise finding(
            document, path, f"none of its instruments can {verb!r}",
            suggestion(verb, known) if known else "name an instrument that works",
        )  # fmt: skip
    told = _told(document, path, able[0].works()[verb], words)
    do = getattr(able[0], verb)
    for word, parameter in inspect.signature(do).parameters.items():
        if parameter.default is parameter.empty and word not in told:
            raise finding(document, path, f"{verb!r} is not told its {word!r}", f"add {word!r}")
    try:
        work: Work = do(**told)
    except ValueError as error:
        remedy = f"ask for less, or give {able[0].kind} other keys (ilrs components {able[0].kind})"
        raise finding(document, path, str(error), remedy) from error
    given = each.model_fields_set
    computed: dict[str, Any] = {}
    if each.least is None and each.duration is None and each.route is None:
        computed["duration"] = work.duration
    if "power" not in given:
        computed["power"] = work.power
    if "data" not in given and work.data:
        computed["data"] = {"science": work.data}
    brought = {k: Amount(v, YIELDED_IN.get(k, "")) for k, v in work.yields.items()}
    computed["yields"] = brought | each.yields
    return each.model_copy(update=computed)


def _instruments(scenario: Scenario, each: Activity) -> list[Instrument]:
    """The instruments of an activity that exist; what does not is found by the checks."""
    found = []
    for name in each.instruments:
        facility, _, component = name.partition("/")
        box = scenario.facilities.get(facility)
        part = box.components.get(component) if box is not None else None
        if isinstance(part, Instrument):
            found.append(part)
    return found


def _told(
    document: Document, path: Steps, asked: Mapping[str, Any], words: Mapping[str, Any]
) -> dict[str, Any]:
    """What a work is told, SI."""
    told = {}
    for word, value in words.items():
        if word not in asked:
            raise finding(
                document, (*path, word), f"{word!r} is nothing that it is told",
                suggestion(word, asked) if asked else "leave it out",
            )  # fmt: skip
        try:
            told[word] = TypeAdapter(asked[word]).validate_python(value)
        except ValidationError as error:
            what = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise finding(document, (*path, word), what, "write it as a key of the scenario") from (
                error
            )
    return told
