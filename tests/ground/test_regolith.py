import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from ilrs.data import project_root
from ilrs.ground.regolith import (
    STEFAN_BOLTZMANN,
    Regolith,
    column_temperatures,
    contact_conductivity,
    density,
    heat_capacity,
    layers,
)
from ilrs.ground.warmth import (
    absorbed_sunlight,
    albedo,
    crater_floor_temperature,
    ground_temperatures,
)

LUNATION = 2_551_442.976
AU = 149_597_870_700.0


def reference() -> Path:
    root = project_root()
    beside = root / "../shared/validation" if root else Path("absent")
    return Path(os.environ.get("ILRS_REFERENCE_DIR", beside)) / "heat1d"


needs_reference = pytest.mark.skipif(not reference().is_dir(), reason="no reference cases")


def lunation(latitude_deg, n, a=0.06, b=0.25):
    """Absorbed flux over a lunation from local noon, circular orbit, no obliquity."""
    angle = 2 * np.pi * (np.arange(n) + 1) / n
    cosine = np.cos(np.radians(latitude_deg)) * np.cos(angle)
    incidence = np.minimum(np.arccos(cosine), np.pi / 2)
    return angle, 1361.0 * np.maximum(cosine, 0.0) * (1 - albedo(incidence, 0.12, a, b))


def enthalpy(temperature, regolith):
    c = regolith.heat_capacity
    return sum(c[k] * temperature ** (k + 1) / (k + 1) for k in range(5))


def test_heat_capacity_of_the_literature():
    np.testing.assert_allclose(
        heat_capacity([100.0, 250.0, 350.0]), [282.86, 671.75, 850.39], atol=0.01
    )


def test_heat_capacity_stays_positive_where_its_polynomial_does_not():
    assert heat_capacity(0.0) == heat_capacity(2.0) == heat_capacity(1.0) > 0


def test_albedo_rises_towards_grazing_light():
    assert albedo(0.0) == pytest.approx(0.12)
    assert albedo(np.pi / 2) == pytest.approx(0.12 + 0.06 * 8 + 0.25)
    assert albedo(-0.5) == albedo(0.5)


def test_density_and_conductivity_run_from_surface_to_depth():
    r = Regolith()
    np.testing.assert_allclose(density([0.0, 10.0], r), [1100.0, 1800.0])
    np.testing.assert_allclose(contact_conductivity([0.0, 10.0], r), [7.4e-4, 3.4e-3])
    np.testing.assert_allclose(density(0.06, r), 1800 - 700 / np.e)


@needs_reference
@pytest.mark.parametrize("name", ["lat0_A012_H06", "lat30_A012_H06", "lat60_A012_H06",
                                  "lat85_A012_H06", "lat0_const"])  # fmt: skip
def test_against_the_reference_code(name):
    file = f"circ_{name}_albedo.csv" if "const" in name else f"circ_{name}_cn.csv"
    with (reference() / file).open() as lines:
        rows = list(csv.reader(lines))
    depths = [float(title.split("_z")[1][:-1]) for title in rows[0][1:]]
    table = np.array(rows[1:], float)
    latitude = float(name.split("_")[0][3:])
    n = 1440
    angle, absorbed = lunation(latitude, n, *((0.0, 0.0) if "const" in name else (0.06, 0.25)))
    heat = column_temperatures(absorbed, LUNATION / n, depths)
    hours = angle / (2 * np.pi) * 24
    ours = np.array([np.interp(table[:, 0], hours, y, period=24) for y in heat.at_depth[0]])
    wrong = np.abs(ours - table[:, 1:].T)
    # around sunrise and sunset it changes by 100 K an hour, and the reference's steps show
    night_and_day = (np.abs(table[:, 0] - 18.2) > 0.4) & (np.abs(table[:, 0] - 5.9) > 0.3)
    assert wrong[0][night_and_day].max() < 1.5
    assert abs(heat.surface.max() - table[:, 1].max()) < 0.3
    assert abs(heat.surface.min() - table[:, 1].min()) < 1.0
    assert wrong[1:].max() < 2.0


@needs_reference
def test_against_the_reference_code_near_the_poles():
    with (reference() / "summary_circular.json").open() as file:
        summary = json.load(file)
    for name in ("circ_lat75_A012_H06_cn", "circ_lat88p5_A012_H06_cn"):
        case = summary[name]
        _, absorbed = lunation(case["lat"], 1440)
        heat = column_temperatures(absorbed, LUNATION / 1440)
        assert heat.surface.max() == pytest.approx(case["Tmax"], abs=1.5)
        assert heat.surface.min() == pytest.approx(case["Tmin"], abs=1.5)
        assert heat.surface.mean() == pytest.approx(case["Tmean"], abs=1.5)


