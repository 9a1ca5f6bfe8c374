"""From technology, place and load to the programme: what each component gives and weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.components.solar_array import SolarArray
from ilrs.ground.warmth import SOLAR_CONSTANT
from ilrs.physics.battery import one_way_efficiency
from ilrs.physics.cable import CONDUCTORS, conductor_mass
from ilrs.physics.photovoltaic import remaining_output
from ilrs.planning.sizing.critical import BUS
from ilrs.planning.sizing.investment import Conversion, Demand, Investment, Storage, Supply
from ilrs.planning.sizing.mast import mast_mass
from ilrs.planning.sizing.technology import Technology

Floats = NDArray[np.float64]

KW, KWH, YEAR = 1e3, 3.6e6, 365.25 * 86400.0
STORAGES = ("battery", "fuel-cell", "reactor")


@dataclass(frozen=True)
class Need:
    """Loads [W]: what is kept alive, and the rest, of which `share` is served in the dark too."""

    keep_alive: float
    rest: float
    share: float

    @property
    def load(self) -> float:
        """All of it [W]."""
        return self.keep_alive + self.rest

    @property
    def firm(self) -> float:
        """What is served in every hour [W]."""
        return self.keep_alive + self.share * self.rest


@dataclass(frozen=True)
class Field:
    """Arrays of one place: what a m2 gives over time with its best string out [W/m2], the upper
    edge above ground [m], and how far off the place is [m].
    """

    name: str
    power: Floats
    top: float
    distance: float


def panel(top: float, used: Technology) -> SolarArray:
    """A square metre of array whose upper edge is `top` [m] above ground, all strings whole."""
    bottom = max(top - used.panel_height, used.clearance)
    return SolarArray.model_validate(
        {
            "area": "1 m^2",
            "bottom": f"{bottom!r} m",
            "top": f"{top!r} m",
            "yearly_loss": used.array_loss,
        }
    )


def panel_mass(used: Technology) -> float:
    """Mass of a square metre of array [kg/m2], at full Sun and 28 degC."""
    fields = SolarArray.model_fields
    rated = SOLAR_CONSTANT * fields["efficiency"].default * fields["wiring"].default
    return float(rated / used.array_power)


def cable_section(power: float, away: float, used: Technology) -> float:
    """Section of one conductor [m2] that sends `power` [W] `away` [m] at the assumed loss."""
    laid = away * (1.0 + used.cable_slack)
    lost = used.cable_voltage**2 * used.cable_loss
    return 2.0 * CONDUCTORS["aluminium"]["resistivity"] * laid * power / lost


def cable_mass(power: float, length: float, used: Technology) -> float:
    """Mass of a cable that sends `power` [W] over `length` [m] at the assumed loss [kg].

    m = 4 rho d L^2 P / (V^2 loss) of aluminium, and its insulation; never under the least.
    """
    laid = length * (1.0 + used.cable_slack)
    conductors = conductor_mass(laid, cable_section(power, length, used), "aluminium")
    return max(conductors * (1.0 + used.cable_insulation), used.cable_least * laid)


def build(
    need: Need,
    fields: Sequence[Field],
    hours: float,
    years: float,
    eclipse_hours: float,
    storages: Sequence[str],
    used: Technology,
    *,
    units: int = 0,
    area: float | None = None,
) -> Investment:
    """The programme of a station with arrays in `fields` at the end of `years` of life.

    An eclipse of `eclipse_hours` may come at any time, so that its keep-alive is never drawn. At
    their best, sources carry the whole load. `units` reactors stand; `area` [m2] fixes the first
    field's.
    """
    steps = len(fields[0].power)
    supplies, cables, fixed = [], [], {}
    for k, field in enumerate(fields):
        node = BUS if field.distance == 0.0 else f"{field.name}/bus"
        on_mast = panel_mass(used) * used.mast_area
        mast = mast_mass(field.top, on_mast, used) / used.mast_area
        profile = field.power / KW
        supplies.append(Supply(f"array {field.name}", node, profile, panel_mass(used) + mast))
        if node != BUS:
            mass = cable_mass(1e3 * KW, field.distance, used) / 1e3
            efficiency = 1.0 - used.cable_loss
            cables.append(Conversion(f"cable {field.name}", node, BUS, efficiency, mass))
        if k == 0 and area is not None:
            fixed[f"array {field.name}"] = area
    if units:
        left = float(remaining_output(np.array(years), used.reactor_loss))
        left *= 1.0 - 1.0 / used.reactor_converters
        rated = units * used.reactor_unit / KW
        mass = units * used.reactor_mass
        mass += cable_mass(rated * KW, used.reactor_distance, used)
        sent = np.full(steps, left * (1.0 - used.cable_loss))
        supplies.append(Supply("reactor", BUS, sent, mass / rated))
        fixed["reactor"] = rated
    return Investment(
        hours=np.full(steps, hours),
        supplies=supplies,
        storages=_storages(storages, years, used),
        conversions=[*cables, *_conversions(storages, used)],
        demands=[Demand("load", BUS, np.full(steps, need.firm / KW))],
        reserve=need.keep_alive / KW * eclipse_hours,
        reserve_hours=eclipse_hours,
        reserve_node=BUS,
        least_power=need.load / KW,
        fixed=fixed,
    )


def _storages(storages: Sequence[str], years: float, used: Technology) -> list[Storage]:
    made = []
    if "battery" in storages:
        usable = used.battery_depth * (1.0 - used.battery_fade * years * YEAR)
        one_way = one_way_efficiency(used.battery_round_trip)
        made.append(
            Storage(
                "battery",
                BUS,
                KWH / used.battery_energy / usable,
                charge_efficiency=one_way,
                discharge_efficiency=one_way,
                charge_mass=KW / used.converter_power,
                discharge_mass=KW / used.converter_power * one_way,
                # The part below the floor leaks too.
                loss=used.battery_loss * 3600.0 / used.battery_depth,
            )
        )
    if "fuel-cell" in storages:
        # Tanks are known by the electricity they give, the store by the hydrogen's heating value.
        made.append(Storage("tank", "hydrogen", KWH / used.cell_energy * used.cell_efficiency))
    return made


def _conversions(storages: Sequence[str], used: Technology) -> list[Conversion]:
    if "fuel-cell" not in storages:
        return []
    split, burn = used.electrolyser_efficiency, used.cell_efficiency
    return [
        Conversion("electrolyser", BUS, "hydrogen", split, KW / used.electrolyser_power),
        Conversion("fuel_cell", "hydrogen", BUS, burn, KW / used.cell_power * burn),
    ]
