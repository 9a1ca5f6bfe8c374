"""The registry of partners: who takes part, as what, and what they bring."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal

import numpy as np
from ruamel.yaml import YAML

from ilrs.components.component import Described
from ilrs.errors import ScenarioError, UserError, Where
from ilrs.partnership.contributions import NEXT, Contribution, Event, Maturity, State, chained
from ilrs.partnership.proposal import OrganisationKind
from ilrs.partnership.release import Audience
from ilrs.scenario.document import Document, suggestion
from ilrs.scenario.instants import Instant
from ilrs.scenario.loading import read_alone, validate_document
from ilrs.scenario.sourcing import resolve_sources
from ilrs.scenario.yaml_text import read_text
from ilrs.units import Fraction

PACKAGED = Path(__file__).parent / "reference" / "registry.yaml"
Role = Literal["founder", "signatory", "contributor", "observer"]


class Contact(Described):
    """Whom to write to; never leaves the core unless the partner says so."""

    name: str
    address: str = ""
    concern: str = ""
    """What for."""


class Partner(Described):
    """A country or organisation that takes part."""

    title: str
    country: str = ""
    """Left out for international organisations."""
    kind: OrganisationKind | Literal["state"]
    roles: list[Role] = []
    joined: Instant | None = None
    contacts: list[Contact] = []
    note: str = ""


class Registry(Described):
    """Partners, contributions, and the margins of budgets by maturity."""

    registry: Literal[1]
    """Version of this format."""
    title: str = ""
    note: str = ""
    margins: dict[Maturity, Fraction]
    """Growth still expected of mass and power, by maturity."""
    system_margin: Fraction = 0.2
    """On top, for what is not known yet of a mission."""
    partners: dict[str, Partner]
    contributions: dict[str, Contribution] = {}


def read_registry(source: Path | str | None = None) -> tuple[Registry, Document]:
    """A registry and its document; None gives the packaged one.

    Raises `ScenarioError` with every mistake, each with file and line.
    """
    path = PACKAGED if source is None else Path(source)
    document = read_alone(path, "registry")
    registry = validate_document(document, Registry)
    problems = [
        ScenarioError(
            f"there is no partner {each.partner!r}",
            where=document.where(("contributions", name, "partner")),
            remedy=suggestion(each.partner, registry.partners),
        )
        for name, each in registry.contributions.items()
        if each.partner not in registry.partners
    ]
    problems += [
        ScenarioError(
            f"no margin is written for {each.maturity!r}",
            where=document.where(("contributions", name)),
            remedy="add it under `margins`",
        )
        for name, each in registry.contributions.items()
        if each.maturity not in registry.margins
    ]
    problems += _broken(registry, document)
    if problems:
        raise ScenarioError.several(problems)
    return registry, resolve_sources(document)


def _broken(registry: Registry, document: Document) -> list[ScenarioError]:
    """Histories that are not what they were when their hashes were written."""
    problems = []
    for name, each in registry.contributions.items():
        begun = False
        for k, event in enumerate(each.history):
            begun = begun or bool(event.chain)
            if begun and event.chain != chained(each.history[: k + 1]):
                problems.append(
                    ScenarioError(
                        f"the history of {name!r} was altered here or before",
                        where=document.where(("contributions", name, "history", k)),
                        remedy="put it back; `ilrs partner move` writes what is new",
                    )
                )
                break
    return problems


def record(
    path: Path, name: str, state: str, by: str, why: str = "", at: np.datetime64 | None = None
) -> Event:
    """Write a change of state into the history of a registry's contribution, and nothing else.

    Comments and order of the file stay. What may not follow is refused, the file left as it was.
    """
    registry, _ = read_registry(path)
    if path.resolve() == PACKAGED.resolve():
        raise UserError("the packaged registry is not changed", remedy="copy it, and name the copy")
    if name not in registry.contributions:
        remedy = suggestion(name, registry.contributions)
        raise UserError(f"there is no contribution {name!r}", remedy=remedy)
    if not by.strip():
        raise UserError("who changes it?", remedy="name them: --by 'A. Name'")
    each = registry.contributions[name]
    if state not in NEXT[each.state]:
        allowed = NEXT[each.state]
        raise UserError(
            f"{name!r} is {each.state}, which {state!r} does not follow",
            remedy=f"may follow: {', '.join(allowed)}" if allowed else "nothing follows it",
        )
    now = at if at is not None else np.datetime64(dt.datetime.now(dt.UTC).date(), "s")
    if now < each.history[-1].at:
        raise UserError(
            f"{str(now)[:10]} lies before the last change ({str(each.history[-1].at)[:10]})",
            remedy="date it later",
        )
    following: State = next(s for s in allowed_of(each) if s == state)
    event = Event(at=now, state=following, by=by, why=why)
    event = event.model_copy(update={"chain": chained((*each.history, event))})
    _append(path, name, event)
    return event


def allowed_of(each: Contribution) -> tuple[State, ...]:
    """The states that may follow now."""
    return NEXT[each.state]


def _append(path: Path, name: str, event: Event) -> None:
    yaml = YAML()  # keeps comments and order
    yaml.width = 100
    whole = yaml.load(read_text(path))
    row = {"at": str(event.at)[:10], "state": event.state, "by": event.by}
    if event.why:
        row["why"] = event.why
    row["chain"] = event.chain
    whole["contributions"][name]["history"].append(row)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            yaml.dump(whole, file)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UserError(
            f"cannot be written: {error.strerror or error}", where=Where(path), remedy="free it"
        ) from error


def hidden_from(audience: Audience, name: str, registry: Registry) -> frozenset[str]:
    """What of a contribution an audience may not see."""
    each = registry.contributions[name]
    partner = registry.partners[each.partner]
    seen = audience.sees_all_by(each.partner, partner.title)
    return frozenset() if seen else frozenset(each.confidential)


def as_data(registry: Registry, document: Document, audience: Audience) -> dict[str, Any]:
    """Partners and what they bring, as plain data for an audience; contacts stay inside."""
    return {
        "title": registry.title,
        "partners": [
            {
                "name": name,
                "title": p.title,
                "country": p.country,
                "kind": p.kind,
                "roles": p.roles,
                "joined": None if p.joined is None else str(p.joined)[:10],
                "source": _source(document, ("partners", name, "roles")),
                "note": p.note,
                "contributions": [
                    n for n, c in registry.contributions.items() if c.partner == name
                ],
            }
            for name, p in registry.partners.items()
        ],
        "contributions": [
            contribution_data(name, each, hidden_from(audience, name, registry))
            for name, each in registry.contributions.items()
        ],
    }


def _source(document: Document, path: tuple[str, ...]) -> str:
    said = document.provenance.get(path)
    return said.source if said else ""


SHOWN_AS = {"mass": "counted_kg", "power": "power_w", "data": "data_bit_s"}
"""Keys of plain data by those of a contribution, where they differ."""


def contribution_data(name: str, each: Contribution, hidden: frozenset[str]) -> dict[str, Any]:
    """A contribution as plain data without what is `hidden`; kg, W, bit/s."""
    told = {
        "name": name,
        "title": each.title,
        "partner": each.partner,
        "gives": each.gives,
        "tangible": each.tangible,
        "node": each.node,
        "level": each.level,
        "stages": each.stages,
        "state": each.state,
        "maturity": each.maturity,
        "counted_kg": each.counted,
        "power_w": each.power,
        "data_bit_s": each.data,
        "cost": each.cost,
        "history": [
            {"at": str(e.at)[:10], "state": e.state, "by": e.by, "why": e.why} for e in each.history
        ],
        "note": each.note,
    }
    absent = {SHOWN_AS.get(key, key) for key in hidden}
    return {key: value for key, value in told.items() if key not in absent}
