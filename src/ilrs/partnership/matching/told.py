"""A match told: who goes where, why others do not and what it would take, what changed.

Every row names the keys of each proposal that it tells of, so that nothing a partner marked
confidential leaves with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ilrs import __version__
from ilrs.language import Language, Message, named, plain, said, spoken
from ilrs.partnership.about import EVERYTHING, about
from ilrs.partnership.finding import number
from ilrs.partnership.finding import told as in_words
from ilrs.partnership.matching.criteria import measured
from ilrs.partnership.matching.match import Match
from ilrs.partnership.matching.pose import LIMITS, NO_LIMIT
from ilrs.partnership.matching.problem import NOWHERE
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.release import (
    Audience,
    Released,
    Row,
    covers,
    hidden_of,
    merged,
    release_rows,
)
from ilrs.partnership.terms import counted_mass
from ilrs.partnership.wording import it_takes

FORMAT = "ilrs-match-1"
HOPELESS = {"mission", "level"}
"""Requirements that no change to the thing itself would meet."""


def told(
    found: Match, audience: Audience, language: Language, before: Mapping[str, Any] | None = None
) -> Released:
    """The whole match as plain data that an audience may have."""
    proposals = {p.name: p for p in found.posed.proposals}

    def part(rows: Iterator[Row]) -> Released:
        return release_rows(rows, proposals, audience)

    solved = found.solved
    parts: dict[str, Any] = {
        "format": FORMAT,
        "version": __version__,
        "for": str(audience),
        "points": solved.points,
        "bound": solved.bound,
        "gap": solved.gap,
        "proven": solved.proven,
        "ties_settled": solved.settled,
        "seconds": found.seconds,
        "feasible_together": found.feasible,
        "sets_lived": len(found.together),
        "criteria": [
            {
                "criterion": name,
                "title": c.title.text(language),
                "measure": c.measure,
                "measured": spoken(measured(c.measure), language),
                "from": c.start,
                "to": c.end,
                "weight": c.weight,
            }
            for name, c in found.criteria.criteria.items()
        ],
        "ties": list(found.criteria.ties),
        "assignment": part(_assignment(found, language)),
        "accepted": part(_accepted(found, audience)),
        "scores": part(_scores(found)),
        "reasons": part(_reasons(found, language)),
        "use": part(_use(found)),
        "together": part(_together(found, language)),
    }
    if before is not None:
        parts["changes"] = part(_changes(found, before, language))
    return merged(parts, audience)


def nearest(reasons: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The reasons of one proposal by opportunity, where least is amiss first."""
    by_slot: dict[str, list[Mapping[str, Any]]] = {}
    for row in reasons:
        by_slot.setdefault(row["opportunity"] or "", []).append(row)

    def amiss(slot: str) -> tuple[bool, bool, int, str]:
        rows = by_slot[slot]
        return slot != "", any(r["requirement"] in HOPELESS for r in rows), len(rows), slot

    return [(slot, by_slot[slot]) for slot in sorted(by_slot, key=amiss)]


def because(reasons: Sequence[Mapping[str, Any]], change: Mapping[str, Any]) -> str:
    """Why a proposal is no longer where it was, as far as the reasons tell."""
    mine = [r for r in reasons if r["proposal"] == change["proposal"]]
    there = [r for r in mine if r["opportunity"] == change["before"]]
    return "; ".join(r["why"]["text"] for r in there)


def _assignment(found: Match, language: Language) -> Iterator[Row]:
    titles = {p.name: named(p.title, language) for p in found.posed.proposals}
    for name, slot in found.places.items():
        data = {"proposal": name, "title": titles[name], "opportunity": slot}
        yield Row(data, {name: ("title",)})


