"""Fission reactor: a steady source of electricity that throws its surplus away as heat."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.flows.primitives import Primitive, Sink, Source
from ilrs.physics.photovoltaic import remaining_output
from ilrs.units import Fraction, Power


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
    failures: dict[str, Failure] = Field({}, description="`trip` (the reactor shuts itself down).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "trip": "the reactor shuts itself down until it is restarted",
        "converter": "one of the conversion units is lost",
    }
    COMMANDS: ClassVar[dict[str, str]] = {"start": "go critical", "scram": "shut down"}
    TELEMETRY: ClassVar[dict[str, str]] = {"power": "W", "dumped": "W"}
    MODES: ClassVar[tuple[str, ...]] = ("off", "on")
    VALIDITY: ClassVar[str] = (
        "Constant output between trips; ramps shorter than a step; waste heat leaves by its own "
        "radiators; dose is kept by the stand-off distance and not computed."
    )
    converters: int = Field(8, ge=1, description="Separate conversion units.")

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
            *self.failing("trip", at, (at.name,)),
            *self.failing(
                "converter", at, (at.name,), units=self.converters, loss=1 / self.converters
            ),
        ]
