"""Instants are whole UTC seconds, or refused."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from ilrs.errors import ScenarioError
from ilrs.scenario.instants import Instant, instant, parse_instant, written


class Event(BaseModel):
    at: Instant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2031-01-01", "2031-01-01T00:00:00"),
        ("2031-01-01T12:00", "2031-01-01T12:00:00"),
        ("2031-01-01 12:00:30", "2031-01-01T12:00:30"),
        ("2031-01-01T12:00Z", "2031-01-01T12:00:00"),
        ("2031-01-01T12:00:00.000+00:00", "2031-01-01T12:00:00"),
        (" 2032-02-29 ", "2032-02-29T00:00:00"),
    ],
)
def test_what_people_write(text: str, expected: str) -> None:
    value = parse_instant(text)
    assert value == np.datetime64(expected)
    assert value.dtype == np.dtype("datetime64[s]")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("2031", "not a date"),
        ("2031-1-1", "not a date"),
        ("20310101", "not a date"),
        ("01.01.2031", "not a date"),
        ("2031-02-30", "calendar"),
        ("2031-13-01", "calendar"),
        ("2031-01-01T24:30", "time of the day"),
        ("2031-01-01T12:00+08:00", "not in UTC"),
        ("2031-01-01T12:00:00.5", "parts of a second"),
        ("2016-12-31T23:59:60", "leap second"),
        ("", "not a date"),
        ("tomorrow", "not a date"),
    ],
)
def test_what_is_refused(text: str, word: str) -> None:
    with pytest.raises(ScenarioError, match=word):
        parse_instant(text)


def test_dates_of_other_types() -> None:
    zone = dt.timezone(dt.timedelta(hours=8))
    assert instant(dt.date(2031, 1, 2)) == np.datetime64("2031-01-02T00:00:00")
    assert instant(dt.datetime(2031, 1, 2, 8, tzinfo=zone)) == np.datetime64("2031-01-02T00:00:00")
    assert instant(np.datetime64("2031-01-02", "D")) == np.datetime64("2031-01-02T00:00:00")
    for wrong in [3, None, np.datetime64("NaT", "s"), np.datetime64("2031-01-01T00:00:00.5")]:
        with pytest.raises(ScenarioError):
            instant(wrong)


def test_as_a_field() -> None:
    event = Event.model_validate({"at": "2031-05-06"})
    assert event.at == np.datetime64("2031-05-06T00:00:00")
    assert event.model_dump(mode="json") == {"at": "2031-05-06T00:00:00Z"}
    with pytest.raises(ValidationError, match="not a date"):
        Event.model_validate({"at": 2031})


@given(st.datetimes(min_value=dt.datetime(1900, 1, 1), max_value=dt.datetime(2200, 1, 1)))
def test_written_and_read_again(moment: dt.datetime) -> None:
    value = np.datetime64(moment.replace(microsecond=0), "s")
    assert parse_instant(written(value)) == value
