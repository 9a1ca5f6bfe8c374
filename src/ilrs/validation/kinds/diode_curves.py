"""Solar cells by one diode: open circuit, short circuit and most power."""

from __future__ import annotations

import json
from typing import Any

from ilrs.errors import DataError
from ilrs.physics.diode import diode, points
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun, column, resolve

_ASKED = ("v_oc", "i_sc", "v_mp", "i_mp", "p_mp")
TEMPERATURE = 298.15
"""Of the reference curves [K], where a case gives none."""


def run(inputs: Inputs) -> dict[str, dict[str, float]]:
    """The quantities asked for, by curve and name.

    `parameters` is a table of photocurrent, saturation_current, resistance_series,
    resistance_shunt, n and cells_in_series, by Index; `temperature_k` 298.15 where it is left out.
    """
    inputs.only("parameters", "file", "temperature_k")
    asked = list(inputs.asked.get("quantities") or ())
    unknown = sorted(set(asked) - set(_ASKED))
    if unknown or not asked:
        raise NotRun(f"no way to compute {', '.join(unknown) or 'nothing'}")
    rows = inputs.table("parameters")
    cell = diode(
        column(rows, "photocurrent"),
        column(rows, "saturation_current"),
        column(rows, "resistance_series"),
        column(rows, "resistance_shunt"),
        column(rows, "n"),
        column(rows, "cells_in_series"),
        inputs.number("temperature_k", TEMPERATURE),
    )
    found = points(cell)
    return {
        row["Index"]: {name: float(getattr(found, name)[k]) for name in asked}
        for k, row in enumerate(rows)
    }


def compare(ours: dict[str, dict[str, float]], expected: Expected) -> Comparison:
    """The worst relative error over all curves, and how many have no counterpart."""
    theirs = _curves(expected)
    limit = {"relative": expected.limit("relative", 1e-6), "missing": 0.0}
    asked = list(expected.values["quantities"])
    worst, shown = 0.0, ("", "")
    for key in theirs.keys() & ours.keys():
        for name in asked:
            value = float(theirs[key][name])
            error = abs(ours[key][name] - value) / abs(value)
            if not error <= worst:
                worst, shown = error, (key, name)
    missing = float(len(theirs.keys() ^ ours.keys()))
    index, name = shown
    mine = {f"{index}.{name}": ours[index][name]} if index else {}
    other = {f"{index}.{name}": float(theirs[index][name])} if index else {}
    return Comparison(mine, other, {"relative": worst, "missing": missing}, limit)


def _curves(expected: Expected) -> dict[str, Any]:
    path = resolve(expected.folder, expected.inputs["file"])
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["IV Curves"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"the curves {path} cannot be read: {error}") from error
    return {str(curve["Index"]): curve for curve in listed}
