"""The verdict in words, for the page and the terminal alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ilrs.rendering.wording import count, listed, minute, say, share, spoken

MET, MISSED, LATER, AHEAD = "met", "missed", "not yet modelled", "after this run"
UNJUDGED = frozenset({LATER, AHEAD})
SYMBOLS = {MET: "✓", MISSED: "✕", LATER: "○", AHEAD: "○"}
MOODS = {MET: "met", MISSED: "missed", LATER: "later", AHEAD: "later"}


@dataclass(frozen=True)
class Verdict:
    """A sentence on a mission, and its mood: `met`, `missed` or `later`."""

    mission: str
    sentence: str
    mood: str


def verdicts(summary: Mapping[str, Any]) -> list[Verdict]:
    """A sentence for every mission that was judged, and one each for why others were not."""
    found = []
    waiting: dict[str, list[dict[str, Any]]] = {AHEAD: [], LATER: []}
    for mission in summary.get("roadmap") or []:
        objectives = mission["objectives"]
        judged = [o for o in objectives if o["status"] not in UNJUDGED]
        if judged:
            found.append(_judged(mission["title"], objectives, judged))
        elif objectives:
            waiting[why_unjudged(objectives)].append(mission)
    for why, missions in waiting.items():
        if missions:
            many = count(sum(len(m["objectives"]) for m in missions), "objective")
            names = listed([m["title"] for m in missions])
            sentence = f"{names}: {why} ({many}), so neither met nor missed."
            found.append(Verdict("", sentence, "later"))
    return found


def why_unjudged(objectives: list[dict[str, Any]]) -> str:
    """Why none of a mission's objectives is judged: it comes later, or is not yet modelled."""
    return AHEAD if any(o["status"] == AHEAD for o in objectives) else LATER


def losses(summary: Mapping[str, Any]) -> list[str]:
    """A sentence for every time that the schedule was made anew: because of what, and the loss."""
    activities = summary.get("activities") or {}
    units = {name: told["unit"] for name, told in (activities.get("yields") or {}).items()}
    return [_loss(again, units) for again in activities.get("replanned") or []]


def sureness(summary: Mapping[str, Any]) -> list[str]:
    """Which skyline a run's light rests on, and the band of it where the Sun matters most.

    The place is the one with the highest array; where none stands, that with most light.
    """
    places = {p["name"]: p for p in summary.get("places") or () if p.get("sureness")}
    if not places:
        return []
    tops = {m["place"]: m["top_m"] for m in summary.get("masts") or () if m["place"] in places}
    names = tops or {n: p["sureness"]["light"][-1]["taken"] for n, p in places.items()}
    place = places[max(names, key=lambda n: names[n])]
    row = place["sureness"]["light"][-1]
    low, high = (say(end, "") for end in row["band"])
    return [
        f"Light is behind skylines {place['skyline'].partition(':')[0]}. With the terrain's error "
        f"{place['name']} at {row['height_m']:g} m has {low} to {high} (5 to 95 %) where "
        f"the run took {say(row['taken'], '')}; {row['darker_draws']} of {row['draws']} draws "
        "are darker."
    ]


def _loss(again: Mapping[str, Any], units: Mapping[str, str]) -> str:
    lost = [
        f"{spoken(name)} {say(amount, units.get(name) or 'pieces')}"
        for name, amount in again["yields_lost"].items()
        if amount
    ]
    before, after = again["worth_before"], again["worth_after"]
    kept = f"{share(after / before)} % of the worth is left" if before else "nothing was planned"
    changed = f"{len(again['moved'])} moved, {len(again['gained'])} gained"
    return (
        f"Planned anew {minute(again['at'])} because of {again['because']}: "
        f"{count(len(again['lost']), 'time')} of activities lost, {changed}; {kept}. "
        f"Lost: {listed(lost) if lost else 'nothing that counts'}."
    )


def _judged(title: str, objectives: list[dict[str, Any]], judged: list[dict[str, Any]]) -> Verdict:
    met = [o for o in judged if o["status"] == MET]
    missed = [o for o in judged if o["status"] == MISSED]
    waiting = len(objectives) - len(judged)
    sentence = f"{title}: {len(met)} of {count(len(objectives), 'objective')} met"
    if missed:
        said = [f"{o['text'].rstrip('.')} ({_against(o)})" for o in missed]
        sentence += "; missed: " + "; ".join(said)
    if waiting:
        sentence += f"; {waiting} not yet modelled"
    return Verdict(title, sentence + ".", "missed" if missed else "met")


def _against(objective: Mapping[str, Any]) -> str:
    value, limit = (say(objective[k], objective["unit"]) for k in ("value", "threshold"))
    return f"{value}, {bound(objective)} {limit} wanted"


def bound(objective: Mapping[str, Any]) -> str:
    """`at least` or `at most`."""
    return str(objective.get("bound") or "").replace("_", " ")
