"""Ascent vehicle: from the ground to an orbiter with what it carries, and with that home."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import model_validator

from ilrs.components.component import sourced
from ilrs.components.instrument import Instrument, Work
from ilrs.physics import ascent
from ilrs.physics.homeward import Homeward, Orbiter, homeward
from ilrs.units import (
    Angle,
    DataRate,
    Duration,
    Fraction,
    Length,
    Mass,
    Power,
    Rate,
    Speed,
    Temperature,
)

Floats = NDArray[np.float64]
CHANGE5 = "Chang'e-5: ascender of some 500 kg, 1.731 kg brought home"
STORABLE = "hydrazine and nitrogen tetroxide, as recalled"


class AscentVehicle(Instrument):
    """One stage that waits on the ground, climbs to an orbiter and hands its container over."""

    kind: Literal["ascent_vehicle"] = "ascent_vehicle"
    mass: Mass = sourced(500.0, CHANGE5, "secondary", "At lift-off without samples.", gt=0)
    propellant: Mass = sourced(
        260.0, "what an ascent of this model takes, with margin", "derived", "Loaded.", gt=0
    )
    specific_impulse: Duration = sourced(312.0, STORABLE, "assumed", "Of its engine.", gt=0)
    boil_off: Rate = sourced(
        0.0, "storable propellants do not boil", "assumed", "Share of the first load lost a second."
    )
    keep_alive: Power = sourced(
        60.0, "50-150 W of a lander's avionics, lower end", "assumed", "Heaters and avionics."
    )
    power: Power = sourced(250.0, "by this model", "assumed", "Power while it is readied.")
    readying: Duration = sourced(
        6 * 3600.0, "by this model", "assumed", "Loading and checks.", gt=0
    )
    readying_data: DataRate = sourced(20e3, "by this model", "assumed", "Data meanwhile.")
    orbit: Length = sourced(200e3, "Chang'e-5's orbiter, as recalled", "assumed", "Orbiter's.")
    inclination: Angle = sourced(
        1.5707963267948966, "an orbiter that serves a pole", "assumed", "Of the orbiter."
    )
    node: Angle = sourced(
        0.0, "by this model", "assumed",
        "Of the orbiter's plane: its ascending node from the meridian of 0 E at J2000.",
    )  # fmt: skip
    widest: Angle = sourced(
        0.035, "2 deg; 55 m/s to turn by", "assumed",
        "Farthest that the site may lie out of the orbiter's plane at lift-off.", ge=0,
    )  # fmt: skip
    loss: Fraction = sourced(
        0.09, "Apollo: 1.85 km/s spent for 1.69 km/s", "assumed", "To gravity and steering."
    )
    rendezvous: Speed = sourced(
        60.0, "by this model", "assumed", "Speed for rendezvous and docking.", ge=0
    )
    margin: Fraction = sourced(0.03, "practice", "assumed", "Speed kept in reserve.")
    container: Mass = sourced(5.0, "by this model", "assumed", "Container handed over, empty.")
    share_home: Fraction = sourced(
        1.0, "all that is handed over goes home", "assumed", "Of samples that the orbiter takes."
    )

    entry: Angle = sourced(
        0.105, "6 deg, as capsules from the Moon", "assumed", "Below the horizon at 120 km.", gt=0
    )
    corridor: Angle = sourced(
        0.0175, "1 deg, between skipping out and burning", "assumed", "Of entry angles.", gt=0
    )
    parking: Length = sourced(
        100e3, "by this model", "assumed", "Orbit below the orbiter's, to catch up in.", gt=0
    )
    phase: Angle = sourced(
        0.0, "by this model", "assumed", "Of the orbiter along its orbit from its node at J2000."
    )
    docking: Duration = sourced(
        6 * 3600.0, "some hours of approach, as Chang'e-5's, and the container handed over",
        "assumed", "From below the orbiter until what it carried is aboard.",
    )  # fmt: skip
    leaves_within: Angle = sourced(
        0.1222, "7 deg: every pass, twice a month, holds a landing chance", "assumed",
        "Farthest that the direction home may lie out of the orbiter's plane.", ge=0.1221,
    )  # fmt: skip
    landing: Angle = sourced(
        1.944, "111.4 E in Inner Mongolia, where Chang'e-5 came down, as recalled", "assumed",
        "Longitude of the place of landing on Earth.",
    )  # fmt: skip
    hold: Temperature = sourced(
        280.0, "no cold chain on the way", "assumed", "Of the samples from lift-off on.", gt=0
    )

    VALIDITY: ClassVar[str] = (
        "Impulsive burns with a share for losses; the orbiter is there and takes the container. "
        "Its plane drifts by the Moon's oblateness alone, over a Moon that turns evenly. The way "
        "home is that of patched conics, left when the orbit's plane holds the direction home and "
        "the place of landing comes under the entry point, by the Moon's mean motion; whether the "
        "Moon's declination suits that place's latitude is not asked."
    )

    @model_validator(mode="after")
    def _has_structure(self) -> AscentVehicle:
        if self.propellant >= self.mass:
            raise ValueError(
                f"{self.propellant:g} kg of propellant in a vehicle of {self.mass:g} kg"
            )
        if self.parking >= self.orbit:
            raise ValueError(
                f"parking at {self.parking / 1e3:g} km is not below the orbiter at "
                f"{self.orbit / 1e3:g} km"
            )
        return self

    def speed_needed(self, latitude: float, offset: float = 0.0) -> float:
        """Speed [m/s] to the orbiter from `latitude` [rad], `offset` [rad] out of its plane, or as
        far as that never comes nearer.
        """
        northernmost = math.asin(abs(math.sin(self.inclination)))
        within = min(abs(latitude), northernmost)
        up = ascent.ascent_delta_v(self.orbit, within, self.inclination, self.loss)
        off = max(offset, abs(latitude) - within)
        turn = float(ascent.plane_change(off, float(ascent.circular_speed(self.orbit))))
        return (up + turn + self.rendezvous) * (1.0 + self.margin)

    def payload(self, latitude: float, waited: float = 0.0, offset: float = 0.0) -> float:
        """Samples in their tubes [kg] it lifts after `waited` [s] on the ground; 0 if none."""
        rate = self.boil_off * self.propellant
        left = float(ascent.after_waiting(self.propellant, rate, waited))
        stage = ascent.Stage(self.mass - self.propellant, left, self.specific_impulse)
        lifted = ascent.payload_for([stage], self.speed_needed(latitude, offset))
        return max(lifted - self.container, 0.0)

    def out_of_plane(self, since_j2000: ArrayLike, latitude: float, longitude: float) -> Floats:
        """How far [rad] a site lies out of the orbiter's plane, seconds after J2000."""
        drift = ascent.node_drift(self.orbit, self.inclination)
        site = (latitude, longitude, self.inclination, self.node, drift)
        return np.abs(ascent.plane_offset(since_j2000, *site))

    def way_home(self) -> ascent.WayHome:
        """The orbiter's departure, and its entry at the Earth."""
        return ascent.way_home(self.orbit, self.entry, self.corridor)

    def homeward(self, since_j2000: float, latitude: float, longitude: float) -> Homeward:
        """The time from lift-off at a site [rad], seconds after J2000, to Earth, in its parts."""
        orbiter = Orbiter(
            self.orbit, self.inclination, self.node, self.phase, self.parking, self.docking
        )
        site = (latitude, longitude)
        return homeward(
            since_j2000, *site, orbiter, self.leaves_within, self.landing, self.way_home()
        )

    def launch(self, latitude: Angle, samples: Mass, waited: Duration = 0.0) -> Work:
        """What launching `samples` [kg] takes of the station; yields `mass_home` [kg] net of tubes.

        Raises ValueError when it cannot lift them.
        """
        most = self.payload(latitude, waited)
        if samples > most:
            raise ValueError(f"{samples:g} kg of samples, and it lifts {most:.3g} kg")
        return Work(
            self.readying,
            self.power,
            self.readying_data * self.readying,
            {"mass_home": samples * self.share_home},
        )
