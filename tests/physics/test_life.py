"""People, spares, leaves, dose and money: closed forms, published balances, odd input."""

import math

import numpy as np
import pytest

from ilrs.errors import UserError
from ilrs.physics.biosphere import (
    BIOMASS_HEAT,
    animal_oxygen,
    daily_oxygen,
    humidity,
    lamp_power,
    respiration,
    sample_lost,
    saturation,
    uptake,
    warmth_share,
)
from ilrs.physics.dose import (
    STORMS,
    SURFACE_EQUIVALENT,
    SURFACE_SILICON,
    YEAR,
    Storms,
    background,
    dose_over,
    draw_storms,
    event_share,
    storm_rate,
)
from ilrs.physics.economics import (
    annuity,
    net_present_value,
    price_that_pays,
    years_to_break_even,
)
from ilrs.physics.life_support import (
    BVAD,
    LUNAR_PALACE,
    STATION,
    CrewRates,
    Loops,
    closure,
    crew_needs,
    days_of_air,
    metabolism,
)
from ilrs.physics.matter import OXYCALORIC, SOLIDS
from ilrs.physics.spares import (
    availability,
    crew_spares,
    expected_failures,
    random_spares,
    scheduled_replacements,
    share_of_probability,
)


def test_air_is_as_wet_as_leaves_and_coil_leave_it():
    # 17.30 g/m3 at 20 degC and 4.85 g/m3 at 0 degC, as tables have it.
    assert saturation([293.15, 273.15]) == pytest.approx([17.30e-3, 4.85e-3], rel=5e-3)
    assert humidity(297.0, 285.0, 0.0) == pytest.approx(1.0)
    assert humidity(297.0, 297.0, 5.0) == pytest.approx(1.0)
    assert humidity(290.0, 297.0, 5.0) == pytest.approx(1.0)  # a warm coil dries nothing
    dry = float(humidity(297.0, 285.0, 1e12))
    assert dry == pytest.approx(float(saturation(285.0) / saturation(297.0)), rel=1e-9)
    assert dry < humidity(297.0, 285.0, 2.0) < 1.0
    # A mouse-sized 20 g of insects: 0.4 ml of oxygen (1.33 mg/ml at 20 degC) an hour and gram.
    assert animal_oxygen(0.02) == pytest.approx(0.4 * 20 * 1.43e-6 / 3600.0, rel=0.02)


def test_a_day_closes_over_four_elements():
    day = metabolism()
    assert day.balance() < 1e-9
    assert all(abs(gap) < 1e-9 for gap in day.gap().values())
    assert min(day.burnt.values()) > 0.0
    assert day.respiratory_quotient == pytest.approx(0.927, abs=1e-3)
    # Heat by protein, carbohydrate and fat (Atwater, gross) agrees with heat by oxygen taken.
    by_food = sum(kg * h for kg, h in zip(day.burnt.values(), (17e6, 15.7e6, 39e6), strict=True))
    assert by_food == pytest.approx(OXYCALORIC * BVAD.oxygen, rel=0.1)
    assert 0.10 <= day.waste_water <= 0.2


def test_needs_scale_with_people_and_days():
    one, many = crew_needs(1, 1.0), crew_needs(4, 30.0)
    assert many["oxygen_kg"] == pytest.approx(120 * one["oxygen_kg"])
    assert many["balance"] == one["balance"] < 1e-9
    for crew, days in ((0, 1.0), (1, 0.0)):
        with pytest.raises(UserError):
            crew_needs(crew, days)


def test_rates_that_contradict_each_other_are_refused():
    with pytest.raises(UserError, match="contradict"):
        metabolism(CrewRates(food=0.3))
    with pytest.raises(UserError, match="contradict"):
        metabolism(CrewRates(carbon_dioxide=1.4))


def test_lunar_palace_closes_as_published_and_the_station_as_it_does():
    palace = closure(LUNAR_PALACE, CrewRates(water_of_hygiene=9.4))
    assert palace.oxygen == 1.0
    assert palace.water == 1.0
    assert palace.overall == pytest.approx(0.982, abs=0.003)
    station = closure(STATION)
    assert station.supply["oxygen"] == pytest.approx(BVAD.oxygen / 2)
    assert 0.97 < station.water <= 1.0
    assert station.overall < palace.overall
    nothing = closure(Loops(0.0, 0.0, 0.0, 0.0, 0.0))
    assert nothing.overall == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(UserError, match=r"closes to 1\.2"):
        closure(Loops(1.2, 0.0, 0.0, 0.0, 0.0))


def test_carbon_dioxide_ends_a_sealed_cabin_before_oxygen_does():
    air = days_of_air(100.0, 2)
    assert air["carbon_dioxide"] < air["oxygen"]
    assert days_of_air(100.0, 4)["oxygen"] == pytest.approx(air["oxygen"] / 2)


def test_matter_of_food_and_leaves_burns_as_known():
    assert pytest.approx(15.6e6, rel=0.01) == BIOMASS_HEAT
    assert SOLIDS["food"].energy == pytest.approx(16e6, rel=0.05)
    assert sum(SOLIDS["biomass"].elements.values()) == pytest.approx(0.6, abs=0.01)


