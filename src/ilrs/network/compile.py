"""Primitives to arrays: the compiler of the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from scipy import sparse

from ilrs.components.setting import SURROUNDINGS_HEAT
from ilrs.errors import ScenarioError
from ilrs.flows.carriers import carrier_of
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import (
    Controller,
    Converter,
    Derating,
    FailureMode,
    Link,
    Primitive,
    Profile,
    Radiator,
    Ramp,
    SharedCapacity,
    Sink,
    Source,
    Store,
    ThermalMass,
    Thermostat,
    Warmth,
)
from ilrs.flows.primitives import Hibernation as SleepRule
from ilrs.network.checks import check
from ilrs.network.demands import compile_demands, order_of_service
from ilrs.network.network import Flows, Groups, Masses, Network, Ramps, Sinks, Sleepers, Stores
from ilrs.network.recipes import Supply

T = TypeVar("T")
LOST = "lost"


@dataclass(frozen=True)
class Arrival:
    """Primitives that arrive together at step `step`."""

    step: int
    primitives: tuple[Primitive, ...]


class _Profiles:
    """Rows of distinct series; equal arrays share a row, constants take none."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.rows: list[np.ndarray] = []
        self.known: dict[bytes, int] = {}

    def scaled(self, value: Profile) -> tuple[float, int]:
        """(factor, row): the series as a constant times a row, row -1 for constants."""
        if np.ndim(value) == 0:
            return float(value), -1
        series = np.asarray(value, dtype=np.float64)
        if series.shape != (self.count,):
            raise ValueError(f"a profile of shape {series.shape} where ({self.count},) is needed")
        peak = float(series.max(initial=0.0))
        if peak == 0.0:
            return 0.0, -1
        if np.all(series == peak):
            return peak, -1
        return peak, self._row(series / peak)

    def row(self, value: Profile) -> int:
        """The row of a series, constants spread out."""
        return self._row(np.broadcast_to(np.asarray(value, dtype=np.float64), (self.count,)))

    def _row(self, series: np.ndarray) -> int:
        key = np.ascontiguousarray(series).tobytes()
        key = hash(key).to_bytes(8, "little", signed=True)
        if key not in self.known or not np.array_equal(self.rows[self.known[key]], series):
            self.known[key] = len(self.rows)
            self.rows.append(np.array(series))
        return self.known[key]

    def array(self) -> np.ndarray:
        return np.array(self.rows) if self.rows else np.zeros((0, self.count))


def compile_network(clock: Clock, arrivals: Sequence[Arrival]) -> Network:
    """The network of all primitives; raises `ScenarioError` when they do not fit together."""
    everything = [p for arrival in arrivals for p in arrival.primitives]
    step_of = {id(p): arrival.step for arrival in arrivals for p in arrival.primitives}
    everything += _losses(everything)
    check(everything)
    sources, sinks = _of(everything, Source), _of(everything, Sink)
    stores, converters = _of(everything, Store), _of(everything, Converter)
    links, groups = _of(everything, Link), _of(everything, SharedCapacity)
    masses = _of(everything, ThermalMass)
    profiles = _Profiles(clock.count)

    columns = _columns(sources, sinks, stores, converters, links)
    _refuse_twins(columns)
    flow_index = {c.name: i for i, c in enumerate(columns)}
    nodes = sorted(
        {node for c in columns for node in c.ratios}
        | {m.node for m in masses}
        | {SURROUNDINGS_HEAT}
    )
    node_index = {node: i for i, node in enumerate(nodes)}
    mass_index = {m.node: i for i, m in enumerate(masses)}
    group_index = {g.name: i for i, g in enumerate(groups)}
    sink_first = len(sources)

    supply = Supply.of(sources, sinks, stores, converters, links)
    return Network(
        clock=clock,
        nodes=tuple(nodes),
        incidence=_incidence(columns, node_index),
        flows=_flows(
            columns, profiles, group_index, _firsts(sources, sinks, stores, converters, links)
        ),
        sinks=_sinks(sinks, _of(everything, SleepRule)),
        stores=_stores(stores, node_index, mass_index, group_index, step_of),
        masses=_masses(
            everything, masses, node_index, mass_index, flow_index, sink_first, profiles, step_of
        ),
        ramps=_ramps(_of(everything, Ramp), flow_index),
        groups=_groups(groups, profiles, flow_index, sink_first),
        sleepers=_sleepers(_of(everything, SleepRule)),
        demands=compile_demands(
            order_of_service(supply, sinks, stores),
            flow_index,
            node_index,
            _uses(columns, stores, group_index),
            len(columns) + 2 * len(stores) + len(groups),
        ),
        failures=tuple(_spread(mode, columns) for mode in _of(everything, FailureMode)),
        controllers=tuple(_of(everything, Controller)),
        profiles=profiles.array(),
    )


