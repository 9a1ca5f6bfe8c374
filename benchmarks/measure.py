"""How every benchmark measures: interleaved repeats, medians, peak memory, one JSON object."""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any


def interleaved(jobs: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """The median time [s] of each job, run in turns so that a busy moment falls on all of them."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(repeats):
        for name, job in jobs.items():
            gc.collect()
            start = time.perf_counter()
            job()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def peak_memory_mb(job: Callable[[], Any]) -> float:
    """The most memory [MB] that Python and NumPy held during `job` beyond what was held before."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        job()
        return (tracemalloc.get_traced_memory()[1] - before) / 1e6
    finally:
        tracemalloc.stop()


def arguments(text: str | None, **numbers: int) -> argparse.Namespace:
    """The command line every benchmark takes: --json, and its own whole numbers with defaults."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--json", action="store_true", help="print one line of JSON only")
    for name, value in numbers.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=value)
    return parser.parse_args()


def show(result: dict[str, Any], compact: bool) -> None:
    """Print the result as one JSON object."""
    print(json.dumps(result, indent=None if compact else 2, allow_nan=False))
