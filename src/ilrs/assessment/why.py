"""Why a run met or missed an objective: what it needed, what it had, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ilrs.assessment.history import SERVED
from ilrs.environment.horizons import load_horizon
from ilrs.errors import IlrsError, UserError
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.operations.again import scenario_of_run
from ilrs.operations.folder import StoredRun
from ilrs.planning.sizing.dark import worst_deficit
from ilrs.planning.sizing.place import compute_sky
from ilrs.planning.sizing.skylines import skyline_draws
from ilrs.planning.sizing.technology import technology
from ilrs.scenario.document import nearest
from ilrs.scenario.schema import Ground

Floats = NDArray[np.float64]

HOUR, KWH = 3600.0, 3.6e6
ENERGY = ("served.", "unserved.", "energy.", "dark.", "operation.")
"""Metrics that the energy balance decides."""
NAMED = 4
"""Assumed values that words name; the data hold all."""
WEIGHTY = ("area", "capacity", "top", "hydrogen", "keep_alive", "power", "cell_power")
"""Values of equipment that an energy balance turns on first."""
MOST = 0.8
"""The lowest mast is named that saves this share of what the highest does."""


def why(stored: StoredRun, objective: str, *, bands: bool = True) -> dict[str, Any]:
    """Why an objective (NAME or MISSION.NAME) of a stored run is as it is: data, and `words`.

    For what the energy balance decides: the first failure, the deepest run-down of a full store
    [kWh per kW of load] against what was fitted, what other mast heights would leave of it, and,
    with `bands`, its 5-95 % band from terrain error.
    """
    mission, found = _find(stored.summary, objective)
    told: dict[str, Any] = {
        "objective": f"{mission}.{found['name']}",
        "text": found["text"],
        "metric": found["metric"],
        "status": found["status"],
        "value": found["value"],
        "threshold": found["threshold"],
        "unit": found["unit"],
        "assumed": list(found["assumed"]),
    }
    words = [_verdict(found)]
    if found["metric"] and found["metric"].startswith(ENERGY):
        failure = _failure(stored.dataset, found["metric"])
        told |= {"failure": failure} | _balance(stored.dataset, found["metric"])
        told["masts"] = _masts(stored.summary, told)
        told["band"] = _band(stored, told) if bands and told["needed_h"] else None
        words += _energy_words(told, stored.summary)
        told["assumed"].sort(key=_weight)
    elif found["metric"] == "temperature.margin":
        words.append(_coldest(stored.dataset))
    if told["assumed"]:
        more = len(told["assumed"]) - NAMED
        words.append(
            "it rests on the assumed "
            + ", ".join(told["assumed"][:NAMED])
            + (f" and {more} more" if more > 0 else "")
        )
    return told | {"words": words}


def _find(summary: Mapping[str, Any], objective: str) -> tuple[str, Mapping[str, Any]]:
    known = {
        f"{m['name']}.{o['name']}": (m["name"], o)
        for m in summary["roadmap"]
        for o in m["objectives"]
    }
    matches = [k for k in known if objective in {k, known[k][1]["name"]}]
    if len(matches) == 1:
        return known[matches[0]]
    if matches:
        raise UserError(
            f"{objective!r} is an objective of more than one mission",
            remedy=f"say which: {', '.join(matches)}",
        )
    names = [o["name"] for _, o in known.values()]
    near = nearest(objective, names)
    raise UserError(
        f"the run has no objective {objective!r}",
        remedy=(f"nearest: {near}; " if near else "") + f"known are {', '.join(names)}",
    )


def _verdict(o: Mapping[str, Any]) -> str:
    if o["bound"] is None:
        return f"{o['name']}: {o['status']}: nothing in the scenario measures it"
    least = o["bound"].replace("_", " ")
    value = "nothing to measure" if o["value"] is None else _number(o["value"], o["unit"])
    since = f", for good since {o['met_on'][:10]}" if o["met_on"] else ""
    return (
        f"{o['name']}: {o['status']}: {o['metric']} is {value}, asked for {least} "
        f"{_number(o['threshold'], o['unit'])}{since}"
    )


def _number(value: float, unit: str) -> str:
    if unit == "":
        return f"{100.0 * value:.4g} %"
    if unit == "J":
        return f"{value / KWH:.4g} kWh"
    if unit == "s":
        return f"{value / HOUR:.4g} h"
    return f"{value:.4g} {unit}"


# -- the energy balance ----------------------------------------------------------------------------


def _owed(data: xr.Dataset, metric: str) -> NDArray[np.int64]:
    """Sinks that a metric is about: keep-alive loads, service, or those of a facility."""
    names = data["sink"].values
    electric = data["carrier"].values[data["flow_kind"].values == "sink"] == "electricity"
    firm = electric & ~data["flexible"].values & ~data["dump"].values
    alive = data["priority"].values == KEEP_ALIVE
    what = metric.removeprefix("served.")
    if what == "service":
        firm &= ~alive
    elif metric.startswith("served.") and what != "keep_alive":
        firm &= np.array([n.split("/", 1)[0] == what for n in names], dtype=np.bool_)
    else:
        firm &= alive
    return np.nonzero(firm)[0]


def _failure(data: xr.Dataset, metric: str) -> dict[str, Any] | None:
    """When loads first went short, for how long in all, and by how much."""
    owed, step = _owed(data, metric), float(data.attrs["step_s"])
    sinks = np.nonzero(data["flow_kind"].values == "sink")[0]
    wanted = data["wanted"].values[:, owed].sum(axis=1)
    short = wanted - data["rate"].values[:, sinks[owed]].sum(axis=1)
    bad = np.nonzero(short > SERVED * np.maximum(wanted, 1.0))[0]
    if not bad.size:
        return None
    return {
        "begins": _instant(data, int(bad[0])),
        "hours": float(bad.size * step / HOUR),
        "unserved_kwh": float(short[bad].sum() * step / KWH),
    }


def _balance(data: xr.Dataset, metric: str) -> dict[str, Any]:
    """The deepest run-down of a full store under the loads of `metric` and those before them."""
    step = float(data.attrs["step_s"])
    owed = np.union1d(_owed(data, metric), _owed(data, "served.keep_alive"))
    load = data["wanted"].values[:, owed].sum(axis=1)
    electric = data["carrier"].values[data["flow_kind"].values == "source"] == "electricity"
    supply = data["available"].values[:, electric].sum(axis=1).astype(np.float64)
    here = load > 0.0
    mean = float(load[here].mean()) if here.any() else 0.0
    stored = _drawable(data)
    told: dict[str, Any] = {
        "load_kw": mean / 1e3,
        "fitted_kwh": float(stored[-1]) / KWH,
        "fitted_h": float(stored[-1]) / HOUR / mean if mean else 0.0,
        "needed_h": 0.0,
        "needed_kwh": 0.0,
        "begins": None,
        "ends": None,
        "array_to_load": float(supply.max()) / mean if mean else 0.0,
    }
    if mean:
        # Hours of mean load: 1 - s is then (load - supply) / mean.
        spell = worst_deficit(1.0 - (load - supply) / mean, step / HOUR)
        if spell.last:
            told |= {
                "needed_h": spell.size,
                "needed_kwh": spell.size * mean / 1e3,
                "begins": _instant(data, spell.first),
                "ends": _instant(data, spell.last),
            }
    return told


def _drawable(data: xr.Dataset) -> Floats:
    """What full stores could give in every step [J]."""
    step = np.arange(data.sizes["time"])[:, None]
    capacity = data["capacity"].values * (1.0 - data["fade"].values)
    usable = capacity * (1.0 - data["floor"].values) * (step >= data["store_arrival"].values)
    return np.asarray(usable @ data["reserve_weight"].values)


def _masts(summary: Mapping[str, Any], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each stored height of the places with arrays would leave of a run-down [h of load]."""
    rows = []
    for place in summary.get("masts") or ():
        ratios = np.array(place["array_to_load"])
        ratio = int(np.argmin(np.abs(ratios - told["array_to_load"])))
        hours = np.array(place["deficit_h"][ratio])
        heights = np.array(place["heights_m"])
        now = float(np.interp(place["top_m"], heights, hours))
        higher = heights > place["top_m"]
        rows.append(
            {
                "place": place["place"],
                "top_m": place["top_m"],
                "array_to_load": float(ratios[ratio]),
                "deficit_h": now,
                "higher_m": heights[higher].tolist(),
                "saves_h": (now - hours[higher]).tolist(),
            }
        )
    return rows


