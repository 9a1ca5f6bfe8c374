"""Load: equipment that uses electricity, warms its box, and produces data while it serves."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.flows.primitives import KEEP_ALIVE, Primitive, Sink
from ilrs.units import DataRate, Fraction, Power


class Load(Component):
    """A user of power: a floor that keeps it alive, and the service it is there for."""

    kind: Literal["load"] = "load"
    power: Power = Field(description="Electric power in full service, the floor included.")
    keep_alive: Power = Field(0.0, description="The part that must never be shed.")
    hibernation: Power | None = Field(
        None, description="Keep-alive power while the facility hibernates; left out: `keep_alive`."
    )
    priority: int = Field(2, ge=1, le=9, description="1 is shed last, 9 first.")
    duty: Fraction = sourced(1.0, "continuous service", "assumed", "Share of time in service.")
    telemetry: DataRate = Field(0.0, description="Housekeeping data while in service.")
    science: DataRate = Field(0.0, description="Science data while in service.")
    heat_inside: Fraction = sourced(
        1.0,
        "all power ends as heat in the box",
        "assumed",
        "Share of the power that warms the box.",
    )
    failures: dict[str, Failure] = Field({}, description="`off` (no service, floor kept).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"off": "the service stops; the floor is kept"}
    COMMANDS: ClassVar[dict[str, str]] = {"on": "serve", "standby": "floor only"}
    TELEMETRY: ClassVar[dict[str, str]] = {"served": "W"}
    MODES: ClassVar[tuple[str, ...]] = ("hibernating", "standby", "on")
    VALIDITY: ClassVar[str] = "Duty is spread evenly over a step; data follow the power served."

    @model_validator(mode="after")
    def _floor_below_power(self) -> Load:
        if self.keep_alive > self.power:
            raise ValueError(f"keep_alive ({self.keep_alive:g} W) exceeds power ({self.power:g} W)")
        if self.hibernation is not None and self.hibernation > self.keep_alive:
            raise ValueError(
                f"hibernation ({self.hibernation:g} W) exceeds keep_alive ({self.keep_alive:g} W)"
            )
        return self

    def primitives(self, at: Setting) -> list[Primitive]:
        """A keep-alive sink and a service sink; data are products of the service."""
        service = (self.power - self.keep_alive) * self.duty
        if service == 0.0 and (self.telemetry or self.science):
            raise ValueError(f"{at.name} produces data but has no service power to produce it with")
        products = self._heat(at)
        for data_class in ("telemetry", "science"):
            rate = getattr(self, data_class)
            if rate:
                products[at.data(data_class)] = rate / service
        sleep = self.keep_alive if self.hibernation is None else self.hibernation
        made: list[Primitive] = []
        if self.keep_alive:
            made.append(
                Sink(
                    f"{at.name}.keep_alive",
                    at.electricity,
                    self.keep_alive * at.present,
                    KEEP_ALIVE,
                    sleep_factor=sleep / self.keep_alive,
                    group=at.facility,
                    products=self._heat(at),
                )
            )
        if service:
            name = f"{at.name}.service"
            made.append(
                Sink(
                    name,
                    at.electricity,
                    service * at.present,
                    self.priority,
                    group=at.facility,
                    products=products,
                )
            )
            made += self.failing("off", at, (name,))
        return made

    def _heat(self, at: Setting) -> dict[str, float]:
        if at.heat_node == SURROUNDINGS_HEAT:
            return {SURROUNDINGS_HEAT: 1.0}
        shares = {at.heat_node: self.heat_inside, SURROUNDINGS_HEAT: 1.0 - self.heat_inside}
        return {node: share for node, share in shares.items() if share}
