"""Seismometer: three axes that listen while nothing near them moves."""

from __future__ import annotations

from typing import ClassVar, Literal

from ilrs.components.component import sourced
from ilrs.components.instrument import STUDY, Acceleration, Instrument, Work
from ilrs.physics.seismic import detection_range, event_energy, quiet_distance
from ilrs.units import Duration, Frequency, Mass, Power

ILSA = f"{STUDY}: ILSA, 1.8 kg, 4 W, 0.1 ug/sqrt(Hz), 40 Hz"


class Seismometer(Instrument):
    """A seismometer whose quiet hours are a constraint on everybody near it."""

    kind: Literal["seismometer"] = "seismometer"
    mass: Mass = sourced(1.8, ILSA, "secondary", "Landed mass with its share of structure.")
    power: Power = sourced(4.0, ILSA, "secondary", "Power while it listens.")
    floor: Acceleration = sourced(9.81e-7, ILSA, "secondary", "Own noise in one root hertz.", gt=0)
    band: Frequency = sourced(40.0, ILSA, "secondary", "Highest frequency heard.", gt=0)
    centre: Frequency = sourced(
        5.0, "middle of the band disturbances come in", "assumed", "Frequency of noise.", gt=0
    )
    sampling: Frequency = sourced(
        15.0,
        "LEMS-A3 records 100 samples a second and returns 15",
        "confirmed",
        "Samples a second that are returned of each axis.",
        gt=0,
    )
    axes: int = sourced(3, "three axes", "assumed", "Axes recorded.", ge=1)
    bits: int = sourced(24, "digitisers of 24 bits", "assumed", "Bits a sample.", ge=1)

    VALIDITY: ClassVar[str] = (
        "Data are not compressed. Quiet distances hold for waves through an even half space beyond "
        "a wavelength; thermal creaking of the ground at sunrise is not in them."
    )

    def listen(self, duration: Duration) -> Work:
        """What listening for `duration` [s] takes and brings; `quiet` [s] is heard."""
        data = self.sampling * self.axes * self.bits * duration
        return Work(duration, self.power, data, {"quiet": duration})

    def quiet_within(self, mechanical: float, efficiency: float = 1e-4) -> float:
        """Distance [m] beyond which work of `mechanical` [W] stays below the own noise.

        `efficiency` is the share that becomes waves: 1e-5 of impacts (Latham and others 1970), more
        of vibration.
        """
        return float(quiet_distance(mechanical * efficiency, self.floor, self.centre, self.band))

    def heard_within(self, magnitude: float, lasting: float = 600.0) -> float:
        """Distance [m] within which a quake that radiates for `lasting` [s], assumed ten minutes,
        stands three times above the own noise.
        """
        energy = event_energy(magnitude)
        return float(detection_range(energy, self.floor, self.centre, self.band, lasting))
