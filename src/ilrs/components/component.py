"""What every kind of equipment has: mass, failure modes, and the primitives it becomes.

A kind is one file: a pydantic model whose defaults carry their source, a call to physics for what
the environment allows, and `primitives`. A partner adds one by naming such a class in the
entry-point group `ilrs.components`.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from ilrs.components.setting import Setting
from ilrs.flows.primitives import FailureMode, Primitive
from ilrs.units import Duration, Mass

Status = Literal["confirmed", "secondary", "derived", "assumed"]


def sourced(value: Any, source: str, status: Status, description: str, **more: Any) -> Any:
    """A pydantic field with a default that carries its `source` and `status`."""
    extra: dict[str, JsonValue] = {"source": source, "status": status}
    return Field(value, description=description, json_schema_extra=extra, **more)


class Described(BaseModel):
    """A part of the scenario: immutable, and an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True
    )


class Failure(Described):
    """How often a unit fails and how long until it serves again."""

    mtbf: Duration
    """Mean time between failures of one unit."""
    repair: Duration | None = None
    """Time until the unit serves again; left out, it never does."""


class Component(Described):
    """A piece of equipment at a facility."""

    kind: str
    mass: Mass = Field(0.0, description="Landed mass with its share of structure.")
    failures: dict[str, Failure] = Field(
        {}, description="Failure modes by name; those the kind knows are listed in its reference."
    )

    FAILURE_MODES: ClassVar[dict[str, str]] = {}
    COMMANDS: ClassVar[dict[str, str]] = {}
    TELEMETRY: ClassVar[dict[str, str]] = {}
    MODES: ClassVar[tuple[str, ...]] = ("on",)
    VALIDITY: ClassVar[str] = ""

    @abstractmethod
    def primitives(self, at: Setting) -> list[Primitive]:
        """The primitives this component becomes at its setting."""

    def light_span(self) -> tuple[float, float] | None:
        """Heights above ground [m] between which the component needs the light, or None."""
        return None

    def failing(
        self,
        mode: str,
        at: Setting,
        flows: tuple[str, ...],
        *,
        units: int = 1,
        loss: float = 1.0,
        bearing: NDArray[np.float64] | None = None,
        losses: NDArray[np.float64] | None = None,
        node: str | None = None,
        gone: bool = False,
    ) -> list[FailureMode]:
        """The failure mode `mode` over `flows`: with its rate where the scenario gives one."""
        rate = self.failures.get(mode)
        mtbf = rate.mtbf if rate else np.inf
        repair = rate.repair if rate and rate.repair is not None else np.inf
        name = f"{at.name}.{mode}"
        return [FailureMode(name, flows, mtbf, repair, units, loss, bearing, losses, node, gone)]
