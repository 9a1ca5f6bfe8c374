"""The station of benchmarks/station.yaml in plain numbers, to hand to any simulator.

Needs NumPy alone, so that peers in an environment of their own read it too.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Station(NamedTuple):
    """Sources, sinks, batteries and warm boxes on one bus; SI units, profiles over the steps.

    Sinks are served by rank (0 first), those of one rank in proportion; ranks below `vital` may
    empty batteries to their floor, others to `reserve`. Sources and batteries are drawn on in their
    order. `sink_load` is the piece of equipment a sink belongs to, -1 for the heater of its box.
    `sink_heat` is the share of its power that warms `sink_box`. Cases differ in their failures:
    events set the health of a part, counted over sources, sinks, charging, then discharging.
    """

    step: float
    reserve: float
    vital: int
    facilities: int
    source_power: Floats
    source_minimum: Floats
    sink_power: Floats
    sink_rank: Ints
    sink_load: Ints
    sink_box: Ints
    sink_heat: Floats
    capacity: Floats
    initial: Floats
    floor: Floats
    rate: Floats
    charge_efficiency: Floats
    discharge_efficiency: Floats
    kept: Floats
    fade_rate: Floats
    fade_per_joule: Floats
    battery_box: Ints
    charge_none: Floats
    charge_span: Floats
    heat_capacity: Floats
    warm: Floats
    conductance: Floats
    leak: Floats
    absorbed: Floats
    ground: Floats
    surroundings: Floats
    shut: Floats
    swing: Floats
    cold: Floats
    per_kelvin: Floats
    sky4: Floats
    setpoint: Floats
    pull: Floats
    cases: int
    event_case: Ints
    event_step: Ints
    event_part: Ints
    event_health: Floats

    @property
    def steps(self) -> int:
        """Steps of the profiles."""
        return int(self.source_power.shape[1])

    @property
    def heater(self) -> Ints:
        """The heater's sink of every box."""
        heaters = np.nonzero(self.sink_load < 0)[0]
        return heaters[np.argsort(self.sink_box[heaters])]

    def ranks(self) -> list[Ints]:
        """The sinks of every rank."""
        return [np.nonzero(self.sink_rank == r)[0] for r in range(int(self.sink_rank.max()) + 1)]

    def only_first(self) -> Station:
        """The first case alone."""
        mine = self.event_case == 0
        events = ("event_case", "event_step", "event_part", "event_health")
        return self._replace(cases=1, **{name: getattr(self, name)[mine] for name in events})


def write(station: Station, path: Path) -> None:
    """Write the numbers to a file."""
    np.savez(path, **station._asdict())


def read(path: Path) -> Station:
    """The station in a file."""
    with np.load(path) as numbers:
        fields = {name: numbers[name] for name in Station._fields}
    return Station(**{n: v.item() if v.ndim == 0 else v for n, v in fields.items()})
