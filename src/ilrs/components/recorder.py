"""Recorder: keeps data until a contact takes them."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component
from ilrs.components.setting import Setting
from ilrs.flows.carriers import DATA_CLASSES
from ilrs.flows.primitives import Primitive, SharedCapacity, Store
from ilrs.units import DataVolume


class Recorder(Component):
    """One memory shared by the data classes; what arrives at a full memory is lost."""

    kind: Literal["recorder"] = "recorder"
    capacity: DataVolume = Field(description="Memory, all classes together.")

    TELEMETRY: ClassVar[dict[str, str]] = {"content": "bit"}
    VALIDITY: ClassVar[str] = "Error-free; its power is in the avionics load."

    def primitives(self, at: Setting) -> list[Primitive]:
        """One store a class and the capacity they share."""
        return [
            SharedCapacity(at.name, self.capacity, kind="content"),
            *(
                Store(
                    f"{at.name}.{c}",
                    at.data(c),
                    self.capacity,
                    0.0,
                    capacity_group=at.name,
                    holding_cost=0.0,
                )
                for c in DATA_CLASSES
            ),
        ]
