"""Positions straight from the Chebyshev records of the kernels, compiled; lengths here are km.

These are the polynomials CSPICE evaluates, in the same order of corrections, so that the results
agree with it to rounding.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ilrs.data.kernels import ChebyshevRecords, Kernels

SUN, EARTH, MOON = 10, 399, 301  # NAIF's body numbers
# Places of the segments in the packed records: 0 Sun, 1 Earth-Moon barycentre, 2 Moon, 3 Earth,
# 4 orientation. Compiled functions name them by number, since they cannot read module globals.
_SEGMENTS, _HEADER = 5, 5


@lru_cache(maxsize=2)
def pack(kernels: Kernels) -> NDArray[np.float64]:
    """The records of `kernels` packed into one array for the compiled functions.

    Five numbers a segment (start, step, offset, records, terms), the nine of the rotation from
    principal axes to MOON_ME, then the coefficients of every segment.
    """
    parts: list[ChebyshevRecords] = [
        kernels.sun,
        kernels.barycentre,
        kernels.moon,
        kernels.earth,
        kernels.orientation,
    ]
    offset = _SEGMENTS * _HEADER + 9
    header: list[float] = []
    for part in parts:
        records, _, terms = part.coefficients.shape
        header += [part.start, part.step, offset, records, terms]
        offset += part.coefficients.size
    flat = [np.array(header), kernels.axes_to_mean_earth.ravel()]
    return np.concatenate(flat + [part.coefficients.ravel() for part in parts])


@njit(cache=True)
def _locate(records: NDArray[np.float64], segment: int, t: float) -> Any:
    base = 5 * segment
    start, step, count = records[base], records[base + 1], int(records[base + 3])
    terms = int(records[base + 4])
    index = min(max(int((t - start) / step), 0), count - 1)
    half = 0.5 * step
    first = int(records[base + 2]) + 3 * terms * index
    return first, terms, (t - (start + index * step) - half) / half, half


@njit(cache=True)
def evaluate(records: NDArray[np.float64], segment: int, t: float) -> Any:
    """The three components of a segment at `t` [TDB s past J2000], by Clenshaw's recurrence."""
    first, terms, x, _ = _locate(records, segment, t)
    out = (0.0, 0.0, 0.0)
    for axis in range(3):
        row = first + axis * terms
        b1, b2 = 0.0, 0.0
        for k in range(terms - 1, 0, -1):
            b1, b2 = records[row + k] + 2.0 * x * b1 - b2, b1
        out = (out[1], out[2], records[row] + x * b1 - b2)
    return out


@njit(cache=True)
def evaluate_rate(records: NDArray[np.float64], segment: int, t: float) -> Any:
    """The time derivative [1/s] of the three components of a segment at `t`."""
    first, terms, x, half = _locate(records, segment, t)
    out = (0.0, 0.0, 0.0)
    for axis in range(3):
        row = first + axis * terms
        # dT_k/dx = k U_(k-1); Clenshaw for the polynomials of the second kind.
        b1, b2 = 0.0, 0.0
        for k in range(terms - 1, 0, -1):
            b1, b2 = k * records[row + k] + 2.0 * x * b1 - b2, b1
        out = (out[1], out[2], b1 / half)
    return out


@njit(cache=True)
def barycentric(records: NDArray[np.float64], body: int, t: float) -> Any:
    """The ICRF position [km] of Sun (10), Earth (399) or Moon (301) from the barycentre."""
    if body == 10:
        return evaluate(records, 0, t)
    x, y, z = evaluate(records, 1, t)
    if body == 399:
        dx, dy, dz = evaluate(records, 3, t)
    else:
        dx, dy, dz = evaluate(records, 2, t)
    return x + dx, y + dy, z + dz


@njit(cache=True)
def barycentric_rate(records: NDArray[np.float64], body: int, t: float) -> Any:
    """The ICRF velocity [km/s] of Sun, Earth or Moon relative to the system's barycentre."""
    if body == 10:
        return evaluate_rate(records, 0, t)
    x, y, z = evaluate_rate(records, 1, t)
    if body == 399:
        dx, dy, dz = evaluate_rate(records, 3, t)
    else:
        dx, dy, dz = evaluate_rate(records, 2, t)
    return x + dx, y + dy, z + dz


@njit(cache=True)
def geometric(records: NDArray[np.float64], target: int, observer: int, t: float) -> Any:
    """The ICRF position [km] of `target` from `observer` at `t`, both at that instant."""
    tx, ty, tz = barycentric(records, target, t)
    ox, oy, oz = barycentric(records, observer, t)
    return tx - ox, ty - oy, tz - oz


@njit(cache=True)
def apparent(records: NDArray[np.float64], target: int, observer: int, t: float) -> Any:
    """The apparent ICRF position [km] of `target` from `observer` at `t`, as CSPICE's LT+S.

    Light time by one iteration, tau = |r(t)|/c, then the direction turned by stellar aberration:
    asin|u x v/c| towards the observer's barycentric velocity v.
    """
    place = barycentric(records, observer, t)
    return apparent_from(records, target, place, barycentric_rate(records, observer, t), t)


