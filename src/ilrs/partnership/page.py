"""The report of a check: one page that stands alone, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from ilrs import __version__
from ilrs.errors import RunError, UserError, Where
from ilrs.language import Language, Words, said
from ilrs.partnership.feasibility import Answer, Check
from ilrs.partnership.felt import VERDICTS, Loss
from ilrs.partnership.finding import Finding, number, told
from ilrs.partnership.pictures import margins, skyline, weeks
from ilrs.partnership.terms import one_of
from ilrs.partnership.wording import amount, verdict, why_not
from ilrs.rendering import page
from ilrs.rendering.markup import Content, Markup, details, join, section, table, tag

REPORT, ANSWER = "report.html", "check.json"
STYLE = """
.verdict.yes { border-color: #6fcf9d !important; } .verdict.no { border-color: #ff8f80 !important; }
.bar { display: block; width: 150px; height: 12px; } .bar .room { fill: var(--faint); }
.bar .used { fill: var(--battery); } .bar .over { fill: var(--bad); }
.bar .limit { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: none; }
.why { display: block; font-size: .84rem; color: var(--soft); }
td, th { overflow-wrap: break-word; } td.status { overflow-wrap: normal; }
.once { white-space: nowrap; } .slot { display: inline-block; min-width: 11rem; }
:lang(zh) header h1 { max-width: 24em; }
tbody th { min-width: 13rem; } tbody th .why { max-width: 32rem; }
.takes { display: block; color: var(--good); font-size: .88rem; }
svg .terrain { fill: var(--need); stroke: var(--ink); stroke-width: 1; }
.cone { fill: var(--p2); fill-opacity: .35; stroke: var(--p0); stroke-width: 1.5; }
.sunband { fill: var(--array); fill-opacity: .25; }
.earthbox { fill: none; stroke: var(--earth); stroke-width: 1.5; }
.served { fill: var(--battery); background: var(--battery); }
.swatch.reserve-with { background: var(--reactor); height: 3px; }
.swatch.reserve-without { background: var(--soft); height: 3px; }
.reserve-with { stroke: var(--reactor) !important; }
.reserve-without { stroke: var(--soft) !important; stroke-dasharray: 5 3; }
@media print { header { background: none; color: inherit; } nav { display: none; }
  header .period, header .eyebrow { color: inherit; } details { border: 0; }
  .why, .takes, .status { font-size: 7.5pt; } .bar { width: 80px; } tbody th { min-width: 0; }
  td, th { padding-left: 2pt; padding-right: 2pt; } .slot { min-width: 0; }
  details::details-content { content-visibility: visible; height: auto; }
  summary { list-style: none; font-weight: 600; break-after: avoid; }
  h2, .lead { break-after: avoid; } }
"""
RULES = "rules"
"""What judges by the rules of cooperation; told in a table of its own."""
BY = {"call", "geometry", "simulation", "rules"}
"""What judges; each has its word."""
NOTES = ("modes", "evenly", "shared", "same_place")
"""What a check leaves out, in the order it is told."""


def require_place(folder: Path, own: Sequence[str] = (REPORT, ANSWER)) -> Path:
    """`folder`, refused where it is a file or holds anything but an earlier answer of its kind."""
    if folder.exists() and not folder.is_dir():
        raise UserError(
            "is a file, and an answer is a folder", where=Where(folder), remedy="name a folder"
        )
    if folder.is_dir():
        strange = [p.name for p in folder.iterdir() if p.name not in own]
        if strange:
            raise UserError(
                f"this folder holds something else than an earlier answer: {strange[0]}",
                where=Where(folder),
                remedy="name a folder that does not exist yet",
            )
    return folder


def write_check(check: Check, folder: Path, language: Language = "en") -> dict[str, Path]:
    """Write report and answer into `folder`; each replaces an earlier one only when it is whole."""
    data = check.as_data(language)
    answer = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole({REPORT: check_page(check, language), ANSWER: answer}, folder)
    return {"report": folder / REPORT, "answer": folder / ANSWER}


def write_whole(texts: Mapping[str, str], folder: Path) -> None:
    """Write files by name into `folder`, all of them or none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / f".{name}.part").write_text(text, encoding="utf-8", newline="\n")
        for name in texts:
            (folder / f".{name}.part").replace(folder / name)
    except OSError as error:
        for name in texts:
            with suppress(OSError):
                (folder / f".{name}.part").unlink(missing_ok=True)
        raise RunError(
            f"the check cannot be written: {error.strerror or error}",
            where=Where(folder),
            remedy="check the folder's permissions and the space left on its disk",
        ) from error


def check_page(check: Check, language: Language = "en") -> str:
    """The report of a check as HTML; nothing in it comes from elsewhere or from today."""
    best = check.best
    word = Words("check.page", language)
    return whole_page(
        word("title", title=check.proposal.title),
        _head(check, word),
        _opening(check, word),
        _opportunities(check, word),
        _compliance(best, word),
        _views(best, word),
        _life(best, word),
        _losses(best, word),
        _rules(check, word),
        _others(check, word),
        _foundations(check, word),
        lang=language,
        footer=word("utc"),
    )


