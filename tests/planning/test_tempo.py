"""Driving speed to distance a day: the design's and what Yutu-2 made of it."""

import pytest

from ilrs.planning.tempo import TEMPOS, YUTU_2_SPEED, Tempo, calibrated


def test_yutu_2_by_design_and_as_it_went():
    assert TEMPOS["continuous"].distance_a_day(YUTU_2_SPEED) == pytest.approx(4800.0)
    assert TEMPOS["yutu-2"].distance_a_day(YUTU_2_SPEED) * 1000 == pytest.approx(839.0)


def test_stops_add_their_time_to_every_metre():
    tempo = Tempo(look_every=20.0, look=60.0, command_every=200.0, command=900.0, awake=0.5)
    # 200 m at 0.2 m/s take 1000 s, ten looks 600 s, one command cycle 900 s
    assert 200.0 / tempo.speed(0.2) == pytest.approx(2500.0)
    assert tempo.distance_a_day(0.2) == pytest.approx(0.5 * 86400 * 200 / 2500)


def test_faster_than_it_drives_is_refused():
    with pytest.raises(ValueError, match="faster than it drives"):
        calibrated(1e6, 1.0, 0.1, command_every=8.0, awake=1.0)