@njit(cache=True)
def apparent_from(
    records: NDArray[np.float64], target: int, place: Any, velocity: Any, t: float
) -> Any:
    """As `apparent`, for an observer at a barycentric `place` [km] and `velocity` [km/s]."""
    c = 299792.458
    ox, oy, oz = place
    vx, vy, vz = velocity
    x, y, z = barycentric(records, target, t)
    tau = math.sqrt((x - ox) ** 2 + (y - oy) ** 2 + (z - oz) ** 2) / c
    x, y, z = barycentric(records, target, t - tau)
    x, y, z = x - ox, y - oy, z - oz
    r = math.sqrt(x * x + y * y + z * z)
    hx = (y * vz - z * vy) / (r * c)
    hy = (z * vx - x * vz) / (r * c)
    hz = (x * vy - y * vx) / (r * c)
    sine = math.sqrt(hx * hx + hy * hy + hz * hz)
    if sine == 0.0:
        return x, y, z
    # r is perpendicular to h, so turning about h mixes r with (h/|h|) x r only.
    cosine = math.sqrt(1.0 - sine * sine)
    return (
        cosine * x + hy * z - hz * y,
        cosine * y + hz * x - hx * z,
        cosine * z + hx * y - hy * x,
    )


@njit(cache=True)
def moon_rotation(records: NDArray[np.float64], t: float) -> Any:
    """The rotation (3, 3) that turns ICRF vectors into MOON_ME at `t`.

    axes . R3(psi) R1(delta) R3(phi) with the Euler angles of the Moon's principal axes.
    """
    phi, delta, psi = evaluate(records, 4, t)
    cf, sf = math.cos(phi), math.sin(phi)
    cd, sd = math.cos(delta), math.sin(delta)
    cp, sp = math.cos(psi), math.sin(psi)
    principal = np.empty((3, 3))
    principal[0, 0] = cp * cf - sp * cd * sf
    principal[0, 1] = cp * sf + sp * cd * cf
    principal[0, 2] = sp * sd
    principal[1, 0] = -sp * cf - cp * cd * sf
    principal[1, 1] = -sp * sf + cp * cd * cf
    principal[1, 2] = cp * sd
    principal[2, 0] = sd * sf
    principal[2, 1] = -sd * cf
    principal[2, 2] = cd
    out = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            out[i, j] = (
                records[25 + 3 * i] * principal[0, j]
                + records[26 + 3 * i] * principal[1, j]
                + records[27 + 3 * i] * principal[2, j]
            )
    return out


@njit(cache=True)
def _rotate_part(
    records: NDArray[np.float64], tdb: NDArray[np.float64], out: Any, low: int, high: int
) -> None:
    for i in range(low, high):
        out[i] = moon_rotation(records, tdb[i])


@njit(cache=True)
def _position_part(
    records: NDArray[np.float64],
    corrected: bool,
    target: int,
    observer: int,
    tdb: NDArray[np.float64],
    out: NDArray[np.float64],
    low: int,
    high: int,
) -> None:
    for i in range(low, high):
        if corrected:
            x, y, z = apparent(records, target, observer, tdb[i])
        else:
            x, y, z = geometric(records, target, observer, tdb[i])
        out[i, 0], out[i, 1], out[i, 2] = x, y, z


@njit(cache=True, parallel=True)
def _rotate_all(records: NDArray[np.float64], tdb: NDArray[np.float64], out: Any) -> None:
    for part in prange((len(tdb) + 255) // 256):
        _rotate_part(records, tdb, out, 256 * part, min(256 * (part + 1), len(tdb)))


@njit(cache=True, parallel=True)
def _position_all(
    records: NDArray[np.float64],
    corrected: bool,
    target: int,
    observer: int,
    tdb: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    for part in prange((len(tdb) + 255) // 256):
        high = min(256 * (part + 1), len(tdb))
        _position_part(records, corrected, target, observer, tdb, out, 256 * part, high)


# Below this many instants, waking the other threads costs more than it saves.
_FEW = 1024


def rotations(records: NDArray[np.float64], tdb: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rotations (n, 3, 3) from ICRF to MOON_ME at `tdb` (n,) [s past J2000]."""
    out = np.empty((len(tdb), 3, 3))
    if len(tdb) <= _FEW:
        _rotate_part(records, tdb, out, 0, len(tdb))
    else:
        _rotate_all(records, tdb, out)
    return out


def apparent_positions(
    records: NDArray[np.float64], target: int, observer: int, tdb: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Apparent ICRF positions (n, 3) [km] of `target` from `observer` at `tdb` (n,)."""
    return _positions(records, True, target, observer, tdb)


def geometric_positions(
    records: NDArray[np.float64], target: int, observer: int, tdb: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Geometric ICRF positions (n, 3) [km] of `target` from `observer` at `tdb` (n,)."""
    return _positions(records, False, target, observer, tdb)


def _positions(
    records: NDArray[np.float64],
    corrected: bool,
    target: int,
    observer: int,
    tdb: NDArray[np.float64],
) -> NDArray[np.float64]:
    out = np.empty((len(tdb), 3))
    if len(tdb) <= _FEW:
        _position_part(records, corrected, target, observer, tdb, out, 0, len(tdb))
    else:
        _position_all(records, corrected, target, observer, tdb, out)
    return out


def barycentric_states(
    records: NDArray[np.float64], body: int, tdb: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions [km] and velocities [km/s] (n, 3) of a body from the barycentre, ICRF, (n,)."""
    place, velocity = np.empty((len(tdb), 3)), np.empty((len(tdb), 3))
    _states(records, body, tdb, place, velocity)
    return place, velocity


@njit(cache=True)
def _states(
    records: NDArray[np.float64],
    body: int,
    tdb: NDArray[np.float64],
    place: NDArray[np.float64],
    velocity: NDArray[np.float64],
) -> None:
    for i in range(len(tdb)):
        place[i, 0], place[i, 1], place[i, 2] = barycentric(records, body, tdb[i])
        velocity[i, 0], velocity[i, 1], velocity[i, 2] = barycentric_rate(records, body, tdb[i])
