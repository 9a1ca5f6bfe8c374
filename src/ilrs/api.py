"""The Python door: `ilrs.load("ilrs").run(seed=1)` goes from text to a judged run.

import ilrs

result = ilrs.load("ilrs").run(seed=1)
result.summary["metrics"]["served.keep_alive"]["value"]
result.dataset["content"].sel(store="command-centre/battery").plot()
result.save("runs/ilrs")
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ilrs.environment.compute import compute_environment
from ilrs.errors import UserError, Where
from ilrs.network.assemble import clock_of
from ilrs.operations.folder import StoredRun, read_run, unwritten, working_folder, write_run
from ilrs.operations.run import Progress, Run, silent
from ilrs.operations.run import run as live
from ilrs.scenario.document import Document, Mark
from ilrs.scenario.load import Loaded, load_scenario
from ilrs.scenario.schema import Scenario
from ilrs.units import step_text

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from ilrs.environment.environment import Environment
    from ilrs.operations.conditions import Windows

REPORT = "report.html"


def load(
    source: Path | str = "ilrs",
    overlays: Sequence[Path | str] = (),
    *,
    begins: str | None = None,
    ends: str | None = None,
    step: str | float | None = None,
) -> Station:
    """The station of a packaged name such as `ilrs`, a path, or YAML text, checked.

    `overlays` are laid over it in their order; `begins`, `ends` (UTC, the end excluded) and `step`
    (such as "10 min", or seconds) over its period. Raises `ScenarioError` with every mistake.
    """
    changes = {"begins": begins, "ends": ends, "step": None if step is None else step_text(step)}
    laid = [_change(key, text) for key, text in changes.items() if text is not None]
    return Station(load_scenario(source, [*overlays, *laid]))


@dataclass(frozen=True)
class Station:
    """A checked scenario, ready to be run or asked."""

    loaded: Loaded

    @property
    def scenario(self) -> Scenario:
        """The scenario, typed, in SI units."""
        return self.loaded.scenario

    def environment(self) -> Environment:
        """Light, views and temperatures at every place over the period."""
        return compute_environment(self.scenario, clock_of(self.scenario))

    def when(self, place: str, condition: str, *, height: float = 2.0) -> Windows:
        """When a condition such as `sun.area_fraction > 0.5 and relay.visible` holds at `place`.

        The Sun is seen from `height` [m] above ground.
        """
        from ilrs.operations.conditions import when

        return when(self.scenario, place, condition, clock_of(self.scenario), height=height)

    def run(
        self,
        seed: int = 1,
        *,
        out: Path | str | None = None,
        progress: Progress = silent,
        n_minus_one: bool = False,
    ) -> Result:
        """Plan and live the station, and judge it; the same seed gives the same bytes.

        With a folder `out` the run keeps checkpoints beside it, takes up an interrupted run of the
        same scenario and seed, and is saved there when it is done. With `n_minus_one` the station
        is lived once more without one unit of everything that can fail, as `single_losses`.
        """
        from ilrs.assessment.assess import assess
        from ilrs.operations.dataset import to_dataset

        folder = None if out is None else require_place(Path(out))
        keep = None if folder is None else working_folder(folder)
        try:
            done = live(self.loaded, seed, progress=progress, keep=keep)
        except OSError as error:
            if folder is None:
                raise
            raise unwritten(error, folder) from error
        progress("assessment", 0, 1)
        dataset = to_dataset(done)
        summary, events = assess(done, dataset)
        progress("assessment", 1, 1)
        if n_minus_one:
            from ilrs.operations.single_losses import network_losses

            rows = network_losses(
                done.network,
                self.scenario.rules.reserve,
                progress=lambda count, of: progress("single losses", count, of),
            )
            summary["single_losses"] = [
                row | {"margin_k": row["margin_k"] if math.isfinite(row["margin_k"]) else None}
                for row in rows
            ]
        result = Result(done, dataset, summary, events)
        return result if folder is None else result.save(folder, progress=progress)


@dataclass(frozen=True)
class Result:
    """A run with its history, judgement and events; `folder` is where it was saved."""

    run: Run
    dataset: xr.Dataset
    summary: dict[str, Any]
    events: pd.DataFrame
    folder: Path | None = None

    def save(self, folder: Path | str, *, progress: Progress = silent) -> Result:
        """Save the run and its report, replacing an earlier run there only when all is written."""
        out = require_place(Path(folder))
        progress("report", 0, 1)
        write_run(
            self.run,
            self.events,
            self.summary,
            out,
            finish=lambda part: write_report(read_run(part), part / REPORT),
            dataset=self.dataset,
        )
        progress("report", 1, 1)
        return replace(self, folder=out)


def write_report(stored: StoredRun, path: Path) -> Path:
    """Write the report of a stored run, in the place of an earlier one only when it is whole."""
    from ilrs.rendering.report import write_report as render

    render(stored, path)
    return path


def require_place(out: Path) -> Path:
    """`out`, refused when it is anything but free, empty, or an earlier run to be replaced."""
    if out.name in {"", ".."}:
        raise UserError("this is no name for a run's folder", where=Where(out), remedy="name one")
    if out.is_dir() and any(out.iterdir()) and not (out / "certificate.json").is_file():
        raise UserError(
            "this folder holds something that is not a run, and would be replaced",
            where=Where(out),
            remedy="name a folder that does not exist yet",
        )
    if out.exists() and not out.is_dir():
        raise UserError(
            "is a file, and a run is a folder", where=Where(out), remedy="name a folder"
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritten(error, out.parent) from error
    return out


def _change(key: str, text: str) -> Document:
    """An overlay of one word of the period; its mistakes name the option it came from."""
    option = {"begins": "--from", "ends": "--to", "step": "--step"}[key]
    return Document({"period": {key: text}}, {("period", key): Mark(option, None)}, file=option)
