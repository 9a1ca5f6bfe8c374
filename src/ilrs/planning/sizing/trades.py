"""Curves of what else could be: mast height, array to load ratio, storage, one place or two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import IlrsError, UserError
from ilrs.planning.sizing.problem import cable_mass, panel_mass
from ilrs.planning.sizing.request import Request
from ilrs.planning.sizing.station import Ground, Sizing, look, size

Floats = NDArray[np.float64]
Told = Callable[[str, int, int], None]

TRADES = ("mast", "ratio", "storage", "places")
MASTS = (2.0, 4.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0)
RATIOS = (1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
STORAGE_WAYS = (
    ("battery",),
    ("fuel-cell",),
    ("battery", "fuel-cell"),
    ("reactor",),
    ("battery", "fuel-cell", "reactor"),
)


def trade(
    what: str,
    request: Request,
    errors: tuple[Floats, ...] | None = None,
    told: Told | None = None,
) -> list[dict[str, Any]]:
    """The points of a curve: what differs, masses [kg], the deficit [h of load], or why not.

    Behind skylines raised by `errors` (a,) [rad], one a place, at all heights alike.
    """
    require_trade(what)
    asked = _points(what, request)
    highest = max(r.mast for _, r in asked)
    ground = replace(look(replace(asked[-1][1], mast=highest)), errors=errors)
    rows = []
    for k, (label, point) in enumerate(asked):
        rows.append({what: label, **_point(point, ground)})
        if told:
            told(f"trade {what}", k + 1, len(asked))
    return rows


def require_trade(what: str) -> None:
    """Refuse a trade that is not known."""
    if what not in TRADES:
        raise UserError(f"no trade is called {what!r}", remedy=f"known are {', '.join(TRADES)}")


def _points(what: str, request: Request) -> list[tuple[Any, Request]]:
    if what == "mast":
        low = request.technology.clearance
        heights = sorted({*(m for m in MASTS if m > low), request.mast})
        return [(h, replace(request, mast=h)) for h in heights]
    if what == "ratio":
        return [(r, replace(request, ratio=r)) for r in RATIOS]
    if what == "storage":
        return [(" + ".join(way), replace(request, storages=way)) for way in STORAGE_WAYS]
    if request.second is None:
        raise UserError("one place against two needs the second", remedy="name it with --also")
    alone = replace(request, second=None)
    return [(request.place, alone), (f"{request.place} + {request.second}", request)]


def _point(request: Request, ground: Ground) -> dict[str, Any]:
    try:
        found = size(request, ground)
    except IlrsError as error:
        return {"mass_kg": None, "why": error.what}
    return {"mass_kg": found.outcome.mass, **summary(found)}


def summary(found: Sizing) -> dict[str, Any]:
    """The few numbers of a sizing that a curve shows."""
    return {
        "bound_kg": found.outcome.bound,
        "array_to_load": found.ratio,
        "deficit_h": found.deficit.size,
        "dark_h": found.dark.size,
        "reactors": found.units,
        "masses_kg": components(found),
    }


def components(found: Sizing) -> dict[str, float]:
    """Masses by what is landed [kg]: arrays and masts apart, a cable with what needs it."""
    used, masses = found.request.technology, found.outcome.masses
    out: dict[str, float] = {}

    def add(name: str, mass: float) -> None:
        if mass > 0.0:
            out[name] = out.get(name, 0.0) + mass

    for place in found.request.places():
        panels = found.outcome.sizes[f"array {place}"] * panel_mass(used)
        add("arrays", panels)
        add("masts", masses[f"array {place}"] - panels)
        add("cable", masses.get(f"cable {place}", 0.0))
    add("battery", masses.get("battery", 0.0))
    add("regulators", masses.get("battery.charge", 0.0) + masses.get("battery.discharge", 0.0))
    add("tanks", masses.get("tank", 0.0))
    add("electrolyser", masses.get("electrolyser", 0.0))
    add("fuel cell", masses.get("fuel_cell", 0.0))
    if found.units:
        cable = cable_mass(found.units * used.reactor_unit, used.reactor_distance, used)
        add("reactor", masses["reactor"] - cable)
        add("cable", cable)
    return out
