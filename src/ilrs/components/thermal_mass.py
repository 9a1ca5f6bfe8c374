"""Thermal mass: the insulated warm box that holds a facility's equipment."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from ilrs.components.component import Component, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Primitive, ThermalMass
from ilrs.physics.thermal import (
    radiative_coefficient,
    sunlight_on_faces,
    surroundings_temperature,
)
from ilrs.units import Angle, Conductance, Fraction, HeatCapacity, Length, Temperature


class Box(Component):
    """An upright insulated box of six faces: one temperature, coupled to ground, Sun and sky."""

    kind: Literal["thermal_mass"] = "thermal_mass"
    heat_capacity: HeatCapacity = Field(description="Of everything inside.")
    height: Length = Field(description="Height of the box.")
    width: Length = Field(description="Width of its square base.")
    heading: Angle = Field(0.0, description="Azimuth its front looks to, from north.")
    albedo: Fraction = sourced(
        0.12, "highland regolith: Hayne and others 2017", "confirmed", "Of the ground around."
    )
    initial: Temperature = sourced(293.15, "launched at room temperature", "assumed", "At arrival.")
    minimum: Temperature = Field(description="Lowest temperature the contents survive.")
    maximum: Temperature = Field(description="Highest temperature the contents survive.")
    effective_emissivity: Fraction = sourced(
        0.02,
        "multi-layer insulation with seams, 0.01-0.03",
        "assumed",
        "Of the insulation, between inside and surroundings.",
    )
    solar_leak: Fraction = sourced(
        0.01,
        "effective emissivity over infrared emissivity, times absorptance 0.4",
        "derived",
        "Share of the sunlight on the box that reaches the inside.",
    )
    legs: Conductance = sourced(
        0.1, "four titanium or glass-fibre legs and a harness", "assumed", "To the ground."
    )

    TELEMETRY: ClassVar[dict[str, str]] = {"temperature": "K"}
    VALIDITY: ClassVar[str] = (
        "One temperature inside (internal gradients below a few kelvin); flat ground at its own "
        "radiative temperature, not shaded or warmed by the box."
    )

    def light_span(self) -> tuple[float, float]:
        """From the ground to the top."""
        return 0.0, self.height

    def primitives(self, at: Setting) -> list[Primitive]:
        """One thermal mass."""
        ground = at.ground()
        lit = ground.light(ground.heights[0], max(self.height, ground.heights[0]))
        on_faces = sunlight_on_faces(
            ground.irradiance,
            ground.sun_elevation,
            ground.sun_azimuth,
            lit,
            self.heading,
            self.albedo,
        )
        side, plate = self.height * self.width, self.width**2
        areas = np.array([side, side, side, side, plate, plate])
        # Sides see half sky and half ground, the top sky, the bottom ground: half and half in all.
        return [
            ThermalMass(
                at.name,
                at.heat_node,
                capacity=self.heat_capacity,
                initial=self.initial,
                minimum=self.minimum,
                maximum=self.maximum,
                absorbed=self.solar_leak * (areas @ on_faces),
                conductance=self.legs,
                ground=ground.ground_temperature,
                leak=radiative_coefficient(float(areas.sum()), self.effective_emissivity),
                surroundings=surroundings_temperature(ground.ground_temperature, 0.5),
            )
        ]
