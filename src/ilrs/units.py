"""Units at the boundary: people write `40 kW`, `1.2 t`, `3 d`; inside are SI floats.

Data volume is counted in bits, angles in radians, energy in joules; angle and information are
dimensions of their own here, so that degrees cannot pass for a share or bits for a count. The
conversion is exact (rational numbers) and rounded once. `Quantity("W")` annotates a pydantic field:
it accepts a text with a unit of that dimension, or a bare number only where the unit is
dimensionless.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from fractions import Fraction as Rational
from functools import lru_cache
from numbers import Real
from typing import Annotated, Any

import pint
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ilrs.errors import UnitError

# Exact definitions (SI brochure, 9th edition, 2019); the synodic month is Hayne et al. 2017's.
_DEFINITIONS = """
    pico- = 1/1000000000000 = p-
    nano- = 1/1000000000 = n-
    micro- = 1/1000000 = u-
    milli- = 1/1000 = m-
    centi- = 1/100 = c-
    kilo- = 1000 = k-
    mega- = 1000000 = M-
    giga- = 1000000000 = G-
    tera- = 1000000000000 = T-
    peta- = 1000000000000000 = P-
    kibi- = 1024 = Ki-
    mebi- = 1048576 = Mi-
    gibi- = 1073741824 = Gi-
    meter = [length] = m = metre
    second = [time] = s
    gram = 1/1000 * kilogram = g
    kilogram = [mass] = kg
    kelvin = [temperature]; offset: 0 = K
    ampere = [current] = A
    mole = [substance] = mol
    bit = [information] = bit
    radian = [angle] = rad
    decibel = [level] = dB = dBi
    decibel_watt = [power_level] = dBW
    decibel_milliwatt = decibel_watt; offset: -30 = dBm
    percent = 1/100 = pct
    parts_per_million = 1/1000000 = ppm
    degree_Celsius = kelvin; offset: 5463/20 = degC
    minute = 60 * second = min
    hour = 3600 * second = h = hr
    day = 86400 * second = d
    week = 7 * day
    year = 31557600 * second = yr = a
    month = 2629800 * second = mo
    lunation = 2953059/100000 * day
    degree = 3.14159265358979323846264338327950288419716939937510 / 180 * radian = deg
    arcminute = degree / 60 = arcmin
    arcsecond = degree / 3600 = arcsec
    milliarcsecond = arcsecond / 1000 = mas
    turn = 360 * degree = rev = revolution
    tonne = 1000 * kilogram = t
    byte = 8 * bit = B
    bits_per_second = bit / second = bps
    hertz = 1 / second = Hz
    newton = kilogram * meter / second ** 2 = N
    pascal = newton / meter ** 2 = Pa
    bar = 100000 * pascal
    atmosphere = 101325 * pascal = atm
    joule = newton * meter = J
    watt = joule / second = W
    watt_electric = watt = We = W_e
    watt_thermal = watt = Wth = W_th
    watt_hour = 3600 * joule = Wh
    electron_volt = 1602176634/10000000000000000000000000000 * joule = eV
    coulomb = ampere * second = C
    ampere_hour = 3600 * coulomb = Ah
    volt = watt / ampere = V
    ohm = volt / ampere
    farad = coulomb / volt = F
    tesla = volt * second / meter ** 2 = T
    sievert = joule / kilogram = Sv
    gray = joule / kilogram = Gy
    liter = 1/1000 * meter ** 3 = L = litre
    hectare = 10000 * meter ** 2 = ha
    astronomical_unit = 149597870700 * meter = au = AU
