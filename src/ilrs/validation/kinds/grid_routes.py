"""The least cost of routes over a map of open and closed cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import DataError
from ilrs.planning.paths import cheapest_paths, edges_between
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun, resolve

OPEN = "."
MOVES_KNOWN = "octile, no corner cutting"

_BUCKET, _MAP, _WIDTH, _HEIGHT, _FROM_X, _FROM_Y, _TO_X, _TO_Y, _OPTIMAL = range(9)


def run(inputs: Inputs) -> list[float]:
    """The cost of each route of the scenario file, in cells; inf where no route leads."""
    inputs.only("map", "scenarios", "moves")
    if inputs.get("moves", MOVES_KNOWN) != MOVES_KNOWN:
        raise NotRun(f"moves {inputs['moves']!r} are not {MOVES_KNOWN!r}")
    passable = read_map(inputs.path("map"))
    edges = edges_between(np.where(passable, 1.0, np.inf))
    costs = []
    for row in (row[:_OPTIMAL] for row in read_scenarios(inputs.path("scenarios"))):
        start, goal = ((int(row[y]), int(row[x])) for x, y in ((_FROM_X, _FROM_Y), (_TO_X, _TO_Y)))
        if not passable[start]:
            raise DataError(f"the route from {start} starts in a closed cell")
        costs.append(float(cheapest_paths(edges, [start]).cost[goal]))
    return costs


def compare(ours: list[float], expected: Expected) -> Comparison:
    """The largest difference from the known optima."""
    rows = read_scenarios(resolve(expected.folder, expected.inputs["scenarios"]))
    theirs = [float(row[_OPTIMAL]) for row in rows]
    worst = int(np.argmax(np.abs(np.subtract(ours, theirs))))
    return Comparison(
        {"routes": len(ours), "worst": ours[worst]},
        {"routes": len(theirs), "worst": theirs[worst]},
        {"absolute": abs(ours[worst] - theirs[worst])},
        {"absolute": expected.limit("absolute", 1e-4)},
    )


def read_map(path: Path) -> NDArray[np.bool_]:
    """The open cells (height, width) of a map in the Moving AI form."""
    lines = path.read_text(encoding="ascii").splitlines()
    if "map" not in lines:
        raise DataError(f"{path}: no line 'map' before the cells")
    cells = lines[lines.index("map") + 1 :]
    if len({len(line) for line in cells}) != 1:
        raise DataError(f"{path}: rows of different length")
    return np.array([[cell == OPEN for cell in line] for line in cells])


def read_scenarios(path: Path) -> list[list[str]]:
    """The rows of a scenario file, its version line left out."""
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()[1:] if line]
    if not rows or any(len(row) != _OPTIMAL + 1 for row in rows):
        raise DataError(f"{path}: expected rows of {_OPTIMAL + 1} columns")
    return rows
