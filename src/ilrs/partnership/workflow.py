"""The way of a proposal into the station: states, moves, and who may make them with what.

The workflow is data (`reference/workflow.yaml`); where a proposal stands follows from its events
in the audit trail alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from ilrs.components.component import Described
from ilrs.errors import ScenarioError, UserError
from ilrs.partnership.titles import Titles
from ilrs.partnership.trail import Actor, Event
from ilrs.scenario.document import Document, suggestion
from ilrs.scenario.loading import read_alone, validate_document
from ilrs.units import Duration

REFERENCE = Path(__file__).parent / "reference" / "workflow.yaml"


class Move(Described):
    """A step from one state to another."""

    by: list[str]
    """Roles that may make it."""
    needs: list[str] = []
    """Documents that must be attached to it, by name."""
    apart_from: list[str] = []
    """Roles whose holders in this matter, and whose organisations, may not make it."""


class State(Described):
    """Where a proposal can stand."""

    title: Titles
    within: Duration | None = None
    """How long it should stay there at most; left out: as long as it takes."""
    revised: bool = False
    """Whether the partner may hand in another version meanwhile."""
    ends: bool = False
    """Whether nothing comes after it."""
    next: dict[str, Move] = {}
    """The moves out of it, by the state they lead to."""


class Workflow(Described):
    """States, moves and roles."""

    workflow: Literal[1]
    """Version of this format."""
    name: str
    begins: str
    """The state in which a proposal is submitted."""
    roles: dict[str, Titles]
    states: dict[str, State] = Field(min_length=1)


@dataclass(frozen=True)
class Standing:
    """Where a proposal stands: its state, since when, and everything that happened to it."""

    subject: str
    state: str
    since: str
    sha256: str
    """Hash of the version that was handed in last."""
    events: tuple[Event, ...]

    def overdue(self, workflow: Workflow, now: dt.datetime) -> float | None:
        """Seconds beyond what its state should take; nothing while in time."""
        within = workflow.states[self.state].within
        if within is None:
            return None
        late = (now - dt.datetime.fromisoformat(self.since)).total_seconds() - within
        return late if late > 0.0 else None


def read_workflow(path: Path = REFERENCE) -> Workflow:
    """A workflow that hangs together; every mistake with its line."""
    document = read_alone(path, "workflow")
    workflow = validate_document(document, Workflow)
    problems = _problems(workflow, document)
    if problems:
        raise ScenarioError.several(problems)
    return workflow


def standing(workflow: Workflow, subject: str, events: Sequence[Event]) -> Standing:
    """Where the events of one proposal have brought it; a user's mistake when there are none."""
    state, since, sha256 = "", "", ""
    for event in events:
        if event.kind in ("submitted", "revised"):
            sha256 = str(event.content["sha256"])
        if event.kind in ("submitted", "moved"):
            state, since = str(event.content["to"]), event.at
    if not state:
        raise UserError(f"{subject!r} has not been submitted")
    if state not in workflow.states:
        raise UserError(
            f"{subject!r} stands at {state!r}, which the workflow {workflow.name!r} does not know",
            remedy=suggestion(state, workflow.states),
        )
    return Standing(subject, state, since, sha256, tuple(events))


def require_move(
    workflow: Workflow, now: Standing, to: str, actor: Actor, documents: Sequence[str]
) -> Move:
    """The move, when this actor may make it with these documents; else what stands against it."""
    here = workflow.states[now.state]
    if to not in workflow.states:
        raise UserError(
            f"the workflow has no state {to!r}", remedy=suggestion(to, list(workflow.states))
        )
    if to not in here.next:
        ways = ", ".join(here.next)
        raise UserError(
            f"{now.subject!r} cannot go from {now.state} to {to}",
            remedy=f"next may be {ways}" if ways else "it is at its end",
        )
    move = here.next[to]
    require_role(workflow, actor)
    if actor.role not in move.by:
        raise UserError(
            f"a {actor.role} may not move a proposal from {now.state} to {to}",
            remedy=f"it takes: {', '.join(move.by)}",
        )
    lacking = [name for name in move.needs if name not in documents]
    if lacking:
        raise UserError(
            f"the move to {to} needs {', '.join(lacking)}",
            remedy=" ".join(f"--document {name}=FILE" for name in lacking),
        )
    for event in now.events:
        other = event.actor
        if other.role not in move.apart_from:
            continue
        same = _folded(other.name) == _folded(actor.name)
        house = _folded(other.organisation) == _folded(actor.organisation) != ""
        if same or house:
            raise UserError(
                f"{actor.name if same else actor.organisation} acted as {other.role} in this "
                f"matter (event {event.number}), so another must make this move",
                remedy=f"whoever moves it to {to} stands apart from: {', '.join(move.apart_from)}",
            )
    return move


def require_role(workflow: Workflow, actor: Actor) -> None:
    """Refuse a role that the workflow does not know, and a name of nothing."""
    if not actor.name.strip():
        raise UserError("whoever acts has a name", remedy="give --by NAME")
    if actor.role not in workflow.roles:
        raise UserError(
            f"the workflow has no role {actor.role!r}",
            remedy=suggestion(actor.role, workflow.roles),
        )


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _problems(workflow: Workflow, document: Document) -> list[ScenarioError]:
    found: list[ScenarioError] = []

    def wrong(path: tuple[str | int, ...], what: str, remedy: str) -> None:
        found.append(ScenarioError(what, where=document.where(path), remedy=remedy))

    states, roles = workflow.states, workflow.roles
    if workflow.begins not in states:
        wrong(
            ("begins",),
            f"there is no state {workflow.begins!r}",
            suggestion(workflow.begins, states),
        )
    for name, state in states.items():
        path = ("states", name)
        if state.ends and state.next:
            wrong((*path, "next"), f"{name} ends, and leads on", "drop `ends` or `next`")
        if not state.ends and not state.next:
            wrong(path, f"{name} leads nowhere", "give `next`, or `ends: true`")
        for to, move in state.next.items():
            at = (*path, "next", to)
            if to not in states:
                wrong(at, f"there is no state {to!r}", suggestion(to, states))
            if not move.by:
                wrong((*at, "by"), "nobody may make this move", f"known: {', '.join(roles)}")
            for role in (*move.by, *move.apart_from):
                if role not in roles:
                    wrong(at, f"there is no role {role!r}", suggestion(role, roles))
    reached = {workflow.begins}
    while more := {to for s in reached & set(states) for to in states[s].next} - reached:
        reached |= more
    for name in states:
        if name not in reached and workflow.begins in states:
            wrong(("states", name), f"no way leads to {name}", "name it under some `next`")
    return found
