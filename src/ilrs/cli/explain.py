"""Verbs that explain runs: why, compare, endurance, reserve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.progress import Bars

SMALL = 0.1
"""Changes of less [%] are counted, not shown."""

Folder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]


def why(
    objective: Annotated[
        str, typer.Argument(metavar="OBJECTIVE", help="Its name, or MISSION.NAME.")
    ],
    folder: Folder,
    bands: Annotated[
        bool, typer.Option("--band/--no-band", help="The band from the terrain's error.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Say in words why a run met or missed an objective, and what would change it.

    \b
      ilrs why energy-service runs/ilrs
    """
    from ilrs.assessment.why import why as explained
    from ilrs.operations.folder import read_run

    told = explained(read_run(folder), objective, bands=bands)
    if as_json:
        emit(told)
    else:
        for line in told["words"]:
            console().print(line, soft_wrap=True)


def compare(
    one: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="The folder of another.")],
    as_json: Json = False,
) -> None:
    """Set two runs side by side: what changed in the scenario, and what it did.

    Objectives, metrics, energy and masses that differ, and every value of the scenario that does.
    """
    from ilrs.assessment.comparison import compare as side_by_side
    from ilrs.operations.folder import read_run

    told = side_by_side(read_run(one), read_run(other))
    if as_json:
        emit(told)
        return
    out = console()
    kinds = ("run", "scenario", "objectives", "metrics", "energy_kwh", "masses_kg")
    for kind in kinds:
        if told[kind]:
            _show_changes(kind, told[kind])
    if not any(told[kind] for kind in kinds):
        out.print("the two runs are the same")


def _show_changes(kind: str, changes: Sequence[Mapping[str, Any]]) -> None:
    """A table of what changed, the largest first where they are of one unit; small ones counted."""
    large = [row for row in changes if _change(row) is None or abs(_change(row) or 0.0) >= SMALL]
    if kind in ("energy_kwh", "masses_kg"):
        large.sort(key=lambda row: -abs((row["after"] or 0.0) - (row["before"] or 0.0)))
    heads = ("Before", "After", "Change")
    title = {"energy_kwh": "Energy, kWh", "masses_kg": "Masses, kg"}.get(kind, kind.capitalize())
    rows = table(title, *heads, right=heads)
    for row in large:
        change = _change(row)
        rows.add_row(
            row["name"],
            _cell(row["before"]),
            _cell(row["after"]),
            "" if change is None else f"{change:+{'.3g' if abs(change) < 1e3 else '.0f'}} %",
        )
    if large:
        console().print(rows)
    if left := len(changes) - len(large):
        console().print(f"({left} more changed by less than {SMALL:g} %; --json has them)")


def _change(row: Mapping[str, Any]) -> float | None:
    """Change of a number by its size before [%]; None for what is none, was none or is a status."""
    before, after = row["before"], row["after"]
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        if before.get("status") != after.get("status"):
            return None
        before, after = before.get("value"), after.get("value")
    if not (isinstance(before, float | int) and isinstance(after, float | int)) or not before:
        return None
    return 100.0 * (after - before) / abs(before)


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        asked = value.get("threshold")
        words = " ".join(_cell(value[k]) for k in ("status", "value") if value.get(k) is not None)
        return words if asked is None else f"{words} (asked {_cell(asked)})"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "-" if value is None else str(value)


def endurance(folder: Folder, as_json: Json = False) -> None:
    """How long the station keeps itself alive when Earth sends no new plan.

    From starts every 6 hours of a run: the uploaded plan lasts 14 days, then the rules alone, to
    the first keep-alive violation, at most 90 days.
    """
    from ilrs.assessment.endurance import endurance as lived
    from ilrs.operations.again import again
    from ilrs.operations.folder import read_run

    stored = read_run(folder)
    with Bars() as bars:
        bars("environment", 0, 1)
        was = again(stored)
        bars("environment", 1, 1)
        found = lived(
            was.truth,
            was.resting(),
            was.faults,
            stored.plan,
            was.authority,
            was.scenario.rules.reserve,
            progress=lambda done, of: bars("endurance", done, of),
        )
    told = found.as_data()
    if as_json:
        emit(told)
        return
    rows = table("Share of starts", "Days", right=("Share of starts", "Days"))
    for name, days in told["days"].items():
        rows.add_row(f"{name.removeprefix('p')} %", f"{days:.1f}")
    out = console()
    out.print(rows)
    worst = told["worst"]
    out.print(
        f"{round(told['share_at_cap'] * told['starts'])} of {told['starts']} starts last "
        f"{told['cap_d']:g} days; worst "
        f"{worst['days']:.1f} days from {worst['begins']}",
        soft_wrap=True,
    )


def reserve(folder: Folder, as_json: Json = False) -> None:
    """What the station of a run keeps for missions to come: kilowatts and ports, by date.

    What its plan leaves over at every mission's date, what remains of it when any single unit is
    lost, and how many power outlets are free.
    """
    from ilrs.assessment.reserve import reserve as kept
    from ilrs.operations.folder import read_run

    with Bars() as bars:
        told = kept(read_run(folder), lambda done, of: bars("dates", done, of))
    if as_json:
        emit(told)
        return
    _show_reserve(told["by_date"])
    for line in told["words"]:
        console().print(line, soft_wrap=True)


def _show_reserve(dates: Sequence[Mapping[str, Any]]) -> None:
    heads = ("Mean kW", "Every hour kW", "After a loss kW")
    rows = table("From", "For", *heads, "Ports", right=heads)
    for row in dates:
        ports = "not stated" if row["ports"] is None else str(row["ports"])
        powers = (row[k] for k in ("mean_kw", "firm_kw", "firm_after_loss_kw"))
        rows.add_row(row["from"][:10], row["for"], *(f"{p:.2f}" for p in powers), ports)
    console().print(rows)
