"""A station of given sizes walked hour by hour by rules alone: no foresight, no plan.

The primitives are those of the programme: supplies, a battery and a hydrogen store with its
converters, a load that must be served and one that takes what is left in the light.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Plant(NamedTuple):
    """Sizes and efficiencies: powers [kW], contents [kWh], `loss` the share lost an hour.

    `charge` is taken from the bus, `discharge` drawn from the content; `split` feeds the
    electrolyser, `burn` is drawn from the tank.
    """

    battery: float
    charge: float
    discharge: float
    charge_efficiency: float
    discharge_efficiency: float
    loss: float
    tank: float
    split: float
    burn: float
    split_efficiency: float
    burn_efficiency: float


class Walk(NamedTuple):
    """By step: unserved load and surplus [kW], drawable energy at the end [kWh]."""

    short: Floats
    surplus: Floats
    held: Floats


def walk(
    supply: Floats,
    load: Floats,
    hours: float,
    plant: Plant,
    reserve: float,
    cell_first: bool = False,
) -> Walk:
    """Live `supply` (steps,) [kW] against `load` (steps,) [kW] from full stores on.

    Surplus fills the battery, then the tank, and is left over; a shortfall is met from the battery,
    then the tank (`cell_first`: the other way round). The last `reserve` [kWh] is kept for an
    eclipse: reaching into it counts as unserved.
    """
    return Walk(*_walk(supply, load, hours, plant, reserve, cell_first))


@njit(cache=True)
def _walk(
    supply: Floats, load: Floats, hours: float, plant: Plant, reserve: float, cell_first: bool
) -> tuple[Floats, Floats, Floats]:
    steps = supply.size
    short, surplus, held = np.zeros(steps), np.zeros(steps), np.zeros(steps)
    b, t = plant.battery, plant.tank
    into, out = plant.charge_efficiency * hours, plant.discharge_efficiency
    split, burn = plant.split_efficiency * hours, plant.burn_efficiency
    kept = (1.0 - plant.loss) ** hours
    for k in range(steps):
        b *= kept
        gap = load[k] - supply[k]
        if gap <= 0.0:
            charge = max(min(-gap, plant.charge, (plant.battery - b) / into), 0.0)
            b += charge * into
            feed = max(min(-gap - charge, plant.split, (plant.tank - t) / split), 0.0)
            t += feed * split
            surplus[k] = -gap - charge - feed
        else:
            for turn in range(2):
                if (turn == 0) == cell_first:
                    draw = min(gap / burn, plant.burn, t / hours)
                    t -= draw * hours
                    gap -= draw * burn
                else:
                    draw = min(gap / out, plant.discharge, b / hours)
                    b -= draw * hours
                    gap -= draw * out
            if gap > 1e-9 * load[k]:
                short[k] = gap
        held[k] = b * out + t * burn
        if held[k] < reserve * (1.0 - 1e-9):
            short[k] = max(short[k], (reserve - held[k]) / hours)
    return short, surplus, held
