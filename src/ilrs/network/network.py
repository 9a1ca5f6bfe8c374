"""The compiled network: what optimiser, simulator, auditor and report all read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ilrs.flows.clock import Clock
from ilrs.flows.primitives import Controller, FailureMode

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Flows:
    """Everything that flows, one column each: sources, sinks, charges, discharges, converters,
    links.

    `cap` [unit/s] is multiplied by row `profile` of the network's profiles (-1: constant).
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    carriers: tuple[str, ...]
    cap: Floats
    profile: Ints
    minimum: Floats
    cost: Floats
    group: Ints
    first: dict[str, int]
    """Index of the first flow of each kind, and `end`."""

    def of(self, kind: str) -> range:
        """Indices of the flows of a kind."""
        kinds = [*self.first]
        return range(self.first[kind], self.first[kinds[kinds.index(kind) + 1]])

    def index(self, name: str) -> int:
        """Index of the flow called `name`."""
        return self.names.index(name)


@dataclass(frozen=True)
class Sinks:
    """Of every sink: its priority, whether it is owed its demand, and how it sleeps."""

    priority: Ints
    flexible: Bools
    dump: Bools
    sleep_factor: Floats
    hibernation: Ints
    """Index of the hibernation group, -1 for none."""


@dataclass(frozen=True)
class Stores:
    """Of every store: the physics of `flows.primitives.Store`, and its node."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    node: Ints
    capacity: Floats
    initial: Floats
    floor: Floats
    charge_efficiency: Floats
    discharge_efficiency: Floats
    loss_rate: Floats
    fade_rate: Floats
    fade_per_unit: Floats
    fade_doubling: Floats
    cold: Floats
    cold_share: Floats
    warm: Floats
    heat_mass: Ints
    """Thermal mass that takes the losses, -1 for the surroundings or a carrier without energy."""
    reserve_weight: Floats
    holding_cost: Floats
    group: Ints
    arrival: Ints
    """Step at which the store and its initial content arrive."""


@dataclass(frozen=True)
class Masses:
    """Of every thermal mass and radiator: the parameters of the heat laws; profiles by row."""

    names: tuple[str, ...]
    node: Ints
    capacity: Floats
    initial: Floats
    minimum: Floats
    maximum: Floats
    conductance: Floats
    leak: Floats
    absorbed: Ints
    ground: Ints
    surroundings: Ints
    arrival: Ints
    radiator_names: tuple[str, ...]
    radiator_mass: Ints
    radiator_shut: Floats
    radiator_open: Floats
    radiator_cold: Floats
    radiator_hot: Floats
    radiator_sky: Floats
    thermostat_sink: Ints
    thermostat_mass: Ints
    thermostat_setpoint: Floats
    thermostat_sleep: Floats
    derating_flow: Ints
    derating_mass: Ints
    derating_none: Floats
    derating_full: Floats


@dataclass(frozen=True)
class Ramps:
    """Flows that can only rise so fast: `up` [unit/s2]."""

    flow: Ints
    up: Floats


@dataclass(frozen=True)
class Groups:
    """Capacities that several flows or stores share; `power_sink` opens a radio (-1:
    always open).
    """

    names: tuple[str, ...]
    cap: Floats
    profile: Ints
    content: Bools
    power_sink: Ints
    power: Floats


@dataclass(frozen=True)
class Sleepers:
    """Facilities that hibernate: thresholds on the share of drawable energy, and waking
    time [s].
    """

    names: tuple[str, ...]
    below: Floats
    above: Floats
    wake_time: Floats


@dataclass(frozen=True)
class Demands:
    """In what order demands are served, and from where.

    Demand `d` is met by members `member[start[d]:start[d+1]]` in proportion to what each wants,
    from recipes `recipe_start[d]:recipe_start[d+1]` in merit order. A recipe is a list of resources
    with the amount each unit delivered takes. Resources are flows, then store contents, store
    rooms, groups, and injections.
    """

    kind: Ints
    """0 a sink's demand, 1 a store to fill, 2 what is left over."""
    stage: Ints
    """0 power and matter, 1 data."""
    priority: Ints
    start: Ints
    member: Ints
    recipe_start: Ints
    entry_start: Ints
    resource: Ints
    amount: Floats
    from_sources: Bools
    """Of each recipe: it empties no store of drawable energy."""
    injection_node: Ints
    """Node of each injection resource: products of flows, such as data."""


@dataclass(frozen=True)
class Network:
    """The station compiled: incidence of flows on nodes, capacities, laws, and the order of
    service.
    """

    clock: Clock
    nodes: tuple[str, ...]
    incidence: sparse.csr_array
    """(nodes, flows): what a unit of each flow adds to each node."""
    profiles: Floats
    """(rows, steps)."""
    flows: Flows
    sinks: Sinks
    stores: Stores
    masses: Masses
    ramps: Ramps
    groups: Groups
    sleepers: Sleepers
    demands: Demands
    failures: tuple[FailureMode, ...]
    controllers: tuple[Controller, ...]

    def capacity(self, flow: int, step: slice = slice(None)) -> Floats:
        """Cap of a flow over steps [unit/s], before failures, sleep and temperature."""
        row = self.flows.profile[flow]
        follows = self.profiles[row, step] if row >= 0 else np.ones(self.clock.count)[step]
        return self.flows.cap[flow] * follows
