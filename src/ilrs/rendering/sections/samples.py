"""Samples from site to Earth: who held them when, how warm they were, and what came home."""

from __future__ import annotations

from typing import Any

from ilrs.rendering.markup import Content, Markup, details, figure, key, section, table
from ilrs.rendering.panel import RIGHT, drawing, strip
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, digits, minute, say, share, spoken, when

ROW, LABELS = 19.0, 210.0
HOLDERS = ("at the site", "on the way", "at home with its robot", "cache", "vehicle", "in flight")
CLASSES = ("p1", "p4", "p3", "out2", "done", "dark-spell")
LISTED = 400


def samples(view: View) -> Markup:
    """The section; nothing where no sample was taken."""
    told = view.part("samples")
    if not told or not told["count"]:
        return Markup("")
    masses = told["masses_kg"]
    lead = (
        f"{count(told['count'], 'sample')} taken, {digits(masses['taken'])} kg in all: "
        f"{digits(masses['cached'])} kg were cached, {digits(masses['aboard'])} kg handed to a "
        f"vehicle, {digits(masses['home'])} kg came home, {digits(masses['lost'])} kg were lost."
    )
    for name, way in told["ways_home"].items():
        gained, enters = digits(way["delta_v_m_s"]), digits(way["entry_speed_m_s"] / 1e3)
        lead += (
            f" The orbiter that {name} lifts to leaves the Moon by {gained} m/s for an entry at "
            f"{enters} km/s, whose corridor is {digits(way['speed_window_m_s'])} m/s wide at "
            "departure."
        )
    for back in told["returns"]:
        lead += (
            f" Lifted off {minute(back['lifts_off'])}: up in {say(back['climb_s'], 's')}, "
            f"{say(back['phasing_s'], 's')} to catch up with the orbiter, "
            f"{say(back['docking_s'], 's')} to dock, {say(back['wait_s'], 's')} until the "
            "orbiter's plane holds the way home and the place of landing comes under the entry, "
            f"{say(back['transfer_s'], 's')} to the Earth: lands {minute(back['lands'])}."
        )
    without = {name: mass for name, mass in told["home_without_kg"].items() if name}
    if without:
        lost = ", ".join(f"{digits(mass)} kg without {name}" for name, mass in without.items())
        lead += f" Had a collector been lost, there would have come home {lost}."
    batches = _batches(told["samples"])
    return section(
        "samples",
        "Samples from site to Earth",
        _timeline(view, batches) if batches else None,
        _table(batches, told),
        _records(told["samples"]),
        lead=lead,
    )


def _batches(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Samples taken together, in the order of their time."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["batch"], []).append(row)
    return list(found.values())


def _kind(sample: dict[str, Any], held: dict[str, Any]) -> int:
    """Which of `HOLDERS` a spell of custody is."""
    if held["where"] == "in flight":
        return 5
    if "/" in held["who"]:
        return 4 if held["who"].endswith("vehicle") else 3
    if held["where"] == "on the way":
        return 1
    return 0 if held["where"] == sample["site"] else 2


def _timeline(view: View, batches: list[list[dict[str, Any]]]) -> Markup:
    """A row a batch, coloured by who has it."""
    time = view.series.timeline(left=LABELS, right=RIGHT)
    body: list[Content] = []
    y = 6.0
    for batch in batches:
        first = batch[0]
        bars = []
        for held in first["custody"]:
            words = (
                f"{spoken(held['who'])}, {held['where']}: {minute(held['begins'])} to "
                f"{minute(held['ends'])}, no warmer than {held['warmest_k']:.0f} K"
            )
            a, b = (time.second(held[k].rstrip("Z")) for k in ("begins", "ends"))
            bars.append((a, b, CLASSES[_kind(first, held)], words))
        label = f"{len(batch)} of {spoken(first['batch'].replace('#', ' '))}"
        body.append(strip(time, y, 13.0, bars, label))
        y += ROW
    body.append(time.axis(y))
    return figure(
        drawing(y + 26.0, "Who has the samples of each batch over time", body),
        "A row is what was taken together; pointed at, a bar tells who had it, where, how warm.",
        legend=key(list(zip(CLASSES, HOLDERS, strict=True))),
    )


def _table(batches: list[list[dict[str, Any]]], told: dict[str, Any]) -> Markup:
    rows = []
    for batch in batches:
        first = batch[0]
        fates = {row["fate"] for row in batch}
        rows.append(
            (
                first["batch"],
                first["material"],
                first["site"],
                when(first["taken"], exact=True),
                f"{len(batch)} of {digits(sum(r['mass_kg'] for r in batch))} kg",
                ", ".join(sorted(fates)),
                f"{max(r['warmest_k'] for r in batch):.0f}",
                digits(max(r["warm_kelvin_days"] for r in batch)),
                share(min(r["volatiles_kept"] for r in batch)) + " %",
            )
        )
    head = (
        "Batch", "Material", "Site", "Taken", "Samples", "Now", "Warmest K",
        f"Above {told['cold_above_k']:g} K: K d", "Volatiles kept",
    )  # fmt: skip
    return table(
        head,
        rows,
        numbers=(6, 7, 8),
        caption=f"The worst of each batch. Volatiles by the cache's seal: {told['seal']}."
        + _ground(told),
    )


def _ground(told: dict[str, Any]) -> str:
    """What the temperatures rest on."""
    around = " What is not cooled is as warm as level ground around it"
    if not told["without_glow"]:
        return f"{around}, with the light and heat that terrain within 10 km sends it."
    return (
        f"{around}. What lit slopes send to {', '.join(told['without_glow'])} is not known: where "
        f"no sunlight comes the ground is taken to be at {told['unlit_ground_k']:.0f} K there, by "
        "the Moon's own heat alone, a lower bound."
    )


def _records(rows: list[dict[str, Any]]) -> Markup:
    lines = [
        (
            row["name"],
            spoken(held["who"]),
            held["where"],
            when(held["begins"], exact=True),
            when(held["ends"], exact=True),
            f"{held['warmest_k']:.0f}",
        )
        for row in rows
        for held in row["custody"]
    ]
    head = ("Sample", "Who", "Where", "From", "To", "Warmest K")
    more = f"; the first {LISTED}, all stand in custody.csv" if len(lines) > LISTED else ""
    return details(
        f"Custody: {len(lines)} entries{more}", table(head, lines[:LISTED], numbers=(5,))
    )
