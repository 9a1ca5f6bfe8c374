"""What has to be landed: every facility's mass by what it serves, sourced and assumed apart."""

from __future__ import annotations

from typing import Any

from ilrs.rendering.markup import Content, Markup, details, figure, join, key, table, tag
from ilrs.rendering.panel import WIDTH, drawing
from ilrs.rendering.view import View
from ilrs.rendering.wording import datum, say, spoken

FAMILIES: tuple[tuple[str, str, frozenset[str]], ...] = (
    (
        "array",
        "sources",
        frozenset({"solar_array", "fission_reactor", "radioisotope_generator", "source"}),
    ),
    ("battery", "stores", frozenset({"battery", "regenerative_fuel_cell"})),
    ("source", "grid", frozenset({"cable", "bus_tie", "switchgear"})),
    (
        "reactor",
        "warm boxes, heaters, radiators",
        frozenset({"thermal_mass", "heater", "radiator", "radioisotope_heater"}),
    ),
    (
        "earth-held",
        "command and data",
        frozenset({"command_center", "radio", "recorder", "relay", "ground_station",
                   "mission_control"}),
    ),
    ("p0", "vehicles", frozenset({"rover", "hopper"})),
)  # fmt: skip
OTHER = ("p2", "loads and all else")
ROW, BAR = 31.0, 19.0
LEFT, RIGHT = 260.0, WIDTH - 150.0


def family(kind: str) -> tuple[str, str]:
    """Class and words of what a kind of component serves."""
    return next(((c, words) for c, words, kinds in FAMILIES if kind in kinds), OTHER)


def is_assumed(row: dict[str, Any]) -> bool:
    """Whether nothing but somebody's judgement, or nothing at all, stands behind a mass."""
    return row.get("status", "unstated") in {"assumed", "unstated"}


def mass(view: View) -> Markup | None:
    """The figure and the table of parts."""
    rows = view.rows("mass")
    if not rows:
        return None
    whole = sum(r["mass_kg"] for r in rows)
    guessed = sum(r["mass_kg"] for r in rows if is_assumed(r))
    by_facility: dict[str, float] = {}
    for r in rows:
        by_facility[r["facility"]] = by_facility.get(r["facility"], 0.0) + r["mass_kg"]
    order = sorted(by_facility, key=lambda f: (-by_facility[f], f))
    heaviest = max(rows, key=lambda r: r["mass_kg"])
    said = join(
        datum(whole, "kg"),
        " in all, of which ",
        datum(guessed, "kg"),
        f" ({say(guessed / whole, '')}) rests on assumed figures; the heaviest part is "
        f"{spoken(heaviest['facility'] + '/' + heaviest['component'])} with ",
        datum(heaviest["mass_kg"], "kg"),
        ".",
    )
    return tag(
        "div",
        tag("h3", "Mass"),
        tag("p", said),
        _bars(view, rows, order, by_facility),
        _parts(rows),
    )


def _bars(
    view: View, rows: list[dict[str, Any]], order: list[str], by_facility: dict[str, float]
) -> Markup:
    titles, missions = view.titles, {m["name"]: m["title"] for m in view.missions}
    per_kg = (RIGHT - LEFT) / max(by_facility.values())
    ranks = {words: i for i, (_, words) in enumerate([*(f[:2] for f in FAMILIES), OTHER])}
    body: list[Content] = []
    y = 8.0
    for name in order:
        own = [r for r in rows if r["facility"] == name]
        own.sort(key=lambda r: (ranks[family(r["kind"])[1]], is_assumed(r), -r["mass_kg"]))
        mission = str(missions.get(own[0]["mission"], own[0]["mission"]))
        body.append(
            tag("text", titles.get(name, spoken(name)), x=LEFT - 10.0, y=y + 10.0,
                text_anchor="end")
        )  # fmt: skip
        body.append(
            tag("text", mission, x=LEFT - 10.0, y=y + 23.0, class_="tick", text_anchor="end")
        )
        x = LEFT
        for r in own:
            width = r["mass_kg"] * per_kg
            body.append(_part(r, x, y, width))
            x += width
        body.append(tag("text", say(by_facility[name], "kg"), x=x + 8.0, y=y + 14.0, class_="tick"))
        y += ROW + 4.0
    present = {family(r["kind"])[1] for r in rows}
    shown = [f[:2] for f in FAMILIES if f[1] in present]
    shown += [OTHER] if OTHER[1] in present else []
    label = "Mass of every facility: " + "; ".join(
        f"{titles.get(f, spoken(f))} {say(by_facility[f], 'kg')}" for f in order
    )
    return figure(
        drawing(y + 2.0, label, body),
        "Landed and orbited mass by facility and by what it serves. Full colour: the figure has a "
        "source or is derived from one. Pale and outlined: it is assumed, or nobody states why.",
        legend=key((*shown, ("pale source", "assumed"))),
    )


def _part(row: dict[str, Any], x: float, y: float, width: float) -> Markup:
    class_, _ = family(row["kind"])
    pale = " pale" if is_assumed(row) else ""
    words = row["component"].replace("-", " ")
    said = f"{spoken(row['facility'] + '/' + row['component'])}: {say(row['mass_kg'], 'kg')}"
    said += f", {row.get('status', 'unstated')}"
    fits = width > 7.0 * len(words) + 8.0
    return join(
        tag(
            "rect",
            tag("title", said),
            x=x,
            y=y,
            width=max(width - 1.0, 0.6),
            height=BAR,
            class_=f"{class_}{pale}",
        ),
        tag("text", words, x=x + 5.0, y=y + 13.0, class_="in-bar" + pale) if fits else None,
    )


def _parts(rows: list[dict[str, Any]]) -> Markup:
    shown = [
        (
            spoken(f"{r['facility']}/{r['component']}"),
            r["kind"].replace("_", " "),
            r.get("status", "unstated"),
            datum(r["mass_kg"], "kg"),
        )
        for r in rows
    ]
    head = ("Component", "Kind", "Figure is", "Mass")
    return details("Every component", table(head, shown, numbers=(3,)))
