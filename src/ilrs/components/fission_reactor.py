"""Fission reactor: a steady source of electricity that throws its surplus away as heat."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.flows.primitives import Primitive, Ramp, Sink, Source
from ilrs.physics.fission import YEAR, decay_heat, stand_off
from ilrs.physics.photovoltaic import remaining_output
from ilrs.units import DoseRate, Fraction, Number, Power, Rate, SpecificMass


class FissionReactor(Component):
    """A unit run at its rating; a parasitic radiator takes what the station does not."""

    kind: Literal["fission_reactor"] = "fission_reactor"
    power: Power = Field(description="Electric output at the terminals, beginning of life.")
    efficiency: Fraction = sourced(
        0.25,
        "Stirling conversion, about 40 kW of 160 kW thermal",
        "assumed",
        "Electric over thermal power.",
        gt=0,
    )
    minimum: Fraction = sourced(
        1.0,
        "held at its rating; a parasitic load follows the station",
        "assumed",
        "Least output as a share of the rating.",
    )
    yearly_loss: Fraction = sourced(
        0.01, "converter ageing", "assumed", "Electric output lost a year."
    )
    converters: int = Field(8, ge=1, description="Separate conversion units.")
    specific_mass: SpecificMass = sourced(
        0.15,
        "6.7 W/kg: Kilopower's 10 kW in 1500 kg, and the mass targets of units of 40 and 100 kW",
        "derived",
        "Landed mass over electric output, shield and radiators included.",
    )
    ramp: Rate = sourced(
        1.0 / 7200.0,
        "two hours from cold to the rating: Kilopower's ground test took some hours",
        "assumed",
        "Largest rise of the output as a share of the rating a second.",
        gt=0,
    )
    shield: Number = sourced(
        1.0,
        "as the reference's: 5 rem a year at 1 km from a unit of 40 kW",
        "assumed",
        "Dose let through, relative to the reference unit's own shield.",
        gt=0,
    )
    dose_limit: DoseRate = sourced(
        0.05 / YEAR,
        "5 rem a year, NASA's requirement for fission surface power",
        "secondary",
        "Largest dose rate at other places.",
        gt=0,
    )
    failures: dict[str, Failure] = Field(
        {}, description="`trip` (the reactor shuts itself down), `converter` (one is lost)."
    )

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "trip": "the reactor shuts itself down until it is restarted",
        "converter": "one of the conversion units is lost",
    }
    COMMANDS: ClassVar[dict[str, str]] = {"start": "go critical", "scram": "shut down"}
    TELEMETRY: ClassVar[dict[str, str]] = {"power": "W", "dumped": "W"}
    MODES: ClassVar[tuple[str, ...]] = ("off", "on")
    VALIDITY: ClassVar[str] = (
        "Constant output between trips, after which it rises by its ramp; waste heat and the heat "
        "of decay leave by its own radiators; dose with the square of the distance over open "
        "ground, terrain in between not counted."
    )

    def stand_off(self) -> float:
        """Distance [m] at which the dose in the open falls to the limit."""
        return stand_off(self.power / self.efficiency, self.dose_limit, self.shield)

    def decay_heat(self, after: float, ran: float = 10.0 * YEAR) -> float:
        """Heat [W] that its own radiators still carry `after` [s] a shutdown, having `ran` [s]."""
        return float(self.power / self.efficiency * decay_heat(after, ran))

    def primitives(self, at: Setting) -> list[Primitive]:
        """One source that must run, with its waste heat, and the parasitic radiator."""
        power = self.power * remaining_output(at.years, self.yearly_loss) * at.present
        return [
            Source(
                at.name,
                at.electricity,
                power,
                minimum=self.minimum,
                products={SURROUNDINGS_HEAT: 1.0 / self.efficiency - 1.0},
            ),
            Sink(
                f"{at.name}.dumped",
                at.electricity,
                self.power,
                flexible=True,
                dump=True,
                products={SURROUNDINGS_HEAT: 1.0},
            ),
            Ramp(at.name, self.power * self.ramp),
            *self.failing("trip", at, (at.name,)),
            *self.failing(
                "converter", at, (at.name,), units=self.converters, loss=1 / self.converters
            ),
        ]
