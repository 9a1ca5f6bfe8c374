"""Time scales against CSPICE, and odd instants."""

import numpy as np
import pytest
import spiceypy

from ilrs.data import kernels
from ilrs.errors import UserError
from ilrs.sky.time import (
    read_utc,
    read_utcs,
    tai_minus_utc,
    tdb_from_tai,
    tdb_from_tt,
    tdb_from_utc,
    tdb_seconds,
    tt_from_tdb,
    utc_from_tdb,
)

INSTANTS = [
    "1985-03-01T00:00:00",
    "2016-12-31T23:59:59.5",
    "2017-01-01T00:00:00",
    "2026-05-06T07:08:09.123456",
    "2055-12-31T12:00:00",
]


@pytest.mark.parametrize("text", INSTANTS)
def test_tdb_is_what_cspice_says(text: str) -> None:
    kernels.furnish()
    assert tdb_from_utc(read_utc(text)) == pytest.approx(spiceypy.str2et(text), abs=3e-7)


def test_utc_comes_back() -> None:
    utc = read_utcs(INSTANTS)
    assert np.all(np.abs(utc_from_tdb(tdb_from_utc(utc)) - utc) <= np.timedelta64(1, "us"))


def test_a_leap_second_is_two_seconds_of_tdb_between_neighbouring_labels() -> None:
    before, after = tdb_from_utc(read_utcs(["2016-12-31T23:59:59", "2017-01-01T00:00:00"]))
    assert after - before == pytest.approx(2.0, abs=1e-6)


def test_the_inside_of_a_leap_second_stays_in_the_old_year() -> None:
    inside = tdb_from_utc(read_utc("2017-01-01")) - 0.5
    assert utc_from_tdb(inside) < np.datetime64("2017-01-01")


def test_offsets_of_the_scales_are_the_defined_ones() -> None:
    noon = read_utc("2026-01-01T12:00:00")
    assert tai_minus_utc(noon) == 37.0
    assert tdb_from_utc(noon) - tdb_from_tai(noon) == pytest.approx(37.0, abs=1e-6)
    assert tdb_from_tai(noon) - tdb_from_tt(noon) == pytest.approx(32.184, abs=1e-6)
    assert abs(tdb_from_tt(noon) - tdb_seconds(noon)) < 2e-3
    assert abs(tt_from_tdb(tdb_from_tt(noon)) - noon) <= np.timedelta64(1, "us")


@pytest.mark.parametrize(
    "text", ["2026-08-12T02:00:00+02:00", "2026-08-12T00:00:00Z", "2026-08-12", " 2026-08-12T00:00"]
)
def test_forms_of_one_instant(text: str) -> None:
    assert read_utc(text) == np.datetime64("2026-08-12T00:00:00")


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-02-30", "12.8.2026"])
def test_what_is_no_instant_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(UserError, match="2026-08-12T00:00:00Z"):
        read_utc(text)


def test_not_a_time_is_refused() -> None:
    with pytest.raises(UserError, match="NaT"):
        tdb_from_utc(np.array(["NaT"], "datetime64[ns]"))
