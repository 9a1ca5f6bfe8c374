"""How fast a vehicle gets on once people and its own eyes have had their say."""

from __future__ import annotations

import math
from dataclasses import dataclass

DAY = 86400.0


@dataclass(frozen=True)
class Tempo:
    """The rhythm of driving: a stop of `look` [s] every `look_every` [m] to find where it is, and
    one of `command` [s] every `command_every` [m] until the ground has sent what comes next.

    `awake` [1] is the share of time in which it can drive at all.
    """

    look_every: float = math.inf
    look: float = 0.0
    command_every: float = math.inf
    command: float = 0.0
    awake: float = 1.0

    @property
    def pause(self) -> float:
        """Standing time [s] that goes with every metre driven."""
        return self.look / self.look_every + self.command / self.command_every

    def speed(self, driving: float) -> float:
        """Speed made good [m/s] while awake, at a `driving` speed [m/s]."""
        return 1.0 / (1.0 / driving + self.pause)

    def distance_a_day(self, driving: float) -> float:
        """Distance [m] in 24 h, over all of which it is awake for its share."""
        return DAY * self.awake * self.speed(driving)


def calibrated(
    distance: float, days: float, driving: float, *, command_every: float, awake: float
) -> Tempo:
    """The tempo that makes `distance` [m] in `days` at a `driving` speed [m/s].

    All that is not driving is laid on the command cycles, science at the stops included.
    """
    time_a_metre = days * DAY * awake / distance
    command = (time_a_metre - 1.0 / driving) * command_every
    if command < 0.0:
        raise ValueError(f"{distance:g} m in {days:g} d is faster than it drives")
    return Tempo(command_every=command_every, command=command, awake=awake)


YUTU_2_SPEED = 200.0 / 3600.0
"""Design speed [m/s] of Yutu-2: 200 m/h."""

TEMPOS: dict[str, Tempo] = {
    # as the machine could without anybody's say
    "continuous": Tempo(),
    # assumed: sight every 20 m for a minute, a command cycle of 15 min (light time, a look at the
    # pictures, a new path) every 200 m
    "supervised": Tempo(look_every=20.0, look=60.0, command_every=200.0, command=900.0),
    # 839 m in 1000 days; cycles of 8 m between way points, awake some ten days of 29.5 (assumed)
    "yutu-2": calibrated(839.0, 1000.0, YUTU_2_SPEED, command_every=8.0, awake=0.35),
}
"""Known tempos: the design's, one for a station with a relay, and what Yutu-2 made of it."""
