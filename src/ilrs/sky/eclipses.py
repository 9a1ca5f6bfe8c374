"""Eclipses: overlap of discs, the Earth before the Sun at a place, and eclipses of the Moon."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit, prange, vectorize
from numpy.typing import ArrayLike, NDArray

from ilrs.data.kernels import load_kernels
from ilrs.sky.directions import EARTH_RADIUS, MOON_RADIUS, SUN_RADIUS, separation
from ilrs.sky.ephemeris import Ephemeris
from ilrs.sky.records import EARTH, MOON, SUN, apparent_positions, pack
from ilrs.sky.search import bisect, local_minima, minimise

# Enlargement of the Earth's radius in its shadow for the atmosphere, after Danjon: 1 + 1/85 for
# the atmosphere, less 1/594 for the mean radius (Espenak and Meeus 2009, Five Millennium Catalog
# of Lunar Eclipses, NASA/TP-2009-214173).
DANJON = 1.0 + 1.0 / 85.0 - 1.0 / 594.0
_SAMPLE = 3600.0  # s, between samples of a search; closest approaches are a fortnight apart
_REACH = 4.0 * 3600.0  # s, longer than half of any eclipse seen from the Moon


@vectorize(["float64(float64, float64, float64)"], cache=True)
def disc_overlap(radius: float, other: float, distance: float) -> float:
    """The share of a disc's area that another disc covers, by the closed form of the lens.

    `radius` of the covered disc, `other` of the covering one, `distance` of their centres [rad or
    any one unit]. (r^2 a + R^2 b - d r sin a') / (pi r^2); holds for flat discs, 1e-5 at 1 deg.
    """
    if not (radius > 0.0 and other >= 0.0 and distance >= 0.0):
        return math.nan
    if distance >= radius + other:
        return 0.0
    if distance <= other - radius:
        return 1.0
    if distance <= radius - other:
        return (other / radius) ** 2
    a = (distance * distance + radius * radius - other * other) / (2.0 * distance * radius)
    b = (distance * distance + other * other - radius * radius) / (2.0 * distance * other)
    first = math.acos(min(max(a, -1.0), 1.0))
    second = math.acos(min(max(b, -1.0), 1.0))
    lens = radius * radius * (first - 0.5 * math.sin(2.0 * first)) + other * other * (
        second - 0.5 * math.sin(2.0 * second)
    )
    return min(max(lens / (math.pi * radius * radius), 0.0), 1.0)


def flux_overlap(
    radius: ArrayLike,
    other: ArrayLike,
    distance: ArrayLike,
    darkening: tuple[float, float],
    rings: int = 64,
) -> NDArray[np.float64]:
    """The share of a limb-darkened disc's light that another disc covers.

    `darkening` (u1, u2) of I/I0 = 1 - u1 (1 - mu) - u2 (1 - mu)^2; the rest as `disc_overlap`.
    Rings of equal area, each covered over the arc acos((p^2 + d^2 - R^2)/(2 p d))/pi; 1e-3.
    """
    r, big, d = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64)[..., None] for v in (radius, other, distance))
    )
    share = np.sqrt((np.arange(rings) + 0.5) / rings)
    mu = np.sqrt(1.0 - share**2)
    weight = 1.0 - darkening[0] * (1.0 - mu) - darkening[1] * (1.0 - mu) ** 2
    ring = share * r
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = (ring**2 + d**2 - big**2) / (2.0 * ring * d)
    cosine = np.where(d == 0.0, np.where(ring < big, -1.0, 1.0), cosine)
    arc = np.arccos(np.clip(cosine, -1.0, 1.0)) / np.pi
    return np.asarray(np.sum(arc * weight, axis=-1) / np.sum(weight))


def earth_eclipse(
    sun: NDArray[np.float64], earth: NDArray[np.float64], site: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The share (n,) of the Sun's area left by the Earth before it, seen from `site` (3,).

    `sun`, `earth` (n, 3) from the Moon's centre [m]. Holds for an Earth without atmosphere.
    """
    return _earth_eclipse(
        np.ascontiguousarray(sun),
        np.ascontiguousarray(earth),
        np.asarray(site, dtype=np.float64),
        SUN_RADIUS,
        EARTH_RADIUS,
    )


@njit(cache=True, parallel=True)
def _earth_eclipse(
    sun: NDArray[np.float64],
    earth: NDArray[np.float64],
    site: NDArray[np.float64],
    sun_radius: float,
    earth_radius: float,
) -> NDArray[np.float64]:
    out = np.ones(len(sun))
    for i in prange(len(sun)):
        sx, sy, sz = sun[i, 0] - site[0], sun[i, 1] - site[1], sun[i, 2] - site[2]
        ex, ey, ez = earth[i, 0] - site[0], earth[i, 1] - site[1], earth[i, 2] - site[2]
        dot = sx * ex + sy * ey + sz * ez
        far, near = sx * sx + sy * sy + sz * sz, ex * ex + ey * ey + ez * ez
        # Beyond 2.6 deg (cos^2 = 0.998) the discs cannot touch: both radii add to 1.4 deg at most.
        if dot <= 0.0 or dot * dot < 0.998 * far * near:
            continue
        cx, cy, cz = sy * ez - sz * ey, sz * ex - sx * ez, sx * ey - sy * ex
        angle = math.atan2(math.sqrt(cx * cx + cy * cy + cz * cz), dot)
        out[i] = 1.0 - disc_overlap(
            math.asin(sun_radius / math.sqrt(far)), math.asin(earth_radius / math.sqrt(near)), angle
        )
    return out


@dataclass(frozen=True)
class EarthEclipse:
    """The Earth passing before the Sun at a place: instants [TDB s past J2000].

    `least_fraction` is the least share of the Sun's area left, at `greatest`; `total_first` and
    `total_last` bound the time when none is left (None where some always is). `cut` says that the
    period searched began or ended during the eclipse.
    """

    first: float
    greatest: float
    last: float
    least_fraction: float
    total_first: float | None
    total_last: float | None
    cut: bool

    @property
    def total_duration(self) -> float:
        """How long the Sun is wholly covered [s]."""
        if self.total_first is None or self.total_last is None:
            return 0.0
        return self.total_last - self.total_first


def earth_eclipses(
    ephemeris: Ephemeris,
    site: NDArray[np.float64],
    first: float,
    last: float,
    *,
    sun_radius: float = SUN_RADIUS,
    earth_radius: float = EARTH_RADIUS,
) -> list[EarthEclipse]:
    """Every eclipse of the Sun by the Earth at `site` (3,) [m] in a period [TDB s past J2000].

    Contacts to 0.01 s of this geometry (an Earth of its equatorial radius without atmosphere); the
    horizon does not count. The ephemeris must cover the period.
    """

    def angles(t: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        sun, earth = ephemeris.positions(np.clip(t, first, last))
        sun, earth = sun - site, earth - site
        return (
            separation(sun, earth),
            np.arcsin(sun_radius / np.linalg.norm(sun, axis=1)),
            np.arcsin(earth_radius / np.linalg.norm(earth, axis=1)),
        )

    def outer(t: NDArray[np.float64]) -> NDArray[np.float64]:
        apart, sun, earth = angles(t)
        return apart - sun - earth

    def inner(t: NDArray[np.float64]) -> NDArray[np.float64]:
        apart, sun, earth = angles(t)
        return apart - earth + sun

    samples = np.linspace(first, last, max(int((last - first) / _SAMPLE) + 2, 2))
    apart = angles(samples)[0]
    near = local_minima(apart)
    near = near[apart[near] < math.radians(4.0)]
    low = np.maximum(samples[near] - _SAMPLE, first)
    high = np.minimum(samples[near] + _SAMPLE, last)
    greatest = minimise(lambda t: angles(t)[0], low, high)
    greatest = greatest[outer(greatest) < 0.0] if greatest.size else greatest
    before, after = np.maximum(greatest - _REACH, first), np.minimum(greatest + _REACH, last)
    begins, ends = bisect(outer, greatest, before), bisect(outer, greatest, after)
    events = []
    for t, begin, end in zip(greatest, begins, ends, strict=True):
        deepest = np.array([t])
        size, sun, earth = angles(deepest)
        total: tuple[float | None, float | None] = (None, None)
        if inner(deepest)[0] < 0.0:
            total = (
                float(bisect(inner, deepest, np.array([begin]))[0]),
                float(bisect(inner, deepest, np.array([end]))[0]),
            )
        events.append(
            EarthEclipse(
                first=float(begin),
                greatest=float(t),
                last=float(end),
                least_fraction=1.0 - float(disc_overlap(sun[0], earth[0], size[0])),
                total_first=total[0],
                total_last=total[1],
                cut=bool(outer(np.array([begin - 1.0, end + 1.0])).min() < 0.0),
            )
        )
    return events


@dataclass(frozen=True)
class LunarEclipse:
    """An eclipse of the Moon: instants [TDB s past J2000], kind and sizes.

    `kind` is 'penumbral', 'partial' or 'total'; magnitudes are shares of the Moon's diameter in
    penumbra and umbra (negative: outside); `partial_duration` and `total_duration` [s].
    """

    greatest: float
    kind: str
    penumbral_magnitude: float
    umbral_magnitude: float
    partial_duration: float
    total_duration: float


def lunar_eclipses(first: float, last: float) -> list[LunarEclipse]:
    """Every eclipse of the Moon whose greatest instant lies in a period [TDB s past J2000].

    Greatest is when the angle between the Moon and the axis of the Earth's shadow is least, both
    apparent from the Earth's centre (NASA's catalogue agrees to 1.5 s; the least distance would be
    up to 8 s off it). Radii of the shadow 1.01 P_moon + P_sun -/+ s_sun (Danjon's enlargement, as
    NASA's catalogue). Holds inside the kernels' coverage.
    """
    records = pack(load_kernels(first, last, slack=600.0))

    def geometry(t: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        sun = 1e3 * apparent_positions(records, SUN, EARTH, t)
        moon = 1e3 * apparent_positions(records, MOON, EARTH, t)
        far, near = np.linalg.norm(sun, axis=1), np.linalg.norm(moon, axis=1)
        parallax = DANJON * np.arcsin(EARTH_RADIUS / near) + np.arcsin(EARTH_RADIUS / far)
        return (
            separation(-sun, moon),
            near,
            parallax,
            np.arcsin(SUN_RADIUS / far),
            np.arcsin(MOON_RADIUS / near),
        )

    samples = np.linspace(first, last, max(int((last - first) / _SAMPLE) + 2, 2))
    apart = geometry(samples)[0]
    near = local_minima(apart)
    # A minimum at the edge of the period is not a closest approach.
    near = near[(apart[near] < math.radians(3.0)) & (near > 0) & (near < len(samples) - 1)]
    greatest = minimise(lambda t: geometry(t)[0], samples[near] - _SAMPLE, samples[near] + _SAMPLE)
    if not greatest.size:
        return []
    angle, _, parallax, sun, moon = geometry(greatest)
    penumbral = (parallax + sun + moon - angle) / (2.0 * moon)
    umbral = (parallax - sun + moon - angle) / (2.0 * moon)

    def lasting(side: float, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        def gap(t: NDArray[np.float64]) -> NDArray[np.float64]:
            angle, _, parallax, sun, moon = geometry(t)
            return angle - (parallax - sun + side * moon)

        middle = greatest[chosen]
        out = np.zeros(len(greatest))
        out[chosen] = bisect(gap, middle, middle + _REACH) - bisect(gap, middle, middle - _REACH)
        return out

    partial, total = lasting(1.0, umbral > 0.0), lasting(-1.0, umbral >= 1.0)
    return [
        LunarEclipse(
            greatest=float(greatest[i]),
            kind="total" if umbral[i] >= 1.0 else "partial" if umbral[i] > 0.0 else "penumbral",
            penumbral_magnitude=float(penumbral[i]),
            umbral_magnitude=float(umbral[i]),
            partial_duration=float(partial[i]),
            total_duration=float(total[i]),
        )
        for i in np.flatnonzero(penumbral > 0.0)
    ]
