"""A small place for one component, and looking at what it becomes."""

import numpy as np

from ilrs.components.setting import Setting, Surroundings, View
from ilrs.flows.clock import Clock

CLOCK = Clock(np.datetime64("2031-01-01T00:00:00"), 3600, 4)
ONE = np.ones(4)


def setting() -> Setting:
    """A place whose light grows from step to step; its equipment arrives with the second."""
    heights = np.array([2.0, 10.0])
    return Setting(
        name="base/thing",
        facility="base",
        place="ridge",
        clock=CLOCK,
        present=np.array([0.0, 1.0, 1.0, 1.0]),
        years=np.array([0.0, 0.0, 1.0, 2.0]),
        surroundings=Surroundings(
            sun_elevation=np.zeros(4),
            sun_azimuth=np.radians([350.0, 0.0, 10.0, 30.0]),
            irradiance=np.full(4, 1361.0),
            heights=heights,
            flux_fraction=np.array([[0.0, 0.0, 0.5, 1.0], [1.0, 1.0, 1.0, 1.0]]),
            ground_temperature=np.full(4, 100.0),
        ),
        heat_node="base/heat",
        data_place="ridge",
        views={
            "earth": View(np.array([1.0, 0.0, 1.0, 1.0]), np.full(4, 3.844e8), np.zeros(4)),
            "relay": View(ONE, np.full(4, 1e7), ONE),
        },
    )


def of(primitives, kind):
    return [p for p in primitives if isinstance(p, kind)]


def only(primitives, kind):
    (found,) = of(primitives, kind)
    return found
