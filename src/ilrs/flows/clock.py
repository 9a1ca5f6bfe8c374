"""The clock of a run: equal steps, half-open, counted in whole seconds from its start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import UserError


@dataclass(frozen=True)
class Clock:
    """`count` steps of `step` seconds from `start` (UTC)."""

    start: np.datetime64
    step: int
    count: int

    @classmethod
    def over(cls, start: np.datetime64, stop: np.datetime64, step: int) -> Clock:
        """The clock from `start` to `stop` (UTC) in steps of `step` [s]; the period must divide."""
        seconds = int((stop - start) / np.timedelta64(1, "s"))
        if seconds <= 0:
            raise UserError(
                f"the period ends ({stop}) before it begins ({start}): it has no steps",
                remedy="let it end later",
            )
        if step < 1:
            raise UserError(f"steps of {step} s: a period has no steps shorter than a second")
        if seconds % step:
            raise UserError(
                f"the period of {seconds} s is not a whole number of steps of {step} s",
                remedy="choose a step that divides the period",
            )
        return cls(start.astype("datetime64[s]"), step, seconds // step)

    @property
    def stop(self) -> np.datetime64:
        """The end of the last step (UTC), itself outside."""
        return self.start + np.timedelta64(self.step * self.count, "s")

    @property
    def seconds(self) -> NDArray[np.int64]:
        """Start of every step [s from start], shape (count,)."""
        return np.arange(self.count, dtype=np.int64) * self.step

    @property
    def times(self) -> NDArray[np.datetime64]:
        """Start of every step (UTC), shape (count,)."""
        return self._moments(self.seconds, "s")

    @property
    def middles(self) -> NDArray[np.datetime64]:
        """Middle of every step (UTC, ms), shape (count,): where profiles are sampled."""
        return self._moments(self.seconds * 1000 + self.step * 500, "ms")

    def _moments(self, ticks: NDArray[np.int64], unit: str) -> NDArray[np.datetime64]:
        """Instants `ticks` of a unit after the start."""
        begin = self.start.astype(f"datetime64[{unit}]").astype(np.int64)
        return (begin + ticks).astype(f"datetime64[{unit}]")

    def index(self, instant: np.datetime64) -> int:
        """The step that holds `instant`, clipped to 0..count (count: after the end)."""
        seconds = (instant - self.start) / np.timedelta64(1, "s")
        return int(min(max(np.ceil(seconds / self.step), 0), self.count))
