"""Apparent Sun and Earth from the Moon in MOON_ME: our fit and evaluation against CSPICE.

Both give the vectors of Sun and Earth (light time, stellar aberration) at the same epochs, in the
same process. Ours includes the fit; compiling is shown apart as `compile_s`.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import arguments, interleaved, peak_memory_mb, show
from ilrs.data.kernels import MOON_ME, furnish
from ilrs.sky.directions import separation
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utcs, tdb_from_utc

# Five years at ten minutes (262,944 epochs) are what `make run` asks for.
FIRST, LAST, EPOCHS = "2031-01-01", "2036-01-01", 262_944


def ours(epochs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return fit_ephemeris(float(epochs[0]), float(epochs[-1])).positions(epochs)


def measure(epochs_count: int, repeats: int) -> dict[str, Any]:
    furnish()
    first, last = tdb_from_utc(read_utcs((FIRST, LAST)))
    epochs = np.linspace(first, last, epochs_count, endpoint=False)
    start = time.perf_counter()
    sun, earth = ours(epochs)
    first_run = time.perf_counter() - start
    result: dict[str, Any] = {
        "job": "directions of Sun and Earth",
        "size": epochs_count,
        "unit": "epochs/s",
        "peer_name": "spiceypy.cyice",
    }
    try:
        from spiceypy import cyice
    except ImportError:
        taken = interleaved({"ours": lambda: ours(epochs)}, repeats)
        return result | {
            "ours": epochs_count / taken["ours"],
            "peer": None,
            "ratio": None,
            "error": None,
            "memory_mb": peak_memory_mb(lambda: ours(epochs)),
            "note": "spiceypy.cyice is absent",
        }

    def peer() -> list[NDArray[np.float64]]:
        return [
            np.asarray(cyice.spkpos_v(body, epochs, MOON_ME, "LT+S", "MOON")[0])
            for body in ("SUN", "EARTH")
        ]

    reference = peer()
    errors = [separation(mine, other) for mine, other in zip((sun, earth), reference, strict=True)]
    taken = interleaved({"ours": lambda: ours(epochs), "peer": peer}, repeats)
    return result | {
        "ours": epochs_count / taken["ours"],
        "peer": epochs_count / taken["peer"],
        "ratio": taken["peer"] / taken["ours"],
        "error": float(max(map(np.max, errors))),
        "error_unit": "rad",
        "memory_mb": peak_memory_mb(lambda: ours(epochs)),
        "peer_memory_mb": peak_memory_mb(peer),
        "compile_s": max(first_run - taken["ours"], 0.0),
    }


if __name__ == "__main__":
    options = arguments(__doc__, epochs=EPOCHS, repeats=5)
    show(measure(options.epochs, options.repeats), options.json)
