"""The predictor: the station as described, started again from each telemetry that arrived."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.network.network import Network
from ilrs.simulation.faults import NONE, stream
from ilrs.simulation.laws import Orders, Record, initial_state, laws_of
from ilrs.simulation.simulate import live

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Prediction:
    """Residuals, measured less predicted, at steps `step` (k,): contents (k, stores) [unit],
    temperatures (k, masses) [K]; `age` (k,) [s] of the telemetry each prediction started from.
    """

    step: NDArray[np.int64]
    age: Floats
    content: Floats
    temperature: Floats


def known_step(network: Network, record: Record) -> NDArray[np.int64]:
    """Of every step, the last step whose telemetry is wholly on Earth by its end; -1 for none.

    Telemetry is first in, first out, so what was produced up to step c is on Earth once as much was
    delivered (or lost). Without telemetry nothing is ever known.
    """
    produced, delivered = telemetry(network, record, "telemetry")
    if produced[-1] <= 0.0:
        return np.full(len(produced), -1, dtype=np.int64)
    slack = 1e-9 * produced[-1]
    return np.searchsorted(produced, delivered + slack, side="right") - 1


def telemetry(network: Network, record: Record, data_class: str) -> tuple[Floats, Floats]:
    """Data of a class produced, and delivered or lost, up to the end of every step [bit]."""
    flows, dt = network.flows, network.clock.step
    produced = np.zeros(len(record.flow))
    for node, name in enumerate(network.nodes):
        if name.endswith(f"/data.{data_class}"):
            produced += _produced(network, node, record.flow)
    taken = [f for f in flows.of("sink") if flows.carriers[f] == f"data.{data_class}"]
    delivered = record.flow[:, taken].sum(axis=1)
    return np.cumsum(produced) * dt, np.cumsum(delivered) * dt


def _produced(network: Network, node: int, rate: Floats) -> Any:
    """What flows bring to a node as a by-product [unit/s], for rates (..., flows)."""
    rows, first = network.incidence, network.flows.first
    part = slice(rows.indptr[node], rows.indptr[node + 1])
    made = np.zeros(rate.shape[:-1])
    for f, a in zip(rows.indices[part], rows.data[part], strict=True):
        if a > 0 and f < first["charge"]:
            made = made + a * rate[..., f]
    return made


def _waste_heat(network: Network, truth: Record, step: int) -> Floats:
    """Heat that entered every warm mass in a step other than from heaters and passive laws [W]."""
    masses, stores = network.masses, network.stores
    rates = truth.flow[step].copy()
    rates[network.flows.first["sink"] + masses.thermostat_sink] = 0.0
    heat = np.asarray(network.incidence @ rates)[masses.node]
    for s, mass in enumerate(stores.heat_mass):
        if mass >= 0:
            heat[mass] += truth.loss[step, s]
    return heat


def predict(
    network: Network,
    truth: Record,
    orders: Orders,
    interval: float,
    noise: float,
    seed: int,
) -> Prediction:
    """Predict the nominal `network` from measured states, and compare with later measurements.

    Every `interval` [s] Earth takes the newest state that telemetry brought (measured with `noise`
    as a share of range) and predicts to the state that will be the newest one interval later. The
    predictor knows health and modes as telemetered, and nothing else of the truth.
    """
    laws = laws_of(network)
    known = known_step(network, truth)
    every = max(round(interval / network.clock.step), 1)
    looks = known[every - 1 :: every]
    random = stream(seed, "sensors")
    span = network.masses.maximum - network.masses.minimum
    steps, ages, contents, temperatures = [], [], [], []
    measured = None
    for look, (begin, end) in enumerate(itertools.pairwise(looks)):
        if begin < 0 or end <= begin:
            continue
        if measured is None or measured[0] != begin:
            measured = (begin, *_measure(network, truth, begin, noise, span, random))
        state = initial_state(laws)
        state.content[:] = measured[1]
        state.temperature[:] = measured[2]
        state.fade[:] = truth.fade[begin]
        state.mode[:] = truth.mode[begin]
        state.heat[:] = _waste_heat(network, truth, begin)
        state.risen[:] = truth.flow[begin][network.ramps.flow] * laws.step
        for i, node in enumerate(network.demands.injection_node):
            state.injected[i] = _produced(network, int(node), truth.flow[begin]) * laws.step
        record = live(laws, state, NONE, orders, int(begin) + 1, int(end) + 1)
        after = _measure(network, truth, int(end), noise, span, random)
        steps.append(end)
        ages.append(((look + 1) * every - 1 - begin) * network.clock.step)
        contents.append(after[0] - record.content[-1])
        temperatures.append(after[1] - record.temperature[-1])
        measured = (end, *after)
    return Prediction(
        np.array(steps, dtype=np.int64),
        np.array(ages, dtype=np.float64),
        np.array(contents).reshape(-1, len(network.stores.names)),
        np.array(temperatures).reshape(-1, len(network.masses.names)),
    )


def _measure(
    network: Network,
    truth: Record,
    step: int,
    noise: float,
    span: Floats,
    random: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Contents and temperatures at the end of a step as sensors tell them."""
    capacity = network.stores.capacity
    shown = truth.content[step] + noise * capacity * random.standard_normal(len(capacity))
    warm = truth.temperature[step] + noise * span * random.standard_normal(len(span))
    return np.clip(shown, 0.0, capacity), warm
