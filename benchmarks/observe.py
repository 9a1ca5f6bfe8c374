"""When 1000 targets can be observed over a year at ten minutes: ours against astropy's machinery.

Both take the same stars, horizon and limits (terrain, clearance, Sun, Earth) and tell for every
target and step whether it is open. Ours includes the sky (ephemeris, rotations, Sun, Earth) and all
targets; the peer is given those and takes a few of the targets, since its time is in proportion to
them. Astroplan itself knows observers on the Earth alone: the peer is what it stands on, made an
observer at the Moon. `error` is the largest difference of a window's edge in steps on the targets
both took. Time is the processor's, of all threads together.

Astropy is looked for in .venv-astropy; whoever wants the comparison makes it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._worker import Worker
from benchmarks.light import peer_python
from benchmarks.measure import arguments, peak_memory_mb, show
from ilrs.data.kernels import load_kernels
from ilrs.data.stars import read_catalogue
from ilrs.environment.horizons import load_horizon
from ilrs.flows.clock import Clock
from ilrs.sky.records import EARTH, MOON, barycentric_states, pack
from ilrs.sky.stars import HIPPARCOS_EPOCH, MILLIARCSECOND, YEAR, Stars, stars_from
from ilrs.sky.time import tdb_from_utc
from ilrs.sky.visibility import OPEN, Limits, sky_over, visibility

PLACE = "ridge-a", np.radians(-89.4511), np.radians(222.6627)
LIMITS = Limits(np.radians(5.0), np.radians(45.0), np.radians(15.0))


def stars(count: int) -> Stars:
    """As many of the packaged stars, evenly through the list so that faint ones are among them."""
    c = read_catalogue()
    kept = np.linspace(0, len(c.hip) - 1, count).astype(np.int64)
    return stars_from(
        [f"HIP {n}" for n in c.hip[kept]],
        np.radians(c.right_ascension[kept]),
        np.radians(c.declination[kept]),
        motion=c.motion[kept] * MILLIARCSECOND / YEAR,
        parallax=np.maximum(c.parallax[kept], 1e-2) * MILLIARCSECOND,
        epoch=HIPPARCOS_EPOCH,
    )


def measure(targets: int, steps: int, peer_targets: int, repeats: int) -> dict[str, Any]:
    name, latitude, longitude = PLACE
    horizon = load_horizon(name, float(latitude), float(longitude))
    skyline, altitude = horizon.at(2.0)[0], horizon.certificate.ground_m + 2.0
    clock = Clock(np.datetime64("2035-01-01T00:00:00"), 600, steps)
    tdb = tdb_from_utc(clock.middles)
    listed = stars(targets)
    # Spread over the sky rather than the brightest few, so that both take hard ones.
    few = np.linspace(0, targets - 1, peer_targets).astype(np.int64)
    order = np.concatenate([few, np.setdiff1d(np.arange(targets), few)])

    def ours() -> Any:
        sky = sky_over(float(latitude), float(longitude), altitude, skyline, tdb)
        return visibility(listed, sky, LIMITS)

    start = time.process_time()
    codes = ours()
    first = time.process_time() - start
    result: dict[str, Any] = {
        "job": "visibility of targets from a place on the Moon",
        "size": targets * steps,
        "unit": "target-steps/s",
        "peer_name": "astropy (GCRS at the Moon)",
    }
    taken, peers = [], []
    python = peer_python("astropy", "import astropy.coordinates")
    with tempfile.TemporaryDirectory() as folder:
        given, answer = str(Path(folder) / "in.npz"), str(Path(folder) / "out.npy")
        _write(given, listed, order, latitude, longitude, altitude, skyline, tdb)
        words = (given, str(peer_targets), answer)
        peer = Worker("_observe_astropy", words, python) if python else None
        for _ in range(repeats):
            start = time.process_time()
            ours()
            taken.append(time.process_time() - start)
            if peer:
                peer.run()
                peers = peer.seconds
        mine = result["size"] / statistics.median(taken)
        result |= {"ours": mine, "memory_mb": peak_memory_mb(ours),
                   "compile_s": max(first - statistics.median(taken), 0.0)}  # fmt: skip
        if peer is None:
            return result | {
                "peer": None,
                "ratio": None,
                "error": None,
                "note": "astropy is absent",
            }
        theirs = peer.facts["size"] / statistics.median(peers)
        differ = np.load(answer) != (codes[few] == OPEN)
        peer.__exit__()
    return result | {
        "peer": theirs,
        "ratio": mine / theirs,
        "error": float(_longest(differ)),
        "error_unit": "steps",
        "peer_memory_mb": peer.memory_mb,
        "peer_targets": peer_targets,
        "steps_that_differ": int(differ.sum()),
    }


def _longest(differ: np.ndarray) -> int:
    """The longest run of steps in which the two disagree."""
    worst = 0
    for row in differ:
        edges = np.diff(np.concatenate([[0], row.astype(np.int8), [0]]))
        runs = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
        worst = max(worst, int(runs.max(initial=0)))
    return worst


def _write(
    path: str, listed: Stars, order: np.ndarray, latitude: float, longitude: float,
    altitude: float, skyline: np.ndarray, tdb: np.ndarray,
) -> None:  # fmt: skip
    sky = sky_over(float(latitude), float(longitude), altitude, skyline, tdb)
    records = pack(load_kernels(float(tdb.min()), float(tdb.max())))
    (moon, v), (earth, w) = (barycentric_states(records, body, tdb) for body in (MOON, EARTH))
    direction = listed.direction[order]
    ra = np.arctan2(direction[:, 1], direction[:, 0])
    dec = np.arcsin(direction[:, 2])
    east = np.stack([-np.sin(ra), np.cos(ra), 0 * ra], axis=1)
    north = np.stack([-np.sin(dec) * np.cos(ra), -np.sin(dec) * np.sin(ra), np.cos(dec)], axis=1)
    motion = listed.motion[order]
    np.savez(
        path, ra=ra, dec=dec, parallax=listed.parallax[order],
        motion=np.stack([(motion * east).sum(axis=1), (motion * north).sum(axis=1)], axis=1),
        tdb=tdb, place=moon - earth, velocity=v - w, turn=sky.turn, skyline=skyline,
        sun=sky.sun, earth=sky.earth, sun_up=sky.sun_up, earth_up=sky.earth_up,
        limits=np.array([LIMITS.clearance, LIMITS.sun, LIMITS.earth]),
    )  # fmt: skip


if __name__ == "__main__":
    options = arguments(__doc__, targets=1000, steps=52_560, peer_targets=100, repeats=3)
    show(
        measure(options.targets, options.steps, options.peer_targets, options.repeats),
        options.json,
    )
