"""Instrument: what every tool and instrument has that works in activities rather than always."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

from pydantic import Field

from ilrs.components.component import Component, Failure
from ilrs.components.load import Load
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Primitive
from ilrs.units import DataRate, Power, Quantity

Acceleration = Annotated[float, Quantity("m/s^2", minimum=0.0)]
Density = Annotated[float, Quantity("kg/m^3", minimum=0.0)]
EnergyDensity = Annotated[float, Quantity("J/m^3", minimum=0.0)]
EnergyPerLength = Annotated[float, Quantity("J/m", minimum=0.0)]
Force = Annotated[float, Quantity("N", minimum=0.0)]
LinearDensity = Annotated[float, Quantity("kg/m", minimum=0.0)]
MolarEnergy = Annotated[float, Quantity("J/mol", minimum=0.0)]
PowerPerLength = Annotated[float, Quantity("W/m", minimum=0.0)]
Resistivity = Annotated[float, Quantity("ohm*m", minimum=0.0)]

STUDY = "public trade study of lunar payloads"


@dataclass(frozen=True)
class Work:
    """What one time of an activity takes and brings: `duration` [s], mean `power` [W] besides what
    the equipment takes anyway, `data` [bit], and `yields` by name, SI.
    """

    duration: float
    power: float
    data: float
    yields: dict[str, float] = field(default_factory=dict)

    @property
    def energy(self) -> float:
        """Energy [J] of one time."""
        return self.power * self.duration


YIELDED_IN: dict[str, str] = {
    **dict.fromkeys(("profile", "core_depth", "heat_flow_depth", "sounding_depth"), "m"),
    **dict.fromkeys(("tube_length",), "m"),
    **dict.fromkeys(("core_mass", "sample_mass", "mass_home"), "kg"),
    **dict.fromkeys(("quiet", "silent", "exposed", "watched"), "s"),
}
"""SI units of what works of packaged instruments yield; others are counted."""


class Instrument(Component):
    """Equipment kept ready; what its work takes is drawn by the activity that needs it."""

    power: Power = Field(0.0, description="Electric power while it works, drawn by the activity.")
    keep_alive: Power = Field(0.0, description="Power that keeps it alive, work or not.")
    standby: Power = Field(0.0, description="Power that keeps it ready, shed before it is harmed.")
    telemetry: DataRate = Field(0.0, description="Housekeeping data while it is ready.")
    priority: int = Field(3, ge=1, le=9, description="Of standby: 1 is shed last, 9 first.")
    failures: dict[str, Failure] = Field({}, description="`off` (no work; kept alive).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"off": "its activities stop; it is kept alive"}
    COMMANDS: ClassVar[dict[str, str]] = {"work": "as its activity asks", "standby": "keep ready"}
    TELEMETRY: ClassVar[dict[str, str]] = {"served": "W"}
    MODES: ClassVar[tuple[str, ...]] = ("standby", "working")

    @classmethod
    def works(cls) -> dict[str, dict[str, Any]]:
        """What it can be asked to do: by name the types of what each work is told.

        A work is a method that answers a `Work`; only numbers and quantities can be told.
        """
        found = {}
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            if name.startswith("_") or method.__annotations__.get("return") != "Work":
                continue
            hints = get_type_hints(method, include_extras=True)
            told = [p for p in inspect.signature(method).parameters if p != "self"]
            found[name] = {p: hints[p] for p in told if _is_number(hints[p])}
        return found

    def primitives(self, at: Setting) -> list[Primitive]:
        """A load of what it takes without working; its failure stops its activities as well."""
        idle = Load(
            mass=self.mass,
            hibernation=None,
            science=0.0,
            power=self.keep_alive + self.standby,
            keep_alive=self.keep_alive,
            priority=self.priority,
            telemetry=self.telemetry,
            failures=self.failures,
        )
        made = idle.primitives(at)
        return made if self.standby else [*made, *self.failing("off", at, ())]


def _is_number(hint: Any) -> bool:
    """Whether a type is a number, a quantity, or one of these or nothing."""
    if get_origin(hint) is Annotated:
        return _is_number(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return all(_is_number(each) or each is type(None) for each in get_args(hint))
    return hint in (int, float)
