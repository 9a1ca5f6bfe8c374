"""Bus tie: converter and switch between two buses of a place."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting, bus_node
from ilrs.flows.primitives import Link, Primitive
from ilrs.units import Fraction, Power, SpecificMass


class BusTie(Component):
    """A converter that feeds another bus of the same place from the facility's own."""

    kind: Literal["bus_tie"] = "bus_tie"
    to: str | None = Field(None, description="The other bus; left out: the place's main bus.")
    power: Power = Field(description="Rated power sent.")
    efficiency: Fraction = sourced(
        0.96, "isolated converters of some kilowatts", "assumed", "Power out over power in.", gt=0
    )
    specific_mass: SpecificMass = sourced(
        0.005, "5 kg/kW; an estimate", "assumed", "Mass over rated power."
    )
    both_ways: bool = Field(True, description="Whether power may flow back.")
    modules: int = Field(1, ge=1, description="Like modules that share the power.")
    failures: dict[str, Failure] = Field({}, description="`module` (one module is lost).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"module": "one module passes nothing"}
    COMMANDS: ClassVar[dict[str, str]] = {"open": "part the buses", "close": "join the buses"}
    TELEMETRY: ClassVar[dict[str, str]] = {"sent": "W"}
    VALIDITY: ClassVar[str] = "Efficiency constant over load; the loss warms the facility's box."

    def primitives(self, at: Setting) -> list[Primitive]:
        """One link, or one each way."""
        other = bus_node(at.place, self.to)
        if other == at.electricity:
            raise ValueError(f"{at.name} ties {other} to itself: name another bus")
        ends = [(at.name, at.electricity, other)]
        if self.both_ways:
            ends.append((f"{at.name}.back", other, at.electricity))
        flows = tuple(name for name, _, _ in ends)
        return [
            *(
                Link(
                    name,
                    origin,
                    target,
                    self.power * at.present,
                    efficiency=self.efficiency,
                    heat_node=at.heat_node,
                    cost=1e-5,
                )
                for name, origin, target in ends
            ),
            *self.failing("module", at, flows, units=self.modules, loss=1.0 / self.modules),
        ]
