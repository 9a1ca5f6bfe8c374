"""The command `ilrs`: its verbs, and what becomes of every mistake and interruption."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from ilrs import __version__
from ilrs.cli.ask import NegativeNumbers, horizons, sky, when
from ilrs.cli.audit import audit
from ilrs.cli.data import data
from ilrs.cli.describe import check, components, new, schema
from ilrs.cli.earthview import earthview
from ilrs.cli.explain import compare, endurance, reserve, why
from ilrs.cli.export import export
from ilrs.cli.isru import isru
from ilrs.cli.judge import validate
from ilrs.cli.lang import ToldInLanguage
from ilrs.cli.live import report, run
from ilrs.cli.observe import observe
from ilrs.cli.output import STOPPED, Interrupted, explain, told_as_json
from ilrs.cli.partner import partner
from ilrs.cli.plan import plan
from ilrs.cli.propose import propose
from ilrs.cli.propose_join import advance, status, submit
from ilrs.cli.propose_match import match
from ilrs.cli.propose_rules import rules
from ilrs.cli.roadmap import roadmap
from ilrs.cli.route import route
from ilrs.cli.sections import Sectioned
from ilrs.cli.site import NegativePlaces, site
from ilrs.cli.size import size
from ilrs.errors import IlrsError, UserError, is_interruption

UsageMistake: Any = typer.BadParameter.__mro__[2]
"""What typer raises for a wrong command line; typer does not name it."""

app = typer.Typer(
    name="ilrs",
    cls=Sectioned,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for verb in (
    *(run, plan, report, new, schema, components),
    *(sky, when, horizons, size, validate, why, compare, endurance, reserve),
):
    app.command(verb.__name__, cls=NegativeNumbers if verb is sky else None)(verb)
app.command("check", cls=ToldInLanguage)(check)
app.command("route", cls=NegativePlaces)(route)
app.command("isru")(isru)
app.add_typer(audit)
app.command("observe", cls=NegativePlaces)(observe)
app.command("earthview", cls=NegativePlaces)(earthview)
app.add_typer(site)
app.add_typer(roadmap)
app.add_typer(partner)
app.add_typer(data)
app.add_typer(export)
for joining in (match, rules, submit, advance, status):
    propose.command(joining.__name__, cls=ToldInLanguage)(joining)
app.add_typer(propose)


@app.callback(invoke_without_command=True)
def _ilrs(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """The open engineering model of the International Lunar Research Station.

    Describe the station in text; compute what ground, Sun and relays allow; plan it; live it with
    faults for years; judge it against its objectives. To begin:

    \b
      ilrs run                 the reference station, to runs/ilrs/report.html
      ilrs new my.yaml         a commented scenario to start from
      ilrs check my.yaml       its mistakes, with line and remedy
      ilrs run my.yaml --to 2031-03-01

    Every verb takes --json and then prints one JSON document to standard output and nothing else.
    Exit codes: 0 done, 2 a mistake in what was asked, 1 anything else, 130 interrupted.
    """
    if version:
        typer.echo(f"ilrs {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (default: the program's own); the exit code.

    Errors become one message on standard error, or with --json one document on standard output.
    A defect of the program shows its traceback only when ILRS_TRACEBACK is set.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:  # a program of its own: what asks it to end is answered like Ctrl-C
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    as_json = told_as_json(words)
    try:
        code = app(args=words, prog_name="ilrs", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not complain of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    except IlrsError as error:
        return explain(error, as_json)
    except Exception as error:
        if isinstance(error, SystemError) and is_interruption(error):
            return explain(Interrupted("stopped"), as_json)
        if os.environ.get("ILRS_TRACEBACK"):
            raise
        return explain(_wrapped(error), as_json)
    if code == STOPPED:
        return explain(Interrupted("stopped"), as_json)
    return code if isinstance(code, int) else 0


def _wrapped(error: Exception) -> IlrsError:
    """Any other error as one of ours: a wrong command line, the system's no, or a defect."""
    if isinstance(error, UsageMistake):
        context = error.ctx
        verb = context.command_path if context else "ilrs"
        words = error.format_message().rstrip(".").replace("\n", " ")
        return UserError(words[:1].lower() + words[1:], remedy=f"see {verb} --help")
    if isinstance(error, OSError):
        return IlrsError(
            f"{error.filename or 'the system'}: {error.strerror or error}",
            remedy="check the space left and the permissions",
        )
    if isinstance(error, MemoryError):
        return IlrsError("the memory is full", remedy="take a shorter period or a longer step")
    return IlrsError(
        f"a defect of ilrs: {type(error).__name__}: {error}",
        remedy="set ILRS_TRACEBACK=1 to see where, and report it",
    )
