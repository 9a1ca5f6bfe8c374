"""Who may go where, for how many points, taking how much of what is there: whole numbers only.

The problem knows no names. Limits are in whole small units (grams, milliwatts), so that sums are
exact and an optimum is proven without tolerances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Wholes = NDArray[np.int64]
NOWHERE = -1
"""Where a proposal that is not accepted goes."""


@dataclass(frozen=True)
class Clash:
    """Two proposals that cannot both be: one in any of its slots and the other in any of its."""

    first: int
    second: int
    slots_first: frozenset[int]
    slots_second: frozenset[int]


@dataclass(frozen=True)
class Problem:
    """Proposals (n), slots (m) and shared limits (q).

    `score` [points] (n, m) is negative where a proposal may not go; `demand` (n, m, q) is what it
    takes there of each limit, `capacity` (m, q) what there is.
    """

    score: Wholes
    demand: Wholes
    capacity: Wholes
    clashes: tuple[Clash, ...] = ()
    crowds: tuple[tuple[frozenset[tuple[int, int]], int], ...] = ()
    """Sets of pairs of which at most so many may be: what a life together showed not to work."""

    def __post_init__(self) -> None:
        n, m = self.score.shape
        if self.demand.shape[:2] != (n, m) or self.capacity.shape != (m, self.demand.shape[2]):
            raise ValueError("scores, demands and capacities do not belong together")
        if (self.demand < 0).any() or (self.capacity < 0).any():
            raise ValueError("a demand or a capacity is negative")

    @property
    def size(self) -> tuple[int, int]:
        """Proposals and slots."""
        n, m = self.score.shape
        return n, m

    def points(self, places: Wholes) -> int:
        """The points of an assignment, the slot of each proposal or `NOWHERE`."""
        taken = np.flatnonzero(places != NOWHERE)
        return int(self.score[taken, places[taken]].sum())

    def used(self, places: Wholes) -> Wholes:
        """What an assignment takes of each limit of each slot (m, q)."""
        used = np.zeros_like(self.capacity)
        for i in np.flatnonzero(places != NOWHERE):
            used[places[i]] += self.demand[i, places[i]]
        return used

    def faults(self, places: Wholes) -> list[str]:
        """What an assignment breaks, in words; nothing when it may be."""
        found = []
        taken = np.flatnonzero(places != NOWHERE)
        for i in taken[self.score[taken, places[taken]] < 0]:
            found.append(f"proposal {i} may not go to slot {places[i]}")
        for j, q in np.argwhere(self.used(places) > self.capacity):
            found.append(f"slot {j} exceeds limit {q}")
        for clash in self.clashes:
            here, there = int(places[clash.first]), int(places[clash.second])
            if here in clash.slots_first and there in clash.slots_second:
                found.append(f"proposals {clash.first} and {clash.second} clash")
        for pairs, most in self.crowds:
            if sum((int(i), int(places[i])) in pairs for i in taken) > most:
                found.append(f"more than {most} of a crowd")
        return found

    def alone(self) -> NDArray[np.bool_]:
        """Which pairs (n, m) may be at all: eligible, and within the limits by themselves."""
        fits = (self.demand <= self.capacity[None]).all(axis=2)
        return np.asarray((self.score >= 0) & fits)
