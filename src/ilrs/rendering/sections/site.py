"""The site: where it is around the pole, and how its places lie to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ilrs.rendering.geometry import plan_of
from ilrs.rendering.markup import Content, Markup, join, section, table, tag
from ilrs.rendering.sections.layout import layout
from ilrs.rendering.sections.region import region
from ilrs.rendering.view import View
from ilrs.rendering.wording import NONE, datum, say, spoken


def site(view: View) -> Markup:
    """The section."""
    rows = [r for r in view.rows("places") if r.get("kind") == "ground"]
    plan = plan_of(rows, view.series.main)
    if plan is None:
        return section("site", "Site", tag("p", "The assessment names no place on the ground."))
    maps: list[Content] = [region(plan), layout(view, plan)]
    others = [r for r in view.rows("places") if r.get("kind") == "orbit" and r.get("note")]
    return section(
        "site",
        "Site",
        tag("div", maps, class_="pair"),
        _table(rows),
        _driven(view),
        [tag("p", tag("b", f"{spoken(r['name'])}: "), r["note"], class_="small") for r in others],
        lead=next(
            (r["note"] for r in rows if r["name"] == view.series.main and r.get("note")), None
        ),
    )


def _table(rows: list[dict[str, Any]]) -> Markup:
    def row(r: dict[str, Any]) -> Sequence[Content]:
        return (
            join(r["name"], tag("small", r["note"]) if r.get("note") else None),
            f"{r['latitude_deg']:.4f}°".replace("-", "−"),
            f"{r['longitude_deg']:.4f}° E",
            datum(r.get("height_m"), "m")
            if r.get("height_m") is None
            else f"{r['height_m']:.0f} m".replace("-", "−"),
            NONE if r.get("slope_deg") is None else f"{r['slope_deg']:.1f}°",
            datum(r.get("mean_light_2m"), ""),
            datum(r.get("mean_light_10m"), ""),
            datum(r.get("earth_in_view"), ""),
            _ground(r),
            tag("b", "coarse", class_="flag") if r.get("coarse") else "fine",
        )

    head = (
        "Place",
        "Latitude",
        "Longitude",
        "Height",
        "Slope",
        "Light at 2 m",
        "at 10 m",
        "Earth in view",
        "Ground, K",
        "Terrain",
    )
    return table(
        head,
        (row(r) for r in rows),
        numbers=range(1, 9),
        caption="Places on the ground. Light is the mean lit share of the Sun's disc over the run; "
        "height is above the 1737.4 km sphere; ground is level, from its least to its greatest "
        "temperature. Without glow what the terrain around sends is not known, so that ground in "
        "shadow is in truth warmer.",
    )


def _ground(r: dict[str, Any]) -> Content:
    """From the least to the greatest temperature; marked where slopes in view are left out."""
    if r.get("ground_k") is None:
        return NONE
    low, high = r["ground_k"]
    return join(f"{low:.0f}–{high:.0f}", None if r["glow"] else tag("small", "without glow"))


def _driven(view: View) -> Markup | None:
    rows = view.rows("traverses")
    if not rows:
        return None
    return table(
        ("Vehicle", "Between", "Way", "Drives", "Driven", "Energy"),
        (
            (
                spoken(r["robot"]),
                f"{r['from']} and {r['to']}",
                r["route"] or "by its time alone",
                str(r["drives"]),
                say(r["driven_m"], "m"),
                say(r["energy_j"], "J"),
            )
            for r in rows
        ),
        numbers=range(3, 6),
        caption="Traverses: drives out and home for work that was done; lengths with the detours "
        "that the terrain's cells hide, energy with what keeps the vehicle alive.",
    )
