"""Rover: wheels, battery, panels and a heater; docked at its place it charges and is kept alive."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ilrs.components.component import sourced
from ilrs.components.mobile import Mobile
from ilrs.components.setting import Array, Surroundings
from ilrs.physics.mobility import Vehicle, going, slope_limit, sun_on_vehicle
from ilrs.units import Angle, Area, Energy, Fraction, Length, Mass, Power, Rate, Speed

PROSPECTOR = "public trade study of rovers: a prospector of 150 kg drives on 0.25 kW at 0.37 m/s"
SIZED = "sized for the 150 kg prospector of this model"


class Rover(Mobile):
    """A wheeled vehicle with its own battery, solar panels and survival heater."""

    kind: Literal["rover"] = "rover"
    mass: Mass = sourced(150.0, PROSPECTOR, "secondary", "Mass as it drives, payload included.")
    wheels: int = Field(6, ge=3, description="Driven wheels that share the weight evenly.")
    wheel_diameter: Length = sourced(0.5, SIZED, "assumed", "Diameter of a wheel.", gt=0)
    wheel_width: Length = sourced(0.25, SIZED, "assumed", "Width of a wheel.", gt=0)
    grouser: Length = sourced(0.015, SIZED, "assumed", "Height of the wheels' grousers.")
    slip_limit: Fraction = sourced(
        0.6,
        "beyond some 0.6 wheels dig themselves in",
        "assumed",
        "Slip that limits a climb.",
        gt=0,
    )
    tilt_limit: Angle = sourced(
        math.radians(25.0), "static stability of low rovers", "assumed", "Steepest ground entered."
    )
    clearance: Length = sourced(0.2, "Yutu-2 passes 20 cm", "secondary", "Height of stones passed.")
    drive_power: Power = sourced(250.0, PROSPECTOR, "secondary", "Most its motors draw.", gt=0)
    drive_efficiency: Fraction = sourced(
        0.5, "small motors with high reduction", "assumed", "Share that reaches the soil.", gt=0
    )
    idle_power: Power = sourced(
        60.0, SIZED, "assumed", "Drawn by computer, cameras and radio while it drives or stands."
    )
    standby: Power = sourced(10.0, SIZED, "assumed", "Drawn while parked, asleep.")
    survival_heater: Power = sourced(
        20.0,
        "10-20 W for a small rover with a radioisotope heater, as recalled",
        "assumed",
        "Heater power that keeps it alive, parked in the dark.",
    )
    battery: Energy = sourced(
        2000.0 * 3600.0, SIZED, "assumed", "Nameplate energy of its battery.", gt=0
    )
    depth_of_discharge: Fraction = sourced(
        0.8, "60-80 % on lithium-ion flight batteries", "assumed", "Usable share of the battery."
    )
    round_trip: Fraction = sourced(
        0.92, "typical of lithium-ion at moderate rates", "assumed", "Of the battery.", gt=0
    )
    self_discharge: Rate = sourced(
        0.02 / (30 * 86400.0), "typical of lithium-ion", "assumed", "Content lost a second."
    )
    charger: Power = sourced(500.0, SIZED, "assumed", "Most it takes from the place it is docked.")
    panel_area: Area = sourced(
        1.2, SIZED, "assumed", "Area of its panels, of one side for `sides`."
    )
    panel_efficiency: Fraction = sourced(
        0.28, "triple-junction cells at 28 % with wiring", "assumed", "Of panels and wiring."
    )
    panel_mounting: Literal["mast", "sides", "top"] = Field(
        "mast", description="`mast` follows the Sun, `sides` stand upright, `top` lies flat."
    )
    speed: Speed = sourced(
        0.2,
        "half of the prospector's best, for sight and stones",
        "assumed",
        "Driving speed.",
        gt=0,
    )
    COMMANDS: ClassVar[dict[str, str]] = {"drive": "follow a route", "park": "stand by"}
    MODES: ClassVar[tuple[str, ...]] = ("parked", "driving")
    VALIDITY: ClassVar[str] = (
        "Docked at its place, but for the time of its activities elsewhere and of the ways there. "
        "Steady driving on soil like Apollo's; slip, not stones, limits a climb."
    )

    @model_validator(mode="after")
    def _moves(self) -> Rover:
        if slope_limit(self.vehicle()) <= 0.0:
            raise ValueError(
                f"{self.mass:g} kg on {self.wheels} wheels of {self.wheel_diameter:g} x "
                f"{self.wheel_width:g} m sink too deep to move: larger wheels, or less mass"
            )
        return self

    def vehicle(self) -> Vehicle:
        """The rover as terramechanics sees it, on soil like that of the Apollo sites."""
        return Vehicle(
            mass=self.mass,
            wheels=self.wheels,
            diameter=self.wheel_diameter,
            width=self.wheel_width,
            speed=self.speed,
            drive_power=self.drive_power,
            efficiency=self.drive_efficiency,
            idle_power=self.idle_power,
            grouser=self.grouser,
            slip_limit=self.slip_limit,
            tilt_limit=self.tilt_limit,
        )

    def dark_endurance(self) -> float:
        """Time [s] the full battery keeps it alive in the dark."""
        return self.usable / self.keep if self.keep > 0.0 else math.inf

    def on_the_way(self) -> float:
        """Idle power [W], and that of motors which drive all the time on level ground."""
        level = going(self.vehicle(), 0.0)
        return float(level.energy * level.speed)

    def sunlight(self, around: Surroundings, flux: Array) -> Array:
        """What its panels give [W] (count,); `sides` have the mean over all headings."""
        if self.panel_mounting == "sides":
            facing = np.cos(around.sun_elevation) * 2.0 / math.pi
        else:
            facing = sun_on_vehicle(around.sun_elevation, 0.0, 0.0, self.panel_mounting)
        taken = self.panel_area * self.panel_efficiency
        return np.asarray(taken * around.irradiance * flux * np.maximum(facing, 0.0))
