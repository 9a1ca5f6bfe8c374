"""Heat flow through the Moon's ground: how deep a probe gets, when it reads true, how well.

A probe goes down in bites; each may be its last. What drilling warmed cools by the solution for a
cylinder in an even medium (Bullard 1954; Carslaw and Jaeger, Conduction of Heat in Solids, 13.7),
and the flow is conductivity times the slope of temperature over depth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def stop_chance(reached: ArrayLike, target: ArrayLike, bite: float) -> float:
    """Chance that a bite is the last, from probes that `reached` depths [m] of `target` [m].

    Stops over bites tried, the likeliest value of a geometric law with those that arrived counted
    as not stopped. A probe that stopped tried one bite more than it made.
    """
    got, wanted = np.atleast_1d(np.asarray(reached, float)), np.asarray(target, float)
    stopped = got < wanted - 0.5 * bite
    tried = np.round(got / bite) + stopped
    total = float(tried.sum())
    return float(stopped.sum() / total) if total else float("nan")


def expected_depth(target: float, bite: float, chance: float) -> float:
    """Mean depth [m] of a probe that wants `target` [m] in bites that stop it with `chance`.

    bite (1-p) (1 - (1-p)^n) / p over n = ceil(target / bite) bites, the last cut to fit. Holds
    for stops that come with the same chance at every depth: stones, not hardening ground.
    """
    return float(np.sum(_bites(target, bite) * _survival(target, bite, chance)))


def depth_chance(depth: float, bite: float, chance: float) -> float:
    """Chance that a probe gets to `depth` [m]: (1-p)^ceil(depth / bite)."""
    return float((1.0 - chance) ** np.ceil(depth / bite - 1e-9))


def depth_reached(target: float, bite: float, chance: float, draws: ArrayLike) -> float:
    """Depth [m] one probe reaches, by its `draws` (n,) in 0..1: a bite whose draw < p stops it."""
    steps = _bites(target, bite)
    dice = np.asarray(draws, np.float64)
    if len(dice) < len(steps):
        raise ValueError(f"{len(steps)} bites need as many draws, not {len(dice)}")
    stops = np.flatnonzero(dice[: len(steps)] < chance)
    return float(bite * stops[0] if len(stops) else target)


def _bites(target: float, bite: float) -> Floats:
    count = int(np.ceil(target / bite - 1e-9))
    steps = np.full(count, bite)
    if count:
        steps[-1] = target - bite * (count - 1)
    return steps


def _survival(target: float, bite: float, chance: float) -> Floats:
    return np.asarray((1.0 - chance) ** np.arange(1, len(_bites(target, bite)) + 1))


@dataclass(frozen=True)
class Ground:
    """What a probe stands in: `conductivity` [W/m/K], `density` [kg/m3], `heat_capacity`
    [J/kg/K].
    """

    conductivity: float
    density: float
    heat_capacity: float

    @property
    def diffusivity(self) -> float:
        """Of heat [m2/s]."""
        return self.conductivity / (self.density * self.heat_capacity)


def cooling(time: ArrayLike, radius: float, capacity_per_volume: float, ground: Ground) -> Floats:
    """Share of a cylinder's first excess of temperature that is left after `time` [s].

    F = (4 a / pi^2) int exp(-tau u^2) / (u D) du, D = (u J0 - a J1)^2 + (u Y0 - a Y1)^2,
    tau = kappa t / R^2, a = 2 (rho c of the ground) / (rho c of the probe [J/m3/K]); 1 / (2 a tau)
    in the end. Holds for a long cylinder of `radius` [m] of one temperature in contact all round.
    """
    from scipy.special import j0, j1, y0, y1  # loaded here: most commands never come this way

    alpha = 2.0 * ground.density * ground.heat_capacity / capacity_per_volume
    tau = np.atleast_1d(ground.diffusivity * np.asarray(time, np.float64) / radius**2)
    # In ln u the integrand is smooth; below e^-18 it is flat zero, above e^7 it has died.
    u = np.exp(np.linspace(-18.0, 7.0, 6001))
    below = (u * j0(u) - alpha * j1(u)) ** 2 + (u * y0(u) - alpha * y1(u)) ** 2
    left = np.trapezoid(np.exp(-tau[:, None] * u**2) / below, np.log(u), axis=1)
    share = 4.0 * alpha / np.pi**2 * left
    late = 1.0 / (2.0 * alpha * np.maximum(tau, 1e-300))
    share = np.where(tau > 1e4, late, share)
    share = np.where(tau <= 0.0, 1.0, np.minimum(share, 1.0))
    return np.asarray(share.reshape(np.shape(time)))


def equilibration_time(
    excess: float, tolerance: float, radius: float, capacity_per_volume: float, ground: Ground
) -> float:
    """Time [s] until an `excess` [K] left by drilling has fallen to `tolerance` [K]."""
    if excess <= tolerance:
        return 0.0
    share = tolerance / excess
    # the late law bounds the time from above, since F falls below it only near the beginning
    alpha = 2.0 * ground.density * ground.heat_capacity / capacity_per_volume
    unit = radius**2 / ground.diffusivity
    low, high = 0.0, unit * (4.0 / (2.0 * alpha * share) + 4.0)
    for _ in range(60):
        middle = 0.5 * (low + high)
        enough = float(cooling(middle, radius, capacity_per_volume, ground)) <= share
        low, high = (low, middle) if enough else (middle, high)
    return high


def gradient_error(depths: ArrayLike, reading: float) -> float:
    """Standard error [K/m] of the slope through readings of error `reading` [K] at `depths` [m].

    sigma / sqrt(sum (z - mean z)^2), least squares; infinite with fewer than two depths.
    """
    z = np.asarray(depths, np.float64)
    spread = float(np.sum((z - z.mean()) ** 2)) if z.size else 0.0
    return reading / np.sqrt(spread) if spread > 0.0 else float("inf")


def flow_error(
    flow: float, conductivity: float, conductivity_error: float, gradient_sigma: float
) -> float:
    """Standard error [W/m2] of a heat flow: its parts from conductivity and slope, in squares.

    `conductivity_error` is the share of it [1], `gradient_sigma` [K/m].
    """
    return float(np.hypot(flow * conductivity_error, conductivity * gradient_sigma))


def wave_left(depth: ArrayLike, period: float, ground: Ground) -> Floats:
    """Share of the surface's wave of `period` [s] that is left at `depth` [m].

    exp(-z sqrt(pi / (kappa P))). Readings above some four such depths still swing with the year.
    """
    z = np.asarray(depth, np.float64)
    return np.asarray(np.exp(-z * np.sqrt(np.pi / (ground.diffusivity * period))))
