"""A moved roadmap as an audience may have it: without what partners keep confidential.

Verdicts stay (who no longer fits, which flight takes it); titles, partners, masses, windows and
needs that are marked, and every reason, sum and list that tells of them, are absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ilrs.partnership.release import Audience
from ilrs.roadmap.fits import Accepted, Reason, Secret

Data = dict[str, Any]
Hidden = Mapping[str, frozenset[Secret]]
KEYS: dict[Secret, tuple[str, ...]] = {
    "partner": ("partner",),
    "mass": ("mass_kg",),
    "window": ("begins", "ends"),
}
PLACING: frozenset[Secret] = frozenset({"mass", "window", "needs"})
"""What says why something does not fly earlier, or not at all."""


def hidden_from(accepted: Mapping[str, Accepted], audience: Audience) -> Hidden:
    """What of each accepted proposal an audience may not know; those that hide nothing left out."""
    return {
        name: frozenset(each.confidential)
        for name, each in accepted.items()
        if each.confidential and not audience.sees_all_by(each.partner)
    }


def open_reasons(reasons: Sequence[Reason], hidden: Hidden) -> list[str]:
    """The reasons that tell of nothing hidden."""
    return [r.words for r in reasons
            if not any(r.about in hidden.get(name, ()) for name in r.tells_of)]  # fmt: skip


def story_for(data: Data, hidden: Hidden) -> Data:
    """The story without what is hidden."""
    if not hidden:
        return data
    offers, plan = data["proposals"], data["replan"]
    rows = [_row(row, hidden.get(row["name"], frozenset())) for row in offers["no_longer_fit"]]
    return {
        **data,
        "proposals": {**offers, "no_longer_fit": rows},
        "replan": {
            **plan,
            "flights": [_flight(flight, hidden) for flight in plan["flights"]],
            "moved": [_moved(row, hidden) for row in plan["moved"]],
        },
    }


def _row(row: Data, secrets: frozenset[Secret]) -> Data:
    gone = {key for secret in secrets for key in KEYS.get(secret, ())}
    kept = {key: value for key, value in row.items() if key not in gone}
    if "title" in secrets:
        kept["title"] = row["name"]
    if secrets & PLACING:
        kept["why_not"] = []
    return kept


def _flight(flight: Data, hidden: Hidden) -> Data:
    """Of a flight with a hidden mass aboard, no mass and no sum is told."""
    weighed = ("mass_kg", "grown_kg", "partner_mass_kg")
    if not any("mass" in hidden.get(c["name"], ()) for c in flight["cargo"]):
        return flight
    cargo = [{k: v for k, v in c.items() if k != "mass_kg"} for c in flight["cargo"]]
    return {**{k: v for k, v in flight.items() if k not in weighed}, "cargo": cargo}


def _moved(row: Data, hidden: Hidden) -> Data:
    if hidden.get(row["name"], frozenset()) & PLACING:
        return {**row, "why_not_earlier": []}
    return row
