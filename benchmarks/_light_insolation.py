"""The peer insolation (Corripio's shadows) as a worker; needs its package, numba and NumPy only."""

from __future__ import annotations

import sys

import numpy as np
from insolation.shadows import shadows

from benchmarks._worker import serve


def main(path: str, steps: int) -> None:
    given = np.load(path)
    heights, cell, sun = given["heights"], float(given["cell"]), given["sun"]
    chosen = sun[np.linspace(0, len(sun) - 1, steps).astype(int)]
    lit = [0.0]

    def run() -> None:
        lit[0] = float(np.mean([shadows(heights, cell, towards).mean() for towards in chosen]))

    serve(run, lambda: {"mean_area": lit[0]}, size=heights.size * steps)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
