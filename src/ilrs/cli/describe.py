"""Verbs about descriptions: new, schema, check, components."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ilrs.cli.lang import Lang
from ilrs.cli.live import Scenario
from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.progress import Bars
from ilrs.errors import UserError, Where
from ilrs.language import Language, said

if TYPE_CHECKING:
    from pydantic import BaseModel


def new(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; left out: standard output.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a commented scenario to start from.

    It runs as it is. A file that exists is never replaced.
    """
    from ilrs.scenario.template import template

    write_new(file, template(), "ilrs check", as_json)


def write_new(
    file: Path | None, text: str, then: str, as_json: bool, lang: Language = "en"
) -> None:
    """Write a text to start from to a file that does not exist yet, or to standard output."""
    if file is not None:
        try:
            with file.open("x", encoding="utf-8") as opened:
                opened.write(text)
        except FileExistsError:
            raise UserError(
                "exists already", where=Where(file), remedy="name another file, or remove it"
            ) from None
        except OSError as error:
            raise UserError(
                f"cannot be written: {error.strerror or error}",
                where=Where(file),
                remedy="name a file in a folder that exists and that you may write to",
            ) from error
    if as_json:
        emit({"file": None if file is None else str(file), "text": text})
    elif file is None:
        typer.echo(text, nl=False)
    else:
        typer.echo(said("cli.new", file=str(file), then=then).text(lang))


class Described(StrEnum):
    """What files describe."""

    scenario = "scenario"
    proposal = "proposal"
    call = "call"


def schema(
    of: Annotated[Described, typer.Argument(help="What the file describes.")] = Described.scenario,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Print the JSON schema of scenarios, proposals or calls, for editors.

    What partners fill in, the kinds of equipment too, is described in English, Chinese and Russian.
    """
    from ilrs.partnership.opportunity import Call
    from ilrs.partnership.proposal import Proposal
    from ilrs.partnership.schema_words import in_language
    from ilrs.scenario.export import export_schema
    from ilrs.scenario.schema import Scenario as Model

    del as_json  # the schema is JSON either way
    models: dict[str, type[BaseModel]] = {"scenario": Model, "proposal": Proposal, "call": Call}
    model = models[of.value]
    exported = export_schema(model, f"ilrs {of.value}", extends=model is Model)
    emit(in_language(exported, model.__name__, lang))


def check(
    scenario: Scenario,
    n_minus_one: Annotated[
        bool,
        typer.Option("--n-1", help="Also live the period without one unit of everything in turn."),
    ] = False,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Find the mistakes of a scenario.

    Types, units, unknown keys, and how its parts fit. Each is told with file, line and remedy; exit
    code 2 when there is any. With --n-1, which single loss sheds what: each unit that can fail is
    lost at the beginning and for good, and the station lives by its rules, without a plan.
    """
    from ilrs.language import text
    from ilrs.partnership.mistakes import told_in
    from ilrs.scenario.checks import remarks
    from ilrs.scenario.load import load_scenario

    loaded = load_scenario(scenario)
    found = loaded.scenario
    about: dict[str, Any] = {
        "scenario": found.name,
        "title": found.title,
        "valid": True,
        "sha256": loaded.sha256,
        "missions": len(found.missions),
        "facilities": len(found.facilities),
        "components": sum(len(f.components) for f in found.facilities.values()),
        "warnings": list(found.warnings),
        "remarks": [told_in(each, lang) for each in remarks(found, loaded.document)],
        "problems": [],
    }
    if n_minus_one:
        from ilrs.operations.single_losses import scenario_losses

        with Bars() as bars:
            about["single_losses"] = scenario_losses(
                loaded, progress=lambda done, of: bars("single losses", done, of)
            )
    if as_json:
        emit({**about, "remarks": [each.as_data() for each in about["remarks"]]})
        return
    counted = {key: about[key] for key in ("missions", "facilities", "components")}
    typer.echo(text("checked.none", lang, name=found.name, **counted))
    for warning in (*found.warnings, *about["remarks"]):
        typer.echo(f"  {text('checked.note', lang, what=warning)}")
    if n_minus_one:
        _losses(about["single_losses"])


def _losses(rows: list[dict[str, Any]]) -> None:
    """A table of single losses, those that shed nothing on one line."""
    shown = table(
        *("Without", "Keep-alive kWh", "longest h", "Service kWh", "Margin K", "Sheds most"),
        right=("Keep-alive kWh", "longest h", "Service kWh", "Margin K"),
        title="What goes unserved without one unit of ...",
    )
    quiet = []
    for row in rows:
        if row["loss"] and not row["sheds_kwh"]:
            quiet.append(row["loss"])
            continue
        shown.add_row(
            row["loss"] or "(nothing lost)",
            f"{row['keep_alive_unserved_kwh']:,.1f}",
            f"{row['longest_h']:,.0f}",
            f"{row['service_unserved_kwh']:,.1f}",
            f"{row['margin_k']:.3g}",
            ", ".join(list(row["sheds_kwh"])[:3]),
        )
    console().print(shown)
    if quiet:
        typer.echo(f"Shed nothing more: {', '.join(quiet)}")


def components(
    kind: Annotated[str | None, typer.Argument(help="A kind to describe in full.")] = None,
    metrics: Annotated[
        bool, typer.Option("--metrics", help="List the metrics that objectives may name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the kinds of equipment, or describe one.

    Keys with units, defaults and their sources, failure modes, commands, telemetry.
    """
    if metrics:
        _metrics(as_json)
        return
    from ilrs.components.catalogue import catalogue
    from ilrs.scenario.document import suggestion

    rows = catalogue()
    if kind is not None:
        known = [row["kind"] for row in rows]
        if kind not in known:
            raise UserError(f"there is no kind {kind!r}", remedy=suggestion(kind, known, many=40))
        rows = [row for row in rows if row["kind"] == kind]
    if as_json:
        emit({"components": rows})
    elif kind is not None:
        _one(rows[0])
    else:
        listed = table("Kind", "What it is")
        for row in rows:
            listed.add_row(row["kind"], row["summary"])
        console().print(listed)


def _metrics(as_json: bool) -> None:
    from ilrs.scenario.metrics import METRICS

    rows = [{"name": n, "unit": m.unit, "meaning": m.meaning} for n, m in METRICS.items()]
    if as_json:
        emit({"metrics": rows})
        return
    listed = table("Metric", "Unit", "Meaning")
    for row in rows:
        listed.add_row(row["name"], row["unit"] or "1", row["meaning"])
    console().print(listed)


def _one(row: dict[str, Any]) -> None:
    out = console()
    out.print(f"{row['kind']}: {row['summary']}", soft_wrap=True)
    if row["text"]:
        out.print(row["text"])
    keys = table("Key", "Unit", "Default", "Meaning", "Source of the default")
    for key in row["keys"]:
        default = "required" if key["required"] else _shown(key["default"])
        status = f"{key['status']}: {key['source']}" if key["source"] else ""
        keys.add_row(key["key"], key["unit"], default, key["description"], status)
    out.print(keys)
    for title, entries in (
        ("Failure modes", row["failure_modes"]),
        ("Commands", row["commands"]),
        ("Telemetry", row["telemetry"]),
        ("Works, which activities `do`", row["works"]),
    ):
        if entries:
            listed = "; ".join(f"{k} ({v})" for k, v in entries.items())
            out.print(f"{title}: {listed}", markup=False)
    out.print(f"Modes: {', '.join(row['modes'])}")
    if row["holds_for"]:
        out.print(f"Holds for: {row['holds_for']}")


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "none" if value is None else str(value)
