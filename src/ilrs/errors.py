"""The errors that `ilrs` raises, one family for each kind of remedy.

Every message says what is wrong, where, and what to do about it. A user's mistake leaves the
command line with exit code 2, anything else with 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

Error = TypeVar("Error", bound="IlrsError")


@dataclass(frozen=True)
class Where:
    """A place in a file: its path, the line (from 1) and the path inside the document."""

    file: Path | str | None = None
    line: int | None = None
    path: str = ""

    def __str__(self) -> str:
        head = str(self.file) if self.file is not None else ""
        if self.line is not None:
            head += f":{self.line}" if head else f"line {self.line}"
        return f"{head}: {self.path}" if head and self.path else head or self.path


class IlrsError(Exception):
    """Base of all errors of this package; carries `what`, `where` and `remedy` as data."""

    exit_code = 1
    key = ""
    """What the mistake is, the same in every language; empty where no catalogue told it."""
    brackets = " ({})"
    """How a remedy is set off in the language of the message."""

    def __init__(self, what: str, *, where: Where | None = None, remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where is not None and str(self.where) else ""
        tail = self.brackets.format(self.remedy) if self.remedy else ""
        return f"{head}{self.what}{tail}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep everything when the error crosses to another process."""
        return _rebuilt, (type(self), dict(self.__dict__))

    def reworded(self, what: str, remedy: str, *, key: str, brackets: str) -> Self:
        """The same error in other words, with the `key` that stays the same in all of them."""
        state = self.__dict__ | {"what": what, "remedy": remedy, "key": key, "brackets": brackets}
        return _rebuilt(type(self), state)

    def as_data(self) -> dict[str, Any]:
        """The error as plain data, for machines."""
        where = self.where or Where()
        return {
            "error": type(self).__name__,
            **({"key": self.key} if self.key else {}),
            "what": self.what,
            "file": None if where.file is None else str(where.file),
            "line": where.line,
            "path": where.path,
            "remedy": self.remedy,
            "problems": [problem.as_data() for problem in getattr(self, "problems", ())],
        }


def _rebuilt(kind: type[Error], state: dict[str, Any]) -> Error:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    error.args = (str(error),)
    return error


class UserError(IlrsError):
    """Something the user wrote or asked for cannot be: exit code 2."""

    exit_code = 2


class ScenarioError(UserError):
    """A scenario is wrong; the message names file, line and the path inside the scenario.

    Where several mistakes were found, `problems` holds them one by one.
    """

    problems: tuple[ScenarioError, ...] = ()

    @classmethod
    def several(
        cls,
        problems: Sequence[ScenarioError],
        *,
        shown: int = 10,
        many: str = "{count} mistakes",
        more: str = "and {count} more",
    ) -> ScenarioError:
        """One error for all `problems`, a line each, the first `shown` of them."""
        if len(problems) == 1:
            return problems[0]
        lines = [many.format(count=len(problems)), *(f"  {p}" for p in problems[:shown])]
        if len(problems) > shown:
            lines.append("  " + more.format(count=len(problems) - shown))
        error = cls("\n".join(lines))
        error.problems = tuple(problems)
        return error


class UnitError(UserError):
    """A quantity has no unit, an unknown one, or one of the wrong dimension."""


class EphemerisRangeError(UserError):
    """A period lies outside what the kernels cover, `first` to `last` [TDB s past J2000]."""

    def __init__(
        self, what: str, *, first: float, last: float, where: Where | None = None, remedy: str = ""
    ) -> None:
        self.first = first
        self.last = last
        super().__init__(what, where=where, remedy=remedy)


class DataError(IlrsError):
    """A data file is absent, truncated, of the wrong kind, or not what its certificate says."""


class TerrainError(DataError, UserError):
    """An elevation model cannot be used: absent, truncated, without CRS, or beside a place."""

    exit_code = 2


class PlanError(IlrsError):
    """A plan cannot be made: the solver failed, or the model has no solution at all."""


class RunError(IlrsError):
    """A run cannot be stored, read or resumed."""


class NoRunError(RunError, UserError):
    """What was named is not the folder of a finished run."""

    exit_code = 2


class BalanceError(IlrsError):
    """The auditor found a balance that does not close; a defect of the model, never of the user."""


def is_interruption(error: BaseException | None) -> bool:
    """Whether somebody stopped the program, which compiled code tells as another error's cause."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None
