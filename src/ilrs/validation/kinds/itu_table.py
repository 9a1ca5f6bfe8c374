"""ITU's own examples of its Recommendations on propagation: a column of a table from the others.

Columns have ITU's names, and are in GHz, degrees, hPa of dry air, K, g/m3, kg/m2, km, mm/h, percent
of time, dB and dB/km. A row of units under the header is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ilrs.physics import gaseous_attenuation as gases
from ilrs.physics import rain_attenuation as rain
from ilrs.physics import slant_path_attenuation as slant
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import LAST, Expected, Inputs, NotRun

Floats = NDArray[np.float64]
Table = Mapping[str, Floats]

ENCODING = "latin-1"
"""Of ITU's tables; only their units are not ASCII."""
MAPS = {
    "T": "P.1510",
    "Nwet": "P.453",
    "rho": "P.836",
    "V": "P.836",
    "Rp": "P.837",
    "h0": "P.839",
    "Ac": "P.840",
}
"""What a place alone gives, by ITU's digital maps, which are not part of this."""


_ANGLES = ("el", "tau", "lat")


class _Quantity(NamedTuple):
    needs: tuple[str, ...]
    compute: Callable[[Table], Floats]


def _air(t: Table) -> tuple[Floats, Floats, Floats, Floats]:
    return t["f"] * 1e9, t["P"] * 100.0, t["T"], t["rho"] * 1e-3


def _per_kilometre(t: Table) -> tuple[Floats, Floats]:
    return gases.oxygen_attenuation(*_air(t)) * 1e3, gases.water_vapour_attenuation(*_air(t)) * 1e3


def _coefficients(t: Table) -> tuple[Floats, Floats]:
    return rain.rain_coefficients(t["f"] * 1e9, np.radians(t["el"]), np.radians(t["tau"]))


def _specific_rain(t: Table) -> Floats:
    k, alpha = _coefficients(t)
    return k * t["R"] ** alpha


def _gases(t: Table) -> Floats:
    f, pressure, temperature, vapour = _air(t)
    return gases.slant_gaseous_attenuation(
        *(f, np.radians(t["el"]), pressure, temperature, vapour),
        vapour_column=t["V_t"],
        height=t["h"] * 1e3,
    )


def _rain(t: Table) -> Floats:
    el, tau, lat = (np.radians(t[name]) for name in _ANGLES)
    return rain.slant_rain_attenuation(
        t["f"] * 1e9, el, tau, lat, t["R001"], t["Ls"] * 1e3, t["p"] / 100.0
    )


def _scintillation(t: Table) -> Floats:
    share = t["p"] / 100.0
    return slant.scintillation_fade(
        t["f"] * 1e9, np.radians(t["el"]), t["D"], t["eta"], t["N_wet"], share
    )


def _total(t: Table) -> Floats:
    """Gases and clouds are held at 1 % for rarer fades: the columns ending in _1."""
    rare = t["p"] < 1.0
    air, clouds = (np.where(rare, t[f"{name}_1"], t[name]) for name in ("A_gas", "A_clouds"))
    return slant.total_attenuation(air, clouds, t["A_rain"], t["A_scin"])


_AIR = ("f", "P", "T", "rho")
_PATH = ("f", "el", "tau")
_ALL = ("p", "A_gas", "A_gas_1", "A_clouds", "A_clouds_1", "A_rain", "A_scin")
QUANTITIES: dict[str, _Quantity] = {
    "gamma0": _Quantity(_AIR, lambda t: _per_kilometre(t)[0]),
    "gammaw": _Quantity(_AIR, lambda t: _per_kilometre(t)[1]),
    "gamma": _Quantity(_AIR, lambda t: np.add(*_per_kilometre(t))),
    "Aw": _Quantity(
        ("f", "V_t", "h"),
        lambda t: gases.zenith_water_vapour_attenuation(t["f"] * 1e9, t["V_t"], t["h"] * 1e3),
    ),
    "A_gas": _Quantity((*_AIR, "el", "V_t", "h"), _gases),
    "k": _Quantity(_PATH, lambda t: _coefficients(t)[0]),
    "alpha": _Quantity(_PATH, lambda t: _coefficients(t)[1]),
    "gamma_r": _Quantity((*_PATH, "R"), _specific_rain),
    "hr": _Quantity(("h0",), lambda t: rain.rain_height(t["h0"] * 1e3) / 1e3),
    "A_rain": _Quantity((*_PATH, "lat", "R001", "Ls", "p"), _rain),
    "P_rain": _Quantity(
        ("P0", "el", "Ls"),
        lambda t: 100.0 * rain.slant_rain_probability(t["P0"], np.radians(t["el"]), t["Ls"] * 1e3),
    ),
    "A_scin": _Quantity(("f", "el", "D", "eta", "N_wet", "p"), _scintillation),
    "A_total": _Quantity(_ALL, _total),
    "AT (p)": _Quantity(_ALL, _total),
}
"""What can be computed, from which columns."""


def run(inputs: Inputs) -> list[float]:
    """The column asked for, from the others; `expect.column` is its name, or `last`."""
    inputs.only("file")
    asked = str(inputs.asked.get("column") or LAST)
    names = [name.strip() for name in inputs.columns(encoding=ENCODING)]
    name = names[-1] if asked == LAST and names else asked
    table = _numbers(inputs.table(encoding=ENCODING))
    quantity = QUANTITIES.get(name)
    missing = sorted(set(quantity.needs) - set(table)) if quantity else []
    if quantity is None or missing:
        if name in MAPS and {"lat", "lon"} <= set(table):
            raise NotRun(f"ITU's digital map of {MAPS[name]}, which gives {name}, is absent")
        if missing:
            raise NotRun(f"{name} needs {', '.join(missing)}, which is absent from the table")
        raise NotRun(f"{name} is not known; computed are {', '.join(QUANTITIES)}")
    return [float(value) for value in quantity.compute(table)]


def compare(ours: list[float], expected: Expected) -> Comparison:
    """The worst relative error over the rows."""
    rows = expected.table(encoding=ENCODING)
    asked = str(expected.values.get("column") or LAST)
    name = next(key for key in reversed(rows[0]) if asked in (LAST, key.strip()))
    theirs = _numbers([{name: row[name]} for row in rows])[name.strip()]
    if theirs.size != len(ours):
        raise NotRun(f"{theirs.size} rows are expected, ours are {len(ours)}")
    scale = np.where(theirs == 0.0, 1.0, np.abs(theirs))
    errors = np.abs(np.asarray(ours) - theirs) / scale
    worst = int(np.argmax(errors))
    return Comparison(
        {"rows": len(ours), name.strip(): ours[worst]},
        {"rows": int(theirs.size), name.strip(): float(theirs[worst])},
        {"relative": float(errors[worst])},
        {"relative": expected.limit("relative", 0.005)},
    )


def _numbers(rows: list[dict[str, str]]) -> dict[str, Floats]:
    """Columns of numbers by name; a first row of units is left out."""
    if rows and not any(_is_number(value) for value in rows[0].values()):
        rows = rows[1:]
    if not rows:
        raise NotRun("the table has no rows")
    try:
        return {name.strip(): np.array([float(row[name]) for row in rows]) for name in rows[0]}
    except ValueError as error:
        raise NotRun(f"the table holds what is not a number: {error}") from error


def _is_number(text: Any) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
