"""Facility-steps a second: our simulator against the same station in simpy, NumPy and Basilisk.

The station is benchmarks/station.yaml: thirty pieces of equipment on one bus, under the real Sun
behind the real horizon. Ours goes through scenario, environment and network into the compiled
kernel; peers get the same numbers and profiles and are written as their users would write them:
same physics, same step, same failures, same history kept. Making the environment is in nobody's
time; setting up the simulation is in everybody's. One station is lived on one core by everybody.
Of many, ours are spread over all cores as `ilrs check --n-1` does it, NumPy's live side by side,
and simpy's and Basilisk's one after another, as their own ways of running are. Time is the clock's.

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
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks._station import read, write
from benchmarks._worker import ROOT, Worker
from benchmarks.measure import arguments, show

BASILISK = ROOT / ".venv-bsk/bin/python"
AGREED = 1e-9


def main(days: int, cases: int, case_days: int, repeats: int, compact: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        compiling = _compiling(str(folder / "any.npz"), folder / "cache")
        numbers = str(folder / "one.npz")
        job = f"station of 30 facilities, {days} days in steps of 10 min"
        with Worker("_station_ours", (numbers, str(days), "1")) as ours, _started(numbers) as peers:
            _show(job, ours, peers, repeats, compiling, compact)

        numbers, first = str(folder / "many.npz"), str(folder / "first.npz")
        job = f"{cases} such stations with their own failures, {case_days} days"
        with Worker("_station_ours", (numbers, str(case_days), str(cases))) as ours:
            write(read(Path(numbers)).only_first(), Path(first))
            with _started(first, side_by_side=numbers) as peers:
                _show(job, ours, peers, repeats, compiling, compact)


@contextmanager
def _started(numbers: str, side_by_side: str = "") -> Iterator[dict[str, Worker | None]]:
    """Every peer with its station, none where it is absent.

    With `side_by_side` NumPy gets all cases at once; the others live one case after another, so
    that the rate of the first is that of all.
    """
    one_bus = {
        "simpy": ("_station_simpy", sys.executable if _installed("simpy") else None),
        "Basilisk (bsk)": ("_station_basilisk", BASILISK if _basilisk() else None),
    }
    name = "NumPy, stations side by side" if side_by_side else "NumPy, components as vectors"
    with ExitStack() as stack:
        numpy = Worker("_station_numpy", (side_by_side or numbers,))
        peers: dict[str, Worker | None] = {name: stack.enter_context(numpy)}
        for peer, (module, python) in one_bus.items():
            worker = Worker(module, (numbers,), python) if python else None
            peers[peer] = stack.enter_context(worker) if worker else None
        yield peers


def _show(
    job: str,
    ours: Worker,
    peers: dict[str, Worker | None],
    repeats: int,
    compiling: float,
    compact: bool,
) -> None:
    """Let all take turns, and show a row a peer."""
    for _ in range(repeats):
        for worker in (ours, *(peer for peer in peers.values() if peer)):
            worker.run()
    for name, peer in peers.items():
        show(_row(job, ours, name, peer, compiling), compact)


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


def _compiling(numbers: str, cache: Path) -> float:
    """Seconds that our first run takes over later ones when nothing is compiled yet."""
    with Worker("_station_ours", (numbers, "31", "1"), NUMBA_CACHE_DIR=str(cache)) as fresh:
        fresh.run()
    return float(fresh.facts["first"] - fresh.seconds[0])


def _row(
    job: str, ours: Worker, name: str, peer: Worker | None, compiling: float
) -> dict[str, Any]:
    size = ours.facts["facility_steps"]
    rate = size / statistics.median(ours.clock)
    row: dict[str, Any] = {
        "job": job,
        "size": size,
        "unit": "facility-steps/s",
        "ours": rate,
        "peer": None,
        "peer_name": name,
        "ratio": None,
        "error": None,
        "memory_mb": ours.memory_mb,
        "compile_s": compiling,
    }
    if peer is None:
        return row | {"note": f"{name} is absent"}
    lived = len(peer.facts["outcome"]["served"]) / len(ours.facts["outcome"]["served"])
    theirs = size * lived / statistics.median(peer.clock)
    return row | {
        "peer": theirs,
        "ratio": rate / theirs,
        "error": _difference(ours.facts["outcome"], peer.facts["outcome"]),
        "error_unit": "relative",
        "peer_memory_mb": peer.memory_mb,
    }


def _difference(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """The largest relative difference of what was served and what is held at the end."""
    pairs = list(zip(ours["served"], theirs["served"], strict=False))
    for mine, other in zip(ours["content"], theirs["content"], strict=False):
        pairs += zip(mine, other, strict=True)
    worst = max(abs(mine - other) / abs(mine) for mine, other in pairs)
    if not worst <= AGREED:
        raise SystemExit(f"the simulators differ by {worst:.1e}, more than {AGREED:g}")
    return float(worst)


if __name__ == "__main__":
    options = arguments(__doc__, days=180, cases=128, case_days=31, repeats=3)
    main(options.days, options.cases, options.case_days, options.repeats, options.json)
