"""The layers of a map of places: what they mean, their units, how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ilrs.rendering.bitmap import EARTH, LIGHT, RELAY, RELIEF, SILENCE, Stops

SLOPE: Stops = ((0.0, (240, 238, 228)), (0.4, (222, 160, 96)), (1.0, (110, 30, 40)))
SHADOW: Stops = ((0.0, (232, 228, 216)), (1.0, (28, 34, 66)))
WARMTH: Stops = (
    (0.0, (18, 20, 60)),
    (0.35, (110, 40, 110)),
    (0.7, (220, 100, 70)),
    (1.0, (255, 226, 150)),
)


@dataclass(frozen=True)
class Layer:
    """A layer: its unit (CF), what it means, and the values its colours run between.

    Without `low` or `high` they are the least and the greatest of the map.
    """

    unit: str
    meaning: str
    stops: Stops
    low: float | None = None
    high: float | None = None


LAYERS: dict[str, Layer] = {
    "mean_sun_area_fraction": Layer(
        "1", "mean share of the Sun's disc in view, Earth's eclipses taken off", LIGHT, 0.0, 1.0
    ),
    "mean_sun_flux_fraction": Layer(
        "1", "mean share of the limb-darkened Sun's light", LIGHT, 0.0, 1.0
    ),
    "longest_dark_h": Layer("h", "longest dark spell", SILENCE, 0.0, None),
    "longest_light_h": Layer("h", "longest lit spell", LIGHT, 0.0, None),
    "earth_visible_fraction": Layer(
        "1", "share of time with the Earth's centre above the terrain", EARTH, 0.0, 1.0
    ),
    "mean_earth_area_fraction": Layer(
        "1", "mean share of the Earth's disc above the terrain", EARTH, 0.0, 1.0
    ),
    "longest_earth_view_h": Layer(
        "h", "longest spell with the Earth's centre above the terrain", EARTH, 0.0, None
    ),
    "longest_earth_gap_h": Layer(
        "h", "longest spell with the Earth's centre behind the terrain", SILENCE, 0.0, None
    ),
    "permanent_shadow": Layer(
        "1", "permanent shadow (1): no part of the Sun in view, 2026 to 2045", SHADOW, 0.0, 1.0
    ),
    "slope_deg": Layer("degree", "slope over two cells", SLOPE, 0.0, 30.0),
    "ground_m": Layer("m", "height above the 1737.4 km sphere", RELIEF),
}
BANDS: dict[str, Layer] = {
    "mean_sun_area_fraction_p05": Layer(
        "1", "mean share of the disc, dark end of its 5 to 95 % band", LIGHT, 0.0, 1.0
    ),
    "mean_sun_area_fraction_p95": Layer(
        "1", "mean share of the disc, bright end of its 5 to 95 % band", LIGHT, 0.0, 1.0
    ),
    "longest_dark_h_p05": Layer(
        "h", "longest dark spell, short end of its 5 to 95 % band", SILENCE, 0.0, None
    ),
    "longest_dark_h_p95": Layer(
        "h", "longest dark spell, long end of its 5 to 95 % band", SILENCE, 0.0, None
    ),
}
HEAT: dict[str, Layer] = {
    "surface_temperature_least_k": Layer("K", "least temperature of the surface in a year", WARMTH),
    "surface_temperature_mean_k": Layer("K", "mean temperature of the surface in a year", WARMTH),
    "surface_temperature_most_k": Layer(
        "K", "greatest temperature of the surface in a year", WARMTH
    ),
}


SEASONS: dict[str, Layer] = {
    "mean_sun_area_fraction_summer": Layer(
        "1", "mean share of the disc while the Sun stands south of the equator", LIGHT, 0.0, 1.0
    ),
    "mean_sun_area_fraction_winter": Layer(
        "1", "mean share of the disc while the Sun stands north of the equator", LIGHT, 0.0, 1.0
    ),
}


def of_relay(name: str) -> dict[str, Layer]:
    """The layers of the view of a relay."""
    return {
        f"{name}_visible_fraction": Layer(
            "1", f"share of time with the relay {name} above the terrain", RELAY, 0.0, 1.0
        ),
        f"longest_{name}_view_h": Layer(
            "h", f"longest spell with {name} above the terrain", RELAY, 0.0, None
        ),
        f"longest_{name}_gap_h": Layer(
            "h", f"longest spell with {name} behind the terrain", SILENCE, 0.0, None
        ),
    }


def layers_of(*, seasons: bool, relays: Sequence[str], bands: bool, heat: bool) -> dict[str, Layer]:
    """The layers of a map with or without seasons, bands and heat, and with `relays` by name."""
    found = {**LAYERS, **(SEASONS if seasons else {})}
    for name in relays:
        found |= of_relay(name)
    return {**found, **(BANDS if bands else {}), **(HEAT if heat else {})}
