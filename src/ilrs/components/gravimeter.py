"""Gravimeter: readings between visits of a base, and the tube they would find."""

from __future__ import annotations

from typing import ClassVar, Literal

from ilrs.components.component import sourced
from ilrs.components.instrument import STUDY, Acceleration, Density, Instrument, Work
from ilrs.physics.sounding import reading_error, smallest_tube
from ilrs.units import DataVolume, Duration, Mass, Power

CLASS = f"{STUDY} and general knowledge: 10-12 kg, about 10 W"


class Gravimeter(Instrument):
    """A relative gravimeter carried from station to station."""

    kind: Literal["gravimeter"] = "gravimeter"
    mass: Mass = sourced(11.0, CLASS, "assumed", "Landed mass with its share of structure.")
    power: Power = sourced(10.0, CLASS, "assumed", "Power while it reads.")
    noise: Acceleration = sourced(
        1e-5, "a milligal in a second, of Apollo 17's class and better", "assumed",
        "Noise in one root hertz.", gt=0,
    )  # fmt: skip
    drift: Acceleration = sourced(
        1e-7, "what is left of a spring's drift after its line is taken off", "assumed",
        "What drift varies by in an hour.",
    )  # fmt: skip
    reading_time: Duration = sourced(600.0, CLASS, "assumed", "Time of one reading.", gt=0)
    reading_data: DataVolume = sourced(1e6, CLASS, "assumed", "Data of one reading.")

    VALIDITY: ClassVar[str] = (
        "Level and at rest. Heights and terrain around each station are known well enough to be "
        "taken off: 1 m of height is 1.9 um/s2."
    )

    def read(self, stations: int) -> Work:
        """What reading at `stations` takes without the ways between; yields `gravity_stations`."""
        return Work(
            stations * self.reading_time,
            self.power,
            stations * self.reading_data,
            {"gravity_stations": float(stations)},
        )

    def error(self, since_base: float) -> float:
        """Error [m/s2] of a reading taken `since_base` [s] after a visit of the base."""
        return float(reading_error(self.noise, self.reading_time, self.drift / 3600.0, since_base))

    def tube_found(self, since_base: float, axis_depth: float, density: Density = 3000.0) -> float:
        """Radius [m] of the smallest empty tube with its axis at `axis_depth` [m] made out."""
        return float(smallest_tube(self.error(since_base), axis_depth, density))
