"""Machine: equipment that turns matter by power, all the time or while an activity runs it."""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal

from pydantic import Field

from ilrs.components.component import Component
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.flows.carriers import CARRIERS
from ilrs.flows.primitives import Converter, Primitive, Sink

HEADROOM = 1.1
"""Cap over rated power of a machine that activities run: what they draw is off by some percent."""


class Machine(Component):
    """A converter of power and matter; what activities draw from it passes through its work."""

    works: Literal["always", "in_activities"] = Field(
        "always",
        description="With what power is over, or while an activity has it as an instrument.",
    )

    @property
    def on_demand(self) -> bool:
        """Whether it works in activities only."""
        return self.works == "in_activities"

    @abstractmethod
    def most_power(self) -> float:
        """Electric power at full rate [W]."""

    def working(
        self, name: str, at: Setting, power: float, flows: dict[str, float], heat: str
    ) -> list[Primitive]:
        """The converter `name` of `power` [W] that takes and makes `flows` [kg/s] by node.

        What its products do not hold of its power becomes heat at the node `heat`; on demand it
        arrives behind the machine, where the activity that draws it makes it heat.
        """
        held = sum(kg * CARRIERS[n.rsplit("/", 1)[-1]].energy for n, kg in flows.items())
        ratios = {at.electricity: -1.0, **{n: kg / power for n, kg in flows.items() if kg}}
        ratios[at.work if self.on_demand else heat] = 1.0 - held / power
        most = power * (HEADROOM if self.on_demand else 1.0)
        made: list[Primitive] = [Converter(name, ratios, most * at.present, cost=1e-4)]
        if self.on_demand:
            # Something must take what comes behind a machine, also where no activity runs it.
            rest = Sink(f"{at.name}.rest", at.work, 0.0, 9, flexible=True,
                        products={SURROUNDINGS_HEAT: 1.0})  # fmt: skip
            made.append(rest)
        return made
