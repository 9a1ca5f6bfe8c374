"""Verbs that live a scenario: run, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ilrs.cli.output import Interrupted, Json, console, emit, say
from ilrs.cli.progress import Bars
from ilrs.errors import is_interruption

Scenario = Annotated[
    str, typer.Argument(help="A packaged name such as ilrs, or the path of a YAML file.")
]
From = Annotated[
    str | None, typer.Option("--from", help="Begin of the period, UTC.", metavar="UTC")
]
To = Annotated[
    str | None, typer.Option("--to", help="End of the period, UTC, excluded.", metavar="UTC")
]
Step = Annotated[
    str | None,
    typer.Option(
        "--step", help="Step, such as '10 min'; a bare number is seconds.", metavar="STEP"
    ),
]


def run(
    scenario: Scenario = "ilrs",
    begins: From = None,
    ends: To = None,
    step: Step = None,
    seed: Annotated[int, typer.Option(help="Seed of failures, offsets and noise.", min=0)] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run.", show_default="runs/NAME")
    ] = None,
    n_minus_one: Annotated[
        bool, typer.Option("--n-1", help="Tell which single loss sheds what (some 20 s more).")
    ] = False,
    as_json: Json = False,
) -> int:
    """Carry a scenario from text to a judged run and its report.

    Computes light, views and warmth; plans; simulates with faults; audits every balance; judges the
    missions' objectives; writes the folder of the run. An earlier run there is replaced only when
    the new one is whole. An interrupted run goes on where it was when the same command is given.
    """
    from ilrs.api import REPORT, load
    from ilrs.operations.folder import working_folder

    station = load(scenario, begins=begins, ends=ends, step=step)
    folder = out if out is not None else Path("runs") / station.scenario.name
    try:
        with Bars() as bars:
            result = station.run(seed, out=folder, progress=bars, n_minus_one=n_minus_one)
    except (KeyboardInterrupt, SystemError) as error:
        if not is_interruption(error):
            raise
        kept = working_folder(folder)
        raise Interrupted(
            "the run was stopped; what it did so far is kept",
            remedy="give the same command to go on"
            + (f", or delete {kept} to begin anew" if kept.exists() else ""),
        ) from None
    passed = bool(result.summary["audit"]["passed"])
    if as_json:
        place = {"folder": str(folder), "report": str(folder / REPORT)}
        emit({**place, "summary": result.summary})
    else:
        from ilrs.rendering.terminal import roadmap_table

        console().print(roadmap_table(result.summary))
        console().print(f"Report: {folder / REPORT}", soft_wrap=True)
    if not passed:
        say(f"ilrs: balances do not close; see ilrs audit {folder}")
    return 0 if passed else 1


def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    as_json: Json = False,
) -> None:
    """Write a finished run's report again, from what its folder holds."""
    from ilrs.api import REPORT, write_report
    from ilrs.operations.folder import read_run

    stored = read_run(folder)
    path = write_report(stored, folder / REPORT)
    if as_json:
        emit({"folder": str(folder), "report": str(path), "summary": dict(stored.summary)})
    else:
        from ilrs.rendering.terminal import roadmap_table

        console().print(roadmap_table(stored.summary))
        console().print(f"Report: {path}", soft_wrap=True)
