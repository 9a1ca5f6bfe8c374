"""What an energy balance turns on: what a tenth more, or less, of every value would save."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ilrs.planning.sizing.dark import worst_deficit
from ilrs.scenario.document import Document, lookup

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOUR = 3600.0
TENTH = 0.1
BY_SOURCE = {
    "solar_array": "area",
    "fission_reactor": "power",
    "radioisotope_generator": "power",
}
"""What the output of a kind of source is proportional to."""
BY_STORE = {"battery": "capacity", "regenerative_fuel_cell": "hydrogen", "rover": "battery"}
BY_LOAD = {"keep_alive": "keep_alive", "service": "power"}
"""The value behind a sink, by the end of its name."""


@dataclass(frozen=True)
class Balance:
    """Supply by source, need by sink (steps, ·) [W] and what full stores give (steps, stores) [J].

    Names are those of the run's sources, sinks and stores; `mean` [W] is the load that hours are
    hours of.
    """

    step: float
    sources: tuple[str, ...]
    supply: Floats
    sinks: tuple[str, ...]
    need: Floats
    stores: tuple[str, ...]
    stored: Floats
    mean: float

    def needed(self, supply: Floats, need: Floats) -> float:
        """The deepest run-down of a full store [h of mean load]."""
        return worst_deficit(1.0 - (need - supply) / self.mean, self.step / HOUR).size


def balance_of(data: xr.Dataset, owed: Ints) -> Balance:
    """The balance of a run under the sinks `owed`."""
    step = float(data.attrs["step_s"])
    electric = data["carrier"].values[data["flow_kind"].values == "source"] == "electricity"
    need = data["wanted"].values[:, owed].astype(np.float64)
    load = need.sum(axis=1)
    here = load > 0.0
    return Balance(
        step=step,
        sources=tuple(map(str, data["source"].values[electric])),
        supply=data["available"].values[:, electric].astype(np.float64),
        sinks=tuple(map(str, data["sink"].values[owed])),
        need=need,
        stores=tuple(map(str, data["store"].values)),
        stored=_drawable(data),
        mean=float(load[here].mean()) if here.any() else 0.0,
    )


def _drawable(data: xr.Dataset) -> Floats:
    """What every store could give when full, in every step [J]."""
    step = np.arange(data.sizes["time"])[:, None]
    capacity = data["capacity"].values * (1.0 - data["fade"].values)
    usable = capacity * (1.0 - data["floor"].values) * (step >= data["store_arrival"].values)
    return np.asarray(usable * data["reserve_weight"].values)


def levers(
    balance: Balance, at: int, document: Document, assumed: Collection[str]
) -> list[dict[str, Any]]:
    """What a tenth of every value saves of the shortfall [h of mean load], the most first.

    More of sources and stores, less of loads; stores count as they are fitted in step `at`. Values
    in `assumed`, by path, are marked so. Holds for a balance on one bus: a tenth of a load's
    `power` is counted on its part above keep-alive alone.
    """
    if not balance.mean:
        return []
    supply, need = balance.supply.sum(axis=1), balance.need.sum(axis=1)
    before = balance.needed(supply, need)
    saves: dict[str, float] = {}
    for path, columns in _columns("source", balance.sources, document):
        more = TENTH * balance.supply[:, columns].sum(axis=1)
        saves[path] = before - balance.needed(supply + more, need)
    for path, columns in _columns("store", balance.stores, document):
        saves[path] = TENTH * float(balance.stored[at, columns].sum()) / HOUR / balance.mean
    loads = dict(_columns("load", balance.sinks, document))
    for path, columns in loads.items():
        less = TENTH * balance.need[:, columns].sum(axis=1)
        saves[path] = before - balance.needed(supply, need - less)
    return [
        {
            "path": path,
            "value": lookup(document.data, tuple(path.split(".")))[1],
            "assumed": path in assumed,
            "change": -TENTH if path in loads else TENTH,
            "saves_h": saves[path],
        }
        for path in sorted(saves, key=lambda p: (-saves[p], p))
        if saves[path] > 0.0
    ]


def _columns(kind: str, names: Sequence[str], document: Document) -> list[tuple[str, list[int]]]:
    """Paths of values, with the columns of what is proportional to them."""
    found: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        path = _path(kind, name, document)
        if path:
            found.setdefault(path, []).append(column)
    return list(found.items())


def _path(kind: str, name: str, document: Document) -> str | None:
    """The path of the value that a source, store or load is proportional to."""
    facility, _, part = name.partition("/")
    part, _, end = part.partition(".")
    path = f"facilities.{facility}.components.{part}"
    _, component = lookup(document.data, tuple(path.split(".")))
    if not isinstance(component, Mapping):
        return None
    of = component.get("kind")
    if kind == "load":
        key = "power" if of == "command_center" else BY_LOAD.get(end)
    else:
        key = {"source": BY_SOURCE, "store": BY_STORE}[kind].get(str(of))
    return f"{path}.{key}" if key and key in component else None
