"""The network's laws as flat tables, the state that a run carries, and the history it leaves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ilrs.network.network import Network
from ilrs.simulation.jobs import Jobs, jobs_of
from ilrs.simulation.tables import (
    Floats,
    Ints,
    Table,
    derating_table,
    flow_table,
    group_table,
    heat_tables,
    injection_tables,
    radio_tables,
    ramp_table,
    sink_table,
    sleeper_table,
    store_table,
    thermostat_table,
)


class Laws(NamedTuple):
    """Constants of a run: a table a kind of equipment (`simulation.tables`, `simulation.jobs`).

    `profiles` (rows, steps) are the network's series; `sink_first`, `charge_first` and
    `discharge_first` are the first flows of their kind; `initial_temperature` (masses,) [K].
    """

    step: float
    sink_first: int
    charge_first: int
    discharge_first: int
    profiles: Floats
    flows: Table
    varying: Table
    sinks: Table
    stores: Table
    masses: Table
    heat: Table
    radiators: Table
    thermostats: Table
    deratings: Table
    ramps: Table
    groups: Table
    radios: Table
    radio_stores: Ints
    sleepers: Table
    injections: Table
    brought: Table
    jobs: Jobs
    initial_temperature: Floats


class State(NamedTuple):
    """Everything a run carries from one step to the next; a checkpoint is these arrays.

    `risen` is what flows with a ramp did in the step before [unit].
    """

    content: Floats
    fade: Floats
    temperature: Floats
    heat: Floats
    injected: Floats
    health: Floats
    mode: Ints
    waking: Floats
    risen: Floats
    event: Ints


class Events(NamedTuple):
    """Changes of health: at step `step`, flow or group `target` gets the factor `value`."""

    step: Ints
    target: Ints
    value: Floats


class Orders(NamedTuple):
    """What the plan asks, by plan step: service, stores and converters [unit/s], levels to keep.

    `row[t]` is the plan step of simulation step t; `commanded[t]` whether a controller follows it.
    """

    row: Ints
    commanded: NDArray[np.bool_]
    flow: Floats
    level: Floats
    rule_reserve: float


class Record(NamedTuple):
    """The history of a block of steps: rates over the step [unit/s], levels at its end."""

    flow: Floats
    wanted: Floats
    content: Floats
    loss: Floats
    fade: Floats
    temperature: Floats
    passive: Floats
    mode: NDArray[np.int8]
    override: Floats


GONE = -1.0
"""The health of what is gone for good: it can do nothing, and nothing is owed to it."""
PASSIVE = ("absorbed", "ground", "insulation", "radiator")


def laws_of(network: Network) -> Laws:
    """The network's laws, flattened."""
    first = network.flows.first
    flows, varying = flow_table(network)
    masses, heat, radiators = heat_tables(network)
    radios, radio_stores = radio_tables(network)
    injections, brought = injection_tables(network)
    return Laws(
        step=float(network.clock.step),
        sink_first=first["sink"],
        charge_first=first["charge"],
        discharge_first=first["discharge"],
        profiles=np.require(network.profiles, np.float64, ["C", "W"]),
        flows=flows,
        varying=varying,
        sinks=sink_table(network),
        stores=store_table(network),
        masses=masses,
        heat=heat,
        radiators=radiators,
        thermostats=thermostat_table(network),
        deratings=derating_table(network),
        ramps=ramp_table(network),
        groups=group_table(network),
        radios=radios,
        radio_stores=radio_stores,
        sleepers=sleeper_table(network),
        injections=injections,
        brought=brought,
        jobs=jobs_of(network),
        initial_temperature=network.masses.initial,
    )


def initial_state(laws: Laws) -> State:
    """The state before the first step: stores that arrive at step 0 come with it."""
    stores = len(laws.stores)
    return State(
        content=np.zeros(stores),
        fade=np.zeros(stores),
        temperature=laws.initial_temperature.copy(),
        heat=np.zeros(len(laws.masses)),
        injected=np.zeros(len(laws.injections)),
        health=np.ones(len(laws.flows) + len(laws.groups)),
        mode=np.zeros(len(laws.sleepers), dtype=np.int64),
        waking=np.zeros(len(laws.sleepers)),
        risen=np.zeros(len(laws.ramps)),
        event=np.zeros(1, dtype=np.int64),
    )


def new_record(laws: Laws, steps: int) -> Record:
    """Room for the history of `steps` steps."""
    stores, masses = len(laws.stores), len(laws.masses)
    return Record(
        flow=np.zeros((steps, len(laws.flows))),
        wanted=np.zeros((steps, len(laws.sinks))),
        content=np.zeros((steps, stores)),
        loss=np.zeros((steps, stores)),
        fade=np.zeros((steps, stores)),
        temperature=np.zeros((steps, masses)),
        passive=np.zeros((steps, masses, len(PASSIVE))),
        mode=np.zeros((steps, len(laws.sleepers)), dtype=np.int8),
        override=np.zeros(steps),
    )
