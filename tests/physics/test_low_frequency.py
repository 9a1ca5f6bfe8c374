from __future__ import annotations

import math

import numpy as np
import pytest

from ilrs.physics.low_frequency import (
    depth_for_loss,
    dipole_area,
    equivalent_flux,
    knife_edge_loss,
    limb_loss,
    sensitivity,
    shadow_loss,
    silence_distance,
    sky_temperature,
)


def test_knife_edge_as_in_p526() -> None:
    assert knife_edge_loss(0.0) == pytest.approx(6.0206, abs=1e-3)
    v = np.linspace(-0.7, 5.0, 50)
    approximate = 6.9 + 20.0 * np.log10(np.sqrt((v - 0.1) ** 2 + 1.0) + v - 0.1)
    assert np.abs(knife_edge_loss(v) - approximate).max() < 0.5
    assert knife_edge_loss(-10.0) == pytest.approx(0.0, abs=0.5)  # far above the edge


def test_limb_falls_as_the_first_residue() -> None:
    # P.526 3.1.1 at 10 MHz around 1737.4 km: 17.6 dB times 2.188 f^(1/3) a^(1/3) a radian.
    slope = 17.6 * 2.188 * 10.0 ** (1 / 3) * 1737.4 ** (1 / 3)
    found = float(limb_loss(0.2, 10e6) - limb_loss(0.1, 10e6)) / 0.1
    assert found == pytest.approx(slope, rel=0.01)
    # A sharp edge shelters less than the rounded Moon, once well below it.
    assert shadow_loss(math.radians(3.0), 5e3, 10e6) < limb_loss(math.radians(3.0), 10e6)


def test_depth_gives_the_loss() -> None:
    depth = depth_for_loss(20.0, 10e3, 30e6)
    assert shadow_loss(depth, 10e3, 30e6) == pytest.approx(20.0, abs=1e-6)
    assert depth_for_loss(3.0, 10e3, 30e6) == 0.0


def test_the_sky_is_quieter_than_change_4_could_hear() -> None:
    """1e-18 W/m2/Hz was its limit, by its lander's noise; the Galaxy lies a decade below."""
    assert sky_temperature(2e6) == pytest.approx(16.3e6)
    assert sky_temperature(1e6) > sky_temperature(2e6) > sky_temperature(20e6)
    assert dipole_area(10e6) == pytest.approx(3 * 29.9792458**2 / (8 * math.pi))
    assert equivalent_flux(10e6) < 1e-18
    assert sensitivity(10e6, 1, 1.0, 1.0) == pytest.approx(float(equivalent_flux(10e6)))
    two = sensitivity(10e6, 2, 1e5, 100.0)
    assert two == pytest.approx(float(equivalent_flux(10e6)) / math.sqrt(2 * 1e7))


def test_silence_distance_closes() -> None:
    r = float(silence_distance(1e-10, 1e-20))
    assert 1e-10 / (4 * math.pi * r**2) == pytest.approx(1e-20)
    assert silence_distance(1e-10, 1e-20, 20.0) == pytest.approx(r / 10.0)
