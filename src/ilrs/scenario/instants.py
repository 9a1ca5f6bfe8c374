"""Instants: UTC in files, whole seconds inside (`numpy.datetime64[s]`)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ilrs.errors import ScenarioError

_ISO = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<clock>\d{2}:\d{2}(?::\d{2})?)(?P<fraction>\.\d+)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_REMEDY = "write UTC like 2031-01-01 or 2031-01-01T12:00"


def parse_instant(text: str) -> np.datetime64:
    """The instant that an ISO 8601 `text` names, UTC, as `datetime64[s]`.

    A date alone is its midnight. Another zone than UTC, parts of a second and leap seconds (which
    `datetime64` cannot hold) are refused rather than rounded.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise ScenarioError(f"{text[:40]!r} is not a date", remedy=_REMEDY)
    if match["zone"] not in (None, "Z", "+00:00", "+0000"):
        raise ScenarioError(f"{text!r} is not in UTC", remedy=_REMEDY)
    if match["fraction"] and match["fraction"].strip(".0"):
        raise ScenarioError(f"{text!r} has parts of a second", remedy="instants are whole seconds")
    if match["clock"] and match["clock"].endswith(":60") and match["clock"].count(":") == 2:
        raise ScenarioError(f"{text!r} is a leap second", remedy="write the second before or after")
    try:
        day = dt.date.fromisoformat(match["day"])
    except ValueError as error:
        raise ScenarioError(f"{text!r} is not in the calendar", remedy=_REMEDY) from error
    try:
        clock = dt.time.fromisoformat(match["clock"] or "00:00")
    except ValueError as error:
        raise ScenarioError(f"{text!r} is no time of the day", remedy=_REMEDY) from error
    return np.datetime64(dt.datetime.combine(day, clock), "s")


def instant(value: Any) -> np.datetime64:
    """The instant that a text, date, datetime or `datetime64` stands for."""
    if isinstance(value, str):
        return parse_instant(value)
    if isinstance(value, np.datetime64):
        whole = value.astype("datetime64[s]")
        if np.isnat(whole) or whole != value:
            raise ScenarioError(f"{value} is not a whole second", remedy=_REMEDY)
        return whole
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(dt.UTC).replace(tzinfo=None)
        return instant(np.datetime64(value, "us"))
    if isinstance(value, dt.date):
        return np.datetime64(value, "s")
    raise ScenarioError(f"{value!r} is not a date", remedy=_REMEDY)


def written(value: np.datetime64) -> str:
    """The instant as it is written in files, like `2031-01-01T12:00:00Z`."""
    return f"{np.datetime_as_string(value, unit='s')}Z"


@dataclass(frozen=True)
class InstantMark:
    """Makes a pydantic field hold an instant."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _validate, serialization=core_schema.plain_serializer_function_ser_schema(written)
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "x-unit": "UTC", "examples": ["2031-01-01", "2031-01-01T12:00"]}


def _validate(value: Any) -> np.datetime64:
    try:
        return instant(value)
    except ScenarioError as error:
        raise ValueError(str(error)) from error


Instant = Annotated[np.datetime64, InstantMark()]
