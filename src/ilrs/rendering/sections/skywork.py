"""Astronomy and Earth observation: what was seen of what the sky allowed, and the price."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.rendering.bitmap import EARTH, LIGHT, RELAY, SILENCE, picture, ramp
from ilrs.rendering.earth_page import SEEN, map_of_hours
from ilrs.rendering.markup import Content, Markup, figure, join, section, table, tag
from ilrs.rendering.observe_page import calendar, code_key, seconds
from ilrs.rendering.panel import RIGHT, drawing, strip
from ilrs.rendering.timeline import Timeline
from ilrs.rendering.view import View
from ilrs.rendering.wording import digits, minute, share, spoken

LEFT = 210.0
ROW = 17.0
AROUND = np.timedelta64(6 * 86400, "s")
"""Time before and after the news of a target of opportunity that is drawn."""


def skywork(view: View) -> Markup:
    """The section; nothing for a station without telescopes, arrays or observers of the Earth."""
    told = view.part("sky")
    if not told:
        return Markup("")
    return section(
        "sky",
        "Sky and Earth",
        *(_telescope(view, one) for one in told.get("telescopes", ())),
        *(_array(view, one) for one in told.get("arrays", ())),
        _observers(told.get("observers", [])),
        lead=_lead(told),
    )


def _lead(told: dict[str, Any]) -> str:
    words = []
    for one in told.get("telescopes", ()):
        if one["efficiency"] is not None:
            words.append(
                f"The shutter was open {digits(one['exposed_h'])} h, {share(one['efficiency'])} % "
                f"of the {digits(one['open_h'])} h that the sky allowed."
            )
    for one in told.get("arrays", ()):
        words.append(
            f"The low-frequency sky was heard in silence for {digits(one['silent_h'])} h; the "
            f"station gave up {digits(one['contact_given_up_h'])} h of contact for it."
        )
    hours = max((o["done_h"] for o in told.get("observers", ())), default=0.0)
    if hours:
        words.append(f"The Earth was watched for {digits(hours)} h.")
    return " ".join(words)


def _time(one: dict[str, Any]) -> Timeline:
    start = np.datetime64(one["begins"].rstrip("Z")).astype("M8[s]")
    return Timeline(start, 0.0, one["of_h"] * 3600.0, LEFT, RIGHT)


def _bars(view: View, name: str, time: Timeline, y: float) -> Markup:
    """What was scheduled for an instrument, done or not."""
    bars = [
        (
            time.second(e["begins"].rstrip("Z")),
            time.second(e["ends"].rstrip("Z")),
            "done" if e["done"] else "out",
            f"{e['title']}, {minute(e['begins'])} to {minute(e['ends'])}"
            + (f": failed, {e['why']}" if e["why"] else ""),
        )
        for e in view.part("activities").get("entries", ())
        if name in e["instruments"]
    ]
    return strip(time, y, 13.0, bars, "observed")


def _telescope(view: View, one: dict[str, Any]) -> Markup:
    time = _time(one)
    names = [t["name"] for t in one["targets"]]
    drawn = calendar([spoken(n) for n in names], np.array(one["calendar"]), time)
    bars = drawing(20.0, "When the telescope observed", _bars(view, one["name"], time, 2.0))
    rows = [
        (
            spoken(t["name"]),
            digits(t["open_h"]),
            share(t["open_h"] / t["above_h"]) + " %" if t["above_h"] else "-",
            t["why"] or seconds(t["exposure_s"]),
        )
        for t in one["targets"]
    ]
    heads = ("Target", "Open h", "Of its time over the terrain", "Exposure for S/N 10")
    return join(
        tag("h3", f"{spoken(one['name'])}: what it could see and what it saw"),
        figure(
            join(bars, drawn),
            f"Above: what was observed. Below: what each target's sky allowed at {one['place']}. "
            f"The Sun was up {share(one['sun_up_share'])} % of the time.",
            legend=code_key(),
        ),
        table(heads, rows, numbers=(1, 2)),
        *_interruptions(view, one["name"]),
    )


def _interruptions(view: View, name: str) -> list[Markup]:
    """The days around every target of opportunity that an instrument left its campaign for."""
    told = view.part("activities")
    entries = [e for e in told.get("entries", ()) if name in e["instruments"]]
    shown = []
    for again in told.get("replanned", ()):
        alerts = [e for e in entries if e["activity"] == again["because"].split(",")[0]]
        if not alerts:
            continue
        known = np.datetime64(again["at"].rstrip("Z")).astype("M8[s]")
        time = Timeline(known - AROUND, 0.0, 2.0 * AROUND.astype(float), LEFT, RIGHT)
        rest = [e for e in entries if e["activity"] != alerts[0]["activity"]]
        body = [
            strip(time, 4.0, 13.0, _spells(time, rest, "done"), "campaigns"),
            strip(time, 4.0 + ROW, 13.0, _spells(time, alerts, "out2"), "the target"),
            time.axis(4.0 + 2.0 * ROW),
        ]
        title = alerts[0]["title"]
        shown.append(
            figure(
                drawing(4.0 + 2.0 * ROW + 26.0, f"What {title} interrupted", body),
                f"{title}, announced {minute(again['at'])}: observed from "
                f"{minute(alerts[0]['begins'])} to {minute(alerts[0]['ends'])}; moved or cut for "
                f"it: {', '.join([*again['moved'], *again['lost']]) or 'nothing'}.",
            )
        )
    return shown


def _spells(
    time: Timeline, entries: list[dict[str, Any]], class_: str
) -> list[tuple[float, float, str, str]]:
    """Bars of what lies within `time`."""
    spells = [
        (time.second(e["begins"].rstrip("Z")), time.second(e["ends"].rstrip("Z")), e)
        for e in entries
    ]
    return [
        (first, last, class_ if e["done"] else "out", e["title"])
        for first, last, e in spells
        if last > time.first and first < time.last
    ]


def _array(view: View, one: dict[str, Any]) -> Markup:
    time = _time(one)
    width, y = time.right - time.left, 4.0
    body: list[Content] = []
    stops = {"behind the terrain": EARTH, "deep enough": LIGHT, "station heard by Earth": RELAY}
    for name, values in one["calendar"].items():
        body.append(
            picture(
                np.array(values)[None, :], stops.get(name, SILENCE), time.left, y, width, ROW - 3.0
            )
        )
        words = name if name != "behind the terrain" else "Earth behind the terrain"
        body.append(tag("text", words, x=LEFT - 8.0, y=y + 11.0, class_="tick", text_anchor="end"))
        y += ROW
    body.append(time.axis(y))
    return join(
        tag("h3", f"{spoken(one['name'])}: the calendar of radio silence"),
        figure(
            drawing(
                y + 28.0, "When the Earth is hidden, deep enough, and the array listened", body
            ),
            f"At {one['frequency_mhz']:g} MHz the Earth must stand {one['depth_deg']:.1f} deg "
            f"below the terrain's edge to be {one['shelter_db']:g} dB weaker: "
            f"{digits(one['deep_h'])} of "
            f"{digits(one['of_h'])} h. Of these {digits(one['done_h'])} h were listened to, with "
            "the station's radios silent, so that its line of contact is broken there. Harmonics "
            f"of converters are heard within {digits(one['lines_within_m'])} m, which takes "
            f"{share(one['channels_lost'])} % of the channels: {_spoken(one['converters'])}.",
        ),
    )


def _spoken(names: list[str]) -> str:
    return ", ".join(spoken(name) for name in names)


def _observers(rows: list[dict[str, Any]]) -> Markup | None:
    if not rows:
        return None
    heads = (
        "Observer", "Wavelength nm", "Ground km", "Earth radii a pixel", "Earth up h", "Whole h",
        "Watched h", "Images", "Data Gbit",
    )  # fmt: skip
    lines = [
        (
            spoken(r["name"]), f"{r['wavelength_nm']:g}",
            digits(r["ground_km"]) if r["earth_radii"] < 1.0 else "whole disc",
            digits(r["earth_radii"]), digits(r["up_h"]), digits(r["whole_h"]), digits(r["done_h"]),
            f"{r['images']:,}", digits(r["data_gbit"]),
        )
        for r in rows
    ]  # fmt: skip
    maps = [
        figure(
            map_of_hours(np.array(r["map"]["lit_h"])),
            f"Hours in which {spoken(r['name'])} saw each cell of {r['map']['cell_deg']} deg lit, "
            "from what was truly done. Coasts: Natural Earth.",
            legend=ramp(SEEN, "never", f"{np.max(r['map']['lit_h']):.0f} h"),
        )
        for r in rows
        if "map" in r
    ]
    return join(
        tag("h3", "The Earth, as it was watched"),
        table(heads, lines, numbers=range(1, 9)),
        *maps,
    )
