"""Data by hand: recorders, radios, power, relays and classes."""

import numpy as np
import pytest
from tests.simulation.small import A, lived, station

from ilrs.flows.primitives import FailureMode, Link, SharedCapacity, Sink, Source, Store
from ilrs.simulation.faults import ListedFault, draw_faults

SCIENCE, TELEMETRY = "a/data.science", "a/data.telemetry"
POWER, RATE = 50.0, 2000.0


def instrument(rate=100.0, node=SCIENCE, name="camera"):
    """100 W that bring `rate` bit/s."""
    return Sink(name, A, 100.0, priority=1, products={node: rate / 100.0})


def recorder(size=1e6, classes=("science",)):
    return [
        SharedCapacity("recorder", size, kind="content"),
        *(Store(c, f"a/data.{c}", size, 0.0, capacity_group="recorder") for c in classes),
    ]


def radio(name="radio", visible=1.0, to="earth", classes=("science",), power=POWER, rate=RATE):
    return [
        Sink(f"{name}.power", A, power, priority=0, flexible=True, sleep_factor=1.0),
        SharedCapacity(name, rate * visible, powered_by=f"{name}.power", power=power),
        *(Link(f"{name}.{c}", f"a/data.{c}", f"{to}/data.{c}", group=name) for c in classes),
    ]


def earth(classes=("science",), first=1):
    return [
        Sink(f"earth.{c}", f"earth/data.{c}", 1e9, priority=first + i, flexible=True)
        for i, c in enumerate(classes)
    ]


SUN = Source("sun", A, 1e4)


def test_a_full_recorder_loses_what_comes_and_the_loss_is_counted():
    run = lived(station(SUN, instrument(), *recorder(1.5e5), steps=4))
    assert run.content("science") == pytest.approx([6e4, 1.2e5, 1.5e5, 1.5e5])
    assert run.rate(f"{SCIENCE}.lost") == pytest.approx([0.0, 0.0, 50.0, 100.0])


def test_without_recorder_or_radio_all_is_lost():
    run = lived(station(SUN, instrument(), steps=2))
    assert run.rate(f"{SCIENCE}.lost") == pytest.approx([100.0, 100.0])


def test_classes_share_one_recorder():
    run = lived(
        station(
            SUN,
            instrument(),
            instrument(node=TELEMETRY, name="sensors"),
            *recorder(2e5, ("telemetry", "science")),
            steps=3,
        )
    )
    total = run.content("telemetry") + run.content("science")
    assert total == pytest.approx([1.2e5, 2e5, 2e5])
    lost = run.rate(f"{SCIENCE}.lost") + run.rate(f"{TELEMETRY}.lost")
    assert lost == pytest.approx([0.0, (2.4e5 - 2e5) / 600, 200.0])


def test_what_was_produced_is_delivered_kept_or_lost():
    visible = np.tile([1.0, 0.0, 0.0, 0.5], 50)
    run = lived(
        station(
            SUN, instrument(1500.0), *recorder(1.2e6), *radio(visible=visible), *earth(), steps=200
        )
    )
    produced = 1500.0 * 200 * 600
    delivered, lost = run.amount("earth.science"), run.amount(f"{SCIENCE}.lost")
    assert produced == pytest.approx(delivered + lost + run.content("science")[-1], rel=1e-12)
    assert delivered > 0.0
    assert lost > 0.0


def test_a_radio_is_powered_for_the_share_of_time_it_sends():
    run = lived(station(SUN, instrument(), *recorder(), *radio(), *earth(), steps=5))
    # What is asked for is what was waiting and what the last step brought.
    assert run.rate("earth.science") == pytest.approx([0.0, 200.0, 100.0, 100.0, 100.0])
    assert run.rate("radio.power") == pytest.approx(run.rate("earth.science") / RATE * POWER)


def test_a_radio_without_power_is_closed_and_with_half_of_it_half_open():
    parts = [*recorder(1e9), *radio(), *earth()]
    full = Store("full", SCIENCE, 1e9, 1e9)
    dark = lived(station(full, *parts, steps=3))
    assert dark.rate("earth.science") == pytest.approx([0.0] * 3)
    assert dark.wanted("radio.power") == pytest.approx([POWER] * 3)
    half = lived(station(Source("sun", A, POWER / 2), full, *parts, steps=3))
    assert half.rate("earth.science") == pytest.approx([RATE / 2] * 3)


def test_a_radio_that_sees_nobody_or_has_failed_wants_no_power():
    full = Store("full", SCIENCE, 1e9, 1e9)
    unseen = lived(station(SUN, full, *radio(visible=np.array([0.0, 1.0])), *earth(), steps=2))
    assert unseen.rate("radio.power") == pytest.approx([0.0, POWER])
    assert unseen.rate("earth.science") == pytest.approx([0.0, RATE])
    network = station(
        SUN, full, *radio(), *earth(), FailureMode("radio.tube", ("radio",), np.inf), steps=3
    )
    faults = draw_faults(network, {}, [ListedFault("radio.tube", 600.0, 600.0)], 1)
    failed = lived(network, faults=faults)
    assert failed.rate("earth.science") == pytest.approx([RATE, 0.0, RATE])
    assert failed.rate("radio.power") == pytest.approx([POWER, 0.0, POWER])


def test_the_more_urgent_class_is_sent_first():
    run = lived(
        station(
            SUN,
            Store("old-science", SCIENCE, 1e9, 1e9),
            Store("old-telemetry", TELEMETRY, 1e9, 9e5),
            *radio(classes=("telemetry", "science")),
            *earth(("telemetry", "science")),
            steps=2,
        )
    )
    assert run.rate("earth.telemetry") == pytest.approx([1500.0, 0.0])
    assert run.rate("earth.science") == pytest.approx([500.0, 2000.0])


def test_a_relay_keeps_what_it_cannot_pass_on_yet():
    run = lived(
        station(
            SUN,
            Store("old", SCIENCE, 1e9, 1e7),
            *radio(to="relay"),
            Store("relay", "relay/data.science", 1e9, 0.0, forward=True),
            SharedCapacity("downlink", 3000.0 * np.array([0.0, 0.0, 1.0, 1.0, 1.0])),
            Link("downlink.science", "relay/data.science", "earth/data.science", group="downlink"),
            *earth(),
            steps=5,
        )
    )
    assert run.content("relay")[:2] == pytest.approx([1.2e6, 2.4e6])
    assert run.rate("earth.science") == pytest.approx([0.0, 0.0, 3000.0, 3000.0, 3000.0])
    assert run.rate("radio.science") == pytest.approx([2000.0] * 5)


def test_no_service_no_data():
    run = lived(station(instrument(), *recorder(), steps=2))
    assert run.content("science") == pytest.approx([0.0, 0.0])
