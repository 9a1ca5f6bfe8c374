"""Good assignments from prices: settled pair by pair, then some slots at a time matched anew.

After pairs are settled the prices of what is left are found again, from those before.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from ilrs.partnership.matching.field import Field, Floats, freed, pinned
from ilrs.partnership.matching.prices import DIVE, Priced, priced
from ilrs.partnership.matching.problem import NOWHERE, Wholes

WHOLE = 0.7
"""Share of a pair in the best mix of packings from which on it is settled."""
ROUNDS = 8
"""Rounds of prices after pairs are settled."""
TURNS = 40
"""How often some slots are matched anew."""
FEWEST, MOST = 4, 16
"""Slots that are matched anew together."""
EFFORT = 2_000_000
"""Nodes of packings looked at for these."""


def dived(field: Field, start: Priced, until: float = np.inf) -> Wholes:
    """The slot of each proposal, or `NOWHERE`; after the clock's `until` with old prices."""
    places, now = np.full(field.proposals, NOWHERE), start
    while True:
        mixed = _mixed(field, now)
        if not mixed.max(initial=0.0) > 0.0:
            return places
        likely = [(int(j), int(i)) for i, j in np.argwhere(mixed > WHOLE)]
        i, j = divmod(int(mixed.argmax()), mixed.shape[1])
        most = [(j, i)]
        left = pinned(field, likely or most)
        if left is None:
            likely, left = most, pinned(field, most)
        assert left is not None  # a packing holds it
        for slot, proposal in likely or most:
            places[proposal] = slot
        field = left
        now = priced(field, EFFORT, now, ROUNDS, until=until, most=DIVE)


def improved(
    field: Field, found: Priced, places: Wholes, *, turns: int = TURNS, until: float = np.inf
) -> Wholes:
    """An assignment at least as good: slots that share guests are matched anew, drawn by a seed."""
    score = _scores(field)
    guests = score > 0.0
    shared = guests.T.astype(float) @ guests
    rng = np.random.default_rng(1)
    count = len(field.slots)
    for _ in range(turns if count > FEWEST else 0):
        taken = np.flatnonzero(places != NOWHERE)
        if time.perf_counter() > until or score[taken, places[taken]].sum() >= found.bound - 1.0:
            break
        pull = shared[rng.integers(count)] * rng.random(count)
        slots = np.argsort(-pull)[: rng.integers(FEWEST, MOST + 1)]
        inside = np.flatnonzero(np.isin(places, slots))
        now = score[inside, places[inside]].sum()
        part = freed(field, places, slots.tolist())
        mine = tuple((int(j), np.flatnonzero(places == j)) for j in slots)
        like = replace(found, packings=(*found.packings, *mine))
        anew = priced(part, EFFORT, like, until=until, most=DIVE)
        if anew.bound < now + 1.0 - 1e-6:
            continue
        better = dived(part, anew, until)
        here = np.flatnonzero(better != NOWHERE)
        if score[here, better[here]].sum() >= now:
            places = places.copy()
            places[inside] = NOWHERE
            places[here] = better[here]
    return places


def _mixed(field: Field, now: Priced) -> Floats:
    """How much of each pair the best mix of packings holds."""
    held = np.zeros((field.proposals, len(field.slots)))
    for (j, who), share in zip(now.packings, now.mixed, strict=True):
        held[who, j] += share
    return held


def _scores(field: Field) -> Floats:
    score = np.zeros((field.proposals, len(field.slots)))
    for j, slot in enumerate(field.slots):
        score[slot.guests, j] = slot.score
    return score