def whole_page(
    title: str, head: Markup, *sections: Content, lang: Language, footer: str, style: str = ""
) -> str:
    """A page that stands alone, in the style of the run's report."""
    return page.whole_page(
        title, head, *sections, style=STYLE + style, language=lang, foot=tag("footer", footer)
    )


def _head(check: Check, word: Words) -> Markup:
    p = check.proposal
    country = word.say(p.who.country)
    who = word.say([w for w in (p.who.organisation, *p.who.partners) if w])
    level = word("at_level", level=one_of("level", p.level)) if check.tells("level") else ""
    return tag(
        "header",
        tag(
            "div",
            tag("p", word("eyebrow", call=check.call.title), class_="eyebrow"),
            tag("h1", word.say(p.title)),
            tag("p", " · ".join(w for w in (who, country, level) if w), class_="period"),
            tag("p", word.say(p.summary), class_="period") if p.summary else None,
            tag(
                "div",
                tag("p", word.say(verdict(check))),
                class_=f"verdict {'yes' if check.fitting else 'no'}",
            ),
            class_="inner",
        ),
    )


def _opening(check: Check, word: Words) -> Markup:
    best, bound = check.best, check.best.binding
    count = len(check.fitting)
    near = best.variant
    tiles = [
        (word("tile_fit"), word("of", some=count, all=len(check.answers)), word("tile_as_is")),
        (
            word("tile_earliest" if count else "tile_nearest"),
            str(best.date)[:7],
            f"{word.say(best.slot.title)} ({best.name})",
        ),
        (
            word("tile_binds"),
            "–"
            if bound is None or bound.slack is None
            else f"{100.0 * bound.slack:+.0f} %".replace("-", "−"),
            word.say(bound.title) if bound is not None else word("nothing_measured"),
        ),
        (
            word("tile_failing"),
            str(sum(f.passed is False for f in best.findings)),
            word.say(near.words) if near else word("of_requirements", count=len(best.findings)),
        ),
    ]
    return tag(
        "section",
        tag(
            "dl",
            *(
                tag("div", tag("dt", t), tag("dd", v, class_="value"), tag("dd", w))
                for t, v, w in tiles
            ),
            class_="tiles",
        ),
        id="opening",
    )


def _percent(share: float) -> str:
    return f"{100.0 * share:+.0f} %".replace("-", "−")


def _mark(
    passed: bool | None,
    word: Words,
    yes: str = "passes",
    no: str = "fails",
    open_: str = "not_judged",
) -> Markup:
    """A sign with its word."""
    if passed is None:
        return tag("span", tag("b", "○"), f" {word(open_)}", class_="status later")
    key, name = (yes, "met") if passed else (no, "missed")
    return tag("span", tag("b", "✓" if passed else "✕"), f" {word(key)}", class_=f"status {name}")


def _fits(answer: Answer, word: Words) -> Markup:
    return _mark(answer.fits, word, "fits", "fits_not")


def _opportunities(check: Check, word: Words) -> Markup:
    rows = [
        (
            join(tag("b", word.say(a.slot.title)), tag("span", a.name, class_="why")),
            join(
                tag("time", str(a.date)[:10]),
                tag("span", word("taken_until", day=str(a.slot.closes)[:10]), class_="why"),
            ),
            tag("span", a.slot.place or "–", class_="once"),
            _fits(a, word),
            join(
                _because(a, word),
                tag("span", word("would_fit", takes=a.variant.words), class_="takes")
                if a.variant and not a.fits
                else None,
            ),
        )
        for a in sorted(check.answers, key=_nearness)
    ]
    head = (word("opportunity"), word("date"), word("place"), "", word("why"))
    return section("opportunities", word("where"), table(head, rows), lead=word("where_lead"))


def _nearness(answer: Answer) -> tuple[bool, bool, bool, int, np.datetime64]:
    """What fits first, then what a change would mend, and what was never meant for it last."""
    failing = [f for f in answer.findings if f.passed is False]
    hopeless = any(f.key in ("mission", "level") for f in failing)
    return not answer.fits, answer.variant is None, hopeless, len(failing), answer.date


def _because(answer: Answer, word: Words) -> Content:
    if answer.fits:
        bound = answer.binding
        return word.say(told(bound)) if bound else word("nothing_limited")
    failing = [f for f in answer.findings if f.passed is False]
    if len(failing) == 1:
        return word.say(told(failing[0]))
    return join(*(tag("span", word.say(told(f)), class_="why") for f in failing))


def _compliance(answer: Answer, word: Words) -> Markup:
    return section(
        "compliance",
        word("compliance", slot=answer.slot.title),
        _matrix([f for f in answer.findings if f.by != RULES], word),
        lead=word("compliance_lead"),
    )


def _rules(check: Check, word: Words) -> Markup | None:
    found = [f for f in check.best.findings if f.by == RULES]
    if not found:
        return None
    rows = [
        (
            join(word.say(f.title), tag("span", word.say(f.words), class_="why")),
            _mark(f.passed, word, "rule_holds", "rule_refuses", "rule_review"),
        )
        for f in found
    ]
    head = (word("rule"), word("rule_finding"))
    return section(
        "rules", word("rules"), table(head, rows), lead=word("rules_lead", name=check.rules)
    )


