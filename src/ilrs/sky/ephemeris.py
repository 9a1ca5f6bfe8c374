"""Apparent Sun and Earth seen from the Moon, as Chebyshev series in MOON_ME.

One fit turns the kernels' polynomials, light time, stellar aberration and the Moon's rotation
into one short series a block of days; evaluating it costs a few nanoseconds a direction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.data.kernels import load_kernels
from ilrs.errors import EphemerisRangeError
from ilrs.sky.records import (
    apparent_from,
    barycentric,
    barycentric_rate,
    moon_rotation,
    pack,
    rotations,
)

BLOCK = 4 * 86400.0  # s, the length of DE440's records of Moon and Earth, whose joints are kept
TERMS = 12
_CHUNK = 128  # times evaluated together
_FEW = 1024  # times up to which waking other threads costs more than it saves
_BODIES = {"sun": 0, "earth": 3}


@dataclass(frozen=True)
class Ephemeris:
    """Apparent Sun and Earth in MOON_ME over a period, and the Moon's rotation.

    `coefficients` has shape (blocks, 6, terms) [m]: x, y, z of the Sun, then of the Earth; block k
    holds for `step` seconds from `start + k step`. Holds from `first` to `last` [TDB s past J2000].
    """

    first: float
    last: float
    start: float
    step: float
    coefficients: NDArray[np.float64] = field(repr=False)
    records: NDArray[np.float64] = field(repr=False)
    kernels: tuple[str, ...] = ()

    def position(self, body: str, tdb: ArrayLike) -> NDArray[np.float64]:
        """Apparent position (n, 3) [m] of 'sun' or 'earth' from the Moon's centre in MOON_ME.

        Light time and stellar aberration as CSPICE's LT+S, to 1e-9 rad of it; `tdb` (n,) [s past
        J2000]. Holds for the fitted period, else `EphemerisRangeError`.
        """
        if body not in _BODIES:
            raise ValueError(f"{body!r} is not a body of this ephemeris: 'sun' or 'earth'")
        times = self._checked(tdb)
        row = _BODIES[body]
        rows = np.ascontiguousarray(self.coefficients[:, row : row + 3])
        return _evaluate(self.start, self.step, rows, times)

    def positions(self, tdb: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Apparent positions (n, 3) [m] of Sun and Earth from the Moon's centre in MOON_ME."""
        both = _evaluate(self.start, self.step, self.coefficients, self._checked(tdb))
        return both[:, :3], both[:, 3:]

    def rotation(self, tdb: ArrayLike) -> NDArray[np.float64]:
        """Rotations (n, 3, 3) that turn ICRF vectors into MOON_ME at `tdb` (n,), as CSPICE's."""
        return rotations(self.records, self._checked(tdb))

    def _checked(self, tdb: ArrayLike) -> NDArray[np.float64]:
        times = np.ascontiguousarray(np.atleast_1d(np.asarray(tdb, dtype=np.float64)))
        if times.size and not (times.min() >= self.first and times.max() <= self.last):
            raise EphemerisRangeError(
                "a time lies outside the fitted ephemeris",
                first=self.first,
                last=self.last,
                remedy="fit the ephemeris over the whole period",
            )
        return times


def fit_ephemeris(first_tdb: float, last_tdb: float) -> Ephemeris:
    """Fit the apparent Sun and Earth over a period [TDB s past J2000] by interpolation at nodes.

    Each block of four days gets 12 Chebyshev terms a component; interpolation at Chebyshev's nodes
    is within a small factor of the best polynomial. Error against CSPICE at most 1e-9 rad
    (1e-11 measured). Raises `EphemerisRangeError` outside the kernels.
    """
    first, last = float(first_tdb), float(last_tdb)
    kernels = load_kernels(first, last)
    origin = kernels.moon.start
    begin = math.floor((first - origin) / BLOCK)
    blocks = max(math.ceil((last - origin) / BLOCK) - begin, 1)
    start = origin + begin * BLOCK
    records = pack(kernels)
    coefficients = _fit(records, start, BLOCK, blocks, *_interpolation(TERMS))
    return Ephemeris(
        first=first,
        last=last,
        start=start,
        step=BLOCK,
        coefficients=coefficients,
        records=records,
        kernels=kernels.names,
    )


