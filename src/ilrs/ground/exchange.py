"""Sunlight scattered and heat radiated from terrain to terrain, and the ground's temperature in it.

Every facet of a tile scatters sunlight and radiates as Lambert says, evenly to all sides; what it
gets from the others is a matter of view factors. The station's shadowed craters live on this: no
sunlight ever comes there but by way of a lit wall.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ilrs.ground.regolith import STEFAN_BOLTZMANN, Floats, Regolith
from ilrs.ground.regolith_map import Columns, MapHeat, Tally, settle
from ilrs.ground.view_factors import ViewFactors

Blocks = Iterable[ArrayLike]
_ROUNDS = 60  # reflections followed; each is weaker by albedo times the view of terrain


@dataclass(frozen=True)
class Surroundings:
    """What facets get from the terrain around: `sunlight` and `infrared` (n,) or (n, k) [W/m^2]."""

    sunlight: Floats
    infrared: Floats


def scattered_sunlight(view: ViewFactors, sunlight: ArrayLike, albedo: ArrayLike) -> Floats:
    """Sunlight [W/m^2] that facets get from the terrain, all orders of scattering.

    `sunlight` (n,) or (n, k) [W/m^2] straight from the Sun on each facet (k instants at once),
    `albedo` (n,) or one number [1], of ground lit from the sky of terrain as by the Sun. Solves
    E = F A (S + E). Holds for Lambert scattering.
    """
    return _reflected(view, sunlight, albedo)


def scattered_and_infrared(
    view: ViewFactors,
    sunlight: ArrayLike,
    albedo: ArrayLike,
    temperature: ArrayLike,
    emissivity: float,
) -> Surroundings:
    """Scattered sunlight and infrared [W/m^2] that facets get from terrain at `temperature` [K].

    Sunlight as in `scattered_sunlight`; infrared E = F (eps sigma T^4 + (1 - eps) E). A facet takes
    (1 - A) of the one and eps of the other. Nothing comes by the open view: terrain beyond the
    tile is cold and dark. Holds for Lambert surfaces, grey in the infrared.
    """
    if not 0.0 < emissivity <= 1.0:
        raise ValueError("an emissivity lies above 0 and up to 1")
    emitted = emissivity * STEFAN_BOLTZMANN * np.asarray(temperature, np.float64) ** 4
    infrared = view.gather(emitted)
    if emissivity < 1.0:
        infrared = infrared + _reflected(view, infrared, 1.0 - emissivity)
    return Surroundings(_reflected(view, sunlight, albedo), infrared)


def _reflected(view: ViewFactors, first: ArrayLike, albedo: ArrayLike) -> Floats:
    """E = F A (S + E) by iteration: each round adds an order of reflection."""
    light = np.asarray(first, np.float64)
    bright = np.asarray(albedo, np.float64)
    if not ((bright >= 0.0) & (bright < 1.0)).all() or not np.isfinite(light).all():
        raise ValueError("albedo lies from 0 to below 1, and light is finite")
    bright = np.broadcast_to(bright.reshape(-1, *(1,) * (light.ndim - 1)), light.shape)
    got = np.zeros_like(light)
    scale = float(np.abs(light).max(initial=0.0))
    for _ in range(_ROUNDS):
        new = view.gather(bright * (light + got))
        change = float(np.abs(new - got).max(initial=0.0))
        got = new
        if change <= 1e-9 * scale:
            return got
    raise ValueError("light does not die out among such bright facets")


def onto_facets(view: ViewFactors, sunlight: ArrayLike, areas: ArrayLike) -> Floats:
    """Sunlight (k, n) [W/m^2] on facets from that on a finer grid of the same ground.

    `sunlight` (k, s ny, s nx) [W/m^2] on fine facets of `areas` (s ny, s nx) [m^2], s by s of them
    in each facet. The power is kept: near the pole a lit rim is narrower than a facet, and light
    taken at facets' centres loses a quarter of it.
    """
    light, fine = np.asarray(sunlight), np.asarray(areas, np.float64)
    ny, nx = view.shape
    s = fine.shape[0] // ny
    if light.ndim != 3 or light.shape[1:] != fine.shape or fine.shape != (s * ny, s * nx):
        raise ValueError(f"fine sunlight and areas come in whole parts of {ny} x {nx} facets")
    power = (light * fine).reshape(len(light), ny, s, nx, s).sum(axis=(2, 4))
    return np.asarray(power.reshape(len(light), -1) / view.areas)


def steady_temperature(
    view: ViewFactors, sunlight: ArrayLike, albedo: ArrayLike, regolith: Regolith | None = None
) -> Floats:
    """Temperature [K] (n,) of facets in light that stays: what comes in goes out, none is stored.

    eps sigma T^4 = (1 - A)(S + E_sun) + eps E_infrared + Q, all orders of exchange.
    """
    ground = regolith or Regolith()
    eps = ground.emissivity
    light = np.asarray(sunlight, np.float64)
    taken = (1.0 - np.asarray(albedo)) * (light + scattered_sunlight(view, light, albedo))
    taken = taken + ground.heat_flow
    leaving = taken.copy()  # radiosity: emitted and reflected
    scale = float(leaving.max(initial=0.0))
    for _ in range(2000):
        new = taken + view.gather(leaving)
        change = float(np.abs(new - leaving).max(initial=0.0))
        leaving = new
        if change <= 1e-10 * scale:
            break
    emitted = leaving - (1.0 - eps) * view.gather(leaving)
    return np.asarray((emitted / (eps * STEFAN_BOLTZMANN)) ** 0.25)


def steady_glow(
    view: ViewFactors, at: ArrayLike, albedo: float, regolith: Regolith | None = None
) -> tuple[Floats, float]:
    """Weights (n,) [1] of sunlight on all facets in what ground takes up from them, and the rest.

    In light that stays, ground of the shares `at` (n,) of the facets takes up weights . S + rest
    [W/m^2]: (1 - A) E_sun + eps E_infrared of `steady_temperature`, all orders of exchange, the
    rest from the Moon's own heat. The exchange is linear in S, so that its transpose, by
    reciprocity F^T = A F A^-1, gives all weights at once. Facets that store heat send the same in
    the mean of a period that repeats, later; `albedo` is one for all.
    """
    ground = regolith or Regolith()
    shares = np.asarray(at, np.float64)

    def sent_back(weights: Floats) -> Floats:
        return np.asarray(view.areas * view.gather(weights / view.areas))

    # of what is taken from the Sun, and then radiated: eps F^T + eps F^T F^T + ...
    heat = _summed(ground.emissivity * sent_back(shares), sent_back)
    dark = 1.0 - albedo
    # of what is scattered, by A F^T once and again, and then taken by the ground or the facets
    scattered = albedo * sent_back(dark * (shares + heat))
    weights = dark * heat + _summed(scattered, lambda w: albedo * sent_back(w))
    return weights, float(heat.sum() * ground.heat_flow)


def _summed(first: Floats, then: Callable[[Floats], Floats]) -> Floats:
    """first + then(first) + then(then(first)) + ... until nothing is added."""
    total, term = first.copy(), first
    for _ in range(2000):
        term = then(term)
        total += term
        if term.max(initial=0.0) <= 1e-12 * total.max(initial=0.0):
            break
    return total


def terrain_temperature(
    view: ViewFactors,
    period: Callable[[], Blocks],
    step: float,
    albedo: ArrayLike,
    *,
    depths: ArrayLike = (),
    at_steps: Sequence[int] = (),
    regolith: Regolith | None = None,
    thickness: ArrayLike | None = None,
    cycles: int = 12,
    within: float = 0.2,
    kept: Callable[[Floats], None] | None = None,
) -> MapHeat:
    """Temperatures [K] of a tile's facets through a `period` that repeats, terrain in exchange.

    `period()` gives blocks (k, n) [W/m^2] of sunlight straight on each facet, a row every `step`
    [s], anew each time. Scattered light follows within the step; infrared is that of the surfaces
    a step before. The period is run until it repeats `within` so many [K] (see `settle`), and once
    more for the statistics: of its steps `kept` hears what each facet takes up from the terrain
    (n,) [W/m^2], light and heat. At the ridge each run leaves a quarter of what the one before was
    off, so that what ends `within` has a third of that to go; `ValueError` after `cycles` runs.
    Holds as `scattered_and_infrared` and `map_temperature` do, for steps up to about 12 hours in
    shadow.
    """
    ground = regolith or Regolith()
    dark = 1.0 - np.asarray(albedo, np.float64)
    eps = ground.emissivity
    cells = view.areas.size

    def sunlit() -> Iterable[tuple[Floats, Floats]]:
        """What is taken of sunlight, straight and scattered (k, n)."""
        for block in period():
            light = np.atleast_2d(np.asarray(block, np.float64)).T
            taken = dark.reshape(-1, 1)
            yield (taken * light).T, (taken * scattered_sunlight(view, light, albedo)).T

    total, steps = np.zeros(cells), 0
    for straight, scattered in sunlit():
        total += straight.sum(axis=0) + scattered.sum(axis=0)
        steps += len(straight)
    if not steps:
        raise ValueError("no sunlight was given: there is nothing to settle under")
    start = np.maximum(_balance(view, total / steps, ground), 10.0)
    columns = Columns(cells, step, start=start, regolith=ground, thickness=thickness)
    reflected = np.zeros(cells)

    def run(tally: Tally, carried: bool) -> None:
        nonlocal reflected
        for straight, scattered in sunlit():
            for row, more in zip(straight, scattered, strict=True):
                sent = eps * STEFAN_BOLTZMANN * columns.surface**4 + (1.0 - eps) * reflected
                reflected = view.gather(sent)
                around = more + eps * reflected
                columns.advance(row + around, tally, carried)
                if kept is not None and not carried:
                    kept(around)

    off = settle(columns, lambda tally: run(tally, True), cycles=cycles, within=within)
    if not off < within:
        raise ValueError(f"the exchange is still off by {off:.2g} K after {cycles} periods")
    tally = Tally(columns, depths, at_steps)
    run(tally, False)
    return tally.heat(columns)


def _balance(view: ViewFactors, taken: Floats, ground: Regolith) -> Floats:
    """Temperatures at which mean income and radiation balance, infrared exchange included."""
    eps = ground.emissivity
    leaving = taken + ground.heat_flow
    for _ in range(50):
        leaving = taken + ground.heat_flow + view.gather(leaving)
    emitted = leaving - (1.0 - eps) * view.gather(leaving)
    return np.asarray((emitted / (eps * STEFAN_BOLTZMANN)) ** 0.25)
