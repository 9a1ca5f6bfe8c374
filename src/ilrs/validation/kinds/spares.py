"""Spares of a life-support system for one crew after another."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import DataError
from ilrs.physics.spares import crew_spares, share_of_probability
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun, column, resolve

_SETS = re.compile(r" x(\d+)$")


def run(inputs: Inputs) -> NDArray[np.int64]:
    """Cumulative spares, (component, crew), for the components of a table.

    A group is told once for the rows below it; ' x4' behind a subgroup means four of it; groups
    marked 'Pre Deploy' stand before the first crew and grow no further.
    """
    inputs.only(
        *("components", "horizon_h", "probability", "parts_for_probability", "crews"),
        "mtbf_factor",
    )
    rows = inputs.table("components")
    mtbf = column(rows, "MTBF [d]")
    units = column(rows, "# in Primary System")
    share = share_of_probability(
        inputs.number("probability"), int(inputs.number("parts_for_probability"))
    )
    horizon = inputs.number("horizon_h") / 24.0
    group = subgroup = ""
    found = []
    for row, mean, count in zip(rows, mtbf, units, strict=True):
        group, subgroup = row["Group"] or group, row["Subgroup"] or subgroup
        sets = _SETS.search(subgroup)
        life = float(row["Life Limit [d]"] or math.inf)
        found.append(
            crew_spares(
                count * (int(sets[1]) if sets else 1),
                mean,
                life,
                horizon,
                int(inputs.number("crews")),
                share,
                deployed="Pre Deploy" in group,
                factor=inputs.number("mtbf_factor", 1.0),
            )
        )
    return np.array(found)


def compare(ours: NDArray[np.int64], expected: Expected) -> Comparison:
    """The share of cells that differ, and the largest difference."""
    theirs = _matrix(expected)
    if theirs.shape != ours.shape:
        raise NotRun(f"the table expected is {theirs.shape}, ours {ours.shape}")
    gap = np.abs(ours - theirs)
    worst = {"inexact": float((gap > 0).mean()), "absolute": float(gap.max())}
    limit = {
        "inexact": 1.0 - expected.limit("fraction_exact", 0.97),
        "absolute": expected.limit("absolute", 1.0),
    }
    shown: dict[str, Any] = {"exact": float((gap == 0).mean()), "all": int(ours[:, -1].sum())}
    return Comparison(shown, {"exact": 1.0, "all": int(theirs[:, -1].sum())}, worst, limit)


def _matrix(expected: Expected) -> NDArray[np.int64]:
    """The table expected: numbers only, no header."""
    path = resolve(expected.folder, expected.values["file"])
    try:
        return np.loadtxt(path, delimiter=",", ndmin=2).astype(np.int64)
    except (OSError, ValueError) as error:
        raise DataError(f"the table {path} cannot be read: {error}") from error
