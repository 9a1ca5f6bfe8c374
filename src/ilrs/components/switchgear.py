"""Switchgear: the bus that everything at a place hangs on, in sections that can be isolated."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Primitive


class Switchgear(Component):
    """Breakers around the sections of a bus: a failed section is isolated, the rest lives on."""

    kind: Literal["switchgear"] = "switchgear"
    sections: int = Field(2, ge=1, description="Sections that share everything on the bus.")
    failures: dict[str, Failure] = Field({}, description="`section` (one section is lost).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "section": "what hangs on one section of the bus neither gives nor takes"
    }
    COMMANDS: ClassVar[dict[str, str]] = {"isolate": "open the breakers of a section"}
    VALIDITY: ClassVar[str] = (
        "Every source, store, cable and load of the bus is spread evenly over its sections; "
        "breakers act within a step and never fail to."
    )

    def primitives(self, at: Setting) -> list[Primitive]:
        """A way to fail for all that stands at the node."""
        return [
            *self.failing(
                "section",
                at,
                (),
                units=self.sections,
                loss=1.0 / self.sections,
                node=at.electricity,
            )
        ]
