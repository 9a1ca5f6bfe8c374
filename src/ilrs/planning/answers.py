"""Programmes answered once: what a run asks again, because its plan is made again, is known."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

import highspy
import numpy as np

from ilrs.planning.highs import Programme, Solution, solve

KEPT = 64
"""Solutions kept: more than those of two plans of five years; each takes some megabytes."""


class Answers:
    """Solutions of the programmes of one run, by everything that is in a programme.

    A plan that is made again asks the same of every window that nothing has changed in. Of a
    programme with several optima the one found first stands, so what is asked in the same order has
    the same answers: one object is for one run.
    """

    def __init__(self) -> None:
        """Knows nothing yet."""
        self._known: OrderedDict[bytes, Solution] = OrderedDict()

    def solve(self, programme: Programme, basis: highspy.HighsBasis | None = None) -> Solution:
        """The optimum of a programme, searched from `basis` where it is not known."""
        key = fingerprint(programme)
        known = self._known.pop(key, None)
        if known is None:
            known = solve(programme, basis=basis)
        self._known[key] = known
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known


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
