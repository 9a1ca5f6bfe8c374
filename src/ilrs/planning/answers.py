"""Programmes answered once: what a run asks again, because its plan is made again, is known."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from ilrs.planning.highs import Programme, Solution, solve

KEPT = 3
"""Plans whose solutions are kept, the one that is made included; each takes some megabytes."""


class Answers:
    """Solutions of the programmes of one run, by everything that is in a programme.

    A plan that is made again asks the same of every window that nothing has changed in. Of a
    programme with several optima the one found first stands, so what is asked in the same order has
    the same answers: one object is for one run. What goes is what none of the last plans asked,
    whichever of their windows were answered first.
    """

    heat: NDArray[np.float64] | None = None
    """Heat (steps, masses) [W] about which the first plan was linear; later ones begin there too,
    so that they ask the same where nothing has changed."""

    def __init__(self) -> None:
        """Knows nothing yet."""
        self._known: dict[bytes, Solution] = {}
        self._asked: dict[bytes, int] = {}
        self._windows: dict[Hashable, Any] = {}
        self._plan = 0

    def next_plan(self) -> None:
        """Another plan is made: forget what the last ones did not ask."""
        self._plan += 1
        old = [key for key, plan in self._asked.items() if plan <= self._plan - KEPT]
        for key in old:
            del self._known[key], self._asked[key]

    def window(self, place: Hashable) -> Any:
        """What the last plan answered in the window at `place`, None where it had none there."""
        return self._windows.get(place)

    def remember(self, windows: Mapping[Hashable, Any]) -> None:
        """Keep what a plan answered by place: the search of the next plan begins there."""
        self._windows = dict(windows)

    def solve(self, programme: Programme, basis: highspy.HighsBasis | None = None) -> Solution:
        """The optimum of a programme, searched from `basis` where it is not known."""
        key = fingerprint(programme)
        if key not in self._known:
            self._known[key] = solve(programme, basis=basis)
        self._asked[key] = self._plan
        return self._known[key]


def fingerprint(programme: Programme) -> bytes:
    """A digest of every number of a programme and of where it stands."""
    matrix = programme.matrix
    digest = hashlib.blake2b(repr(matrix.shape).encode(), digest_size=20)
    for array in (
        *(programme.cost, programme.lower, programme.upper),
        *(programme.row_lower, programme.row_upper),
        *(matrix.indptr, matrix.indices, matrix.data),
    ):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()
