"""Verbs on the way into the station: submit a proposal, move it on, see where all stand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ilrs.cli.audience import For
from ilrs.cli.lang import Lang
from ilrs.cli.output import Json, console, emit, say, table

if TYPE_CHECKING:
    from ilrs.language import Language

Office = Annotated[
    Path, typer.Option("--in", metavar="FOLDER", help="The office's folder, with its trail.")
]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it.")]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="As what, by the workflow.")]
Organisation = Annotated[
    str, typer.Option("--organisation", metavar="NAME", help="For which organisation.")
]
HERE = Path("joining")


def submit(
    proposal: Annotated[Path, typer.Argument(help="The proposal, a YAML file.")],
    by: By,
    folder: Office = HERE,
    role: Role = "partner",
    organisation: Organisation = "",
    workflow: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The workflow to follow.", show_default="the packaged one"
        ),
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Hand in a proposal, or another version of it.

    Begins the office's audit trail where there is none. Only what can be read is taken.
    """
    from ilrs.partnership.office import submit as hand_in
    from ilrs.partnership.trail import Actor

    event = hand_in(folder, proposal, Actor(by, role, organisation), workflow)
    _told(event, folder, as_json, lang)


def advance(
    name: Annotated[str, typer.Argument(help="The proposal's name.")],
    to: Annotated[str, typer.Argument(metavar="STATE", help="Where it goes.")],
    by: By,
    role: Role,
    folder: Office = HERE,
    organisation: Organisation = "",
    document: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FILE", help="A document it rests on; may be given often."),
    ] = None,
    note: Annotated[str, typer.Option(help="A word of why; stays inside the office.")] = "",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Move a proposal from one state of the workflow to another.

    Who may, and which documents it takes, is in the workflow. Documents are not copied: their
    SHA-256 enters the trail.
    """
    from ilrs.partnership.office import advance as move_on
    from ilrs.partnership.trail import Actor

    event = move_on(folder, name, to, Actor(by, role, organisation), _documents(document), note)
    _told(event, folder, as_json, lang)


def status(
    name: Annotated[
        str | None, typer.Argument(help="One proposal, with all that happened to it.")
    ] = None,
    folder: Office = HERE,
    audience: For = "public",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Say where every proposal of an office stands, since when, and what may come next."""
    from ilrs.errors import UserError
    from ilrs.language import text
    from ilrs.partnership.office import kept, standings
    from ilrs.partnership.release import audience_of
    from ilrs.partnership.trail import written
    from ilrs.scenario.document import suggestion

    reader = audience_of(audience)
    way, found = standings(folder)
    if name is not None:
        names = [here.subject for here in found]
        found = [here for here in found if here.subject == name]
        if not found:
            raise UserError(f"nobody submitted {name!r} here", remedy=suggestion(name, names))
    now = dt.datetime.now(dt.UTC)
    rows = [_row(way, here, now, lang) for here in found]
    if name is not None:
        rows[0]["events"] = _events(found[0], kept(folder, found[0]).proposal, reader)
    if as_json:
        told = {"workflow": way.name, "at": written(now), "for": str(reader)}
        emit({**told, "proposals": rows})
        return
    columns = ("proposal", "state", "since", "due", "next")
    listed = table(*(text(f"status.{column}", lang) for column in columns))
    for row in rows:
        late = row["overdue_d"]
        due = text("status.in_time", lang) if row["within_d"] else ""
        if late is not None:
            due = text("status.overdue", lang, days=late)
        listed.add_row(
            row["proposal"], row["title"], row["since"][:10], due, ", ".join(row["next"])
        )
    console().print(listed)
    if name is not None:
        console().print(_history(rows[0]["events"], way, lang))


def _history(events: list[dict[str, Any]], way: Any, lang: Language) -> Any:
    """What happened to a proposal, line by line."""
    from ilrs.language import Words

    word, kind = Words("status", lang), Words("status.event", lang)
    listed = table(*map(word, ("since", "event_is", "state", "role", "by")))
    for e in events:
        state, role = way.states.get(e["to"]), way.roles.get(e["role"])
        listed.add_row(
            e["at"],
            kind(e["kind"]),
            state.title.text(lang) if state else e["to"],
            role.text(lang) if role else e["role"],
            e.get("by", ""),
        )
    return listed


def _row(way: Any, here: Any, now: dt.datetime, lang: Any) -> dict[str, Any]:
    state = way.states[here.state]
    late = here.overdue(way, now)
    return {
        "proposal": here.subject,
        "state": here.state,
        "title": state.title.text(lang),
        "since": here.since,
        "within_d": None if state.within is None else round(state.within / 86400),
        "overdue_d": None if late is None else int(late // 86400) + 1,
        "next": list(state.next),
        "sha256": here.sha256,
    }


def _events(here: Any, proposal: Any, reader: Any) -> list[dict[str, Any]]:
    """What happened to a proposal; who of the partner did it only where `who` may be told."""
    from ilrs.partnership.release import covers, hidden_of

    secrets = hidden_of(proposal, reader)
    nameless = any(covers("who.contact", s) or covers("who.organisation", s) for s in secrets)
    submitter = here.events[0].actor
    rows = []
    for e in here.events:
        row = {
            "number": e.number,
            "at": e.at,
            "kind": e.kind,
            "to": str(e.content.get("to", "")),
            "role": e.actor.role,
            "documents": dict(e.content.get("documents", {})),
            "hash": e.hash,
        }
        theirs = (e.actor.role, e.actor.organisation) == (submitter.role, submitter.organisation)
        if not (nameless and theirs):
            row |= {"by": e.actor.name, "organisation": e.actor.organisation}
        rows.append(row)
    return rows


def _documents(words: list[str] | None) -> dict[str, Path]:
    from ilrs.errors import UserError

    found: dict[str, Path] = {}
    for word in words or ():
        name, sign, file = word.partition("=")
        if not sign or not name or not file:
            raise UserError(
                f"{word!r} is no document",
                remedy="write --document NAME=FILE, as letter=letter.pdf",
            )
        if name in found:
            raise UserError(f"the document {name!r} is given twice")
        found[name] = Path(file)
    return found


def _told(event: Any, folder: Path, as_json: bool, lang: Language) -> None:
    from ilrs.language import Words

    if as_json:
        emit(
            {
                "folder": str(folder),
                "proposal": event.subject,
                "kind": event.kind,
                "state": event.content.get("to"),
                "at": event.at,
                "event": event.number,
                "hash": event.hash,
            }
        )
        return
    word = Words("status.cli", lang)
    what = {
        "name": event.subject,
        "kind": Words("status.event", lang)(event.kind),
        "number": event.number,
    }
    to = event.content.get("to")
    line = word("told", **what) if to is None else word("told_to", state=to, **what)
    console().print(line, soft_wrap=True)
    say(f"ilrs: {word('head', hash=event.hash, path=folder / 'trail.jsonl')}")
