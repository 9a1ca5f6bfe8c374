"""The page of a survey: one line a proposal, one column an opportunity, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ilrs.partnership.feasibility import Answer, Check
from ilrs.partnership.matching.match import Match
from ilrs.partnership.matching.told import nearest, told
from ilrs.partnership.page import whole_page
from ilrs.partnership.release import Audience
from ilrs.partnership.survey import Crowd, Survey
from ilrs.partnership.terms import counted_mass
from ilrs.partnership.wording import verdict, why_not
from ilrs.rendering.markup import Content, Markup, details, join, section, table, tag

WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
         10: "ten", 11: "eleven", 12: "twelve"}  # fmt: skip


def survey_page(survey: Survey) -> str:
    """The survey as HTML that stands alone."""
    title = _title(survey)
    return whole_page(
        title,
        _head(survey, title),
        _matrix(survey),
        _together(survey),
        _each(survey),
        _crowded(survey),
        _in_full(survey),
        _foundations(survey),
    )


def _title(survey: Survey) -> str:
    count = len(survey.checks)
    number = WORDS.get(count, str(count))
    if survey.lost:
        return f"{survey.lost}: where do its {number} payloads fit?"
    return f"Where do {number} proposals fit?"


def _head(survey: Survey, title: str) -> Markup:
    parts = [(len(survey.as_proposed), "fit as they are")]
    parts += [(len(survey.with_changes), "would fit with changes")]
    parts += [(len(survey.nowhere), "fit nowhere")]
    words = ", ".join(f"{n} {w}" for n, w in parts if n)
    from_call = survey.selected_by
    where = f"Selected by: {from_call.title}. " if from_call else ""
    return tag(
        "header",
        tag(
            "div",
            tag("p", survey.call.title, class_="eyebrow"),
            tag("h1", title),
            tag("p", f"{where}Held against the {len(survey.call.opportunities)} opportunities of "
                f"{survey.call.title.lower()}: terms, light, view, cold, contact and quiet of each "
                "place. The best set was then planned and lived together in one station.",
                class_="period"),
            tag("div", tag("p", f"Of {len(survey.checks)}: {words}. {_set_in_words(survey)}"),
                class_=f"verdict {'yes' if survey.as_proposed else 'no'}"),
            class_="inner",
        ),
    )  # fmt: skip


def _sign(answer: Answer) -> Markup:
    if answer.fits:
        return tag("span", tag("b", "✓"), class_="status met", title="fits")
    if answer.variant:
        return tag("span", tag("b", "◐"), class_="status", title=answer.variant.words)
    return tag("span", tag("b", "·"), class_="status later", title=why_not(answer))


def _matrix(survey: Survey) -> Markup:
    slots = list(survey.call.opportunities)
    used = [s for s in slots if any(_at(c, s) and (_at(c, s).fits or _at(c, s).variant)  # type: ignore[union-attr]
                                    for c in survey.checks)]  # fmt: skip
    rows = [
        (
            join(tag("b", c.proposal.title), tag("span", c.proposal.who.country, class_="why")),
            *(_sign(answer) if (answer := _at(c, s)) else "" for s in used),
        )
        for c in survey.checks
    ]
    head = ("Proposal", *used)
    left = [s for s in slots if s not in used]
    return section(
        "matrix",
        "Who fits where",
        table(head, rows),
        tag("p", f"Nobody fits {', '.join(left)}, with changes or without.", class_="small")
        if left
        else None,
        lead="✓ fits as it is, ◐ would fit with changes that were searched for and confirmed, "
        "· does not fit by its terms or its place.",
    )


def _at(check: Check, name: str) -> Answer | None:
    return next((a for a in check.answers if a.name == name), None)


def _each(survey: Survey) -> Markup:
    rows = []
    for c in survey.checks:
        best = c.best
        takes: Content = "as it is" if best.fits else "–"
        if not best.fits and best.variant:
            takes = "with " + best.variant.words
        elif not best.fits:
            takes = join("nothing found. ", tag("span", why_not(best), class_="why"))
        goes = best.fits or best.variant is not None
        flies, weighs = c.proposal.flies, c.proposal.flies and c.tells("mass")
        mass = f"{counted_mass(c.proposal, best.slot):.1f} kg" if weighs else "–"
        rows.append(
            (
                join(
                    tag("b", c.proposal.title),
                    tag(
                        "span",
                        ", ".join(
                            w for w in (c.proposal.who.organisation, c.proposal.who.country) if w
                        ),
                        class_="why",
                    ),
                ),
                mass,
                f"{c.proposal.power.mean:.3g} W" if flies and c.tells("power") else "–",
                join(best.slot.title, tag("span", best.name, class_="why")) if goes else "–",
                tag("time", str(best.date)[:4]) if goes else "–",
                takes,
            )
        )
    return section(
        "each",
        "Where each would go",
        table(("Proposal", "Mass", "Mean power", "Best place", "Year", "What it takes"), rows,
              numbers=(1, 2)),
        lead="The earliest opportunity whose terms and place fit; where none does, the one that "
        "takes the least change.",
    )  # fmt: skip


def _crowded(survey: Survey) -> Markup:
    return section(
        "crowds",
        "If everybody went to their best place",
        table(
            ("Opportunity", "Who would go there", "Mass", "Mean power", "Together"),
            [_crowd_row(crowd) for crowd in survey.crowds],
            numbers=(2, 3),
        ),
        lead="Limits are for all in an opportunity together.",
    )


def _crowd_row(crowd: Crowd) -> tuple[Content, ...]:
    over = [*(f"too much together: {o}" for o in crowd.over), *crowd.clashes]
    mass = _taken(crowd.mass, crowd.slot.mass.total if crowd.slot.mass else None, "kg")
    power = _taken(crowd.power, crowd.slot.power.mean if crowd.slot.power else None, "W")
    return (
        crowd.name,
        ", ".join(crowd.guests),
        mass,
        power,
        join(*(tag("span", o, class_="why flag") for o in over))
        if over
        else tag("span", tag("b", "✓"), " all fit", class_="status met"),
    )


def _taken(taken: float | None, limit: float | None, unit: str) -> str:
    if taken is None:
        return "–"
    return f"{taken:.0f} {unit}" if limit is None else f"{taken:.0f} of {limit:.0f} {unit}"


def _set_in_words(survey: Survey) -> str:
    """How many may go at the same time, and whether they live."""
    if survey.matched is None:
        return ""
    going = sum(slot is not None for slot in survey.goes.values())
    lives = {True: ", and they live together", False: ", but do not live together"}
    lived = "" if survey.matched.feasible is None else lives[survey.matched.feasible]
    return f"At the same time {going} may go{lived}."


def _together(survey: Survey) -> Markup | None:
    found = survey.matched
    if found is None:
        return None
    checks = {c.proposal.name: c for c in survey.checks}
    data = told(found, survey.audience, "en").data
    rows, refused = [], []
    for name, slot in sorted(survey.goes.items(), key=lambda pair: pair[1] or ""):
        check = checks[name]
        near = None if check.fitting else check.nearest
        takes = near.variant.words if near and near.variant else "as it is"
        if slot is None:
            refused.append((tag("b", check.proposal.title), takes, _refusal(data["reasons"], name)))
            continue
        title = join(survey.call.opportunities[slot].title, tag("span", slot, class_="why"))
        rows.append(
            (tag("b", check.proposal.title), title, takes, _lives(found, name, survey.audience))
        )
    proof = "proven the best" if found.solved.proven else "not proven the best"
    proof += " by the declared criteria"
    return section(
        "together",
        "All at once: the best set, lived together",
        table(("Proposal", "Goes to", "How", "Lived"), rows),
        _left_out(refused),
        lead="Shared limits, clashes and the rules of cooperation say who may go together; this "
        f"set is {proof}, and who proposes does not count. {_weeks(found)}",
    )


def _left_out(rows: Sequence[tuple[Content, ...]]) -> Markup | None:
    return table(("Left out", "How it would come", "Why it does not go"), rows) if rows else None


def _lives(found: Match, name: str, audience: Audience) -> Markup:
    lived = found.together[-1] if found.together else None
    if lived is None or found.keeps_secrets(name, audience):
        return Markup("")
    if name not in lived.members:
        return tag("span", "takes nothing, or comes after the period", class_="status later")
    word, sign, look = ("no", "✕", "missed") if name in lived.failing else ("yes", "✓", "met")
    return tag("span", tag("b", sign), f" {word}", class_=f"status {look}")


def _weeks(found: Match) -> str:
    stretch = found.together[-1].stretch if found.together else None
    if stretch is None:
        return ""
    return (
        "The station was lived without and with all of them, "
        f"{found.together[-1].seeds} times each, "
        f"{str(stretch.begins)[:10]} to {str(stretch.ends)[:10]}: {stretch.why}."
    )


def _refusal(reasons: Sequence[Mapping[str, Any]], name: str) -> str:
    """Why one is left out, where least is amiss with it."""
    own = nearest([row for row in reasons if row["proposal"] == name])
    slot, rows = own[0] if own else ("", [])
    if slot == "" and len(own) > 1:
        slot, rows = own[1][0], [*rows, *own[1][1]]
    words = "; ".join(row["why"]["text"] for row in rows)
    return f"{slot}: {words}" if slot else words


def _in_full(survey: Survey) -> Markup:
    return section(
        "full",
        "Every answer",
        *(
            details(
                verdict(c),
                table(
                    ("Opportunity", "", "What binds, or why not"),
                    [(a.name, _sign(a), why_not(a)) for a in c.answers],
                ),
            )
            for c in survey.checks
        ),
    )


def _foundations(survey: Survey) -> Markup:
    first = survey.checks[0]
    figures = {c.proposal.figures.source for c in survey.checks if c.proposal.figures}
    notes = [
        f"Station {first.scenario}, content {first.scenario_sha256[:16]}; seeds "
        f"{', '.join(str(s) for s in first.seeds)}; "
        "critical weeks, for the matched set. A life of each by itself: ilrs propose check.",
        *(f"Figures of the proposals: {s}." for s in sorted(figures)),
    ]
    if survey.selected_by:
        notes.append(" ".join(survey.selected_by.note.split()))
    notes.append(" ".join(survey.call.note.split()))
    return section(
        "foundations",
        "What this rests on",
        tag("ul", *(tag("li", n) for n in notes if n), class_="notes"),
    )
