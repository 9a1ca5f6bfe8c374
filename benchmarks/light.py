"""Lit share of the Sun's disc, every cell and step: ours from horizons, peers by casting shadows.

The ground is a square of the 25 m terrain at the south pole (the packaged terrain where that is
absent) with 360 azimuths of horizon, the steps an evenly spaced year. Ours keeps mean area and
flux, longest light and dark and share lit of every cell; the horizons are made before and are not
in its time, nor are the ground and the scene that the peers read. The peers tell lit from dark for
the Sun's centre on a flat Moon, within the square alone, and HORAYZON casts no ray from ground
turned away: they do less, and their means differ for it. Time is
the processor's, of all threads together. `error` is ours: the largest difference of a cell's mean
from the exact integral over the disc. `bandwidth` is how many times longer we take than reading
the two horizons that a cell and step needs from memory would, at the speed of a copy.

HORAYZON is looked for in .venv-horayzon, insolation (with numba) in .venv-insolation; whoever
wants the comparison makes these.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._worker import ROOT, Worker
from benchmarks.measure import arguments, show

PEERS = {"insolation": "import insolation.shadows", "horayzon": "import horayzon.shadow"}
BYTES = 4  # two horizons of two bytes a cell and step


def main(
    side: int, azimuths: int, steps: int, peer_steps: int, repeats: int, compact: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ground = str(Path(folder) / "ground.npz")
        ours = stack.enter_context(
            Worker("_light_ours", (ground, str(side), str(azimuths), str(steps)))
        )
        peers: dict[str, Worker | None] = {}
        for name, look in PEERS.items():
            python = peer_python(name, look)
            words = (ground, str(peer_steps))
            worker = Worker(f"_light_{name}", words, python) if python else None
            peers[name] = stack.enter_context(worker) if worker else None
        for _ in range(repeats):
            for taker in (ours, *filter(None, peers.values())):
                taker.run()
        for name, peer in peers.items():
            show(_row(side, ours, name, peer), compact)


def peer_python(name: str, look: str) -> Path | None:
    """The Python of the peer's own environment, where that can import it."""
    python = ROOT / f".venv-{name}/bin/python"
    if not python.exists():
        return None
    done = subprocess.run([str(python), "-c", look], capture_output=True)
    return python if done.returncode == 0 else None


def copy_speed() -> float:
    """Bytes a second that one thread reads and writes in a large copy."""
    source = np.ones(2**25)
    target = np.empty_like(source)
    taken = []
    for _ in range(5):
        start = time.process_time()
        np.copyto(target, source)
        taken.append(time.process_time() - start)
    return 2.0 * source.nbytes / min(taken)


def _row(side: int, ours: Worker, name: str, peer: Worker | None) -> dict[str, Any]:
    mine = ours.facts["size"] / statistics.median(ours.seconds)
    row: dict[str, Any] = {
        "job": f"light on {side} x {side} cells through a year",
        "size": ours.facts["size"],
        "unit": "cell-steps/s",
        "ours": mine,
        "peer": None,
        "peer_name": name,
        "ratio": None,
        "error": ours.facts["outcome"]["error"],
        "error_unit": "of the disc",
        "memory_mb": ours.memory_mb,
        "horizons_mb": ours.facts["horizons_mb"],
        "compile_s": ours.facts["first"] - statistics.median(ours.seconds),
        "bandwidth": copy_speed() / (BYTES * mine),
    }
    if peer is None:
        return row | {"note": f"{name} is absent"}
    theirs = peer.facts["size"] / statistics.median(peer.seconds)
    return row | {
        "peer": theirs,
        "ratio": mine / theirs,
        "peer_memory_mb": peer.memory_mb,
        "mean_area": ours.facts["outcome"]["mean_area"],
        "peer_mean_area": peer.facts["outcome"]["mean_area"],
    }


if __name__ == "__main__":
    options = arguments(__doc__, side=500, azimuths=360, steps=8760, peer_steps=60, repeats=5)
    main(
        options.side,
        options.azimuths,
        options.steps,
        options.peer_steps,
        options.repeats,
        options.json,
    )
