"""Antennas, noise, modulation and the Earth's air: closed forms, limits and ITU's own examples."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from ilrs.components.radio import Radio
from ilrs.errors import UserError
from ilrs.physics import gaseous_attenuation as gases
from ilrs.physics import modulation, radio, radio_noise
from ilrs.physics import rain_attenuation as rain
from ilrs.physics import slant_path_attenuation as slant
from ilrs.scenario.load import load_scenario
from ilrs.validation import validate
from ilrs.validation.cases import read_cases
from ilrs.validation.kinds import itu_table
from ilrs.validation.run import inputs_of

DEGREE = np.radians(1.0)


def one_case(folder: Path, kind: str, inputs: dict[str, Any], expect: dict[str, Any]) -> Any:
    with (folder / "cases.yaml").open("w") as file:
        case = {"id": "case", "kind": kind, "inputs": inputs, "expect": expect}
        YAML().dump({"version": 1, "cases": [case]}, file)
    (result,) = validate(folder)
    return result


def test_the_reference_cases(reference_dir: Path) -> None:
    results = {r.id: r for r in validate(reference_dir, ["link_budget", "itu_table"])}
    assert {case: r.reason for case, r in results.items() if r.status == "fail"} == {}
    not_run = {case: r.reason for case, r in results.items() if r.status == "not_run"}
    assert all("digital map" in why or "AT (p) needs" in why for why in not_run.values()), not_run
    assert sum(r.status == "pass" for r in results.values()) >= 7


@pytest.mark.parametrize("column", ["A_rain", "P_rain"])
def test_rain_of_the_reference(reference_dir: Path, tmp_path: Path, column: str) -> None:
    # The last column of this table, 'AT (p)', adds a percentage and an efficiency to a
    # refractivity: a slip of a spreadsheet. The columns it was to be made of are sound.
    name = "ITURP618-14_A_rain.csv"
    shutil.copy(reference_dir / "comms/itu" / name, tmp_path / name)
    result = one_case(tmp_path, "itu_table", {"file": name}, {"column": column})
    assert result.status == "pass"
    assert result.worst["relative"] < 1e-6
    with (tmp_path / name).open(encoding="latin-1", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["p"][0].isdigit()]
    for row in rows:
        slip = float(row["P_rain"]) + float(row["eta"]) + float(row["N_wet"])
        assert float(row["AT (p)"]) == pytest.approx(slip, abs=0.05)


def test_the_runner_does_not_see_the_column_it_computes(reference_dir: Path) -> None:
    (case,) = [c for c in read_cases(reference_dir) if c.id == "itu-iturp676-12_gamma"]
    inputs = inputs_of(case, itu_table)
    assert "gamma" in inputs.columns(encoding=itu_table.ENCODING)
    assert list(inputs.table(encoding=itu_table.ENCODING)[0]) == [
        *("f", "P", "T", "rho", "gamma0", "gammaw")
    ]


def test_a_link_budget_from_a_flux(tmp_path: Path) -> None:
    # Command link filed as SAT-LOA-20061222-00157.
    inputs = {
        "frequency_mhz": 17791,
        "flux_dbw_m2": [-60.0, -80.0],
        "rx_loss_db": 12.0,
        "threshold_dbm": -112.0,
    }
    expect = {
        "aperture_factor_dbm2": -46.5,
        "iso_power_dbw": [-106.5, -126.5],
        "rx_input_dbm": [-88.5, -108.5],
        "margin_db": [23.5, 3.5],
    }
    assert one_case(tmp_path, "link_budget", inputs, expect).status == "pass"
    assert one_case(tmp_path, "link_budget", inputs, {"margin_db": [23.5, 4.5]}).status == "fail"


def test_a_link_budget_from_a_dish_and_a_distance(tmp_path: Path) -> None:
    inputs = {
        "frequency_mhz": 8450,
        "transmit_dbw": 13.0,
        "antenna_diameter_m": 0.5,
        "antenna_efficiency": 0.55,
        "slant_range_km": 384_400,
        "g_over_t_dbk": 50.0,
        "data_rate_bps": 10e6,
        "required_eb_n0_db": 1.5,
    }
    # 13 + 30.33 - 222.68 + 50 + 228.60 - 70 = 29.25 dB
    result = one_case(tmp_path, "link_budget", inputs, {"eb_n0_db": 29.25, "margin_db": 27.75})
    assert result.status == "pass", result.reason


def test_a_dish_and_its_beam() -> None:
    gain = radio.dish_gain(35.0, 8.45e9, 0.55)
    width = radio.half_power_beamwidth(gain, 0.7)
    assert np.degrees(width) == pytest.approx(68.5 * (0.035479 / 35.0), rel=2e-3)
    assert radio.pointing_loss(0.5 * width, width) == pytest.approx(2.0)
    assert radio.pointing_loss(0.0, width) == 1.0
    # The Gaussian lobe, integrated over the sky, holds the share it was made for.
    angle = np.linspace(0.0, 4.0 * width, 20_001)
    lobe = gain / radio.pointing_loss(angle, width)
    assert np.trapezoid(lobe * 2.0 * np.pi * angle, angle) / (4.0 * np.pi) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("sent", "received", "tilt", "kept"),
    [
        (1.0, 1.0, 0.3, 1.0),
        (1.0, -1.0, 0.3, 0.0),
        (1.0, 0.0, 0.3, 0.5),
        (0.0, 0.0, np.pi / 3.0, 0.25),
        (0.0, 0.0, np.pi / 2.0, 0.0),
    ],
)
def test_polarisations(sent: float, received: float, tilt: float, kept: float) -> None:
    assert 1.0 / radio.polarisation_loss(sent, received, tilt) == pytest.approx(kept, abs=1e-12)


def test_share_of_a_beam_on_a_disc() -> None:
    width = 0.4 * DEGREE
    on_axis = radio_noise.share_of_beam(0.26 * DEGREE, 0.0, width)
    assert on_axis == pytest.approx(1.0 - 2.0 ** -((2 * 0.26 / 0.4) ** 2))
    aside = radio_noise.share_of_beam(0.26 * DEGREE, 0.2 * DEGREE, width)
    x = (np.arange(2000) + 0.5) / 2000 * 2.0 - 1.0
    x, y = np.meshgrid(0.26 * x, 0.26 * x)
    density = np.exp(-4.0 * np.log(2.0) * ((x - 0.2) ** 2 + y**2) / 0.4**2)
    inside = (density * (np.hypot(x, y) < 0.26)).sum() * (0.52 / 2000) ** 2
    assert aside == pytest.approx(inside * 4.0 * np.log(2.0) / (np.pi * 0.4**2), rel=1e-3)
    assert radio_noise.share_of_beam(0.26 * DEGREE, 30.0 * DEGREE, width) == pytest.approx(0.0)


def test_noise_of_a_receiver() -> None:
    # The Moon fills a narrow beam: 35 m at 8.45 GHz gets its whole brightness.
    share = radio_noise.share_of_beam(0.26 * DEGREE, 0.0, 0.0695 * DEGREE)
    moon = radio_noise.antenna_temperature(10.0, [(225.0, share)], 0.9, 290.0)
    assert moon == pytest.approx(0.9 * 235.0 + 29.0, rel=1e-6)
    # Friis by hand: 50 + 0.1 290 + 1.1 (30 + 500 / 1000)
    total = radio_noise.system_noise_temperature(50.0, 1.1, 290.0, [(30.0, 1000.0), (500.0, 1e4)])
    assert total == pytest.approx(50.0 + 29.0 + 1.1 * 30.5)
    assert radio_noise.noise_temperature(2.0) == pytest.approx(290.0)
    # Without loss and noise of its own the system is as cold as its antenna; a long line is warm.
    assert radio_noise.system_noise_temperature(5.0, 1.0, 290.0, []) == 5.0
    with pytest.raises(UserError, match="not decibels"):
        radio_noise.system_noise_temperature(5.0, 0.5, 290.0, [])
    with pytest.raises(UserError, match="not decibels"):
        radio_noise.noise_temperature(0.5)


def test_the_reference_hears_the_station_as_its_link_budget_says() -> None:
    # A dish of 35 m at 8.45 GHz, 10 deg up, the Moon in its beam, an amplifier of 25 K.
    frequency, air = 8.45e9, gases.slant_gaseous_attenuation(8.45e9, 0.175, 1e5, 288.0, 7.5e-3)
    gain = radio.dish_gain(35.0, frequency, 0.55)
    moon = radio_noise.share_of_beam(0.26 * DEGREE, 0.0, radio.half_power_beamwidth(gain, 0.7))
    sky = slant.sky_noise_temperature(air, 288.0)
    passed = 10.0 ** (-air / 10.0)
    antenna = radio_noise.antenna_temperature(sky, [(225.0, moon)], 0.9, 290.0, passed)
    noise = radio_noise.system_noise_temperature(antenna, 1.05, 290.0, [(25.0, 1e4)])
    facilities = load_scenario("ilrs").scenario.facilities
    stated = [
        component.receiver_g_over_t_dbk
        for facility in facilities.values()
        for component in facility.components.values()
        if isinstance(component, Radio) and component.to == "earth"
    ]
    assert len(stated) >= 2
    assert stated == pytest.approx([float(radio.in_decibel(gain / noise))] * len(stated), abs=0.5)


def test_sky_noise_lies_between_the_universe_and_the_air() -> None:
    assert slant.sky_noise_temperature(0.0, 290.0) == pytest.approx(2.7)
    assert slant.sky_noise_temperature(1e3, 290.0) == pytest.approx(37.34 + 0.81 * 290.0)


def test_modulation_against_shannon() -> None:
    assert radio.in_decibel(modulation.energy_per_bit_for(1e-5)) == pytest.approx(9.588, abs=1e-3)
    assert modulation.bit_error_rate(modulation.energy_per_bit_for(1e-5)) == pytest.approx(1e-5)
    assert radio.in_decibel(modulation.least_energy_per_bit(1e-9)) == pytest.approx(
        -1.5917, abs=1e-4
    )
    schemes = modulation.modcods()
    assert len(schemes) == 28
    for scheme in schemes:
        limit = radio.in_decibel(modulation.least_energy_per_bit(scheme.bits_per_symbol))
        assert 0.5 < scheme.eb_n0_db - limit < 4.0, scheme
    best = modulation.best_modcod(5.0)
    assert best is not None
    assert (best.modulation, best.code_rate) == ("QPSK", "4/5")
    assert modulation.best_modcod(-3.0) is None


def test_gases_where_the_lines_are() -> None:
    f = np.array([10e9, 22.2e9, 31e9, 60e9, 118.75e9, 183.3e9])
    dry = gases.oxygen_attenuation(f, 1013.25e2, 288.15, 0.0) * 1e3
    wet = gases.water_vapour_attenuation(f, 1013.25e2, 288.15, 7.5e-3) * 1e3
    assert dry[3] > 14.0
    assert dry[4] > 1.0
    assert wet[1] > wet[0]
    assert wet[1] > wet[2]
    assert wet[5] > 20.0
    assert gases.water_vapour_attenuation(f, 1013.25e2, 288.15, 0.0) == pytest.approx(0.0)
    zenith, low = gases.slant_gaseous_attenuation(
        8.45e9, np.array([90.0, 30.0]) * DEGREE, 1013.25e2, 288.15, 7.5e-3
    )
    assert low == pytest.approx(2.0 * zenith)
    # From the surface density or from the column of the same standard air: alike to a third.
    column = gases.slant_gaseous_attenuation(
        26e9, np.pi / 2.0, 1013.25e2, 288.15, 7.5e-3, 2.0 * 7.5, 0.0
    )
    surface = gases.slant_gaseous_attenuation(26e9, np.pi / 2.0, 1013.25e2, 288.15, 7.5e-3)
    assert column == pytest.approx(surface, rel=0.33)


def test_rain_where_there_is_none() -> None:
    some = {"frequency": 26e9, "elevation": 0.5, "tilt": 0.8, "latitude": 0.7, "exceeded": 1e-3}
    assert rain.slant_rain_attenuation(**some, rain_rate=0.0, path=5e3) == 0.0
    assert rain.slant_path_through_rain(4e3, 5e3, 0.5) == 0.0
    assert rain.slant_rain_attenuation(**some, rain_rate=30.0, path=0.0) == 0.0
    # Straight and bent paths meet at 5 deg, and a path along the horizon is finite.
    above, below = rain.slant_path_through_rain(5e3, 0.0, np.array([5.0001, 4.9999]) * DEGREE)
    assert above == pytest.approx(below, rel=0.1)
    assert rain.slant_path_through_rain(5e3, 0.0, 0.0) == pytest.approx(np.sqrt(2 * 5e3 * 8500e3))
    # Rare fades are deeper.
    some.pop("exceeded")
    fades = rain.slant_rain_attenuation(
        **some, rain_rate=30.0, path=5e3, exceeded=np.array([0.05, 0.01, 1e-3, 1e-4, 1e-5])
    )
    assert (np.diff(fades) > 0.0).all()


def test_rain_somewhere_on_a_path_is_likelier_than_at_a_place() -> None:
    here = rain.slant_rain_probability(0.05, np.pi / 2.0, 5e3)
    far = rain.slant_rain_probability(0.05, 0.1, np.array([5e3, 50e3, 500e3]))
    assert here == pytest.approx(0.05, rel=1e-9)
    assert (np.diff([0.05, *far]) > 0.0).all()


def test_clouds_scintillation_and_the_sum() -> None:
    assert slant.cloud_attenuation(26e9, np.pi / 2.0, 0.0) == 0.0
    thick, thin = slant.cloud_attenuation(np.array([26e9, 8.45e9]), np.pi / 2.0, 1.0)
    assert thick / thin == pytest.approx((26.0 / 8.45) ** 2, rel=0.1)  # Rayleigh's droplets
    # ITU's example at London, 14.25 GHz: 1 % fade, and a dish too large to see turbulence.
    fade = slant.scintillation_fade(14.25e9, 31.07699124 * DEGREE, 1.0, 0.65, 50.38926222, 0.01)
    assert fade == pytest.approx(0.261931889, rel=1e-6)
    assert slant.scintillation_fade(26e9, 0.5, 70.0, 0.6, 50.0, 0.01) == 0.0
    assert slant.total_attenuation(1.0, 1.0, 2.0, 4.0) == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        (lambda: gases.oxygen_attenuation(0.5e9, 1e5, 288.0, 0.0), "1 to 1000 GHz"),
        (lambda: gases.oxygen_attenuation(np.nan, 1e5, 288.0, 0.0), "1 to 1000 GHz"),
        (lambda: gases.oxygen_attenuation(8e9, 1e5, 0.0, 0.0), "without pressure"),
        (lambda: gases.slant_gaseous_attenuation(8e9, 0.05, 1e5, 288.0, 0.0), "5 to 90 deg"),
        (lambda: gases.slant_gaseous_attenuation(8e9, 90.0, 1e5, 288.0, 0.0), "5 to 90 deg"),
        (lambda: gases.zenith_water_vapour_attenuation(8e9, -1.0, 0.0), "below zero"),
        (lambda: rain.rain_coefficients(0.1e9, 0.5, 0.5), "1 to 1000 GHz"),
        (
            lambda: rain.slant_rain_attenuation(8e9, 0.5, 0.5, 0.5, 30.0, 5e3, 0.5),
            "outside 1e-5 to 0.05",
        ),
        (
            lambda: rain.slant_rain_attenuation(8e9, 0.5, 0.5, 0.5, np.nan, 5e3, 0.01),
            "rain rate below zero",
        ),
        (lambda: rain.slant_rain_probability(0.0, 0.5, 5e3), "outside 0 to 1"),
        (lambda: slant.cloud_attenuation(300e9, 0.5, 1.0), "0 to 200 GHz"),
    ],
)
def test_what_the_methods_do_not_hold_for_is_refused(call: Callable[[], Any], wrong: str) -> None:
    with pytest.raises(UserError, match=wrong):
        call()
