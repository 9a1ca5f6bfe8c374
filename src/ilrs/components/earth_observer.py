"""Earth observer: a camera or radiometer that looks at the whole Earth from the Moon."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import model_validator

from ilrs.components.component import sourced
from ilrs.components.instrument import Instrument, Work
from ilrs.components.telescope import SkyAngle
from ilrs.physics.optics import ground_resolution
from ilrs.sky.directions import EARTH_RADIUS
from ilrs.units import Duration, Length, Mass, Number, Power

EUVC = "Chang'e-3's extreme ultraviolet camera: 30.2 nm, 14.7 deg, 0.08 deg, 10 min, 0.1 RE"
CLASS = "Earth cameras of this kind, as recalled"


class EarthObserver(Instrument):
    """A camera of the Earth; with a field of one pixel a radiometer."""

    kind: Literal["earth_observer"] = "earth_observer"
    mass: Mass = sourced(15.0, CLASS, "assumed", "Landed mass with its share of structure.")
    power: Power = sourced(20.0, CLASS, "assumed", "Power while it observes.")
    aperture: Length = sourced(0.1, CLASS, "assumed", "Clear diameter.", gt=0)
    wavelength: Length = sourced(30.4e-9, "helium's line", "assumed", "Middle of its band.", gt=0)
    field: SkyAngle = sourced(math.radians(14.7), EUVC, "confirmed", "Across its image.", gt=0)
    pixel: SkyAngle = sourced(math.radians(0.08), EUVC, "confirmed", "Of its image.", gt=0)
    cadence: Duration = sourced(600.0, EUVC, "confirmed", "From one image to the next.", gt=0)
    bands: int = sourced(1, CLASS, "assumed", "Images at a time.", ge=1)
    bits: int = sourced(16, CLASS, "assumed", "Bits a pixel.", ge=1)
    compression: Number = sourced(2.0, "without loss", "assumed", "Data made to data kept.", ge=1)
    height: Length = sourced(2.0, CLASS, "assumed", "Of its lens above the ground.")
    sun: SkyAngle = sourced(
        math.radians(10.0), "beyond half its field and a baffle", "assumed",
        "Least angle between Earth and Sun while any of the Sun is up.",
    )  # fmt: skip

    VALIDITY: ClassVar[str] = (
        "The Earth is a sphere without clouds; nothing is lost in its air; images are whole at "
        "once, and cut by the terrain."
    )

    @model_validator(mode="after")
    def _has_pixels(self) -> EarthObserver:
        if self.pixel > self.field:
            raise ValueError("a pixel is wider than the field")
        return self

    def image_data(self) -> float:
        """Data [bit] of one image of all bands as kept."""
        side = math.ceil(self.field / self.pixel - 1e-9)
        return side**2 * self.bits * self.bands / self.compression

    def rate(self) -> float:
        """Mean data rate [bit/s] while it observes."""
        return self.image_data() / self.cadence

    def on_ground(self, distance: float, emission: float = 0.0) -> float:
        """Length [m] told apart on the Earth: the larger of diffraction's and two pixels'."""
        optics = float(ground_resolution(distance, self.wavelength, self.aperture, emission))
        return max(optics, 2.0 * self.pixel * distance / math.cos(emission))

    def in_radii(self, distance: float) -> float:
        """A pixel across the Earth's surroundings, in its radii at `distance` [m]."""
        return self.pixel * distance / EARTH_RADIUS

    def watch(self, duration: Duration) -> Work:
        """What watching for `duration` [s] takes; yields `watched` [s] and `images`."""
        images = math.floor(duration / self.cadence + 1e-9)
        data = images * self.image_data()
        return Work(duration, self.power, data, {"watched": duration, "images": float(images)})
