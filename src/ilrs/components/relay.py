"""Relay: a satellite that stores what it hears and sends it on to Earth."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure
from ilrs.components.setting import Setting
from ilrs.flows.carriers import DATA_CLASSES
from ilrs.flows.primitives import Link, Primitive, SharedCapacity, Store
from ilrs.physics.radio import SPEED_OF_LIGHT
from ilrs.units import DataRate, DataVolume


class Relay(Component):
    """The payload of a relay satellite: memory and a downlink to any ground station in view."""

    kind: Literal["relay"] = "relay"
    capacity: DataVolume = Field(description="Memory, all classes together.")
    downlink: DataRate = Field(description="Rate to Earth while a ground station is in view.")
    failures: dict[str, Failure] = Field({}, description="`payload` (neither hears nor sends).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"payload": "the downlink is silent"}
    TELEMETRY: ClassVar[dict[str, str]] = {"content": "bit", "rate": "bit/s"}
    VALIDITY: ClassVar[str] = (
        "Its own power and pointing are not modelled; the downlink's rate is constant while a "
        "station sees it."
    )

    def primitives(self, at: Setting) -> list[Primitive]:
        """Stores that forward, and links to Earth."""
        view = at.view("earth")
        memory, downlink = f"{at.name}.memory", f"{at.name}.downlink"
        return [
            SharedCapacity(memory, self.capacity, kind="content"),
            SharedCapacity(downlink, self.downlink * view.visible * at.present),
            *(
                Store(
                    f"{at.name}.{c}",
                    f"{at.place}/data.{c}",
                    self.capacity,
                    0.0,
                    capacity_group=memory,
                    forward=True,
                )
                for c in DATA_CLASSES
            ),
            *(
                Link(
                    f"{at.name}.downlink.{c}",
                    f"{at.place}/data.{c}",
                    f"earth/data.{c}",
                    group=downlink,
                    delay=view.distance / SPEED_OF_LIGHT,
                )
                for c in DATA_CLASSES
            ),
            *self.failing("payload", at, (downlink,)),
        ]
