"""Mobile: what rovers and hoppers share, which live on a battery of their own wherever they are."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from ilrs.components.component import Component, Failure
from ilrs.components.setting import SURROUNDINGS_HEAT, Array, Setting, Surroundings
from ilrs.flows.primitives import KEEP_ALIVE, Link, Primitive, Sink, Store
from ilrs.physics.battery import one_way_efficiency
from ilrs.units import Energy, Fraction, Power, Rate

CHARGER, BATTERY, PANELS = "charger", "battery", "panels"


class Mobile(Component):
    """A vehicle with its own battery; docked at its place it charges and is kept alive.

    Where it works away from there the planner cuts its charger off and gives it the light of where
    it is (`planning.schedule.sorties`).
    """

    standby: Power = Field(0.0, description="Drawn while it rests, asleep.")
    survival_heater: Power = Field(0.0, description="Heater power that keeps it alive.")
    battery: Energy = Field(0.0, description="Nameplate energy of its battery.")
    depth_of_discharge: Fraction = Field(1.0, description="Usable share of the battery.")
    round_trip: Fraction = Field(1.0, description="Of the battery.")
    self_discharge: Rate = Field(0.0, description="Content lost a second.")
    charger: Power = Field(0.0, description="Most it takes from the place it is docked.")
    failures: dict[str, Failure] = Field({}, description="`charger` (no charging), `lost` (gone).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "charger": "it cannot be charged from the place",
        "lost": "it is gone with all it carries: it draws nothing and nothing is owed to it",
    }
    TELEMETRY: ClassVar[dict[str, str]] = {"content": "J", "served": "W"}

    @property
    def keep(self) -> float:
        """Power [W] that keeps it alive, wherever it is."""
        return self.standby + self.survival_heater

    @property
    def usable(self) -> float:
        """Energy [J] between full and the floor of its battery."""
        return self.depth_of_discharge * self.battery

    def on_the_way(self) -> float:
        """Mean power [W] while it is on its way, besides what keeps it alive."""
        return 0.0

    def sunlight(self, around: Surroundings, flux: Array) -> Array:
        """What its panels give [W] (count,) where `flux` (count,) is the share of the Sun seen."""
        return np.zeros_like(flux)

    def primitives(self, at: Setting) -> list[Primitive]:
        """A charger from the place, the battery, and what keeps the resting vehicle alive."""
        node = at.own("electricity")
        one_way = one_way_efficiency(self.round_trip)
        charger, alive = f"{at.name}.{CHARGER}", f"{at.name}.keep_alive"
        made: list[Primitive] = [
            Link(charger, at.electricity, node, self.charger * at.present),
            Store(
                f"{at.name}.{BATTERY}",
                node,
                capacity=self.battery,
                initial=self.battery,
                floor=1.0 - self.depth_of_discharge,
                charge_maximum=self.charger,
                charge_efficiency=one_way,
                discharge_efficiency=one_way,
                loss_rate=self.self_discharge,
                heat_node=SURROUNDINGS_HEAT,
            ),
            *self.failing("charger", at, (charger,)),
        ]
        if self.keep:
            made.append(
                Sink(
                    alive,
                    node,
                    self.keep * np.asarray(at.present),
                    KEEP_ALIVE,
                    sleep_factor=1.0,
                    group=at.facility,
                    products={SURROUNDINGS_HEAT: 1.0},
                )
            )
        taken = (charger, alive) if self.keep else (charger,)
        return [*made, *self.failing("lost", at, taken, gone=True)]