def _accepted(found: Match, audience: Audience) -> Iterator[Row]:
    """What a roadmap must know of those who fly, to say who no longer fits when it moves."""
    for i, j in enumerate(found.solved.places.tolist()):
        proposal = found.posed.proposals[i]
        if j == NOWHERE or not proposal.flies:
            continue
        slot = found.posed.slots[found.posed.slot_names[j]]
        hidden = hidden_of(proposal, audience)

        def open_(key: str, secrets: tuple[str, ...] = hidden) -> bool:
            return not any(covers(key, secret) for secret in secrets)

        latest = proposal.schedule.latest
        data = {
            "proposal": proposal.name,
            "title": proposal.title if open_("title") else proposal.name,
            **({"partner": proposal.who.organisation} if open_("who.organisation") else {}),
            "mission": slot.mission,
            "mass": f"{counted_mass(proposal, slot):.3f} kg",
            "begins": str(proposal.schedule.ready),
            **({"ends": str(latest)} if latest is not None else {}),
            **({"needs": [slot.robot]} if slot.robot else {}),
            **({"confidential": marks} if (marks := _marks(proposal)) else {}),
        }
        yield Row(data, {proposal.name: ("mass", "schedule")})


ROADMAP = {"title": "title", "partner": "who.organisation", "mass": "mass", "window": "schedule",
           "needs": "needs"}  # fmt: skip
"""What a roadmap calls the keys of a proposal."""


def _marks(proposal: Proposal) -> list[str]:
    """The confidential marks that a roadmap must obey."""
    return [
        word
        for word, key in ROADMAP.items()
        if any(covers(key, secret) for secret in proposal.confidential)
    ]


def _scores(found: Match) -> Iterator[Row]:
    """The points of each accepted proposal; they tell of all that the criteria measure."""
    for i, j in enumerate(found.solved.places.tolist()):
        if j == NOWHERE:
            continue
        proposal, pair = found.posed.proposals[i], found.posed.pairs[i, j]
        data = {
            "proposal": proposal.name,
            "points": pair.points,
            "by_criterion": {k: round(v, 1) for k, v in pair.by_criterion.items()},
        }
        yield Row(data, {proposal.name: EVERYTHING})


def _reasons(found: Match, language: Language) -> Iterator[Row]:
    for i, j in enumerate(found.solved.places.tolist()):
        if j != NOWHERE:
            continue
        name = found.posed.proposals[i].name

        def row(
            slot: str | None,
            why: Message,
            keys: tuple[str, ...],
            takes: str = "",
            others: Mapping[str, tuple[str, ...]] | None = None,
            key: str = "",
        ) -> Row:
            data = {
                "proposal": name,  # noqa: B023
                "opportunity": slot,
                "requirement": key,
                "why": plain(why, language),
                "takes": takes,
            }
            return Row(data, {name: keys, **(others or {})})  # noqa: B023

        lacks = found.missing.get(i)
        if lacks is not None:
            takes = said("match.takes.points", points=lacks).text(language)
            yield row(None, said("match.lacks", points=lacks), EVERYTHING, takes)
        for k, slot in enumerate(found.posed.slot_names):
            pair = found.posed.pairs[i, k]
            for finding in pair.failing:
                takes = spoken(it_takes(finding), language)
                yield row(slot, in_words(finding), about(finding), takes, key=finding.key)
            for ruling in pair.rulings:
                if ruling.verdict == "refuse":
                    words = said("match.ruled", rule=ruling.title.text(language))
                    takes = ruling.remedy.text(language) if ruling.remedy else ""
                    yield row(slot, words, ruling.about, takes)
            answers = found.posed.proposals[i].answers
            if pair.fits and answers and slot not in answers:
                takes = said("match.takes.answer", slot=slot).text(language)
                yield row(slot, said("match.not_asked"), ("answers",), takes)
            elif pair.fits:
                yield from _did_not_live(found, name, slot, row, language)
                yield from _crowded(found, i, k, row, language)


def _crowded(found: Match, i: int, k: int, row: Any, language: Language) -> Iterator[Row]:
    """Why a proposal is not where it would fit by itself: what is left there, and who disturbs."""
    problem, slot = found.posed.problem, found.posed.slot_names[k]
    left = problem.capacity[k] - problem.used(found.solved.places)[k]
    there = [
        p.name
        for p, j in zip(found.posed.proposals, found.solved.places.tolist(), strict=True)
        if j == k
    ]
    for q, limit in enumerate(LIMITS):
        short = int(problem.demand[i, k, q] - left[q])
        if short > 0 and problem.capacity[k, q] < NO_LIMIT:
            why = said("match.full", limit=said(f"match.limit.{limit.key}"),
                       left=number(left[q] / limit.fine, limit.unit))  # fmt: skip
            less = said("match.less", amount=number(short / limit.fine, limit.unit))
            takes = less.text(language)
            yield row(slot, why, (limit.about,), takes, dict.fromkeys(there, (limit.about,)))
    names = [p.name for p in found.posed.proposals]
    for each in found.posed.rivals:
        if i not in (each.disturbed, each.disturber):
            continue
        rival = each.disturber if i == each.disturbed else each.disturbed
        if found.solved.places[rival] != NOWHERE:
            why = said("match.clash", other=names[rival], why=each.why)
            takes = said("match.takes.quiet", why=each.why).text(language)
            yield row(slot, why, (each.about,), takes, {names[rival]: (each.about,)})


