"""Solar array: vertical, on a mast, turning in azimuth after a Sun that circles the horizon."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting, Surroundings
from ilrs.flows.primitives import KEEP_ALIVE, Primitive, Sink, Source
from ilrs.physics.junction import junction_efficiency
from ilrs.physics.photovoltaic import (
    cell_efficiency,
    cell_temperature,
    kelly_cosine,
    panel_irradiance,
    remaining_output,
    string_over_sections,
    tracking_share,
    turned_away,
)
from ilrs.physics.tower import tallest_tower, tower_mass
from ilrs.units import Angle, AngularRate, Area, Fraction, Length, Mass, Number, Power

Array = NDArray[np.float64]

SECTIONS = 10
"""Sections with a bypass diode each in a string that runs up the array."""
EVENTS = 4
"""Great solar-particle events that are counted at most."""


class SolarArray(Component):
    """A vertical array on a mast, in strings between two heights, turning in azimuth."""

    kind: Literal["solar_array"] = "solar_array"
    area: Area = Field(description="Cell area facing the Sun.")
    bottom: Length = Field(description="Lower edge above ground.")
    top: Length = Field(description="Upper edge above ground.")
    strings: int = Field(10, ge=1, description="Electrically separate strings.")
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
    cells: Literal["line", "diode"] = Field(
        "line",
        description="Efficiency by a line in temperature, or by a diode, which knows dim light.",
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
    dust: Fraction = Field(0.0, description="Output lost to dust of the landings, at arrival.")
    layout: Literal["across", "up"] = Field(
        "across",
        description="Strings lie across, one above another, or run up the array side by side.",
    )
    tracking: Literal["azimuth", "fixed"] = Field(
        "azimuth", description="Turns after the Sun, or looks at `azimuth` for good."
    )
    azimuth: Angle | None = Field(None, description="Where a fixed array looks, from north.")
    dead_band: Angle = sourced(
        0.03490658503988659,
        "steps of some degrees spare the gear; 2 deg either way",
        "assumed",
        "How far the drive lets the Sun run ahead.",
    )
    drive_rate: AngularRate = sourced(
        1.7453292519943296e-4,
        "0.01 deg/s: an hour for a slow turn back",
        "assumed",
        "How fast the drive turns.",
    )
    drive_power: Power = Field(
        0.0, description="Keep-alive power of the drive; 0: it is a load of its own."
    )
    event_loss: Fraction = sourced(
        0.03,
        "triple-junction cells under thin glass after one great event, some 1e14 electrons of "
        "1 MeV a square centimetre",
        "assumed",
        "Output lost for good to one great solar-particle event.",
    )
    mast_mass: Mass | None = Field(
        None, description="Mass of the mast within `mass`; given, its height is checked."
    )
    mast_material: Literal["carbon", "aluminium"] = Field("carbon", description="Of the mast.")
    mast_tilt: Angle = sourced(
        0.08726646259971647,
        "5 deg: uneven ground, thermal bending and sideways accelerations together",
        "assumed",
        "Lean that the mast is made for.",
    )
    failures: dict[str, Failure] = Field(
        {},
        description="`string_open` (one string lost), `drive_stuck` (turns no more), "
        "`particle_event` (one of the great solar-particle events that are counted).",
    )

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "string_open": "one string gives nothing, of all the one that gives most",
        "drive_stuck": "the azimuth drive stops where it is; the Sun turns away from the array",
        "particle_event": "a great solar-particle event takes its share of the output for good",
    }
    COMMANDS: ClassVar[dict[str, str]] = {"stow": "turn edge-on", "track": "follow the Sun"}
    TELEMETRY: ClassVar[dict[str, str]] = {"power": "W", "available": "W"}
    VALIDITY: ClassVar[str] = (
        "Panel in thermal balance; each string has its own power point tracker, each of its "
        "sections a bypass diode; the array is thin and its mast casts no shadow on it; at most "
        f"{EVENTS} great particle events, each drawn with the rate given."
    )

    @model_validator(mode="after")
    def _upright(self) -> SolarArray:
        if self.top <= self.bottom:
            raise ValueError(
                f"the top ({self.top:g} m) must be above the bottom ({self.bottom:g} m)"
            )
        if (self.tracking == "fixed") != (self.azimuth is not None):
            raise ValueError("an array that is fixed, and only such a one, needs an azimuth")
        return self

    @model_validator(mode="after")
    def _carried(self) -> SolarArray:
        if self.mast_mass is None:
            return self
        if self.mast_mass > self.mass:
            raise ValueError(
                f"the mast ({self.mast_mass:g} kg) is part of the mass ({self.mass:g} kg)"
            )
        head = self.mass - self.mast_mass
        needed = tower_mass(self.top, head, self.mast_tilt, self.mast_material)
        if needed > self.mast_mass * (1.0 + 1e-9):
            highest = tallest_tower(self.mast_mass, head, self.mast_tilt, self.mast_material)
            raise ValueError(
                f"a mast of {self.mast_mass:g} kg carries {head:g} kg no higher than "
                f"{highest:.1f} m, and the array's top is at {self.top:g} m: give the mast "
                f"{needed:.3g} kg, or lower the array"
            )
        return self

    def light_span(self) -> tuple[float, float]:
        """From the lower edge to the upper."""
        return self.bottom, self.top

    def primitives(self, at: Setting) -> list[Primitive]:
        """One source, what the cells of every string can give at each step [W], and the drive."""
        ground = at.ground()
        strings = self._by_string(ground) * (at.present * self._left(at.years))
        made: list[Primitive] = [
            Source(at.name, at.electricity, np.asarray(strings.sum(axis=0))),
            *self.failing(
                "string_open",
                at,
                (at.name,),
                units=self.strings,
                loss=1.0 / self.strings,
                losses=lost_with_the_best(strings),
            ),
            *self.failing("particle_event", at, (at.name,), units=EVENTS, loss=self.event_loss),
        ]
        if self.tracking == "azimuth":
            self._require_fast_drive(at)
            made += self.failing(
                "drive_stuck", at, (at.name,), loss=0.0, bearing=ground.sun_azimuth
            )
        if self.drive_power:
            made.append(
                Sink(
                    f"{at.name}.drive",
                    at.electricity,
                    self.drive_power * at.present,
                    KEEP_ALIVE,
                    sleep_factor=1.0,
                    group=at.facility,
                    products={SURROUNDINGS_HEAT: 1.0},
                )
            )
        return made

    def _by_string(self, ground: Surroundings) -> Array:
        """Output of every string when new (strings, count) [W]; strings that run up are alike."""
        if self.layout == "across":
            light = ground.light_in_bands(self.bottom, self.top, self.strings)
        else:
            light = string_over_sections(ground.light_in_bands(self.bottom, self.top, SECTIONS))
            light = np.broadcast_to(light, (self.strings, len(light)))
        flux = panel_irradiance(ground.irradiance, ground.sun_elevation, light)
        flux = flux * self._turned(ground)
        temperature = cell_temperature(
            flux, self.absorptance, self.emissivity, self.efficiency, ground.ground_temperature
        )
        if self.cells == "diode":
            efficiency = junction_efficiency(flux, temperature, self.efficiency)
        else:
            efficiency = cell_efficiency(temperature, self.efficiency, self.temperature_coefficient)
        return np.asarray(self.area / self.strings * flux * efficiency * self.wiring)

    def _turned(self, ground: Surroundings) -> Array | float:
        """Share of output left by where the array points."""
        if self.azimuth is None:
            return tracking_share(self.dead_band)
        return kelly_cosine(turned_away(ground.sun_azimuth, self.azimuth))

    def _left(self, years: Array) -> Array:
        """Share of output left by age and dust."""
        return (1.0 - self.dust) * remaining_output(years, self.yearly_loss)

    def _require_fast_drive(self, at: Setting) -> None:
        """Refuse a drive that the Sun outruns."""
        azimuth = at.ground().sun_azimuth
        if len(azimuth) < 2:
            return
        fastest = float(turned_away(azimuth[1:], azimuth[:-1]).max()) / at.clock.step
        if fastest > self.drive_rate:
            raise ValueError(
                f"the Sun turns at up to {np.degrees(fastest):.2g} deg/s here and the drive at "
                f"{np.degrees(self.drive_rate):.2g} deg/s at most: give it a higher drive_rate"
            )


def lost_with_the_best(strings: Array) -> Array:
    """Shares of the whole output lost without the best 1, 2, ... of `strings` (k, count) [W].

    Where nothing comes, each counts the same.
    """
    best = np.cumsum(np.sort(strings, axis=0)[::-1], axis=0)
    whole = best[-1]
    even = np.arange(1.0, len(strings) + 1.0)[:, None] / len(strings)
    return np.asarray(np.where(whole > 0.0, best / np.where(whole > 0.0, whole, 1.0), even))
