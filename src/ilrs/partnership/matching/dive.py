"""A good assignment from prices: settled pair by pair.

After pairs are settled the prices of what is left are found again, from those before.
"""

from __future__ import annotations

import numpy as np

from ilrs.partnership.matching.field import Field, Floats, pinned
from ilrs.partnership.matching.prices import DIVE, Priced, priced
from ilrs.partnership.matching.problem import NOWHERE, Wholes

WHOLE = 0.7
"""Share of a pair in the best mix of packings from which on it is settled."""
ROUNDS = 8
"""Rounds of prices after pairs are settled."""
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


def _mixed(field: Field, now: Priced) -> Floats:
    """How much of each pair the best mix of packings holds."""
    held = np.zeros((field.proposals, len(field.slots)))
    for (j, who), share in zip(now.packings, now.mixed, strict=True):
        held[who, j] += share
    return held
