"""Arrays: strings over the height, where they point, drives, masts, and being stuck."""

from dataclasses import replace

import numpy as np
import pytest
from tests.components.place import of, only
from tests.simulation.small import lived

from ilrs.components.component import Failure
from ilrs.components.setting import SURROUNDINGS_HEAT
from ilrs.components.solar_array import SolarArray
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import KEEP_ALIVE, FailureMode, Sink, Source
from ilrs.network.compile import Arrival, compile_network
from ilrs.physics.photovoltaic import kelly_cosine, tracking_share
from ilrs.physics.tower import tallest_tower, tower_mass
from ilrs.simulation.faults import ListedFault, draw_faults

PLAIN = {"area": 10.0, "bottom": 2.0, "top": 10.0, "temperature_coefficient": 0.0}
FULL = 10.0 * 1361.0 * 0.30 * 0.95


def output(array, setting):
    return only(array.primitives(setting), Source).maximum


def test_strings_across_add_up_and_strings_up_follow_their_best_sections(at):
    """Light rises from 0.5 at the lower edge to 1: ten bands of 0.525 to 0.975."""
    across = output(SolarArray(**PLAIN, dead_band=0.0, yearly_loss=0.0), at)
    upward = output(SolarArray(**PLAIN, dead_band=0.0, yearly_loss=0.0, layout="up"), at)
    assert across[2] == pytest.approx(0.75 * FULL)
    light = np.sort(0.5 + 0.5 * (np.arange(10) + 0.5) / 10)[::-1]
    assert upward[2] == pytest.approx((np.arange(1, 11) * light).max() / 10 * FULL)
    assert upward[2] < across[2]
    assert upward[3] == pytest.approx(across[3]), "evenly lit they are the same"


def test_a_fixed_array_sees_the_cosine(at):
    fixed = SolarArray(**PLAIN, yearly_loss=0.0, tracking="fixed", azimuth=np.radians(20.0))
    made = fixed.primitives(at)
    share = kelly_cosine(np.radians([30.0, 20.0, 10.0, 10.0]))
    assert only(made, Source).maximum[1:] == pytest.approx(
        share[1:] * FULL * [0.5, 0.75, 1.0], rel=1e-9
    )
    assert not [m for m in of(made, FailureMode) if m.name.endswith("drive_stuck")]
    with pytest.raises(ValueError, match="needs an azimuth"):
        SolarArray(**PLAIN, tracking="fixed")
    with pytest.raises(ValueError, match="needs an azimuth"):
        SolarArray(**PLAIN, azimuth=1.0)


def test_cells_as_a_diode_lose_more_in_dim_light(at):
    dim = replace(at.surroundings, flux_fraction=np.full((2, 4), 0.05))
    at = replace(at, surroundings=dim)
    size = {"area": 10.0, "bottom": 2.0, "top": 10.0}
    line, diode = (output(SolarArray(**size, cells=cells), at)[1] for cells in ("line", "diode"))
    assert 0.7 * line < diode < line


def test_a_dead_band_and_dust_take_their_share(at):
    whole = output(SolarArray(**PLAIN, dead_band=0.0), at)
    less = output(SolarArray(**PLAIN, dead_band=0.1, dust=0.2), at)
    assert less[1:] == pytest.approx(whole[1:] * 0.8 * tracking_share(0.1))


def test_a_drive_takes_power_and_must_keep_up_with_the_sun(at):
    drive = only(SolarArray(**PLAIN, drive_power=15.0).primitives(at), Sink)
    assert drive.priority == KEEP_ALIVE
    assert drive.demand == pytest.approx([0.0, 15.0, 15.0, 15.0])
    assert drive.products == {SURROUNDINGS_HEAT: 1.0}
    slow = SolarArray(**PLAIN, drive_rate=np.radians(15.0) / 3600.0)
    with pytest.raises(ValueError, match="give it a higher drive_rate"):
        slow.primitives(at)


def test_a_stuck_array_keeps_the_cosine_of_the_angle_since_and_recovers(at):
    """Under a level Sun that turns 0.5 deg an hour: Kelly's cosine of the angle since."""
    hours = 400
    clock = Clock(at.clock.start, 3600, hours)
    one = np.ones(hours)
    azimuth = np.radians(300.0 + 0.5 * np.arange(hours)) % (2 * np.pi)
    ground = replace(
        at.surroundings,
        sun_elevation=0 * one,
        sun_azimuth=azimuth,
        irradiance=1361.0 * one,
        flux_fraction=np.ones((2, hours)),
        ground_temperature=100.0 * one,
    )
    setting = replace(at, clock=clock, present=one, years=0 * one, surroundings=ground)
    array = SolarArray(**PLAIN, yearly_loss=0.0, failures={"particle_event": Failure(mtbf=1e20)})
    everything = [
        *array.primitives(setting),
        Sink("load", setting.electricity, 1e6, priority=1),
    ]
    network = compile_network(clock, [Arrival(0, tuple(everything))])
    faults = draw_faults(
        network, {}, [ListedFault("base/thing.drive_stuck", 10 * 3600.0, 300 * 3600.0)], 1
    )
    run = lived(network, faults=faults)
    whole = FULL * tracking_share(array.dead_band)
    since = np.arange(300)
    share = run.rate("base/thing") / whole
    assert share[:10] == pytest.approx(1.0)
    assert share[10:310] == pytest.approx(kelly_cosine(np.radians(0.5 * since)), abs=1e-12)
    assert share[10:100] == pytest.approx(np.cos(np.radians(0.5 * since[:90])), abs=0.011)
    assert share[200:310].max() == 0.0, "the Sun is behind it"
    assert share[310:] == pytest.approx(1.0)


def test_a_mast_taller_than_its_mass_allows_is_refused_with_what_would_do():
    needed = tower_mass(10.0, 150.0, np.radians(5.0))
    SolarArray(**PLAIN, mass=150.0 + needed, mast_mass=needed)
    light = 0.5 * needed
    highest = tallest_tower(light, 150.0, np.radians(5.0))
    with pytest.raises(ValueError, match=rf"no higher than {highest:.1f} m.*lower the array"):
        SolarArray(**PLAIN, mass=150.0 + light, mast_mass=light)
    with pytest.raises(ValueError, match="is part of the mass"):
        SolarArray(**PLAIN, mass=1.0, mast_mass=2.0)


def test_more_than_all_of_the_sunlight_is_refused():
    with pytest.raises(ValueError, match=r"1\.2 is above 1"):
        SolarArray(**PLAIN, efficiency=1.2)


def test_great_particle_events_take_their_share_for_good(at):
    here = replace(at, present=np.ones(4), years=np.zeros(4))
    array = SolarArray(**PLAIN, yearly_loss=0.0, failures={"particle_event": Failure(mtbf=1e20)})
    parts = [*array.primitives(here), Sink("load", here.electricity, 1e6, priority=1)]
    network = compile_network(here.clock, [Arrival(0, tuple(parts))])
    storms = [
        ListedFault("base/thing.particle_event", hour * 3600.0, np.inf) for hour in (1.0, 3.0)
    ]
    hit = lived(network, faults=draw_faults(network, {}, storms, 1)).rate("base/thing")
    whole = lived(network).rate("base/thing")
    left = 1.0 - array.event_loss * np.array([0.0, 1.0, 1.0, 2.0])
    assert hit[1:] == pytest.approx((whole * left)[1:])
    assert whole[1:].min() > 0.0
