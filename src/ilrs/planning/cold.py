"""What the cold withholds of stores, as far as a plan can know it, and how far it did not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilrs.network.network import Network
from ilrs.physics.battery import usable_share
from ilrs.planning.plan import Plan

Floats = NDArray[np.float64]

SLIGHT = 0.02
"""Share drawn against the cold that a run does not tell of: the plan does not know which hours are
cold to more than its steps, and what it could not draw then comes from other stores."""


def kept_share(network: Network, temperature: Floats) -> Floats:
    """Share of its capacity that every store keeps (k, stores) at `temperature` (k, masses) [K].

    Its floor and what the cold withholds above it, as the simulator has it.
    """
    stores = network.stores
    kept = np.broadcast_to(stores.floor, (len(temperature), len(stores.names))).copy()
    for s, mass in enumerate(stores.heat_mass):
        if mass >= 0 and stores.cold_share[s] < 1.0:
            law = (stores.cold[s], stores.cold_share[s], stores.warm[s])
            kept[:, s] += 1.0 - usable_share(temperature[:, mass], *law)
    return kept


def least_kept(network: Network, temperature: Floats, elapsed: Floats) -> Floats:
    """Share of capacity (k, stores) below which no discharge since the first step can have led.

    The least that was withheld in any step until then: a content falls no further by what is drawn,
    but by its own loss over `elapsed` (k,) [s]. Holds whatever is charged and drawn, so that no
    plan the simulator could follow is cut off; what is drawn at a warm time before a cold one stays
    possible.
    """
    stores = network.stores
    least = np.minimum.accumulate(kept_share(network, temperature), axis=0)
    return np.asarray(
        np.maximum(least * np.exp(-np.outer(elapsed, stores.loss_rate)), stores.floor)
    )


def cold_error(network: Network, plan: Plan) -> float:
    """What `plan` draws while the cold withholds it, as a share of all it draws of such stores."""
    stores, first = network.stores, network.flows.first["discharge"]
    chilled = stores.cold_share < 1.0
    if not (plan.temperature.size and chilled.any()):
        return 0.0
    seconds = np.diff(plan.first)[:, None] * network.clock.step
    given = plan.flow[:, first : first + len(stores.names)] * seconds
    present = plan.first[1:, None] > stores.arrival
    fade = np.cumsum(present * seconds * stores.fade_rate + given * stores.fade_per_unit, axis=0)
    kept = kept_share(network, plan.temperature) * np.clip(1.0 - fade, 0.0, 1.0) * stores.capacity
    drawn = given / stores.discharge_efficiency
    lacking = np.clip(kept - plan.level, 0.0, drawn)
    return float(lacking[:, chilled].sum() / max(drawn[:, chilled].sum(), 1e-300))
