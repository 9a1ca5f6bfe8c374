"""Has the tiles of a map computed: here or on a cluster, taking up what is done already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs import __version__
from ilrs.data.maps import read_json, read_tile, write_tile
from ilrs.data.whole import write_whole
from ilrs.errors import DataError, IlrsError, RunError, UserError
from ilrs.scenario.instants import written
from ilrs.siting.tiles import Job, compute_tile

Told = Callable[[str, int, int], None]
Tile = tuple[int, int]
Layers = dict[str, NDArray[Any]]
Compute = Callable[[Job, Tile], Layers]

ATTEMPTS = 3
JOB = "job.json"


def compute_tiles(
    job: Job,
    folder: Path,
    *,
    scheduler: str | None = None,
    told: Told = lambda *_: None,
    compute: Compute = compute_tile,
) -> None:
    """Compute the tiles of `job` that `folder` lacks; a tile is done when its file is there.

    A tile that fails is tried again, three times in all, and then named. `scheduler` is the address
    of a Dask cluster, such as tcp://host:8786; without it this machine's cores serve.
    """
    client = None if scheduler is None else _connected(scheduler)
    claim(job, folder)
    missing = [tile for tile in job.tiles if not tile_path(folder, tile).is_file()]
    for tile in set(job.tiles) - set(missing):
        stored_tile(job, folder, tile)  # a damaged one is told of before hours of work
    told("tiles", len(job.tiles) - len(missing), len(job.tiles))
    attempt = partial(attempted, compute)
    rounds = (
        _here(job, missing, attempt) if client is None else _there(job, missing, attempt, client)
    )
    done = len(job.tiles) - len(missing)
    for tile, layers in rounds:
        write_tile(tile_path(folder, tile), layers)
        done += 1
        told("tiles", done, len(job.tiles))


def tile_path(folder: Path, tile: Tile) -> Path:
    """Where a tile is kept while the map is made."""
    return folder / "tiles" / f"{tile[0]:04d}-{tile[1]:04d}.tile"


def stored_tile(job: Job, folder: Path, tile: Tile) -> Layers:
    """A tile that is done; `DataError` when it is damaged or of another shape."""
    path = tile_path(folder, tile)
    found = read_tile(path)
    rows, columns = job.cells(tile)
    shape = (rows.stop - rows.start, columns.stop - columns.start)
    odd = [name for name in job.layers if name not in found or found[name].shape != shape]
    if odd:
        raise DataError(
            f"the tile {path} lacks {', '.join(odd)} of its cells",
            remedy="delete it and give the same command again: it alone is computed anew",
        )
    return found


def identity(job: Job) -> dict[str, Any]:
    """What makes a map this map and no other, as plain data."""
    data = asdict(job)
    data.pop("terrain")  # the hashes of `used` say which it is, whatever it is called
    data["clock"] = {
        "begins": written(job.clock.start),
        "ends": written(job.clock.stop),
        "step_s": job.clock.step,
    }
    data["version"] = __version__
    plain = json.loads(json.dumps(data))
    plain["sha256"] = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    return dict(plain)


def claim(job: Job, folder: Path) -> None:
    """Make `folder` the place of this job, or find it there; another job's is refused."""
    wanted = identity(job)
    path = folder / JOB
    if path.is_file():
        held = read_json(path)
        if held != wanted:
            odd = sorted(k for k in wanted if held.get(k) != wanted[k] and k != "sha256")
            raise UserError(
                f"{folder} holds an unfinished map with another {', '.join(odd) or 'hash'}",
                remedy=f"finish that one, or delete {folder}",
            )
        return
    if folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder} is in the way: it is no unfinished map", remedy="move it")
    write_whole(path, (json.dumps(wanted, indent=1) + "\n").encode())


def attempted(compute: Compute, job: Job, tile: Tile) -> Layers:
    """A tile, tried again when it fails; a user's mistake is not tried again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return compute(job, tile)
        except UserError:
            raise
        except Exception as error:
            if attempt == ATTEMPTS:
                raise _failed(tile, error) from error
    raise AssertionError


def _failed(tile: Tile, error: BaseException) -> RunError:
    return RunError(
        f"tile {tile[0]}, {tile[1]} failed {ATTEMPTS} times: {type(error).__name__}: {error}",
        remedy="the other tiles are kept: give the same command to go on",
    )


def _here(
    job: Job, tiles: Iterable[Tile], attempt: Callable[[Job, Tile], Layers]
) -> Iterator[tuple[Tile, Layers]]:
    """One tile after another: the kernels use every core themselves."""
    for tile in tiles:
        yield tile, attempt(job, tile)


def _connected(scheduler: str) -> Any:
    """A client of the Dask cluster at an address."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError(
            "a Dask cluster needs the extra package distributed", remedy="pip install 'ilrs[dask]'"
        ) from error
    try:
        return Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UserError(
            f"no Dask scheduler answers at {scheduler}: {str(error).splitlines()[0]}",
            remedy="give its address, such as tcp://host:8786",
        ) from error


def _there(
    job: Job, tiles: list[Tile], attempt: Callable[[Job, Tile], Layers], client: Any
) -> Iterator[tuple[Tile, Layers]]:
    """All tiles handed to a Dask cluster; each comes back as it is done, to be written here."""
    from distributed import as_completed

    with client:
        # a worker that dies takes its tile with it: `retries` gives it to another
        futures = {
            client.submit(attempt, job, tile, pure=False, retries=ATTEMPTS - 1): tile
            for tile in tiles
        }
        for future in as_completed(futures, loop=client.loop):
            tile = futures[future]
            try:
                yield tile, future.result()
            except IlrsError:
                raise
            except Exception as error:
                raise _failed(tile, error) from error
            future.release()


def assembled(job: Job, folder: Path) -> tuple[dict[str, NDArray[np.float32]], NDArray[Any]]:
    """All layers whole, and the probes' errors [rad]; every tile must be there and sound."""
    shape = (job.grid.rows, job.grid.columns)
    layers = {name: np.full(shape, np.nan, np.float32) for name in job.layers}
    probes = []
    for tile in job.tiles:
        found = stored_tile(job, folder, tile)
        for name, values in layers.items():
            values[job.cells(tile)] = found[name]
        probes.append(found["probe_error"].ravel())
    return layers, np.concatenate(probes)
