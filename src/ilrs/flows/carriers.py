"""Carriers: what flows through the station, with what each unit of it holds.

`energy` is the heat of combustion (higher heating value, with liquid water at 25 degC as zero), so
that electrolyser, tank and fuel cell close one energy balance; `mass` and the elements close the
mass balance. Bits weigh nothing and hold no energy.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ilrs.errors import ScenarioError

# Molar masses [kg/mol], IUPAC 2021 standard atomic weights.
HYDROGEN_MOLAR_MASS = 2 * 1.008e-3
OXYGEN_MOLAR_MASS = 2 * 15.999e-3
WATER_MOLAR_MASS = HYDROGEN_MOLAR_MASS + OXYGEN_MOLAR_MASS / 2
# Enthalpy of formation of liquid water, 285.83 kJ/mol (CODATA key values, 1989).
HYDROGEN_HEATING_VALUE = 285.83e3 / HYDROGEN_MOLAR_MASS

OXYGEN_PER_HYDROGEN = OXYGEN_MOLAR_MASS / 2 / HYDROGEN_MOLAR_MASS
WATER_PER_HYDROGEN = WATER_MOLAR_MASS / HYDROGEN_MOLAR_MASS


@dataclass(frozen=True)
class Carrier:
    """Something that flows: its unit and what one unit holds of energy [J], mass and elements [kg]."""

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
