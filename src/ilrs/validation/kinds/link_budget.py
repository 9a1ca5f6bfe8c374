"""Link budgets as they are filed: carrier over noise, or power at a receiver, and the margin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ilrs.physics.radio import (
    SPEED_OF_LIGHT,
    carrier_to_noise_density,
    decibel,
    dish_gain,
    free_space_loss,
    in_decibel,
)
from ilrs.validation.comparison import Comparison, compare_values
from ilrs.validation.material import Expected, Inputs, NotRun

_DBM = 30.0
"""dBm of a dBW."""
_AT_A_FLUX = (
    *("frequency_mhz", "aperture_factor_dbm2", "flux_dbw_m2", "rx_loss_db", "threshold_dbm"),
)
_AT_A_DISTANCE = (
    *("frequency_mhz", "transmit_dbw", "line_loss_db", "gain_dbi", "antenna_diameter_m"),
    *("antenna_efficiency", "eirp_dbw", "path_loss_db", "slant_range_km", "g_over_t_dbk"),
    *("other_loss_db", "noise_bandwidth_dbhz", "data_rate_bps", "required_cn_db"),
    *("required_eb_n0_db",),
)


def run(inputs: Inputs) -> dict[str, Any]:
    """All that the inputs give, in decibels, flux by flux where several are told.

    From a flux [dBW/m2]: `aperture_factor_dbm2` of an antenna without gain (by the frequency where
    it is not told), `iso_power_dbw` it takes in, `rx_input_dbm`, and `margin_db` over
    `threshold_dbm`. Else `eirp_dbw`, `path_loss_db`,
    `cn0_dbhz`, `cn_db` in the noise bandwidth, `eb_n0_db` at the data rate, and `margin_db`. The
    antenna has a gain, or a diameter and an efficiency; the path a loss or a distance.
    """
    if "flux_dbw_m2" in inputs:
        inputs.only(*_AT_A_FLUX)
        return _from_flux(inputs)
    inputs.only(*_AT_A_DISTANCE)
    return _from_distance(inputs)


def _from_flux(inputs: Inputs) -> dict[str, Any]:
    if "aperture_factor_dbm2" in inputs:
        aperture = inputs.number("aperture_factor_dbm2")
    else:
        wavelength = SPEED_OF_LIGHT / (inputs.number("frequency_mhz") * 1e6)
        aperture = float(in_decibel(wavelength**2 / (4.0 * math.pi)))
    told = inputs["flux_dbw_m2"]
    flux = np.atleast_1d(np.asarray(told, np.float64))
    power = flux + aperture
    received = power - inputs.number("rx_loss_db", 0.0) + _DBM
    found: dict[str, Any] = {"aperture_factor_dbm2": aperture}
    rows = {"iso_power_dbw": power, "rx_input_dbm": received}
    if "threshold_dbm" in inputs:
        rows["margin_db"] = received - inputs.number("threshold_dbm")
    for name, values in rows.items():
        found[name] = values.tolist() if isinstance(told, (list, tuple)) else float(values[0])
    return found


def _from_distance(inputs: Inputs) -> dict[str, Any]:
    frequency = inputs.number("frequency_mhz") * 1e6
    found: dict[str, Any] = {"eirp_dbw": _eirp(inputs, frequency)}
    if "path_loss_db" in inputs:
        found["path_loss_db"] = inputs.number("path_loss_db")
    else:
        distance = np.array(inputs.number("slant_range_km") * 1e3)
        found["path_loss_db"] = float(in_decibel(free_space_loss(distance, frequency)))
    density = carrier_to_noise_density(
        decibel(found["eirp_dbw"]),
        decibel(found["path_loss_db"]),
        decibel(inputs.number("g_over_t_dbk")),
        decibel(inputs.number("other_loss_db", 0.0)),
    )
    found["cn0_dbhz"] = float(in_decibel(density))
    if "noise_bandwidth_dbhz" in inputs:
        found["cn_db"] = found["cn0_dbhz"] - inputs.number("noise_bandwidth_dbhz")
    if "data_rate_bps" in inputs:
        rate = float(in_decibel(inputs.number("data_rate_bps")))
        found["eb_n0_db"] = found["cn0_dbhz"] - rate
    for had, needed in (("cn_db", "required_cn_db"), ("eb_n0_db", "required_eb_n0_db")):
        if needed in inputs:
            if had not in found:
                raise NotRun(f"{needed} needs a bandwidth or a data rate to be held against")
            found["margin_db"] = found[had] - inputs.number(needed)
    return found


def _eirp(inputs: Inputs, frequency: float) -> float:
    if "eirp_dbw" in inputs:
        return inputs.number("eirp_dbw")
    if "antenna_diameter_m" in inputs:
        diameter = inputs.number("antenna_diameter_m")
        gain = dish_gain(diameter, frequency, inputs.number("antenna_efficiency"))
        gain_db = float(in_decibel(gain))
    else:
        gain_db = inputs.number("gain_dbi")
    return inputs.number("transmit_dbw") - inputs.number("line_loss_db", 0.0) + gain_db


def compare(ours: dict[str, Any], expected: Expected) -> Comparison:
    """The largest difference in decibels."""
    compared = compare_values(ours, expected.values, {"absolute": expected.limit("db", 0.06)})
    worst = {"db": compared.worst["absolute"], "mismatches": compared.worst["mismatches"]}
    limit = {"db": compared.limit["absolute"], "mismatches": 0.0}
    return Comparison(compared.ours, compared.theirs, worst, limit)