def _of(primitives: Iterable[Any], kind: type[T]) -> list[T]:
    return [p for p in primitives if isinstance(p, kind)]


def _losses(primitives: Sequence[Any]) -> list[Sink]:
    """Where products (data) that find no room end: one measured sink a node."""
    nodes = {
        node
        for p in primitives
        if isinstance(p, Source | Sink)
        for node in p.products
        if not node.endswith("/heat")
    }
    return [
        Sink(f"{node}.{LOST}", node, np.inf, priority=9, flexible=True, dump=True)
        for node in sorted(nodes)
    ]


@dataclass(frozen=True)
class _Column:
    name: str
    carrier: str
    cap: Profile
    ratios: Mapping[str, float]
    minimum: float = 0.0
    cost: float = 0.0
    group: str | None = None
    uses: tuple[tuple[str, str, float], ...] = ()


def _columns(
    sources: Sequence[Source],
    sinks: Sequence[Sink],
    stores: Sequence[Store],
    converters: Sequence[Converter],
    links: Sequence[Link],
) -> list[_Column]:
    """Every flow with what one unit of it does at the nodes."""
    columns = [
        _Column(s.name, s.node, s.maximum, {s.node: 1.0, **s.products}, s.minimum, s.cost)
        for s in sources
    ]
    columns += [
        _Column(s.name, s.node, s.demand, {s.node: -1.0, **s.products}, cost=s.cost) for s in sinks
    ]
    for s in stores:
        lost = 1.0 - s.charge_efficiency
        columns.append(
            _Column(
                f"{s.name}.charge",
                s.node,
                s.charge_maximum,
                {s.node: -1.0, **_as_heat(s.node, s.heat_node, lost)},
                uses=(("room", s.name, s.charge_efficiency),),
                group=s.capacity_group,
            )
        )
    for s in stores:
        lost = 1.0 / s.discharge_efficiency - 1.0
        columns.append(
            _Column(
                f"{s.name}.discharge",
                s.node,
                s.discharge_maximum,
                {s.node: 1.0, **_as_heat(s.node, s.heat_node, lost)},
                uses=(("content", s.name, 1.0 / s.discharge_efficiency),),
                cost=s.cost,
            )
        )
    for c in converters:
        columns.append(
            _Column(c.name, next(iter(c.ratios)), c.maximum, dict(c.ratios), cost=c.cost)
        )
    for link in links:
        lost = 1.0 - link.efficiency
        columns.append(
            _Column(
                link.name,
                link.origin,
                link.maximum,
                {
                    link.origin: -1.0,
                    link.target: link.efficiency,
                    **_as_heat(link.origin, link.heat_node, lost),
                },
                group=link.group,
                cost=link.cost,
            )
        )
    return columns


def _as_heat(node: str, heat_node: str | None, lost: float) -> dict[str, float]:
    if lost <= 0.0 or carrier_of(node).unit != "J":
        return {}
    return {heat_node or SURROUNDINGS_HEAT: lost}


def _refuse_twins(columns: Sequence[_Column]) -> None:
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            raise ScenarioError(
                f"two flows are called {column.name!r}", remedy="rename a component"
            )
        seen.add(column.name)


def _incidence(columns: Sequence[_Column], node_index: Mapping[str, int]) -> sparse.csr_array:
    entries = [
        (node_index[node], j, value)
        for j, column in enumerate(columns)
        for node, value in column.ratios.items()
    ]
    matrix = sparse.lil_array((len(node_index), len(columns)))
    for row, column, value in entries:
        matrix[row, column] = value
    return sparse.csr_array(matrix)


def _firsts(*kinds: Sequence[Any]) -> dict[str, int]:
    sources, sinks, stores, converters, links = (len(k) for k in kinds)
    counts = [sources, sinks, stores, stores, converters, links]
    names = ["source", "sink", "charge", "discharge", "converter", "link", "end"]
    return dict(zip(names, np.concatenate([[0], np.cumsum(counts)]).tolist(), strict=True))


