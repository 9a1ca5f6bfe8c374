"""Columns of regolith through a settled lunar day: a map of them against heat1d, one by one.

heat1d lives in an environment of its own, `.venv-heat1d`, made by whoever wants the comparison;
without it, or without a solver in it, the peer is absent. Both get sunlight by latitude with the
albedo of Hayne et al. (2017), both settle and then give one lunar day in the same number of
steps. The error is the largest difference of surface temperature, an hour of lunar time around
sunrise and sunset left out: there it changes by 100 K an hour, and heat1d's solvers differ from
each other by up to 2.2 K. A last line is a million
columns; `bandwidth_share` is what they move to and from memory over what the machine copies.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import arguments, peak_memory_mb, show
from ilrs.ground.regolith_map import map_layers, map_temperature, settled_profile
from ilrs.ground.warmth import absorbed_sunlight

PEER = Path(__file__).resolve().parents[1] / ".venv-heat1d/bin/python"
DAY = 2_551_442.976  # [s] heat1d's lunar day
LATITUDES = (0.0, 30.0, 60.0, 80.0)
STEPS = 480
SOLVERS = ("crank-nicolson", "implicit", "explicit", "fourier-matrix")
AU = 149_597_870_700.0
Blocks = Iterator[NDArray[np.float32]]


def sunlight(latitudes: NDArray[np.float64], steps: int, block: int = 48) -> Blocks:
    """Absorbed flux [W/m^2] by blocks of time from local noon, the latitudes innermost."""
    angle = 2.0 * np.pi * (np.arange(steps) + 1) / steps
    distinct, back = np.unique(latitudes, return_inverse=True)
    for first in range(0, steps, block):
        up = np.cos(distinct) * np.cos(angle[first : first + block, None])
        flux = absorbed_sunlight(np.arcsin(up), 1.0, AU).astype(np.float32)
        yield flux[:, back]


def settled_day(latitudes: NDArray[np.float64], steps: int) -> Any:
    """What the benchmark is about: columns settled under the day, and the day itself."""
    step, count = DAY / steps, latitudes.size
    start = settled_profile(lambda: sunlight(latitudes, steps), step, count)
    return map_temperature(sunlight(latitudes, steps), step, count, start=start)


def peer(solver: str) -> dict[str, Any] | None:
    """heat1d's answer, or None where it, or the solver, is not installed."""
    if not PEER.exists():
        return None
    asked = json.dumps({"solver": solver, "latitudes_deg": LATITUDES, "steps": STEPS})
    script = Path(__file__).with_name("_regolith_heat1d.py")
    done = subprocess.run([PEER, script, asked], capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def error(answer: dict[str, Any]) -> float:
    """The largest difference of surface temperature [K] from heat1d's, away from the terminator."""
    latitudes = np.radians(LATITUDES)
    step, count = DAY / STEPS, latitudes.size
    start = settled_profile(lambda: sunlight(latitudes, STEPS), step, count, within=0.01)
    ours = map_temperature(
        sunlight(latitudes, STEPS), step, count, start=start, at_steps=range(STEPS)
    ).at
    hours = 24.0 * (np.arange(STEPS) + 1) / STEPS
    worst = 0.0
    for c in range(count):
        theirs = np.interp(hours, answer["hours"][c], answer["surface"][c], period=24.0)
        steady = (np.abs(hours - 6.0) > 1.0) & (np.abs(hours - 18.0) > 1.0)
        worst = max(worst, float(np.abs(ours[:, c] - theirs)[steady].max()))
    return worst


def seconds(job: Any) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def against(solver: str, columns: int, repeats: int) -> dict[str, Any]:
    """One solver of heat1d, in turns with ours."""
    latitudes = np.resize(np.radians(LATITUDES), columns)
    settled_day(latitudes[:16], STEPS)  # compiled
    ours, theirs, answer = [], [], None
    for _ in range(repeats):
        ours.append(seconds(lambda: settled_day(latitudes, STEPS)) / columns)
        answer = peer(solver)
        theirs += answer["seconds"] if answer else []
    result = {
        "job": "regolith columns, settled lunar day",
        "size": columns,
        "unit": "columns/s",
        "ours": 1.0 / statistics.median(ours),
        "peer_name": f"heat1d, {solver}",
        "memory_mb": peak_memory_mb(lambda: settled_day(latitudes, STEPS)),
    }
    if answer is None:
        return result | {"peer": None, "ratio": None, "error": None, "note": "heat1d is absent"}
    return result | {
        "peer": 1.0 / statistics.median(theirs),
        "ratio": statistics.median(theirs) / statistics.median(ours),
        "error": error(answer),
        "error_unit": "K",
        "layers": map_layers().size,
        "peer_layers": answer["layers"],
    }


def million(columns: int, repeats: int) -> dict[str, Any]:
    """One lunar day of a map, its growth with the number of columns, its use of memory."""
    rng = np.random.default_rng(0)
    band = np.radians(np.round(rng.uniform(0, 89, columns), 1))
    flux = next(iter(sunlight(band, 48, block=48)))  # a day is ten such blocks

    def day(count: int) -> None:
        part = np.ascontiguousarray(flux[:, :count])
        map_temperature((part for _ in range(STEPS // 48)), DAY / STEPS, count, start=220.0)

    sizes = [columns // 16, columns // 4, columns]
    taken = {n: statistics.median(seconds(lambda n=n: day(n)) for _ in range(repeats))
             for n in sizes}  # fmt: skip
    layers = map_layers().size
    moved = columns * (STEPS * 4 + STEPS // 48 * 2 * 8 * (layers + 1))
    buffer = np.zeros(2**25)
    copied = 2 * buffer.nbytes / min(seconds(lambda: buffer.copy()) for _ in range(3))
    return {
        "job": "regolith columns, one lunar day of a map",
        "size": columns,
        "unit": "columns/s",
        "ours": columns / taken[columns],
        "peer": None,
        "peer_name": "none",
        "ratio": None,
        "error": None,
        "memory_mb": peak_memory_mb(lambda: day(columns)),
        "seconds": taken[columns],
        "layer_steps_per_s": columns * STEPS * layers / taken[columns],
        "seconds_by_columns": {str(n): t for n, t in taken.items()},
        "bandwidth_share": moved / taken[columns] / copied,
    }


if __name__ == "__main__":
    options = arguments(__doc__, columns=16_384, map_columns=1_000_000, repeats=3)
    for name in SOLVERS:
        show(against(name, options.columns, options.repeats), options.json)
    show(million(options.map_columns, options.repeats), options.json)
