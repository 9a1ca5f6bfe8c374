"""Heat in the regolith: one-dimensional columns after Hayne et al. (2017).

A column is cut into layers that thicken downwards. Conductivity and heat capacity depend on
temperature; the surface holds no heat and balances sunlight, its own radiation and conduction.
Each step is implicit: elimination from the bottom gives the top layer as an affine function of
the surface temperature, a Newton iteration finds that, and substitution runs down again.

Conductivity changes by several per cent over one layer, by density and by T^3, so that where it is
taken matters. `fitted` takes the contact part at the node above and the cube of temperature three
parts there, one part below: on the standard layers this stays within 1 K (night surface) and 1.7 K
(depth) of the code with which the parameters were fitted, which also takes conductivity above, and
within 0.4 K rms of Diviner's night temperatures at 0, 30 and 60 deg. `exact` converges to the
solution of the differential equation: 1.5 K warmer by night, 2 K colder at depth, 0.5-0.8 K rms.

Source of law and parameters: P. O. Hayne et al., J. Geophys. Res. Planets 122 (2017) 2371-2400.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

STEFAN_BOLTZMANN = 5.670374419e-8  # [W/m^2/K^4] CODATA 2018
COLDEST = 2.0  # [K] the heat capacity's polynomial is negative below 1.3 K


@dataclass(frozen=True)
class Regolith:
    """What a column is made of; the defaults are those of Hayne et al. (2017), table A1.

    density(z) = rho_d - (rho_d - rho_s) exp(-z/H); contact conductivity Kc runs from `surface_
    conductivity` to `deep_conductivity` in proportion to density; K = Kc [1 + chi (T/350 K)^3].
    """

    surface_conductivity: float = 7.4e-4  # [W/m/K]
    deep_conductivity: float = 3.4e-3  # [W/m/K]
    surface_density: float = 1100.0  # [kg/m^3]
    deep_density: float = 1800.0  # [kg/m^3]
    scale_depth: float = 0.06  # [m]
    chi: float = 2.7  # [1]
    emissivity: float = 0.95  # [1]
    heat_flow: float = 0.018  # [W/m^2]
    # cp = sum of c_n T^n [J/kg/K], n = 0..4
    heat_capacity: tuple[float, float, float, float, float] = (
        -3.6125,
        2.7431,
        2.3616e-3,
        -1.2340e-5,
        8.9093e-9,
    )

    def __post_init__(self) -> None:
        positive = (
            self.surface_conductivity,
            self.deep_conductivity,
            self.surface_density,
            self.deep_density,
            self.scale_depth,
            self.emissivity,
        )
        if not all(math.isfinite(v) and v > 0 for v in positive) or self.emissivity > 1:
            raise ValueError("regolith: conductivities, densities, depth and emissivity are > 0")
        if self.chi < 0 or len(self.heat_capacity) != 5:
            raise ValueError("regolith: chi is not negative and the heat capacity has five terms")


@dataclass(frozen=True)
class ColumnHeat:
    """Temperatures [K] of columns: `surface` (c, n), `at_depth` (c, d, n), `profile` (c, m).

    `profile` is the state of the layers after the last step, with which a run can go on.
    """

    surface: Floats
    at_depth: Floats
    profile: Floats


def density(depth: ArrayLike, regolith: Regolith) -> Floats:
    """Density [kg/m^3] at `depth` [m]: rho_d - (rho_d - rho_s) exp(-z/H)."""
    r = regolith
    z = np.asarray(depth, np.float64)
    return r.deep_density - (r.deep_density - r.surface_density) * np.exp(-z / r.scale_depth)


def contact_conductivity(depth: ArrayLike, regolith: Regolith) -> Floats:
    """The part Kc [W/m/K] of the conductivity that grows with density, at `depth` [m]."""
    r = regolith
    share = np.exp(-np.asarray(depth, np.float64) / r.scale_depth)
    return r.deep_conductivity - (r.deep_conductivity - r.surface_conductivity) * share


def heat_capacity(temperature: ArrayLike, regolith: Regolith | None = None) -> Floats:
    """Specific heat [J/kg/K] at `temperature` [K]: a polynomial of fourth degree.

    Holds for 10 to 400 K (Hayne et al. 2017 from Hemingway et al. 1981 and Ledlow et al. 1992).
    Below 2 K the value at 2 K is taken, since the polynomial turns negative at 1.3 K.
    """
    c = (regolith or Regolith()).heat_capacity
    t = np.maximum(np.asarray(temperature, np.float64), COLDEST)
    return np.asarray(c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * c[4]))))


def layers(first: float = 0.002, growth: float = 1.2, bottom: float = 2.5) -> Floats:
    """Thicknesses [m] of layers, each `growth` times the one above, down to `bottom` [m].

    The default resolves the lunation (skin depth 3-7 cm) and reaches below the yearly wave.
    """
    if not (first > 0 and growth >= 1.0 and bottom > first):
        raise ValueError("layers: the first is thicker than 0, and none thinner than that above")
    thickness = [first]
    while sum(thickness) < bottom:
        thickness.append(thickness[-1] * growth)
    return np.array(thickness)


def column_temperatures(
    absorbed: ArrayLike,
    step: float,
    depths: ArrayLike = (),
    *,
    regolith: Regolith | None = None,
    thickness: ArrayLike | None = None,
    start: ArrayLike | float | None = None,
    cycles: int = 12,
    stride: int = 1,
    conductivity: Literal["fitted", "exact"] = "fitted",
) -> ColumnHeat:
    """Temperatures of columns under the flux `absorbed` (c, n) or (n,) [W/m^2], every `step` [s].

    `absorbed` is sunlight times (1 - albedo), plus emissivity times infrared, at each instant; the
    result is for the same instants. Without a `start` (layers' temperatures [K], (m,) or (c, m), or
    one number) the series is taken as periodic and repeated until the columns carry the heat
    flow upwards everywhere, at most `cycles` times, on every `stride` steps averaged. Solves
    rho cp dT/dt = d/dz (K dT/dz), eps sigma Ts^4 = absorbed + K dT/dz at the surface, with the
    heat flow entering below; either `conductivity` (see the module) conserves energy. Holds for
    steps up to about an hour at the poles (first order).
    """
    ground = regolith or Regolith()
    flux = np.ascontiguousarray(np.atleast_2d(np.asarray(absorbed, np.float64)))
    if flux.ndim != 2 or flux.shape[1] < 1 or not np.isfinite(flux).all() or (flux < 0).any():
        raise ValueError("absorbed flux is a series, or rows of series, finite and not negative")
    if not (math.isfinite(step) and step > 0):
        raise ValueError(f"a step of {step} s")
    dz = np.asarray(layers() if thickness is None else thickness, np.float64)
    centres = np.cumsum(dz) - 0.5 * dz
    below = np.atleast_1d(np.asarray(depths, np.float64))
    if below.size and not (below.min() >= 0 and below.max() <= centres[-1]):
        raise ValueError(f"depths lie between 0 and {centres[-1]:.3g} m, the lowest layer's middle")
    rho, kc = density(centres, ground), contact_conductivity(centres, ground)
    fitted = conductivity == "fitted"
    top = float(contact_conductivity(0.0 if fitted else 0.25 * dz[0], ground))
    scalars = (top, ground.chi, ground.emissivity, ground.heat_flow)
    cp = np.array(ground.heat_capacity)
    index, share = interpolation_nodes(centres, below)

    if start is None:
        profile = _settle(flux, step, dz, rho, kc, scalars, cp, cycles, max(1, stride), fitted)
    else:
        profile = np.array(np.broadcast_to(np.asarray(start, np.float64), (len(flux), len(dz))))
        if not (profile > 0).all():
            raise ValueError("temperatures at the start are above 0 K")
    surface, at_depth, _, _ = _march(
        flux, step, dz, rho, kc, *scalars, cp, profile, index, share, STEFAN_BOLTZMANN,
        fitted,
    )  # fmt: skip
    return ColumnHeat(surface, at_depth, profile)


def interpolation_nodes(centres: Floats, depths: Floats) -> tuple[NDArray[np.int64], Floats]:
    """For each depth the node above it (0 the surface, k the layer k-1) and the share below."""
    nodes = np.concatenate([[0.0], centres])
    index = np.clip(np.searchsorted(nodes, depths, side="right") - 1, 0, len(nodes) - 2)
    share = (depths - nodes[index]) / (nodes[index + 1] - nodes[index])
    return index.astype(np.int64), share


def _settle(
    flux: Floats,
    step: float,
    dz: Floats,
    rho: Floats,
    kc: Floats,
    scalars: tuple[float, float, float, float],
    cp: Floats,
    cycles: int,
    stride: int,
    fitted: bool,
) -> Floats:
    """Layers' temperatures (c, m) at the end of a period that repeats for ever.

    After each period the mean heat flow through every interface is what the mean gradient
    carries, G dT, and a remainder r from the temperature dependence of K. The mean profile that
    would carry the heat flow Q is built downwards, T[i+1] = T[i] + (Q - r[i])/G[i], and the state
    is shifted onto it: a few periods do what diffusion would take centuries for.
    """
    length = flux.shape[1] // stride * stride
    if length < 2 * stride:
        stride, length = 1, flux.shape[1]
    coarse = flux[:, :length].reshape(len(flux), -1, stride).mean(axis=2)
    emissivity, heat_flow = scalars[2], scalars[3]
    mean_flux = coarse.mean(axis=1) + heat_flow
    guess = np.maximum((mean_flux / (emissivity * STEFAN_BOLTZMANN)) ** 0.25, 10.0)
    profile = np.repeat(guess[:, None], len(dz), axis=1)
    none, nothing = np.empty(0, np.int64), np.empty(0)
    for _ in range(cycles):
        _, _, mean, carried = _march(
            coarse, step * stride, dz, rho, kc, *scalars, cp, profile, none, nothing,
            STEFAN_BOLTZMANN, fitted,
        )  # fmt: skip
        conductance, through = carried[:, 0], carried[:, 1]
        rest = through - conductance * np.diff(mean, axis=1)
        drops = (heat_flow - rest) / conductance
        wanted = mean[:, :1] + np.cumsum(drops, axis=1)
        shift = wanted - mean[:, 1:]
        profile += np.clip(shift, -0.5 * profile, None)
        if np.abs(shift).max() < 0.02:
            break
    return profile


@njit(cache=True, inline="always")
def _cp(t: float, c: Floats) -> float:
    t = max(t, 2.0)
    return c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * c[4])))


@njit(cache=True, parallel=True)
def _march(
    flux: Floats,
    step: float,
    dz: Floats,
    rho: Floats,
    kc: Floats,
    kc_top: float,
    chi: float,
    emissivity: float,
    heat_flow: float,
    cp: Floats,
    profile: Floats,
    index: NDArray[np.int64],
    share: Floats,
    sigma: float,
    fitted: bool,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Step all columns; `profile` (c, m) is changed in place.

    Besides temperatures returns the mean of surface and layers (c, m + 1) and, for every
    interface, mean conductance and mean upward heat flow (c, 2, m).
    """
    columns, n = flux.shape
    m = dz.size
    surface = np.empty((columns, n))
    at_depth = np.empty((columns, index.size, n))
    means = np.zeros((columns, m + 1))
    carried = np.zeros((columns, 2, m))
    for c in prange(columns):
        t = profile[c].copy()
        guess = t.copy()
        a = np.empty(m)  # t[i] = a[i] + b[i] * (node above), eliminated from the bottom
        b = np.empty(m)
        g = np.empty(m)  # conductance of the interface above layer i
        k = np.empty(m)
        last = np.empty(m)
        es = emissivity * sigma
        ts = t[0]
        if flux[c, 0] > 0.0:
            ts = max(ts, (flux[c, 0] / es) ** 0.25)
        for s in range(n):
            # the second pass takes conductivity and heat capacity at the step's end
            for _ in range(2):
                x = ts / 350.0
                upper = x * x * x
                if fitted:
                    for i in range(m):
                        x = guess[i] / 350.0
                        lower = x * x * x
                        contact = kc_top if i == 0 else kc[i - 1]
                        gap = 0.5 * (dz[i] + (0.0 if i == 0 else dz[i - 1]))
                        g[i] = contact * (1.0 + chi * (0.75 * upper + 0.25 * lower)) / gap
                        upper = lower
                else:
                    for i in range(m):
                        x = guess[i] / 350.0
                        k[i] = kc[i] * (1.0 + chi * x * x * x)
                    x = guess[0] / 350.0
                    rise = 0.5 * chi * (upper + x * x * x)
                    g[0] = kc_top * (1.0 + rise) / (0.5 * dz[0])
                    for i in range(1, m):
                        g[i] = 2.0 / (dz[i - 1] / k[i - 1] + dz[i] / k[i])
                for i in range(m):
                    last[i] = guess[i]
                lower_a, lower_b, lower_g = 0.0, 0.0, 0.0
                for i in range(m - 1, -1, -1):
                    store = rho[i] * dz[i] / step * _cp(0.5 * (t[i] + guess[i]), cp)
                    right = store * t[i] + (heat_flow if i == m - 1 else 0.0)
                    diagonal = store + g[i] + lower_g * (1.0 - lower_b)
                    a[i] = (right + lower_g * lower_a) / diagonal
                    b[i] = g[i] / diagonal
                    lower_a, lower_b, lower_g = a[i], b[i], g[i]
                # absorbed + G (a0 + b0 Ts - Ts) = eps sigma Ts^4: concave and falling in Ts, so
                # Newton's method from any start lands right of the root and closes in
                q = flux[c, s] + g[0] * a[0]
                slope = g[0] * (1.0 - b[0])
                for _ in range(60):
                    cube = es * ts * ts * ts
                    change = (q - slope * ts - cube * ts) / (slope + 4.0 * cube)
                    ts = max(ts + change, 1e-3)
                    if abs(change) < 1e-9 * ts:
                        break
                above = ts
                for i in range(m):
                    above = a[i] + b[i] * above
                    guess[i] = above
            carried[c, 0, 0] += g[0]
            carried[c, 1, 0] += g[0] * (guess[0] - ts)
            means[c, 0] += ts
            for i in range(m):
                # the heat that came in stays: divided by the heat capacity half way, now known
                used = _cp(0.5 * (t[i] + last[i]), cp)
                t[i] += (guess[i] - t[i]) * used / _cp(0.5 * (t[i] + guess[i]), cp)
                guess[i] = t[i]
                means[c, i + 1] += t[i]
                if i > 0:
                    carried[c, 0, i] += g[i]
                    carried[c, 1, i] += g[i] * (t[i] - t[i - 1])
            surface[c, s] = ts
            for d in range(index.size):
                over = ts if index[d] == 0 else t[index[d] - 1]
                at_depth[c, d, s] = over + share[d] * (t[index[d]] - over)
        for i in range(m):
            profile[c, i] = t[i]
            carried[c, 0, i] /= n
            carried[c, 1, i] /= n
        for i in range(m + 1):
            means[c, i] /= n
    return surface, at_depth, means, carried
