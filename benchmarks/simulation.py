"""Facility-steps a second: our simulator against the same station in simpy, NumPy and Basilisk.

The station is benchmarks/station.yaml: thirty pieces of equipment on one bus, under the real Sun
behind the real horizon. Ours goes through scenario, environment and network into the compiled
kernel; peers get the same numbers and profiles and are written as their users would write them:
same physics, same step, same failures, same history kept. Making the environment is in nobody's
time; setting up the simulation is in everybody's. NumPy lives one station, components as vectors,
and then many side by side.

All must come to the same: `error` is the largest difference of the energy that loads got, and of
what the batteries hold at the end, relative to these. They do the same sums in another order, so
what is above 1e-9 is refused. Each simulator has a process of its own, and memory is the peak of
that process, libraries and compiler included. `compile_s` is ours with nothing compiled before.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks._worker import ROOT, Worker
from benchmarks.measure import arguments, show

BASILISK = ROOT / ".venv-bsk/bin/python"
AGREED = 1e-9


def main(days: int, cases: int, case_days: int, repeats: int, compact: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        numbers = str(Path(folder) / "station.npz")
        peers: dict[str, Worker | None] = {}
        with ExitStack() as stack:
            ours = stack.enter_context(Worker("_station_ours", (numbers, str(days), "1")))
            for name, (module, python) in _peers().items():
                worker = Worker(module, (numbers,), python) if python else None
                peers[name] = stack.enter_context(worker) if worker else None
            _take_turns([ours, *(peer for peer in peers.values() if peer)], repeats)
        compiling = _compiling(numbers, Path(folder) / "cache")
        for name, peer in peers.items():
            job = f"station of 30 facilities, {days} days in steps of 10 min"
            show(_row(job, ours, name, peer, compiling), compact)

        with (
            Worker("_station_ours", (numbers, str(case_days), str(cases))) as ours,
            Worker("_station_numpy", (numbers,)) as peer,
        ):
            _take_turns([ours, peer], repeats)
        job = f"{cases} such stations with their own failures, {case_days} days"
        show(_row(job, ours, "NumPy, stations side by side", peer, compiling), compact)


def _peers() -> dict[str, tuple[str, Path | str | None]]:
    """Module of each peer, and the Python that has what it needs (none: absent)."""
    basilisk = BASILISK if _basilisk() else None
    return {
        "simpy": ("_station_simpy", sys.executable if _installed("simpy") else None),
        "NumPy, components as vectors": ("_station_numpy", sys.executable),
        "Basilisk (bsk)": ("_station_basilisk", basilisk),
    }


def _installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def _basilisk() -> bool:
    """Whether there is an environment with the packages bsk and numba."""
    if not BASILISK.exists():
        return False
    look = [str(BASILISK), "-c", "import Basilisk.architecture.numbaModel"]
    return subprocess.run(look, cwd=ROOT, capture_output=True).returncode == 0


def _take_turns(workers: list[Worker], repeats: int) -> None:
    for _ in range(repeats):
        for worker in workers:
            worker.run()


def _compiling(numbers: str, cache: Path) -> float:
    """Seconds that our first run takes over later ones when nothing is compiled yet."""
    with Worker("_station_ours", (numbers, "31", "1"), NUMBA_CACHE_DIR=str(cache)) as fresh:
        fresh.run()
    return float(fresh.facts["first"] - fresh.seconds[0])


def _row(
    job: str, ours: Worker, name: str, peer: Worker | None, compiling: float
) -> dict[str, Any]:
    size = ours.facts["facility_steps"]
    mine = statistics.median(ours.seconds)
    row: dict[str, Any] = {
        "job": job,
        "size": size,
        "unit": "facility-steps/s",
        "ours": size / mine,
        "peer": None,
        "peer_name": name,
        "ratio": None,
        "error": None,
        "memory_mb": ours.memory_mb,
        "compile_s": compiling,
    }
    if peer is None:
        return row | {"note": f"{name} is absent"}
    theirs = statistics.median(peer.seconds)
    return row | {
        "peer": size / theirs,
        "ratio": theirs / mine,
        "error": _difference(ours.facts["outcome"], peer.facts["outcome"]),
        "error_unit": "relative",
        "peer_memory_mb": peer.memory_mb,
    }


def _difference(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """The largest relative difference of what was served and what is held at the end."""
    pairs = list(zip(ours["served"], theirs["served"], strict=True))
    for mine, other in zip(ours["content"], theirs["content"], strict=True):
        pairs += zip(mine, other, strict=True)
    worst = max(abs(mine - other) / abs(mine) for mine, other in pairs)
    if not worst <= AGREED:
        raise SystemExit(f"the simulators differ by {worst:.1e}, more than {AGREED:g}")
    return float(worst)


if __name__ == "__main__":
    options = arguments(__doc__, days=180, cases=256, case_days=31, repeats=3)
    main(options.days, options.cases, options.case_days, options.repeats, options.json)
