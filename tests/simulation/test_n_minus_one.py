"""N-1 on a small station whose answers are sums."""

import numpy as np
import pytest
from tests.simulation.small import WARM, A, B, station

from ilrs.flows.primitives import FailureMode, Link, Sink, Source, Store, ThermalMass
from ilrs.simulation import n_minus_one
from ilrs.simulation.n_minus_one import single_losses

STEPS, STEP = 50, 600.0


@pytest.fixture
def network():
    return station(
        Source("array", A, 1000.0),
        Source("spare", B, 300.0),
        Link("cable", B, A, 500.0, efficiency=0.9),
        Sink("alive", A, 600.0, priority=0),
        Sink("service", A, 500.0, priority=2),
        Sink("heater", A, 50.0, priority=0, flexible=True),
        ThermalMass("box", WARM, 1e12, 280.0, 250.0, 300.0),
        FailureMode("array.string", ("array",), 1.0, units=4, loss=0.25),
        FailureMode("array.off", ("array",), np.inf),
        FailureMode("cable.open", ("cable",), np.inf),
        FailureMode("command.computer", (), np.inf),
        steps=STEPS,
    )


def by_mode(network, **more):
    return {loss.mode: loss for loss in single_losses(network, 0.0, **more)}


def test_each_single_loss_sheds_what_is_missing_by_priority(network):
    """270 W come by cable: 170 W are to spare with everything whole, the heater aside."""
    found = by_mode(network)
    assert list(found) == ["", "array.string", "array.off", "cable.open"]
    whole = found[""]
    assert (whole.keep_alive, whole.service, whole.longest) == (0.0, 0.0, 0.0)
    assert whole.margin == pytest.approx(20.0)
    time = STEPS * STEP
    # 750 W + 270 W less 600 W and a heater of 50 W, which is keep-alive too, leave 370 W.
    assert found["array.string"].service == pytest.approx(130.0 * time)
    assert found["array.string"].keep_alive == 0.0
    assert found["cable.open"].sheds(whole) == {"service": pytest.approx(150.0 * time)}
    off = found["array.off"]
    assert off.service == pytest.approx(500.0 * time)
    assert off.keep_alive + 270.0 * time == pytest.approx(600.0 * time, rel=0.1)
    assert off.longest == time
    assert list(off.sheds(whole)) == ["service", "alive"]


def test_chance_has_no_part_and_blocks_change_nothing(network, monkeypatch):
    once = by_mode(network)
    monkeypatch.setattr(n_minus_one, "BLOCK", 7)
    again = by_mode(network)
    for mode, loss in once.items():
        assert again[mode].unserved == pytest.approx(loss.unserved)
        assert (again[mode].longest, again[mode].margin) == (loss.longest, loss.margin)


def test_progress_is_told(network):
    told = []
    single_losses(network, 0.0, progress=lambda done, of: told.append((done, of)))
    assert told == [(k, 4) for k in range(1, 5)]


def test_a_store_carries_keep_alive_for_as_long_as_it_lasts():
    network = station(
        Source("array", A, 1000.0),
        Store("battery", A, 10 * 600.0 * 100.0, 10 * 600.0 * 100.0, reserve_weight=1.0),
        Sink("alive", A, 100.0, priority=0),
        FailureMode("array.off", ("array",), np.inf),
        steps=25,
    )
    loss = by_mode(network)["array.off"]
    assert loss.longest == pytest.approx(15 * 600.0)
    assert loss.keep_alive == pytest.approx(15 * 600.0 * 100.0)
