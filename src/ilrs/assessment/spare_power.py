"""Spare power: the largest steady load more that a station bears by rule, also after a loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ilrs.assessment.history import SERVED
from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.network.network import Network
from ilrs.simulation.faults import NONE, Faults, ListedFault, draw_faults
from ilrs.simulation.kernel import advance
from ilrs.simulation.laws import Laws, State, initial_state, laws_of, new_record
from ilrs.simulation.many import at_once
from ilrs.simulation.simulate import blocks, copy_of, orders_of, part_of

Told = Callable[[int, int], None]

BLOCK = 4_096
"""Steps lived before looking whether the load has shed something."""
FINE = 20.0
"""Loads are found to this [W]."""


@dataclass(frozen=True)
class Spare:
    """Steady loads more [W] from a step to the end: of the whole station, and after `loss`, the
    worst single one ("" where none takes anything).
    """

    firm: float
    after_loss: float
    loss: str


def spare_power(
    network: Network, reserve: float, firsts: Sequence[int], told: Told | None = None
) -> list[Spare]:
    """The largest loads that, from each of the steps `firsts` on, shed no keep-alive that would not
    go unserved without them.

    The executive lives by its rules, keeping `reserve` (share of what stores can give) for
    keep-alive. A loss is of one unit of any failure mode, from the beginning and for good; what
    comes before a step is lived once for all loads.
    """
    if told:
        told(0, len(firsts))
    lives = at_once(
        lambda case: _Life(network, reserve, *case, firsts), [("", NONE), *_losses(network)]
    )
    whole = lives[0]
    firm = at_once(lambda first: _bisect(_most(whole, first), [whole], first)[0], firsts)
    spare = []
    for k, (first, most) in enumerate(zip(firsts, firm, strict=True)):
        least, worst = _bisect(most, lives[1:], first) if most > 0.0 else (most, [])
        spare.append(Spare(most, least, worst[0].mode if worst else ""))
        if told:
            told(k + 1, len(firsts))
    return spare


def _losses(network: Network) -> list[tuple[str, Faults]]:
    """Every single loss of a unit, from the beginning and for good."""
    sure = replace(network, failures=tuple(replace(m, mtbf=np.inf) for m in network.failures))
    return [
        (mode.name, draw_faults(sure, {}, [ListedFault(mode.name, 0.0, np.inf)], 0))
        for mode in network.failures
        if mode.flows
    ]


def _most(life: _Life, first: int) -> float:
    """A load [W] that a life does not bear, a kilowatt doubled."""
    power = 1e3
    while life.bears(_loaded(life, power, first), first):
        power *= 2.0
    return power


def _loaded(life: _Life, power: float, first: int) -> Laws:
    """The laws of the station with `power` [W] more from step `first` on."""
    return laws_of(with_load(life.network, first, power))


def _bisect(most: float, lives: Sequence[_Life], first: int) -> tuple[float, list[_Life]]:
    """The largest load [W], up to `most` and to `FINE`, that all lives bear from `first` on, and
    those that bear no more; none where all bear `most`.
    """

    def failing(power: float, among: Sequence[_Life]) -> list[_Life]:
        laws = _loaded(among[0], power, first)
        bear = at_once(lambda life: life.bears(laws, first), among)
        return [life for life, bears in zip(among, bear, strict=True) if not bears]

    low, high, worst = 0.0, most, failing(most, lives)
    if not worst:
        return most, []
    while high - low > FINE:
        middle = 0.5 * (low + high)
        fail = failing(middle, worst)
        low, high, worst = (low, middle, fail) if fail else (middle, high, worst)
    return low, worst


class _Life:
    """The station lived by rule with one unit lost, or none, to be lived again with a load more."""

    def __init__(
        self, network: Network, reserve: float, mode: str, faults: Faults, firsts: Sequence[int]
    ) -> None:
        self.network, self.mode, self.faults = network, mode, faults
        self.orders = orders_of(network, None, np.zeros(0, dtype=np.bool_), reserve)
        laws, stops = laws_of(network), [*sorted(firsts), network.clock.count]
        state = initial_state(laws)
        self.states: dict[int, State] = {}
        between, at = {}, 0
        for stop in stops:
            between[stop] = self._unserved(laws, state, at, stop)
            at = stop
            self.states[stop] = copy_of(state)
        after = np.cumsum([between[stop] for stop in reversed(stops[1:])])[::-1]
        self.unserved = dict(zip(stops[:-1], after.tolist(), strict=True))

    def bears(self, laws: Laws, first: int) -> bool:
        """Whether `laws` of more load from step `first` on shed no more keep-alive than before."""
        state, enough = copy_of(self.states[first]), self.unserved[first]
        return self._unserved(laws, state, first, self.network.clock.count, enough) <= enough

    def _unserved(
        self, laws: Laws, state: State, first: int, last: int, enough: float = np.inf
    ) -> float:
        """Keep-alive energy [J] unserved in steps `first`..`last`-1, changing `state`.

        Stops looking when it is more than `enough`.
        """
        sinks, flows, step = self.network.sinks, self.network.flows, self.network.clock.step
        electric = np.array([flows.carriers[f] == "electricity" for f in flows.of("sink")])
        firm = electric & ~sinks.flexible & ~sinks.dump
        vital = np.nonzero(firm & (sinks.priority == KEEP_ALIVE))[0]
        room, total = new_record(laws, min(BLOCK, last - first)), 0.0
        for start, stop in blocks(last, first, BLOCK):
            part = part_of(room, 0, stop - start)
            advance(laws, state, self.faults.events, self.orders, part, start, stop)
            wanted = part.wanted[:, vital].sum(axis=1)
            short = wanted - part.flow[:, flows.first["sink"] + vital].sum(axis=1)
            total += float(short[short > SERVED * np.maximum(wanted, 1.0)].sum())
            if total * step > enough:
                break
        return total * step


def with_load(network: Network, first: int, power: float) -> Network:
    """The network with `power` [W] more asked for, from step `first`, by its largest keep-alive
    load; the heat that this would bring to a warm box is taken from it again.
    """
    flows, sinks, masses = network.flows, network.sinks, network.masses
    numbers = np.array(flows.of("sink"))
    vital = ~sinks.flexible & ~sinks.dump & (sinks.priority == KEEP_ALIVE)
    chosen = int(numbers[np.argmax(np.where(vital, flows.cap[numbers], -1.0))])
    more = np.where(np.arange(network.clock.count) >= first, power, 0.0)
    rows = [*network.profiles, network.capacity(chosen) + more]
    cap, profile, absorbed = flows.cap.copy(), flows.profile.copy(), masses.absorbed.copy()
    cap[chosen], profile[chosen] = 1.0, len(rows) - 1
    heats = network.incidence[masses.node][:, [chosen]].toarray().ravel()
    for m in np.nonzero(heats)[0]:
        rows.append(network.profiles[absorbed[m]] - heats[m] * more)
        absorbed[m] = len(rows) - 1
    return replace(
        network,
        profiles=np.array(rows),
        flows=replace(flows, cap=cap, profile=profile),
        masses=replace(masses, absorbed=absorbed),
    )