@needs_reference
@pytest.mark.parametrize("latitude", [0, 30, 60])
def test_against_diviner_by_night(latitude):
    with (reference() / f"diviner_regtemp_lat{latitude:02d}.csv").open() as lines:
        measured = np.array(list(csv.reader(lines))[1:], float)
    angle, absorbed = lunation(latitude, 1440)
    surface = column_temperatures(absorbed, LUNATION / 1440).surface[0]
    ours = np.interp(measured[:, 0], angle / (2 * np.pi) * 24, surface)
    assert np.sqrt(np.mean((ours - measured[:, 1]) ** 2)) < 1.0


@pytest.mark.parametrize("conductivity", ["fitted", "exact"])
def test_energy_is_conserved(conductivity):
    # three lunations out of balance: what the surface took is in the column, to the step's order
    r = Regolith()
    thickness = layers()
    centres = np.cumsum(thickness) - thickness / 2
    start = np.linspace(330.0, 200.0, thickness.size)
    _, absorbed = lunation(40.0, 6000)
    flux = np.tile(absorbed, 3)
    step = LUNATION / 6000
    heat = column_temperatures(flux, step, start=start, conductivity=conductivity)
    taken = (flux - r.emissivity * STEFAN_BOLTZMANN * heat.surface[0] ** 4 + r.heat_flow) * step
    mass = density(centres, r) * thickness
    held = (mass * (enthalpy(heat.profile[0], r) - enthalpy(start, r))).sum()
    assert taken.sum() == pytest.approx(held, abs=2e-5 * np.abs(taken).sum())


def test_a_steady_column_carries_the_heat_flow():
    r = Regolith(chi=0.0)
    heat = column_temperatures(np.full(200, 20.0), 86_400.0, [0.0, 0.5, 1.5], regolith=r)
    # surface: eps sigma T^4 = absorbed + Q
    top = ((20.0 + r.heat_flow) / (r.emissivity * STEFAN_BOLTZMANN)) ** 0.25
    assert heat.surface[0, -1] == pytest.approx(top, abs=1e-3)
    z = np.linspace(0, 1.5, 3001)
    rise = np.concatenate([[0], np.cumsum(0.0005 * r.heat_flow / contact_conductivity(
        0.5 * (z[1:] + z[:-1]), r))])  # fmt: skip
    expect = top + np.interp([0.0, 0.5, 1.5], z, rise)
    np.testing.assert_allclose(heat.at_depth[0, :, -1], expect, atol=0.15)


@pytest.mark.parametrize("conductivity", ["fitted", "exact"])
def test_a_small_wave_sinks_and_lags_as_theory_says(conductivity):
    # uniform, linear ground: dT = dQ / (4 eps sigma T^3 + sqrt(i w k rho c)), falling by
    # exp(-(1+i) z / skin)
    k, rho, c, period = 2e-3, 1500.0, 600.0, LUNATION
    r = Regolith(
        surface_conductivity=k,
        deep_conductivity=k,
        surface_density=rho,
        deep_density=rho,
        chi=0.0,
        heat_flow=0.0,
        heat_capacity=(c, 0.0, 0.0, 0.0, 0.0),
    )
    n, base, swing = 4000, 100.0, 1.0
    angle = 2 * np.pi * (np.arange(n) + 1) / n
    depths = [0.0, 0.03, 0.1]
    heat = column_temperatures(
        base + swing * np.cos(angle), period / n, depths,
        regolith=r, thickness=layers(0.0005, 1.05, 1.0), conductivity=conductivity,
    )  # fmt: skip
    es = r.emissivity * STEFAN_BOLTZMANN
    mean = (base / es) ** 0.25
    omega = 2 * np.pi / period
    skin = np.sqrt(2 * k / (rho * c * omega))
    for z, series in zip(depths, heat.at_depth[0], strict=True):
        wave = swing / (4 * es * mean**3 + np.sqrt(1j * omega * k * rho * c))
        wave *= np.exp(-(1 + 1j) * z / skin)
        found = 2 * np.mean(series * np.exp(-1j * angle))
        assert abs(found - wave) < 0.01 * abs(wave)


def test_the_settled_state_repeats_itself():
    _, absorbed = lunation(85.0, 720)
    first = column_temperatures(absorbed, LUNATION / 720, [0.0, 0.3, 2.0])
    many = np.tile(absorbed, 20)
    later = column_temperatures(
        many, LUNATION / 720, [0.0, 0.3, 2.0], start=first.profile
    ).at_depth[0, :, -720:]
    np.testing.assert_allclose(later, first.at_depth[0], atol=0.1)