"""
_registry: pint.UnitRegistry[Any] = pint.UnitRegistry(
    None, non_int_type=Rational, autoconvert_offset_to_baseunit=False, cache_folder=None
)
_registry.load_definitions([line.strip() for line in _DEFINITIONS.strip().splitlines()])

_COMMON = (
    "W kW MW Wh kWh MWh J kJ MJ GJ g kg t s min h d week month yr lunation m mm cm km m^2 m^3 L "
    "rad deg arcmin arcsec mas K degC % ppm bit kbit Mbit Gbit Tbit B kB MB GB TB bit/s kbit/s "
    "Mbit/s Gbit/s Hz kHz MHz GHz V kV A mA Ah N kN Pa kPa MPa bar atm ohm mol dB dBi dBW dBm W/K "
    "W/m/K W/m^2 J/K J/kg/K Wh/kg W/kg kg/m^3 kg/h kg/d m/s km/h m/s^2 deg/s au eV Sv Gy We kWe MWe"
)
_KNOWN = tuple(_COMMON.split())
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?(?![\d.,_'])")
_MARKED = re.compile(r"[+-]?\d+[,_' \u00a0\u202f]\d")
"""A decimal comma, or marks between thousands."""
_FACTOR = r"[A-Za-z_]+(?:\^-?[1-9])?"
_PRODUCT = rf"{_FACTOR}(?:(?: *\* *| +){_FACTOR})*"
# Exponents stand on names alone: an expression such as 9^9^9 must never be evaluated.
_UNIT = re.compile(rf"(?:1|{_PRODUCT})(?: */ *(?:{_FACTOR}|\( *{_PRODUCT} *\)))*")
_SIGNS = str.maketrans({"−": "-", "²": "^2", "³": "^3", "·": "*", "µ": "u", "μ": "u", "Ω": "ohm"})
_POWER = re.compile(r"(?<=[A-Za-z])(-?[1-9])(?![0-9])")
_LONGEST = 120


@lru_cache(maxsize=4096)
def to_si(text: str, unit: str) -> float:
    """The value of `text` (for example `40 kW`) in `unit` (an SI unit such as `W`).

    Raises `UnitError` when the text cannot be read, carries no unit where one is needed, or has
    another dimension.
    """
    shown = repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "...")
    example = f"write a number and a unit, like '1 {unit}'" if unit else "write a plain number"
    stripped = text.strip().translate(_SIGNS)
    number = _NUMBER.match(stripped) if len(text) <= _LONGEST else None
    if _MARKED.match(stripped):
        like = f"4500.5 {unit}".strip()
        example = f"write a point for decimals and no other marks, like '{like}'"
    if number is None:
        raise UnitError(f"cannot read {shown} as a quantity", remedy=example)
    value, written = Rational(number[0]), stripped[number.end() :].strip()
    if not written:
        if not unit or (value == 0 and unit != "K"):
            return _finite(value, shown)
        raise UnitError(f"{shown} has no unit", remedy=f"write it with one, like '{text} {unit}'")
    target = _parsed(unit) if unit else _registry.Unit("")
    try:
        source = _parsed(written)
        return _finite(_registry.Quantity(value, source).to(target).magnitude, shown)
    except pint.errors.UndefinedUnitError as error:
        name = error.unit_names if isinstance(error.unit_names, str) else error.unit_names[0]
        near = nearest_unit(written) or nearest_unit(name)
        raise UnitError(
            f"{shown} has the unknown unit {name!r}",
            remedy=f"nearest known: {near}" if near else example,
        ) from error
    except pint.errors.DimensionalityError as error:
        raise UnitError(
            f"{shown} is in {written} where {unit or 'a plain number'} is needed",
            remedy=_other_dimension(written, unit),
        ) from error
    except pint.errors.OffsetUnitCalculusError as error:
        raise UnitError(
            f"{shown} uses a unit with an offset inside a product", remedy="write K instead of degC"
        ) from error
    except (pint.errors.PintError, ArithmeticError, TypeError, ValueError) as error:
        raise UnitError(f"cannot read {shown} as a quantity", remedy=example) from error


def step_text(step: str | float) -> str:
    """A step as files hold it: a bare number, as people give it to commands, is seconds."""
    text = str(step).strip()
    return f"{text} s" if text.replace(".", "", 1).isdigit() else text


@lru_cache(maxsize=1024)
def _parsed(text: str) -> pint.Unit:
    """The unit that `text` names; raises pint's errors, or ValueError for what is no unit."""
    plain = text.replace("°C", "degC").replace("°", "deg").replace("%", " pct ").strip()
    plain = _POWER.sub(r"^\1", " ".join(plain.split()))
    plain = "1" + plain if plain.startswith("/") else plain
    if len(plain) > _LONGEST or not _UNIT.fullmatch(plain):
        raise ValueError(f"{text!r} is not a unit")
    try:
        return _registry.parse_units(plain)
    except pint.errors.PintError:
        raise
    except Exception as error:  # the parser raises tokenizer and assertion errors of its own
        raise ValueError(f"{text!r} is not a unit") from error