def test_spares_are_the_least_that_suffice():
    for mean in (0.01, 1.0, 30.0):
        count = int(random_spares(mean, 0.99))
        chances = [math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(count)]
        assert sum(chances) < 0.99
        last = math.exp(-mean + count * math.log(mean) - math.lgamma(count + 1))
        assert sum(chances) + last >= 0.99
    assert share_of_probability(0.99, 155) ** 155 == pytest.approx(0.99)
    assert expected_failures(2, 100.0, 50.0, factor=0.5) == pytest.approx(8.0)
    assert list(scheduled_replacements(2, [10.0, 99.0], [20.0, 30.0])) == [0, 6]
    assert scheduled_replacements(2, 100.0, math.nan) == 0
    assert availability(90.0, 10.0) == pytest.approx(0.9)


def test_parts_in_place_before_the_first_crew_need_fewer():
    args = (1.0, 1000.0, math.inf, 500.0, 6, 0.999)
    brought, deployed = crew_spares(*args), crew_spares(*args, deployed=True)
    assert brought[0] == deployed[0]
    assert (brought[1:] > deployed[1:]).all()
    lasting = crew_spares(1.0, 1e9, 100.0, 250.0, 3, 0.5)
    assert list(lasting) == [2, 7, 14]


def test_leaves_take_up_by_light_and_warmth():
    assert uptake(0.0, 297.0) == 0.0
    assert uptake(1.0, 297.0) == pytest.approx(30e-6, rel=1e-3)
    assert uptake(30e-6 / 0.05, 297.0) == pytest.approx(15e-6)
    assert list(warmth_share([270.0, 278.0, 297.0, 305.0, 320.0])) == [0.0, 0.0, 1.0, 0.5, 0.0]
    assert respiration(307.0) == pytest.approx(2 * respiration(297.0))
    assert daily_oxygen(1.0, 300e-6, 0.0, 297.0) < 0.0
    assert lamp_power(1.0, 300e-6) == pytest.approx(132.0)
    # A person's oxygen takes a few tens of square metres of crops.
    assert 20.0 < BVAD.oxygen / daily_oxygen(1.0, 600e-6, 16.0, 297.0) < 60.0
    with pytest.raises(UserError):
        daily_oxygen(1.0, 1e-4, 25.0, 297.0)


def test_a_sample_clock_needs_sense():
    assert sample_lost([280.0] * 5, 1.0, 270.0, 290.0, 0.0) is None
    assert sample_lost([300.0] * 5, 1.0, 270.0, 290.0, 2.0) == 2
    for low, values in ((300.0, [280.0]), (270.0, [math.nan])):
        with pytest.raises(UserError):
            sample_lost(values, 1.0, low, 290.0, 1.0)


def test_background_is_the_measured_one_and_thins_behind_soil():
    assert background(0.0) == SURFACE_EQUIVALENT
    assert pytest.approx(1369e-6) == SURFACE_EQUIVALENT * 86400
    assert 13.2 <= SURFACE_SILICON * 3.6e9 < 13.3
    behind = background([0.0, 200.0, 1000.0, 2000.0])
    assert (np.diff(behind) <= 0.0).all()
    assert behind[-1] > 0.3 * behind[0]
    with pytest.raises(UserError):
        background(-1.0)


def test_storms_follow_the_sun_and_their_seed():
    span = (0.0, 400 * 11 * YEAR)
    times, sizes = draw_storms(*span, 0.0, seed=7)
    again, _ = draw_storms(*span, 0.0, seed=7)
    assert (times == again).all()
    mean = (1 + STORMS.quiet) / 2 * STORMS.rate * span[1]
    assert len(times) == pytest.approx(mean, abs=5 * math.sqrt(mean))
    assert np.median(sizes) == pytest.approx(STORMS.median, rel=0.1)
    phase = np.cos(2 * math.pi * times / (11 * YEAR))
    assert (phase > 0).sum() > 2 * (phase < 0).sum()
    assert storm_rate(5.5 * YEAR, 0.0) == pytest.approx(STORMS.quiet * STORMS.rate)
    assert len(draw_storms(0.0, 0.0, 0.0, seed=1)[0]) == 0


def test_dose_adds_background_and_the_share_of_every_event():
    times = np.array([0.0, 1e5, 1e6])
    events = (np.array([-1e5, 5e5]), np.array([1.0, 2.0]))
    dose = dose_over(times, 20.0, events, Storms(lasting=2e5))
    rate = float(background(20.0))
    half = float(event_share(20.0))
    assert dose == pytest.approx([0.0, rate * 1e5 + 0.5 * half, rate * 1e6 + (0.5 + 2.0) * half])


def test_published_present_values_of_a_propellant_business():
    # Kornuta et al. 2019: 4.05e9 $ at once, 129e6 $ a year, 10 %, ten years. Revenues of the three
    # scenarios follow from their values to within half a million a year, and are round.
    assert annuity(0.10, 10) == pytest.approx(6.14456710570468, rel=1e-14)
    for income, value in ((750e6, -234e6), (1050e6, 1609e6), (630e6, -972e6)):
        found = net_present_value(4.05e9, income, 129e6, 0.10, 10)
        assert found == pytest.approx(value, abs=1e6)
    price = price_that_pays(4.05e9, 129e6, 1e6, 0.10, 10)
    assert net_present_value(4.05e9, price * 1e6, 129e6, 0.10, 10) == pytest.approx(0.0, abs=1.0)
    assert annuity(0.0, 10) == 10.0
    assert years_to_break_even(500.0, 1000.0) == 0.5
    for wrong in (lambda: annuity(0.1, 0), lambda: price_that_pays(1.0, 1.0, 0.0, 0.1, 1)):
        with pytest.raises(UserError):
            wrong()
