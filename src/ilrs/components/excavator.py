"""Excavator: robots that dig soil, dry or icy, and bring it to a hopper."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Failure, sourced
from ilrs.components.machine import HEADROOM, Machine
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Primitive, Sink, Source, Store
from ilrs.physics.excavation import (
    RASSOR,
    Digger,
    diggers_needed,
    digging_energy,
    hauling_energy,
    lost_on_the_way,
)
from ilrs.units import Conductance, Fraction, Height, Length, Mass, Power, Speed, Temperature

DRUMS = "RASSOR, Mueller et al. 2013, as recalled"


class Excavator(Machine):
    """Digging and hauling robots of one place; the hopper stands at the place for all plants."""

    kind: Literal["excavator"] = "excavator"
    robots: int = Field(2, ge=1, description="Robots that dig and haul.")
    load: Mass = sourced(RASSOR.load, DRUMS, "assumed", "Soil carried at a time.", gt=0)
    cut: Power = sourced(RASSOR.cut, DRUMS, "assumed", "Electric power for cutting.", gt=0)
    speed: Speed = sourced(RASSOR.speed, "a way driven often", "assumed", "On its way.", gt=0)
    haul: Length = sourced(200.0, "pit within sight of the plant", "assumed", "Pit to hopper.")
    climb: Height = sourced(0.0, "a level way", "assumed", "Hopper above the pit.")
    hopper: Mass = sourced(500.0, "half a day of a plant of 1 t/yr", "assumed", "Soil held.", gt=0)
    ice: Fraction = Field(0.0, description="Ice of the soil by mass; binds it like rock.", lt=1)
    ground: Temperature = sourced(90.0, "floors in permanent shadow", "assumed", "Icy soil as dug.")
    around: Temperature = sourced(
        220.0, "polar ground in the light", "assumed", "What warms an icy load on its way.", gt=0
    )
    bin: Conductance = sourced(
        0.1, "a shut bin under twenty layers of foil", "assumed", "From around into an icy load."
    )
    idle: Power = sourced(
        RASSOR.idle, "drives, electronics and heaters", "assumed", "Of a robot, where on demand."
    )
    failures: dict[str, Failure] = Field({}, description="`robot`.")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"robot": "one robot stops digging"}
    COMMANDS: ClassVar[dict[str, str]] = {"dig": "fill the hopper"}
    TELEMETRY: ClassVar[dict[str, str]] = {"hopper": "kg", "dig": "kg/s"}
    VALIDITY: ClassVar[str] = (
        "Loose dry soil, or soil bound by an even share of ice; robots share the work and their "
        "rate is a mean over many loads, so that soil is at the hopper as it is dug; idle power is "
        "a load of their own where they always work; slowed by nothing but failures and power. Ice "
        "lost on the way is what would leave an open load as warm as the bin lets it become."
    )

    def energy(self) -> float:
        """Electric energy a kilogram brought [J/kg], cutting and hauling; on demand also idling."""
        energy = digging_energy(self.ice) + hauling_energy(self.haul, self.climb)
        return energy + (self.robots * self.idle / self.rate() if self.on_demand else 0.0)

    def rate(self) -> float:
        """Soil that all robots dig and bring [kg/s]."""
        robot = Digger(load=self.load, cut=self.cut, speed=self.speed)
        return self.robots / diggers_needed(1.0, self.haul, robot, digging_energy(self.ice))

    def most_power(self) -> float:
        """Mean electric power [W] while all robots work."""
        return self.rate() * self.energy()

    def ice_lost(self) -> float:
        """Share of the ice that is lost on the way."""
        way = self.haul / self.speed
        return lost_on_the_way(way, self.ground, self.around, self.bin, self.load)

    def primitives(self, at: Setting) -> list[Primitive]:
        """The ground as a source, digging as a converter, the hopper as a store."""
        rate, flow = self.rate(), f"{at.name}.dig"
        hopper, icy = soil_nodes(at, icy=self.ice > 0.0)
        soil, ice = rate * (1.0 - self.ice), rate * self.ice
        kept = ice * (1.0 - self.ice_lost()) if ice else 0.0
        taken = {at.own("regolith"): soil} | ({at.own("water"): ice} if ice else {})
        gone = f"{at.name}/sublimed/water"
        brought = {hopper: soil} | ({icy: kept, gone: ice - kept} if ice else {})
        flows = {**{n: -kg for n, kg in taken.items()}, **brought}
        wanted = not self.on_demand
        made: list[Primitive] = [
            *(
                Source(at.flow(n, "pit") if ice else f"{at.name}.pit", n,
                       HEADROOM * kg * at.present)
                for n, kg in taken.items()
            ),
            *self.working(flow, at, self.most_power(), flows, at.heat_node),
            Store(f"{at.name}.hopper", hopper, self.hopper * (1.0 - self.ice), 0.0, order=2,
                  fill=wanted),
            *self.failing("robot", at, (flow,), units=self.robots, loss=1.0 / self.robots),
        ]  # fmt: skip
        if ice:
            made.append(
                Store(f"{at.name}.ice", icy, self.hopper * self.ice, 0.0, order=2, fill=False)
            )
        if ice > kept:
            made.append(Sink(at.flow(gone, "away"), gone, 2.0 * ice, dump=True, flexible=True))
        return made


def soil_nodes(at: Setting, icy: bool) -> tuple[str, str]:
    """The nodes of soil and of the ice in it at a place's hopper, dry or icy."""
    pile = f"{at.place}/icy" if icy else at.place
    return f"{pile}/regolith", f"{pile}/water"
