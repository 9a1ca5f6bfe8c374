"""The rows that `ilrs sky` prints."""

import json
import math

import pytest

from ilrs.errors import EphemerisRangeError, UserError
from ilrs.sky.sample import sample_sky

RIDGE = (math.radians(-89.463163), math.radians(222.510447), 1944.8)


def test_a_row_holds_sun_and_earth_and_the_eclipse() -> None:
    clear, partial, dark = sample_sky(
        *RIDGE, ["2026-03-02T00:00:00Z", "2026-03-03T10:00:00Z", "2026-03-03T11:30:00Z"]
    )
    assert clear["utc"] == "2026-03-02T00:00:00Z"
    assert set(clear) == {"utc", "sun", "earth"}
    assert set(clear["sun"]) == {"azimuth_deg", "elevation_deg", "range_m", "area_fraction"}
    assert set(clear["earth"]) == {"azimuth_deg", "elevation_deg", "range_m"}
    assert clear["sun"]["area_fraction"] == 1.0
    assert 0.0 < partial["sun"]["area_fraction"] < 1.0
    assert dark["sun"]["area_fraction"] == 0.0
    assert clear["sun"]["range_m"] == pytest.approx(1.48e11, rel=0.01)
    assert 3.5e8 < clear["earth"]["range_m"] < 4.1e8
    json.dumps([clear, partial, dark], allow_nan=False)


def test_published_row_far_from_the_poles() -> None:
    # JPL Horizons, Tranquility Base 0.6741 N 23.4731 E on the sphere, 2026-08-19T12:00 UTC.
    (row,) = sample_sky(math.radians(0.6741), math.radians(23.4731), 0.0, ["2026-08-19T12:00:00Z"])
    assert row["sun"]["azimuth_deg"] == pytest.approx(90.048533, abs=1e-3)
    assert row["sun"]["elevation_deg"] == pytest.approx(12.206758, abs=1e-3)
    assert row["earth"]["azimuth_deg"] == pytest.approx(288.275075, abs=1e-3)
    assert row["earth"]["elevation_deg"] == pytest.approx(70.070148, abs=1e-3)
    assert row["sun"]["range_m"] == pytest.approx(1.01170777622290 * 149597870700.0, rel=1e-8)


def test_order_is_kept_and_nothing_gives_nothing() -> None:
    late, early = sample_sky(*RIDGE, ["2030-01-01", "2029-01-01"])
    assert (late["utc"], early["utc"]) == ("2030-01-01", "2029-01-01")
    assert sample_sky(*RIDGE, ["2029-01-01"])[0] == early
    assert sample_sky(*RIDGE, []) == []


def test_bad_instants_are_the_users_mistakes() -> None:
    with pytest.raises(UserError, match="noon"):
        sample_sky(*RIDGE, ["noon"])
    with pytest.raises(EphemerisRangeError, match="2056"):
        sample_sky(*RIDGE, ["1969-07-20T20:17:00Z"])
