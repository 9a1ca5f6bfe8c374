"""The largest load more, on small stations whose answers are sums."""

import numpy as np
import pytest
from tests.simulation.small import A, B, station

from ilrs.assessment.spare_power import FINE, spare_power
from ilrs.flows.primitives import FailureMode, Link, Sink, Source, Store

STEPS, STEP = 50, 600.0


def test_the_worst_single_loss_takes_most() -> None:
    """1000 W and 270 W by cable less 600 W: 670 W; a string of four takes 250 W, the cable 270."""
    network = station(
        Source("array", A, 1000.0),
        Source("spare", B, 300.0),
        Link("cable", B, A, 500.0, efficiency=0.9),
        Sink("alive", A, 600.0, priority=0),
        Sink("service", A, 500.0, priority=2),
        FailureMode("array.string", ("array",), 1.0, units=4, loss=0.25),
        FailureMode("cable.open", ("cable",), np.inf),
        steps=STEPS,
    )
    told: list[tuple[int, int]] = []
    (spare,) = spare_power(network, 0.0, [0], lambda done, of: told.append((done, of)))
    assert spare.firm == pytest.approx(670.0, abs=FINE)
    assert spare.after_loss == pytest.approx(400.0, abs=FINE)
    assert spare.loss == "cable.open"
    assert told == [(0, 1), (1, 1)]


def test_a_later_date_has_the_store_for_itself() -> None:
    """A store of 700 W over 25 dark steps bears 100 W more from the first, 250 W from the 40th."""
    lit = np.where(np.arange(STEPS) < 25, 1.0, 0.0)
    energy = 700.0 * 25 * STEP
    network = station(
        Source("array", A, 5000.0 * lit),
        Store("battery", A, energy, energy, reserve_weight=1.0, fill=True),
        Sink("alive", A, 600.0, priority=0),
        FailureMode("array.off", ("array",), np.inf),
        steps=STEPS,
    )
    first, later = spare_power(network, 0.0, [0, 40])
    assert first.firm == pytest.approx(100.0, abs=FINE)
    assert later.firm == pytest.approx(250.0, abs=FINE)
    # Without the array keep-alive goes short anyway, and a load more sheds more of it.
    assert (first.after_loss, first.loss) == (0.0, "array.off")
