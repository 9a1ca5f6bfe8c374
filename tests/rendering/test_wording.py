from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilrs.rendering import wording
from ilrs.rendering.wording import datum, day, digits, listed, minute, say, spoken


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.94, "", "94 %"),
        (0.9918234, "", "99.18 %"),
        (0.99999004, "", "99.99900 %"),
        (1.0 - 1e-12, "", "100 %"),
        (1.0, "", "100 %"),
        (1.3, "", "130 %"),
        (0.0, "", "0 %"),
        (0.00004, "", "0.004 %"),
        (216000.0, "s", "60 h"),
        (256200.0, "s", "71.2 h"),
        (362880.0, "s", "4.2 d"),
        (60.0, "s", "60 s"),
        (600.0, "s", "10 min"),
        (154632240.0, "s", "4.9 yr"),
        (157766400.0, "s", "5.00 yr"),
        (3.6e6, "J", "1 kWh"),
        (790e9, "J", "219 MWh"),
        (250e3, "bit/s", "250 kbit/s"),
        (60.8e12, "bit", "60.8 Tbit"),
        (6.988740963, "K", "6.99 K"),
        (1925.0, "kg", "1925 kg"),
        (15000.0, "kg", "15 t"),
        (951.0, "m", "951 m"),
        (1.0, "times", "1 time"),
        (2.0, "times", "2 times"),
        (None, "K", "–"),
        (math.nan, "s", "–"),
        (-3.0, "K", "−3 K"),
    ],
)
def test_values_are_said_in_the_units_people_use(
    value: float | None, unit: str, words: str
) -> None:
    assert say(value, unit) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0518, "", "+5.18 points"),
        (-0.04, "", "−4 points"),
        (6900.0, "s", "+115 min"),
        (-40200.0, "s", "−11.2 h"),
        (0.0, "K", "+0 K"),
    ],
)
def test_margins_carry_their_sign(value: float, unit: str, words: str) -> None:
    assert say(value, unit, difference=True) == words


@given(st.floats(min_value=1e-3, max_value=9e6))
def test_three_digits_are_within_half_a_percent(value: float) -> None:
    assert float(digits(value)) == pytest.approx(value, rel=5.1e-3)
    assert "e" not in digits(value)


@given(st.floats(min_value=0.0, max_value=1.0))
def test_no_share_below_one_reads_as_all(value: float) -> None:
    if value <= 1.0 - 1e-6:
        assert say(value, "") != "100 %"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_data_keep_the_exact_number(value: float) -> None:
    text = str(datum(value, "K"))
    assert float(text.split('value="')[1].split('"')[0]) == value


def test_instants_and_names() -> None:
    assert day("2032-02-24T00:50:00") == "24 Feb 2032"
    assert minute("2032-02-24T00:50:00Z") == "24 Feb 2032, 00:50"
    assert day(None) == wording.NONE
    assert spoken("command-centre/fuel-cell.hydrogen") == "command centre · fuel cell (hydrogen)"
    assert spoken("power-tower-a/drive.keep_alive") == "power tower a · drive (keep-alive)"
    assert spoken("arrays") == "arrays"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert wording.told("string_open: a unit fails; 1 out now").startswith("string open: ")