def _finite(value: Rational | float, shown: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise UnitError(f"{shown} is not a finite number", remedy="write a finite value")
    return number


def _other_dimension(written: str, unit: str) -> str:
    if not unit:
        return "write a plain number or a percentage"
    if unit == "K" and written == "C":
        return "degrees Celsius are written degC"
    return f"write it in {unit} or a multiple of it"


def nearest_unit(name: str) -> str:
    """The known unit most like `name`, ignoring case first; empty when none is near."""
    if name.split("/")[0].endswith("b"):
        return name.replace("b", "bit", 1)
    for known in _KNOWN:
        if known.lower() == name.lower():
            return known
    near = difflib.get_close_matches(name, _KNOWN, n=1, cutoff=0.6)
    return near[0] if near else ""


def in_unit(value: float, unit: str, si_unit: str) -> float:
    """The SI `value` [`si_unit`] expressed in `unit`, for output to people."""
    if not math.isfinite(value):
        return value
    quantity = _registry.Quantity(Rational(repr(float(value))), _parsed(si_unit) if si_unit else "")
    return float(quantity.to(_parsed(unit) if unit else "").magnitude)


_SPOKEN = {"rad": ((0.0, "deg"),), "s": ((86400.0, "d"), (3600.0, "h"), (0.0, "s"))}
"""Units in which people say a bound, from the SI size on where they do."""


class WrittenInt(int):
    """A whole number as it stands in a file: it has no unit."""


class WrittenFloat(float):
    """A number as it stands in a file: it has no unit."""


@dataclass(frozen=True)
class Quantity:
    """Marks a pydantic float field as a physical quantity, held inside in `unit`.

    Text is converted. A number from a file is accepted only where the field is dimensionless (or
    it is zero, temperatures excepted); a number from Python code is taken as SI.
    """

    unit: str
    minimum: float | None = None
    maximum: float | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        # The inner schema stays in place: it carries further bounds such as `Field(gt=0)`.
        return core_schema.no_info_before_validator_function(
            self._validate,
            handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(float),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        if self.unit:
            return {"type": ["string", "number"], "x-unit": self.unit}
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        known = {k: v for k, v in bounds.items() if v is not None}
        return known | handler(schema) | {"type": ["number", "string"]}

    def _validate(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, Real | str):
            raise ValueError(f"{_short(value)} is not a quantity ({self._example()})")
        if isinstance(value, str):
            try:
                number = to_si(value, self.unit)
            except UnitError as error:
                raise ValueError(str(error)) from error
        elif isinstance(value, WrittenInt | WrittenFloat) and self.unit:
            try:
                number = to_si(repr(value), self.unit)
            except UnitError as error:
                raise ValueError(str(error).replace(repr(repr(value)), repr(value))) from error
        else:
            number = float(value)
        if not math.isfinite(number):
            raise ValueError(f"{value!r} is not a finite number")
        if self.minimum is not None and number < self.minimum:
            bound = self._bound(self.minimum, value)
            raise ValueError(f"{value!r} is below {bound}, the least allowed")
        if self.maximum is not None and number > self.maximum:
            hint = f"; write '{value:g} %'" if self._like_percent(value) else ""
            bound = self._bound(self.maximum, value)
            raise ValueError(f"{value!r} is above {bound}, the most allowed{hint}")
        return number

    def _like_percent(self, value: Any) -> bool:
        if self.unit or self.maximum != 1.0 or isinstance(value, str):
            return False
        return bool(value >= 2.0)  # 1.3 is rather an efficiency that cannot be

    def _example(self) -> str:
        return f"write a number and a unit, like '1 {self.unit}'" if self.unit else "write a number"

    def _bound(self, bound: float, value: Any) -> str:
        """The bound as people say it, in percent where the `value` is."""
        said = (unit for least, unit in _SPOKEN.get(self.unit, ()) if abs(bound) >= least)
        unit = "%" if not self.unit and "%" in str(value) else next(said, self.unit)
        return f"{in_unit(bound, unit, self.unit):.6g} {unit}".strip()


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


Power = Annotated[float, Quantity("W", minimum=0.0)]
Energy = Annotated[float, Quantity("J", minimum=0.0)]
Mass = Annotated[float, Quantity("kg", minimum=0.0)]
Length = Annotated[float, Quantity("m", minimum=0.0)]
Height = Annotated[float, Quantity("m")]
Area = Annotated[float, Quantity("m^2", minimum=0.0)]
Duration = Annotated[float, Quantity("s", minimum=0.0)]
Angle = Annotated[float, Quantity("rad")]
Temperature = Annotated[float, Quantity("K", minimum=0.0)]
DataRate = Annotated[float, Quantity("bit/s", minimum=0.0, maximum=1e12)]
DataVolume = Annotated[float, Quantity("bit", minimum=0.0)]
Frequency = Annotated[float, Quantity("Hz", minimum=0.0)]
Voltage = Annotated[float, Quantity("V", minimum=0.0)]
Pressure = Annotated[float, Quantity("Pa", minimum=0.0)]
HeatCapacity = Annotated[float, Quantity("J/K", minimum=0.0)]
Conductance = Annotated[float, Quantity("W/K", minimum=0.0)]
SpecificEnergy = Annotated[float, Quantity("J/kg", minimum=0.0)]
SpecificPower = Annotated[float, Quantity("W/kg", minimum=0.0)]
SpecificMass = Annotated[float, Quantity("kg/W", minimum=0.0)]
AngularRate = Annotated[float, Quantity("rad/s", minimum=0.0)]
DoseRate = Annotated[float, Quantity("Sv/s", minimum=0.0)]
Rate = Annotated[float, Quantity("1/s", minimum=0.0)]
Speed = Annotated[float, Quantity("m/s", minimum=0.0)]
Fraction = Annotated[float, Quantity("", minimum=0.0, maximum=1.0)]
Number = Annotated[float, Quantity("")]
Level = Annotated[float, Quantity("dB")]
PowerLevel = Annotated[float, Quantity("dBW")]
