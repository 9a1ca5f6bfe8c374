"""Verbs that write a scenario for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ilrs.cli.live import From, Scenario, Step, To
from ilrs.cli.output import Json, console, emit
from ilrs.cli.progress import Bars
from ilrs.errors import UserError, Where

export = typer.Typer(
    name="export",
    help="Write a scenario for other tools. Every verb takes --json.",
    no_args_is_help=True,
)


@export.command()
def pypsa(
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty.")],
    scenario: Scenario = "ilrs",
    begins: From = None,
    ends: To = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Write what the planner solves as a network that PyPSA reads.

    The same flows, stores, bounds, costs and linear heat laws over the same plan steps, in one
    window over the period: `pypsa.Network(FOLDER).optimize()` has the planner's optimum.
    """
    from ilrs.api import load
    from ilrs.operations.exchange import export_pypsa

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError("this is not an empty folder", where=Where(out), remedy="name another")
    station = load(scenario, begins=begins, ends=ends, step=step)
    with Bars() as bars:
        bars("export", 0, 1)
        made = export_pypsa(station.loaded, out)
        bars("export", 1, 1)
    told = {"folder": str(out), "snapshots": made.count}
    told |= {component: len(rows) for component, rows in made.static.items()}
    if as_json:
        emit(told)
    else:
        words = ", ".join(f"{n} {what}" for what, n in told.items() if what != "folder")
        console().print(f"{out}: {words}", soft_wrap=True)
