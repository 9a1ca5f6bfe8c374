"""A good assignment from prices: the packing that the mix holds most of is settled, and so on.

After each the prices of what is left are found anew, from those before.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ilrs.partnership.matching.field import Field, settled
from ilrs.partnership.matching.prices import Priced, priced
from ilrs.partnership.matching.problem import NOWHERE, Wholes

WHOLE = 0.6
ROUNDS = 6
"""Rounds of prices after packings are settled."""


def dived(field: Field, start: Priced) -> Wholes:
    """The slot of each proposal, or `NOWHERE`."""
    places = np.full(field.proposals, NOWHERE)
    now = start
    while len(now.packings):
        whole = np.array([field.allows(j, chosen) for j, chosen in now.packings])
        mixed = np.where(whole, now.mixed, 0.0)
        which = np.flatnonzero(mixed > WHOLE)
        if not len(which):
            which = np.array([np.argmax(mixed)])
        met = [(j, field.slots[j].guests[chosen]) for j, chosen in now.packings]
        settled_before = field
        for j, who in (met[k] for k in which):
            here = np.flatnonzero(np.isin(field.slots[j].guests, who))
            if len(here) == len(who) and field.allows(j, here):
                places[who] = j
                field = settled(field, j, here)
        if field is settled_before:
            break
        left = [(j, np.flatnonzero(np.isin(field.slots[j].guests, who))) for j, who in met]
        packings = tuple((j, here) for j, here in left if len(here))
        now = priced(field, 2**62, replace(now, packings=packings), ROUNDS)
    return places
