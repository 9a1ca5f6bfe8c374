"""The page of a survey: one line a proposal, one column an opportunity, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ilrs.language import Language, Several, Words, text
from ilrs.partnership.arrivals import SAMPLES
from ilrs.partnership.feasibility import Answer, Check
from ilrs.partnership.matching.match import Match
from ilrs.partnership.matching.told import nearest, told
from ilrs.partnership.opportunity import Opportunity
from ilrs.partnership.page import whole_page
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.release import Audience
from ilrs.partnership.survey import Crowd, Survey
from ilrs.partnership.terms import counted_mass
from ilrs.partnership.wording import verdict, why_not
from ilrs.rendering.markup import Content, Markup, details, figure, join, key, section, table, tag
from ilrs.roadmap.chart import MONTH, waits
from ilrs.roadmap.chart import STYLE as CHART

GOING = {None: "going", True: "going_lives", False: "going_fails"}
"""Keys of the words for how many go, by whether they live together."""


def survey_page(survey: Survey, language: Language = "en") -> str:
    """The survey as HTML that stands alone."""
    word = Words("survey", language)
    title = _title(survey, word)
    return whole_page(
        title,
        _head(survey, title, word),
        _when(survey, word),
        _matrix(survey, word),
        _together(survey, word),
        _each(survey, word),
        _crowded(survey, word),
        _in_full(survey, word),
        _foundations(survey, word),
        lang=language,
        style=CHART,
        footer=text("check.page.utc", language),
    )


def _title(survey: Survey, word: Words) -> str:
    count = len(survey.checks)
    if survey.lost:
        return word("title_lost", lost=survey.lost, count=count)
    return word("title", count=count) if count > 1 else word("title_one")


def _head(survey: Survey, title: str, word: Words) -> Markup:
    parts = (
        (len(survey.as_proposed), "as_they_are"),
        (len(survey.with_changes), "with_changes"),
        (len(survey.nowhere), "nowhere"),
    )
    sorts = [word(key, count=n) for n, key in parts if n]
    where = (
        word("selected_by", call=survey.selected_by.title) if survey.selected_by is not None else ""
    )
    lead = word("lead", count=len(survey.call.opportunities), call=survey.call.title)
    counted = word("counted", count=len(survey.checks), parts=sorts)
    return tag(
        "header",
        tag(
            "div",
            tag("p", word.say(survey.call.title), class_="eyebrow"),
            tag("h1", title),
            tag("p", _joined(word, where, lead), class_="period"),
            tag(
                "div",
                tag("p", _joined(word, counted, _set_in_words(survey, word))),
                *(tag("p", line) for line in answer_lines(survey, word)),
                class_=f"verdict {'yes' if survey.as_proposed else 'no'}",
            ),
            class_="inner",
        ),
    )


def _joined(word: Words, *sentences: str) -> str:
    """Sentences one after another, as the language sets them apart."""
    return ("" if word.language == "zh" else " ").join(s for s in sentences if s)


def _sign(answer: Answer, word: Words) -> Markup:
    if answer.fits:
        return tag("span", tag("b", "✓"), class_="status met", title=word("fits"))
    if answer.variant:
        takes = word.say(answer.variant.words)
        return tag("span", tag("b", "◐"), class_="status", title=takes)
    return tag("span", tag("b", "·"), class_="status later", title=word.say(why_not(answer)))


def answer_lines(survey: Survey, word: Words) -> list[str]:
    """Who is left out and who fits nowhere, by name and why, and the odds of those that go."""
    lines = []
    left = [c for c in survey.checks if survey.where(c) and not _goes(survey, c)]
    if left:
        lines.append(word("left_named", names=[c.proposal.title for c in left]))
    lines += [
        word("nowhere_named", name=c.proposal.title, why=word.say(why_not(c.best)))
        for c in survey.nowhere
    ]
    going = [a.slot.mission for c in survey.checks if _goes(survey, c) and (a := survey.where(c))]
    if going:
        mean, error = survey.arrivals.expected(going)
        horizon = str(survey.arrivals.horizon)[:10]
        lines.append(
            word("expected", count=len(going), mean=f"{mean:.1f}", error=f"{error:.2g}",
                 horizon=horizon)
        )  # fmt: skip
    return lines


def _goes(survey: Survey, check: Check) -> bool:
    return survey.goes.get(check.proposal.name) is not None


def _when(survey: Survey, word: Words) -> Markup | None:
    """How much later each flies than it was to, and how likely it is there by utilization."""
    rows = []
    for c in survey.checks:
        answer = survey.where(c)
        share, _ = survey.arrivals.chance(answer.slot.mission) if answer else (0.0, 0.0)
        late = survey.days_later(answer) if answer else None
        parts = [word("nowhere_short")] if answer is None else [answer.name, f"{100 * share:.0f} %"]
        if late is not None:
            parts.insert(1, word("months_later", months=f"{late / MONTH:+.0f}"))
        date = str(survey.arrivals.dates[answer.slot.mission])[:10] if answer else None
        rows.append(
            {
                "title": word.say(c.proposal.title),
                "date": date,
                "goes": _goes(survey, c),
                "said": " · ".join(parts),
            }
        )
    if not any(c.proposal.flies for c in survey.checks):
        return None
    was = str(survey.arrivals.dates[survey.was])[:10] if survey.was else None
    marks = [("renewed", word("key_goes")), ("might", word("key_would"))]
    if was:
        marks.insert(0, ("was", word("key_was", date=was)))
    return section(
        "when",
        word("when"),
        figure(
            waits(rows, was, str(survey.arrivals.horizon)[:10], Words("story", word.language)),
            word("when_caption", samples=SAMPLES),
            legend=key(marks),
        ),
    )


def _matrix(survey: Survey, word: Words) -> Markup:
    slots = list(survey.call.opportunities)
    used = [s for s in slots if any(_at(c, s) and (_at(c, s).fits or _at(c, s).variant)  # type: ignore[union-attr]
                                    for c in survey.checks)]  # fmt: skip
    rows = [
        (
            join(tag("b", word.say(c.proposal.title)), _country(c.proposal, word)),
            *(_sign(answer, word) if (answer := _at(c, s)) else "" for s in used),
        )
        for c in survey.checks
    ]
    left = [s for s in slots if s not in used]
    return section(
        "matrix",
        word("matrix"),
        table((word("proposal"), *used), rows),
        tag("p", word("nobody_fits", slots=left), class_="small") if left else None,
        lead=word("matrix_lead"),
    )


def _at(check: Check, name: str) -> Answer | None:
    return next((a for a in check.answers if a.name == name), None)


def _each(survey: Survey, word: Words) -> Markup:
    rows = []
    for c in survey.checks:
        best = c.best
        takes: Content = word("as_it_is")
        if not best.fits and best.variant:
            takes = word("takes", what=best.variant.words)
        elif not best.fits:
            why = tag("span", word.say(why_not(best)), class_="why")
            takes = join(word("nothing_found"), " ", why)
        goes = best.fits or best.variant is not None
        flies, weighs = c.proposal.flies, c.proposal.flies and c.tells("mass")
        mass = f"{counted_mass(c.proposal, best.slot):.1f} kg" if weighs else "–"
        rows.append(
            (
                join(
                    tag("b", word.say(c.proposal.title)),
                    tag(
                        "span",
                        word.say(
                            [w for w in (c.proposal.who.organisation, c.proposal.who.country) if w]
                        ),
                        class_="why",
                    ),
                ),
                mass,
                f"{c.proposal.power.mean:.3g} W" if flies and c.tells("power") else "–",
                _place(best.slot, best.name, word) if goes else "–",
                tag("time", str(best.date)[:4]) if goes else "–",
                takes,
            )
        )
    heads = ("proposal", "mass", "power", "best", "year", "what_it_takes")
    return section(
        "each",
        word("each"),
        table([word(h) for h in heads], rows, numbers=(1, 2)),
        lead=word("each_lead"),
    )


def _country(proposal: Proposal, word: Words) -> Markup:
    return tag("span", word.say(proposal.who.country), class_="why")


def _place(slot: Opportunity, name: str, word: Words) -> Markup:
    return tag("span", word.say(slot.title), tag("span", name, class_="why"), class_="slot")


def _crowded(survey: Survey, word: Words) -> Markup:
    heads = ("opportunity", "who", "mass", "power", "together")
    return section(
        "crowds",
        word("crowds"),
        table(
            [word(h) for h in heads],
            [_crowd_row(crowd, word) for crowd in survey.crowds],
            numbers=(2, 3),
        ),
        lead=word("crowds_lead"),
    )


def _crowd_row(crowd: Crowd, word: Words) -> tuple[Content, ...]:
    over = [
        *(word("too_much", over=o) for o in crowd.over),
        *(word.say(clash) for clash in crowd.clashes),
    ]
    mass = _taken(crowd.mass, crowd.slot.mass.total if crowd.slot.mass else None, "kg", word)
    power = _taken(crowd.power, crowd.slot.power.mean if crowd.slot.power else None, "W", word)
    return (
        crowd.name,
        word.say(crowd.guests),
        mass,
        power,
        join(*(tag("span", o, class_="why flag") for o in over))
        if over
        else tag("span", tag("b", "✓"), f" {word('all_fit')}", class_="status met"),
    )


def _taken(taken: float | None, limit: float | None, unit: str, word: Words) -> str:
    if taken is None:
        return "–"
    if limit is None:
        return f"{taken:.0f} {unit}"
    return word("of", taken=f"{taken:.0f}", limit=f"{limit:.0f} {unit}")


def _set_in_words(survey: Survey, word: Words) -> str:
    """How many may go at the same time, and whether they live."""
    if survey.matched is None:
        return ""
    going = sum(slot is not None for slot in survey.goes.values())
    return word(GOING[survey.matched.feasible], count=going)


def _together(survey: Survey, word: Words) -> Markup | None:
    found = survey.matched
    if found is None:
        return None
    checks = {c.proposal.name: c for c in survey.checks}
    data = told(found, survey.audience, word.language).data
    rows, refused = [], []
    for name, slot in sorted(survey.goes.items(), key=lambda pair: pair[1] or ""):
        check = checks[name]
        near = None if check.fitting else check.nearest
        takes = word.say(near.variant.words) if near and near.variant else word("as_it_is")
        title = tag("b", word.say(check.proposal.title))
        if slot is None:
            refused.append((title, takes, _refusal(data["reasons"], name, word)))
            continue
        goes = _place(survey.call.opportunities[slot], slot, word)
        rows.append((title, goes, takes, _lives(found, name, survey.audience, word)))
    proof = word("proven" if found.solved.proven else "unproven")
    heads = [word(h) for h in ("proposal", "goes_to", "how", "lived")]
    left = [word(h) for h in ("left_out", "how_it_would", "why_not")]
    return section(
        "together",
        word("all_at_once"),
        table(heads, rows),
        table(left, refused) if refused else None,
        lead=_joined(word, word("all_lead"), proof, _weeks(found, word)),
    )


def _lives(found: Match, name: str, audience: Audience, word: Words) -> Markup:
    lived = found.together[-1] if found.together else None
    if lived is None or found.keeps_secrets(name, audience):
        return Markup("")
    if name not in lived.members:
        return tag("span", word("takes_nothing"), class_="status later")
    key, sign, look = ("no", "✕", "missed") if name in lived.failing else ("yes", "✓", "met")
    return tag("span", tag("b", sign), f" {word(key)}", class_=f"status {look}")


def _weeks(found: Match, word: Words) -> str:
    stretch = found.together[-1].stretch if found.together else None
    if stretch is None:
        return ""
    return word(
        "weeks",
        times=found.together[-1].seeds,
        begins=str(stretch.begins)[:10],
        ends=str(stretch.ends)[:10],
        why=stretch.why,
    )


def _refusal(reasons: Sequence[Mapping[str, Any]], name: str, word: Words) -> str:
    """Why one is left out, where least is amiss with it."""
    own = nearest([row for row in reasons if row["proposal"] == name])
    slot, rows = own[0] if own else ("", [])
    if slot == "" and len(own) > 1:
        slot, rows = own[1][0], [*rows, *own[1][1]]
    words = word.say(Several(tuple(row["why"]["text"] for row in rows)))
    return word("at_slot", slot=slot, why=words) if slot else words


def _in_full(survey: Survey, word: Words) -> Markup:
    return section(
        "full",
        word("full"),
        *(
            details(
                word.say(verdict(c)),
                table(
                    (word("opportunity"), "", word("binds")),
                    [(a.name, _sign(a, word), word.say(why_not(a))) for a in c.answers],
                ),
            )
            for c in survey.checks
        ),
    )


def _foundations(survey: Survey, word: Words) -> Markup:
    first = survey.checks[0]
    figures = {c.proposal.figures.source for c in survey.checks if c.proposal.figures}
    notes = [
        word(
            "station",
            name=first.scenario,
            hash=first.scenario_sha256[:16],
            seeds=[str(s) for s in first.seeds],
        ),
        *(word("figures", source=s) for s in sorted(figures)),
    ]
    calls = [survey.selected_by, survey.call] if survey.selected_by else [survey.call]
    notes += [" ".join(word.say(call.note).split()) for call in calls]
    return section(
        "foundations",
        text("check.page.rests", word.language),
        tag("ul", *(tag("li", n) for n in notes if n), class_="notes"),
    )
