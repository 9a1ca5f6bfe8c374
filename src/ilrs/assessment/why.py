"""Why a run met or missed an objective: what it needed, what it had, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ilrs.assessment.history import SERVED
from ilrs.assessment.levers import Balance, balance_of, levers
from ilrs.assessment.why_activities import activity_words
from ilrs.environment.objects import bare_skyline
from ilrs.errors import IlrsError, UserError
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.operations.again import scenario_of_run
from ilrs.operations.folder import StoredRun
from ilrs.planning.sizing.dark import Spell, worst_deficit
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
DECIDING = 3
"""Values that words name as deciding; the data hold all."""
MOST = 0.8
"""The lowest mast is named that saves this share of what the highest does."""


def why(stored: StoredRun, objective: str, *, bands: bool = True) -> dict[str, Any]:
    """Why an objective (NAME or MISSION.NAME) of a stored run is as it is: data, and `words`.

    For what the energy balance decides: the first failure and what was out of order then, the
    deepest run-down of a full store [kWh per kW of load] against what was fitted, what other mast
    heights would leave of it, with `bands` its 5-95 % band from terrain error, and which values
    decide: what a tenth of each would save.
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
        told |= _energy(stored, found["metric"])
        told["masts"] = _masts(stored.summary, told)
        told["band"] = _band(stored, told) if bands and told["needed_h"] else None
        words += _energy_words(told, stored.summary)
        told["assumed"].sort(key=_weight)
    elif found["metric"] and (did := activity_words(stored, found["metric"])):
        words += did
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
        return f"{_digits(100.0 * value)} %"
    if unit == "J":
        return f"{_digits(value / KWH)} kWh"
    if unit == "J/kg":
        return f"{_digits(value / KWH)} kWh/kg"
    if unit == "s":
        return f"{_digits(value / HOUR)} h"
    return f"{_digits(value)} {unit}"


def _digits(value: float) -> str:
    """Four digits, or all before the point where there are more."""
    return f"{value:.0f}" if 1e3 <= abs(value) < 1e9 else f"{value:.4g}"


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


def _energy(stored: StoredRun, metric: str) -> dict[str, Any]:
    """The failure, the balance and its levers under the loads of `metric` and keep-alive."""
    data = stored.dataset
    owed = _owed(data, metric)
    balance = balance_of(data, np.union1d(owed, _owed(data, "served.keep_alive")))
    deepest, told = _run_down(data, balance)
    assumed = {row["path"] for row in stored.summary["assumptions"]}
    document = scenario_of_run(stored).document
    return {
        "failure": _failure(stored, owed),
        **told,
        "levers": levers(balance, deepest, document, assumed) if told["needed_h"] else [],
    }


def _failure(stored: StoredRun, owed: NDArray[np.int64]) -> dict[str, Any] | None:
    """When loads first went short, for how long in all, by how much, and what was out then."""
    data = stored.dataset
    step = float(data.attrs["step_s"])
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
        "out": _out(stored, float(bad[0] * step)),
    }


def _out(stored: StoredRun, second: float) -> list[str]:
    """What had failed and was not yet repaired, as SUBJECT MODE."""
    out: dict[str, int] = {}
    events = stored.events
    faults = events[events["kind"].isin(["fault", "repair"]) & (events["second"] <= second)]
    for kind, subject, text in zip(faults["kind"], faults["subject"], faults["text"], strict=True):
        name = f"{subject} {text.partition(':')[0]}"
        out[name] = out.get(name, 0) + (1 if kind == "fault" else -1)
    return [name for name, count in out.items() if count > 0]


