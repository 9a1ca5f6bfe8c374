"""Cryogenic tank: liquid oxygen or hydrogen of a place, kept by coolers or let boil."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.flows.primitives import KEEP_ALIVE, Converter, Primitive, Sink, Store
from ilrs.physics.isru import Assumptions, boil_off_power, liquefier, tank_area
from ilrs.units import Fraction, Mass, Quantity

HeatFlux = Annotated[float, Quantity("W/m^2", minimum=0.0)]
MassRate = Annotated[float, Quantity("kg/s", minimum=0.0)]

VAPORISATION = {"oxygen": 2.13e5, "hydrogen": 4.46e5}
"""Heat of vaporisation at the boiling point [J/kg], NIST Chemistry WebBook."""
USUAL = Assumptions()


class CryogenicTank(Component):
    """An insulated ball of liquid at the place's node of its gas, liquefier beside it on demand."""

    kind: Literal["cryogenic_tank"] = "cryogenic_tank"
    content: Literal["oxygen", "hydrogen"] = Field("oxygen", description="What it holds.")
    capacity: Mass = Field(gt=0, description="Liquid it holds.")
    initial: Fraction = sourced(0.0, "lands empty", "assumed", "Share full at arrival.")
    leak: HeatFlux = sourced(
        1.0, "twenty layers of insulation at 90 K, 0.5-2 W/m2", "assumed", "Heat in."
    )
    zero_boil_off: bool = Field(True, description="Coolers take the leak out; else it boils.")
    gas_rate: MassRate = Field(
        0.0,
        description="Gas of the place that it liquefies, as of an electrolyser.",
    )
    failures: dict[str, Failure] = Field({}, description="`cooler`.")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"cooler": "the liquefier stops"}
    COMMANDS: ClassVar[dict[str, str]] = {"liquefy": "run the liquefier"}
    TELEMETRY: ClassVar[dict[str, str]] = {"content": "kg", "boil_off": "kg/s"}
    VALIDITY: ClassVar[str] = (
        "A leak as of a full tank, whatever it holds; coolers at a constant share of the ideal; "
        "where their power is not served the run says so, the liquid is kept in the books; no "
        "losses in filling and drawing."
    )

    def leak_heat(self) -> float:
        """Heat into the full tank [W]."""
        return self.leak * tank_area(self.content, self.capacity)

    def primitives(self, at: Setting) -> list[Primitive]:
        """A store, and power against the leak or a vent of what it boils."""
        node = f"{at.place}/{self.content}"
        made: list[Primitive] = [
            Store(f"{at.name}.content", node, self.capacity, self.initial * self.capacity, order=3)
        ]
        if self.zero_boil_off:
            made.append(
                Sink(
                    f"{at.name}.cooler",
                    at.electricity,
                    boil_off_power(self.content, self.leak_heat(), USUAL) * at.present,
                    KEEP_ALIVE,
                    sleep_factor=1.0,
                    group=at.facility,
                    products={SURROUNDINGS_HEAT: 1.0},
                )
            )
        else:
            rate = self.leak_heat() / VAPORISATION[self.content]
            made.append(
                Sink(f"{at.name}.boil_off", node, rate * at.present, KEEP_ALIVE, flexible=True,
                     sleep_factor=1.0)
            )  # fmt: skip
        if self.gas_rate:
            power = liquefier(self.content, self.gas_rate, USUAL).electricity
            flow, share = f"{at.name}.liquefy", self.gas_rate / power
            made += [
                Converter(
                    flow,
                    {
                        at.electricity: -1.0,
                        f"{at.place}/gas/{self.content}": -share,
                        node: share,
                        SURROUNDINGS_HEAT: 1.0,
                    },
                    power * at.present,
                    cost=1e-4,
                ),
                *self.failing("cooler", at, (flow,)),
            ]
        return made
