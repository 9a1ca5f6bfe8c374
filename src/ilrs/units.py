"""Units at the boundary: people write `40 kW`, `1.2 t`, `3 d`; inside are SI floats.

Data volume is counted in bits, angles in radians, energy in joules. `Quantity("W")` annotates a
pydantic field: it accepts a text with a unit of that dimension, or a bare number only where the
unit is dimensionless.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import pint
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ilrs.errors import UnitError

_registry: pint.UnitRegistry = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
# pint counts information in bits already; ampere-hours, days and tonnes are its own.
_registry.define("W_e = watt")
_registry.define("W_th = watt")
_registry.define("sol_lunar = 29.53059 day = lunation")


@lru_cache(maxsize=4096)
def to_si(text: str, unit: str) -> float:
    """The value of `text` (for example `40 kW`) in `unit` (an SI unit such as `W`).

    Raises `UnitError` when the text cannot be read, carries no unit where one is needed, or has
    another dimension.
    """
    try:
        quantity = _registry.Quantity(text.replace("%", " percent").strip())
    except (pint.errors.PintError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        raise UnitError(
            f"cannot read {text!r} as a quantity", remedy=f"write a number and a unit, like '1 {unit}'"
        ) from error
    except Exception as error:  # pint's parser raises tokenizer and assertion errors of its own
        raise UnitError(f"cannot read {text!r} as a quantity") from error
    try:
        if unit == "K" and str(quantity.units) in {"degree_Celsius"}:
            value = float(quantity.to("kelvin").magnitude)
        else:
            value = float(quantity.to(unit if unit else "dimensionless").magnitude)
    except pint.errors.DimensionalityError as error:
        has = f"{quantity.units:~}" or "no unit"
        raise UnitError(
            f"{text!r} has {has} where {unit or 'a plain number'} is needed",
            remedy=f"write it in {unit or 'no unit'} or a multiple of it",
        ) from error
    except (pint.errors.PintError, TypeError, ValueError) as error:
        raise UnitError(f"cannot convert {text!r} to {unit}") from error
    if not math.isfinite(value):
        raise UnitError(f"{text!r} is not a finite number", remedy="write a finite value")
    return value


def in_unit(value: float, unit: str, si_unit: str) -> float:
    """The SI `value` [`si_unit`] expressed in `unit`, for output to people."""
    return float(_registry.Quantity(value, si_unit).to(unit).magnitude)


@dataclass(frozen=True)
class Quantity:
    """Marks a pydantic float field as a physical quantity, held inside in `unit`.

    Text is converted; a number is accepted as it stands only where the field is dimensionless or
    where Python code passes SI values (context `{"si": True}` or a direct constructor call).
    """

    unit: str
    minimum: float | None = None
    maximum: float | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self._validate, serialization=core_schema.plain_serializer_function_ser_schema(float)
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        if self.unit:
            return {"type": "string", "description": f"a quantity in {self.unit}", "x-unit": self.unit}
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {"type": "number"} | {k: v for k, v in bounds.items() if v is not None}

    def _validate(self, value: Any, info: core_schema.ValidationInfo) -> float:
        text = bool(info.context and info.context.get("text"))
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError(f"{value!r} is not a quantity; write a number and a unit like '1 {self.unit}'")
        if isinstance(value, str):
            try:
                number = to_si(value, self.unit)
            except UnitError as error:
                raise ValueError(str(error)) from error
        elif self.unit and text and value != 0:
            raise ValueError(f"{value!r} has no unit; write it with one, like '{value} {self.unit}'")
        else:
            number = float(value)
        if not math.isfinite(number):
            raise ValueError(f"{value!r} is not a finite number")
        if self.minimum is not None and number < self.minimum:
            raise ValueError(f"{value!r} is below {self._bound(self.minimum)}, the least allowed")
        if self.maximum is not None and number > self.maximum:
            raise ValueError(f"{value!r} is above {self._bound(self.maximum)}, the most allowed")
        return number

    def _bound(self, value: float) -> str:
        return f"{value:g} {self.unit}".strip()


Power = Annotated[float, Quantity("W", minimum=0.0)]
Energy = Annotated[float, Quantity("J", minimum=0.0)]
Mass = Annotated[float, Quantity("kg", minimum=0.0)]
Length = Annotated[float, Quantity("m", minimum=0.0)]
Height = Annotated[float, Quantity("m")]
Area = Annotated[float, Quantity("m^2", minimum=0.0)]
Duration = Annotated[float, Quantity("s", minimum=0.0)]
Angle = Annotated[float, Quantity("rad")]
Temperature = Annotated[float, Quantity("K", minimum=0.0)]
DataRate = Annotated[float, Quantity("bit/s", minimum=0.0)]
DataVolume = Annotated[float, Quantity("bit", minimum=0.0)]
Frequency = Annotated[float, Quantity("Hz", minimum=0.0)]
Voltage = Annotated[float, Quantity("V", minimum=0.0)]
Pressure = Annotated[float, Quantity("Pa", minimum=0.0)]
HeatCapacity = Annotated[float, Quantity("J/K", minimum=0.0)]
Conductance = Annotated[float, Quantity("W/K", minimum=0.0)]
SpecificEnergy = Annotated[float, Quantity("J/kg", minimum=0.0)]
SpecificPower = Annotated[float, Quantity("W/kg", minimum=0.0)]
Rate = Annotated[float, Quantity("1/s", minimum=0.0)]
Fraction = Annotated[float, Quantity("", minimum=0.0, maximum=1.0)]
Number = Annotated[float, Quantity("")]
