"""Verbs for partners: a proposal written, read and answered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ilrs.cli.describe import write_new
from ilrs.cli.output import Json

propose = typer.Typer(
    name="propose",
    help="Answer a call: write a proposal, see whether, where and when it fits; all take --json.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@propose.command()
def new(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; left out: standard output.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a commented proposal to start from.

    It can be checked as it is. A file that exists is never replaced.
    """
    from ilrs.partnership.template import template

    write_new(file, template(), "ilrs propose check", as_json)
