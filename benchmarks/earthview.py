"""What of the Earth is seen and lit from the Moon, a grid of one degree over a year at ten minutes.

Ours against a loop over steps that handles all cells of the grid at once with NumPy. Both take the
same geometry, the terrain's skyline among it, and count for every cell the steps in which it is
seen, and seen and lit, the looks, and the longest time without. The loop takes a part of the steps,
since its time is in proportion to them. `error` is the largest difference of any of the four counts
over that part. Time is the processor's, of all threads together.
"""

from __future__ import annotations

import math
import statistics
import time
from typing import Any

import numpy as np

from benchmarks.measure import arguments, peak_memory_mb, show
from ilrs.environment.horizons import load_horizon
from ilrs.flows.clock import Clock
from ilrs.sky.earth_view import CUT, GLOBE, HIDDEN, EarthSky, cell_angles, coverage, earth_over
from ilrs.sky.time import tdb_from_utc

EMISSION = math.radians(80.0)


def loop(sky: EarthSky) -> list[np.ndarray]:
    """Seen, lit, looks and longest gap of every cell by a loop over steps."""
    up, east = cell_angles()
    u, e = np.meshgrid(up, east, indexing="ij")
    normal = np.stack([np.cos(u) * np.cos(e), np.cos(u) * np.sin(e), np.sin(u)], axis=-1)
    normal = normal.reshape(-1, 3)
    edge = np.append(sky.skyline, sky.skyline[0])
    degrees = np.linspace(0.0, 2.0 * np.pi, len(edge))
    seen, lit, looks, gap, since = (np.zeros(len(normal), np.int32) for _ in range(5))
    before = np.zeros(len(normal), bool)
    for i in range(len(sky.tdb)):
        now = np.zeros(len(normal), bool)
        if sky.state[i] != HIDDEN:
            ray = sky.observer[i] - GLOBE * normal
            along = np.einsum("ij,ij->i", ray, normal) / np.linalg.norm(ray, axis=1)
            now = along > math.cos(EMISSION)
            if sky.state[i] == CUT:
                local = -ray @ sky.turn[i].T
                azimuth = np.arctan2(local[:, 0], local[:, 1]) % (2.0 * np.pi)
                elevation = np.arctan2(local[:, 2], np.hypot(local[:, 0], local[:, 1]))
                now &= elevation > np.interp(azimuth, degrees, edge)
        light = now & (normal @ sky.sun[i] > 0.0)
        seen += now
        lit += light
        looks += light & ~before
        before = light
        since = np.where(light, 0, since + 1)
        gap = np.maximum(gap, since)
    return [part.reshape(180, 360) for part in (seen, lit, looks, gap)]


def measure(steps: int, peer_steps: int, repeats: int) -> dict[str, Any]:
    latitude, longitude = np.radians(-89.4925), np.radians(221.5758)
    horizon = load_horizon("ridge-b", float(latitude), float(longitude))
    clock = Clock(np.datetime64("2035-01-01T00:00:00"), 600, steps)
    tdb = tdb_from_utc(clock.middles)

    def sky_of(instants: np.ndarray) -> EarthSky:
        altitude = horizon.certificate.ground_m + 2.0
        return earth_over(float(latitude), float(longitude), altitude, horizon.at(2.0)[0], instants)

    whole, part = sky_of(tdb), sky_of(tdb[:peer_steps])
    start = time.process_time()
    mine = coverage(part, EMISSION)
    first = time.process_time() - start
    theirs = loop(part)
    ours, peers = [], []
    for _ in range(repeats):
        start = time.process_time()
        coverage(whole, EMISSION)
        ours.append(time.process_time() - start)
        start = time.process_time()
        loop(part)
        peers.append(time.process_time() - start)
    cells = 180 * 360
    fast = cells * steps / statistics.median(ours)
    slow = cells * peer_steps / statistics.median(peers)
    pairs = zip((mine.seen, mine.lit, mine.passes, mine.gap), theirs, strict=True)
    return {
        "job": "coverage of the Earth in cells of a degree",
        "size": cells * steps,
        "unit": "cell-steps/s",
        "ours": fast,
        "peer": slow,
        "peer_name": "NumPy, a loop over steps",
        "ratio": fast / slow,
        "error": float(max(np.abs(a - b).max() for a, b in pairs)),
        "error_unit": "steps",
        "memory_mb": peak_memory_mb(lambda: coverage(whole, EMISSION)),
        "peer_memory_mb": peak_memory_mb(lambda: loop(sky_of(tdb[:20]))),
        "compile_s": first,
    }


if __name__ == "__main__":
    options = arguments(__doc__, steps=52_560, peer_steps=4000, repeats=3)
    show(measure(options.steps, options.peer_steps, options.repeats), options.json)
