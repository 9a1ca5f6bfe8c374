"""Routes to every cell of a square of real ground, and earliest arrivals over its hours of light.

The ground is 25 m terrain around the connecting ridge, its cost a metre grows with the slope and no
cell is closed, so that scipy and scikit-image solve the same problem: scipy is given the same edges
as a matrix (making it is not timed), scikit-image the field of costs, and ours against it makes its
edges anew. scikit-image lives in an environment of its own, `.venv-skimage`; without it the peer is
absent. Times are the processor's, those of all threads added. The last line is earliest arrival
over hourly masks of light (swept from the same terrain) against scipy's static problem; making
spells of the masks, as of scipy's matrix, is not timed and shown apart as `spells_s`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks._worker import Worker
from benchmarks.measure import arguments, peak_memory_mb, show
from ilrs.flows.clock import Clock
from ilrs.ground.area import Area
from ilrs.ground.trafficability import slopes
from ilrs.planning.paths import MOVES, cheapest_paths, edges_between
from ilrs.planning.route_field import make_field
from ilrs.planning.timed_paths import earliest_arrivals, spells_of
from ilrs.siting.terrains import choose_terrains

PEER = Path(__file__).resolve().parents[1] / ".venv-skimage/bin/python"
TERRAIN = ("shackleton_51km_25m", "lola_south_70S_1600m")
CORNER = (-25_000.0, -25_000.0)
CELL, CELLS, HOURS = 25.0, 1000, 400
START = np.datetime64("2031-12-01")
SPEED = 0.2
"""Driving speed on level ground [m/s]; on a slope as many times slower as it is dearer."""

Edges = NDArray[np.float32]


def matrix(edges: Edges) -> csr_array:
    """The edges as scipy wants them."""
    rows, columns, moves = np.nonzero(np.isfinite(edges))
    width = edges.shape[1]
    cells = rows * width + columns
    others = (rows + MOVES[moves, 0]) * width + columns + MOVES[moves, 1]
    size = edges.shape[0] * width
    values = edges[rows, columns, moves].astype(np.float64)
    return csr_array((values, (cells, others)), shape=(size, size))


def measure(cells: int, hours: int, repeats: int) -> list[dict[str, Any]]:
    low = CORNER
    area = Area(low[0], low[1], low[0] + CELL * cells, low[1] + CELL * cells)
    field = make_field(choose_terrains(TERRAIN), area, Clock(START, 3600, hours))
    steep = slopes(field.heights, field.grid.dx, field.grid.dy)
    cost = np.minimum(1.0 + (np.degrees(steep) / 10.0) ** 2, 20.0)
    edges = edges_between(cost, CELL, CELL)
    graph = matrix(edges)
    lit = field.lit(0.0)
    start = best_lit(lit)
    index = start[0] * cells + start[1]
    seconds = np.asarray(edges / SPEED, np.float32)
    spells = spells_of(lit)
    jobs: dict[str, Callable[[], Any]] = {
        "ours": lambda: cheapest_paths(edges, [start]),
        "with edges": lambda: cheapest_paths(edges_between(cost, CELL, CELL), [start]),
        "timed": lambda: earliest_arrivals(spells, seconds, 3600.0, start),
        "spells": lambda: spells_of(lit),
        "scipy": lambda: dijkstra(graph, indices=index),
    }
    first = {name: once(job) for name, job in jobs.items() if name != "scipy"}
    taken = in_turns(jobs, repeats)
    ours = cheapest_paths(edges, [start]).cost
    theirs = dijkstra(graph, indices=index).reshape(ours.shape)
    unit = {"size": cells * cells, "unit": "cells/s", "error_unit": "relative"}

    def row(name: str, peer: str, job: str) -> dict[str, Any]:
        return {
            "job": job,
            **unit,
            "ours": cells * cells / taken[name],
            "peer_name": peer,
            "memory_mb": peak_memory_mb(jobs[name]),
            "compile_s": max(first[name] - taken[name], 0.0),
        }

    def against(peer: float) -> dict[str, float]:
        return {"peer": cells * cells / peer, "ours_s": 0.0, "peer_s": peer}

    reached = np.isfinite(jobs["timed"]().earliest())
    static = row("ours", "scipy dijkstra", "routes to every cell") | against(taken["scipy"])
    skimage = row("with edges", "scikit-image MCP", "routes to every cell, edges made anew")
    timed = row("timed", "scipy dijkstra, static", f"earliest arrival, {hours} masks of light")
    timed |= against(taken["scipy"]) | {"error": None, "reached": float(reached.mean())}
    timed["spells_s"] = taken["spells"]
    static["error"] = worst(ours, theirs)
    static["peer_memory_mb"] = peak_memory_mb(jobs["scipy"])
    skimage |= of_skimage(cost * CELL, start, repeats, ours)
    rows = [static, skimage, timed]
    for name, found in zip(("ours", "with edges", "timed"), rows, strict=True):
        found["ours_s"] = taken[name]
        peer = found.get("peer_s")
        found["ratio"] = None if peer is None else peer / taken[name]
    return rows


def best_lit(lit: NDArray[np.bool_]) -> tuple[int, int]:
    """The cell that is lit from the first step on and longest in all."""
    hours = np.where(lit[0], lit.sum(axis=0), -1)
    row, column = np.unravel_index(int(np.argmax(hours)), hours.shape)
    return int(row), int(column)


def in_turns(jobs: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """The median processor time [s] of each job, all threads counted."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(repeats):
        for name, job in jobs.items():
            begin = time.process_time()
            job()
            times[name].append(time.process_time() - begin)
    return {name: float(np.median(spent)) for name, spent in times.items()}


def once(job: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    job()
    return time.perf_counter() - begin


def worst(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """Largest relative difference of costs; reached by one alone counts as infinite."""
    if (np.isfinite(ours) != np.isfinite(theirs)).any():
        return float("inf")
    known = np.isfinite(ours) & (theirs > 0.0)
    return float(np.max(np.abs(ours[known] / theirs[known] - 1.0)))


def of_skimage(
    field: NDArray[np.float64], start: tuple[int, int], repeats: int, ours: NDArray[np.float64]
) -> dict[str, Any]:
    """scikit-image's time, memory and difference; nothing where it is absent."""
    if not PEER.exists():
        return {"peer": None, "ratio": None, "error": None, "note": "scikit-image is absent"}
    with tempfile.TemporaryDirectory() as folder:
        name = Path(folder) / "field.npy"
        np.save(name, field)
        asked = [str(name), str(start[0]), str(start[1])]
        with Worker("_routes_skimage", asked, PEER) as worker:
            for _ in range(repeats):
                worker.run()
    seconds = float(np.median(worker.seconds))
    theirs = np.array(worker.facts["outcome"])
    return {
        "peer": field.size / seconds,
        "peer_s": seconds,
        "peer_memory_mb": worker.memory_mb,
        "error": worst(ours[::100, ::100].ravel(), theirs),
    }


if __name__ == "__main__":
    options = arguments(__doc__, cells=CELLS, hours=HOURS, repeats=5)
    for found in measure(options.cells, options.hours, options.repeats):
        show(found, options.json)
        sys.stdout.flush()
