"""Crews: whether they got what they live on, and how far their loops closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ilrs.scenario.metrics import crewed

if TYPE_CHECKING:
    from ilrs.assessment.history import History


def supplied(history: History, name: str, until: int) -> float:
    """Share of what a facility's people live on that they got by the end of step `until`-1."""
    flow = f"{name}/{crewed(history.run.scenario)[name]}.living"
    if flow not in history.network.flows.names:
        return float("nan")
    f = history.network.flows.index(flow)
    wanted = history.run.record.wanted[:until, f - history.network.flows.first["sink"]].sum()
    got = history.run.record.flow[:until, f].sum()
    return float(got / wanted) if wanted > 0.0 else float("nan")


def closure(history: History, name: str, until: int) -> float:
    """One less what stores lost over what people took of oxygen, water and dry food, by mass."""
    own = f"{name}/{crewed(history.run.scenario)[name]}"
    network, record = history.network, history.run.record
    if f"{own}.life" not in network.flows.names:
        return float("nan")
    life = network.flows.index(f"{own}.life")
    column = network.incidence[:, [life]].toarray().ravel()
    kilograms = [not n.endswith("/heat") for n in network.nodes]
    eaten = -np.minimum(column[np.array(kilograms)], 0.0).sum()
    taken = float(record.flow[:until, life].sum()) * history.step * eaten
    spent = sum(
        float(network.stores.initial[s] - record.content[until - 1, s])
        for s, store in enumerate(network.stores.names)
        if store.startswith(f"{own}.") and network.stores.arrival[s] < until
    )
    return 1.0 - spent / taken if taken > 0.0 else float("nan")
