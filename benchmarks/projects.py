"""Projects of PSPLIB at hand: those of 30 tasks proven within 5 s, one of 120 against CP-SAT alone.

The library's files are looked for in `ILRS_REFERENCE_DIR`; without them there is nothing to tell.
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
from ilrs.planning.project import schedule_project
from ilrs.validation.kinds.rcpsp import read_project


def proven(paths: list[Path]) -> dict[str, Any]:
    """The longest time in which the shortest length of a project is proven."""
    projects = [read_project(path) for path in paths]
    schedule_project(projects[0], seconds=5.0, schedules=5000)  # compiled before it is timed
    times, failed = [], 0
    for project in projects:
        begin = time.perf_counter()
        found = schedule_project(project, seconds=5.0, schedules=5000)
        times.append(time.perf_counter() - begin)
        failed += not found.proven
    return {
        "job": f"{len(paths)} projects of 30 tasks: the longest until proven shortest",
        "size": f"median {statistics.median(times):.2f} s",
        "unit": "s",
        "ours": max(times),
        "peer": 5.0,
        "peer_name": "aim",
        "ratio": 5.0 / max(times),
        "error": float(failed),
        "error_unit": "not proven",
        "memory_mb": None,
    }


def against_plain(path: Path, seconds: float) -> dict[str, Any]:
    project = read_project(path)
    ours = schedule_project(project, seconds=seconds)
    first = np.cumsum(project.duration) - project.duration
    longest = int(project.duration.sum())
    starts, _ = call_apart(
        "ilrs.planning.project_model:prove", project, first, longest, 0, seconds, 0.0, 1, 8
    )
    plain = longest if starts is None else project.makespan(starts)
    return {
        "job": f"project {path.stem}: length in {seconds:g} s",
        "size": f"{len(project.duration)} tasks",
        "unit": "periods",
        "ours": ours.makespan,
        "peer": plain,
        "peer_name": "CP-SAT alone",
        "ratio": plain / ours.makespan,
        "error": (ours.makespan - ours.bound) / ours.bound,
        "memory_mb": None,
    }


def main() -> None:
    options = arguments(__doc__, seconds=60)
    folder = Path(os.environ.get("ILRS_REFERENCE_DIR", "../shared/validation"))
    small = sorted(folder.rglob("j30*.rcp"))
    if small:
        show(proven(small), options.json)
    for path in sorted(folder.rglob("j120*.rcp"))[:1]:
        show(against_plain(path, float(options.seconds)), options.json)


if __name__ == "__main__":
    main()
