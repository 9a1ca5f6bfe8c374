"""What a plan knows of the cold: nothing is drawn that was withheld in every step until then."""

import numpy as np
import pytest

from ilrs.flows.clock import Clock
from ilrs.flows.primitives import Sink, Store, ThermalMass
from ilrs.network.compile import Arrival, compile_network
from ilrs.planning.cold import cold_error
from ilrs.planning.dispatch import Dispatch, Start
from ilrs.planning.plan import Plan
from ilrs.planning.steps import PlanSteps

HOUR, KWH = 3600, 3.6e6
NODE = "a/electricity"


def planned(temperature, **changes):
    """A battery of 10 kWh in a box at `temperature` (steps,) [K] that alone serves a load."""
    steps = len(temperature)
    made = {"heat_node": "f/heat", "floor": 0.1, "cold": 253.15, "cold_share": 0.7} | changes
    network = compile_network(
        Clock(np.datetime64("2031-01-01T00:00:00"), HOUR, steps),
        [
            Arrival(
                0,
                (
                    Sink("load", NODE, 2000.0, priority=0),
                    ThermalMass("box", "f/heat", 1e6, 280.0, minimum=0.0, maximum=500.0),
                    Store("battery", NODE, 10 * KWH, 10 * KWH, warm=283.15, **made),
                ),
            )
        ],
    )
    reference = np.asarray(temperature, dtype=np.float64)[:, None]
    dispatch = Dispatch(network, PlanSteps(np.arange(steps + 1), float(HOUR)), reference)
    start = Start(np.array([10 * KWH]), np.zeros(1), np.array([280.0]))
    window = dispatch.solve(0, steps, start)
    plan = Plan(
        np.arange(steps + 1), window.flow, window.level, reference,
        network.flows.names, network.stores.names, {}, 0.0, 1, "HiGHS",
    )  # fmt: skip
    served = window.flow[:, network.flows.index("load")].sum() * HOUR / KWH
    return served, cold_error(network, plan)


@pytest.mark.parametrize(("temperature", "share"), [(293.0, 0.9), (268.15, 0.75), (200.0, 0.6)])
def test_a_steady_cold_withholds_its_share_from_the_plan(temperature, share):
    served, error = planned(np.full(12, temperature))
    assert served == pytest.approx(10.0 * share, rel=1e-6)
    assert error == pytest.approx(0.0, abs=1e-6)


def test_what_was_drawn_while_warm_is_no_error_and_the_rest_is_told():
    # Warm for four hours, then cold: 8 kWh are drawn while all is there, the last of 9 while 4 are
    # withheld. The plan may think of it, and says how much it was.
    served, error = planned(np.r_[np.full(4, 293.0), np.full(8, 200.0)])
    assert served == pytest.approx(9.0, rel=1e-6)
    assert 0.0 < error <= 5.0 / 9.0
    # The other way round nothing can have been drawn early, and all is there at last.
    served, error = planned(np.r_[np.full(8, 200.0), np.full(8, 293.0)])
    assert served == pytest.approx(9.0, rel=1e-6)
    assert error == pytest.approx(0.0, abs=1e-6)


def test_without_a_box_the_cold_is_nothing_to_it():
    served, error = planned(np.full(12, 200.0), heat_node="surroundings/heat")
    assert served == pytest.approx(9.0, rel=1e-6)
    assert error == 0.0
