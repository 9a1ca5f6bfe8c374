"""Carriers: what flows through the station, with what each unit of it holds.

`energy` is the heat of combustion (higher heating value, with liquid water at 25 degC as zero), so
that electrolyser, tank and fuel cell close one energy balance; `mass` and the elements close the
mass balance. Bits weigh nothing and hold no energy.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ilrs.errors import ScenarioError
from ilrs.physics.chemistry import (
    HYDROGEN_HEATING_VALUE,
    OXYGEN_PER_HYDROGEN,
    WATER_PER_HYDROGEN,
)
from ilrs.physics.matter import SOLIDS


@dataclass(frozen=True)
class Carrier:
    """Something that flows: its unit and what one unit holds of energy [J], mass and
    elements [kg].
    """

    name: str
    unit: str
    rate_unit: str
    energy: float = 0.0
    mass: float = 0.0
    elements: dict[str, float] = field(default_factory=dict)


DATA_CLASSES = ("emergency", "telemetry", "science")

CARRIERS: dict[str, Carrier] = {
    c.name: c
    for c in (
        Carrier("electricity", "J", "W", energy=1.0),
        Carrier("heat", "J", "W", energy=1.0),
        Carrier(
            "hydrogen", "kg", "kg/s", energy=HYDROGEN_HEATING_VALUE, mass=1.0, elements={"H": 1.0}
        ),
        Carrier("oxygen", "kg", "kg/s", mass=1.0, elements={"O": 1.0}),
        Carrier(
            "water",
            "kg",
            "kg/s",
            mass=1.0,
            elements={"H": 1.0 / WATER_PER_HYDROGEN, "O": OXYGEN_PER_HYDROGEN / WATER_PER_HYDROGEN},
        ),
        *(
            Carrier(name, "kg", "kg/s", energy=m.energy, mass=1.0, elements=dict(m.elements))
            for name, m in SOLIDS.items()
        ),
        *(Carrier(f"data.{name}", "bit", "bit/s") for name in DATA_CLASSES),
    )
}


def carrier_of(node: str) -> Carrier:
    """The carrier of a node named `place/carrier`."""
    name = node.rsplit("/", 1)[-1]
    if name not in CARRIERS:
        raise ScenarioError(
            f"node {node!r} names no known carrier", remedy=f"carriers are {', '.join(CARRIERS)}"
        )
    return CARRIERS[name]
