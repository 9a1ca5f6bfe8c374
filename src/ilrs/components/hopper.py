"""Hopper: flies from place to place on ballistic arcs; at rest it charges and is kept alive."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from ilrs.components.component import sourced
from ilrs.components.mobile import Mobile
from ilrs.physics.mobility import hop_delta_v, propellant
from ilrs.units import Duration, Energy, Fraction, Mass, Power

SIZED = "sized for a probe of some 100 kg; nothing is published of the real one"


class Hopper(Mobile):
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
    COMMANDS: ClassVar[dict[str, str]] = {"hop": "fly to a place", "rest": "stand by"}
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
