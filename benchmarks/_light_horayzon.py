"""The peer HORAYZON (rays cast by Embree) as a worker; needs its package and NumPy only."""

from __future__ import annotations

import os
import sys

import numpy as np
from horayzon.auxiliary import rearrange_pad_buffer
from horayzon.shadow import Terrain
from horayzon.topo_param import slope_plane_meth

from benchmarks._worker import serve

AWAY = 1e10  # [m] of the Sun; single precision holds it well enough


def scene(heights: np.ndarray, cell: float) -> tuple[Terrain, np.ndarray, list[np.ndarray]]:
    """Embree's scene of the ground, the buffer of shadows of all cells but the edge's, and arrays.

    The scene points into the arrays: they have to live as long.
    """
    ny, nx = heights.shape
    x, y = np.meshgrid(cell * np.arange(nx), cell * np.arange(ny))
    x, y, z = (np.ascontiguousarray(v, np.float32) for v in (x, y, heights))
    tilt = np.ascontiguousarray(slope_plane_meth(x, y, z, output_rot=False)[1:-1, 1:-1])
    level = np.zeros_like(tilt)
    level[..., 2] = 1.0
    vertices = rearrange_pad_buffer(x, y, z)
    larger = np.ascontiguousarray(1.0 / (level * tilt).sum(axis=2))
    mask = np.ones((ny - 2, nx - 2), np.uint8)
    inner = np.ascontiguousarray(z[1:-1, 1:-1])
    terrain = Terrain()
    terrain.initialise(
        vertices,
        ny,
        nx,
        1,
        1,
        tilt,
        level,
        larger,
        mask=mask,
        elevation=inner,
        refrac_cor=False,
        ang_max=89.99,
    )
    return terrain, np.zeros_like(mask), [vertices, tilt, level, larger, mask, inner]


def main(path: str, steps: int) -> None:
    # what the peer prints, compiled or not, is no answer: it goes where messages go
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    given = np.load(path)
    # rows run down the map; normals point up only where they run up
    heights, sun = given["heights"][::-1], given["sun"] * (1.0, -1.0, 1.0)
    chosen = sun[np.linspace(0, len(sun) - 1, steps).astype(int)]
    lit = [0.0]
    terrain, shadow, _alive = scene(heights, float(given["cell"]))
    sys.stdout = answers

    def run() -> None:
        shares = []
        for towards in chosen:
            terrain.shadow(np.ascontiguousarray(AWAY * towards, np.float32), shadow)
            shares.append(float((shadow == 0).mean()))
        lit[0] = float(np.mean(shares))

    serve(run, lambda: {"mean_area": lit[0]}, size=shadow.size * steps)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
