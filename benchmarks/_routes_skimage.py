"""Costs to all cells by scikit-image's MCP_Geometric, run by benchmarks.routes in its environment.

Takes the file of a field of costs a metre and the row and column of the start.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from skimage.graph import MCP_Geometric

from benchmarks._worker import serve


def main() -> None:
    field, start = np.load(sys.argv[1]), (int(sys.argv[2]), int(sys.argv[3]))
    held: dict[str, Any] = {}

    def run() -> None:
        held["cost"] = MCP_Geometric(field, fully_connected=True).find_costs([start])[0]

    def outcome() -> list[float]:
        return [float(v) for v in held["cost"][::100, ::100].ravel()]

    serve(run, outcome)


if __name__ == "__main__":
    main()
