"""N-1: the station lived through again and again, each time without one unit of something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.network.network import Network
from ilrs.simulation.faults import NONE, Faults, ListedFault, draw_faults
from ilrs.simulation.kernel import advance
from ilrs.simulation.laws import Record, initial_state, laws_of, new_record
from ilrs.simulation.many import at_once
from ilrs.simulation.simulate import blocks, orders_of, part_of

Floats = NDArray[np.float64]

BLOCK = 16_384
"""Steps held at a time."""
TELLS = 1e-6
"""Share of what a sink wants that must go unserved to be told."""


@dataclass(frozen=True)
class Loss:
    """What the loss of one unit for good does over a period; "" is the whole station.

    `unserved` is by sink [J], of those that are owed their demand; `keep_alive` and `service` [J]
    are their sums; `longest` [s] the longest time keep-alive was short; `margin` [K] the least
    distance of a warm mass from the temperatures it bears, infinite without any.
    """

    mode: str
    unserved: dict[str, float]
    keep_alive: float
    service: float
    longest: float
    margin: float

    def sheds(self, whole: Loss) -> dict[str, float]:
        """Energy [J] that goes unserved by this loss and would not without it, most first."""
        more = {name: short - whole.unserved[name] for name, short in self.unserved.items()}
        told = {n: j for n, j in more.items() if j > TELLS * max(self.service + self.keep_alive, 1)}
        return dict(sorted(told.items(), key=lambda item: -item[1]))


def single_losses(
    network: Network, reserve: float, *, progress: Callable[[int, int], None] | None = None
) -> list[Loss]:
    """The whole station, then the loss of one unit of every failure mode that touches a flow.

    The unit is lost before the first step and never mended; nothing else fails. The executive
    follows its rules without a plan, keeping `reserve` (share of what stores can give) for
    keep-alive, so that nothing rests on foresight.
    """
    modes = ["", *(m.name for m in network.failures if m.flows)]
    reliable = _reliable(network)

    def without(mode: str) -> Loss:
        listed = [ListedFault(mode, 0.0, np.inf)] if mode else []
        faults = draw_faults(reliable, {}, listed, 0) if listed else NONE
        return _lived(network, mode, faults, reserve)

    return at_once(without, modes, progress=progress)


def _reliable(network: Network) -> Network:
    """The network without failures by chance."""
    return replace(network, failures=tuple(replace(m, mtbf=np.inf) for m in network.failures))


def _lived(network: Network, mode: str, faults: Faults, reserve: float) -> Loss:
    sinks, masses, flows = network.sinks, network.masses, network.flows
    powered = np.array([flows.units[f] == "W" for f in flows.of("sink")], dtype=np.bool_)
    firm = np.nonzero(powered & ~(sinks.flexible | sinks.dump))[0]
    names = [flows.names[flows.first["sink"] + k] for k in firm]
    vital = sinks.priority[firm] == KEEP_ALIVE
    short = np.zeros(len(firm))
    margin, longest, running = np.inf, 0, 0
    for first, part in _history(network, faults, reserve):
        missing = _missing(network, part, firm)
        short += missing.sum(axis=0) * network.clock.step
        lacking = missing[:, vital] > TELLS * _peak(network, firm[vital])
        for lacks in np.any(lacking, axis=1).tolist():
            running = running + 1 if lacks else 0
            longest = max(longest, running)
        here = np.arange(first, first + len(part.override))[:, None] >= masses.arrival
        room = np.minimum(part.temperature - masses.minimum, masses.maximum - part.temperature)
        margin = min(margin, float(np.where(here, room, np.inf).min(initial=np.inf)))
    return Loss(
        mode,
        dict(zip(names, short.tolist(), strict=True)),
        float(short[vital].sum()),
        float(short[~vital].sum()),
        float(longest * network.clock.step),
        margin,
    )


def _history(network: Network, faults: Faults, reserve: float) -> Iterator[tuple[int, Record]]:
    """Blocks of the station's history by rule, in one piece of memory."""
    laws = laws_of(network)
    state, room = initial_state(laws), new_record(laws, min(BLOCK, network.clock.count))
    orders = orders_of(network, None, np.zeros(0, dtype=np.bool_), reserve)
    for first, last in blocks(network.clock.count, 0, BLOCK):
        part = part_of(room, 0, last - first)
        advance(laws, state, faults.events, orders, part, first, last)
        yield first, part


def _missing(network: Network, part: Record, firm: NDArray[np.int64]) -> Floats:
    """Power that sinks wanted and did not get (steps, sinks) [W]."""
    served = part.flow[:, network.flows.first["sink"] + firm]
    return np.maximum(part.wanted[:, firm] - served, 0.0)


def _peak(network: Network, sinks: NDArray[np.int64]) -> Floats:
    """The most each sink can want [W]."""
    return network.flows.cap[network.flows.first["sink"] + sinks]
