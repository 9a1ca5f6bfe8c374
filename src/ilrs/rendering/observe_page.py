"""The page of `ilrs observe`: a calendar of every target, and what it takes to observe it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.observing import Observing, commonest
from ilrs.rendering.bitmap import Stops, picture
from ilrs.rendering.markup import Content, Markup, figure, join, section, table, tag
from ilrs.rendering.page import heading, period, whole_page
from ilrs.rendering.panel import RIGHT, drawing
from ilrs.rendering.timeline import Timeline
from ilrs.rendering.wording import digits
from ilrs.sky.visibility import REASONS

SHOWN = 80
"""Targets that the calendar draws: the first ones; the table has all."""
LEFT, ROW = 190.0, 16.0
COLOURS = (
    (86, 180, 233), (30, 34, 48), (92, 84, 78), (150, 150, 150), (240, 190, 80), (0, 132, 104),
)  # fmt: skip
"""Of every code of `REASONS`, apart in lightness as well."""
SWATCH = "display:inline-block;width:.9rem;height:.9rem;margin-right:.35rem;vertical-align:-2px"
APART = "margin-right:1.1rem;white-space:nowrap"


def observe_page(seen: Observing, data: dict[str, Any]) -> str:
    """The page of what was found, as HTML that needs nothing else."""
    telescope = data["telescope"]
    low, high = telescope["band_nm"]
    when = (
        f"{data['begins'][:10]} to {data['ends'][:10]} from {data['place']}, "
        f"{telescope['aperture_m'] * 1e3:g} mm, {low:.0f}-{high:.0f} nm"
    )
    title = f"{len(data['targets'])} targets over {data['place']}"
    head = heading("Observing", title, period(when))
    return whole_page(title, head, _calendar(seen), _targets(data), _limits(data))


def code_stops() -> Stops:
    """A palette in which each code of `REASONS` has a band of its own."""
    n = len(REASONS)
    edges: list[tuple[float, tuple[int, int, int]]] = []
    for k, colour in enumerate(COLOURS):
        edges += [(k / n + 1e-6 * (k > 0), colour), ((k + 1) / n, colour)]
    return tuple(edges)


def code_key() -> Markup:
    """What the colours mean."""
    return tag(
        "p",
        (
            tag("span", tag("i", style=f"{SWATCH};background:rgb{colour}"), reason, style=APART)
            for colour, reason in zip(COLOURS, REASONS, strict=True)
        ),
    )


def calendar(names: Sequence[str], codes: NDArray[np.integer], time: Timeline) -> Markup:
    """A row of the commonest codes (targets, columns) for every target over `time`."""
    width, tall = time.right - time.left, ROW * len(names)
    shares = (codes + 0.5) / len(REASONS)
    body: list[Content] = [picture(shares, code_stops(), time.left, 6.0, width, tall)]
    for k, name in enumerate(names):
        y = 6.0 + ROW * (k + 0.7)
        body.append(tag("text", name, x=time.left - 8.0, y=y, class_="tick", text_anchor="end"))
    body.append(time.axis(6.0 + tall))
    return drawing(tall + 34.0, "When each target can be observed, and what keeps it", body)


def _calendar(seen: Observing) -> Markup:
    clock = seen.clock
    time = Timeline(clock.start, 0.0, float(clock.count * clock.step), LEFT, RIGHT)
    codes = commonest(seen.codes[:SHOWN], round(RIGHT - LEFT))
    words = "Every column is the commonest state of its stretch of time."
    if len(seen.stars) > SHOWN:
        words += f" The first {SHOWN} targets are drawn."
    drawn = calendar(seen.stars.names[:SHOWN], codes, time)
    return section("calendar", "When", figure(drawn, words, legend=code_key()))


def _targets(data: dict[str, Any]) -> Markup:
    heads = (
        "Target", "Magnitude", "In the band", "Open h", "Of time over the terrain", "Windows",
        "Longest h", "Longest gap h", "Highest", "S/N", "Exposure",
    )  # fmt: skip
    rows = [
        (
            row["name"],
            *(_said(row[key]) for key in ("magnitude", "magnitude_in_band", "hours")),
            "-" if row["efficiency"] is None else f"{row['efficiency']:.0%}",
            str(row["count"]),
            *(_said(row[key]) for key in ("longest_h", "longest_gap_h")),
            f"{row['highest_deg']:.1f}°".replace("-", "−"),
            f"{row['ratio']:g}",
            seconds(row["exposure_s"]) if not row["why"] else row["why"],
        )
        for row in data["targets"]
    ]
    return section("targets", "Targets", table(heads, rows, numbers=range(1, 10)))


def _limits(data: dict[str, Any]) -> Markup:
    t = data["telescope"]
    rows = [
        ("Resolution", f"{t['resolution_arcsec']:.2f} arcsec, diffraction alone"),
        ("Detector", f"{t['detector_k']:.0f} K: {t['dark_current_per_s']:.2g} e/s a pixel"),
        ("Kept from", f"{t['clearance_deg']:g} deg above the terrain, {t['sun_deg']:g} deg around "
                      f"the Sun and {t['earth_deg']:g} deg around the Earth while they are up"),
        ("Dust alone would ask", f"{t['sun_deg_by_dust']:.0f} deg from the Sun, "
                                 f"{t['earth_deg_by_dust']:.0f} deg from the full Earth"),
        ("Sun up", f"{data['sun_up_share']:.1%} of the time"),
        ("Earth up", f"{data['earth_up_share']:.1%} of the time"),
        ("Some target open", f"{data['anything_open_share']:.1%} of the time"),
    ]  # fmt: skip
    if (once := data["round"]) is not None:
        rows.append(("Once round", round_in_words(once)))
    return section("limits", "What it rests on", join(table(("", ""), rows)))


def _said(value: float | None) -> str:
    return "-" if value is None else digits(value)


def round_in_words(once: Mapping[str, Any]) -> str:
    """A round of targets: its turns, its exposures, and how long the shutter is open."""
    return (
        f"{len(once['order'])} targets, {sum(once['turns_deg']):.1f} deg of turns in "
        f"{seconds(once['turning_s'])}, {seconds(once['exposing_s'])} exposed, "
        f"{seconds(once['reading_s'])} between frames: shutter open {once['efficiency']:.1%} of it"
    )


def seconds(value: float | None) -> str:
    """An exposure in words; less than a millisecond is no exposure to speak of."""
    if value is None or not math.isfinite(value):
        return "-"
    if value < 1e-3:
        return "under 1 ms"
    for limit, size, unit in ((1.0, 1e-3, "ms"), (300.0, 1.0, "s"), (7200.0, 60.0, "min")):
        if value < limit:
            return f"{value / size:.3g} {unit}"
    return f"{value / 3600.0:.3g} h"