def test_a_run_goes_on_from_its_profile():
    _, absorbed = lunation(70.0, 500)
    whole = column_temperatures(np.tile(absorbed, 2), LUNATION / 500, start=150.0)
    half = column_temperatures(absorbed, LUNATION / 500, start=150.0)
    rest = column_temperatures(absorbed, LUNATION / 500, start=half.profile)
    np.testing.assert_allclose(rest.surface[0], whole.surface[0, 500:], atol=1e-3)


@pytest.mark.parametrize("start", [3.0, 25.0, 60.0])
def test_a_cold_start_in_darkness_and_a_sudden_sun(start):
    flux = np.concatenate([np.zeros(5000), np.full(5000, 1300.0), np.zeros(5000)])
    heat = column_temperatures(flux, 600.0, [0.0, 0.1, 2.0], start=start)
    assert np.isfinite(heat.at_depth).all()
    assert heat.at_depth.min() > 1.0
    assert 380 < heat.surface.max() < (1300.02 / (0.95 * STEFAN_BOLTZMANN)) ** 0.25 + 1
    dark = column_temperatures(np.zeros(3000), 3600.0)
    r = Regolith()
    expect = (r.heat_flow / (r.emissivity * STEFAN_BOLTZMANN)) ** 0.25
    assert dark.surface[0, -1] == pytest.approx(expect, abs=0.2)


def test_columns_side_by_side_equal_each_alone():
    flux = np.array([lunation(latitude, 480)[1] for latitude in (0, 45, 89)])
    together = column_temperatures(flux, LUNATION / 480, [0.1])
    for row, series in zip(together.surface, flux, strict=True):
        alone = column_temperatures(series, LUNATION / 480, [0.1]).surface[0]
        np.testing.assert_allclose(row, alone, atol=0.05)


def test_shorter_steps_change_little():
    # light that comes and goes as at a pole: an hour and ten minutes agree
    day = np.zeros(6000)
    day[2000:2600] = 8.0
    day[2900:4400] = 15.0
    fine = column_temperatures(day, 600.0).surface[0]
    coarse = column_temperatures(day.reshape(-1, 6).mean(1), 3600.0).surface[0]
    settled = np.abs(fine[5::6] - coarse)[10:]
    assert np.median(settled) < 0.1
    assert np.sort(settled)[-20] < 3.0


def test_sunlight_on_level_ground():
    got = absorbed_sunlight(np.radians([-1.0, 1.5, 90.0]), [1.0, 0.5, 1.0], [AU, 2 * AU, AU], 0.12)
    grazing = 1361.0 / 4 * np.sin(np.radians(1.5)) * 0.5 * (1 - albedo(np.radians(88.5)))
    np.testing.assert_allclose(got, [0.0, grazing, 1361.0 * 0.88])


def test_warmth_of_terrain_in_view_warms_the_ground():
    el = np.radians(1.0 + np.sin(np.linspace(0, 40, 4000)))
    bare = ground_temperatures(el, 1.0, AU, 3600.0, [0.5])
    glow = ground_temperatures(el, 1.0, AU, 3600.0, [0.5], glow=5.0)
    assert (glow.surface > bare.surface).all()
    assert glow.at_depth.mean() > bare.at_depth.mean() + 5


def test_crater_floor_of_the_literature():
    found = crater_floor_temperature(1370.0 / 0.981**2, 0.02792, 0.2, 0.068, 0.98)
    assert found == pytest.approx(99.09, rel=0.005)


def test_what_cannot_be_is_refused():
    for bad in ([], [np.nan], [-1.0], np.zeros((2, 2, 2))):
        with pytest.raises(ValueError, match="absorbed flux"):
            column_temperatures(bad, 600.0)
    with pytest.raises(ValueError, match="step"):
        column_temperatures([1.0], 0.0)
    with pytest.raises(ValueError, match="depths lie"):
        column_temperatures([1.0], 600.0, [50.0])
    with pytest.raises(ValueError, match="above 0 K"):
        column_temperatures([1.0], 600.0, start=0.0)
    with pytest.raises(ValueError, match="emissivity"):
        Regolith(emissivity=0.0)
    with pytest.raises(ValueError, match="layers"):
        layers(0.0)
    with pytest.raises(ValueError, match="crater floor"):
        crater_floor_temperature(1361.0, 0.1, 0.2, 1.0, 0.95)
