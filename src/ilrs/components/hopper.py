"""Hopper: flies from place to place on ballistic arcs; at rest it charges and is kept alive."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.flows.primitives import KEEP_ALIVE, Link, Primitive, Sink, Store
from ilrs.physics.battery import one_way_efficiency
from ilrs.physics.mobility import hop_delta_v, propellant
from ilrs.units import Duration, Energy, Fraction, Mass, Power

SIZED = "sized for a probe of some 100 kg; nothing is published of the real one"


class Hopper(Component):
    """A probe that hops by rocket, such as into permanent shadow and out again."""

    kind: Literal["hopper"] = "hopper"
    mass: Mass = sourced(100.0, SIZED, "assumed", "Mass at lift-off, tanks full.", gt=0)
    propellant: Mass = sourced(30.0, SIZED, "assumed", "Usable propellant of full tanks.", gt=0)
    specific_impulse: Duration = sourced(
        220.0,
        "small hydrazine engines of 220-235 s, as recalled",
        "assumed",
        "Specific impulse of its engines.",
        gt=0,
    )
    gravity_loss: Fraction = sourced(
        0.15, "thrust of two to three times the weight", "assumed", "Speed lost in addition."
    )
    reserve: Fraction = sourced(
        0.1, "usual landing reserve", "assumed", "Share of the propellant kept at the last landing."
    )
    standby: Power = sourced(10.0, SIZED, "assumed", "Drawn while it rests, asleep.")
    survival_heater: Power = sourced(
        20.0,
        "10-20 W for a small rover with a radioisotope heater, as recalled",
        "assumed",
        "Heater power that keeps it alive in the dark.",
    )
    battery: Energy = sourced(
        1000.0 * 3600.0, SIZED, "assumed", "Nameplate energy of its battery.", gt=0
    )
    depth_of_discharge: Fraction = sourced(
        0.8, "60-80 % on lithium-ion flight batteries", "assumed", "Usable share of the battery."
    )
    round_trip: Fraction = sourced(
        0.92, "typical of lithium-ion at moderate rates", "assumed", "Of the battery.", gt=0
    )
    charger: Power = sourced(200.0, SIZED, "assumed", "Most it takes from the place it stands at.")
    failures: dict[str, Failure] = Field({}, description="`charger` (no charging).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"charger": "it cannot be charged from the place"}
    COMMANDS: ClassVar[dict[str, str]] = {"hop": "fly to a place", "rest": "stand by"}
    TELEMETRY: ClassVar[dict[str, str]] = {"content": "J", "served": "W"}
    MODES: ClassVar[tuple[str, ...]] = ("resting", "flying")
    VALIDITY: ClassVar[str] = (
        "Arcs of least energy over a sphere, obstacles not looked at; propellant is not refilled "
        "and is budgeted by `reach`, not simulated."
    )

    @model_validator(mode="after")
    def _dry_mass_left(self) -> Hopper:
        if self.propellant >= self.mass:
            raise ValueError(
                f"{self.propellant:g} kg of propellant are no part of {self.mass:g} kg at lift-off"
            )
        return self

    def used(self, mass: float, distance: float, climb: float = 0.0) -> float:
        """Propellant [kg] of a hop of `distance` [m] that lands `climb` [m] higher, at `mass`."""
        speed = hop_delta_v(distance, climb, self.gravity_loss)
        return float(propellant(mass, speed, self.specific_impulse))

    def reach(self, hops: int = 1) -> float:
        """Longest distance [m] of each of `hops` equal hops on level ground, the reserve kept."""
        usable = self.propellant * (1.0 - self.reserve)

        def enough(distance: float) -> bool:
            mass = self.mass
            for _ in range(hops):
                mass -= self.used(mass, distance)
            return self.mass - mass <= usable

        low, high = 0.0, 5.0e6
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if enough(middle) else (low, middle)
        return low

    def primitives(self, at: Setting) -> list[Primitive]:
        """A charger from the place, the battery, and what keeps the resting hopper alive."""
        node = at.own("electricity")
        one_way = one_way_efficiency(self.round_trip)
        keep = self.standby + self.survival_heater
        made: list[Primitive] = [
            Link(f"{at.name}.charger", at.electricity, node, self.charger * at.present),
            Store(
                f"{at.name}.battery",
                node,
                capacity=self.battery,
                initial=self.battery,
                floor=1.0 - self.depth_of_discharge,
                charge_maximum=self.charger,
                charge_efficiency=one_way,
                discharge_efficiency=one_way,
                heat_node=SURROUNDINGS_HEAT,
            ),
            *self.failing("charger", at, (f"{at.name}.charger",)),
        ]
        if keep:
            made.append(
                Sink(
                    f"{at.name}.keep_alive",
                    node,
                    keep * np.asarray(at.present),
                    KEEP_ALIVE,
                    sleep_factor=1.0,
                    group=at.facility,
                    products={SURROUNDINGS_HEAT: 1.0},
                )
            )
        return made
