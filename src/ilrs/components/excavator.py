"""Excavator: robots that dig dry soil and bring it to a hopper."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Converter, Primitive, Source, Store
from ilrs.physics.excavation import RASSOR, Digger, diggers_needed, digging_energy, hauling_energy
from ilrs.units import Length, Mass, Power

DRUMS = "RASSOR, Mueller et al. 2013, as recalled"


class Excavator(Component):
    """Digging and hauling robots of one place; the hopper stands at the place for all plants."""

    kind: Literal["excavator"] = "excavator"
    robots: int = Field(2, ge=1, description="Robots that dig and haul.")
    load: Mass = sourced(RASSOR.load, DRUMS, "assumed", "Soil carried at a time.", gt=0)
    cut: Power = sourced(RASSOR.cut, DRUMS, "assumed", "Electric power for cutting.", gt=0)
    haul: Length = sourced(200.0, "pit within sight of the plant", "assumed", "Pit to hopper.")
    hopper: Mass = sourced(500.0, "half a day of a plant of 1 t/yr", "assumed", "Soil held.", gt=0)
    failures: dict[str, Failure] = Field({}, description="`robot`.")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"robot": "one robot stops digging"}
    COMMANDS: ClassVar[dict[str, str]] = {"dig": "fill the hopper"}
    TELEMETRY: ClassVar[dict[str, str]] = {"hopper": "kg", "dig": "kg/s"}
    VALIDITY: ClassVar[str] = (
        "Loose dry soil, a flat way; robots share the work and their rate is a mean over many "
        "loads; their idle power and heaters are a load of their own; digging slowed by nothing "
        "but failures and power."
    )

    def energy(self) -> float:
        """Electric energy a kilogram brought [J/kg], cutting and hauling."""
        return digging_energy() + hauling_energy(self.haul, 0.0)

    def rate(self) -> float:
        """Soil that all robots bring [kg/s]."""
        robot = Digger(load=self.load, cut=self.cut)
        return self.robots / diggers_needed(1.0, self.haul, robot, digging_energy())

    def primitives(self, at: Setting) -> list[Primitive]:
        """The ground as a source, digging as a converter, the hopper as a store."""
        pit, hopper = at.own("regolith"), f"{at.place}/regolith"
        flow = f"{at.name}.dig"
        joules = self.energy()
        ratios = {
            at.electricity: -1.0,
            pit: -1.0 / joules,
            hopper: 1.0 / joules,
            at.heat_node: 1.0,
        }
        return [
            Source(f"{at.name}.pit", pit, self.rate() * at.present),
            Converter(flow, ratios, self.rate() * joules * at.present, cost=1e-4),
            Store(f"{at.name}.hopper", hopper, self.hopper, 0.0, order=2),
            *self.failing("robot", at, (flow,), units=self.robots, loss=1.0 / self.robots),
        ]
