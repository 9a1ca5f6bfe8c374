"""The report of a check: one page that stands alone, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ilrs.errors import RunError, UserError, Where
from ilrs.partnership.feasibility import Answer, Check
from ilrs.partnership.felt import Loss
from ilrs.partnership.finding import Finding, said
from ilrs.partnership.pictures import margins, skyline, weeks
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
td, th { overflow-wrap: anywhere; } td.status, .once { overflow-wrap: normal; }
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
  header .period, header .eyebrow { color: inherit; } details { border: 0; } }
"""
BY = {
    "call": "the call",
    "geometry": "terrain and sky",
    "simulation": "the station's life",
}


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


def write_check(check: Check, folder: Path) -> dict[str, Path]:
    """Write report and answer into `folder`; each replaces an earlier one only when it is whole."""
    answer = json.dumps(check.as_data(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole({REPORT: check_page(check), ANSWER: answer}, folder)
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


def check_page(check: Check) -> str:
    """The report of a check as HTML; nothing in it comes from elsewhere or from today."""
    best = check.best
    return whole_page(
        f"{check.proposal.title}: check",
        _head(check),
        _opening(check),
        _opportunities(check),
        _compliance(best),
        _views(best),
        _life(best),
        _losses(best),
        _others(check),
        _foundations(check),
    )


def whole_page(
    title: str,
    head: Markup,
    *sections: Content,
    lang: str = "en",
    footer: str = "All instants are UTC.",
) -> str:
    """A page that stands alone, in the style of the run's report."""
    return page.whole_page(
        title, head, *sections, style=STYLE, language=lang, foot=tag("footer", footer)
    )


def _head(check: Check) -> Markup:
    p = check.proposal
    who = ", ".join(w for w in (p.who.organisation, *p.who.partners) if w)
    level = f"{p.level} level" if check.tells("level") else ""
    return tag(
        "header",
        tag(
            "div",
            tag("p", f"Proposal checked against {check.call.title}", class_="eyebrow"),
            tag("h1", p.title),
            tag("p", " · ".join(w for w in (who, p.who.country, level) if w), class_="period"),
            tag("p", p.summary, class_="period") if p.summary else None,
            tag(
                "div",
                tag("p", verdict(check)),
                class_=f"verdict {'yes' if check.fitting else 'no'}",
            ),
            class_="inner",
        ),
    )


def _opening(check: Check) -> Markup:
    best, bound = check.best, check.best.binding
    count = len(check.fitting)
    near = best.variant
    tiles = [
        ("Opportunities that fit", f"{count} of {len(check.answers)}", "as proposed"),
        (
            "Earliest" if count else "Nearest",
            str(best.date)[:7],
            f"{best.slot.title} ({best.name})",
        ),
        (
            "What binds there",
            "–" if bound is None or bound.slack is None else f"{100.0 * bound.slack:+.0f} %",
            bound.title if bound is not None else "nothing measured",
        ),
        (
            "Failing there",
            str(sum(f.passed is False for f in best.findings)),
            near.words if near else f"of {len(best.findings)} requirements",
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


def _mark(passed: bool | None) -> Markup:
    if passed is None:
        return tag("span", tag("b", "○"), " not judged", class_="status later")
    word, name = ("passes", "met") if passed else ("fails", "missed")
    return tag("span", tag("b", "✓" if passed else "✕"), f" {word}", class_=f"status {name}")


def _opportunities(check: Check) -> Markup:
    rows = [
        (
            join(tag("b", a.slot.title), tag("span", a.name, class_="why")),
            tag("time", str(a.date)[:10]),
            a.slot.place or "–",
            _fits(a),
            join(
                _because(a),
                tag("span", "It would fit with: " + a.variant.words, class_="takes")
                if a.variant and not a.fits
                else None,
            ),
        )
        for a in sorted(check.answers, key=lambda a: (not a.fits, a.variant is None, a.date))
    ]
    return section(
        "opportunities",
        "Where and when",
        table(("Opportunity", "Mission date", "Place", "", "What binds, or why not"), rows),
        lead="Every opportunity of the call, those that fit first. What would make the others fit "
        "was searched for and confirmed by living the changed proposal.",
    )


def _fits(answer: Answer) -> Markup:
    word, name = ("fits", "met") if answer.fits else ("does not", "missed")
    return tag("span", tag("b", "✓" if answer.fits else "✕"), f" {word}", class_=f"status {name}")


def _because(answer: Answer) -> Content:
    if answer.fits:
        bound = answer.binding
        return f"{bound.title}: {said(bound)}" if bound else "nothing it asks for is limited here"
    failing = [f for f in answer.findings if f.passed is False]
    if len(failing) == 1:
        return f"{failing[0].title}: {said(failing[0])}"
    return join(*(tag("span", f"{f.title}: {said(f)}", class_="why") for f in failing))


def _compliance(answer: Answer) -> Markup:
    return section(
        "compliance",
        f"Compliance at {answer.slot.title}",
        _matrix(answer.findings),
        lead="Each requirement, what is asked and what there is. A full bar uses up its limit; "
        "red is over it. The last column names what judged it.",
    )


def _matrix(findings: tuple[Finding, ...]) -> Markup:
    rows = []
    for f in findings:
        numbers = f.asked is not None and f.given is not None
        rows.append(
            (
                join(f.title, tag("span", f.words, class_="why") if f.words else None),
                _number(f.asked, f.unit) if numbers else "",
                _number(f.given, f.unit) if numbers else "",
                margins(f) if numbers else "",
                _margin(f) if numbers else "",
                _mark(f.passed),
                BY.get(f.by, f.by),
            )
        )
    head = ("Requirement", "Asked", "There is", "Use of the limit", "Margin", "", "Judged by")
    return table(head, rows, numbers=(1, 2, 4))


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{_three(value)} {unit.removesuffix(' before launch')}".strip()


def _three(value: float) -> str:
    text = f"{value:.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
    return text.replace("-", "−")


def _margin(finding: Finding) -> str:
    margin = finding.margin or 0.0
    sign = "+" if margin >= 0.0 else ""
    return f"{sign}{_number(margin, finding.unit)}"


def _views(answer: Answer) -> Markup | None:
    if not answer.panoramas:
        return None
    return section(
        "views",
        "What it sees",
        *(skyline(p, answer) for p in answer.panoramas),
        lead=f"The true skyline at {answer.slot.place} with the station's equipment in view, at "
        "the aperture's height; what the same place holds counts where the scenario lists it.",
    )


def _life(answer: Answer) -> Markup | None:
    if answer.weeks is None or answer.stretch is None:
        return None
    return section(
        "life",
        "The weeks that were lived",
        weeks(answer.weeks),
        lead=f"{str(answer.stretch.begins)[:10]} to {str(answer.stretch.ends)[:10]} "
        f"({answer.stretch.days:.0f} days): {answer.stretch.why}.",
    )


def _losses(answer: Answer) -> Markup | None:
    if not answer.losses:
        return None
    told = [loss for loss in answer.losses if loss.distinguishable]
    same = [loss for loss in answer.losses if not loss.distinguishable]
    return section(
        "losses",
        "What the station and the others lose",
        _loss_table(told)
        if told
        else tag("p", "Nothing that can be told from nothing: every difference is smaller than "
                      "what solver and seeds leave open."),
        details(f"{len(same)} amounts whose difference is not distinguishable", _loss_table(same))
        if same
        else None,
        lead=f"The station was planned and lived without and with it, {answer.losses[0].seeds} "
        "times each with the same failures and offsets; the schedule of the one was where the "
        "other's began. A difference counts when it is larger than its error.",
    )  # fmt: skip


def _loss_table(losses: list[Loss]) -> Markup:
    words = {"gains": "met", "loses": "missed", "not distinguishable": "later"}
    rows = [
        (
            loss.title,
            amount(loss.without, loss.unit),
            amount(loss.with_guest, loss.unit),
            join(
                amount(loss.difference, loss.unit, signed=True),
                tag("span", f"± {amount(loss.error, loss.unit)}", class_="why"),
            ),
            tag("span", loss.verdict, class_=f"status {words[loss.verdict]}"),
        )
        for loss in losses
    ]
    return table(("", "Without", "With", "Difference", ""), rows, numbers=(1, 2, 3))


def _others(check: Check) -> Markup | None:
    others = [a for a in check.answers if a.name != check.best.name]
    if not others:
        return None
    return section(
        "others",
        "The other opportunities in full",
        *(
            details(
                join(_fits(a), f" {a.slot.title} ({a.name}): {why_not(a)}"), _matrix(a.findings)
            )
            for a in others
        ),
    )


def _foundations(check: Check) -> Markup:
    facts = [
        ("Proposal", f"{check.proposal.name}, format {check.proposal.proposal}"),
        ("Call", f"{check.call.name}: {check.call.title}"),
        ("Station", f"{check.scenario}, content {check.scenario_sha256[:16]}"),
        ("Seeds", ", ".join(str(s) for s in check.seeds)),
    ]
    figures = check.proposal.figures
    if figures is not None:
        facts.append(("Its figures", f"{figures.status}: {figures.source}"))
    notes = [
        "Modes are spread evenly over time in the simulation; their peaks are held against the "
        "slot's limit alone.",
        "Data of one class share recorders and radios evenly.",
        "The slot's limits of power, data and loops are for all that fly in it: what others take "
        "there is decided when proposals are matched.",
        "What stands at the same place takes view and light only where the scenario lists it.",
    ]
    return section(
        "foundations",
        "What this rests on",
        tag("dl", *(join(tag("dt", k), tag("dd", v)) for k, v in facts), class_="facts"),
        tag("ul", *(tag("li", n) for n in notes), class_="notes"),
        tag("p", check.call.note, class_="small") if check.call.note else None,
    )
