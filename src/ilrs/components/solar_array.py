"""Solar array: vertical, on a mast, turning in azimuth after a Sun that circles the horizon."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Primitive, Source
from ilrs.physics.photovoltaic import (
    cell_efficiency,
    cell_temperature,
    panel_irradiance,
    remaining_output,
)
from ilrs.units import Area, Fraction, Length, Number

YEAR = 365.25 * 86400.0


class SolarArray(Component):
    """A vertical array between two heights above ground, in horizontal strings, turning
    in azimuth.
    """

    kind: Literal["solar_array"] = "solar_array"
    area: Area = Field(description="Cell area facing the Sun.")
    bottom: Length = Field(description="Lower edge above ground.")
    top: Length = Field(description="Upper edge above ground.")
    strings: int = Field(10, ge=1, description="Electrically separate strings, one above another.")
    efficiency: Fraction = sourced(
        0.30,
        "modelling default for lunar arrays, selene-isru constants",
        "secondary",
        "Cell efficiency at 28 degC, beginning of life.",
    )
    temperature_coefficient: Number = sourced(
        -0.0022,
        "typical of triple-junction cells, relative change per kelvin",
        "assumed",
        "Relative change of efficiency per kelvin.",
    )
    absorptance: Fraction = sourced(
        0.90, "typical of covered cells", "assumed", "Solar absorptance."
    )
    emissivity: Fraction = sourced(0.85, "typical of covered cells", "assumed", "Of both faces.")
    wiring: Fraction = sourced(
        0.95,
        "modelling default for lunar arrays, selene-isru constants",
        "secondary",
        "Share left after wiring, blocking diodes and the power point tracker.",
    )
    yearly_loss: Fraction = sourced(
        0.02,
        "covered cells lost 4-10 % in 2000 d on Apollo's dust detectors: Hollick and O'Brien 2013",
        "derived",
        "Output lost a year to radiation and dust.",
    )
    stuck_output: Fraction = sourced(
        0.318,
        "mean of max(cos, 0) over a full turn of the Sun, 1/pi",
        "derived",
        "Share of output left, on average over a lunation, when the azimuth drive is stuck.",
    )
    failures: dict[str, Failure] = Field(
        {}, description="`string_open` (one string lost) and `drive_stuck` (turns no more)."
    )

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "string_open": "one string gives nothing",
        "drive_stuck": "the azimuth drive stops; output falls to its mean over a lunation",
    }
    COMMANDS: ClassVar[dict[str, str]] = {"stow": "turn edge-on", "track": "follow the Sun"}
    TELEMETRY: ClassVar[dict[str, str]] = {"power": "W", "available": "W"}
    VALIDITY: ClassVar[str] = (
        "Azimuth within a few degrees of the Sun; panel in thermal balance; no shading by other "
        "equipment; each string has its own power point tracker."
    )

    @model_validator(mode="after")
    def _upright(self) -> SolarArray:
        if self.top <= self.bottom:
            raise ValueError(
                f"the top ({self.top:g} m) must be above the bottom ({self.bottom:g} m)"
            )
        return self

    def light_span(self) -> tuple[float, float]:
        """From the lower edge to the upper."""
        return self.bottom, self.top

    def primitives(self, at: Setting) -> list[Primitive]:
        """One source: what the cells can give at each step [W]."""
        ground = at.ground()
        flux = panel_irradiance(
            ground.irradiance, ground.sun_elevation, ground.light(self.bottom, self.top)
        )
        temperature = cell_temperature(flux, self.absorptance, self.emissivity, self.efficiency)
        efficiency = cell_efficiency(temperature, self.efficiency, self.temperature_coefficient)
        left = remaining_output(at.years, self.yearly_loss)
        power = self.area * flux * efficiency * self.wiring * left * at.present
        return [
            Source(at.name, at.electricity, power),
            *self.failing("string_open", at, (at.name,), units=self.strings, loss=1 / self.strings),
            *self.failing("drive_stuck", at, (at.name,), loss=1.0 - self.stuck_output),
        ]