def _did_not_live(
    found: Match, name: str, slot: str, row: Any, language: Language
) -> Iterator[Row]:
    """Why sets in which it was there did not live: for its own lack, or for those it was with."""
    told_of: list[set[str]] = []  # the same crowd may have failed with the others elsewhere
    for lived in found.together:
        if lived.members.get(name) != slot or name not in lived.odd or {*lived.odd} in told_of:
            continue
        told_of.append({*lived.odd})
        failing = [f for f in lived.findings.get(name, ()) if f.passed is False]
        others = [] if lived.alone else [n for n in lived.odd if n != name]
        secrets = dict.fromkeys(others, EVERYTHING)
        for finding in failing:
            why = in_words(finding)
            words = said("match.lives", others=others, why=why) if others else said(
                "match.alone", why=why)  # fmt: skip
            yield row(slot, words, EVERYTHING, spoken(it_takes(finding), language), secrets)
        if not failing:
            takes = said("match.takes.elsewhere").text(language)
            yield row(slot, said("match.others", others=others), EVERYTHING, takes, secrets)


def _use(found: Match) -> Iterator[Row]:
    """What is taken of each shared limit; it tells of all who share it."""
    problem = found.posed.problem
    used = problem.used(found.solved.places)
    for k, slot in enumerate(found.posed.slot_names):
        there = [
            p.name
            for p, j in zip(found.posed.proposals, found.solved.places.tolist(), strict=True)
            if j == k
        ]
        for q, limit in enumerate(LIMITS):
            if there and 0 < problem.capacity[k, q] < NO_LIMIT:
                data = {
                    "opportunity": slot,
                    "limit": limit.key,
                    "unit": limit.unit,
                    "used": used[k, q] / limit.fine,
                    "there_is": problem.capacity[k, q] / limit.fine,
                }
                yield Row(data, dict.fromkeys(there, (limit.about,)))


def _together(found: Match, language: Language) -> Iterator[Row]:
    for turn, lived in enumerate(found.together):
        if lived.stretch is None:
            continue
        weeks = {"begins": str(lived.stretch.begins), "ends": str(lived.stretch.ends)}
        for name, findings in lived.findings.items():
            others = [n for n in lived.odd if n != name and name in lived.odd and not lived.alone]
            failing = [f for f in findings if f.passed is False]
            data = {
                "round": turn + 1,
                "proposal": name,
                "fails_alone": lived.alone and name in lived.odd,
                "fails_with": others,
                "takes": [spoken(it_takes(f), language) for f in failing],
                "lives": name not in lived.failing,
                "seeds": lived.seeds,
                **weeks,
                "findings": [f.as_data(language) for f in findings],
            }
            yield Row(data, {name: EVERYTHING, **dict.fromkeys(others, EVERYTHING)})


def _changes(found: Match, before: Mapping[str, Any], language: Language) -> Iterator[Row]:
    """What is otherwise than in an earlier match."""
    now = found.places
    for name in sorted({*now, *before}):
        old, new = before.get(name), now.get(name)
        if old == new and (name in now) == (name in before):
            continue
        if name not in now:
            what = said("match.change.gone")
        elif name not in before:
            what = said("match.change.new_in", slot=new) if new else said("match.change.new_out")
        elif old is None:
            what = said("match.change.in", slot=str(new))
        elif new is None:
            what = said("match.change.out", slot=str(old))
        else:
            what = said("match.change.moved", old=str(old), new=new)
        data = {"proposal": name, "before": old, "now": new, "what": plain(what, language)}
        yield Row(data, {name: ()} if name in now else {})
