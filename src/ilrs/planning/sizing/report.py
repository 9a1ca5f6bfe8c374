"""A sizing as plain data and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ilrs.components.regenerative_fuel_cell import FREEZING
from ilrs.flows.clock import Clock
from ilrs.planning.sizing.band import SHARES, Band
from ilrs.planning.sizing.confirm import HOTTEST, Confirmed
from ilrs.planning.sizing.dark import Spell
from ilrs.planning.sizing.problem import KW
from ilrs.planning.sizing.station import Sizing
from ilrs.planning.sizing.technology import assumed
from ilrs.planning.sizing.trades import components

MOST = 0.6
"""Skylines as computed that are kinder than this share of the draws lack something."""


def as_data(
    found: Sizing,
    clock: Clock,
    lived: Confirmed,
    band: Band | None,
    trades: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    """Everything of a sizing for machines; `words` is what people are told of it."""
    request, outcome, used = found.request, found.outcome, found.request.technology
    data: dict[str, Any] = {
        "places": request.places(),
        "load_kw": request.need.load / KW,
        "keep_alive_kw": request.need.keep_alive / KW,
        "firm_kw": request.need.firm / KW,
        "served_share": found.served,
        "mast_m": request.mast,
        "mission": [_day(request.begins), _day(request.ends)],
        "sized_from": _day(clock.start),
        "sized_to": _day(clock.stop),
        "hours": clock.count,
        "mass_kg": outcome.mass,
        "bound_kg": outcome.bound,
        "gap": outcome.gap,
        "masses_kg": components(found),
        "sizes": _sizes(found),
        "array_to_load": found.ratio,
        "reactors": found.units,
        "worst_deficit": _spell(found.deficit, clock, "hours_of_load"),
        "longest_dark": _spell(found.dark, clock, "hours"),
        "joint_outage": _spell(found.outage, clock, "hours"),
        "eclipse_h": found.eclipse_hours,
        "confirmed": {
            "served": lived.served,
            "unserved_kwh": lived.unserved / 3.6e6,
            "hours": lived.steps,
            "least_held_share": lived.worst_held,
            "eclipse_at": str(clock.times[lived.eclipse]),
            "box_k": lived.box,
        },
        "band": None if band is None else _band(band),
        "critical_periods": [
            [str(clock.times[a]), str(clock.times[min(b, clock.count - 1)])]
            for a, b in outcome.pieces
        ],
        "assumed": assumed(used),
        "trades": {key: list(points) for key, points in trades.items()},
        "scenario": lived.document,
    }
    data["words"] = _words(data)
    return data


def _day(instant: Any) -> str:
    return str(instant.astype("datetime64[D]"))


def _sizes(found: Sizing) -> dict[str, str]:
    """Sizes in words, by component as in `components`."""
    size, used = found.outcome.sizes, found.request.technology
    area = sum(size[f"array {p}"] for p in found.request.places())
    cell = size.get("fuel_cell", 0.0) * used.cell_efficiency
    tank = size.get("tank", 0.0) * used.cell_efficiency
    return {
        "arrays": f"{area:.1f} m2",
        "masts": f"{area / used.mast_area:.1f} of {used.mast_area:g} m2",
        "battery": f"{size.get('battery', 0.0):.1f} kWh usable",
        "regulators": f"{size.get('battery.charge', 0.0):.1f} kW in",
        "tanks": f"{tank:.0f} kWh given",
        "electrolyser": f"{size.get('electrolyser', 0.0):.1f} kW",
        "fuel cell": f"{cell:.1f} kW",
        "reactor": f"{found.units} of {used.reactor_unit / KW:g} kW",
    }


def _spell(spell: Spell, clock: Clock, unit: str) -> dict[str, Any]:
    if not spell.last:
        return {unit: 0.0, "begins": None, "ends": None}
    ends = clock.start + np.timedelta64(spell.last * clock.step, "s")
    return {unit: spell.size, "begins": str(clock.times[spell.first]), "ends": str(ends)}


def _band(band: Band) -> dict[str, Any]:
    draws, computed = band.draws, band.computed
    return {
        "percent": [100.0 * share for share in SHARES],
        "mass_kg": [None if s is None else s.outcome.mass for s in band.at_shares],
        "deficit_h": [float(draws.deficit[draws.rank(share)]) for share in SHARES],
        "design_percent": 100.0 * band.share,
        "computed": {
            "mass_kg": computed.outcome.mass,
            "masses_kg": components(computed),
            "deficit_h": draws.computed,
            "kinder_draws": draws.kinder,
        },
        "draws": draws.count,
        "method": draws.method,
    }


def _words(data: Mapping[str, Any]) -> list[str]:
    deficit, dark, outage = (data[k] for k in ("worst_deficit", "longest_dark", "joint_outage"))
    lived = data["confirmed"]
    words = [
        f"mass {data['mass_kg']:.0f} kg; none lighter than {data['bound_kg']:.0f} kg "
        f"(gap {data['gap']:.2%})",
        f"arrays at their best give {data['array_to_load']:.2f} times the load; "
        f"{data['served_share']:.1%} of the whole load is served",
        f"worst cumulative deficit {deficit['hours_of_load']:.0f} h of load, {_span(deficit)}",
        f"longest dark {dark['hours']:.0f} h, {_span(dark)}",
        f"longest without Sun, Earth and relay {outage['hours']:.0f} h, {_span(outage)}",
    ]
    if lived["served"]:
        words.append(
            f"lived by rules over {lived['hours']} h with an eclipse of {data['eclipse_h']:.0f} h "
            f"at {lived['eclipse_at']}: every hour served{_box(lived['box_k'])}"
        )
    else:
        short = lived["unserved_kwh"]
        words.append(
            f"NOT confirmed: the simulator leaves {short:.3g} kWh unserved{_box(lived['box_k'])}"
        )
    words += _sureness(data)
    return words


def _box(kelvin: tuple[float, float] | None) -> str:
    """How cold and warm the box of the fuel cell was, which the load's heat keeps."""
    if kelvin is None:
        return ""
    return (
        f"; the box of its fuel cell stays between {kelvin[0]:.0f} and {kelvin[1]:.0f} K (it bears "
        f"{FREEZING:.0f} to {HOTTEST:.0f} K)"
    )


def _sureness(data: Mapping[str, Any]) -> list[str]:
    """What the terrain's error makes of the mass."""
    band = data["band"]
    if band is None:
        return ["behind the skyline as computed; --band tells what the terrain's error makes of it"]
    low, middle, high = (
        "nothing serves" if mass is None else f"{mass:.0f} kg" for mass in band["mass_kg"]
    )
    computed, count = band["computed"], band["draws"]
    darker = count - computed["kinder_draws"]
    words = [
        f"sized to live behind {band['design_percent']:g} % of {count} skylines drawn with the "
        f"terrain's error; 5 %: {low}, 50 %: {middle}, 95 %: {high} ({band['method']})",
        f"behind the skyline as computed {computed['mass_kg']:.0f} kg would do, but "
        f"{'all' if darker == count else darker} of the {count} are darker",
    ]
    if darker > MOST * count:
        words[1] += ": averaged terrain lacks relief, which the draws put back"
    return words


def _span(spell: Mapping[str, Any]) -> str:
    if spell["begins"] is None:
        return "never"
    return f"{spell['begins'][:16]} to {spell['ends'][:16]}"
