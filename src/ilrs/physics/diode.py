"""Solar cells as one diode with two resistances: their curve of current over voltage.

I = IL - I0 (exp(Vd / a) - 1) - Vd / Rsh with Vd = V + I Rs. In the diode's voltage Vd the current
and the voltage are explicit, so every point is a root in Vd of a convex function: Newton from the
right comes down to it without overshoot. Lambert's W is the same root in closed form, but its
argument overflows where cells are cold; nothing overflows here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError

Floats = NDArray[np.float64]

BOLTZMANN = 1.380649e-23  # [J/K], exact, SI brochure 2019
CHARGE = 1.602176634e-19  # [C], exact, SI brochure 2019
ROUNDS = 200
"""Newton steps at most: from the right each comes nearer by about one thermal voltage."""


@dataclass(frozen=True)
class Diode:
    """The five parameters, broadcast against each other.

    `photocurrent`, `saturation` [A], `series`, `shunt` [ohm], `thermal` [V]: the ideality factor
    times the cells in series times k T / q.
    """

    photocurrent: Floats
    saturation: Floats
    series: Floats
    shunt: Floats
    thermal: Floats


@dataclass(frozen=True)
class Points:
    """Open circuit, short circuit and most power [V, A, W]."""

    v_oc: Floats
    i_sc: Floats
    v_mp: Floats
    i_mp: Floats
    p_mp: Floats


def diode(
    photocurrent: ArrayLike,
    saturation: ArrayLike,
    series: ArrayLike,
    shunt: ArrayLike,
    ideality: ArrayLike,
    cells: ArrayLike,
    temperature: ArrayLike,
) -> Diode:
    """The diode of `cells` in series at `temperature` [K]; currents [A], resistances [ohm].

    Raises `UserError` for a parameter without meaning. Holds for cells in forward bias: the
    breakdown of shaded cells in reverse is not in it.
    """
    thermal = np.multiply(ideality, cells) * BOLTZMANN * np.asarray(temperature) / CHARGE
    values = np.broadcast_arrays(
        *(np.asarray(v, np.float64) for v in (photocurrent, saturation, series, shunt, thermal))
    )
    names = ("photocurrent", "saturation current", "series resistance", "shunt resistance")
    for name, value in zip((*names, "thermal voltage"), values, strict=True):
        positive = name not in {"photocurrent", "series resistance"}
        allowed = value > 0.0 if positive else value >= 0.0
        if not (allowed & ~np.isnan(value)).all():
            raise UserError(
                f"a solar cell's {name} of {float(value[~allowed].flat[0]):g} has no meaning",
                remedy="photocurrent and series resistance are not negative, the others positive",
            )
    return Diode(*(np.array(v) for v in values))


def current_at(cell: Diode, voltage: ArrayLike) -> Floats:
    """Current [A] at terminal `voltage` [V] >= 0, beyond open circuit negative."""
    wanted = np.asarray(voltage, np.float64)
    above = wanted + cell.series * cell.photocurrent
    with np.errstate(divide="ignore", invalid="ignore"):
        bound = cell.thermal * np.log1p(above / (cell.saturation * cell.series))
    start = np.minimum(above, np.where(cell.series > 0.0, bound, np.inf))

    def gap(v: Floats) -> tuple[Floats, Floats]:
        i, slope = _current(cell, v)
        return v - cell.series * i - wanted, 1.0 - cell.series * slope

    return _current(cell, _newton(gap, start))[0]


def points(cell: Diode) -> Points:
    """Open circuit, short circuit and the point of most power."""
    top = cell.thermal * np.log1p(cell.photocurrent / cell.saturation)

    def open_circuit(v: Floats) -> tuple[Floats, Floats]:
        i, slope = _current(cell, v)
        return -i, -slope

    v_oc = _newton(open_circuit, top)
    i_sc = current_at(cell, 0.0)
    best = _most_power(cell, cell.series * i_sc, v_oc)
    i_mp = _current(cell, best)[0]
    v_mp = best - cell.series * i_mp
    return Points(v_oc, i_sc, v_mp, i_mp, v_mp * i_mp)


def _current(cell: Diode, v: Floats) -> tuple[Floats, Floats]:
    """Current at the diode's voltage [A], and its slope [A/V]."""
    grown = cell.saturation * np.exp(v / cell.thermal)
    current = cell.photocurrent - (grown - cell.saturation) - v / cell.shunt
    return current, -grown / cell.thermal - 1.0 / cell.shunt


def _newton(function: Callable[[Floats], tuple[Floats, Floats]], start: Floats) -> Floats:
    """The root of a rising convex function left of `start`."""
    v = start
    for _ in range(ROUNDS):
        value, slope = function(v)
        step = value / slope
        v = v - step
        if (np.abs(step) <= 4e-16 * np.maximum(np.abs(v), 1e-3)).all():
            break
    return v


def _most_power(cell: Diode, low: Floats, high: Floats) -> Floats:
    """The diode's voltage where V I is largest: power is concave in it, so its slope falls.

    Newton on the slope, kept between bounds that bisection tightens.
    """
    v = high - np.minimum(2.0 * cell.thermal, 0.5 * (high - low))
    for _ in range(ROUNDS):
        i, slope = _current(cell, v)
        bend = -cell.saturation * np.exp(v / cell.thermal) / cell.thermal**2
        terminal, rise = v - cell.series * i, 1.0 - cell.series * slope
        first = rise * i + terminal * slope
        second = 2.0 * rise * slope - cell.series * bend * i + terminal * bend
        low, high = np.where(first > 0.0, v, low), np.where(first > 0.0, high, v)
        step = v - first / second
        new = np.where((step > low) & (step < high), step, 0.5 * (low + high))
        done = (np.abs(new - v) <= 1e-14 * np.maximum(np.abs(v), 1e-3)).all()
        v = new
        if done:
            break
    return v
