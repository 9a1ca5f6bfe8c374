"""Errors say what, where and what to do, and survive the way to another process."""

import inspect
import pickle
from pathlib import Path

import pytest

from ilrs import errors
from ilrs.errors import EphemerisRangeError, IlrsError, ScenarioError, UserError, Where

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, IlrsError) and kind is not EphemerisRangeError
]


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Where(), ""),
        (Where("a.yaml"), "a.yaml"),
        (Where(Path("a.yaml"), 3), "a.yaml:3"),
        (Where("a.yaml", 3, "b.c"), "a.yaml:3: b.c"),
        (Where(None, 3), "line 3"),
        (Where(None, None, "b.c"), "b.c"),
    ],
)
def test_places(where: Where, text: str) -> None:
    assert str(where) == text


def test_message() -> None:
    assert str(IlrsError("wrong")) == "wrong"
    assert str(IlrsError("wrong", where=Where())) == "wrong"
    error = IlrsError("wrong", where=Where("a", 1, "b"), remedy="mend it")
    assert str(error) == "a:1: b: wrong (mend it)"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_exit_code_and_survives_pickling(kind: type[IlrsError]) -> None:
    error = kind("wrong", where=Where("a", 1), remedy="mend it")
    assert error.exit_code == (2 if issubclass(kind, UserError) else 1)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert (again.what, again.where, again.remedy) == ("wrong", Where("a", 1), "mend it")


def test_a_range_error_carries_its_range_across_processes() -> None:
    again = pickle.loads(pickle.dumps(EphemerisRangeError("outside", first=1.0, last=2.0)))
    assert (again.first, again.last, again.exit_code) == (1.0, 2.0, 2)


def test_several() -> None:
    one = ScenarioError("a", where=Where("f", 1))
    assert ScenarioError.several([one]) is one
    many = ScenarioError.several([one] * 12)
    assert str(many).splitlines()[0] == "12 mistakes"
    assert str(many).splitlines()[-1] == "  and 2 more"
    assert len(pickle.loads(pickle.dumps(many)).problems) == 12
    assert many.as_data()["problems"][3] == {
        "error": "ScenarioError",
        "what": "a",
        "file": "f",
        "line": 1,
        "path": "",
        "remedy": "",
        "problems": [],
    }
