"""Makes the map of an area: tiles, rasters, Zarr, certificate and page, whole or not at all."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs import __version__
from ilrs.data.maps import (
    hash_tree,
    read_json,
    read_layer,
    write_cog,
    write_map_zarr,
)
from ilrs.data.whole import write_whole
from ilrs.errors import DataError, UserError
from ilrs.ground.walls import facet_size
from ilrs.scenario.instants import written
from ilrs.siting.areas import called
from ilrs.siting.heat import METHOD as HEAT_METHOD
from ilrs.siting.heat import heat_clock
from ilrs.siting.map_band import about as band_about
from ilrs.siting.page import map_page
from ilrs.siting.tiles import NODE, Job, compute_tile
from ilrs.siting.work import Compute, Told, assembled, compute_tiles, identity
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import tdb_from_utc

Layers = dict[str, NDArray[np.float32]]

FORMAT = "ilrs-map-1"
CERTIFICATE = "certificate.json"
ZARR = "map.zarr"
PAGE = "map.html"
METHOD = (
    "skylines by an upper-hull sweep over rasters on which lines of sight are straight, the Moon's "
    "curvature exact, far terrain coarser with distance, what averages around the area take off "
    "skylines put back in the mean; light of the disc in the middle of every "
    "step behind them, Earth's eclipses (as at the pole) taken off; the same for the Earth's disc, "
    "and for relays as points on their mean elements; permanent shadow: never lit "
    f"from {written(NODE.start)} to {written(NODE.stop)} every {NODE.step // 3600} h"
)


@dataclass(frozen=True)
class Map:
    """A finished map: its layers (ny, nx), the first cell's centre, steps [m], certificate."""

    layers: Layers
    origin: tuple[float, float]
    cell: tuple[float, float]
    certificate: dict[str, Any]


def working_folder(out: Path) -> Path:
    """Where a map is made, beside its place."""
    return out.with_name(f".{out.name}.unfinished")


def make_map(
    job: Job,
    out: Path,
    *,
    scheduler: str | None = None,
    told: Told = lambda *_: None,
    compute: Compute = compute_tile,
) -> dict[str, Any]:
    """Make the map of `job` in the folder `out`; its certificate.

    What is done of an interrupted map of the same job is taken up. `out` is touched only when all
    is written; an earlier map there is replaced then.
    """
    require_free(out)
    work = working_folder(out)
    compute_tiles(
        job,
        work,
        scheduler=scheduler,
        told=told,
        **({} if compute is None else {"compute": compute}),
    )
    told("files", 0, len(job.layers) + 2)
    layers, probes = assembled(job, work)
    ready = work / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir(parents=True)
    certificate = _write(job, layers, probes, ready, told)
    if out.exists():
        shutil.rmtree(out)
    ready.rename(out)
    shutil.rmtree(work)
    return certificate


def require_free(out: Path) -> None:
    """Refuse a place that holds anything but an earlier map."""
    if out.is_dir() and any(out.iterdir()):
        held = out / CERTIFICATE
        if not held.is_file() or read_json(held).get("format") != FORMAT:
            raise UserError(
                f"{out} holds something that is not a map, and would be replaced",
                remedy="name a folder that does not exist yet: --out FOLDER",
            )
    elif out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file, and a map is a folder", remedy="name a folder: --out")


def read_map(folder: Path) -> Map:
    """A finished map, refused when its files are not those that its certificate was made for."""
    if not (folder / CERTIFICATE).is_file():
        raise UserError(
            f"{folder} holds no map", remedy="make one: ilrs site map AREA --out FOLDER"
        )
    certificate = read_json(folder / CERTIFICATE)
    if certificate.get("format") != FORMAT:
        raise DataError(
            f"{folder} has the format {certificate.get('format')!r}, not {FORMAT!r}",
            remedy="make the map again: ilrs site map",
        )
    for name, digest in certificate["files"].items():
        path = folder / name
        if not path.exists() or hash_tree(path) != digest:
            raise DataError(
                f"{path} is not the file its certificate was made for (SHA-256 {digest[:12]})",
                remedy="make the map again: ilrs site map",
            )
    layers = {}
    origin = cell = (0.0, 0.0)
    for name in certificate["statistics"]:
        layers[name], origin, cell = read_layer(folder / f"{name}.tif")
    return Map(layers, origin, cell, certificate)


