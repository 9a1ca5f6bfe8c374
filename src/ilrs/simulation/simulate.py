"""A network lived over its clock, in blocks, from any state to any step."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import RunError
from ilrs.network.network import Network
from ilrs.planning.plan import Plan
from ilrs.simulation.faults import Faults
from ilrs.simulation.kernel import advance
from ilrs.simulation.laws import Laws, Orders, Record, State, initial_state, laws_of, new_record

BLOCK = 52_560
"""Steps in a block: what a checkpoint lies apart."""


def orders_of(
    network: Network,
    plan: Plan | None,
    commanded: NDArray[np.bool_],
    rule_reserve: float,
    margin: float = 0.05,
) -> Orders:
    """What the executive is told: the plan's rates and, `margin` of capacity below, its levels.

    `commanded` (count,) tells in which steps somebody follows the plan. Without a plan nobody does,
    and the executive keeps `rule_reserve` (share of what stores can give) for keep-alive.
    """
    count = network.clock.count
    flows, stores = len(network.flows.names), len(network.stores.names)
    if plan is None:
        return Orders(
            np.zeros(count, dtype=np.int64),
            np.zeros(count, dtype=np.bool_),
            np.zeros((1, flows)),
            np.zeros((1, stores)),
            float(rule_reserve),
        )
    if (plan.flow_names, plan.store_names) != (network.flows.names, network.stores.names):
        raise RunError(
            "the plan is of another station: its flows and stores are not those of the network",
            remedy="plan this scenario again",
        )
    row = np.repeat(np.arange(plan.steps), np.diff(plan.first))[:count]
    if len(row) < count or len(commanded) != count:
        raise RunError(
            f"the plan covers {len(row)} steps and the word who commands {len(commanded)} of the "
            f"{count} steps of the clock",
            remedy="plan the whole period",
        )
    level = np.maximum(plan.level - margin * network.stores.capacity, 0.0)
    return Orders(
        row.astype(np.int64),
        commanded.astype(np.bool_),
        np.require(plan.flow, np.float64, ["C", "W"]),
        level,
        float(rule_reserve),
    )


def blocks(count: int, first: int = 0, size: int = BLOCK) -> Iterator[tuple[int, int]]:
    """Blocks of steps from `first` to `count`."""
    for start in range(first, count, size):
        yield start, min(start + size, count)


def simulate(
    network: Network,
    faults: Faults,
    orders: Orders,
    *,
    progress: Callable[[int], None] | None = None,
) -> Record:
    """The history of the whole clock from the beginning."""
    laws = laws_of(network)
    state = initial_state(laws)
    record = new_record(laws, network.clock.count)
    for first, last in blocks(network.clock.count):
        part = part_of(record, first, last)
        advance(laws, state, faults.events, orders, part, first, last)
        if progress:
            progress(last)
    return record


def part_of(record: Record, first: int, last: int) -> Record:
    """A window on steps `first`..`last`-1 of a record, sharing its memory."""
    return Record(**{name: array[first:last] for name, array in record._asdict().items()})


def copy_of(state: State) -> State:
    """A state that does not change with the original."""
    return State(**{name: array.copy() for name, array in state._asdict().items()})


def live(laws: Laws, state: State, faults: Faults, orders: Orders, first: int, last: int) -> Record:
    """The history of steps `first`..`last`-1, changing `state`."""
    record = new_record(laws, last - first)
    advance(laws, state, faults.events, orders, record, first, last)
    return record
