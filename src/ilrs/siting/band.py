"""The 5-95 % band of an answer: terrain error made skyline error made light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.siting.bias import SkylineLoss
from ilrs.siting.outlook import Sky, Terms, ensemble

Floats = NDArray[np.float64]

LOW, HIGH = 5.0, 95.0  # [%]
DRAWS = 40


@dataclass(frozen=True)
class Band:
    """From `LOW` to `HIGH` per cent of the draws: (2,) of each measure, and what was drawn."""

    mean_area: Floats
    longest_dark: Floats
    deficit: Floats
    earth_share: Floats
    draws: int
    method: str

    def as_data(self) -> dict[str, Any]:
        """The band as plain data."""
        return {
            "low_percent": LOW,
            "high_percent": HIGH,
            "mean_sun_area_fraction": self.mean_area.tolist(),
            "longest_dark_h": self.longest_dark.tolist(),
            "cumulative_deficit_h": self.deficit.tolist(),
            "earth_visible_fraction": self.earth_share.tolist(),
            "draws": self.draws,
            "method": self.method,
        }


def band_of(
    computed: Floats,
    loss: SkylineLoss,
    coarse: bool,
    sky: Sky,
    terms: Terms,
    seed: int,
    errors: Floats | None = None,
) -> Band:
    """The band of what lies behind a `computed` skyline (a,) [rad].

    Each draw puts back a part of the skyline that averaging lost (from least to most where the
    place itself is coarse, from nothing to most elsewhere: the far skyline alone) and adds one row
    of `errors` (m, a) [rad], skyline errors of terrain realisations.
    """
    count = DRAWS if errors is None else len(errors)
    generator = np.random.default_rng(seed)
    parts = generator.permutation((np.arange(count) + 0.5) / count)
    if coarse:
        skylines = np.array([loss.raised(computed, part) for part in parts])
    else:
        skylines = computed + parts[:, None] * loss.most
    if errors is not None:
        skylines = skylines + errors
    found = ensemble(skylines, sky, terms)
    ends = [LOW, HIGH]
    return Band(
        mean_area=np.percentile(found.mean_area, ends),
        longest_dark=np.percentile(found.longest_dark, ends),
        deficit=np.percentile(found.deficit, ends),
        earth_share=np.percentile(found.earth_share, ends),
        draws=count,
        method="skyline lost to averaged terrain (0.2 to 0.4 deg at 30 km, less beyond)"
        + ("" if errors is None else " and realisations of the terrain's error"),
    )
