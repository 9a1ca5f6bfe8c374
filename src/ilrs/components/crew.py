"""Crew: people, what they take and give, and the loops that give it back."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.carriers import CARRIERS
from ilrs.flows.primitives import KEEP_ALIVE, Converter, Primitive, Sink, Store
from ilrs.physics.life_support import BVAD, DAY, metabolism
from ilrs.physics.matter import DRY_FOOD, OXYCALORIC, WASTE, turned
from ilrs.physics.stoichiometry import element_shares
from ilrs.units import Duration, Fraction, Mass, Power, SpecificEnergy

STATION = "International Space Station, NASA's figures"


class Crew(Component):
    """So many people with their stores; air and water come back as far as the loops close."""

    kind: Literal["crew"] = "crew"
    people: int = Field(ge=1, description="Persons aboard.")
    oxygen: Mass = Field(description="Oxygen in store and cabin at arrival.")
    water: Mass = Field(description="Drinking water in store at arrival.")
    food: Mass = Field(description="Dry food in store at arrival.")
    air_loop: Fraction = sourced(
        0.5, STATION, "secondary", "Oxygen won back of what carbon dioxide holds."
    )
    water_loop: Fraction = sourced(0.98, STATION, "secondary", "Water won back of used water.")
    food_loop: Fraction = Field(0.0, description="Food grown inside, of what is eaten.")
    waste_loop: Fraction = Field(0.0, lt=1.0, description="Solid waste burnt to gas and water.")
    food_energy: SpecificEnergy = sourced(
        1.26e9,
        "lamps of 300 umol/m2/s: 175 kWh a kilogram of leaves, half of it eaten",
        "derived",
        "Electricity a kilogram of dry food.",
        gt=2e7,
    )
    waste_energy: SpecificEnergy = sourced(
        2e7, "wet oxidation with its pumps", "assumed", "Electricity a kilogram of dry waste.", gt=0
    )
    air_energy: SpecificEnergy = sourced(
        3.5e7,
        "oxygen assembly of 3-4 kW for 9 kg/d, Sabatier and blowers",
        "assumed",
        "Electricity a kilogram of oxygen won back.",
        gt=1.23e7,
    )
    keep_alive: Power = sourced(
        500.0, "fans, water processor and controls a person", "assumed", "A person's power."
    )
    hold: Duration = sourced(
        5 * DAY, "bags and tanks between processors", "assumed", "Used air and water that is kept."
    )
    failures: dict[str, Failure] = Field(
        {}, description="`air`, `water`, `food` and `waste`, the processors of the loops."
    )

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "air": "no oxygen is won back",
        "water": "no water is won back",
        "food": "nothing grows",
        "waste": "no waste is burnt",
    }
    COMMANDS: ClassVar[dict[str, str]] = {"recycle": "run the processors"}
    TELEMETRY: ClassVar[dict[str, str]] = {
        "oxygen": "kg",
        "water": "kg",
        "food": "kg",
        "living": "kg/s",
    }
    VALIDITY: ClassVar[str] = (
        "Mean rates of NASA's baseline values, no activity or sleep; suits, leaks and hygiene are "
        "loads of their own; hydrogen of the air loop is counted with carbon; what grows does so "
        "as a mean at one energy, its nitrogen counted with carbon; waste is burnt as its carbon "
        "dioxide is wanted; the water processor "
        "lives on the keep-alive power and is not slowed when that goes unserved. `living` is "
        "unserved, and an event, from the step on that oxygen, water or food is out."
    )

    @model_validator(mode="after")
    def _can_live(self) -> Crew:
        """Who lands without air, water or food lives for no day."""
        for what in ("oxygen", "water", "food"):
            if getattr(self, what) <= 0.0:
                raise ValueError(f"a crew without {what}: give it some to begin with")
        return self

    def primitives(self, at: Setting) -> list[Primitive]:
        """Living as a converter that waste must come out of; loops fill the stores again."""
        rate = self.people / DAY
        carriers = ("oxygen", "water", "food", "carbon_dioxide", "waste")
        n = {c: at.own(c) for c in carriers}
        n |= {"used": f"{at.name}/used/water", "kept": f"{at.name}/kept/waste"}
        used = rate * self._used_water()
        made: list[Primitive] = [
            # Food before air: what grows takes the carbon dioxide that people give first.
            Store(
                f"{at.name}.{c}",
                n[c],
                getattr(self, c),
                getattr(self, c),
                order=order,
                fill=c != "food" or self.food_loop > 0.0,
                buffer=True,
            )
            for order, c in enumerate(("food", "oxygen", "water"))
        ]
        out = rate * BVAD.carbon_dioxide
        made += [
            Store(
                f"{at.name}.used_air",
                n["carbon_dioxide"],
                out * self.hold,
                0.0,
                fill=self.waste_loop > 0.0,
                buffer=True,
            ),
            Store(
                f"{at.name}.used_water", n["used"], used * self.hold, 0.0, fill=False, buffer=True
            ),
            Sink(f"{at.name}.air_out", n["carbon_dioxide"], 2 * out, dump=True, flexible=True),
            Sink(f"{at.name}.water_out", n["used"], 2 * used, dump=True, flexible=True),
            Sink(
                f"{at.name}.living",
                n["waste"],
                rate * WASTE * (1.0 - self.waste_loop) * at.present,
                KEEP_ALIVE,
                sleep_factor=1.0,
            ),
            Converter(f"{at.name}.life", self._life(n, at.heat_node), 2.0 * rate),
            Sink(
                f"{at.name}.keep_alive",
                at.electricity,
                self.people * self.keep_alive * at.present,
                KEEP_ALIVE,
                sleep_factor=1.0,
                group=at.facility,
                products={at.heat_node: 1.0},
            ),
        ]
        return [*made, *self._loops(at, n, out, used), *self._growing(at, n), *self._burning(at, n)]

    def _used_water(self) -> float:
        """Water a person gives in a day [kg], what drinking and burning make of it."""
        return metabolism(BVAD).given["H2O"]

    def _life(self, n: dict[str, str], heat: str) -> dict[str, float]:
        """A person's day: what is taken and given [kg] and the heat [J]."""
        day = metabolism(BVAD)
        return {
            n["oxygen"]: -BVAD.oxygen,
            n["water"]: -day.taken["H2O"],
            n["food"]: -DRY_FOOD,
            n["carbon_dioxide"]: BVAD.carbon_dioxide,
            n["used"]: day.given["H2O"],
            n["waste"]: WASTE * (1.0 - self.waste_loop),
            **({n["kept"]: WASTE * self.waste_loop} if self.waste_loop else {}),
            heat: OXYCALORIC * BVAD.oxygen,
        }

    def _loops(self, at: Setting, n: dict[str, str], air: float, water: float) -> list[Primitive]:
        """Oxygen from carbon dioxide by electricity, and water from used water."""
        made: list[Primitive] = []
        if self.air_loop:
            freed = self.air_loop * element_shares("CO2")["O"]
            carbon = self.air_loop * element_shares("CO2")["C"]
            joules, flow = freed * self.air_energy, f"{at.name}.air_loop"
            kept = carbon * CARRIERS["carbon"].energy
            ratios = {
                at.electricity: -1.0,
                n["carbon_dioxide"]: -1.0 / joules,
                n["oxygen"]: freed / joules,
                at.own("carbon"): carbon / joules,
                f"{at.name}/vent/carbon_dioxide": (1.0 - self.air_loop) / joules,
                at.heat_node: 1.0 - kept / joules,
            }
            ratios = {node: r for node, r in ratios.items() if r}
            away = [k for k in ratios if k.endswith(("/carbon", "/vent/carbon_dioxide"))]
            made += [
                Converter(flow, ratios, 2.0 * air * joules * at.present, cost=1e-4),
                *(Sink(at.flow(k, "away"), k, 4.0 * air, dump=True, flexible=True) for k in away),
                *self.failing("air", at, (flow,)),
            ]
        if self.water_loop:
            flow, brine = f"{at.name}.water_loop", f"{at.name}/brine/water"
            ratios = {n["used"]: -1.0, n["water"]: self.water_loop, brine: 1.0 - self.water_loop}
            made += [
                Converter(flow, {k: r for k, r in ratios.items() if r}, 2.0 * water * at.present),
                Sink(at.flow(brine, "away"), brine, 4.0 * water, dump=True, flexible=True),
                *self.failing("water", at, (flow,)),
            ]
        return made

    def _growing(self, at: Setting, n: dict[str, str]) -> list[Primitive]:
        """Food of carbon dioxide, water and light; the oxygen comes to the store, else away."""
        if not self.food_loop:
            return []
        flow, joules = f"{at.name}.food_loop", self.food_energy
        grown = turned("food")
        ratios = {at.electricity: -1.0, **{n[c]: kg / joules for c, kg in grown.items()}}
        ratios[at.heat_node] = 1.0 - CARRIERS["food"].energy / joules
        rate = self.people * DRY_FOOD * self.food_loop / DAY
        away = Sink(f"{at.name}.oxygen_away", n["oxygen"], 2.0 * rate * grown["oxygen"], dump=True,
                    flexible=True)  # fmt: skip
        most = rate * joules * at.present
        return [Converter(flow, ratios, most), away, *self.failing("food", at, (flow,))]

    def _burning(self, at: Setting, n: dict[str, str]) -> list[Primitive]:
        """Waste and oxygen to carbon dioxide and water; what finds no room is put away."""
        if not self.waste_loop:
            return []
        flow, joules = f"{at.name}.waste_loop", self.waste_energy
        rate = self.people * WASTE * self.waste_loop / DAY
        burnt = turned("waste")
        nodes = n | {"waste": n["kept"], "water": n["used"]}
        ratios = {at.electricity: -1.0, **{nodes[c]: kg / joules for c, kg in burnt.items()}}
        ratios[at.heat_node] = 1.0
        return [
            Store(
                f"{at.name}.used_waste", n["kept"], rate * self.hold, 0.0, fill=False, buffer=True
            ),
            Sink(f"{at.name}.waste_out", n["kept"], 2.0 * rate, dump=True, flexible=True),
            Converter(flow, ratios, 2.0 * rate * joules * at.present),
            *self.failing("waste", at, (flow,)),
        ]
