"""Small stations for the tests of this folder: made of primitives, lived, and looked at by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilrs.flows.clock import Clock
from ilrs.network.compile import Arrival, compile_network
from ilrs.network.network import Network
from ilrs.planning.plan import Plan
from ilrs.simulation.faults import NONE, Faults
from ilrs.simulation.laws import Orders, Record
from ilrs.simulation.simulate import orders_of, simulate

START = np.datetime64("2031-01-01T00:00:00")
STEP = 600
A, B = "a/electricity", "b/electricity"
WARM = "a/heat"


def station(*primitives, steps=6, step=STEP, later=()) -> Network:
    """A network of primitives; `later` are (step, primitives) that arrive during the run."""
    arrivals = [Arrival(0, tuple(primitives)), *(Arrival(k, tuple(p)) for k, p in later)]
    return compile_network(Clock(START, step, steps), arrivals)


def plan_for(network: Network, flow=None, level=None, every=1) -> Plan:
    """A plan of rates by flow and levels by store, numbers or series; the rest nothing."""
    count = -(-network.clock.count // every)
    rates = np.zeros((count, len(network.flows.names)))
    levels = np.zeros((count, len(network.stores.names)))
    for name, value in (flow or {}).items():
        rates[:, network.flows.index(name)] = value
    for name, value in (level or {}).items():
        levels[:, network.stores.names.index(name)] = value
    first = np.minimum(np.arange(count + 1) * every, network.clock.count)
    names = (network.flows.names, network.stores.names)
    return Plan(first, rates, levels, np.zeros((count, 0)), *names, {}, 0.0, 1, "by hand")


@dataclass(frozen=True)
class Lived:
    """A network and its history, by name."""

    network: Network
    record: Record

    @property
    def step(self) -> float:
        return float(self.network.clock.step)

    def rate(self, name: str) -> np.ndarray:
        return self.record.flow[:, self.network.flows.index(name)]

    def amount(self, name: str) -> float:
        return float(self.rate(name).sum() * self.step)

    def wanted(self, name: str) -> np.ndarray:
        first = self.network.flows.first["sink"]
        return self.record.wanted[:, self.network.flows.index(name) - first]

    def content(self, name: str) -> np.ndarray:
        return self.record.content[:, self.network.stores.names.index(name)]

    def loss(self, name: str) -> np.ndarray:
        return self.record.loss[:, self.network.stores.names.index(name)]

    def fade(self, name: str) -> np.ndarray:
        return self.record.fade[:, self.network.stores.names.index(name)]

    def temperature(self, name: str) -> np.ndarray:
        return self.record.temperature[:, self.network.masses.names.index(name)]


def alone(network: Network, reserve=0.0) -> Orders:
    """Nobody commands."""
    return orders_of(network, None, np.zeros(0, dtype=np.bool_), reserve)


def lived(network: Network, orders: Orders | None = None, faults: Faults = NONE, reserve=0.0):
    """The history of the whole clock; nobody commands unless there are orders."""
    return Lived(network, simulate(network, faults, orders or alone(network, reserve)))


def commanded(network: Network, plan: Plan, margin=0.0) -> Orders:
    """Somebody follows the plan all the time."""
    everybody = np.ones(network.clock.count, dtype=np.bool_)
    return orders_of(network, plan, everybody, 0.0, margin)
