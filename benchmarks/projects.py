"""Projects of PSPLIB: those of 30 tasks whose optimum is listed, proven within 5 s; those of 120
against the best known, and against CP-SAT alone in the same time.

The library's files and the list of what is known (`cases.yaml`) are looked for in
`ILRS_REFERENCE_DIR`; without them there is nothing to tell. CP-SAT alone is tried on those that it
does not prove within a few seconds.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import arguments, show
from ilrs.planning.apart import call_apart
from ilrs.planning.project import Project, schedule_project
from ilrs.validation.cases import read_cases
from ilrs.validation.kinds.rcpsp import read_project

AIM = 5.0
HARD = ("13_1", "13_2", "17_1", "1_1", "1_3", "48_1", "48_10")
"""Projects of 120 tasks that CP-SAT alone did not prove in 8 s."""


def listed(folder: Path) -> dict[Path, int]:
    """The shortest length known of every project that the list names."""
    if not (folder / "cases.yaml").is_file():
        return {}
    return {
        folder / case.inputs["file"]: int(case.expect["makespan"])
        for case in read_cases(folder)
        if case.kind == "rcpsp"
    }


def proven(known: dict[Path, int]) -> dict[str, Any]:
    """The longest time in which the shortest length of a project is proven."""
    times, failed = [], 0
    for path, best in known.items():
        project = read_project(path)
        begin = time.perf_counter()
        found = schedule_project(project, seconds=AIM, schedules=5000)
        times.append(time.perf_counter() - begin)
        failed += not found.proven or found.makespan != best
    return {
        "job": f"{len(known)} projects of 30 tasks: the longest until proven shortest",
        "size": f"median {statistics.median(times):.2f} s",
        "unit": "s",
        "ours": max(times),
        "peer": AIM,
        "peer_name": "aim",
        "ratio": AIM / max(times),
        "error": float(failed),
        "error_unit": "not proven",
        "memory_mb": None,
    }


def against_known(known: dict[Path, int], seconds: float) -> dict[str, Any]:
    """How much longer than the shortest known the worst of the large projects comes out."""
    begin = time.perf_counter()
    longer = [
        schedule_project(read_project(path), seconds=seconds).makespan / best - 1.0
        for path, best in known.items()
    ]
    return {
        "job": f"{len(known)} projects of 120 tasks: the worst above the best known",
        "size": f"{seconds:g} s at most, {(time.perf_counter() - begin) / len(known):.1f} s each",
        "unit": "share",
        "ours": max(longer),
        "peer": 0.03,
        "peer_name": "aim",
        "ratio": None,
        "error": max(longer),
        "error_unit": "above",
        "memory_mb": None,
    }


def against_plain(paths: list[Path], seconds: float) -> dict[str, Any]:
    """Lengths of hard projects together, and on how many CP-SAT alone comes out shorter."""
    ours, plain, gaps = [], [], []
    for path in paths:
        project = read_project(path)
        found = schedule_project(project, seconds=seconds)
        ours.append(found.makespan)
        gaps.append(found.makespan / found.bound - 1.0)
        plain.append(_alone(project, seconds))
    worse = sum(a > b for a, b in zip(ours, plain, strict=True))
    return {
        "job": f"{len(paths)} hard projects of 120 tasks: lengths in {seconds:g} s each",
        "size": f"shorter on {sum(a < b for a, b in zip(ours, plain, strict=True))}, "
        f"longer on {worse}; worst {max(gaps):.1%} above the proven bound",
        "unit": "periods",
        "ours": sum(ours),
        "peer": sum(plain),
        "peer_name": "CP-SAT alone",
        "ratio": sum(plain) / sum(ours),
        "error": float(worse),
        "error_unit": "longer",
        "memory_mb": None,
    }


def _alone(project: Project, seconds: float) -> int:
    first = np.cumsum(project.duration) - project.duration
    longest = int(project.duration.sum())
    starts, _ = call_apart(
        "ilrs.planning.project_model:prove", project, first, longest, 0, seconds, 0.0, 1, 8
    )
    return longest if starts is None else project.makespan(starts)


def main() -> None:
    options = arguments(__doc__, seconds=60, hard_seconds=15)
    folder = Path(os.environ.get("ILRS_REFERENCE_DIR", "../shared/validation"))
    known = listed(folder)
    small = {path: best for path, best in known.items() if path.stem.startswith("j30")}
    large = {path: best for path, best in known.items() if path.stem.startswith("j120")}
    if small:
        # Compiled, and the solver's process begun, before it is timed.
        schedule_project(read_project(next(iter(small))), seconds=AIM, schedules=5000)
        show(proven(small), options.json)
    if large:
        show(against_known(large, float(options.seconds)), options.json)
    hard = [path for name in HARD for path in folder.rglob(f"j120_{name}.rcp")]
    if hard:
        show(against_plain(hard, float(options.hard_seconds)), options.json)


if __name__ == "__main__":
    main()
