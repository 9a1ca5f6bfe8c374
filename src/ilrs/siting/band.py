"""The 5-95 % band of an answer: terrain error made skyline error made light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.candidates import COARSE_DRAWS, relief_draws
from ilrs.ground.horizon import azimuth_grid
from ilrs.ground.realisations import band, skyline_errors, skyline_loss
from ilrs.ground.terrain import Terrain
from ilrs.siting.outlook import Sky, Terms, ensemble
from ilrs.siting.surface import finest_at

Floats = NDArray[np.float64]

FINE = 100.0  # [m] terrain of larger cells around a place makes its answer coarse
LOW, HIGH = 5.0, 95.0  # [%]
DRAWS = 40
STEP_DEG = 1.0  # [deg] azimuths at which errors are drawn; they hardly change within it
ON_FINE = (
    "realisations of the terrain's error: errors of its heights with their measured reach, larger "
    "on slopes, and what averaged terrain beyond lacks (0.2 to 0.4 deg at 30 km)"
)
ON_COARSE = (
    "what the skyline of 1.6 km averages was found to lack at points of the ridge and Shackleton "
    "where fine terrain is at hand, half of them summits"
)


@dataclass(frozen=True)
class Band:
    """From `LOW` to `HIGH` per cent of the draws: (2,) of each measure, and what was drawn.

    `middle` is the mean area in the middle of the draws: errors raise skylines more often than they
    lower them, so that it is as a rule below the value behind the skyline in the middle.
    """

    mean_area: Floats
    longest_dark: Floats
    deficit: Floats
    earth_share: Floats
    relay_share: tuple[Floats, ...]
    middle: float
    draws: int
    method: str

    def as_data(self) -> dict[str, Any]:
        """The band as plain data."""
        return {
            "low_percent": LOW,
            "high_percent": HIGH,
            "mean_sun_area_fraction": self.mean_area.tolist(),
            "median_mean_sun_area_fraction": self.middle,
            "longest_dark_h": self.longest_dark.tolist(),
            "cumulative_deficit_h": self.deficit.tolist(),
            "earth_visible_fraction": self.earth_share.tolist(),
            "draws": self.draws,
            "method": self.method,
        }


def skyline_draws(
    terrains: Sequence[Terrain],
    latitude: float,
    longitude: float,
    height: float,
    reach_m: float,
    seed: int,
    *,
    draws: int = DRAWS,
    step_deg: float = STEP_DEG,
) -> Floats:
    """`draws` rows (m, a) [rad] of what is to be added to a computed skyline, at equal azimuths.

    Realisations of the terrain's error where the place [rad] stands on fine terrain; on averages
    alone what such skylines were found to lack elsewhere, drawn every 2 deg whatever `step_deg`.
    """
    rng = np.random.default_rng(seed)
    if finest_at(terrains, latitude, longitude).cell > FINE:
        return relief_draws(height, COARSE_DRAWS, rng)
    azimuths = azimuth_grid(step_deg)
    return skyline_errors(
        terrains, latitude, longitude, height, azimuths, draws, rng, reach_m=reach_m
    )


def skyline_lack(
    terrains: Sequence[Terrain],
    latitude: float,
    longitude: float,
    height: float,
    reach_m: float,
    *,
    step_deg: float = STEP_DEG,
) -> Floats:
    """What a computed skyline lacks in the mean (a,) [rad], at equal azimuths: to be put back."""
    return skyline_loss(
        terrains, latitude, longitude, height, azimuth_grid(step_deg), reach_m=reach_m
    )


def spread(draws: Floats, count: int) -> Floats:
    """`draws` (m, b) at `count` equal azimuths (m, count), linear between and round the circle."""
    place = np.arange(count) * (draws.shape[1] / count)
    left = place.astype(np.int64)
    share = place - left
    right = (left + 1) % draws.shape[1]
    return np.asarray((1.0 - share) * draws[:, left] + share * draws[:, right])


def band_of(
    computed: Floats,
    errors: Floats,
    sky: Sky,
    terms: Terms,
    *,
    coarse: bool,
    before: Floats,
) -> Band:
    """The band behind a `computed` skyline (a,) [rad] to which each of `errors` (m, a) is added.

    The errors of a `coarse` place are those of other places. What stands `before` the terrain (a,)
    [rad] stays where it is.
    """
    found = ensemble(np.maximum(computed + errors, before), sky, terms)

    def ends(values: Floats) -> Floats:
        low, _, high = band(values, percent=(LOW, HIGH))
        return np.array([low, high])

    return Band(
        mean_area=ends(found.mean_area),
        longest_dark=ends(found.longest_dark),
        deficit=ends(found.deficit),
        earth_share=ends(found.earth_share),
        relay_share=tuple(ends(share) for share in found.relay_share),
        middle=float(np.median(found.mean_area)),
        draws=len(errors),
        method=ON_COARSE if coarse else ON_FINE,
    )
