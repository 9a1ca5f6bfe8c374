"""The verb that plans activities, and shows what differs between two plans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ilrs.cli.live import From, Step, To
from ilrs.cli.output import Json, console, emit, say, table
from ilrs.cli.progress import Bars
from ilrs.errors import UserError

SHOWN = 40
"""Entries of a schedule that are printed for people."""


def plan(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO | diff A B]", help="A scenario, or two plans to compare."
        ),
    ] = None,
    begins: From = None,
    ends: To = None,
    step: Step = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the plan.", show_default="plans/NAME")
    ] = None,
    requests: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What is locked, pinned, forbidden, ordered."),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="An agreed schedule (JSON, CSV, iCalendar) or a run."),
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="UTC", help="Plan anew from here on; what was stays.")
    ] = None,
    lock: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Stays as agreed, such as core#2.")
    ] = None,
    pin: Annotated[
        list[str] | None, typer.Option(metavar="NAME=UTC", help="Begins at an instant.")
    ] = None,
    forbid: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Is not to be.")] = None,
    order: Annotated[
        list[str] | None, typer.Option(metavar="NAME:NAME", help="The first ends first.")
    ] = None,
    work: Annotated[
        float, typer.Option(help="Deterministic work of the solver: the same plan each time.")
    ] = 30.0,
    seconds: Annotated[
        float | None, typer.Option(help="Stop by the clock instead; the plan is marked.")
    ] = None,
    gap: Annotated[
        float, typer.Option(help="Stop when proven this near to the best: a share, such as 0.01.")
    ] = 0.0,
    as_json: Json = False,
) -> None:
    """Plan what a scenario's robots and instruments do, agreed with its power.

    Writes the schedule as JSON, CSV, iCalendar and for Open MCT; says what is not in it, what
    blocks it, and what would admit it. A greedy plan stands at once and is bettered.

    \b
      ilrs plan my.yaml --pin core#2=2031-02-01T06:00
      ilrs plan my.yaml --keep runs/my --at 2031-08-14    after a fault, with few changes
      ilrs plan diff plans/old plans/new
    """
    given = words or ["ilrs"]
    if given[0] == "diff":
        _diff(given[1:], as_json)
        return
    if len(given) > 1:
        raise UserError(
            f"{len(given)} scenarios were given", remedy="give one, or `diff A B` for two plans"
        )
    _plan(
        given[0],
        (begins, ends, step),
        out,
        keep,
        at,
        _requests(requests, lock, pin, forbid, order),
        (work, seconds, gap),
        as_json,
    )


def _plan(
    scenario: str,
    period: tuple[str | None, str | None, str | None],
    out: Path | None,
    keep: Path | None,
    at: str | None,
    requests: Any,
    limits: tuple[float, float | None, float],
    as_json: bool,
) -> None:
    from ilrs.api import load
    from ilrs.operations.replan import plan_schedule, read_wishes
    from ilrs.planning.schedule.answer import Effort
    from ilrs.planning.schedule.exchange import write_all
    from ilrs.scenario.instants import parse_instant

    begins, ends, step = period
    work, seconds, gap = limits
    if work <= 0 or (seconds is not None and seconds <= 0):
        raise UserError("a plan takes some work", remedy="give --work or --seconds above 0")
    if not 0.0 <= gap < 1.0:
        raise UserError(f"a gap of {gap:g} stops nothing", remedy="give a share, such as 0.01")
    station = load(scenario, begins=begins, ends=ends, step=step)
    moment = None if at is None else parse_instant(at)
    wishes = read_wishes(station.scenario, keep, requests, moment)
    folder = out if out is not None else Path("plans") / station.scenario.name
    with Bars() as bars:
        made = plan_schedule(
            station.loaded,
            wishes,
            Effort(work=work, seconds=seconds, enough=gap),
            progress=bars,
            told=lambda round_, s: say(
                f"ilrs: round {round_}: {len(s.placed)} placed, gap {s.gap:.1%} ({s.method})"
            ),
        )
    try:
        files = write_all(made, folder)
    except OSError as error:
        raise UserError(
            f"the plan cannot be written: {error.strerror or error}",
            remedy="choose another folder with --out",
        ) from error
    if as_json:
        emit({"folder": str(folder), "files": [str(f) for f in files], **made.as_data()})
        return
    _show(made, folder)


def _show(made: Any, folder: Path) -> None:
    out = console()
    rows = table("Activity", "Begins", "Ends", "Who", "Where", "W", right=["W"])
    for e in made.entries[:SHOWN]:
        where = e.origin if e.origin == e.target else f"{e.origin} to {e.target}"
        rows.add_row(
            e.name, e.begins, e.ends, ", ".join((*e.robots, *e.instruments)), where, f"{e.power:g}"
        )
    out.print(rows)
    if len(made.entries) > SHOWN:
        out.print(f"and {len(made.entries) - SHOWN} more")
    proof = "nothing better exists" if made.gap < 1e-6 else f"within {made.gap:.1%} of the best"
    clock = "; stopped by the clock" if made.timed else ""
    out.print(
        f"{len(made.entries)} of {len(made.entries) + len(made.missing)} scheduled, {proof} "
        f"({made.method}{clock}); agreed with the dispatch in round {made.rounds}",
        soft_wrap=True,
    )
    for cut in made.cuts:
        out.print(f"cut: {cut}", soft_wrap=True)
    for m in made.missing[:SHOWN]:
        name = m.activity if m.of == 1 else f"{m.activity}#{m.number}"
        out.print(f"not scheduled: {name}: {m.why}; {m.remedy}", soft_wrap=True)
    out.print(f"Plan: {folder / 'schedule.json'}", soft_wrap=True)


def _requests(
    path: Path | None,
    lock: list[str] | None,
    pin: list[str] | None,
    forbid: list[str] | None,
    order: list[str] | None,
) -> Any:
    from ilrs.planning.schedule.requests import (
        Forbidden,
        Order,
        Pinned,
        Requests,
        named,
        read_requests,
    )
    from ilrs.scenario.instants import parse_instant

    base = read_requests(path) if path is not None else Requests()
    pins, orders = [], []
    for text in pin or []:
        name, sign, moment = text.partition("=")
        if not sign:
            raise UserError(f"{text!r} pins nothing", remedy="write core#2=2031-02-01T06:00")
        who = named(name)
        pins.append(Pinned(activity=who.activity, number=who.number, begins=parse_instant(moment)))
    for text in order or []:
        first, sign, then = text.partition(":")
        if not sign:
            raise UserError(f"{text!r} orders nothing", remedy="write survey:core")
        orders.append(Order(first=named(first), then=named(then)))
    barred = [named(text) for text in forbid or []]
    return Requests(
        lock=[*base.lock, *(named(text) for text in lock or [])],
        pin=[*base.pin, *pins],
        forbid=[
            *base.forbid,
            *(Forbidden(activity=w.activity, number=w.number) for w in barred),
        ],
        order=[*base.order, *orders],
    )


def _diff(paths: list[str], as_json: bool) -> None:
    from ilrs.planning.schedule.compare import differences
    from ilrs.planning.schedule.record import read_settled

    if len(paths) != 2:
        raise UserError(
            f"{len(paths)} plans were given to compare", remedy="give two: ilrs plan diff A B"
        )
    found = differences(*(read_settled(Path(path)) for path in paths))
    if as_json:
        emit(found)
        return
    out = console()
    for row in found["left_out"]:
        out.print(f"left out: {row['name']} ({row['title']}), {row['begins']}", soft_wrap=True)
    for row in found["added"]:
        out.print(f"added: {row['name']} ({row['title']}), {row['begins']}", soft_wrap=True)
    for row in found["moved"]:
        out.print(
            f"moved: {row['name']} ({row['title']}) from {row['from']} to {row['to']}, "
            f"{row['later_h']:+.1f} h",
            soft_wrap=True,
        )
    a, b = found["a"]["worth"], found["b"]["worth"]
    share = f" ({b / a - 1.0:+.1%})" if a else ""
    out.print(f"{found['same']} the same; worth {a:g} and {b:g}{share}", soft_wrap=True)
    if found["scenario_changed"]:
        out.print("The scenario changed between the two.")
