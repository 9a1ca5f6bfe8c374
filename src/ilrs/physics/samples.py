"""Samples as things with a name: what they weigh, who held them, and how warm they ever were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

GAS_CONSTANT = 8.31446261815324
"""[J/mol/K], exact."""
WATER_MOLAR_MASS = 0.018015
"""[kg/mol]."""


@dataclass(frozen=True)
class Held:
    """One spell of custody: by `who`, at `where`, from `begins` to `ends` [s], no warmer than
    `warmest` [K].
    """

    who: str
    where: str
    begins: float
    ends: float
    warmest: float


@dataclass(frozen=True)
class Sample:
    """A sample: its `name`, `material`, `site`, `mass` [kg], when it was `taken` [s].

    `container` [kg] is its tube with seal; `sealed` [s] when that was closed, infinite while open;
    `custody` the spells since, in order.
    """

    name: str
    material: str
    site: str
    mass: float
    taken: float
    container: float
    sealed: float = float("inf")
    custody: tuple[Held, ...] = ()

    @property
    def gross(self) -> float:
        """Mass [kg] with its container."""
        return self.mass + self.container


def seal(sample: Sample, at: float) -> Sample:
    """The sample, its container closed at `at` [s]."""
    if at < sample.taken:
        raise ValueError(f"{sample.name} is sealed {sample.taken - at:g} s before it is taken")
    if np.isfinite(sample.sealed):
        raise ValueError(f"{sample.name} is sealed already")
    return replace(sample, sealed=at)


def hand_over(sample: Sample, held: Held) -> Sample:
    """The sample after another spell of custody, which must follow the last without a gap."""
    before = sample.custody[-1].ends if sample.custody else sample.taken
    if held.ends < held.begins or held.begins != before:
        raise ValueError(
            f"{sample.name}: {held.who} holds it from {held.begins:g} s to {held.ends:g} s, "
            f"but it was last held until {before:g} s"
        )
    return replace(sample, custody=(*sample.custody, held))


def warmest(sample: Sample) -> float:
    """Highest temperature [K] anybody kept it at; NaN without a record."""
    return max((held.warmest for held in sample.custody), default=float("nan"))


def record(sample: Sample) -> list[dict[str, object]]:
    """The custody as rows: who, where, from, to [s], warmest [K], and whether it was sealed."""
    return [
        {
            "sample": sample.name,
            "who": held.who,
            "where": held.where,
            "begins": held.begins,
            "ends": held.ends,
            "warmest": held.warmest,
            "sealed": sample.sealed <= held.begins,
        }
        for held in sample.custody
    ]


def loss_rate(temperature: ArrayLike, reference: float, at: float, activation: float) -> Floats:
    """Rate [1/s] at which a volatile goes: k_ref exp(-E/R (1/T - 1/T_ref)) (Arrhenius).

    `reference` k_ref [1/s] at `at` T_ref [K]; `activation` E [J/mol], 51 kJ/mol for water ice.
    """
    t = np.asarray(temperature, np.float64)
    return np.asarray(reference * np.exp(-activation / GAS_CONSTANT * (1.0 / t - 1.0 / at)))


def share_kept(
    times: ArrayLike, temperatures: ArrayLike, reference: float, at: float, activation: float
) -> float:
    """Share of a volatile left after a history of temperature: exp(-integral of `loss_rate`).

    `times` [s] and `temperatures` [K] (n,), straight between; the temperature integral of the cold
    chain. Holds for loss in proportion to what is left: gas leaving grains, or a seal that leaks.
    """
    from scipy.integrate import simpson  # loaded here: most commands never come this way

    t = np.asarray(times, np.float64)
    temp = np.asarray(temperatures, np.float64)
    if len(t) < 2:
        return 1.0
    # the rate bends exponentially between coarse points: each piece is cut finely
    pieces = 64
    inner = np.linspace(0.0, 1.0, pieces + 1)
    fine = temp[:-1, None] + (temp[1:] - temp[:-1])[:, None] * inner
    mean = simpson(loss_rate(fine, reference, at, activation), x=inner, axis=1)
    return float(np.exp(-np.sum(mean * np.diff(t))))


def kept_in_custody(sample: Sample, reference: float, at: float, activation: float) -> float:
    """Share of a volatile left if every holder kept the sample at its warmest all the time.

    Open until it is sealed, nothing lost after: a bound from below while the seal holds.
    """
    total = 0.0
    for held in sample.custody:
        open_for = max(min(held.ends, sample.sealed) - held.begins, 0.0)
        total += float(loss_rate(held.warmest, reference, at, activation)) * open_for
    return float(np.exp(-total))


def ice_pressure(temperature: ArrayLike) -> Floats:
    """Vapour pressure [Pa] over water ice.

    exp(9.550426 - 5723.265/T + 3.53068 ln T - 0.00728332 T): Murphy and Koop 2005;
    holds above 110 K, and as an extrapolation below.
    """
    t = np.asarray(temperature, np.float64)
    return np.asarray(np.exp(9.550426 - 5723.265 / t + 3.53068 * np.log(t) - 0.00728332 * t))


def sublimation(temperature: ArrayLike) -> Floats:
    """Mass flux [kg/m2/s] of bare water ice into vacuum: p sqrt(M / (2 pi R T)) (Hertz-Knudsen).

    An upper bound: soil over the ice holds the vapour back.
    """
    t = np.asarray(temperature, np.float64)
    root = np.sqrt(WATER_MOLAR_MASS / (2.0 * np.pi * GAS_CONSTANT * t))
    return np.asarray(ice_pressure(t) * root)


def cache_mass(samples: Iterable[Sample]) -> dict[str, float]:
    """Masses [kg] of a cache: `net`, `gross`, and net by material as `material:NAME`."""
    masses = {"net": 0.0, "gross": 0.0}
    for each in samples:
        masses["net"] += each.mass
        masses["gross"] += each.gross
        key = f"material:{each.material}"
        masses[key] = masses.get(key, 0.0) + each.mass
    return masses


def packed(samples: Sequence[Sample], capacity: float, worth: Mapping[str, float]) -> list[Sample]:
    """The samples of greatest worth that fly within `capacity` [kg] gross: solved exactly.

    `worth` by sample name, 1 where not given. Dynamic programming on grams, gross masses rounded
    up, so what is packed always fits.
    """
    grams = [int(np.ceil(each.gross * 1000.0 - 1e-9)) for each in samples]
    room = int(np.floor(capacity * 1000.0 + 1e-9))
    best = np.zeros(room + 1)
    taken = np.zeros((len(samples), room + 1), np.bool_)
    for i, (each, mass) in enumerate(zip(samples, grams, strict=True)):
        if mass > room:
            continue
        with_it = np.full(room + 1, -np.inf)
        with_it[mass:] = best[: room + 1 - mass] + worth.get(each.name, 1.0)
        taken[i] = with_it > best
        best = np.maximum(best, with_it)
    chosen, left = [], room
    for i in reversed(range(len(samples))):
        if taken[i, left]:
            chosen.append(samples[i])
            left -= grams[i]
    return chosen[::-1]


def brought_home_without(
    samples: Sequence[Sample], carriers: Mapping[str, str], capacity: float
) -> dict[str, float]:
    """Net mass [kg] that still comes home when each collector is lost with what it holds: plan B.

    `carriers` names who holds each sample; `""` is the case in which nobody is lost. Samples
    already handed over are held by the receiver and survive their collector.
    """
    holders = dict.fromkeys(["", *sorted(set(carriers.values()))])
    worth = {each.name: each.mass for each in samples}
    return {
        lost: sum(
            each.mass
            for each in packed([s for s in samples if carriers[s.name] != lost], capacity, worth)
        )
        for lost in holders
    }
