"""How verbs speak: one JSON document, or tables and words for people; errors as one message."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ilrs.errors import IlrsError

STOPPED = 130
"""Exit code after ctrl-C."""

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document to standard output, nothing else.")
]


class Interrupted(IlrsError):
    """Somebody pressed ctrl-C."""

    exit_code = STOPPED


def told_as_json(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, even one too wrong to be parsed."""
    before = words[: words.index("--")] if "--" in words else words
    return "--json" in before


def emit(data: Any) -> None:
    """Print the one JSON document of a verb."""
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    sys.stdout.write(text + "\n")


def explain(error: IlrsError, as_json: bool) -> int:
    """Say what is wrong, where and what to do; returns the exit code."""
    if as_json:
        emit({"error": {"message": str(error), "exit_code": error.exit_code, **_plain(error)}})
    else:
        sys.stderr.write(f"ilrs: {error}\n")
    return error.exit_code


def _plain(error: IlrsError) -> dict[str, Any]:
    data = error.as_data()
    data["family"] = data.pop("error")
    data["problems"] = [_plain(problem) for problem in getattr(error, "problems", ())]
    return data


def say(text: str) -> None:
    """A line for people on standard error, where it is in nobody's way."""
    sys.stderr.write(text + "\n")


def console() -> Console:
    """Where tables for people go: standard output, without wrapping what a pipe reads."""
    from rich.console import Console

    made = Console(highlight=False, soft_wrap=False)
    if not made.is_terminal:
        made = Console(highlight=False, width=160)
    return made


def table(*columns: str, title: str = "", right: Sequence[str] = ()) -> Table:
    """An empty table; the columns named in `right` hold numbers."""
    from rich import box
    from rich.table import Table

    made = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD)
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", overflow="fold")
    return made