def _flows(
    columns: Sequence[_Column],
    profiles: _Profiles,
    groups: Mapping[str, int],
    first: dict[str, int],
) -> Flows:
    caps = [profiles.scaled(c.cap) for c in columns]
    carriers = [carrier_of(c.carrier) for c in columns]
    return Flows(
        names=tuple(c.name for c in columns),
        units=tuple(c.rate_unit for c in carriers),
        carriers=tuple(c.name for c in carriers),
        cap=np.array([cap for cap, _ in caps]),
        profile=np.array([row for _, row in caps], dtype=np.int64),
        minimum=np.array([c.minimum for c in columns]),
        cost=np.array([c.cost for c in columns]),
        group=np.array([groups[c.group] if c.group else -1 for c in columns], dtype=np.int64),
        first=first,
    )


def _uses(
    columns: Sequence[_Column], stores: Sequence[Store], groups: Mapping[str, int]
) -> dict[str, list[tuple[int, float]]]:
    """Resources a unit of each flow takes besides its own cap: contents, rooms, then groups."""
    content = {s.name: len(columns) + i for i, s in enumerate(stores)}
    room = {s.name: len(columns) + len(stores) + i for i, s in enumerate(stores)}
    group_first = len(columns) + 2 * len(stores)
    uses: dict[str, list[tuple[int, float]]] = {}
    for column in columns:
        own = [
            ((content if kind == "content" else room)[name], share)
            for kind, name, share in column.uses
        ]
        if column.group is not None:
            own.append((group_first + groups[column.group], 1.0))
        uses[column.name] = own
    return uses


def _sinks(sinks: Sequence[Sink], rules: Sequence[SleepRule]) -> Sinks:
    sleepers = {r.group: i for i, r in enumerate(rules)}
    return Sinks(
        priority=np.array([s.priority for s in sinks], dtype=np.int64),
        flexible=np.array([s.flexible for s in sinks], dtype=np.bool_),
        dump=np.array([s.dump for s in sinks], dtype=np.bool_),
        sleep_factor=np.array([s.sleep_factor for s in sinks], dtype=np.float64),
        hibernation=np.array([sleepers.get(s.group or "", -1) for s in sinks], dtype=np.int64),
    )


def _sleepers(rules: Sequence[SleepRule]) -> Sleepers:
    return Sleepers(
        names=tuple(r.group for r in rules),
        below=np.array([r.below for r in rules], dtype=np.float64),
        above=np.array([r.above for r in rules], dtype=np.float64),
        wake_time=np.array([r.wake_time for r in rules], dtype=np.float64),
    )


def _stores(
    stores: Sequence[Store],
    nodes: Mapping[str, int],
    masses: Mapping[str, int],
    groups: Mapping[str, int],
    step_of: Mapping[int, int],
) -> Stores:
    def numbers(attribute: str) -> np.ndarray:
        return np.array([getattr(s, attribute) for s in stores], dtype=np.float64)

    return Stores(
        names=tuple(s.name for s in stores),
        units=tuple(carrier_of(s.node).unit for s in stores),
        node=np.array([nodes[s.node] for s in stores], dtype=np.int64),
        capacity=numbers("capacity"),
        initial=numbers("initial"),
        floor=numbers("floor"),
        charge_efficiency=numbers("charge_efficiency"),
        discharge_efficiency=numbers("discharge_efficiency"),
        loss_rate=numbers("loss_rate"),
        fade_rate=numbers("fade_rate"),
        fade_per_unit=numbers("fade_per_unit"),
        fade_doubling=numbers("fade_doubling"),
        cold=numbers("cold"),
        cold_share=numbers("cold_share"),
        warm=numbers("warm"),
        heat_mass=np.array([_heated(s, masses) for s in stores], dtype=np.int64),
        reserve_weight=numbers("reserve_weight"),
        holding_cost=numbers("holding_cost"),
        group=np.array(
            [groups[s.capacity_group] if s.capacity_group else -1 for s in stores], dtype=np.int64
        ),
        arrival=np.array([step_of.get(id(s), 0) for s in stores], dtype=np.int64),
    )


def _ramps(ramps: Sequence[Ramp], flows: Mapping[str, int]) -> Ramps:
    return Ramps(
        flow=np.array([flows[r.flow] for r in ramps], dtype=np.int64),
        up=np.array([r.up for r in ramps], dtype=np.float64),
    )


