"""Time scales: UTC in files, TDB seconds past J2000 for the ephemeris."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.data.kernels import barycentric_time_constants, leap_seconds
from ilrs.errors import UserError

J2000 = np.datetime64("2000-01-01T12:00:00", "ns")
TT_MINUS_TAI = 32.184  # s, exact by definition (IAU 1991)
_NANOSECONDS = 1_000_000_000


def read_utc(text: str) -> np.datetime64:
    """The UTC instant written in ISO 8601, such as `2026-01-02` or `2026-01-02T03:04:05.6Z`."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except (ValueError, AttributeError) as error:
        raise UserError(
            f"{text!r} is not an instant in UTC", remedy="write it like 2026-08-12T00:00:00Z"
        ) from error
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(moment, "ns")


def read_utcs(texts: Iterable[str]) -> NDArray[np.datetime64]:
    """The UTC instants written in ISO 8601, as one array."""
    return np.array([read_utc(text) for text in texts], dtype="datetime64[ns]")


def tdb_from_utc(utc: ArrayLike) -> NDArray[np.float64]:
    """TDB [s past J2000] of UTC instants (datetime64 array of any shape).

    TDB = UTC + (TAI - UTC) + 32.184 s + K sin E, as CSPICE's `str2et` with the same leap-second
    kernel, to its rounding of 0.2 us. Holds from 1972; before, TAI - UTC is held at 9 s as CSPICE
    does, up to 5 s from the truth.
    """
    terrestrial = _seconds(utc) + tai_minus_utc(utc) + TT_MINUS_TAI
    return terrestrial + tdb_minus_tt(terrestrial)


def tdb_from_tai(tai: ArrayLike) -> NDArray[np.float64]:
    """TDB [s past J2000] of TAI instants (datetime64 array of any shape)."""
    terrestrial = _seconds(tai) + TT_MINUS_TAI
    return terrestrial + tdb_minus_tt(terrestrial)


def tdb_from_tt(tt: ArrayLike) -> NDArray[np.float64]:
    """TDB [s past J2000] of TT (also called TD) instants (datetime64 array of any shape)."""
    terrestrial = _seconds(tt)
    return terrestrial + tdb_minus_tt(terrestrial)


def tdb_seconds(tdb: ArrayLike) -> NDArray[np.float64]:
    """Seconds past J2000 of instants already in TDB (datetime64 array of any shape)."""
    return _seconds(tdb)


def utc_from_tdb(tdb: ArrayLike) -> NDArray[np.datetime64]:
    """UTC instants (datetime64[ns]) of TDB [s past J2000], to 1 us.

    The inside of an inserted leap second is given as the last second before it.
    """
    atomic = _tt_from_tdb(tdb) - TT_MINUS_TAI
    instants, offsets = leap_seconds()
    index = np.searchsorted(instants + offsets, atomic + 5e-7, side="right")
    offset = np.where(index > 0, offsets[np.maximum(index - 1, 0)], offsets[0] - 1.0)
    limit = np.append(instants, np.inf)[index]
    # Microseconds are all that float64 seconds hold decades from J2000.
    return _instants(np.minimum(atomic - offset, limit - 1e-6))


def tt_from_tdb(tdb: ArrayLike) -> NDArray[np.datetime64]:
    """TT instants (datetime64[ns]) of TDB [s past J2000], to 1 us."""
    return _instants(_tt_from_tdb(tdb))


def tai_minus_utc(utc: ArrayLike) -> NDArray[np.float64]:
    """TAI - UTC [s] at UTC instants (datetime64 array), from the leap-second kernel."""
    instants, offsets = leap_seconds()
    index = np.searchsorted(instants, _seconds(utc), side="right")
    return np.where(index > 0, offsets[np.maximum(index - 1, 0)], offsets[0] - 1.0)


def tdb_minus_tt(seconds: ArrayLike) -> NDArray[np.float64]:
    """TDB - TT [s] at TT or TDB `seconds` past J2000: K sin(M + EB sin M), good to 30 us."""
    k, eb, m0, m1 = barycentric_time_constants()
    anomaly = m0 + m1 * np.asarray(seconds, dtype=np.float64)
    return k * np.sin(anomaly + eb * np.sin(anomaly))


def _tt_from_tdb(tdb: ArrayLike) -> NDArray[np.float64]:
    seconds = np.asarray(tdb, dtype=np.float64)
    # TDB - TT changes by 3e-10 s a second, so evaluating it at TDB instead of TT is exact here.
    return seconds - tdb_minus_tt(seconds)


def _seconds(instants: ArrayLike) -> NDArray[np.float64]:
    moments = np.asarray(instants, dtype="datetime64[ns]")
    if np.any(np.isnat(moments)):
        raise UserError("an instant is not a time (NaT)", remedy="give every instant a date")
    elapsed = (moments - J2000).astype(np.int64)
    whole, rest = np.divmod(elapsed, _NANOSECONDS)
    return whole.astype(np.float64) + rest.astype(np.float64) / _NANOSECONDS


def _instants(seconds: NDArray[np.float64]) -> NDArray[np.datetime64]:
    micro = np.round(np.asarray(seconds) * 1e6).astype(np.int64)
    return J2000 + (micro * 1000).astype("timedelta64[ns]")
