"""Plant that makes liquid oxygen from soil or ice, by the name of its process."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Failure, sourced
from ilrs.components.excavator import soil_nodes
from ilrs.components.machine import HEADROOM, Machine
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.errors import UserError
from ilrs.flows.primitives import KEEP_ALIVE, Link, Primitive, Ramp, Sink, Source, Store
from ilrs.physics.isru import DIGGING, Assumptions, Feedstock, Plant, Request
from ilrs.physics.isru_processes import DRY, ICY, plant
from ilrs.physics.matter import METAL_PER_OXYGEN, SOIL_OXYGEN
from ilrs.units import Duration, Fraction, Mass, Power


class IsruPlant(Machine):
    """Feed in, oxygen out at the boiling point, tailings beside it; sized by `oxygen_rate`."""

    kind: Literal["isru_plant"] = "isru_plant"
    process: Literal[
        "hydrogen_reduction", "carbothermal", "molten_regolith_electrolysis", "ice"
    ] = Field(description="How oxygen is won.")
    oxygen_a_year: Mass = Field(gt=0, description="Oxygen in a year of uninterrupted work.")
    feed: Literal["own", "delivered"] = Field(
        "own", description="Robots of its own, or soil from the hopper of the place."
    )
    ilmenite: Fraction | None = Field(
        None, description="Ilmenite in the soil; left out, by the titanium of highland soil."
    )
    ice: Fraction = sourced(
        ICY.ice, "Cabeus, 5.6 +- 2.9 %: Colaprete et al. 2010", "secondary", "Ice in icy soil."
    )
    batch: Mass = sourced(
        50.0, "a few hours of a plant of 1 t/yr", "assumed", "Feed held inside, where delivered."
    )
    standby: Power = Field(0.0, description="Keep-alive power, such as for a melt that must stay.")
    start_time: Duration = sourced(
        6 * 3600.0, "heating of reactor and bed", "assumed", "From off to full rate.", gt=0
    )
    batch_time: Duration = sourced(
        24 * 3600.0, "a day at a time", "assumed", "Of a batch in an activity, heating included."
    )
    failures: dict[str, Failure] = Field({}, description="`reactor`.")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"reactor": "the plant stops"}
    COMMANDS: ClassVar[dict[str, str]] = {"make": "run the plant"}
    TELEMETRY: ClassVar[dict[str, str]] = {"make": "W", "batch": "kg"}
    VALIDITY: ClassVar[str] = (
        "Energy a kilogram as at full rate; heat all electric; always at work: batches as a mean "
        "flow behind the feed held inside; in activities: a batch heats for its start time at full "
        "power and gives nothing, spread over the batch; what is left of soil is booked as soil "
        "and metal, and metal's heat as that of iron and silicon; carbon made up for (3 g/kg) is "
        "left out; hydrogen of the ice process leaves as gas at the plant and is liquefied in its "
        "energy."
    )

    @model_validator(mode="after")
    def _possible(self) -> IsruPlant:
        """Refused where the soil does not allow it; a mass not given is that of the process."""
        if self.process == "ice" and self.feed == "delivered" and not self.on_demand:
            raise ValueError(
                "icy soil keeps its ice only in the dark: give feed: own, or batches of what an "
                "excavator of icy soil brings with works: in_activities"
            )
        if self.on_demand and self.batch_time <= self.start_time:
            raise ValueError(
                f"a batch of {self.batch_time / 3600:g} h heats for {self.start_time / 3600:g} h "
                "and gives nothing: give it more time"
            )
        try:
            weight = self.design().mass
        except UserError as error:
            raise ValueError(str(error)) from error
        if "mass" not in self.model_fields_set:
            object.__setattr__(self, "mass", weight)
        return self

    def design(self) -> Plant:
        """The plant of the process at its size; refused where the soil does not allow it."""
        return plant(self.process, Request(self.oxygen_a_year), self.soil(), Assumptions())

    def soil(self) -> Feedstock:
        """The soil it is described for."""
        return Feedstock(
            ilmenite=self.ilmenite,
            ice=self.ice if self.process == "ice" else 0.0,
            temperature=(ICY if self.process == "ice" else DRY).temperature,
        )

    def most_power(self) -> float:
        """Electric power at full rate [W]; soil that is delivered was dug by somebody else."""
        design = self.design()
        if self.feed == "own":
            return design.power
        return design.power - sum(s.electricity for s in design.steps if s.name in DIGGING)

    def at_work(self) -> float:
        """Share of its full rate that it gives over a batch: all but the time it heats."""
        return 1.0 - self.start_time / self.batch_time if self.on_demand else 1.0

    def batch_yield(self) -> dict[str, float]:
        """What one batch takes and brings: `oxygen`, `soil` [kg] and `energy` [J] at its bus."""
        design, time = self.design(), self.batch_time
        return {
            "oxygen": design.request.rate * self.at_work() * time,
            "soil": design.dug * self.at_work() * time,
            "energy": self.most_power() * time,
        }

    def primitives(self, at: Setting) -> list[Primitive]:
        """A converter of electricity and feed into oxygen, with what is left and heat."""
        design, power, flow = self.design(), self.most_power(), f"{at.name}.make"
        feeds, rest = self._icy(at, design) if self.process == "ice" else self._dry(at, design)
        made: list[Primitive] = []
        if self.feed == "own":
            made += [
                Source(at.flow(n, "ground"), n, HEADROOM * kg * at.present)
                for n, kg in feeds.items()
            ]
        elif not self.on_demand:
            made += [
                Link(f"{at.name}.charge", soil_nodes(at, icy=False)[0], at.own("regolith")),
                Store(f"{at.name}.batch", at.own("regolith"), self.batch, 0.0, order=2),
            ]
        brought = {f"{at.place}/oxygen": design.request.rate} | rest
        flows = {n: -kg for n, kg in feeds.items()} | brought
        share = self.at_work()
        made += self.working(
            flow, at, power, {n: kg * share for n, kg in flows.items()}, SURROUNDINGS_HEAT
        )
        if not self.on_demand:
            made.append(Ramp(flow, power / self.start_time))
        made += [
            *self.failing("reactor", at, (flow,)),
            *(
                Sink(at.flow(n, "away"), n, 10.0 * kg, dump=True, flexible=True)
                for n, kg in rest.items()
            ),
        ]
        if self.standby:
            made.append(
                Sink(
                    f"{at.name}.standby",
                    at.electricity,
                    self.standby * at.present,
                    KEEP_ALIVE,
                    sleep_factor=1.0,
                    group=at.facility,
                    products={SURROUNDINGS_HEAT: 1.0},
                )
            )
        return made

    def _dry(self, at: Setting, design: Plant) -> tuple[dict[str, float], dict[str, float]]:
        """Soil in; tailings and metal out [kg/s]."""
        rate = design.request.rate
        metal = rate * METAL_PER_OXYGEN
        tailings = design.dug - rate - metal
        if tailings < 0.0:
            raise ValueError(
                f"{at.name} takes more oxygen than the {SOIL_OXYGEN:.0%} its soil holds"
            )
        return {self._soil(at)[0]: design.dug}, {
            at.own("metal"): metal,
            at.own("tailings"): tailings,
        }

    def _icy(self, at: Setting, design: Plant) -> tuple[dict[str, float], dict[str, float]]:
        """Dry soil and ice in; soil, lost vapour and hydrogen out [kg/s]."""
        ice = design.dug * self.ice
        soil = design.dug - ice
        lost = ice + design.net["H2O(l)"]
        dry, icy = self._soil(at)
        return (
            {dry: soil, icy: ice},
            {
                at.own("tailings"): soil,
                f"{at.name}/lost/water": lost,
                at.own("hydrogen"): design.net["H2"],
            },
        )

    def _soil(self, at: Setting) -> tuple[str, str]:
        """Where its feed comes from: its own, or in batches straight from the hopper."""
        if self.on_demand and self.feed == "delivered":
            return soil_nodes(at, icy=self.process == "ice")
        return at.own("regolith"), at.own("water")
