"""Verbs for partners: a proposal written, read and answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ilrs.cli.audience import For
from ilrs.cli.describe import write_new
from ilrs.cli.lang import Lang, ToldInLanguage
from ilrs.cli.output import Json, console, emit, say, table
from ilrs.cli.progress import Bars
from ilrs.cli.propose_rules import RulesFile

if TYPE_CHECKING:
    from ilrs.language import Language
    from ilrs.partnership.feasibility import Check
    from ilrs.partnership.survey import Survey

PAGE, DATA = "survey.html", "survey.json"

propose = typer.Typer(
    name="propose",
    help="Answer a call: write a proposal, see whether, where and when it fits; all take --json.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@propose.command(cls=ToldInLanguage)
def new(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; left out: standard output.")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Write a commented proposal to start from.

    It can be checked as it is. A file that exists is never replaced.
    """
    from ilrs.partnership.template import template

    write_new(file, template(lang), "ilrs propose check", as_json, lang)


@propose.command(cls=ToldInLanguage)
def check(
    proposal: Annotated[
        str, typer.Argument(help="A packaged name such as rover-35kg, or the path of a YAML file.")
    ],
    opportunity: Annotated[
        list[str] | None,
        typer.Option(
            "--opportunity",
            metavar="NAME",
            help="Only this one; may be given often.",
            show_default="all",
        ),
    ] = None,
    call: Annotated[
        str, typer.Option(metavar="CALL", help="A packaged call, or the path of a YAML file.")
    ] = "ilrs",
    full: Annotated[
        bool,
        typer.Option(
            "--full/--quick",
            help="Also live all the time it works, not the critical weeks alone (minutes).",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for report.html and check.json.", show_default="none"),
    ] = None,
    rule_set: RulesFile = None,
    audience: For = "public",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Say whether, where and when a proposal fits, what binds, and what would make it fit.

    The station is planned and lived without and with it, with the same seeds and from the same
    plan; every requirement is held against what there is; what does not fit is changed as little
    as makes it fit. Nothing is sent anywhere.
    """
    from ilrs.partnership.reading import read_call, read_proposal
    from ilrs.partnership.release import audience_of, public_keys, readers

    reader = audience_of(audience)
    read = read_proposal(proposal)  # a mistake is told before the engine is loaded

    from ilrs.language import said
    from ilrs.partnership.feasibility import Bench
    from ilrs.partnership.page import require_place, write_check
    from ilrs.partnership.rules import REFERENCE, read_rules
    from ilrs.partnership.withheld import check_for

    folder = None if out is None else require_place(out)
    bench = Bench(read_call(call), rule_set=read_rules(rule_set or REFERENCE))
    with Bars(lang) as bars:
        whole = bench.check(read, opportunity or (), full=full, progress=bars)
    found = replace(check_for(whole, reader), made_on=str(dt.datetime.now(dt.UTC).date()))
    written = None if folder is None else write_check(found, folder, lang)
    if as_json:
        files = {} if written is None else {k: str(v) for k, v in written.items()}
        emit({**files, **found.as_data(lang)})
        return
    _show(found, lang)
    if found.hidden:
        keys = public_keys(read.proposal, found.hidden)
        left = said("check.cli.left_out", reader=readers(str(reader)), keys=keys)
        say(f"ilrs: {left.text(lang)}")
    if written is not None:
        report = said("check.cli.report", path=str(written["report"]))
        console().print(report.text(lang), soft_wrap=True)


@propose.command(cls=ToldInLanguage)
def survey(
    source: Annotated[
        str,
        typer.Argument(help="A folder of proposals, or a call that selected some, as change-8."),
    ] = "change-8",
    call: Annotated[
        str, typer.Option(metavar="CALL", help="A packaged call, or the path of a YAML file.")
    ] = "ilrs",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for survey.html and survey.json.", show_default="none"),
    ] = None,
    audience: For = "public",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Check many proposals against one call: who fits where, with what, and who goes together.

    Each is held against the terms and the place of every opportunity; the best set of them, with
    what must be otherwise, is then lived together in one station (about a minute). Without an
    argument: Chang'e-8 is cancelled, where do its ten payloads fit?
    """
    import json

    from ilrs.language import said
    from ilrs.partnership.feasibility import Bench
    from ilrs.partnership.page import require_place, write_whole
    from ilrs.partnership.reading import read_call
    from ilrs.partnership.release import audience_of
    from ilrs.partnership.survey import survey as run_survey
    from ilrs.partnership.survey import surveyed
    from ilrs.partnership.survey_page import survey_page
    from ilrs.partnership.withheld import survey_for

    reader = audience_of(audience)
    reads, selected_by = surveyed(source)
    folder = None if out is None else require_place(out, (PAGE, DATA))
    bench = Bench(read_call(call))
    with Bars(lang) as bars:
        found = survey_for(run_survey(reads, bench, selected_by, progress=bars), reader)
    data = found.as_data(lang)
    if folder is not None:
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        write_whole({PAGE: survey_page(found, lang), DATA: text}, folder)
    if as_json:
        emit(data)
        return
    _show_survey(found, lang)
    if folder is not None:
        page = said("survey.cli.page", path=str(folder / PAGE))
        console().print(page.text(lang), soft_wrap=True)


def _show_survey(found: Survey, lang: Language) -> None:
    """The survey for a terminal: a line a proposal, what is too much, who goes where."""
    from ilrs.language import Words, said
    from ilrs.partnership.survey_page import answer_lines

    word = Words("survey", lang)
    rows = table(word("proposal"), word("best"), word("year"), word("what_it_takes"))
    for one in found.checks:
        best = one.best
        takes = word("as_it_is" if best.fits else "nothing_found")
        if best.variant and not best.fits:
            takes = word.say(best.variant.words)
        rows.add_row(one.proposal.name, best.name, str(best.date)[:4], takes)
    console().print(rows)
    for crowd in found.crowds:
        for why in (*crowd.over, *crowd.clashes):
            told = said("survey.at_slot", slot=crowd.name, why=why)
            console().print(told.text(lang), soft_wrap=True)
    if found.matched is None:
        return
    rows = table(word("all_at_once"), word("goes_to"))
    for name, slot in found.goes.items():
        rows.add_row(name, slot or word("to_nowhere"))
    console().print(rows)
    if found.matched.feasible is not None:
        lives = "they_live" if found.matched.feasible else "they_do_not_live"
        console().print(word(lives))
    for line in answer_lines(found, word):
        console().print(line, soft_wrap=True)


def _show(found: Check, lang: Language) -> None:
    """The answer for a terminal: the verdict, then a line a slot, then what it takes."""
    from ilrs.language import Words
    from ilrs.partnership.wording import amount, verdict, why_not

    out = console()
    word = Words("check.cli", lang)
    out.print(word.say(verdict(found)), soft_wrap=True)
    rows = table(*(word(h) for h in ("opportunity", "when", "fits", "why")))
    for answer in found.answers:
        sign = "✓" if answer.fits else "✕"
        why = word.say(why_not(answer))
        rows.add_row(answer.name, str(answer.date)[:10], sign, why)
    out.print(rows)
    best = found.best
    shown = [loss for loss in best.losses if loss.distinguishable]
    if best.losses and not shown:
        out.print(word("no_losses"))
    for loss in shown:
        sentence = word(
            loss.verdict,
            what=loss.title,
            without=amount(loss.without, loss.unit),
            with_it=amount(loss.with_guest, loss.unit),
            by=amount(abs(loss.difference), loss.unit, rough=True),
            error=amount(loss.error, loss.unit, rough=True),
        )
        out.print(sentence, soft_wrap=True)
    if best.stretch is not None:
        sentence = word(
            "simulated",
            slot=best.name,
            begins=str(best.stretch.begins)[:10],
            ends=str(best.stretch.ends)[:10],
            why=best.stretch.why,
        )
        out.print(sentence, soft_wrap=True)
