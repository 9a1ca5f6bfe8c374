"""Quantities at the boundary: exact, and refused when they are not what they seem."""

import math
from fractions import Fraction as Rational
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from ilrs.errors import UnitError
from ilrs.units import (
    Angle,
    DataVolume,
    Fraction,
    Length,
    Power,
    Quantity,
    Temperature,
    WrittenFloat,
    WrittenInt,
    in_unit,
    nearest_unit,
    step_text,
    to_si,
)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("40 kW", "W", 40e3),
        ("40kW", "W", 40e3),
        ("+1.2 t", "kg", 1200.0),
        ("3 d", "s", 259200.0),
        ("1 yr", "s", 365.25 * 86400),
        ("2 months", "s", 2 * 365.25 / 12 * 86400),
        ("1 lunation", "s", 29.53059 * 86400),
        ("2 weeks", "s", 14 * 86400.0),
        ("57 %", "", 0.57),
        ("5 ppm", "", 5e-6),
        ("0.95", "", 0.95),
        ("5 %/yr", "1/s", 0.05 / 31557600),
        ("0.02/yr", "1/s", 0.02 / 31557600),
        ("3 1/d", "1/s", 3 / 86400),
        ("1.5 kWh", "J", 5.4e6),
        ("100 Wh/kg", "J/kg", 3.6e5),
        ("2 Ah", "C", 7200.0),
        ("-20 degC", "K", 253.15),
        ("-20 °C", "K", 253.15),
        ("180 deg", "rad", math.pi),
        ("-90°", "rad", -math.pi / 2),
        ("1 turn", "rad", 2 * math.pi),
        ("3 arcmin", "rad", math.pi / 3600),
        ("10 MB", "bit", 8e7),
        ("1 GiB", "bit", 8 * 2.0**30),
        ("2 Mbit/s", "bit/s", 2e6),
        ("2 Mbps", "bit/s", 2e6),
        ("12 m^2", "m^2", 12.0),
        ("12 m2", "m^2", 12.0),
        ("12 m²", "m^2", 12.0),
        ("0.0034 W/m/K", "W/m/K", 0.0034),
        ("3 J/(kg K)", "J/kg/K", 3.0),
        ("2 kJ/kg/K", "J/kg/K", 2000.0),
        ("9.81 m s^-2", "m/s^2", 9.81),
        ("20 cm/s", "m/s", 0.2),
        ("3.6 km/h", "m/s", 1.0),
        ("8.4 GHz", "Hz", 8.4e9),
        ("5 kWe", "W", 5000.0),
        ("40 dBm", "dBW", 10.0),
        ("12 dB/K", "dB/K", 12.0),
        ("101.325 kPa", "Pa", 101325.0),
        ("1 au", "m", 149597870700.0),
        ("1e-3 W", "W", 1e-3),
        (".5 kW", "W", 500.0),
        ("0", "W", 0.0),
    ],
)
def test_what_people_write(text: str, unit: str, value: float) -> None:
    assert to_si(text, unit) == pytest.approx(value, rel=1e-15, abs=0)


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("40", "W", ["no unit", "40 W"]),
        ("0", "K", ["no unit"]),
        ("40 kw", "W", ["unknown unit 'kw'", "kW"]),
        ("4 Mb/s", "bit/s", ["unknown unit", "Mbit/s"]),
        ("40 kWh", "W", ["kWh", "W is needed"]),
        ("40 %", "W", ["W is needed"]),
        ("40 deg", "", ["plain number"]),
        ("8 bit", "", ["plain number"]),
        ("40", "bit", ["no unit"]),
        ("5 Hz", "bit/s", ["bit/s is needed"]),
        ("5 rad", "bit", ["bit is needed"]),
        ("20 C", "K", ["degC"]),
        ("1,000 W", "W", ["cannot read"]),
        ("1_000 W", "W", ["cannot read"]),
        ("1 h 30 min", "s", ["cannot read"]),
        ("3..5 m", "m", ["cannot read"]),
        ("W", "W", ["cannot read"]),
        ("", "W", ["cannot read"]),
        ("nan W", "W", ["cannot read"]),
        ("inf W", "W", ["cannot read"]),
        ("1e999 W", "W", ["not a finite number"]),
        ("1e3000000 W", "W", ["cannot read"]),
        ("2**9**9**9**9 m", "m", ["cannot read"]),
        ("2 m^9^9^9", "m", ["cannot read"]),
        ("2 m^99", "m", ["cannot read"]),
        ("5 (", "W", ["cannot read"]),
        ("5 kg*", "kg", ["cannot read"]),
        ("5 " + "m" * 500, "m", ["cannot read"]),
        ("__import__('os') W", "W", ["cannot read"]),
    ],
)
def test_what_is_refused_and_how(text: str, unit: str, words: list[str]) -> None:
    with pytest.raises(UnitError) as caught:
        to_si(text, unit)
    for word in words:
        assert word in str(caught.value)
    assert len(str(caught.value)) < 300


@given(st.text(max_size=40), st.sampled_from(["", "W", "K", "bit", "rad"]))
def test_any_text_is_a_finite_number_or_a_unit_error(text: str, unit: str) -> None:
    try:
        value = to_si(text, unit)
    except UnitError:
        return
    assert math.isfinite(value)


