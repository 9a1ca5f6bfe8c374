"""The network's laws as tables that the compiled kernel reads, one row a piece of equipment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ilrs.network.network import Network

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Table = NDArray[np.void]


def _kind(
    *, numbers: str = "", indices: str = "", counts: str = "", flags: str = ""
) -> np.dtype[np.void]:
    """Rows of a table; `indices` are never -1, so that compiled code need not ask for the end."""
    fields: list[tuple[str, type]] = [(n, np.float64) for n in numbers.split()]
    fields += [(n, np.uint32) for n in indices.split()]
    fields += [(n, np.int64) for n in counts.split()]
    fields += [(n, np.bool_) for n in flags.split()]
    return np.dtype(fields, align=True)


FLOW = _kind(numbers="cap minimum")
VARYING = _kind(indices="flow profile")
SINK = _kind(numbers="sleep_factor", counts="sleeper", flags="dump flexible")
STORE = _kind(
    numbers="capacity initial floor charge_efficiency per_discharge kept fade_rate "
    "fade_per_unit weight cold per_kelvin withheld per_doubling",
    counts="heat group arrival injection",
)
MASS = _kind(
    numbers="heat_capacity conductance leak",
    indices="absorbed ground surroundings first_heat last_heat first_radiator last_radiator",
    counts="arrival",
)
HEAT = _kind(numbers="amount", indices="flow")
RADIATOR = _kind(numbers="shut swing cold per_kelvin sky4")
THERMOSTAT = _kind(numbers="setpoint sleep_setpoint pull amount per_heat", indices="sink mass")
DERATING = _kind(numbers="none span", indices="flow mass")
RAMP = _kind(numbers="up", indices="flow")
GROUP = _kind(numbers="cap", counts="profile", flags="content")
RADIO = _kind(numbers="power", indices="group sink first_store last_store")
SLEEPER = _kind(numbers="below above wake_time")
INJECTION = _kind(indices="first last")
BROUGHT = _kind(numbers="amount", indices="flow")


def table(kind: np.dtype[np.void], columns: Mapping[str, Any], rows: int) -> Table:
    """A table of a kind from its columns; every field must be given."""
    made = np.zeros(rows, dtype=kind)
    for name in kind.names or ():
        made[name] = columns[name]
    return made


def flow_table(network: Network) -> tuple[Table, Table]:
    """Caps and minima of all flows, and which of them follow a profile."""
    flows = network.flows
    varying = np.nonzero(flows.profile >= 0)[0]
    return (
        table(FLOW, {"cap": flows.cap, "minimum": flows.minimum}, len(flows.names)),
        table(VARYING, {"flow": varying, "profile": flows.profile[varying]}, len(varying)),
    )


def sink_table(network: Network) -> Table:
    """How sinks sleep, and which take leftovers only."""
    sinks = network.sinks
    return table(
        SINK,
        {
            "sleep_factor": sinks.sleep_factor,
            "sleeper": sinks.hibernation,
            "dump": sinks.dump,
            "flexible": sinks.flexible,
        },
        len(sinks.priority),
    )


def store_table(network: Network) -> Table:
    """Stores with the share of content kept over a step, and the injection at their node."""
    stores = network.stores
    injection = np.full(len(stores.names), -1, dtype=np.int64)
    for i, node in enumerate(network.demands.injection_node):
        injection[np.nonzero(stores.node == node)[0][:1]] = i
    return table(
        STORE,
        {
            **{n: getattr(stores, n) for n in STORE.names or () if hasattr(stores, n)},
            "per_discharge": 1.0 / stores.discharge_efficiency,
            "kept": np.exp(-stores.loss_rate * network.clock.step),
            "weight": stores.reserve_weight,
            "heat": stores.heat_mass,
            "per_kelvin": 1.0 / (stores.warm - stores.cold),
            "withheld": 1.0 - stores.cold_share,
            "per_doubling": 1.0 / stores.fade_doubling,
            "injection": injection,
        },
        len(stores.names),
    )


def heat_tables(network: Network) -> tuple[Table, Table, Table]:
    """Thermal masses, the flows that heat each (heaters apart), and their radiators."""
    masses = network.masses
    heaters = _heaters(network)
    rows = sparse.csr_array(network.incidence)
    heat = [
        [(f, a) for f, a in row(rows, int(node)) if f not in heaters.get(m, ())]
        for m, node in enumerate(masses.node)
    ]
    radiators = [np.nonzero(masses.radiator_mass == m)[0] for m in range(len(masses.names))]
    order = np.concatenate([*radiators, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    first_heat, last_heat = bounds(heat)
    first_radiator, last_radiator = bounds(radiators)
    own = ("conductance", "leak", "absorbed", "ground", "surroundings", "arrival")
    return (
        table(
            MASS,
            {
                **{name: getattr(masses, name) for name in own},
                "heat_capacity": masses.capacity,
                "first_heat": first_heat,
                "last_heat": last_heat,
                "first_radiator": first_radiator,
                "last_radiator": last_radiator,
            },
            len(masses.names),
        ),
        amounts(HEAT, heat),
        table(
            RADIATOR,
            {
                "shut": masses.radiator_shut[order],
                "swing": (masses.radiator_open - masses.radiator_shut)[order],
                "cold": masses.radiator_cold[order],
                "per_kelvin": 1.0 / (masses.radiator_hot - masses.radiator_cold)[order],
                "sky4": masses.radiator_sky[order] ** 4,
            },
            len(order),
        ),
    )


def thermostat_table(network: Network) -> Table:
    """Heaters with the heat that a unit of each brings to its mass."""
    masses, first = network.masses, network.flows.first["sink"]
    brings = sparse.csr_array(network.incidence)[masses.node].toarray()
    amount = brings[masses.thermostat_mass, first + masses.thermostat_sink]
    # Back to the set point within an hour, so that the answer hardly depends on the step.
    hour = max(3600.0, float(network.clock.step))
    columns = {
        "sink": masses.thermostat_sink,
        "mass": masses.thermostat_mass,
        "setpoint": masses.thermostat_setpoint,
        "sleep_setpoint": masses.thermostat_sleep,
        "pull": masses.capacity[masses.thermostat_mass] / hour,
        "amount": amount,
        "per_heat": 1.0 / amount,
    }
    return table(THERMOSTAT, columns, len(masses.thermostat_sink))


def _heaters(network: Network) -> dict[int, set[int]]:
    """Flows that a thermostat holds, by the mass they heat."""
    masses, first = network.masses, network.flows.first["sink"]
    held: dict[int, set[int]] = {}
    for mass, sink in zip(masses.thermostat_mass, masses.thermostat_sink, strict=True):
        held.setdefault(int(mass), set()).add(first + int(sink))
    return held


def derating_table(network: Network) -> Table:
    """Flows that the cold slows down."""
    masses = network.masses
    columns = {
        "flow": masses.derating_flow,
        "mass": masses.derating_mass,
        "none": masses.derating_none,
        "span": masses.derating_full - masses.derating_none,
    }
    return table(DERATING, columns, len(masses.derating_flow))


def ramp_table(network: Network) -> Table:
    """Flows that can only rise so fast, by what a step may do more than the step before."""
    ramps = network.ramps
    columns = {"flow": ramps.flow, "up": ramps.up * float(network.clock.step) ** 2}
    return table(RAMP, columns, len(ramps.flow))


def group_table(network: Network) -> Table:
    """Shared capacities."""
    groups = network.groups
    columns = {"cap": groups.cap, "profile": groups.profile, "content": groups.content}
    return table(GROUP, columns, len(groups.names))


def radio_tables(network: Network) -> tuple[Table, Ints]:
    """Radios, straight to Earth before relays, and the stores whose data each can send."""
    flows = network.flows
    columns = sparse.csc_array(network.incidence)
    found: list[tuple[bool, int, Ints]] = []
    for g, sink in enumerate(network.groups.power_sink):
        if sink < 0:
            continue
        ends = [_ends(columns, f) for f in flows.of("link") if flows.group[f] == g]
        direct = all(network.nodes[target].startswith("earth/") for _, target in ends)
        origins = {origin for origin, _ in ends}
        stores = [s for s, n in enumerate(network.stores.node) if int(n) in origins]
        found.append((not direct, g, np.array(stores, dtype=np.int64)))
    found.sort(key=lambda item: item[:2])
    group = np.array([g for _, g, _ in found], dtype=np.int64)
    first, last = bounds([stores for _, _, stores in found])
    columns_ = {
        "group": group,
        "sink": network.groups.power_sink[group],
        "power": network.groups.power[group],
        "first_store": first,
        "last_store": last,
    }
    joined = np.concatenate([np.zeros(0, dtype=np.int64), *(stores for _, _, stores in found)])
    return table(RADIO, columns_, len(found)), joined


def _ends(columns: sparse.csc_array, flow: int) -> tuple[int, int]:
    part = slice(columns.indptr[flow], columns.indptr[flow + 1])
    nodes, amounts_ = columns.indices[part], columns.data[part]
    return int(nodes[np.argmin(amounts_)]), int(nodes[np.argmax(amounts_)])


def sleeper_table(network: Network) -> Table:
    """Facilities that hibernate."""
    sleepers = network.sleepers
    columns = {name: getattr(sleepers, name) for name in SLEEPER.names or ()}
    return table(SLEEPER, columns, len(sleepers.names))


def injection_tables(network: Network) -> tuple[Table, Table]:
    """Of every injection: the flows whose products it is."""
    rows = sparse.csr_array(network.incidence)
    brought = [_products(network, rows, int(node)) for node in network.demands.injection_node]
    first, last = bounds(brought)
    return table(INJECTION, {"first": first, "last": last}, len(brought)), amounts(BROUGHT, brought)


def _products(network: Network, rows: sparse.csr_array, node: int) -> list[tuple[int, float]]:
    """Sinks and sources of another carrier that bring something to a node as they flow."""
    own = network.nodes[node].rsplit("/", 1)[-1]
    flows = network.flows
    return [
        (f, a)
        for f, a in row(rows, node)
        if f < flows.first["charge"] and a > 0 and flows.carriers[f] != own
    ]


def row(rows: sparse.csr_array, node: int) -> list[tuple[int, float]]:
    """(flow, amount it brings) at one node of the incidence, by flow."""
    part = slice(rows.indptr[node], rows.indptr[node + 1])
    found = zip(rows.indices[part], rows.data[part], strict=True)
    return sorted((int(f), float(a)) for f, a in found)


def bounds(parts: Sequence[Sequence[Any] | Ints]) -> tuple[Ints, Ints]:
    """First and one-past-last index of each part when all are joined."""
    ends = np.cumsum([0, *(len(part) for part in parts)]).astype(np.int64)
    return ends[:-1], ends[1:]


def amounts(kind: np.dtype[np.void], parts: Iterable[Iterable[tuple[int, float]]]) -> Table:
    """A table of (flow, amount) from parts, joined."""
    joined = [pair for part in parts for pair in part]
    columns = {"flow": [f for f, _ in joined], "amount": [a for _, a in joined]}
    return table(kind, columns, len(joined))
