"""The fitted ephemeris against CSPICE over everything the kernels cover, and its edges."""

import numpy as np
import pytest
import spiceypy

from ilrs.data import kernels
from ilrs.errors import EphemerisRangeError
from ilrs.sky import records
from ilrs.sky.directions import separation
from ilrs.sky.ephemeris import fit_ephemeris

FIRST, LAST = kernels.coverage()


@pytest.fixture(scope="module", autouse=True)
def furnished() -> None:
    kernels.furnish()


@pytest.fixture(scope="module")
def times() -> np.ndarray:
    # CSPICE cannot correct for light time in the first 500 s of its coverage.
    return np.random.default_rng(20).uniform(FIRST + 600.0, LAST, 4000)


@pytest.fixture(scope="module")
def ephemeris():
    return fit_ephemeris(FIRST, LAST)


@pytest.mark.parametrize("body", ["sun", "earth"])
def test_apparent_directions_are_those_of_cspice(ephemeris, times, body) -> None:
    ours = ephemeris.position(body, times)
    theirs = np.array([spiceypy.spkpos(body, t, kernels.MOON_ME, "LT+S", "MOON")[0] for t in times])
    assert separation(ours, theirs).max() < 1e-9
    assert np.abs(np.linalg.norm(ours, axis=1) / np.linalg.norm(1e3 * theirs, axis=1) - 1).max() < (
        1e-9
    )


def test_the_rotation_is_that_of_cspice(ephemeris, times) -> None:
    chosen = times[:300]
    theirs = np.array([spiceypy.pxform("J2000", kernels.MOON_ME, t) for t in chosen])
    assert np.abs(ephemeris.rotation(chosen) - theirs).max() < 1e-11


@pytest.mark.parametrize(("target", "observer"), [("moon", "earth"), ("sun", "earth")])
def test_records_give_cspices_positions(times, target, observer) -> None:
    numbers = {"sun": records.SUN, "earth": records.EARTH, "moon": records.MOON}
    packed = records.pack(kernels.load_kernels(FIRST, LAST))
    chosen = times[:200]
    for function, correction in (
        (records.geometric_positions, "NONE"),
        (records.apparent_positions, "LT+S"),
    ):
        ours = function(packed, numbers[target], numbers[observer], chosen)
        theirs = np.array(
            [spiceypy.spkpos(target, t, "J2000", correction, observer)[0] for t in chosen]
        )
        assert separation(ours, theirs).max() < 1e-11


def test_one_time_many_times_and_any_order_agree(ephemeris, times) -> None:
    sun, earth = ephemeris.positions(times)
    assert np.array_equal(ephemeris.position("sun", times), sun)
    assert np.allclose(ephemeris.position("earth", times[7]), earth[7:8], rtol=1e-14)
    order = np.argsort(times)
    assert np.allclose(ephemeris.positions(times[order])[0], sun[order], rtol=1e-14, atol=1e-3)


def test_a_short_fit_agrees_with_the_long_one(ephemeris) -> None:
    start = FIRST + 1e8
    short = fit_ephemeris(start, start + 3600.0)
    t = start + np.linspace(0.0, 3600.0, 5)
    assert np.allclose(short.position("earth", t), ephemeris.position("earth", t), atol=1.0)


def test_one_instant_and_no_instants() -> None:
    single = fit_ephemeris(8e8, 8e8)
    assert single.position("sun", 8e8).shape == (1, 3)
    assert single.position("sun", np.empty(0)).shape == (0, 3)


@pytest.mark.parametrize(
    ("first", "last"), [(FIRST - 1.0, FIRST + 1e6), (LAST - 1e6, LAST + 1.0), (-1e9, 1e9)]
)
def test_a_period_outside_the_kernels_names_what_they_cover(first, last) -> None:
    with pytest.raises(EphemerisRangeError, match=r"2020-01-01.*2056-01-01") as caught:
        fit_ephemeris(first, last)
    assert (caught.value.first, caught.value.last) == (FIRST, LAST)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(("first", "last"), [(8e8, 7e8), (np.nan, 8e8), (7e8, np.inf)])
def test_a_period_that_is_none_is_refused(first, last) -> None:
    with pytest.raises(EphemerisRangeError):
        fit_ephemeris(first, last)


def test_a_time_outside_the_fit_is_refused_not_extrapolated() -> None:
    fitted = fit_ephemeris(8e8, 8e8 + 86400.0)
    for bad in (8e8 - 1.0, 8e8 + 86401.0, np.nan):
        with pytest.raises(EphemerisRangeError):
            fitted.position("sun", bad)
    with pytest.raises(ValueError, match="mars"):
        fitted.position("mars", 8e8)


def test_whole_records_reach_beyond_the_stated_bounds_only_with_slack() -> None:
    assert kernels.load_kernels(FIRST - 37.0, LAST, slack=600.0).records_first <= FIRST - 37.0
    with pytest.raises(EphemerisRangeError):
        kernels.load_kernels(FIRST - 37.0, LAST)
    with pytest.raises(EphemerisRangeError):
        kernels.load_kernels(FIRST - 601.0, LAST, slack=600.0)
