from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ilrs.errors import UserError
from ilrs.physics.optics import (
    Camera,
    band_magnitude,
    dark_current,
    exposure_time,
    ground_resolution,
    limiting_magnitude,
    photon_flux,
    resolution,
    signal_to_noise,
    star_rate,
    star_temperature,
)
from ilrs.physics.sky_background import (
    Dust,
    avoidance_angle,
    colour,
    sky_rate,
    strayed,
    zodiacal_light,
)

ARCSECOND = math.pi / 648000.0
# 150 mm, 245-340 nm as Chang'e-3's telescope; the rest assumed.
LUT = Camera(0.15, 0.16, 0.1, 245e-9, 340e-9, 4.76 * ARCSECOND, 9.0, 10.0, 30.0, 0.1, 233.0, 233.0)


def test_diffraction_limits() -> None:
    # Hubble, 2.4 m: 0.0577 arcsec at 550 nm; the Earth's ground from the Moon through 0.3 m.
    assert resolution(550e-9, 2.4) / ARCSECOND == pytest.approx(0.0577, rel=1e-2)
    assert ground_resolution(384.4e6, 550e-9, 0.3) == pytest.approx(859.5, rel=1e-3)
    assert ground_resolution(1.0, 1.0, 1.0, math.pi / 3) == pytest.approx(2 * 1.21967, rel=1e-9)


def test_photons_of_a_jansky() -> None:
    # 1 Jy is 1.51e7 photons/s/m2 over a band of a natural unit of wavelength.
    magnitude = 2.5 * math.log10(3631.0)
    assert photon_flux(magnitude, 1.0, math.e) == pytest.approx(1.509e7, rel=1e-3)


def test_lut_sees_magnitude_13() -> None:
    """An upper limit of the exosphere's glow leaves AB 13 above S/N 8 (Wang and others 2011)."""
    glow = 8.7e4 * 4.76**2 * LUT.area * LUT.throughput  # 8.7 photons/s/cm2/arcsec2
    assert 8.0 / 2.0 < signal_to_noise(LUT, star_rate(LUT, 13.0), glow, 30.0) < 8.0 * 2.0
    dark_sky = float(sky_rate(LUT, zodiacal_light(math.pi / 2, 1.0, 500e-9)))
    assert limiting_magnitude(LUT, dark_sky, 30.0) > 13.0


def test_exposure_reaches_its_ratio_and_no_more() -> None:
    rates = star_rate(LUT, np.array([3.0, 10.0, 13.0, 16.0, 18.0]))
    for ratio in (3.0, 20.0, 200.0):
        times = exposure_time(LUT, rates, 1.0, ratio)
        assert (signal_to_noise(LUT, rates, 1.0, times) >= ratio * (1 - 1e-9)).all()
        shorter = np.where(times > LUT.frame, times - LUT.frame, times * 0.99)
        assert (signal_to_noise(LUT, rates, 1.0, shorter) < ratio).all()
    assert np.isinf(exposure_time(LUT, np.array([0.0]), 1.0, 5.0)).all()
    with pytest.raises(UserError, match="says nothing"):
        exposure_time(LUT, 1.0, 1.0, 0.0)


def test_photon_noise_alone_is_its_root() -> None:
    quiet = replace(LUT, read_noise=0.0, dark_current=0.0)
    assert signal_to_noise(quiet, 100.0, 0.0, 25.0) == pytest.approx(50.0)


def test_dark_current_halves_every_some_kelvin_and_orders_right() -> None:
    cold, warm = dark_current([233.0, 240.0], 1.0, 233.0)
    assert cold == pytest.approx(1.0)
    assert 5.0 < 7.0 * math.log(2.0) / math.log(warm) < 8.0


def test_colours_of_stars() -> None:
    # The Sun, B-V 0.65: 5780 K; a hot star is brighter in the ultraviolet, a cool one fainter.
    assert star_temperature(0.65) == pytest.approx(5780.0, abs=60.0)
    hot, cool = band_magnitude([5.0, 5.0], [-0.2, 1.0], 245e-9, 340e-9)
    assert hot < 5.0 < cool


def test_wavelengths_that_do_not_pass_are_refused() -> None:
    LUT.require(300e-9)
    with pytest.raises(UserError, match=r"550 nm does not pass.*245 to 340 nm"):
        LUT.require(550e-9)
    with pytest.raises(UserError, match="200 to 2200 nm"):
        colour(30.4e-9)


def test_zodiacal_light_as_published() -> None:
    at = np.radians
    assert zodiacal_light(at(90), 0.0, 500e-9) == pytest.approx(2.59)  # W/m2/sr/m
    assert zodiacal_light(at(-135), at(-75), 500e-9) == pytest.approx(0.73)
    assert zodiacal_light(at(225), at(75), 500e-9) == pytest.approx(0.73)  # wraps and mirrors
    assert zodiacal_light(at([0.0, 123.0]), at(90), 500e-9) == pytest.approx(0.77)
    assert np.isnan(zodiacal_light(at(5), at(2), 500e-9))
    assert colour(300e-9) == pytest.approx(5.3 / 26.0)


def test_avoidance_angle_is_where_stray_light_is_allowed() -> None:
    dust = Dust(cover=0.01, forward=0.9, baffle=1e-7)
    for allowed in (0.05, 0.3, 1.0):
        angle = avoidance_angle(dust, allowed)
        assert strayed(dust, angle) == pytest.approx(allowed)
        assert strayed(dust, angle + 0.1) < allowed
    assert avoidance_angle(dust, 1e9) == 0.0
    assert avoidance_angle(dust, 1e-9) == math.pi
    # All that is scattered is 2 c b E: the pattern integrates to one over the sphere.
    mu = np.linspace(-1.0, 1.0, 200_001)
    total = 2.0 * math.pi * np.trapezoid(strayed(dust, np.arccos(mu)), mu)
    assert total == pytest.approx(2.0 * 0.01 * 1e-7 * 1.9e9, rel=1e-4)