def _spread(mode: FailureMode, columns: Sequence[_Column]) -> FailureMode:
    """A failure of a node as one of all flows there."""
    if mode.node is None:
        return mode
    there = tuple(c.name for c in columns if mode.node in c.ratios)
    return replace(mode, flows=tuple(dict.fromkeys((*mode.flows, *there))))


def _heated(store: Store, masses: Mapping[str, int]) -> int:
    """The warm mass that what the store loses heats; matter that is lost heats nothing."""
    return masses.get(store.heat_node or "", -1) if carrier_of(store.node).unit == "J" else -1


def _groups(
    groups: Sequence[SharedCapacity],
    profiles: _Profiles,
    flow_index: Mapping[str, int],
    sink_first: int,
) -> Groups:
    caps = [profiles.scaled(g.maximum) for g in groups]
    power = [flow_index[g.powered_by] - sink_first if g.powered_by else -1 for g in groups]
    return Groups(
        names=tuple(g.name for g in groups),
        cap=np.array([cap for cap, _ in caps], dtype=np.float64),
        profile=np.array([row for _, row in caps], dtype=np.int64),
        content=np.array([g.kind == "content" for g in groups], dtype=np.bool_),
        power_sink=np.array(power, dtype=np.int64),
        power=np.array([g.power for g in groups], dtype=np.float64),
    )


def _masses(
    everything: Sequence[Any],
    masses: Sequence[ThermalMass],
    nodes: Mapping[str, int],
    mass_index: Mapping[str, int],
    flow_index: Mapping[str, int],
    sink_first: int,
    profiles: _Profiles,
    step_of: Mapping[int, int],
) -> Masses:
    def numbers(items: Sequence[Any], attribute: str) -> np.ndarray:
        return np.array([getattr(i, attribute) for i in items], dtype=np.float64)

    def rows(items: Sequence[Any], attribute: str) -> np.ndarray:
        return np.array([profiles.row(getattr(i, attribute)) for i in items], dtype=np.int64)

    def of(items: Sequence[Any]) -> np.ndarray:
        return np.array([mass_index[i.mass_node] for i in items], dtype=np.int64)

    radiators = [r for r in _of(everything, Radiator) if r.mass_node in mass_index]
    given = {m.node: m.absorbed for m in masses}
    for warmth in _of(everything, Warmth):
        if warmth.mass_node in given:
            given[warmth.mass_node] = given[warmth.mass_node] + warmth.heat
    thermostats = [t for t in _of(everything, Thermostat) if t.mass_node in mass_index]
    deratings = [d for d in _of(everything, Derating) if d.mass_node in mass_index]
    return Masses(
        names=tuple(m.name for m in masses),
        node=np.array([nodes[m.node] for m in masses], dtype=np.int64),
        capacity=numbers(masses, "capacity"),
        initial=numbers(masses, "initial"),
        minimum=numbers(masses, "minimum"),
        maximum=numbers(masses, "maximum"),
        conductance=numbers(masses, "conductance"),
        leak=numbers(masses, "leak"),
        absorbed=np.array([profiles.row(given[m.node]) for m in masses], dtype=np.int64),
        ground=rows(masses, "ground"),
        surroundings=rows(masses, "surroundings"),
        arrival=np.array([step_of.get(id(m), 0) for m in masses], dtype=np.int64),
        radiator_names=tuple(r.name for r in radiators),
        radiator_mass=of(radiators),
        radiator_shut=numbers(radiators, "shut"),
        radiator_open=numbers(radiators, "open"),
        radiator_cold=numbers(radiators, "cold"),
        radiator_hot=numbers(radiators, "hot"),
        radiator_sky=numbers(radiators, "sky"),
        thermostat_sink=np.array(
            [flow_index[t.sink] - sink_first for t in thermostats], dtype=np.int64
        ),
        thermostat_mass=of(thermostats),
        thermostat_setpoint=numbers(thermostats, "setpoint"),
        thermostat_sleep=numbers(thermostats, "sleep_setpoint"),
        derating_flow=np.array([flow_index[d.flow] for d in deratings], dtype=np.int64),
        derating_mass=of(deratings),
        derating_none=numbers(deratings, "none"),
        derating_full=numbers(deratings, "full"),
    )
