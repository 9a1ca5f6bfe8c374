"""The verdict in words, for the page and the terminal alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ilrs.rendering.wording import count, listed, say

MET, MISSED, LATER = "met", "missed", "not yet modelled"
SYMBOLS = {MET: "✓", MISSED: "✕", LATER: "○"}
MOODS = {MET: "met", MISSED: "missed", LATER: "later"}


@dataclass(frozen=True)
class Verdict:
    """A sentence on a mission, and its mood: `met`, `missed` or `later`."""

    mission: str
    sentence: str
    mood: str


def verdicts(summary: Mapping[str, Any]) -> list[Verdict]:
    """A sentence for every mission that was judged, and one for all that were not."""
    found, later = [], []
    for mission in summary.get("roadmap") or []:
        objectives = mission["objectives"]
        judged = [o for o in objectives if o["status"] != LATER]
        if judged:
            found.append(_judged(mission["title"], objectives, judged))
        elif objectives:
            later.append(mission)
    if later:
        waiting = sum(len(m["objectives"]) for m in later)
        names = listed([m["title"] for m in later])
        sentence = (
            f"{names}: not yet modelled ({count(waiting, 'objective')}), so neither met nor missed."
        )
        found.append(Verdict("", sentence, "later"))
    return found


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
