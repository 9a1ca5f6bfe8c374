"""Hibernation: who sleeps when the stores run low, and wakes when they are full again."""

import numpy as np
import pytest
from tests.simulation.small import A, lived, station

from ilrs.flows.primitives import Hibernation, Sink, Source, Store


def sleepy(light, wake_time, steps, floor=0.0):
    return lived(
        station(
            Source("sun", A, light),
            Store("battery", A, 1e6, 1e6, floor=floor, reserve_weight=1.0),
            Sink("vital", A, 200.0, priority=0, sleep_factor=0.25, group="box"),
            Sink("service", A, 300.0, priority=1, group="box"),
            Sink("other", A, 10.0, priority=0),
            Hibernation("box", below=0.5, above=0.8, wake_time=wake_time),
            steps=steps,
        )
    )


def test_it_sleeps_below_and_wakes_above_its_shares_after_its_time():
    light = np.r_[np.zeros(4), np.full(16, 500.0)]
    run = sleepy(light, 1800.0, 20)
    mode = run.record.mode[:, 0]
    share = np.r_[1e6, run.content("battery")[:-1]] / 1e6
    asleep = int(np.argmax(mode == 1))
    assert share[asleep] < 0.5 <= share[asleep - 1]
    waking = int(np.argmax(mode == 2))
    assert share[waking] > 0.8 >= share[waking - 1]
    assert list(mode[waking : waking + 4]) == [2, 2, 2, 0]
    assert run.rate("vital")[mode > 0] == pytest.approx(50.0)
    assert run.rate("service")[mode > 0] == pytest.approx(0.0)
    assert run.wanted("service")[mode > 0] == pytest.approx(0.0)
    assert run.rate("other") == pytest.approx(10.0)
    assert run.rate("vital")[mode == 0] == pytest.approx(200.0)


def test_without_a_waking_time_it_is_awake_at_once():
    mode = sleepy(np.r_[np.zeros(4), np.full(16, 500.0)], 0.0, 20).record.mode[:, 0]
    assert set(mode) == {0, 1}
    assert mode[-1] == 0


def test_what_counts_is_what_can_be_drawn():
    deep = sleepy(np.zeros(8), 0.0, 8, floor=0.6).record.mode[:, 0]
    shallow = sleepy(np.zeros(8), 0.0, 8).record.mode[:, 0]
    assert np.argmax(deep) < np.argmax(shallow)


def test_a_station_without_stores_never_sleeps():
    run = lived(
        station(
            Source("sun", A, 100.0),
            Sink("vital", A, 200.0, priority=0, group="box"),
            Hibernation("box", 0.5, 0.8, 0.0),
            steps=3,
        )
    )
    assert not run.record.mode.any()
    assert run.rate("vital") == pytest.approx(100.0)
