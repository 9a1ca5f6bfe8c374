"""Radar against closed forms, and against what the landed radars are reported to reach."""

import numpy as np
import pytest

from ilrs.physics import radar


def test_soil_is_as_the_sourcebook_has_it():
    assert radar.permittivity(1000.0) == pytest.approx(1.919)
    assert radar.loss_tangent(1800.0, 5.3) == pytest.approx(10 ** (0.2014 + 0.5616 - 3.26))


def test_loss_is_pi_f_root_eps_tan_over_c_where_it_is_small_and_exact_where_not():
    small = radar.attenuation(500e6, 3.2, 1e-4)
    assert small == pytest.approx(
        8.685889638 * np.pi * 500e6 * np.sqrt(3.2) * 1e-4 / 299792458.0, rel=1e-6
    )
    wave = np.sqrt(3.2 * (1 - 0.8j)) * 2 * np.pi * 60e6 / 299792458.0
    assert radar.attenuation(60e6, 3.2, 0.8) == pytest.approx(-8.685889638 * wave.imag)


def test_penetration_is_the_echos_loss_turned_round():
    loss = np.array([0.0, 0.03, 0.3, 3.0])
    depth = radar.penetration(110.0, loss)
    assert radar.echo_loss(depth, loss, 20.0) == pytest.approx(110.0)
    assert (np.diff(depth) < 0).all()


def test_the_low_channel_sees_deeper_and_coarser():
    """Chang'e's radar: some 40 m at 500 MHz with < 0.3 m, hundreds of metres at 60 MHz, ~ 3 m."""
    eps, tan = radar.permittivity(1800.0), radar.loss_tangent(1800.0, 5.3)
    high, low = radar.attenuation([500e6, 60e6], eps, tan)
    span = radar.range_for(40.0, float(high))
    assert radar.penetration(span, high) == pytest.approx(40.0)
    assert 120.0 < radar.penetration(span, low) < 400.0
    assert radar.vertical_resolution(500e6, eps) < 0.3
    assert 1.0 < radar.vertical_resolution(40e6, eps) < 3.0


def test_the_footprint_is_a_zone_whose_rim_echoes_half_a_wave_later():
    wave = 299792458.0 / (500e6 * np.sqrt(3.2))
    r = radar.footprint(20.0, 500e6, 3.2)
    assert np.hypot(20.0, r) - 20.0 == pytest.approx(0.25 * wave)


def test_data_go_with_depth_and_with_traces():
    one = radar.data_per_metre(40.0, 3.2, 3.2e9, 16, 0.0365)
    assert radar.data_per_metre(40.0, 3.2, 3.2e9, 16, 0.073) == pytest.approx(0.5 * one)
    samples = 2 * 40.0 * np.sqrt(3.2) / 299792458.0 * 3.2e9
    assert one == pytest.approx(16 * np.ceil(samples) / 0.0365)
