"""Telescope: an optical or ultraviolet one with its detector, and what keeps it from the sky."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import sourced
from ilrs.components.instrument import Instrument, Work
from ilrs.physics.optics import Camera
from ilrs.physics.sky_background import Dust
from ilrs.sky.visibility import Limits
from ilrs.units import AngularRate, Duration, Fraction, Length, Mass, Number, Power, Quantity, Rate
from ilrs.units import Temperature as Kelvin

LUT = "Chang'e-3's telescope: 150 mm, 245-340 nm, some 13 mag, stable for 18 months"
CLASS = "small near-ultraviolet telescopes, as recalled"
ARCSECOND = math.pi / 648000.0

SkyAngle = Annotated[float, Quantity("rad", minimum=0.0)]


class Telescope(Instrument):
    """A telescope that monitors targets in turn, by day and by night."""

    kind: Literal["telescope"] = "telescope"
    mass: Mass = sourced(15.0, "no published mass", "assumed", "Mass with mount and shelter.")
    power: Power = sourced(40.0, "no published power", "assumed", "Power while it observes.")
    aperture: Length = sourced(0.15, LUT, "secondary", "Clear diameter.", gt=0)
    shortest: Length = sourced(245e-9, LUT, "secondary", "Where its band begins.", gt=0)
    longest: Length = sourced(340e-9, LUT, "secondary", "Where its band ends.", gt=0)
    obstruction: Fraction = sourced(0.16, CLASS, "assumed", "Share of the area in shadow.", lt=1)
    throughput: Fraction = sourced(
        0.1, CLASS, "assumed", "Of mirrors, filter and detector together.", gt=0
    )
    pixel: SkyAngle = sourced(4.76 * ARCSECOND, CLASS, "assumed", "Of the detector, on the sky.",
                              gt=0)  # fmt: skip
    spot: Number = sourced(9.0, "three by three", "assumed", "Pixels summed for a star.", gt=0)
    pixels: int = sourced(1024, CLASS, "assumed", "Along a side of the detector.", ge=1)
    bits: int = sourced(16, CLASS, "assumed", "Bits a pixel.", ge=1)
    compression: Number = sourced(2.0, "without loss", "assumed", "Data made to data kept.", ge=1)
    read_noise: Number = sourced(8.0, CLASS, "assumed", "Electrons a frame and pixel.", ge=0)
    frame: Duration = sourced(30.0, CLASS, "assumed", "Longest single exposure.", gt=0)
    between: Duration = sourced(5.0, CLASS, "assumed", "To read a frame out.")
    dark_current: Rate = sourced(
        0.05, CLASS, "assumed", "Electrons a second and pixel at `dark_at`."
    )
    dark_at: Kelvin = sourced(233.15, CLASS, "assumed", "Temperature of that dark current.", gt=0)
    detector: Kelvin = sourced(
        233.15, "held by a cooler", "assumed", "Temperature of the detector.", ge=150, le=330
    )
    clearance: SkyAngle = sourced(
        math.radians(5.0), "lit ground and lifted dust close to it", "assumed",
        "Least height above the terrain.",
    )  # fmt: skip
    sun: SkyAngle = sourced(
        math.radians(45.0), "the reach of its baffle", "assumed",
        "Least angle from the Sun while any of it is up.",
    )  # fmt: skip
    earth: SkyAngle = sourced(
        math.radians(15.0), "the reach of its baffle", "assumed",
        "Least angle from the Earth while any of it is up.",
    )  # fmt: skip
    dark_only: bool = sourced(
        False, "Chang'e-3's telescope works in sunlight", "secondary", "Never under the Sun."
    )
    dust: Fraction = sourced(
        0.005, "a shelter closed at every terminator keeps most off", "assumed",
        "Share of the mirror that dust covers.",
    )  # fmt: skip
    forward: Fraction = sourced(
        0.9,
        "grains larger than the wavelength",
        "assumed",
        "Asymmetry of what dust scatters.",
        lt=1,
    )
    baffle: Fraction = sourced(
        1e-7, "two stages", "assumed", "Share of sunlight that still reaches the mirror.", gt=0
    )
    slew: AngularRate = sourced(math.radians(1.0), CLASS, "assumed", "Speed of turning.", gt=0)
    settle: Duration = sourced(20.0, CLASS, "assumed", "To come to rest after turning.")
    priority: int = Field(3, ge=1, le=9, description="Of standby: 1 is shed last, 9 first.")

    COMMANDS: ClassVar[dict[str, str]] = {
        "work": "observe as its activity asks",
        "standby": "close the shelter and keep ready",
        "interrupt": "leave the campaign for a target of opportunity",
    }
    TELEMETRY: ClassVar[dict[str, str]] = {"served": "W"}
    VALIDITY: ClassVar[str] = (
        "Throughput is one number over the band; stars are points summed over a fixed spot; the "
        "detector never saturates; dust on the mirror is constant; light of the lit ground is in "
        "`clearance` alone."
    )

    @model_validator(mode="after")
    def _has_a_band(self) -> Telescope:
        if self.longest <= self.shortest:
            raise ValueError("its band ends before it begins: longest is not above shortest")
        return self

    def camera(self) -> Camera:
        """What counts for exposures."""
        return Camera(
            self.aperture, self.obstruction, self.throughput, self.shortest, self.longest,
            self.pixel, self.spot, self.read_noise, self.frame, self.dark_current, self.dark_at,
            self.detector,
        )  # fmt: skip

    def limits(self) -> Limits:
        """What keeps it from a target."""
        return Limits(self.clearance, self.sun, self.earth, self.dark_only)

    def dust_on_mirror(self) -> Dust:
        """What strays sunlight."""
        return Dust(self.dust, self.forward, self.baffle)

    def turning(self, angle: float) -> float:
        """Time [s] to turn by `angle` [rad] and come to rest."""
        return angle / self.slew + self.settle

    def frame_data(self) -> float:
        """Data [bit] of a frame as kept."""
        return self.pixels**2 * self.bits / self.compression

    def monitor(
        self, duration: Duration, exposure: Duration, targets: int, apart: SkyAngle
    ) -> Work:
        """What turns of `exposure` [s] on each of `targets`, `apart` [rad], take in `duration` [s].

        Yields `exposed` [s] of open shutter and `visits`; what is left of a round is not begun.
        """
        frames = max(math.ceil(exposure / self.frame - 1e-9), 1)
        a_visit = exposure + frames * self.between
        if targets > 1:
            a_visit += self.turning(apart)
        visits = int(duration / a_visit + 1e-9)
        return Work(
            duration,
            self.power,
            visits * frames * self.frame_data(),
            {"exposed": visits * exposure, "visits": float(visits)},
        )
