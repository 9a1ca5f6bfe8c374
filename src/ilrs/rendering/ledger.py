"""The ledger of electricity over a stretch of a run: every joule from a source to where it went."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ilrs.flows.carriers import CARRIERS
from ilrs.rendering.series import ELECTRICITY, RunSeries


@dataclass(frozen=True)
class Entry:
    """Energy [J] of a source or of a facility's loads at a bus."""

    name: str
    kind: str
    bus: str
    energy: float


@dataclass(frozen=True)
class Held:
    """What stores of a kind took, gave and hold more at the end than at the beginning [J]."""

    kind: str
    took: float = 0.0
    gave: float = 0.0
    kept: float = 0.0

    @property
    def lost(self) -> float:
        """What became heat [J]."""
        return self.took - self.gave - self.kept


@dataclass(frozen=True)
class Ledger:
    """Energy [J] over steps `first` to `last`; sources = loads + dumped + cables + took - gave."""

    first: int
    last: int
    sources: tuple[Entry, ...]
    loads: tuple[Entry, ...]
    stores: tuple[Held, ...]
    cables: float
    dumped: float

    @property
    def came(self) -> float:
        """Of all sources [J]."""
        return sum(e.energy for e in self.sources)

    @property
    def delivered(self) -> float:
        """Of all loads, with what cables lost on the way [J]."""
        return sum(e.energy for e in self.loads) + self.cables

    @property
    def direct(self) -> float:
        """From sources to loads and cables without a store between [J]."""
        return self.came - self.dumped - sum(s.took for s in self.stores)


@dataclass
class _Books:
    """Sums on their way into a ledger."""

    sources: list[Entry] = field(default_factory=list)
    loads: dict[tuple[str, str], float] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)
    gave: dict[str, float] = field(default_factory=dict)
    cables: float = 0.0
    dumped: float = 0.0


def ledger(series: RunSeries, first: int, last: int) -> Ledger:
    """The ledger of electricity over steps `first` to `last` (excluded).

    Nodes of electricity balance in every step, so that the sums do. What the converters of a fuel
    cell take beyond what they give is heat, and energy in the tanks they fill; converters that
    never give electricity back are loads of their facility.
    """
    nodes = series.names("node")
    electric = np.array([n.endswith(ELECTRICITY) for n in nodes], dtype=np.bool_)
    gain = series.incidence[electric]
    energy = series.rate[first:last].sum(axis=0) * series.step
    buses = [n.removesuffix(ELECTRICITY) for n in nodes if n.endswith(ELECTRICITY)]
    kinds, dumps = series.names("flow_kind"), series.array("dump").astype(bool)
    dump = {n for n, d in zip(series.names("sink"), dumps, strict=True) if d}
    said = {s.name: s.kind for s in series.supplies}
    cells = _cells(series)
    books = _Books()
    for name, f in series.flow_index.items():
        if gain[:, f].any():
            bus = buses[int(np.argmax(np.abs(gain[:, f])))]
            brought = float(gain[:, f].sum() * energy[f])
            kind = "load" if kinds[f] == "converter" and name not in cells else kinds[f]
            _enter(books, name, kind, bus, brought, said.get(name, "source"), name in dump)
    kept = _kept(series, first, last)
    stores = tuple(
        Held(k, books.took.get(k, 0.0), books.gave.get(k, 0.0), kept.get(k, 0.0))
        for k in ("battery", "cell")
        if books.took.get(k, 0.0) > 0.0 or books.gave.get(k, 0.0) > 0.0
    )
    loads = tuple(Entry(f, "p1", b, e) for (b, f), e in _on_buses(books.loads).items() if e > 0.0)
    sources = tuple(e for e in books.sources if e.energy > 0.0)
    return Ledger(first, last, sources, loads, stores, books.cables, books.dumped)


def _on_buses(loads: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Loads by bus and facility, those behind a machine of its own with the facility's largest."""
    held = {key: e for key, e in loads.items() if not key[0].startswith(key[1] + "/")}
    for (bus, facility), energy in loads.items():
        if (bus, facility) not in held:
            buses = [key for key in held if key[1] == facility]
            key = max(buses, key=lambda k: loads.get(k, 0.0), default=(bus, facility))
            held[key] = held.get(key, 0.0) + energy
    return held


def _enter(
    books: _Books, name: str, kind: str, bus: str, brought: float, said: str, dump: bool
) -> None:
    """A flow's energy [J], positive into the buses, in its place."""
    if kind == "source":
        books.sources.append(Entry(name, said, bus, brought))
    elif kind == "link":
        books.cables -= brought
    elif kind in ("sink", "load"):
        facility = name.split("/", 1)[0]
        if dump:
            books.dumped -= brought
        else:
            books.loads[bus, facility] = books.loads.get((bus, facility), 0.0) - brought
    else:
        store = "battery" if kind in {"charge", "discharge"} else "cell"
        side = books.gave if brought > 0.0 else books.took
        side[store] = side.get(store, 0.0) + abs(brought)


def _kept(series: RunSeries, first: int, last: int) -> dict[str, float]:
    """What stores hold more at the end than at the beginning [J]: batteries, and tanks by the
    energy of their carrier."""
    kept: dict[str, float] = {}
    if last <= first:
        return kept
    arrival = series.array("store_arrival").astype(int)
    initial = series.array("initial")
    taps = _tanks(series)
    for i, node in enumerate(series.names("store_node")):
        carrier = node.rsplit("/", 1)[-1]
        kind = "battery" if node.endswith(ELECTRICITY) else "cell" if node in taps else ""
        if kind and arrival[i] < last:
            before = series.content[first - 1, i] if arrival[i] < first else initial[i]
            more = float(series.content[last - 1, i] - before) * CARRIERS[carrier].energy
            kept[kind] = kept.get(kind, 0.0) + more
    return kept


def _cells(series: RunSeries) -> set[str]:
    """Converters of the components that give electricity back: those of fuel cells."""
    brings = _electricity_of(series)
    converters = [
        (name, f)
        for name, f in series.flow_index.items()
        if series.names("flow_kind")[f] == "converter"
    ]
    giving = {name.rpartition(".")[0] for name, f in converters if brings[f] > 0.0}
    return {name for name, _ in converters if name.rpartition(".")[0] in giving}


def _electricity_of(series: RunSeries) -> NDArray[np.float64]:
    """Electricity that a unit of each flow brings to all buses together (flows,)."""
    electric = np.array([n.endswith(ELECTRICITY) for n in series.names("node")], dtype=np.bool_)
    return np.asarray(series.incidence[electric].sum(axis=0), dtype=np.float64)


def _tanks(series: RunSeries) -> set[str]:
    """Nodes that fuel cells fill or empty."""
    nodes = series.names("node")
    of = [series.flow_index[name] for name in _cells(series)]
    touched = (series.incidence[:, of] != 0.0).any(axis=1)
    return {n for n, t in zip(nodes, touched, strict=True) if t}
