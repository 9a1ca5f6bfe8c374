"""Orbits under several point masses, integrated with the positions the kernels give."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp

from ilrs.data.kernels import load_kernels
from ilrs.errors import RunError, UserError
from ilrs.sky.records import EARTH, MOON, SUN, geometric_positions, pack

BODIES = {"sun": SUN, "earth": EARTH, "moon": MOON}
# The kernels' stated bounds fall inside their records, whose polynomials hold throughout.
_RECORD_SLACK = 86400.0


def propagate_among(
    position: ArrayLike,
    velocity: ArrayLike,
    start_tdb: float,
    elapsed: float,
    centre: str,
    gm: Mapping[str, float],
    perturbers: tuple[str, ...],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The state (3,), (3,) [m, m/s] `elapsed` [s] after `start_tdb` about `centre`, in ICRF.

    a = -GM r/|r|^3 + sum GM_k [(s_k - r)/|s_k - r|^3 - s_k/|s_k|^3] over point-mass `perturbers`
    ('sun', 'earth', 'moon') at s_k from the kernels; `gm` [m^3/s^2] by body. Dormand-Prince of
    order 8, 1e-13 relative. Holds inside the kernels' coverage, else `EphemerisRangeError`.
    """
    for body in (centre, *perturbers):
        if body not in BODIES:
            raise UserError(
                f"no kernel holds the body {body!r}", remedy=f"use one of {', '.join(BODIES)}"
            )
        if body not in gm:
            raise UserError(f"no GM is given for {body!r}", remedy=f"add gm of {body}")
    if centre in perturbers:
        raise UserError(f"{centre!r} is both the centre and a perturber")
    ends = (start_tdb, start_tdb + elapsed)
    records = pack(load_kernels(min(ends), max(ends), slack=_RECORD_SLACK))

    def acceleration(t: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        r = state[:3]
        total = -gm[centre] * r / np.linalg.norm(r) ** 3
        for body in perturbers:
            at = np.array([start_tdb + t])
            s = 1e3 * geometric_positions(records, BODIES[body], BODIES[centre], at)[0]
            d = s - r
            total = total + gm[body] * (d / np.linalg.norm(d) ** 3 - s / np.linalg.norm(s) ** 3)
        return np.concatenate([state[3:], total])

    initial = np.concatenate([np.asarray(position, float), np.asarray(velocity, float)])
    scale = np.repeat([np.linalg.norm(initial[:3]), np.linalg.norm(initial[3:])], 3)
    solution = solve_ivp(
        acceleration, (0.0, elapsed), initial, method="DOP853", rtol=1e-13, atol=1e-15 * scale
    )
    if not solution.success:
        raise RunError(f"the orbit could not be integrated: {solution.message}")
    return solution.y[:3, -1], solution.y[3:, -1]
