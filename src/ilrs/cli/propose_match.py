"""The verb that matches many proposals to the opportunities of a call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ilrs.cli.audience import For
from ilrs.cli.lang import Lang
from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.progress import Bars
from ilrs.cli.propose_rules import RulesFile

if TYPE_CHECKING:
    from ilrs.partnership.reading import Read

PAGE, DATA, ACCEPTED = "match.html", "match.json", "accepted.yaml"


def match(
    folder: Annotated[
        Path, typer.Argument(help="A folder of proposals, or of an office with its trail.")
    ],
    call: Annotated[
        str, typer.Option(metavar="CALL", help="A packaged call, or the path of a YAML file.")
    ] = "ilrs",
    scenario: Annotated[
        str | None,
        typer.Option(help="The station, when its roadmap moved.", show_default="the call's"),
    ] = None,
    criteria: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Criteria, weights and ties.", show_default="packaged"),
    ] = None,
    rule_set: RulesFile = None,
    marks: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Reviewers' marks, where the criteria ask for them."),
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The match.json of an earlier match, to tell changes."),
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--life/--no-life", help="Live the set together before calling it feasible."),
    ] = True,
    seconds: Annotated[
        float | None,
        typer.Option(help="End the search by the clock instead of by work; the result is marked."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for match.html, match.json, accepted.yaml.")
    ] = None,
    audience: For = "public",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Match many proposals to opportunities: the best set by declared criteria, proven.

    Terms, geometry and rules of cooperation say who may go where; criteria that everybody can read
    say what it is worth; no score looks at who proposes. Every refusal has its reasons and what it
    would take. The set is lived together in one station before it is called feasible; a set that
    does not live together is matched anew.

    \b
      ilrs propose match joining --out matched
      ilrs propose match joining --scenario slipped.yaml --before matched/match.json
      ilrs roadmap apply --slip ilrs-2='18 month' --fits matched/accepted.yaml
    """
    from ilrs.errors import UserError
    from ilrs.language import text
    from ilrs.partnership.feasibility import Bench
    from ilrs.partnership.matching.criteria import REFERENCE as CRITERIA
    from ilrs.partnership.matching.criteria import read_criteria, read_marks
    from ilrs.partnership.matching.match import match as best_match
    from ilrs.partnership.matching.page import match_page
    from ilrs.partnership.matching.told import told
    from ilrs.partnership.page import require_place, write_whole
    from ilrs.partnership.reading import read_call
    from ilrs.partnership.release import audience_of
    from ilrs.partnership.rules import REFERENCE as RULES
    from ilrs.partnership.rules import read_rules

    if seconds is not None and not seconds > 0.0:
        raise UserError("a match takes some time", remedy="give --seconds above 0")
    reader = audience_of(audience)
    reads = _proposals(folder)
    declared = read_criteria(criteria or CRITERIA)
    names = [read.proposal.name for read in reads]
    given = {} if marks is None else read_marks(marks, declared, names)
    rules = read_rules(rule_set or RULES)
    earlier = None if before is None else _earlier(before)
    place = None if out is None else require_place(out, (PAGE, DATA, ACCEPTED))
    asked = read_call(call)
    if scenario is not None:
        asked = asked.model_copy(update={"scenario": scenario})
    bench = Bench(asked)
    with Bars(lang) as bars:
        found = best_match(
            *(bench, reads, declared, rules, given),
            before=earlier,
            live=live,
            seconds=seconds,
            progress=bars,
        )
    released = told(found, reader, lang, earlier)
    written = {}
    if place is not None:
        document = json.dumps(released.data, indent=1, ensure_ascii=False, allow_nan=False)
        page, accepted = match_page(released, lang), _accepted(released.data)
        write_whole({PAGE: page, DATA: document + "\n", ACCEPTED: accepted}, place)
        written = {"page": str(place / PAGE), "match": str(place / DATA),
                   "accepted": str(place / ACCEPTED)}  # fmt: skip
    if as_json:
        emit({**written, **released.data})
        return
    _show(released.data, lang)
    for path in written.values():
        console().print(text("cli.written", lang, path=path), soft_wrap=True)


def _accepted(data: Any) -> str:
    """Those who fly, as `ilrs roadmap apply --fits` reads them; YAML, in JSON's notation."""
    rows = {
        row["proposal"]: {key: value for key, value in row.items() if key != "proposal"}
        for row in data["accepted"]
    }
    note = "written by ilrs propose match"
    return json.dumps({"note": note, "accepted": rows}, indent=1, ensure_ascii=False) + "\n"


def _show(data: Any, lang: Any) -> None:
    from ilrs.language import text
    from ilrs.partnership.matching.page import sentences
    from ilrs.partnership.matching.told import because

    out = console()
    for sentence in sentences(data, lang):
        out.print(sentence, soft_wrap=True)
    points = {row["proposal"]: str(row["points"]) for row in data["scores"]}
    first = {
        row["proposal"]: _nearest(data["reasons"], row["proposal"]) for row in data["assignment"]
    }
    head = ("proposal", "opportunity", "points", "reason")
    listed = table(
        *(text(f"match.page.{h}", lang) for h in head), right=(text("match.page.points", lang),)
    )
    for row in data["assignment"]:
        name, slot = row["proposal"], row["opportunity"]
        nowhere = text("match.page.nowhere", lang)
        listed.add_row(name, slot or nowhere, points.get(name, ""), first.get(name, ""))
    out.print(listed)
    if "changes" in data:
        words = "changes" if data["changes"] else "unchanged"
        out.print(text(f"match.page.{words}", lang), style="bold")
    for row in data.get("changes", ()):
        why = because(data["reasons"], row)
        told = f"{row['proposal']}: {row['what']['text']}" + (f" ({why})" if why else "")
        out.print(told, soft_wrap=True, highlight=False)


def _nearest(reasons: list[Any], name: str) -> str:
    """The reasons at the opportunity where least is amiss with a proposal, in a line."""
    from ilrs.partnership.matching.told import nearest

    found = nearest([row for row in reasons if row["proposal"] == name])
    if not found:
        return ""
    slot, rows = found[0]
    words = [r["why"]["text"] + (f" -> {r['takes']}" if r["takes"] else "") for r in rows]
    return f"{slot}: {'; '.join(words)}" if slot else "; ".join(words)


def _proposals(folder: Path) -> list[Read]:
    """The proposals of a folder; of an office, those that the trail holds and that are not over."""
    from ilrs.errors import UserError, Where
    from ilrs.partnership.office import kept, standings
    from ilrs.partnership.reading import read_folder
    from ilrs.partnership.trail import FILE

    if not (folder / FILE).is_file():
        return read_folder(folder)
    way, found = standings(folder)
    reads = [kept(folder, here) for here in found if not way.states[here.state].ends]
    if not reads:
        raise UserError("no proposal of this office is under way", where=Where(folder))
    return reads


def _earlier(path: Path) -> dict[str, str | None]:
    """Who was where in an earlier match."""
    from ilrs.errors import UserError, Where
    from ilrs.partnership.matching.told import FORMAT

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise KeyError("format")
        return {row["proposal"]: row["opportunity"] for row in data["assignment"]}
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=Where(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            "is not the match.json of an earlier match",
            where=Where(path),
            remedy="`ilrs propose match FOLDER --out OUT` writes one",
        ) from error