def _run_down(data: xr.Dataset, balance: Balance) -> tuple[int, dict[str, Any]]:
    """The deepest run-down of a full store under a balance: its last step; what was fitted then."""
    mean = balance.mean
    supply = balance.supply.sum(axis=1)
    spell = Spell(0, 0, 0.0)
    if mean:
        # Hours of mean load: 1 - s is then (load - supply) / mean.
        load = balance.need.sum(axis=1)
        spell = worst_deficit(1.0 - (load - supply) / mean, balance.step / HOUR)
    deepest = spell.last - 1 if spell.last else len(supply) - 1
    fitted = float(balance.stored[deepest].sum())
    return deepest, {
        "load_kw": mean / 1e3,
        "fitted_kwh": fitted / KWH,
        "fitted_h": fitted / HOUR / mean if mean else 0.0,
        "needed_h": spell.size,
        "needed_kwh": spell.size * mean / 1e3,
        "begins": _instant(data, spell.first) if spell.last else None,
        "ends": _instant(data, spell.last) if spell.last else None,
        "array_to_load": float(supply.max(initial=0.0)) / mean if mean else 0.0,
    }


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
        horizon = bare_skyline(ground)
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
    if failure and told["status"] != "met":
        words.append(_in_short(told))
    if failure:
        out = f", with {', '.join(failure['out'])} out of order" if failure["out"] else ""
        words.append(
            f"loads first went short on {_day(failure['begins'])}{out}: {failure['hours']:.0f} h "
            f"in all, {_digits(failure['unserved_kwh'])} kWh"
        )
    reserve = summary["reserve"]
    if reserve["least"] is not None:
        words.append(f"stores were lowest on {_day(reserve['when'])}, {reserve['least']:.1%} left")
    if not told["needed_h"]:
        return [*words, "what sources could give was never below the load"]
    words.append(
        f"{told['needed_h']:.0f} kWh per kW of load needed from {_day(told['begins'])} to "
        f"{_day(told['ends'])}, {told['fitted_h']:.0f} fitted "
        f"({told['load_kw']:.2g} kW of load, sources of up to {told['array_to_load']:.2g} times it)"
    )
    if failure and told["needed_h"] < told["fitted_h"]:
        words.append(
            "full stores would have carried that: they were not full, something was out of order, "
            "or limits of power decided"
        )
    words += [
        f"a mast of {mast['height_m']:g} m at {mast['place']} would save {mast['saves']:.0f} of "
        f"{mast['deficit_h']:.0f} h of load (arrays there alone, {mast['array_to_load']:g} times "
        "the load)"
        for mast in _higher(told)
    ]
    if told["band"]:
        low, high = told["band"]["deficit_h"]
        words.append(
            f"band {low:.0f}-{high:.0f} h of load around {told['band']['computed_h']:.0f} "
            f"at {told['band']['place']} alone, by {told['band']['method']}"
        )
    if told["levers"]:
        saves = [f"{_lever(row)} saves {row['saves_h']:.1f} h" for row in told["levers"][:DECIDING]]
        words.append(f"decided by {'; '.join(saves)}")
    return words


def _in_short(told: Mapping[str, Any]) -> str:
    """The failure in one sentence."""
    parts = [
        f"fails {_day(told['failure']['begins'])}: {told['needed_h']:.0f} kWh per kW of load "
        f"needed, {told['fitted_h']:.0f} fitted"
    ]
    if masts := _higher(told):
        best = max(masts, key=lambda mast: float(mast["saves"]))
        parts.append(f"a mast of {best['height_m']:g} m saves {best['saves']:.0f}")
    if told["band"]:
        low, high = told["band"]["deficit_h"]
        parts.append(f"band {low:.0f}-{high:.0f}")
    if told["levers"]:
        parts.append(f"decided by {_named(told['levers'][0])}")
    return "; ".join(parts)


def _named(row: Mapping[str, Any]) -> str:
    """A value that decides."""
    status = "assumed " if row["assumed"] else ""
    path = row["path"].removeprefix("facilities.").replace(".components.", "/")
    return f"the {status}{path} ({row['value']})"


def _lever(row: Mapping[str, Any]) -> str:
    return f"{_named(row)}, of which a tenth {'less' if row['change'] < 0.0 else 'more'}"


def _higher(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """By place, the lowest mast that `saves` [h] most of what the highest does."""
    rows = []
    for mast in told["masts"] if told["needed_h"] else ():
        most = max(mast["saves_h"], default=0.0)
        if most > 0.0:
            best = int(np.argmax(np.array(mast["saves_h"]) >= MOST * most))
            height, saves = mast["higher_m"][best], mast["saves_h"][best]
            rows.append({**mast, "height_m": height, "saves": saves})
    return rows


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
