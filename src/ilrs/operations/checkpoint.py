"""Checkpoints: what an interrupted run left behind, so that it can go on to the identical end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from ilrs.errors import RunError, Where
from ilrs.planning.plan import Plan
from ilrs.planning.schedule.record import Settled, read_settled
from ilrs.simulation.laws import Record, State


class Checkpoint:
    """A folder with the key of a run, its plan, its finished blocks and the state after them.

    A folder with another key is not this run's: it is emptied.
    """

    def __init__(self, folder: Path, key: dict[str, Any]) -> None:
        """Take up `folder` when its key equals `key`, else begin anew."""
        self.folder = folder
        try:
            known = json.loads((folder / "key.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = None
        if known != key:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / "key.json").write_text(json.dumps(key), encoding="utf-8")

    def plan(self) -> Plan | None:
        """The plan kept, to the last bit."""
        path = self.folder / "plan.npz"
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            return Plan(
                first=file["first"],
                flow=file["flow"],
                level=file["level"],
                temperature=file["temperature"],
                flow_names=tuple(about["flows"]),
                store_names=tuple(about["stores"]),
                unserved=about["unserved"],
                passive_error=about["passive_error"],
                windows=about["windows"],
                solver=about["solver"],
            )

    def keep_plan(self, plan: Plan) -> None:
        """Keep the plan."""
        about = {
            "flows": plan.flow_names,
            "stores": plan.store_names,
            "unserved": plan.unserved,
            "passive_error": plan.passive_error,
            "windows": plan.windows,
            "solver": plan.solver,
        }
        self._write(
            "plan.npz",
            first=plan.first,
            flow=plan.flow,
            level=plan.level,
            temperature=plan.temperature,
            about=np.array(json.dumps(about)),
        )

    def schedule(self) -> Settled | None:
        """The schedule kept."""
        path = self.folder / "schedule.json"
        return read_settled(path) if path.exists() else None

    def keep_schedule(self, schedule: Settled) -> None:
        """Keep the schedule."""
        part = self.folder / ".schedule.json"
        part.write_text(json.dumps(schedule.as_data()), encoding="utf-8")
        part.replace(self.folder / "schedule.json")

    def keep(self, state: State, part: Record, first: int, last: int) -> None:
        """Keep a finished block, then the state after it: the state is what makes it count."""
        self._write(f"block-{first:09d}.npz", **part._asdict())
        self._write("state.npz", next=np.array(last), **state._asdict())

    def resume(self, state: State, record: Record) -> int:
        """Fill `state` and `record` with what was kept; returns the step to go on from."""
        path = self.folder / "state.npz"
        if not path.exists():
            return 0
        try:
            with np.load(path, allow_pickle=False) as file:
                last = int(file["next"])
                for name, array in state._asdict().items():
                    array[...] = file[name]
            for block in sorted(self.folder.glob("block-*.npz")):
                first = int(block.stem.split("-")[1])
                if first < last:
                    self._fill(block, first, record)
        except (OSError, ValueError, KeyError) as error:
            raise RunError(
                f"the checkpoint cannot be read: {error}",
                where=Where(self.folder),
                remedy="delete this folder and run again",
            ) from error
        return last

    @staticmethod
    def _fill(block: Path, first: int, record: Record) -> None:
        with np.load(block, allow_pickle=False) as file:
            for name, array in record._asdict().items():
                part = file[name]
                array[first : first + len(part)] = part

    def _write(self, name: str, **arrays: Any) -> None:
        part = self.folder / f".{name}"
        with part.open("wb") as file:
            np.savez(file, **arrays)
        part.replace(self.folder / name)
