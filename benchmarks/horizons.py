"""Horizons of every cell of an area: our sweep against rays of Embree and GRASS r.horizon.

Jobs: squares of 500 and 1000 cells of the 25 m window by themselves, the whole window (2048 x
2048), the window read at 12.5 m (4096 x 4096, bilinear: no new ground), and 1000 x 1000 cells
inside 2048 and 4096; `--only` takes one of them, from 1. All see the 25 m window alone, from 2 m
above ground, at grid azimuths of a degree. Times are the processor's, of all threads together, in
ns a cell and azimuth; ours are of whole maps at 24 of the azimuths, the peers' of cells drawn from
the map (a ray does not know how large the map is).

`error` and `peer_error` [deg] are the 99th percentile of the difference to dense ray marching on
the same cells and azimuths, peers asked for 0.1 deg. What a peer needs to build its scene stands
apart as `peer_scene_s`, as our laying out does as `prepare_s`. GRASS has no Moon and no mast: its
ground is flat and its eyes are on it; the difference is to rays from the ground, both taken as
level where they are lower. `bandwidth` is how many times longer we take, on all cores, than one
core copies what a cell and azimuth must read and write (a height, a horizon).

HORAYZON is looked for in the environment that ILRS_HORAYZON names or .venv-horayzon, embreex in
ILRS_EMBREE or .venv-embree, GRASS as the command `grass`; whoever wants the comparison makes them.
"""

from __future__ import annotations

import math
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from benchmarks.measure import arguments, show
from ilrs.data import find
from ilrs.data.rasters import MOON_RADIUS, Terrain, read_terrain
from ilrs.ground.area import Area
from ilrs.ground.horizon import point_horizon
from ilrs.ground.sweep import STEP_RAD, Sweep, prepare
from ilrs.ground.terrain import local_frame, unproject

ROOT = Path(__file__).resolve().parents[1]
HEIGHT, AZIMUTHS, REACH = 2.0, 360, 80_000.0
PEERS = {"HORAYZON": "horayzon", "embreex": "embree"}
FAR_RATIO = (
    512.0  # where terrain ends, grown cells lose its rim: fine ones out to the window's edge
)
# what is mapped, cells of the ground a side, cells of the map a side
JOBS = (
    ("whole map", 500, 500),
    ("whole map", 1000, 1000),
    ("1000 cells inside", 2048, 1000),
    ("whole map", 2048, 2048),
    ("1000 cells inside", 4096, 1000),
    ("whole map", 4096, 4096),
)
BYTES = 6  # a height of four bytes read, a horizon of two written


def window(t: Terrain, side: int) -> Terrain:
    """The middle of a terrain, `side` cells wide."""
    first = (t.heights.shape[0] - side) // 2
    heights = np.ascontiguousarray(t.heights[first : first + side, first : first + side])
    return replace(t, heights=heights, x0=t.x0 + first * t.dx, y0=t.y0 + first * t.dy)


def finer(t: Terrain) -> Terrain:
    """The terrain read at half its cell."""
    ny, nx = t.heights.shape
    i, j = np.meshgrid(np.arange(2 * ny - 1) / 2, np.arange(2 * nx - 1) / 2, indexing="ij")
    heights = map_coordinates(t.heights, [i, j], order=1, output=np.float32)
    return replace(t, heights=heights, dx=t.dx / 2, dy=t.dy / 2, name=t.name + " at half its cell")


def inside(t: Terrain, side: int) -> Area:
    """The square of `side` cells in the middle of a terrain."""
    w = window(t, side)
    xs, ys = (w.x0, w.x0 + (side - 1) * w.dx), (w.y0, w.y0 + (side - 1) * w.dy)
    half = 0.5 * abs(w.dx)
    return Area(min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)


