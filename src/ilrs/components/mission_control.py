"""Mission control: the centre on Earth, where data are delivered."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component
from ilrs.components.setting import Setting
from ilrs.flows.carriers import DATA_CLASSES
from ilrs.flows.primitives import Primitive, Sink
from ilrs.units import DataRate


class MissionControl(Component):
    """The Earth node of the command centre: archives what arrives and uploads plans."""

    kind: Literal["mission_control"] = "mission_control"
    intake: DataRate = Field(description="Largest rate its network takes.")

    COMMANDS: ClassVar[dict[str, str]] = {"upload": "send a plan or a command"}
    TELEMETRY: ClassVar[dict[str, str]] = {"delivered": "bit/s"}
    VALIDITY: ClassVar[str] = "Terrestrial networks deliver at once and lose nothing."

    def primitives(self, at: Setting) -> list[Primitive]:
        """One sink a data class, in order of urgency."""
        return [
            Sink(f"{at.name}.{c}", f"earth/data.{c}", self.intake, priority=1 + i, flexible=True)
            for i, c in enumerate(DATA_CLASSES)
        ]
