"""Which area is meant: a name, a square around a point, or bounds on the polar plane."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from ilrs.data.candidates import read_features
from ilrs.environment.candidates import candidates
from ilrs.errors import UserError
from ilrs.ground.area import Area
from ilrs.ground.terrain import project
from ilrs.rendering.landmarks import SOUTH
from ilrs.scenario.document import suggestion

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
SOUTHERN = math.radians(-60.0)
"""Areas lie south of this latitude [rad]: further off the polar plane stretches them."""


def area(text: str) -> tuple[str, Area]:
    """The name and area that `text` means.

    A known name such as `ridge`; `LAT,LON,SIZE_KM`, a square around a point [deg, km]; or
    `X_MIN,Y_MIN,X_MAX,Y_MAX` [km] on the plane of IAU_2015:30135.
    """
    parts = [part.strip() for part in text.split(",")]
    if all(_NUMBER.fullmatch(part) for part in parts) and len(parts) in (3, 4):
        values = [float(part) for part in parts]
        name = "area_" + "_".join(f"{value:g}" for value in values)
        return name, _square(*values) if len(values) == 3 else _bounds(*values)
    named = read_features()["areas"]
    if text.strip() in named:
        row = named[text.strip()]
        keys = ("x_min_km", "y_min_km", "x_max_km", "y_max_km")
        return text.strip(), _bounds(*(row[key] for key in keys))
    raise UserError(
        f"{text!r} is no area",
        remedy=suggestion(text, named)
        + "; or LAT,LON,SIZE_KM; or X_MIN,Y_MIN,X_MAX,Y_MAX in km on the polar plane",
    )


def called(name: str, wanted: Area) -> str:
    """What people call an area: what it is known as, or its size and the nearest named place.

    Named are landmarks of the south polar region, the pole, and near them places of scenarios.
    """
    known = read_features()["areas"].get(name)
    if known is not None:
        about = str(known["about"])
        return about[0].upper() + about[1:]
    wide, tall = wanted.x_max - wanted.x_min, wanted.y_max - wanted.y_min
    x, y = 0.5 * (wanted.x_min + wanted.x_max), 0.5 * (wanted.y_min + wanted.y_max)
    marks = {name: (math.radians(lat), math.radians(lon)) for name, lat, lon in SOUTH}
    marks["the pole"] = (-0.5 * math.pi, 0.0)
    # a landmark's name says more than a candidate's number: of these, those of scenarios
    places = {c.name: (c.latitude, c.longitude) for c in candidates() if c.region == "scenario"}
    size = f"{wide / 1e3:.3g} x {tall / 1e3:.3g} km"
    place, away = _nearest(places | marks, x, y)
    if away < 0.25 * min(wide, tall):
        return f"{size} around {place}"
    place, away = _nearest(marks, x, y)
    return f"{size}, {away / 1e3:.3g} km from {place}"


def _nearest(named: Mapping[str, tuple[float, float]], x: float, y: float) -> tuple[str, float]:
    """Of places [rad] south enough the nearest to a point of the plane, and how far off [m]."""
    found = []
    for name, (latitude, longitude) in named.items():
        if latitude < SOUTHERN:
            px, py = project(latitude, longitude)
            found.append((math.hypot(float(px) - x, float(py) - y), name))
    away, name = min(found)
    return name, away


def _square(latitude: float, longitude: float, size: float) -> Area:
    if not (-90.0 <= latitude <= math.degrees(SOUTHERN)):
        raise UserError(
            f"maps are made south of {math.degrees(SOUTHERN):g} deg, not at {latitude:g} deg",
            remedy="latitude comes first; a point answers elsewhere: ilrs site point",
        )
    if not size > 0.0:
        raise UserError(f"a square of {size:g} km holds nothing", remedy="give its side in km")
    x, y = project(math.radians(latitude), math.radians(longitude))
    half = 500.0 * size
    return Area(float(x) - half, float(y) - half, float(x) + half, float(y) + half)


def _bounds(x_min: float, y_min: float, x_max: float, y_max: float) -> Area:
    return Area(1e3 * x_min, 1e3 * y_min, 1e3 * x_max, 1e3 * y_max)
