"""SPICE kernels: which are used, what they cover, and their Chebyshev records as arrays.

The packaged kernels (DE440 and the Moon's principal axes, 2020-2056) are used wherever they
reach. A longer period is served when the full kernels lie in the data folder.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import spiceypy
from numpy.typing import NDArray

from ilrs import data
from ilrs.errors import DataError, EphemerisRangeError

LEAP_SECONDS = "ephemeris/naif_leapseconds_latest.tls"
LUNAR_FRAMES = "ephemeris/moon_de440_min.tf"
MOON_ME = "MOON_ME_DE440_ME421"
MOON_PA = "MOON_PA_DE440"
# Each pair is one consistent choice; the first is packaged, the others are NAIF's full kernels.
_PAIRS = (
    ("ephemeris/de440_sun_earth_moon_2020_2056.bsp", "ephemeris/moon_pa_de440_2020_2056.bpc"),
    ("ephemeris/de440.bsp", "ephemeris/moon_pa_de440_200625.bpc"),
    ("ephemeris/de440s.bsp", "ephemeris/moon_pa_de440_200625.bpc"),
)
_SUN, _BARYCENTRE, _MOON, _EARTH, _MOON_PA_ID = 10, 3, 301, 399, 31008

_lock = threading.RLock()
_furnished: set[str] = set()


@dataclass(frozen=True)
class ChebyshevRecords:
    """One segment of Chebyshev polynomials (SPK or PCK type 2) as arrays.

    `coefficients` has shape (records, 3, terms), in km for positions and rad for angles; record k
    holds from `start + k step` for `step` seconds [TDB s past J2000]. `first` and `last` are the
    bounds the segment states, which may lie inside the whole records.
    """

    start: float
    step: float
    coefficients: NDArray[np.float64]
    first: float
    last: float


@dataclass(frozen=True, eq=False)
class Kernels:
    """The records of one pair of kernels and what both cover.

    Sun and Earth-Moon barycentre are relative to the solar system's barycentre, Moon and Earth to
    the Earth-Moon barycentre, all in ICRF [km]; `orientation` holds the Euler angles (3-1-3) of
    the Moon's principal axes [rad]; `axes_to_mean_earth` turns principal-axis vectors into MOON_ME.
    """

    names: tuple[str, ...]
    first: float
    last: float
    sun: ChebyshevRecords
    barycentre: ChebyshevRecords
    moon: ChebyshevRecords
    earth: ChebyshevRecords
    orientation: ChebyshevRecords
    axes_to_mean_earth: NDArray[np.float64]

    @property
    def records_first(self) -> float:
        """The first instant of the whole records [TDB s past J2000]; at or before `first`."""
        return max(r.start for r in self._all())

    @property
    def records_last(self) -> float:
        """The end of the whole records [TDB s past J2000]; at or after `last`."""
        return min(r.start + r.step * len(r.coefficients) for r in self._all())

    def _all(self) -> tuple[ChebyshevRecords, ...]:
        return self.sun, self.barycentre, self.moon, self.earth, self.orientation


def furnish() -> tuple[str, ...]:
    """Furnish the packaged kernels into SPICE, once; the names of what is furnished."""
    return _furnish(*_PAIRS[0])


def coverage() -> tuple[float, float]:
    """The longest period that the kernels at hand cover [TDB s past J2000]."""
    kernels = [_load(*pair) for pair in _available()]
    widest = max(kernels, key=lambda k: k.last - k.first)
    return widest.first, widest.last


def load_kernels(first: float, last: float, *, slack: float = 0.0) -> Kernels:
    """The kernels that cover `first` to `last` [TDB s past J2000].

    `slack` [s] lets a period begin or end that much outside what a kernel states, as far as its
    whole records reach: the polynomials hold there. Raises `EphemerisRangeError` otherwise.
    """
    if not (np.isfinite(first) and np.isfinite(last)):
        raise EphemerisRangeError("the period has no finite bounds", first=first, last=last)
    if last < first:
        raise EphemerisRangeError("the period ends before it begins", first=first, last=last)
    for pair in _available():
        kernels = _load(*pair)
        earliest = max(kernels.first - slack, kernels.records_first) if slack else kernels.first
        latest = min(kernels.last + slack, kernels.records_last) if slack else kernels.last
        if first >= earliest and last <= latest:
            return kernels
    covered = coverage()
    raise EphemerisRangeError(
        f"{_calendar(first)} to {_calendar(last)} lies outside the ephemeris, which covers "
        f"{_calendar(covered[0])} to {_calendar(covered[1])}",
        first=covered[0],
        last=covered[1],
        remedy="choose a period inside it, or fetch longer kernels: ilrs data get DE440S, "
        "or DE440 for centuries",
    )


@lru_cache(maxsize=1)
def leap_seconds() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """UTC instants [s past 2000-01-01T12:00 UTC] of leap seconds and TAI - UTC from then on [s]."""
    with _lock:
        _furnish_one(LEAP_SECONDS)
        pairs = spiceypy.gdpool("DELTET/DELTA_AT", 0, 400).reshape(-1, 2)
    return pairs[:, 1].copy(), pairs[:, 0].copy()


@lru_cache(maxsize=1)
def barycentric_time_constants() -> tuple[float, float, float, float]:
    """K [s], EB, M0 [rad], M1 [rad/s] of TDB - TT = K sin(M + EB sin M), M = M0 + M1 t."""
    with _lock:
        _furnish_one(LEAP_SECONDS)
        k = float(spiceypy.gdpool("DELTET/K", 0, 1)[0])
        eb = float(spiceypy.gdpool("DELTET/EB", 0, 1)[0])
        m0, m1 = spiceypy.gdpool("DELTET/M", 0, 2)
    return k, eb, float(m0), float(m1)


def _available() -> list[tuple[str, str]]:
    return [_PAIRS[0], *(pair for pair in _PAIRS[1:] if all(data.exists(name) for name in pair))]


def _calendar(tdb: float) -> str:
    moment = np.datetime64("2000-01-01T12:00:00", "s") + np.timedelta64(round(tdb), "s")
    return f"{moment} TDB"


def _furnish_one(name: str) -> Path:
    path = data.find(name)
    with _lock:
        if str(path) not in _furnished:
            try:
                spiceypy.furnsh(str(path))
            except spiceypy.utils.exceptions.SpiceyError as error:
                raise DataError(
                    f"SPICE cannot read {path}: {error.short or error}",
                    remedy="fetch the file again; its path must be shorter than 255 characters",
                ) from error
            _furnished.add(str(path))
    return path


def _furnish(spk: str, pck: str) -> tuple[str, ...]:
    names = (LEAP_SECONDS, LUNAR_FRAMES, pck, spk)
    for name in names:
        _furnish_one(name)
    return names


@lru_cache(maxsize=4)
def _load(spk: str, pck: str) -> Kernels:
    with _lock:
        _furnish_one(LUNAR_FRAMES)
        rotation, relative_to = spiceypy.tkfram(spiceypy.namfrm(MOON_ME))
        if relative_to != _MOON_PA_ID:
            raise DataError(f"{LUNAR_FRAMES} does not define {MOON_ME} relative to {MOON_PA}")
        axes = np.ascontiguousarray(np.asarray(rotation).T)
        bodies = _read_segments(data.find(spk), position=True)
        frames = _read_segments(data.find(pck), position=False)
    try:
        parts = {
            "sun": bodies[_SUN, 0],
            "barycentre": bodies[_BARYCENTRE, 0],
            "moon": bodies[_MOON, _BARYCENTRE],
            "earth": bodies[_EARTH, _BARYCENTRE],
            "orientation": frames[_MOON_PA_ID, 1],
        }
    except KeyError as error:
        raise DataError(
            f"{spk} and {pck} hold no records of body and centre {error.args[0]}",
            remedy="use kernels of DE440 with Sun, Earth and Moon, and the DE440 principal axes",
        ) from error
    return Kernels(
        names=(LEAP_SECONDS, LUNAR_FRAMES, pck, spk),
        first=max(part.first for part in parts.values()),
        last=min(part.last for part in parts.values()),
        axes_to_mean_earth=axes,
        **parts,
    )


def _read_segments(path: Path, *, position: bool) -> dict[tuple[int, int], ChebyshevRecords]:
    """Every type 2 segment of a DAF kernel by (body, centre), or (frame, reference frame)."""
    integers = 6 if position else 5
    found: dict[tuple[int, int], ChebyshevRecords] = {}
    try:
        handle = spiceypy.dafopr(str(path))
        try:
            spiceypy.dafbfs(handle)
            while spiceypy.daffna():
                bounds, summary = spiceypy.dafus(spiceypy.dafgs(integers), 2, integers)
                kind = summary[3] if position else summary[2]
                key = (int(summary[0]), int(summary[1]))
                # J2000 is frame 1; anything else the packaged reader does not rotate.
                if kind != 2 or key in found or (position and summary[2] != 1):
                    continue
                begin, end = int(summary[-2]), int(summary[-1])
                start, step, size, count = spiceypy.dafgda(handle, end - 3, end)
                raw = np.asarray(spiceypy.dafgda(handle, begin, end - 4))
                records = raw.reshape(int(count), int(size))[:, 2:]
                found[key] = ChebyshevRecords(
                    start=float(start),
                    step=float(step),
                    coefficients=np.ascontiguousarray(records.reshape(int(count), 3, -1)),
                    first=float(bounds[0]),
                    last=float(bounds[1]),
                )
        finally:
            spiceypy.dafcls(handle)
    except (spiceypy.utils.exceptions.SpiceyError, ValueError) as error:
        raise DataError(
            f"the kernel {path} cannot be read: {error}", remedy="fetch the file again"
        ) from error
    return found