def _write(
    job: Job, layers: Layers, probes: NDArray[Any], folder: Path, told: Told
) -> dict[str, Any]:
    origin, cell = (job.grid.x0, job.grid.y0), (job.grid.dx, job.grid.dy)
    about = {
        "title": f"Light, view and ground: {called(job.name, job.area)}",
        "source": ", ".join(f"{t.name} ({t.cell_m:g} m, {t.sha256})" for t in job.used),
        "history": f"ilrs {__version__}: site map",
        "comment": METHOD,
        "period": f"{written(job.clock.start)}/{written(job.clock.stop)}",
        "height_above_ground_m": f"{job.height:g}",
    }
    steps = len(job.layers) + 2
    for k, (name, layer) in enumerate(job.layers.items()):
        path = folder / f"{name}.tif"
        write_cog(
            path, layers[name], origin, cell, unit=layer.unit, meaning=layer.meaning, tags=about
        )
        told("files", k + 1, steps)
    attributes = {
        name: {"units": layer.unit, "long_name": layer.meaning}
        for name, layer in job.layers.items()
    }
    write_map_zarr(folder / ZARR, layers, attributes, origin, cell, about)
    told("files", steps - 1, steps)
    certificate = _certificate(job, layers, probes)
    page = map_page(layers, origin, cell, certificate)
    write_whole(folder / PAGE, page.encode())
    certificate["files"] = {
        name: hash_tree(folder / name)
        for name in [*(f"{layer}.tif" for layer in job.layers), ZARR, PAGE]
    }
    text = json.dumps(certificate, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(folder / CERTIFICATE, text.encode())
    told("files", steps, steps)
    return certificate


def _certificate(job: Job, layers: Layers, probes: NDArray[Any]) -> dict[str, Any]:
    times = tdb_from_utc(job.clock.middles[[0, -1]])
    error = np.degrees(np.abs(probes[np.isfinite(probes)]))
    bias = np.degrees(probes[np.isfinite(probes)])
    return {
        "format": FORMAT,
        "name": job.name,
        "title": called(job.name, job.area),
        "area_m": vars(job.area),
        "crs": "IAU_2015:30135",
        "rows": job.grid.rows,
        "columns": job.grid.columns,
        "cell_m": [job.grid.dx, job.grid.dy],
        "begins": written(job.clock.start),
        "ends": written(job.clock.stop),
        "step_s": job.clock.step,
        "height_m": job.height,
        "dark_at_area_fraction": job.terms.dark_at,
        "reach_km": job.reach / 1e3,
        "azimuths": job.azimuths,
        "relays": [r.as_data() for r in job.relays],
        "terrain": [vars(t) for t in job.used],
        "kernels": list(fit_ephemeris(float(times[0]), float(times[1])).kernels),
        "method": METHOD,
        "error_deg": {
            "against": "dense rays on the same terrain, at two cells of every tile",
            "skylines": int(error.size),
            "bias": round(float(bias.mean()), 5),
            "rms": round(float(np.sqrt(np.mean(error**2))), 5),
            "p99": round(float(np.percentile(error, 99.0)), 5),
            "worst": round(float(error.max()), 5),
        },
        **({"band": band_about()} if job.bands else {}),
        **({"heat": _heat(job)} if job.heat else {}),
        "note": (
            "The error is that of the computation; what the terrain lacks comes on top: it is in "
            "the band of a map, and more exactly of a place (ilrs site point). Terrain averaged "
            "over 1.6 km lowers skylines at middle range by 0.2 to 0.4 deg."
        ),
        "statistics": {name: _statistics(values) for name, values in layers.items()},
        "job": identity(job)["sha256"],
        "version": __version__,
    }


def _heat(job: Job) -> dict[str, Any]:
    year = heat_clock(job.clock)
    return {
        "begins": written(year.start),
        "ends": written(year.stop),
        "step_s": year.step,
        "facet_m": round(facet_size(job.area, abs(job.grid.dx)), 1),
        "method": HEAT_METHOD,
    }


def _statistics(values: NDArray[np.float32]) -> dict[str, float | None]:
    known = values[np.isfinite(values)].astype(np.float64)
    if not known.size:
        return {"least": None, "mean": None, "most": None}
    found = {"least": known.min(), "mean": known.mean(), "most": known.max()}
    return {key: float(f"{value:.6g}") for key, value in found.items() if math.isfinite(value)}
