"""Solar cells on a vertical panel under a low Sun."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEFAN_BOLTZMANN = 5.670374419e-8  # [W/m2/K4], CODATA 2018

Array = NDArray[np.float64]


def panel_irradiance(irradiance: Array, elevation: Array, lit: Array) -> Array:
    """Flux on a vertical panel turned to the Sun's azimuth [W/m2].

    G = G_n cos(elevation) lit, with the normal irradiance `irradiance` [W/m2], the Sun's
    `elevation` [rad] and the mean limb-darkened share of its disc that the panel sees. Holds for
    an azimuth drive that follows within a few degrees (cos 5 deg = 0.996).
    """
    return irradiance * np.cos(elevation) * lit


def cell_temperature(
    flux: Array,
    absorptance: float,
    emissivity: float,
    efficiency: float,
    ground: Array | float = 0.0,
) -> Array:
    """Temperature of a thin upright panel radiating from both faces [K].

    (absorptance - efficiency) G + emissivity sigma T_ground^4 = 2 emissivity sigma T^4: each face
    sees ground at `ground` [K] over half its view and cold sky over the other half. Holds for a
    panel in balance (its time constant is minutes).
    """
    heat = np.maximum(absorptance - efficiency, 0.0) * flux
    own = heat / (2.0 * emissivity * STEFAN_BOLTZMANN)
    return np.asarray((own + 0.5 * np.asarray(ground) ** 4) ** 0.25)


def cell_efficiency(
    temperature: Array, reference_efficiency: float, temperature_coefficient: float
) -> Array:
    """Efficiency of the cells at `temperature` [K], linear about 301.15 K.

    eta = eta_28 (1 + k (T - 301.15)), k [1/K] negative. Holds for 200 to 400 K; colder cells are
    held at the 200 K value, because multi-junction cells stop gaining there (low-intensity
    low-temperature losses).
    """
    warm = np.maximum(temperature, 200.0)
    return reference_efficiency * (1.0 + temperature_coefficient * (warm - 301.15))


def remaining_output(years: Array, yearly_loss: float) -> Array:
    """Share of output left after `years` of loss at `yearly_loss` a year: (1 - loss)^years."""
    return (1.0 - yearly_loss) ** np.maximum(years, 0.0)


# Incidence [deg] and share of normal output of a covered cell: the Kelly cosine, as tabulated in
# Wertz and Larson, Space Mission Analysis and Design, 3rd edition, and older handbooks; it follows
# the cosine to 50 deg, and reflection at the cover takes the rest.
_KELLY = (
    (0.0, 30.0, 50.0, 60.0, 80.0, 85.0),
    (1.0, 0.866, 0.635, 0.450, 0.100, 0.0),
)


def kelly_cosine(angle: Array | float) -> Array:
    """Share of its normal output that a covered cell gives at incidence `angle` [rad].

    The cosine to 50 deg, then linear between tabulated values, nothing beyond 85 deg. Holds for
    glass covers within 1 % of normal output.
    """
    degrees = np.degrees(np.abs(angle))
    last = _KELLY[1][2] / np.cos(np.radians(50.0))
    meets = 1.0 + (last - 1.0) * np.clip((degrees - 30.0) / 20.0, 0.0, 1.0)
    near = np.cos(np.radians(degrees)) * meets
    return np.asarray(np.where(degrees <= 50.0, near, np.interp(degrees, *_KELLY)))


def turned_away(sun_azimuth: Array, panel_azimuth: Array | float) -> Array:
    """Angle between the azimuths of Sun and panel, 0 to pi [rad]."""
    return np.abs((np.asarray(sun_azimuth) - panel_azimuth + np.pi) % (2.0 * np.pi) - np.pi)


def tracking_share(dead_band: float) -> float:
    """Mean share of output left by a drive that follows within +-`dead_band` [rad]: sin(x)/x."""
    return float(np.sinc(dead_band / np.pi))


def string_over_sections(light: Array) -> Array:
    """Share of a series string's output under `light` (k, count) [1] on its k equal sections.

    Each section has a bypass diode, so the string runs at the current of its n best-lit sections
    and on their voltage alone: max over n of n I_n / k, with I_n the n-th largest light. Holds
    where diodes drop little against a section's voltage; a string without diodes gives the
    darkest section's light.
    """
    best = np.sort(light, axis=0)[::-1]
    count = np.arange(1, len(light) + 1)[:, None]
    return np.asarray((count * best).max(axis=0) / len(light))
