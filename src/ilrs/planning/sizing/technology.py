"""What a kilowatt, a kilowatt hour and a metre weigh: values with source and status."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import ValidationError

from ilrs.components.battery import Battery
from ilrs.components.component import Described, sourced
from ilrs.components.fission_reactor import FissionReactor
from ilrs.components.regenerative_fuel_cell import RegenerativeFuelCell
from ilrs.components.solar_array import SolarArray
from ilrs.errors import UserError
from ilrs.units import (
    Angle,
    Area,
    Fraction,
    Length,
    Mass,
    Number,
    Power,
    Quantity,
    Rate,
    SpecificEnergy,
    SpecificPower,
    Voltage,
)

LinealMass = Annotated[float, Quantity("kg/m", minimum=0.0)]

_SELENE = "modelling defaults of the selene-isru constants"
_KILOPOWER = "NASA texts on Kilopower and a public trade study of lunar surface power"
_COMPASS = "Compass study of a 40 kWe fission unit, 2022, NTRS 20220012395"


MAY_BE_ZERO = {
    *("array_loss", "reactor_loss", "battery_fade", "battery_loss", "mast_foot", "mast_tilt"),
    *("skyline_error", "cable_insulation", "cable_least", "cable_slack"),
}


def _of(kind: type[Any], key: str, description: str) -> Any:
    """A component's own default, with the source it has there."""
    field = kind.model_fields[key]
    extra = field.json_schema_extra or {
        "source": f"default of the component {kind.model_fields['kind'].default}",
        "status": "assumed",
    }
    return sourced(field.default, extra["source"], extra["status"], description)


class Technology(Described):
    """Specific masses and efficiencies that sizing rests on; what components know is theirs."""

    array_power: SpecificPower = sourced(
        1e3 / 20.0,
        f"{_SELENE}: 20 kg/kW (5 to 60)",
        "secondary",
        "Array with its drive, at full Sun and 28 degC, beginning of life.",
    )
    array_loss: Fraction = _of(SolarArray, "yearly_loss", "Output lost a year.")
    panel_height: Length = sourced(
        8.0, "35 m2 on a mast of 10 m", "assumed", "From an array's lower edge to its upper."
    )
    clearance: Length = sourced(
        1.0, "dust raised by landings and wheels", "assumed", "Ground to the lowest edge."
    )
    mast_area: Area = sourced(
        35.0, "VSAT: 10 kW from 35 m2 on one mast", "confirmed", "Array that one mast carries."
    )
    mast_foot: Mass = sourced(30.0, "feet and deployer; an estimate", "assumed", "Of each mast.")
    mast_tilt: Angle = _of(SolarArray, "mast_tilt", "Lean that masts are made for.")
    battery_energy: SpecificEnergy = sourced(
        165.0 * 3600.0,
        "lithium-ion flight practice as recalled, 150 to 180 Wh/kg as a battery",
        "assumed",
        "Nameplate energy.",
    )
    battery_depth: Fraction = _of(Battery, "depth_of_discharge", "Usable share.")
    battery_round_trip: Fraction = _of(Battery, "round_trip", "Round-trip efficiency.")
    battery_fade: Rate = _of(Battery, "calendar_fade", "Capacity lost a second.")
    battery_loss: Rate = _of(Battery, "self_discharge", "Content lost a second.")
    converter_power: SpecificPower = sourced(
        200.0, "5 kg/kW of regulator; an estimate", "assumed", "Battery regulators, each way."
    )
    cell_energy: SpecificEnergy = sourced(
        600.0 * 3600.0,
        f"{_SELENE}: regenerative fuel cells of 600 Wh/kg",
        "secondary",
        "Filled tanks, by the electricity they give.",
    )
    cell_power: SpecificPower = sourced(
        100.0, "10 kg/kW of stack and plant; an estimate", "assumed", "Fuel cell, by its output."
    )
    cell_efficiency: Fraction = _of(RegenerativeFuelCell, "cell_efficiency", "Of the fuel cell.")
    electrolyser_power: SpecificPower = sourced(
        1e3 / 12.0, "12 kg/kW of stack and plant; an estimate", "assumed", "By its input."
    )
    electrolyser_efficiency: Fraction = _of(
        RegenerativeFuelCell, "electrolyser_efficiency", "Of the electrolyser."
    )
    reactor_unit: Power = sourced(10e3, _KILOPOWER, "confirmed", "Rating of one fission unit.")
    reactor_mass: Mass = sourced(1500.0, _KILOPOWER, "secondary", "Mass of one unit.")
    reactor_loss: Fraction = _of(FissionReactor, "yearly_loss", "Output lost a year.")
    reactor_converters: Number = _of(
        FissionReactor, "converters", "Conversion units, one of which is out."
    )
    reactor_distance: Length = sourced(
        1000.0, f"{_COMPASS}: at least 1 km", "confirmed", "Stand-off, bridged by a cable."
    )
    cable_voltage: Voltage = sourced(
        1000.0, "a bus that converters of today reach", "assumed", "Between the conductors."
    )
    cable_loss: Fraction = sourced(0.05, "usual for distribution", "assumed", "At rated power.")
    cable_insulation: Fraction = sourced(
        1.0 / 3.0, "a third more for insulation and drum", "assumed", "On the conductors' mass."
    )
    cable_least: LinealMass = sourced(
        0.05, "what bears being laid by a rover; an estimate", "assumed", "Of the whole cable."
    )
    skyline_error: Angle = sourced(
        math.radians(0.06),
        "0.1 deg at 5 and 95 %: terrain models of one place differ by 3 points of light",
        "assumed",
        "Standard deviation of a skyline, alike in all directions.",
    )
    cable_slack: Fraction = sourced(0.1, "laid around rocks", "assumed", "More than the distance.")


def technology(changes: dict[str, Any] | None = None) -> Technology:
    """The defaults with `changes`: texts with units such as {"array_power": "40 W/kg"}."""
    known = Technology.model_fields
    for key in changes or {}:
        if key not in known:
            raise UserError(
                f"nothing called {key!r} is assumed in sizing",
                remedy=f"known are {', '.join(known)}",
            )
    try:
        made = Technology(**(changes or {}))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UserError(
            f"{where}: {first['msg'].removeprefix('Value error, ')}",
            remedy="shares and efficiencies lie between 0 and 1; other values take their unit",
        ) from error
    if not made.cable_loss:
        raise UserError("cable_loss of zero asks for an endless section", remedy="such as 0.05")
    for key, value in made:
        if not value and key not in MAY_BE_ZERO:
            raise UserError(f"{key} of zero has no meaning", remedy="give a value above zero")
    return made


def assumed(used: Technology) -> list[dict[str, Any]]:
    """Every value with its source and status; those given by the user say so."""
    rows = []
    for key, field in Technology.model_fields.items():
        value = getattr(used, key)
        extra = dict(field.json_schema_extra or {})  # type: ignore[arg-type]
        given = value != field.default
        rows.append(
            {
                "key": key,
                "value": value,
                "source": "given" if given else extra["source"],
                "status": "given" if given else extra["status"],
                "meaning": field.description,
            }
        )
    return rows