def _band(stored: StoredRun, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """5-95 % of the run-down under draws of the skyline of the highest array's place."""
    places = stored.summary.get("masts") or ()
    if not places:
        return None
    place = max(places, key=lambda p: p["top_m"])
    ground = scenario_of_run(stored).scenario.places[place["place"]]
    if not isinstance(ground, Ground):
        return None
    try:
        horizon = load_horizon(ground.horizon, ground.latitude, ground.longitude)
    except IlrsError:
        return None
    data = stored.dataset
    start, step = np.datetime64(str(data.attrs["start"])), int(data.attrs["step_s"])
    hours = max(data.sizes["time"] * step // 3600, 1)
    sky = compute_sky([horizon], [], [], Clock(start, 3600, hours))
    height = np.array([min(place["top_m"], horizon.heights[-1])])
    draws, method = skyline_draws(horizon, float(height[0]), technology().skyline_error)
    ratio = told["array_to_load"]
    found = [
        worst_deficit(ratio * sky.light(0, height, horizon.at(height) + draw)[0], 1.0).size
        for draw in draws
    ]
    middle = worst_deficit(ratio * sky.light(0, height)[0], 1.0).size
    low, high = np.percentile(found, [5.0, 95.0])
    return {
        "place": place["place"],
        "height_m": float(height[0]),
        "deficit_h": [float(low), float(high)],
        "computed_h": middle,
        "draws": len(draws),
        "method": method,
    }


def _energy_words(told: Mapping[str, Any], summary: Mapping[str, Any]) -> list[str]:
    words = []
    failure = told["failure"]
    if failure:
        words.append(
            f"loads first went short on {_day(failure['begins'])}: {failure['hours']:.0f} h in "
            f"all, {failure['unserved_kwh']:.3g} kWh"
        )
    reserve = summary["reserve"]
    if reserve["least"] is not None:
        words.append(f"stores were lowest on {_day(reserve['when'])}, {reserve['least']:.1%} left")
    if told["needed_h"]:
        words.append(
            f"{told['needed_h']:.0f} kWh per kW of load needed from {_day(told['begins'])} to "
            f"{_day(told['ends'])}, {told['fitted_h']:.0f} fitted "
            f"({told['load_kw']:.2g} kW of load, arrays of {told['array_to_load']:.2g} times it)"
        )
    else:
        words.append("what sources could give was never below the load")
    for mast in told["masts"]:
        if mast["higher_m"] and told["needed_h"]:
            most = max(mast["saves_h"])
            if most <= 0.0:
                continue
            best = int(np.argmax(np.array(mast["saves_h"]) >= MOST * most))
            words.append(
                f"a mast of {mast['higher_m'][best]:g} m at {mast['place']} would save "
                f"{mast['saves_h'][best]:.0f} of {mast['deficit_h']:.0f} h of load "
                f"(arrays there alone, {mast['array_to_load']:g} times the load)"
            )
    if told["band"]:
        low, high = told["band"]["deficit_h"]
        words.append(
            f"band {low:.0f}-{high:.0f} h of load around {told['band']['computed_h']:.0f} "
            f"at {told['band']['place']} alone, by {told['band']['method']}"
        )
    return words


def _weight(path: str) -> int:
    key = path.rsplit(".", 1)[-1]
    return WEIGHTY.index(key) if key in WEIGHTY else len(WEIGHTY)


def _coldest(data: xr.Dataset) -> str:
    """Where and when a warm box came nearest to its limits."""
    temperature = data["temperature"].values
    inside = np.minimum(temperature - data["coldest"].values, data["hottest"].values - temperature)
    here = np.arange(data.sizes["time"])[:, None] >= data["mass_arrival"].values
    step, mass = np.unravel_index(np.argmin(np.where(here, inside, np.inf)), inside.shape)
    return (
        f"{data['mass'].values[mass]} came within {inside[step, mass]:.1f} K of its limits on "
        f"{_day(_instant(data, int(step)))}, at {temperature[step, mass]:.0f} K"
    )


def _instant(data: xr.Dataset, step: int) -> str:
    start, length = np.datetime64(str(data.attrs["start"])), int(data.attrs["step_s"])
    return str(start + np.timedelta64(step * length, "s"))


def _day(instant: str) -> str:
    day = datetime.fromisoformat(instant[:10])
    return f"{day.day} {day:%b %Y}"
