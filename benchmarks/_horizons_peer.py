"""A peer's horizons of chosen cells, in the peer's own environment: NAME, file in, file out.

Needs NumPy and the peer only. Tells the processor's time of all threads for the rays alone, and
apart from it that of building the scene: the lesser of two runs of a few cells, taken off that of
all cells. With fewer than some ten thousand cells the scene outweighs the rays.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

LOWEST, HIGHEST = -85.0, 75.0  # [deg] between which horizons are sought; none may lie below
FEW = 64  # cells whose rays weigh nothing beside the scene
FINENESS = 0.1  # [deg] that a peer is asked for


def horayzon(given: Any, cells: np.ndarray) -> np.ndarray:
    from horayzon.horizon import horizon_gridded

    ny, nx, _ = given["places"].shape
    buffer = np.append(given["places"].ravel(), np.zeros(16, np.float32))
    # it holds the horizons of a whole block, whatever the mask: take the one the cells are in
    first = cells.min(axis=0)
    inner = tuple((cells - first).T)
    block = tuple(slice(a, b + 1) for a, b in zip(first, cells.max(axis=0), strict=True))
    up, north = (np.ascontiguousarray(given[key][block]) for key in ("up", "north"))
    mask = np.zeros(up.shape[:2], np.uint8)
    mask[inner] = 1
    found, _ = horizon_gridded(
        buffer, ny, nx, up, north, int(first[0]), int(first[1]),
        dist_search=200.0, azim_num=int(given["azimuths"]), hori_acc=FINENESS,
        elev_ang_low_lim=LOWEST, mask=mask, ray_org_elev=float(given["height"]),
    )  # fmt: skip
    return np.asarray(found)[inner]


class Embree:
    """Embree asked whether rays are stopped: the horizon by halving the interval."""

    def __init__(self, given: Any) -> None:
        from embreex.mesh_construction import TriangleMesh
        from embreex.rtcore_scene import EmbreeScene

        self.given = given
        places = given["places"]
        ny, nx, _ = places.shape
        first = (np.arange(ny - 1, dtype=np.int32)[:, None] * nx + np.arange(nx - 1)).ravel()
        corners = np.stack([first, first + nx, first + 1, first + 1, first + nx, first + nx + 1])
        self.scene = EmbreeScene()
        indices = np.ascontiguousarray(corners.T.reshape(-1, 3), np.int32)
        self.mesh = TriangleMesh(self.scene, places.reshape(-1, 3), indices)

    def __call__(self, cells: np.ndarray) -> np.ndarray:
        given, count = self.given, int(self.given["azimuths"])
        at = tuple(cells.T)
        up, north, foot = given["up"][at], given["north"][at], given["places"][at]
        east = np.cross(north, up)
        azimuths = 2.0 * np.pi * np.arange(count) / count
        ahead = (
            np.cos(azimuths)[:, None] * north[:, None] + np.sin(azimuths)[:, None] * east[:, None]
        ).reshape(-1, 3)
        above = np.repeat(up, count, axis=0)
        eyes = np.repeat(foot + float(given["height"]) * up, count, axis=0).astype(np.float32)
        low, high = np.radians(np.full((2, len(eyes)), ((LOWEST,), (HIGHEST,))))
        while high[0] - low[0] > 2.0 * np.radians(FINENESS):
            middle = 0.5 * (low + high)
            rays = np.cos(middle)[:, None] * ahead + np.sin(middle)[:, None] * above
            stopped = self.scene.run(eyes, rays.astype(np.float32), query="OCCLUDED") >= 0
            low, high = np.where(stopped, middle, low), np.where(stopped, high, middle)
        return (0.5 * (low + high)).reshape(len(cells), count)


def main(name: str, path: Path, out: Path) -> None:
    with np.load(path) as file:
        given = {key: file[key] for key in file.files}
    run = Embree(given) if name == "embreex" else lambda cells: horayzon(given, cells)
    cells = given["cells"]
    few = cells[:FEW]
    # embreex keeps its scene: made above, and not part of any run
    building = min(_timed(run, few)[0] for _ in range(2))
    whole, found = _timed(run, cells)
    pairs = (len(cells) - len(few)) * int(given["azimuths"])
    rays = 1e9 * (whole - building) / pairs
    np.savez(out, horizons=found, ns=rays, scene_s=building, memory_mb=_peak_mb())


def _peak_mb() -> float:
    """The most memory this process held [MB]; `getrusage` would count what started it too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1e3


def _timed(run: Any, cells: np.ndarray) -> tuple[float, np.ndarray]:
    start = time.process_time()
    found = run(cells)
    return time.process_time() - start, found


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
