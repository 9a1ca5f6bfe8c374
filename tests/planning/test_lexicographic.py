"""One weighted solve serves as well as solving priority after priority, each held for the next."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from ilrs.flows.clock import Clock
from ilrs.flows.primitives import KEEP_ALIVE, Link, Sink, Source, Store
from ilrs.network.compile import Arrival, compile_network
from ilrs.planning.dispatch import Dispatch, Start
from ilrs.planning.highs import solve
from ilrs.planning.steps import PlanSteps

HOUR, STEPS = 3600, 48
NEAR, FAR = "near/electricity", "far/electricity"


def station(seed: int) -> list[Source | Sink | Store | Link]:
    """Two places, a cable, two stores and loads of four priorities, too many for the Sun."""
    random = np.random.default_rng(seed)
    sun = np.maximum(np.sin(np.arange(STEPS) / STEPS * 4 * np.pi + random.uniform(0, 6)), 0.0)
    efficiency = random.uniform(0.5, 0.95, 4)
    return [
        Source("sun", NEAR, 4000.0 * sun),
        Source("other sun", FAR, 1000.0 * np.roll(sun, int(random.integers(24)))),
        Link("cable", NEAR, FAR, 900.0, efficiency=0.8),
        Store("battery", NEAR, 3e7, 1e7, charge_efficiency=efficiency[0],
              discharge_efficiency=efficiency[1], reserve_weight=efficiency[1],
              discharge_maximum=1500.0),
        Store("tank", FAR, 2e7, 0.0, charge_efficiency=efficiency[2],
              discharge_efficiency=efficiency[3], reserve_weight=efficiency[3], loss_rate=1e-6),
        *(
            Sink(f"{place[0]}{priority}", place, float(random.uniform(200, 900)), priority)
            for place in (NEAR, FAR)
            for priority in (KEEP_ALIVE, 1, 2, 3)
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_weights_above_the_exchange_bound_are_lexicographic(seed: int) -> None:
    clock = Clock(np.datetime64("2031-01-01T00:00:00"), HOUR, STEPS)
    network = compile_network(clock, [Arrival(0, tuple(station(seed)))])
    dispatch = Dispatch(network, PlanSteps(np.arange(STEPS + 1), HOUR), np.zeros((STEPS, 0)))
    start = Start(network.stores.initial.copy(), np.zeros(2), np.zeros(0))
    programme = dispatch._programme(0, STEPS, start)
    sinks = np.array(network.flows.of("sink"))

    def served(value: np.ndarray, priority: int) -> float:
        return float(-cost_of(priority) @ value)

    def cost_of(priority: int) -> np.ndarray:
        cost = np.zeros((STEPS, dispatch.layout.width))
        cost[:, sinks[network.sinks.priority == priority]] = -1.0
        return cost.ravel()

    weighted = solve(programme).value
    held = programme
    short = 0
    for priority in (KEEP_ALIVE, 1, 2, 3):
        cost = cost_of(priority)
        best = solve(replace(held, cost=cost)).objective
        assert -best == pytest.approx(served(weighted, priority), rel=1e-6, abs=1e-6)
        wanted = sum(network.flows.cap[s] for s in sinks[network.sinks.priority == priority])
        short += -best < 0.999 * wanted * STEPS / 1000.0
        held = replace(
            held,
            matrix=sparse.csc_array(sparse.vstack([held.matrix, sparse.csr_array([cost])])),
            row_lower=np.append(held.row_lower, -np.inf),
            row_upper=np.append(held.row_upper, best + 1e-9 * abs(best)),
        )
    # There was something to choose: some priority went short.
    assert short