def chosen_azimuths(count: int) -> NDArray[np.int64]:
    """Whole degrees over the circle that are neither the axes' nor the diagonals' alone."""
    return (np.arange(count) * AZIMUTHS // count + 7 * np.arange(count) % 11) % AZIMUTHS


def ours(ready: Sweep, degrees: Sequence[int], repeats: int) -> float:
    """The processor's time [ns] a cell and azimuth: the best of `repeats`."""
    cells = ready.grid.rows * ready.grid.columns
    best = math.inf
    for _ in range(repeats):
        start = time.process_time()
        for degree in degrees:
            ready.towards(math.radians(degree))
        best = min(best, time.process_time() - start)
    return 1e9 * best / (cells * len(degrees))


def copy_ns() -> float:
    """Time [ns] of all cores to copy a byte, counting one read and one written as two."""
    source = np.zeros(64_000_000, np.uint8)
    target = np.empty_like(source)
    best = math.inf
    for _ in range(5):
        start = time.perf_counter()
        np.copyto(target, source)
        best = min(best, time.perf_counter() - start)
    return 1e9 * best / (2 * source.size)


def truth(
    t: Terrain, ready: Sweep, cells: NDArray[np.int64], degrees: Any, height: float = HEIGHT
) -> Any:
    """Dense ray marching [rad] at the cells of a sweep, (cells, azimuths)."""
    x = ready.grid.x0 + cells[:, 1] * ready.grid.dx
    y = ready.grid.y0 + cells[:, 0] * ready.grid.dy
    lats, lons = unproject(x, y)
    return np.stack(
        [
            point_horizon(
                [t], float(a), float(o), [height], np.radians(degrees) - o, REACH, open_ended=True
            )[0]
            for a, o in zip(lats, lons, strict=True)
        ]
    )


def as_mesh(t: Terrain) -> dict[str, Any]:
    """The terrain in space: places, upward and +y directions of its nodes, from its middle."""
    ny, nx = t.heights.shape
    x, y = np.meshgrid(t.x0 + t.dx * np.arange(nx), t.y0 + t.dy * np.arange(ny))
    lat, lon = unproject(x, y)
    up = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=2)
    north = np.stack([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)], axis=2)
    east = np.stack([-np.sin(lon), np.cos(lon), np.zeros_like(lon)], axis=2)
    to_y = np.cos(lon)[..., None] * north - np.sin(lon)[..., None] * east
    middle_lat, middle_lon = (float(v[ny // 2, nx // 2]) for v in (lat, lon))
    frame = np.stack(local_frame(middle_lat, middle_lon))[[2, 1, 0]]
    places = (up * (MOON_RADIUS + t.heights[..., None]) - MOON_RADIUS * frame[2]) @ frame.T
    single = (np.ascontiguousarray(v, np.float32) for v in (places, up @ frame.T, to_y @ frame.T))
    return dict(zip(("places", "up", "north"), single, strict=True))


def by_rays(name: str, t: Terrain, cells: NDArray[np.int64], folder: Path) -> dict[str, Any] | None:
    """Horizons and time of a peer that casts rays, or nothing where it is absent."""
    venv = PEERS[name]
    home = Path(os.environ.get(f"ILRS_{venv.upper()}", ROOT / f".venv-{venv}"))
    python = home / "bin/python"
    asked = [str(python), "-c", f"import {name.lower()}"]
    if not python.exists() or subprocess.run(asked, capture_output=True).returncode:
        return None
    given, found = folder / "mesh.npz", folder / "found.npz"
    np.savez(given, **as_mesh(t), cells=cells, azimuths=AZIMUTHS, height=HEIGHT)
    module = ["-m", "benchmarks._horizons_peer", name.lower(), str(given), str(found)]
    done = subprocess.run([str(python), *module], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
    with np.load(found) as file:
        return {key: file[key] for key in file.files}


def by_grass(t: Terrain, folder: Path) -> dict[str, Any] | None:
    """r.horizon of a whole window towards four azimuths, or nothing where GRASS is absent."""
    grass = shutil.which("grass")
    if grass is None:
        return None
    ny, nx = t.heights.shape
    t.heights.astype("<f4").tofile(folder / "ground.bin")
    # r.horizon wants a projection, and turns azimuths to its north: on the equator, in the middle
    # of a zone, grid and true north are one
    north, south = 0.5 * ny * abs(t.dy), -0.5 * ny * abs(t.dy)
    east, west = 500_000.0 + 0.5 * nx * t.dx, 500_000.0 - 0.5 * nx * t.dx
    script = [
        f"r.in.bin -f input={folder}/ground.bin output=ground bytes=4 north={north} south={south} "
        f"east={east} west={west} rows={ny} cols={nx} --quiet",
        "g.region raster=ground",
    ]
    degrees = (20, 110, 200, 290)
    for d in degrees:  # GRASS counts from east, anticlockwise
        script.append(
            f"r.horizon -d elevation=ground direction={(90 - d) % 360} output=h{d} --quiet"
        )
    for d in degrees:
        name = f"$(g.list type=raster pattern='h{d}_*')"
        script.append(f"r.out.bin -f input={name} output={folder}/h{d}.bin bytes=4 --quiet")
    (folder / "job.sh").write_text("\n".join(script))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [grass, "--tmp-location", "EPSG:32633", "--exec", "bash", str(folder / "job.sh")],
        capture_output=True,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"GRASS: {done.stderr[-2000:]}")
    seconds = after.ru_utime - before.ru_utime
    found = [np.fromfile(folder / f"h{d}.bin", "<f4").reshape(ny, nx) for d in degrees]
    return {
        "degrees": degrees,
        "horizons": np.radians(np.stack(found)),
        "ns": 1e9 * seconds / (ny * nx * len(degrees)),
    }


def p99(difference: Any) -> float:
    """99th percentile [deg] of the size of a difference [rad]."""
    return float(np.degrees(np.quantile(np.abs(difference), 0.99)))


def main(cells_drawn: int, repeats: int, only: int, compact: bool) -> None:
    terrain = read_terrain(find("terrain/shackleton_51km_25m.tif"))
    copying = copy_ns()
    degrees = chosen_azimuths(24)
    for job, wide, side in JOBS[only - 1 : only] if only else JOBS:
        whole = terrain.heights.shape[0]
        t = finer(terrain) if wide > whole else terrain if wide == whole else window(terrain, wide)
        side = min(side, t.heights.shape[0])
        start = time.process_time()
        ready = prepare([t], inside(t, side), [HEIGHT], REACH, far_ratio=FAR_RATIO, open_ended=True)
        laid = time.process_time() - start
        ready.towards(0.1), ready.towards(1.5)  # compile
        taken = ours(ready, degrees, repeats)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        rng = np.random.default_rng(1)
        cells = rng.integers(8, side - 8, (cells_drawn, 2))  # rays at the rim see nothing
        exact = truth(t, ready, cells[:100], degrees)
        at = tuple(cells[:100].T)
        seen = np.stack([ready.towards(math.radians(d))[0][at] for d in degrees], 1) * STEP_RAD
        row: dict[str, Any] = {
            "job": f"horizons, {job} {t.heights.shape[0]}^2",
            "size": side * side,
            "unit": "ns",
            "ours": taken,
            "error": p99(seen - exact),
            "error_rms": float(np.degrees(np.sqrt(((seen - exact) ** 2).mean()))),
            "error_unit": "deg",
            "memory_mb": memory,
            "prepare_s": laid,
            "bandwidth": taken / get_num_threads() / (BYTES * copying),
        }
        offset = (t.heights.shape[0] - side) // 2
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for peer in PEERS:
                some = cells + offset if peer == "HORAYZON" else cells[:800] + offset
                extra: dict[str, Any] = {"peer_name": peer, "peer": None, "ratio": None}
                if side > whole and peer == "HORAYZON":
                    extra["note"] = "not tried: it holds all horizons at once, 24 GB"
                    show(row | extra, compact)
                    continue
                found = by_rays(peer, t, some, folder)
                if found is not None:
                    extra |= {
                        "peer": float(found["ns"]),
                        "ratio": float(found["ns"]) / taken,
                        "peer_error": p99(found["horizons"][:100][:, degrees] - exact),
                        "peer_memory_mb": float(found["memory_mb"]),
                        "peer_scene_s": float(found["scene_s"]),
                    }
                show(row | extra, compact)
            if side == 500:
                grass = by_grass(t, folder)
                extra = {"peer_name": "GRASS r.horizon", "peer": None, "ratio": None}
                if grass is not None:
                    exact4 = np.maximum(truth(t, ready, cells[:100], grass["degrees"], 0.0), 0.0)
                    extra |= {
                        "peer": grass["ns"],
                        "ratio": grass["ns"] / taken,
                        "peer_error": p99(
                            np.maximum(grass["horizons"][(slice(None), *at)].T, 0.0) - exact4
                        ),
                    }
                show(row | extra, compact)


if __name__ == "__main__":
    options = arguments(__doc__, cells=40_000, repeats=3, only=0)
    main(options.cells, options.repeats, options.only, options.json)
