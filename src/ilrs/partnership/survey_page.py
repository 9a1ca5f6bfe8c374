"""The page of a survey: one line a proposal, one column an opportunity, and what it takes."""

from __future__ import annotations

from ilrs.partnership.feasibility import Answer, Check
from ilrs.partnership.page import whole_page
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
                f"{survey.call.title.lower()}, each with the station's own planner and simulator.",
                class_="period"),
            tag("div", tag("p", f"Of {len(survey.checks)}: {words}."),
                class_=f"verdict {'yes' if survey.as_proposed else 'no'}"),
            class_="inner",
        ),
    )  # fmt: skip


def _sign(answer: Answer) -> Markup:
    if answer.fits:
        return tag("span", tag("b", "✓"), class_="status met", title="fits")
    if answer.variant:
        return tag("span", tag("b", "◐"), class_="status", title="; ".join(answer.variant.changes))
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
        "· does not fit.",
    )


def _at(check: Check, name: str) -> Answer | None:
    return next((a for a in check.answers if a.name == name), None)


def _each(survey: Survey) -> Markup:
    rows = []
    for c in survey.checks:
        best = c.best
        takes: Content = "as it is" if best.fits else "–"
        if not best.fits and best.variant:
            takes = "with " + "; ".join(best.variant.changes)
        elif not best.fits:
            takes = join("nothing found. ", tag("span", why_not(best), class_="why"))
        goes = best.fits or best.variant is not None
        mass = f"{counted_mass(c.proposal, best.slot):.1f} kg" if c.proposal.flies else "–"
        rows.append(
            (
                join(
                    tag("b", c.proposal.title),
                    tag(
                        "span",
                        f"{c.proposal.who.organisation}, {c.proposal.who.country}",
                        class_="why",
                    ),
                ),
                mass,
                f"{c.proposal.power.mean:.3g} W" if c.proposal.flies else "–",
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
        lead="The earliest opportunity that fits; where none does, the one that takes the least "
        "change.",
    )  # fmt: skip


def _crowded(survey: Survey) -> Markup:
    return section(
        "together",
        "All at once",
        table(
            ("Opportunity", "Who would go there", "Mass", "Mean power", "Together"),
            [_crowd_row(crowd) for crowd in survey.crowds],
            numbers=(2, 3),
        ),
        lead="If everybody went to their best place. Limits are for all in a slot together; "
        "ilrs propose match shares them out.",
    )


def _crowd_row(crowd: Crowd) -> tuple[Content, ...]:
    over = [*(f"too much together: {o}" for o in crowd.over), *crowd.clashes]
    mass = f"{crowd.mass:.0f}" + (f" of {crowd.slot.mass.total:.0f} kg" if crowd.slot.mass else "")
    power = f"{crowd.power:.0f}"
    power += f" of {crowd.slot.power.mean:.0f} W" if crowd.slot.power else " W"
    return (
        crowd.name,
        ", ".join(crowd.guests),
        mass,
        power,
        join(*(tag("span", o, class_="why flag") for o in over))
        if over
        else tag("span", tag("b", "✓"), " all fit", class_="status met"),
    )


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
        f"{', '.join(str(s) for s in first.seeds)}; critical weeks of each mission.",
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
