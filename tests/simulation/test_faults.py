"""Failures: drawn and listed, taking exactly their share, and given back by repair."""

import numpy as np
import pytest
from tests.simulation.small import A, lived, station

from ilrs.errors import ScenarioError
from ilrs.flows.primitives import FailureMode, Sink, Source
from ilrs.simulation.faults import NONE, ListedFault, draw_faults, stream

YEAR_STEPS = 52_560


def towers(*modes, steps=6):
    return station(Source("array", A, 900.0), Sink("load", A, 1e4, priority=0), *modes, steps=steps)


def test_a_failure_takes_exactly_its_share_and_repair_gives_it_back():
    network = towers(FailureMode("array.string", ("array",), np.inf, units=3, loss=1 / 3))
    listed = [
        ListedFault("array.string", 700.0, 1800.0),
        ListedFault("array.string", 1200.0, 600.0, units=2),
    ]
    faults = draw_faults(network, {}, listed, seed=1)
    assert lived(network, faults=faults).rate("array") == pytest.approx(
        [900.0, 600.0, 0.0, 600.0, 900.0, 900.0]
    )
    assert list(faults.failed("array.string", 6)) == [0, 1, 3, 1, 0, 0]
    assert all(incident.listed for incident in faults.incidents)


def test_modes_of_one_flow_multiply():
    network = towers(
        FailureMode("array.string", ("array",), np.inf, units=4, loss=0.25),
        FailureMode("array.drive", ("array",), np.inf, loss=0.5),
    )
    listed = [ListedFault("array.string", 0.0, np.inf), ListedFault("array.drive", 600.0, np.inf)]
    run = lived(network, faults=draw_faults(network, {}, listed, seed=1))
    assert run.rate("array") == pytest.approx([675.0] + [337.5] * 5)


def test_more_failures_than_units_leave_nothing_and_not_less():
    network = towers(FailureMode("array.string", ("array",), np.inf, units=2, loss=0.5))
    listed = [ListedFault("array.string", 600.0 * k, 2400.0) for k in range(3)]
    faults = draw_faults(network, {}, listed, seed=1)
    assert lived(network, faults=faults).rate("array") == pytest.approx(
        [450.0, 0.0, 0.0, 0.0, 0.0, 450.0]
    )


def test_a_failed_sink_takes_nothing_and_is_still_owed():
    network = station(
        Source("sun", A, 1e3),
        Sink("load", A, 300.0, priority=1),
        FailureMode("load.off", ("load",), np.inf),
        steps=2,
    )
    faults = draw_faults(network, {}, [ListedFault("load.off", 600.0, np.inf)], seed=1)
    run = lived(network, faults=faults)
    assert run.rate("load") == pytest.approx([300.0, 0.0])
    assert run.wanted("load") == pytest.approx([300.0, 300.0])


def test_one_seed_gives_one_history_and_another_seed_another():
    network = towers(
        FailureMode("array.string", ("array",), 5e6, 4e5, units=3, loss=1 / 3), steps=YEAR_STEPS
    )
    first, again, other = (draw_faults(network, {}, [], seed) for seed in (4, 4, 5))
    assert first.incidents == again.incidents
    assert all(np.array_equal(a, b) for a, b in zip(first.events, again.events, strict=True))
    assert first.incidents != other.incidents


def test_failures_of_one_part_do_not_depend_on_the_others():
    string = FailureMode("array.string", ("array",), 5e6, 4e5, units=3, loss=1 / 3)
    drive = FailureMode("array.drive", ("array",), 3e6, 1e5)
    one = draw_faults(towers(string, steps=YEAR_STEPS), {}, [], 7)
    both = draw_faults(towers(drive, string, steps=YEAR_STEPS), {}, [], 7)
    assert one.incidents == tuple(i for i in both.incidents if i.mode == string.name)
    assert len(both.incidents) > len(one.incidents)


def test_many_units_fail_as_often_as_their_mean_time_says():
    mtbf, repair, units = 2e6, 5e5, 400
    network = towers(
        FailureMode("array.cell", ("array",), mtbf, repair, units=units, loss=1 / units),
        steps=YEAR_STEPS,
    )
    faults = draw_faults(network, {}, [], seed=11)
    failed = faults.failed("array.cell", YEAR_STEPS)[YEAR_STEPS // 2 :].mean() / units
    expected = repair / (mtbf + repair)
    spread = np.sqrt(expected * (1 - expected) / units / 10)
    assert failed == pytest.approx(expected, abs=4 * spread)


def test_nothing_ages_before_it_arrives():
    mode = FailureMode("array.string", ("array",), 1e6, 1e5, units=50, loss=0.02)
    network = towers(mode, steps=YEAR_STEPS)
    faults = draw_faults(network, {"array": 30_000}, [], seed=1)
    assert min(i.step for i in faults.incidents) >= 30_000


def test_health_of_the_events_is_what_the_counts_say():
    string = FailureMode("array.string", ("array",), 3e6, 4e5, units=3, loss=0.3)
    drive = FailureMode("array.drive", ("array",), 3e6, 2e5, loss=0.4)
    network = towers(string, drive, steps=YEAR_STEPS)
    faults = draw_faults(network, {}, [], seed=3)
    run = lived(network, faults=faults)
    health = (1.0 - 0.3 * faults.failed(string.name, YEAR_STEPS)) * (
        1.0 - 0.4 * faults.failed(drive.name, YEAR_STEPS)
    )
    assert health.min() < 0.7
    assert run.rate("array") == pytest.approx(900.0 * health)


def test_what_cannot_happen_is_refused():
    network = towers(FailureMode("array.string", ("array",), np.inf, units=2, loss=0.5))
    for fault, words in (
        (ListedFault("array.wheel", 0.0, 1.0), "array.string"),
        (ListedFault("array.string", 0.0, 1.0, units=3), "there are 2"),
        (ListedFault("array.string", 1e9, 1.0), "within the period"),
        (ListedFault("array.string", -1.0, 1.0), "within the period"),
    ):
        with pytest.raises(ScenarioError, match=words):
            draw_faults(network, {}, [fault], seed=1)


def test_no_faults_change_nothing():
    network = towers()
    assert draw_faults(network, {}, [], seed=1).incidents == ()
    assert lived(network, faults=NONE).rate("array") == pytest.approx(900.0)


def test_streams_of_different_names_are_different():
    draws = {stream(1, name).integers(2**63) for name in ("a", "b", "c")}
    assert len(draws) == 3
