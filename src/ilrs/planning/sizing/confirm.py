"""A sized plant lived by the station's simulator: no plan, no foresight, an eclipse at the worst.

The plant becomes a scenario of its own, so that what was sized can be read, run and changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.components.regenerative_fuel_cell import FREEZING
from ilrs.components.setting import Surroundings
from ilrs.environment.environment import Environment, PlaceEnvironment
from ilrs.environment.horizons import around
from ilrs.network.assemble import assemble
from ilrs.physics.chemistry import HYDROGEN_HEATING_VALUE
from ilrs.physics.thermal import radiative_coefficient
from ilrs.planning.sizing.critical import worst_eclipse
from ilrs.planning.sizing.place import ANTENNA, Sky, heights_between, surroundings
from ilrs.planning.sizing.problem import KW, KWH, cable_section, panel, panel_mass
from ilrs.planning.sizing.request import Request, distance, ground_of
from ilrs.planning.sizing.skylines import STEP_DEG
from ilrs.planning.sizing.station import Ground, Sizing
from ilrs.scenario.load import load_scenario
from ilrs.simulation.faults import ListedFault, draw_faults
from ilrs.simulation.simulate import orders_of, simulate

Floats = NDArray[np.float64]

STATION = "station"
NOTE = (
    "Cells and stores as at the end of the mission's life, from the first day on; the skyline with "
    "what was drawn of its error. The box that holds a fuel cell, and its radiator, are the load's."
)
BOX_SIDE, BOX_HEAT = 1.5, 0.3e6
"""Side [m] of the box of a kilowatt, growing with its cube root, and its heat capacity [J/K]."""
HOTTEST = 313.15
"""The warmest that such a box bears [K]."""
SHED, WARM = 0.74, 305.15
"""Effective emissivity of a radiator behind an open louver, and the box [K] when it sheds most."""


@dataclass(frozen=True)
class Confirmed:
    """What the simulator says of a sized plant.

    `unserved` [J] of the firm load over the whole clock, `worst_held` the least share of its stores
    that was left, `eclipse` the step at which the eclipse was put, `box` the coldest and warmest
    that the box of a fuel cell was [K], None without one.
    """

    unserved: float
    steps: int
    worst_held: float
    eclipse: int
    document: dict[str, Any]
    box: tuple[float, float] | None = None

    @property
    def warm(self) -> bool:
        """Whether the box stayed between what it bears."""
        return self.box is None or (self.box[0] >= FREEZING and self.box[1] <= HOTTEST)

    @property
    def served(self) -> bool:
        """Whether every step was served, to the accuracy of the balances, and nothing froze."""
        return self.unserved <= 1e-9 and self.warm


def confirm(found: Sizing, ground: Ground) -> Confirmed:
    """Live the plant of `found` over every hour of its clock.

    Cells and stores are at the end of their life, the best string of every array is out from the
    first hour, and an eclipse as long as the longest lies where it takes most from the stores.
    """
    written = document(found, ground)
    loaded = load_scenario(json.dumps(written, indent=1), check=False)
    clock = ground.sky.clock
    hours = round(found.eclipse_hours)
    begins = worst_eclipse(found.problem, found.outcome)
    dark = slice(begins, begins + hours)
    environment = Environment(
        clock,
        {
            place: _place(found.request, ground, k, dark)
            for k, place in enumerate(found.request.places())
        },
        {},
        {},
    )
    network = assemble(loaded.scenario, environment)
    listed = [
        ListedFault(mode.name, 0.0, np.inf)
        for mode in network.failures
        if mode.name.endswith("array.string_open")
    ]
    faults = draw_faults(network, {}, listed, 1)
    nobody = np.zeros(0, dtype=np.bool_)
    record = simulate(network, faults, orders_of(network, None, nobody, 1.0))
    sinks = network.flows.of("sink")
    owed = [k for k, f in enumerate(sinks) if network.flows.names[f].endswith(".keep_alive")]
    flow = record.flow[:, [sinks[k] for k in owed]]
    short = np.maximum(record.wanted[:, owed] - flow, 0.0).sum(axis=1)
    short = np.where(short > 1e-6 * record.wanted[:, owed].sum(axis=1), short, 0.0)
    kelvin = record.temperature
    weight = network.stores.reserve_weight
    usable = (record.content - network.stores.floor * network.stores.capacity) @ weight
    whole = float((1.0 - network.stores.floor) * network.stores.capacity @ weight)
    return Confirmed(
        unserved=float(short.sum() * clock.step),
        steps=clock.count,
        worst_held=float(usable.min() / whole) if whole else 0.0,
        eclipse=begins,
        document=written,
        box=(float(kelvin.min()), float(kelvin.max())) if kelvin.size else None,
    )


def document(found: Sizing, ground: Ground) -> dict[str, Any]:
    """The same as plain data, in the words of scenario files, behind the skylines of `ground`."""
    request = found.request
    clock = request.clock()
    begins, ends = str(clock.start), str(clock.stop)
    mission = "landing"
    common = {"facility_class": "long-term support", "mission": mission}
    facilities = {
        STATION: {
            "title": "Sized station",
            **common,
            "place": request.place,
            "components": _components(found),
        }
    }
    if request.second and found.outcome.sizes[f"array {request.second}"]:
        facilities["second"] = {
            "title": "Arrays of the second place",
            **common,
            "place": request.second,
            "components": {
                "array": _array(found, request.second),
                "cable": _cable(found, request.second),
            },
        }
    return {
        "ilrs": 1,
        "name": "sized",
        "title": f"Station of {request.need.load / KW:g} kW sized at {request.place}",
        "note": NOTE,
        "period": {"begins": begins, "ends": ends, "step": "1 h", "plan_step": "1 h"},
        "phases": {"construction": {"title": "Construction", "begins": begins}},
        "missions": {
            mission: {
                "title": "Landing",
                "date": begins,
                "confidence": "assumed",
                "phase": "construction",
            }
        },
        "places": {
            place: _ground(request, place, None if ground.errors is None else ground.errors[k])
            for k, place in enumerate(request.places())
        },
        "facilities": facilities,
    }


def _ground(request: Request, place: str, error: Floats | None) -> dict[str, Any]:
    ground = ground_of(request.scenario, place)
    return {
        "kind": "ground",
        "latitude": f"{ground.latitude!r} rad",
        "longitude": f"{ground.longitude!r} rad",
        "horizon": ground.horizon,
        "terrain": ground.terrain,
        **({"citable": ground.citable} if ground.citable else {}),
        **_skyline_error(ground.skyline_error, error),
    }


def _skyline_error(own: Sequence[float], drawn: Floats | None) -> dict[str, Any]:
    """A place's own error with what was drawn, at as few azimuths as hold it."""
    if drawn is None:
        return {"skyline_error": [f"{e!r} rad" for e in own]} if own else {}
    error = drawn + around(np.array([own or (0.0,)]), drawn.size)[0]
    for count in (1, round(360.0 / STEP_DEG), drawn.size):
        few = error[:: drawn.size // count]
        if few.size == count and np.allclose(around(few[None], drawn.size)[0], error, atol=1e-9):
            break
    return {"skyline_error": [f"{e!r} rad" for e in few.tolist()]}


def _components(found: Sizing) -> dict[str, Any]:
    request, size, used = found.request, found.outcome.sizes, found.request.technology
    parts: dict[str, Any] = {}
    if size[f"array {request.place}"]:
        parts["array"] = _array(found, request.place)
    if size.get("battery", 0.0):
        parts["battery"] = {
            "kind": "battery",
            "capacity": f"{size['battery'] / used.battery_depth!r} kWh",
            "charge_power": f"{size['battery.charge']!r} kW",
            "discharge_power": f"{size['battery.discharge'] * used.battery_round_trip**0.5!r} kW",
            "depth_of_discharge": used.battery_depth,
            "round_trip": used.battery_round_trip,
            "self_discharge": f"{used.battery_loss!r} 1/s",
            "calendar_fade": "0 1/s",
            "end_of_life_loss": 0.0,
        }
    if size.get("tank", 0.0):
        parts["fuel-cell"] = {
            "kind": "regenerative_fuel_cell",
            "electrolyser_power": f"{size['electrolyser']!r} kW",
            "cell_power": f"{size['fuel_cell'] * used.cell_efficiency!r} kW",
            "hydrogen": f"{size['tank'] * KWH / HYDROGEN_HEATING_VALUE!r} kg",
            "initial": 1.0,
            "electrolyser_efficiency": used.electrolyser_efficiency,
            "cell_efficiency": used.cell_efficiency,
        }
        parts |= _warm_box(found)
    if found.units:
        steady = next(s for s in found.problem.supplies if s.name == "reactor")
        parts["reactor"] = {
            "kind": "fission_reactor",
            "power": f"{size['reactor'] * float(steady.profile[0])!r} kW",
            "yearly_loss": 0.0,
            "ramp": "1 1/s",  # it runs when the clock begins
        }
    power = f"{request.need.firm!r} W"
    parts["load"] = {"kind": "load", "power": power, "keep_alive": power}
    return parts


def _warm_box(found: Sizing) -> dict[str, Any]:
    """A box that the load's own heat keeps warm, and a radiator for that of the cells at work.

    Neither is sized nor counted: they are the load's.
    """
    size, used, kilowatts = found.outcome.sizes, found.request.technology, found.request.need.firm
    waste = max(
        size["fuel_cell"] * (1.0 - used.cell_efficiency),
        size["electrolyser"] * (1.0 - used.electrolyser_efficiency),
    )
    kilowatts /= KW
    side = BOX_SIDE * kilowatts ** (1.0 / 3.0)
    away = radiative_coefficient(1.0, SHED) * WARM**4
    return {
        "box": {
            "kind": "thermal_mass",
            "heat_capacity": f"{BOX_HEAT * kilowatts!r} J/K",
            "height": f"{side!r} m",
            "width": f"{side!r} m",
            "minimum": f"{FREEZING!r} K",
            "maximum": f"{HOTTEST!r} K",
        },
        "radiator": {"kind": "radiator", "area": f"{(kilowatts + waste) * KW / away!r} m^2"},
    }


def _array(found: Sizing, place: str) -> dict[str, Any]:
    used = found.request.technology
    made = panel(found.request.mast, used)
    left = (1.0 - used.array_loss) ** found.request.years
    area = found.outcome.sizes[f"array {place}"]
    return {
        "kind": "solar_array",
        "area": f"{area * left!r} m^2",
        "bottom": f"{made.bottom!r} m",
        "top": f"{made.top!r} m",
        "mass": f"{area * panel_mass(used)!r} kg",
        "yearly_loss": 0.0,
    }


def _cable(found: Sizing, place: str) -> dict[str, Any]:
    request, used = found.request, found.request.technology
    power = found.outcome.sizes[f"cable {place}"] * KW
    away = distance(request.scenario, request.place, place)
    length = away * (1.0 + used.cable_slack)
    return {
        "kind": "cable",
        "to": request.place,
        "power": f"{power!r} W",
        "length": f"{length!r} m",
        "voltage": f"{used.cable_voltage!r} V",
        "section": f"{cable_section(power, away, used)!r} m^2",
        "metal": "aluminium",
    }


def _place(request: Request, ground: Ground, k: int, dark: slice) -> PlaceEnvironment:
    sky: Sky = ground.sky
    made = panel(request.mast, request.technology)
    heights = heights_between(sky.horizons[k], made.bottom, made.top)
    around: Surroundings = surroundings(
        sky, k, made.bottom, made.top, ground.temperature[k], ground.skyline(k, heights)
    )
    light = around.flux_fraction.copy()
    light[:, dark] = 0.0
    g = sky.geometry
    views: Mapping[str, Any] = {}
    return PlaceEnvironment(
        surroundings=replace(around, flux_fraction=light),
        sun_azimuth=g.sun_azimuth[k],
        area_fraction=light,
        earth_azimuth=g.earth_azimuth[k],
        earth_elevation=g.earth_elevation[k],
        earth_above_terrain=g.earth_elevation[k],
        depth_temperature=ground.temperature[k],
        depth=0.0,
        antenna=ANTENNA,
        views=views,
    )