def _interpolation(terms: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chebyshev's nodes on [-1, 1] and the matrix from values there to coefficients."""
    angles = (np.arange(terms) + 0.5) * np.pi / terms
    matrix = 2.0 / terms * np.cos(np.outer(np.arange(terms), angles))
    matrix[0] *= 0.5
    return np.cos(angles), matrix


@njit(cache=True, parallel=True)
def _fit(
    records: NDArray[np.float64],
    start: float,
    step: float,
    blocks: int,
    nodes: NDArray[np.float64],
    matrix: NDArray[np.float64],
) -> NDArray[np.float64]:
    terms = len(nodes)
    out = np.zeros((blocks, 6, terms))
    for block in prange(blocks):
        for k in range(terms):
            t = start + step * (block + 0.5 * (1.0 + nodes[k]))
            turn = moon_rotation(records, t)
            place, velocity = barycentric(records, 301, t), barycentric_rate(records, 301, t)
            for body in range(2):
                target = 10 if body == 0 else 399
                x, y, z = apparent_from(records, target, place, velocity, t)
                for axis in range(3):
                    value = 1e3 * (turn[axis, 0] * x + turn[axis, 1] * y + turn[axis, 2] * z)
                    for term in range(terms):
                        out[block, 3 * body + axis, term] += matrix[term, k] * value
    return out


def _evaluate(
    start: float, step: float, coefficients: NDArray[np.float64], tdb: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum the series (blocks, components, terms) at `tdb` (n,): (n, components)."""
    out = np.empty((len(tdb), coefficients.shape[1]))
    if len(tdb) <= _FEW:
        for low in range(0, len(tdb), _CHUNK):
            _evaluate_part(start, step, coefficients, tdb, out, low, _CHUNK)
    else:
        _evaluate_all(start, step, coefficients, tdb, out, _CHUNK)
    return out


@njit(cache=True, parallel=True)
def _evaluate_all(
    start: float,
    step: float,
    coefficients: NDArray[np.float64],
    tdb: NDArray[np.float64],
    out: NDArray[np.float64],
    chunk: int,
) -> None:
    for part in prange((len(tdb) + chunk - 1) // chunk):
        _evaluate_part(start, step, coefficients, tdb, out, part * chunk, chunk)


@njit(cache=True, fastmath={"contract"})
def _evaluate_part(
    start: float,
    step: float,
    coefficients: NDArray[np.float64],
    tdb: NDArray[np.float64],
    out: NDArray[np.float64],
    low: int,
    chunk: int,
) -> None:
    blocks, components, terms = coefficients.shape
    size = min(chunk, len(tdb) - low)
    index = np.empty(chunk, np.int64)
    x = np.empty(chunk)
    for i in range(size):
        place = (tdb[low + i] - start) / step
        index[i] = min(max(int(place), 0), blocks - 1)
        x[i] = 2.0 * (place - index[i]) - 1.0
    b1, b2 = np.empty(chunk), np.empty(chunk)
    done = 0
    while done < size:
        # A run of times in one block shares its coefficients, so the inner loop is SIMD.
        end = done + 1
        while end < size and index[end] == index[done]:
            end += 1
        n = end - done
        xs, part = x[done:end], out[low + done : low + end]
        for component in range(components):
            row = coefficients[index[done], component]
            for i in range(n):
                b1[i] = row[terms - 1]
                b2[i] = 0.0
            for k in range(terms - 2, 0, -1):
                c = row[k]
                for i in range(n):
                    b = c + 2.0 * xs[i] * b1[i] - b2[i]
                    b2[i] = b1[i]
                    b1[i] = b
            for i in range(n):
                part[i, component] = row[0] + xs[i] * b1[i] - b2[i]
        done = end
