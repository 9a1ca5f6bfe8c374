"""How many spares a mission needs so that no part is missing, with a stated probability."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import poisson

Floats = NDArray[np.float64]


def share_of_probability(probability: float, parts: int) -> float:
    """Probability that each of `parts` independent parts suffices, so that all do: p^(1/n)."""
    return float(probability ** (1.0 / parts))


def expected_failures(
    units: ArrayLike, duration: ArrayLike, mtbf: ArrayLike, factor: float = 1.0
) -> Floats:
    """Mean number of failures of `units` in service for `duration` [s]: Q D / (factor MTBF).

    Holds for constant failure rates; `factor` scales the `mtbf` [s] (induced failures below 1).
    """
    scaled = np.asarray(mtbf, np.float64) * factor
    return np.asarray(np.asarray(units, np.float64) * np.asarray(duration, np.float64) / scaled)


def random_spares(mean: ArrayLike, probability: float) -> NDArray[np.int64]:
    """Fewest spares that cover Poisson demand of `mean` with at least `probability`."""
    return np.asarray(poisson.ppf(probability, np.asarray(mean, np.float64)), np.int64)


def scheduled_replacements(
    units: ArrayLike, duration: ArrayLike, life: ArrayLike
) -> NDArray[np.int64]:
    """Replacements of `units` at the end of every `life` [s] within `duration` [s].

    A life of infinity or NaN is never reached.
    """
    life = np.asarray(life, np.float64)
    times = np.asarray(duration, np.float64) / np.where(np.isnan(life), np.inf, life)
    return np.asarray(np.asarray(units, np.float64) * np.floor(times), np.int64)


def crew_spares(
    units: float,
    mtbf: float,
    life: float,
    horizon: float,
    crews: int,
    probability: float,
    *,
    deployed: bool = False,
    factor: float = 1.0,
) -> NDArray[np.int64]:
    """Spares delivered in all by the time of crew 1, 2, ... `crews`, (crews,).

    Every crew lives `horizon` [s] and brings `units` more, so crew j has j sets in service and the
    sets have lived j (j+1)/2 horizons; a set `deployed` before the first crew counts j horizons.
    The Poisson quantile of the failures until then at `probability`, or the replacements due by
    `life` [s] if more: the method of the MIT Mars One study (Do, Owens et al. 2016).
    """
    j = np.arange(1, crews + 1)
    lived = j if deployed else j * (j + 1) // 2
    failures = random_spares(expected_failures(units, horizon * lived, mtbf, factor), probability)
    due = scheduled_replacements(units, horizon * j, life)
    return np.maximum(failures, due if deployed else np.cumsum(due))


def availability(mtbf: ArrayLike, repair: ArrayLike) -> Floats:
    """Share of time a repairable unit serves in the long run: MTBF / (MTBF + repair)."""
    mtbf = np.asarray(mtbf, np.float64)
    return np.asarray(mtbf / (mtbf + np.asarray(repair, np.float64)))