@given(st.text(alphabet="mskWKgdB/^*() 0123456789.%-", max_size=20))
def test_any_arithmetic_is_a_finite_number_or_a_unit_error(text: str) -> None:
    try:
        value = to_si("1 " + text, "W")
    except UnitError:
        return
    assert math.isfinite(value)


FACTORS = {"kW": 1000, "%": Rational(1, 100), "mm": Rational(1, 1000), "h": 3600, "MB": 8_000_000}
BASES = {"kW": "W", "%": "", "mm": "m", "h": "s", "MB": "bit"}


@given(
    st.decimals(min_value=-(10**6), max_value=10**6, places=6, allow_nan=False),
    st.sampled_from(sorted(FACTORS)),
)
def test_conversion_rounds_once(number: object, unit: str) -> None:
    exact = float(Rational(str(number)) * Rational(FACTORS[unit]))
    assert to_si(f"{number} {unit}", BASES[unit]) == exact


@given(
    st.floats(min_value=-1e12, max_value=1e12, allow_subnormal=False),
    st.sampled_from([("kW", "W"), ("d", "s"), ("deg", "rad"), ("Mbit", "bit"), ("%", "")]),
)
def test_out_and_in_again(value: float, units: tuple[str, str]) -> None:
    shown, inside = units
    back = to_si(f"{in_unit(value, shown, inside)!r} {shown}", inside)
    assert back == pytest.approx(value, rel=1e-15, abs=1e-300)


def test_output_has_no_stray_digits() -> None:
    assert in_unit(0.57, "%", "") == 57.0
    assert in_unit(293.15, "degC", "K") == 20.0
    assert in_unit(259200.0, "d", "s") == 3.0
    assert in_unit(math.inf, "kW", "W") == math.inf


def test_nearest_unit_keeps_the_case_people_mean() -> None:
    assert nearest_unit("KWH") == "kWh"
    assert nearest_unit("qqqq") == ""


class Box(BaseModel):
    power: Power = 0.0
    share: Fraction = 0.0
    temperature: Temperature = 0.0
    tilt: Angle = 0.0
    volume: DataVolume = 0.0
    reach: Length | None = None
    positive: Power = Field(1.0, gt=0)


def refused(**values: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Box.model_validate(values)
    return str(caught.value)


def test_numbers_from_code_are_si_and_numbers_from_files_need_a_unit() -> None:
    assert Box(power=40).power == 40.0
    assert "40 has no unit" in refused(power=WrittenInt(40))
    assert "40.5 W" in refused(power=WrittenFloat(40.5))
    assert Box.model_validate({"share": WrittenFloat(0.5)}).share == 0.5
    assert Box.model_validate({"power": WrittenInt(0)}).power == 0.0
    assert "0 has no unit" in refused(temperature=WrittenInt(0))


def test_bounds_and_types() -> None:
    assert "below 0 W" in refused(power="-1 W")
    assert "below 0 K" in refused(temperature="-300 degC")
    assert "'80 %'" in refused(share=80)
    assert "above 1" in refused(share="101 %")
    assert "not a quantity" in refused(power=True)
    assert "not a quantity" in refused(power=None)
    assert "not a quantity" in refused(power=[1])
    assert "not a finite number" in refused(power=math.nan)
    assert "greater than 0" in refused(positive="0 W")
    assert Box.model_validate({"reach": "2 km"}).reach == 2000.0


def test_the_json_schema_names_the_unit() -> None:
    schema = Box.model_json_schema()["properties"]
    assert schema["power"]["x-unit"] == "W"
    assert schema["share"]["maximum"] == 1.0
    assert Box(power=3).model_dump(mode="json")["power"] == 3.0
    assert Quantity("W").unit == "W"


@pytest.mark.parametrize("text", ["1 min", "1min", "60 s", "60s", "60", 60, " 60 "])
def test_a_step_is_read_alike_with_and_without_a_space_and_a_bare_number_is_seconds(
    text: str | int,
) -> None:
    assert to_si(step_text(text), "s") == 60.0


@pytest.mark.parametrize("text", ["4,5 kg", "4 500 kg", "4'500 kg", "4_500 kg"])
def test_a_decimal_comma_and_marks_between_thousands_are_told(text: str) -> None:
    with pytest.raises(UnitError, match="a point for decimals"):
        to_si(text, "kg")


def test_a_bound_is_said_in_the_units_people_use() -> None:
    class Bounded(BaseModel):
        share: Fraction = 0.5
        turn: Annotated[float, Quantity("rad", maximum=math.pi)] = 0.0
        wait: Annotated[float, Quantity("s", minimum=7200.0, maximum=8.64e6)] = 7200.0

    for key, value, bound in (
        ("share", "140 %", "100 %"),
        ("share", "1.4", "1"),
        ("turn", "400 deg", "180 deg"),
        ("wait", "1 s", "2 h"),
        ("wait", "1 yr", "100 d"),
    ):
        with pytest.raises(ValidationError, match=rf"(above|below) {bound}, the"):
            Bounded.model_validate({key: value})
