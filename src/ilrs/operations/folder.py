"""The folder of a run: written beside and then moved into place, so that nothing is half there."""

from __future__ import annotations

import csv
import errno
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from zarr.codecs import BloscCodec

from ilrs.errors import NoRunError, RunError, Where
from ilrs.operations.dataset import to_dataset
from ilrs.operations.run import FORMAT, Run
from ilrs.planning.plan import Plan

SCENARIO = "scenario.json"
"""The scenario as it was run, overlays laid, for whoever lives it again."""
CUSTODY = "custody.csv"
OF_SAMPLE = ("name", "batch", "material", "site", "mass_kg")
OF_SPELL = ("who", "where", "begins", "ends", "warmest_k")


@dataclass(frozen=True)
class StoredRun:
    """A run read back from its folder; `summary` holds the assessment, `events` what happened."""

    folder: Path
    dataset: xr.Dataset
    plan: Plan
    events: pd.DataFrame
    summary: Mapping[str, Any]
    certificate: Mapping[str, Any]


def working_folder(out: Path) -> Path:
    """Where a run on its way to `out` keeps its checkpoints."""
    return out.parent / f".{out.name}.unfinished"


def write_run(
    run: Run,
    events: pd.DataFrame,
    summary: Mapping[str, Any],
    out: Path,
    finish: Any = None,
    dataset: xr.Dataset | None = None,
) -> Path:
    """Write the folder of `run` at `out`, replacing an earlier one only when all is written.

    `finish(folder)` may add to the folder before it is moved into place (the report). Raises
    `RunError` when the disk is full or the folder cannot be written; what was at `out` then stays.
    """
    part = out.parent / f".{out.name}.part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _write_zarr(to_dataset(run) if dataset is None else dataset, part / "run.zarr")
        run.plan.save(part / "plan.json")
        _write_json(part / SCENARIO, run.loaded.document.data)
        if run.schedule is not None:
            _write_json(part / "schedule.json", run.schedule.as_data())
        if "samples" in summary:
            (part / CUSTODY).write_text(_custody(summary["samples"]), encoding="utf-8", newline="")
        events.to_parquet(part / "events.parquet", index=False)
        _write_json(part / "summary.json", summary)
        _write_json(part / "certificate.json", run.certificate())
        if finish is not None:
            finish(part)
        _move_into_place(part, out)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise unwritten(error, out) from error
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return out


def _custody(samples: Mapping[str, Any]) -> str:
    """The custody of all samples as a table: a line a spell with somebody somewhere."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*OF_SAMPLE, *OF_SPELL, "was_sealed"))
    for sample in samples["samples"]:
        for held in sample["custody"]:
            sealed = sample["sealed"] <= held["begins"]
            writer.writerow(
                [*(sample[key] for key in OF_SAMPLE), *(held[key] for key in OF_SPELL), sealed]
            )
    return text.getvalue()


def unwritten(error: OSError, out: Path) -> RunError:
    """What the system's refusal to write a run on its way to `out` means to its user."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return RunError(
            "the disk is full",
            where=Where(out),
            remedy="free some space (a five-year run takes about 200 MB) and run again",
        )
    return RunError(
        f"the run cannot be written: {error.strerror or error}",
        where=Where(out),
        remedy="check the folder's permissions, or choose another with --out",
    )


def read_run(folder: Path | str) -> StoredRun:
    """Read a run's folder; raises `RunError` when it is none, or of another format."""
    folder = Path(folder)
    if not (folder / "certificate.json").is_file():
        raise NoRunError(
            "this is not the folder of a finished run",
            where=Where(folder),
            remedy="give the folder that `ilrs run --out` wrote",
        )
    try:
        certificate = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
        if certificate.get("format") != FORMAT:
            raise RunError(
                f"format {certificate.get('format')!r} is not one this version reads",
                where=Where(folder / "certificate.json"),
                remedy="run the scenario again with this version",
            )
        return StoredRun(
            folder=folder,
            dataset=xr.open_zarr(folder / "run.zarr", consolidated=False, decode_times=False),
            plan=Plan.load(folder / "plan.json"),
            events=pd.read_parquet(folder / "events.parquet"),
            summary=json.loads((folder / "summary.json").read_text(encoding="utf-8")),
            certificate=certificate,
        )
    except (OSError, ValueError, KeyError) as error:
        raise RunError(
            f"the run cannot be read: {error}", where=Where(folder), remedy="run it again"
        ) from error


def _write_zarr(dataset: xr.Dataset, path: Path) -> None:
    """Chunks of a block of time with all columns, compressed; the same bytes for the same run."""
    codec = BloscCodec(cname="zstd", clevel=1, shuffle="shuffle")
    encoding: dict[str, Any] = {}
    for name, variable in dataset.variables.items():
        if variable.dtype.kind in "fib" and variable.dims:
            chunks = tuple(
                min(16384, size) if dim == "time" else max(size, 1)
                for dim, size in zip(variable.dims, variable.shape, strict=True)
            )
            encoding[str(name)] = {"chunks": chunks, "compressors": (codec,)}
    plain = dataset.assign_coords(
        {
            name: (c.dims, np.asarray(c.values, dtype=object), c.attrs)
            for name, c in dataset.coords.items()
            if c.dtype.kind in "OU" and name != "time"
        }
    )
    plain.to_zarr(path, mode="w", consolidated=False, encoding=encoding, zarr_format=3)


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _move_into_place(part: Path, out: Path) -> None:
    old = out.parent / f".{out.name}.old"
    shutil.rmtree(old, ignore_errors=True)
    try:
        if out.exists():
            out.replace(old)
        part.replace(out)
    except BaseException:
        if old.exists() and not out.exists():
            old.replace(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(working_folder(out), ignore_errors=True)