def _matrix(findings: Sequence[Finding], word: Words) -> Markup:
    rows = []
    for f in findings:
        numbers = f.asked is not None and f.given is not None
        rows.append(
            (
                join(
                    word.say(f.title),
                    tag("span", word.say(f.words), class_="why") if f.words else None,
                ),
                word.say(number(f.asked or 0.0, f.unit)) if numbers else "",
                word.say(number(f.given or 0.0, f.unit)) if numbers else "",
                margins(f, word.language) if numbers else "",
                _margin(f, word) if numbers else "",
                _mark(f.passed, word),
                word(f"by_{f.by}") if f.by in BY else f.by,
            )
        )
    keys = ("requirement", "asked", "there_is", "use", "margin")
    head = (*(word(k) for k in keys), "", word("judged_by"))
    return table(head, rows, numbers=(1, 2, 4))


def _margin(finding: Finding, word: Words) -> str:
    margin = finding.margin or 0.0
    sign = "+" if margin >= 0.0 else ""
    return f"{sign}{word.say(number(margin, finding.unit))}"


def _views(answer: Answer, word: Words) -> Markup | None:
    if not answer.panoramas:
        return None
    return section(
        "views",
        word("views"),
        *(skyline(p, answer, word.language) for p in answer.panoramas),
        lead=word("views_lead", place=answer.slot.place),
    )


def _life(answer: Answer, word: Words) -> Markup | None:
    if answer.weeks is None or answer.stretch is None:
        return None
    return section(
        "life",
        word("life"),
        weeks(answer.weeks, word.language),
        lead=word(
            "life_lead",
            begins=str(answer.stretch.begins)[:10],
            ends=str(answer.stretch.ends)[:10],
            days=f"{answer.stretch.days:.0f}",
            why=answer.stretch.why,
        ),
    )


def _losses(answer: Answer, word: Words) -> Markup | None:
    if not answer.losses:
        return None
    shown = [loss for loss in answer.losses if loss.distinguishable]
    same = [loss for loss in answer.losses if not loss.distinguishable]
    return section(
        "losses",
        word("losses"),
        _loss_table(shown, word) if shown else tag("p", word("no_losses")),
        details(word("alike", count=len(same)), _loss_table(same, word)) if same else None,
        lead=word("losses_lead", times=answer.losses[0].seeds),
    )


def _loss_table(losses: list[Loss], word: Words) -> Markup:
    looks = {"gains": "met", "loses": "missed", "not distinguishable": "later"}
    rows = [
        (
            word.say(loss.title),
            word.say(amount(loss.without, loss.unit)),
            word.say(amount(loss.with_guest, loss.unit)),
            join(
                word.say(amount(loss.difference, loss.unit, signed=True)),
                _within(loss, word),
            ),
            tag("span", word.say(said(VERDICTS[loss.verdict])),
                class_=f"status {looks[loss.verdict]}"),
        )
        for loss in losses
    ]  # fmt: skip
    head = ("", word("without"), word("with"), word("difference"), "")
    return table(head, rows, numbers=(1, 2, 3))


def _within(loss: Loss, word: Words) -> Markup:
    return tag("span", f"± {word.say(amount(loss.error, loss.unit, rough=True))}", class_="why")


def _others(check: Check, word: Words) -> Markup | None:
    others = [a for a in check.answers if a.name != check.best.name]
    if not others:
        return None
    return section(
        "others",
        word("others"),
        *(
            details(
                join(
                    _fits(a, word),
                    f" {word.say(a.slot.title)} ({a.name}): {word.say(why_not(a))}",
                ),
                _matrix([f for f in a.findings if f.by != RULES or f.passed is False], word),
            )
            for a in others
        ),
    )


def _foundations(check: Check, word: Words) -> Markup:
    p, call = check.proposal, check.call
    facts = [
        (word("rests_made"), word("rests_version", version=__version__, day=check.made_on or "–")),
        (word("rests_proposal"), word("rests_format", name=p.name, format=p.proposal)),
        *([(word("rests_digest"), check.sha256)] if check.sha256 else []),
        (word("rests_call"), f"{call.name}: {word.say(call.title)}"),
        (
            word("rests_station"),
            word("rests_content", name=check.scenario, hash=check.scenario_sha256),
        ),
        (word("rests_rules"), check.rules),
        (word("rests_seeds"), word.say([str(s) for s in check.seeds])),
    ]
    if p.figures is not None:
        status = word.say(one_of("status_of", p.figures.status))
        facts.append((word("rests_figures"), f"{status}: {word.say(p.figures.source)}"))
    note = word.say(call.note)
    return section(
        "foundations",
        word("rests"),
        tag("dl", *(join(tag("dt", k), tag("dd", v)) for k, v in facts), class_="facts"),
        tag("ul", *(tag("li", word(f"note_{n}")) for n in NOTES), class_="notes"),
        tag("p", note, class_="small") if note else None,
    )
