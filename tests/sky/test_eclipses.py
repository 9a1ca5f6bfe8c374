"""Overlap of discs in closed form; eclipses against their own series and published instants."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilrs.errors import EphemerisRangeError
from ilrs.sky.directions import site_position
from ilrs.sky.eclipses import (
    disc_overlap,
    earth_eclipse,
    earth_eclipses,
    flux_overlap,
    lunar_eclipses,
)
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.search import bisect, local_minima, minimise
from ilrs.sky.time import read_utc, read_utcs, tdb_from_utc, tt_from_tdb, utc_from_tdb

RIDGE = site_position(math.radians(-89.463163), math.radians(222.510447), 1944.8)


def test_overlap_of_equal_discs_half_a_radius_apart_is_the_closed_form() -> None:
    # Lens of unit circles at distance d: 2 acos(d/2) - d sqrt(1 - d^2/4).
    d = 0.5
    lens = 2.0 * math.acos(d / 2.0) - d * math.sqrt(1.0 - d * d / 4.0)
    assert disc_overlap(1.0, 1.0, d) == pytest.approx(lens / math.pi, rel=1e-14)


@pytest.mark.parametrize(
    ("radius", "other", "distance", "share"),
    [
        (1.0, 2.0, 0.5, 1.0),
        (1.0, 2.0, 1.0, 1.0),
        (1.0, 2.0, 3.0, 0.0),
        (1.0, 2.0, 9.0, 0.0),
        (2.0, 1.0, 0.0, 0.25),
        (2.0, 1.0, 1.0, 0.25),
        (1.0, 0.0, 0.3, 0.0),
    ],
)
def test_overlap_at_its_limits(radius, other, distance, share) -> None:
    assert disc_overlap(radius, other, distance) == pytest.approx(share, abs=1e-12)


def test_a_huge_disc_halves_a_small_one_at_its_edge() -> None:
    assert disc_overlap(1.0, 1e6, 1e6) == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("bad", [(0.0, 1.0, 1.0), (-1.0, 1.0, 1.0), (1.0, math.nan, 1.0)])
def test_no_disc_has_no_overlap(bad) -> None:
    assert math.isnan(disc_overlap(*bad))


@given(st.floats(0.1, 3.0), st.floats(0.1, 3.0), st.floats(0.0, 7.0), st.floats(0.0, 0.5))
def test_overlap_falls_with_distance_and_both_discs_share_one_lens(r, big, d, further) -> None:
    share = float(disc_overlap(r, big, d))
    assert 0.0 <= share <= 1.0
    assert float(disc_overlap(r, big, d + further)) <= share + 1e-9
    assert share * r * r == pytest.approx(float(disc_overlap(big, r, d)) * big * big, abs=1e-7)


def test_an_evenly_bright_disc_loses_light_as_area() -> None:
    d = np.linspace(0.0, 1.3, 40)
    light = flux_overlap(0.267, 0.956, d, (0.0, 0.0), rings=4000)
    assert light == pytest.approx(disc_overlap(0.267, 0.956, d), abs=2e-3)


def test_a_bite_from_the_edge_of_a_darkened_disc_costs_less_light_than_area() -> None:
    assert 0.0 < flux_overlap(1.0, 1.0, 1.7, (0.6, 0.0)) < disc_overlap(1.0, 1.0, 1.7)
    assert flux_overlap(1.0, 2.0, 0.0, (0.6, 0.0)) == pytest.approx(1.0)


@pytest.fixture(scope="module")
def march_2026():
    first, last = tdb_from_utc(read_utcs(["2026-01-01", "2026-06-01"]))
    return fit_ephemeris(first, last), float(first), float(last)


def test_the_eclipse_of_march_2026_on_the_ridge(march_2026) -> None:
    ephemeris, first, last = march_2026
    (event,) = earth_eclipses(ephemeris, RIDGE, first, last)
    # CSPICE (LT+S, Sun 695700 km, Earth 6378.137 km) sampled every 20 s: lit below 1 from
    # 09:26:20 to 13:33:00, fully covered from 10:54:20 to 12:05:00.
    contacts = read_utcs(
        ["2026-03-03T09:26:20", "2026-03-03T10:54:20", "2026-03-03T12:05:00", "2026-03-03T13:33:00"]
    )
    found = utc_from_tdb([event.first, event.total_first, event.total_last, event.last])
    early, late = contacts - found, found - contacts
    assert np.all(early[:2] < np.timedelta64(20, "s"))
    assert np.all(early[:2] >= np.timedelta64(0))
    assert np.all(late[2:] < np.timedelta64(20, "s"))
    assert np.all(late[2:] >= np.timedelta64(0))
    assert event.least_fraction == 0.0
    assert not event.cut


def test_contacts_are_where_the_series_changes(march_2026) -> None:
    ephemeris, first, last = march_2026
    (event,) = earth_eclipses(ephemeris, RIDGE, first, last)

    def left(t: float) -> float:
        sun, earth = ephemeris.positions(t)
        return float(earth_eclipse(sun, earth, RIDGE)[0])

    assert left(event.first - 0.5) == 1.0
    assert left(event.first + 1.0) < 1.0
    assert left(event.last - 1.0) < 1.0
    assert left(event.last + 0.5) == 1.0
    assert left(event.total_first - 1.0) > 0.0
    assert left(event.total_first + 0.5) == 0.0
    assert left(event.total_last - 0.5) == 0.0
    assert left(event.total_last + 1.0) > 0.0


def test_the_series_finds_no_eclipse_the_finder_misses(march_2026) -> None:
    ephemeris, first, last = march_2026
    t = np.arange(first, last, 300.0)
    sun, earth = ephemeris.positions(t)
    dark = t[earth_eclipse(sun, earth, RIDGE) < 1.0]
    (event,) = earth_eclipses(ephemeris, RIDGE, first, last)
    assert dark.min() >= event.first
    assert dark.max() <= event.last
    assert len(dark) == pytest.approx((event.last - event.first) / 300.0, abs=1.0)


def test_a_period_that_ends_within_an_eclipse_says_so(march_2026) -> None:
    ephemeris, *_ = march_2026
    start, end = tdb_from_utc(read_utcs(["2026-03-03T00:00", "2026-03-03T10:00"]))
    (event,) = earth_eclipses(ephemeris, RIDGE, float(start), float(end))
    assert event.cut
    assert event.last == pytest.approx(float(end), abs=0.1)
    assert event.total_duration == 0.0


# NASA/GSFC lunar eclipse catalogue (Espenak), TD.
CATALOGUE = [
    ("2026-08-28T04:14:04", "partial", 198.0),
    ("2027-07-18T16:04:09", "penumbral", 0.0),
    ("2028-12-31T16:53:15", "total", 209.0),
    ("2034-09-28T02:47:37", "partial", 27.0),
    ("2038-07-16T11:35:56", "penumbral", 0.0),
]


@pytest.mark.parametrize(("greatest", "kind", "minutes"), CATALOGUE)
def test_published_eclipses_of_the_moon(greatest, kind, minutes) -> None:
    when = read_utc(greatest)
    near = float(tdb_from_utc(when))
    (eclipse,) = lunar_eclipses(near - 3e5, near + 3e5)
    assert abs(tt_from_tdb(eclipse.greatest) - when) < np.timedelta64(3, "s")
    assert eclipse.kind == kind
    assert eclipse.partial_duration / 60.0 == pytest.approx(minutes, abs=1.0)
    assert (eclipse.umbral_magnitude > 0.0) == (kind != "penumbral")
    assert (eclipse.total_duration > 0.0) == (kind == "total")


def test_all_eclipses_of_a_decade_and_none_between() -> None:
    first, last = tdb_from_utc(read_utcs(["2029-01-01", "2031-01-01"]))
    kinds = [e.kind for e in lunar_eclipses(first, last)]
    assert kinds == ["total", "total", "partial", "penumbral"]
    quiet, end = tdb_from_utc(read_utcs(["2029-02-01", "2029-06-01"]))
    assert lunar_eclipses(quiet, end) == []


def test_a_catalogue_outside_the_kernels_is_refused() -> None:
    with pytest.raises(EphemerisRangeError):
        lunar_eclipses(-1e9, -9e8)


def test_search_finds_minima_and_crossings() -> None:
    centres = np.array([1.0, 20.0, 300.0])
    found = minimise(lambda t: (t - centres) ** 2, centres - 5.0, centres + 7.0, to=1e-6)
    assert found == pytest.approx(centres, abs=1e-6)
    crossing = bisect(lambda t: (t - centres) ** 2 - 4.0, centres, centres + 9.0, to=1e-9)
    assert crossing == pytest.approx(centres + 2.0, abs=1e-8)
    assert bisect(lambda t: t - 10.0, np.array([0.0]), np.array([5.0])) == pytest.approx([5.0])
    assert local_minima(np.array([3.0, 1.0, 1.0, 2.0, 5.0, 4.0])).tolist() == [2, 5]
    assert minimise(lambda t: t, np.empty(0), np.empty(0)).size == 0
