"""Drawings of the roadmap: who comes when, slips, windows, manifests and chances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ilrs.language import Words, text
from ilrs.rendering.markup import Markup, join, number, tag
from ilrs.rendering.panel import drawing
from ilrs.rendering.timeline import Timeline
from ilrs.rendering.wording import NONE, columns, shortened

LEFT, RIGHT = 226.0, 1056.0
ROW = 26.0
WIDEST = 28
"""Letters of a name on one line."""
MONTH = 30.4375
PLANS = ("before", "after", "replanned")
"""The three plans by the key of their dates."""
STYLE = """
svg .was { fill: var(--card); stroke: var(--plan); stroke-width: 2; }
svg .slipped { fill: var(--bad); stroke: var(--bad); }
svg .renewed { fill: var(--battery); stroke: var(--battery); }
svg .might { fill: var(--card); stroke: var(--battery); stroke-width: 2; }
svg .stem { stroke: var(--bad); stroke-width: 2; opacity: .55; }
svg .window { fill: var(--earth); opacity: .28; } svg .window.open { fill: url(#fade); }
svg .late { fill: var(--bad); } svg .slack { fill: var(--battery); opacity: .3; }
svg .join { stroke: var(--soft); stroke-dasharray: 2 3; }
svg .own { fill: var(--p2); }
svg .other { fill: var(--battery); }
svg .guest { fill: var(--array); }
svg .room { fill: none; stroke: var(--soft); }
svg .c-before { stroke: var(--plan); stroke-dasharray: 5 3; } svg .c-after { stroke: var(--bad); }
svg .c-replanned { stroke: var(--battery); }
svg .c-before, svg .c-after, svg .c-replanned { fill: none; stroke-width: 2;
  stroke-linejoin: round; }
svg .row-name { font-size: 12px; } svg .tight { font-size: 11px; }
svg .value { font-size: 11.5px; font-weight: 600; }
svg .ghost { fill: none; stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 2; }
svg .horizon { stroke: var(--ink); stroke-dasharray: 1 3; }
.swatch.was { border: 2px solid var(--plan); border-radius: 50%; }
.swatch.slipped, .swatch.late { background: var(--bad); }
.swatch.slipped, .swatch.renewed { border-radius: 50%; }
.swatch.might { border: 2px solid var(--battery); border-radius: 50%; }
.swatch.renewed, .swatch.other { background: var(--battery); }
.swatch.slack { background: var(--battery); opacity: .3; }
.swatch.window { background: var(--earth); opacity: .4; }
.swatch.own { background: var(--p2); } .swatch.guest { background: var(--array); }
.swatch.c-before { height: 0; width: 22px; border-top: 2px dashed var(--plan); border-radius: 0; }
.swatch.c-after, .swatch.c-replanned { height: 0; width: 22px;
  border-top: 2.5px solid var(--bad); border-radius: 0; }
.swatch.c-replanned { border-top-color: var(--battery); }
.swatch.ghost { border: 1px dashed var(--soft); border-radius: 50%; }
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr));
  gap: 1.2rem 1.6rem; }
.curves figure { margin: 0; } .curves h4 { margin: 0 0 .2rem; font: 600 .92rem var(--sans); }
.curves h4 small { font-weight: 400; }
"""


def instant(text: str) -> np.datetime64:
    """A date of the data as an instant."""
    return np.datetime64(text, "s")


def over(dates: Iterable[str], *, years: int = 1, right: float = RIGHT) -> Timeline:
    """An axis over dates, whole years, with some room after the last."""
    all_dates = [instant(d) for d in dates]
    begin = min(all_dates).astype("M8[Y]")
    # Half a year more, so that the last year's words are not at the edge.
    end = (max(all_dates).astype("M8[Y]") + np.timedelta64(years, "Y")).astype("M8[M]") + 6
    start = begin.astype("M8[s]")
    span = float((end.astype("M8[s]") - start) / np.timedelta64(1, "s"))
    return Timeline(start, 0.0, span, LEFT, right, iso=True)


def _x(time: Timeline, text: str) -> float:
    return time.x(time.second(instant(text)))


def _name(words: str, y: float, *, strong: bool = False) -> Markup:
    """A row's name at the left, on two lines where one is too short."""
    lines = _lines(words)
    first = y + 4.0 - 6.0 * (len(lines) - 1)
    return tag(
        "text",
        tag("title", words),
        (tag("tspan", line, x=LEFT - 12.0, y=first + 12.0 * k) for k, line in enumerate(lines)),
        text_anchor="end",
        class_=" ".join(
            ["mission-name strong" if strong else "row-name", *(["tight"] if lines[1:] else [])]
        ),
    )


def _lines(words: str) -> list[str]:
    """A name as one line, or as two broken where a word ends."""
    if columns(words) <= WIDEST:
        return [words]
    parts = words.split(" ")
    fitting = [k for k in range(1, len(parts)) if columns(" ".join(parts[:k])) <= WIDEST]
    if not fitting:
        return [shortened(words, WIDEST)]
    first = " ".join(parts[: fitting[-1]])
    return [first, shortened(words[len(first) :].strip(), WIDEST + 4)]


def waterfall(rows: Sequence[Mapping[str, Any]], word: Words) -> Markup:
    """Months late, mission by mission: what comes in, what slack takes, what is handed on."""
    most = max([max(r["days"], 0) + r["absorbed"] for r in rows], default=1) / MONTH
    least = min([0, *(r["days"] for r in rows)]) / MONTH
    scale = (RIGHT - LEFT - 320.0) / max(most - least, 1.0)
    zero, high = LEFT - least * scale, 40.0
    body: list[Markup] = []
    for k, row in enumerate(rows):
        y = 30.0 + high * k
        body.append(_name(row["title"], y + 11.0, strong=True))
        late, slack = row["days"] / MONTH * scale, row["absorbed"] / MONTH * scale
        bars = ((min(late, 0.0), abs(late), "late"), (late, max(slack, 0.0), "slack"))
        body += [
            tag("rect", x=zero + left, y=y, width=width, height=22.0, rx=2, class_=class_)
            for left, width, class_ in bars
            if width
        ]
        months = f"{row['days'] / MONTH:+.0f}"
        late_by = word("months", months=months) if row["days"] else word("chart.on_time")
        said = f"{late_by}, {row['date']}"
        if row["absorbed"]:
            said += " · " + word("chart.slack_takes", months=f"{row['absorbed'] / MONTH:.0f}")
        edge = zero + max(late, 0.0) + max(slack, 0.0)
        body.append(tag("text", said, x=edge + 10.0, y=y + 15.0, class_="value"))
        if k + 1 < len(rows) and late > 0:
            body.append(
                tag("line", x1=zero + late, x2=zero + late, y1=y + 22.0, y2=y + high, class_="join")
            )
    bottom = 30.0 + high * len(rows)
    step = next(s for s in (1, 2, 3, 6, 12, 24, 60, 120, 240, 2400) if (most - least) / s <= 10)
    marks = []
    for month in range(int(least / step) * step, int(most) + 1, step):
        x = zero + month * scale
        marks += [
            tag("line", x1=x, x2=x, y1=18.0, y2=bottom - 8.0, class_="grid"),
            tag("text", f"{month}", x=x, y=12.0, class_="tick", text_anchor="middle"),
        ]
    edge = LEFT - 12.0
    said = word("chart.months_late")
    marks.append(tag("text", said, x=edge, y=12.0, class_="tick", text_anchor="end"))
    words = "; ".join(f"{r['title']} {r['days'] / MONTH:+.0f}" for r in rows)
    return drawing(bottom, word("chart.waterfall", missions=words), marks, body)


def dates(rows: Sequence[Mapping[str, Any]], horizon: str, word: Words) -> Markup:
    """Every mission's date as written, after the change, and in the best new order."""
    shown = [d for r in rows for k in PLANS if (d := r[k])]
    time = over([*shown, horizon])
    top = 16.0
    bottom = top + ROW * len(rows) + 4.0
    body = [time.gridlines(top, bottom)]
    x = _x(time, horizon)
    body.append(tag("line", x1=x, x2=x, y1=top, y2=bottom, class_="horizon"))
    said = word("chart.utilization")
    body.append(tag("text", said, x=x + 5.0, y=top + 8.0, class_="note", text_anchor="start"))
    for k, row in enumerate(rows):
        y = top + ROW * (k + 0.5)
        body.append(_name(row["title"], y))
        at = {key: _x(time, row[key]) for key in PLANS if row[key]}
        if "before" in at and "after" in at and at["after"] != at["before"]:
            body.append(tag("line", x1=at["before"], x2=at["after"], y1=y, y2=y, class_="stem"))
        marks = (("before", "was", 6.0), ("after", "slipped", 5.5), ("replanned", "renewed", 3.5))
        for key, class_, radius in marks:
            if key in at and not (key == "after" and at["after"] == at.get("before")):
                title = tag("title", f"{row['title']}, {word('plan.' + key)}: {row[key]}")
                body.append(tag("circle", title, cx=at[key], cy=y, r=radius, class_=class_))
        if row["after"] is None:
            said, x = word("chart.never_comes"), at["before"] + 12.0
            body.append(tag("text", said, x=x, y=y + 4.0, class_="value flag"))
    return drawing(bottom + 26.0, word("chart.dates"), body, time.axis(bottom))


def waits(rows: Sequence[Mapping[str, Any]], was: str | None, horizon: str, word: Words) -> Markup:
    """How long each payload waits: when it was to fly, when it may now, how likely by utilization.

    A row has `title`, `date` (None: nowhere), `goes` (whether it goes with the others) and `said`.
    """
    shown = [d for d in (was, horizon, *(r["date"] for r in rows)) if d]
    time = over(shown, right=RIGHT - 190.0)
    top = 16.0
    bottom = top + ROW * len(rows) + 4.0
    x = _x(time, horizon)
    body = [
        time.gridlines(top, bottom),
        tag("line", x1=x, x2=x, y1=top, y2=bottom, class_="horizon"),
        tag("text", word("chart.utilization"), x=x + 5.0, y=top - 4.0, class_="note",
            text_anchor="start"),
    ]  # fmt: skip
    for k, row in enumerate(rows):
        y = top + ROW * (k + 0.5)
        body.append(_name(row["title"], y))
        if was is not None:
            body.append(tag("circle", cx=_x(time, was), cy=y, r=5.0, class_="was"))
        if row["date"]:
            at = _x(time, row["date"])
            if was is not None:
                body.append(tag("line", x1=_x(time, was) + 5.0, x2=at, y1=y, y2=y, class_="stem"))
            kind = "renewed" if row["goes"] else "might"
            body.append(tag("circle", tag("title", row["date"]), cx=at, cy=y, r=5.0, class_=kind))
        flag = "value" if row["goes"] else "note" if row["date"] else "value flag"
        body.append(tag("text", row["said"], x=RIGHT, y=y + 4.0, class_=flag, text_anchor="end"))
    return drawing(bottom + 26.0, word("chart.waits"), body, time.axis(bottom))


def windows(
    rows: Sequence[Mapping[str, Any]], moved: Mapping[str, str | None], word: Words
) -> Markup:
    """Windows of proposals, when their mission now comes, and where they find a place instead."""
    shown = [d for r in rows for d in (r.get("begins"), r.get("ends"), r["on"]) if d]
    shown += [d for d in moved.values() if d]
    time = over(shown or ["2031-01-01"])
    bottom = 12.0 + ROW * len(rows) + 4.0
    body = [time.gridlines(8.0, bottom)]
    for k, row in enumerate(rows):
        y = 12.0 + ROW * (k + 0.5)
        body.append(_name(row["title"], y))
        if "begins" in row:  # absent where its partner keeps it confidential
            body.append(_window(row, time, y, word))
        comes = moved.get(row["mission"])
        if comes:
            title = tag("title", word("chart.comes", date=comes))
            body.append(tag("circle", title, cx=_x(time, comes), cy=y, r=5.5, class_="slipped"))
        if row["on"]:
            title = tag("title", word("chart.flies", flight=row["flight"]["title"], date=row["on"]))
            body.append(tag("circle", title, cx=_x(time, row["on"]), cy=y, r=4.5, class_="renewed"))
    return drawing(bottom + 26.0, word("chart.windows"), body, time.axis(bottom))


def _window(row: Mapping[str, Any], time: Timeline, y: float, word: Words) -> Markup:
    left = _x(time, row["begins"]) if row["begins"] else LEFT
    right = _x(time, row["ends"]) if row["ends"] else RIGHT
    said = word("chart.window", begins=row["begins"] or NONE, ends=row["ends"] or NONE)
    return tag(
        "rect",
        tag("title", said),
        x=left, y=y - 7.0, width=max(right - left, 3.0), height=14.0, rx=2, class_="window",
    )  # fmt: skip


def manifests(flights: Sequence[Mapping[str, Any]], word: Words) -> Markup:
    """What each launch brings, as mass against its room; what comes from elsewhere stands out."""
    most = max([f["room_kg"] for f in flights] + [f.get("mass_kg", 0.0) for f in flights])
    scale = (RIGHT - LEFT - 100.0) / max(most, 1.0)
    body, high = [], 46.0
    for k, flight in enumerate(flights):
        y = 8.0 + high * k
        body.append(_name(flight["title"], y + 3.0, strong=True))
        body.append(
            tag("text", flight["leaves"], x=LEFT - 12.0, y=y + 26.0, class_="tick",
                text_anchor="end")
        )  # fmt: skip
        x = LEFT
        told = "mass_kg" in flight  # absent where a partner aboard keeps its mass confidential
        cargo = flight["cargo"] if told else ()
        for c in sorted(cargo, key=lambda c: (c["partner"], c["from"] != flight["mission"])):
            width = c["mass_kg"] * scale
            own = c["from"] == flight["mission"]
            kind = "guest" if c["partner"] else "own" if own else "other"
            came = "" if own else word("chart.came", mission=c["from"])
            body.append(
                tag(
                    "rect",
                    tag("title", f"{c['title']}: {c['mass_kg']:.0f} kg{came}"),
                    x=x, y=y, width=max(width - 0.8, 0.8), height=24.0, class_=kind,
                )
            )  # fmt: skip
            if width > 7.0 * columns(c["title"]) + 8.0:
                body.append(tag("text", c["title"], x=x + 6.0, y=y + 16.0, class_="in-bar"))
            x += width
        body.append(
            tag("rect", x=LEFT, y=y, width=flight["room_kg"] * scale, height=24.0, class_="room")
        )
        mass = f"{flight['mass_kg']:.0f}" if told else word("chart.confidential")
        share = word("chart.of_room", mass=mass, room=f"{flight['room_kg']:.0f}")
        edge = max(flight["room_kg"] * scale, x - LEFT) + LEFT
        body.append(tag("text", share, x=edge + 8.0, y=y + 16.0, class_="tick"))
    return drawing(8.0 + high * len(flights), word("chart.manifests"), body)


def curve(row: Mapping[str, Any], at: Sequence[str], horizon: str, word: Words) -> Markup:
    """Chance that an objective can be pursued by a date, in the three plans."""
    width, height, left, top = 380.0, 170.0, 38.0, 8.0
    right, bottom = width - 8.0, height - 24.0
    seconds = [float((instant(d) - instant(at[0])) / np.timedelta64(1, "s")) for d in at]
    time = Timeline(instant(at[0]), 0.0, seconds[-1], left, right)
    body = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = bottom - share * (bottom - top)
        body.append(tag("line", x1=left, x2=right, y1=y, y2=y, class_="grid"))
        if share in (0.0, 0.5, 1.0):
            words = f"{100 * share:.0f} %"
            body.append(
                tag("text", words, x=left - 6.0, y=y + 4.0, class_="tick", text_anchor="end")
            )
    x = time.x(time.second(instant(horizon)))
    body.append(tag("line", x1=x, x2=x, y1=top, y2=bottom, class_="horizon"))
    for plan, class_ in (
        ("as_written", "before"),
        ("changed", "after"),
        ("replanned", "replanned"),
    ):
        points = " L".join(
            f"{number(time.x(s))},{number(bottom - v * (bottom - top))}"
            for s, v in zip(seconds, row[plan], strict=True)
        )
        body.append(tag("path", d=f"M{points}", class_=f"c-{class_}"))
    years = np.arange(instant(at[0]).astype("M8[Y]"), instant(at[-1]).astype("M8[Y]") + 1, 2)
    for year in years:
        x = time.x(time.second(year.astype("M8[s]")))
        if left <= x <= right:
            body.append(
                tag("text", str(year), x=x, y=bottom + 16.0, class_="tick", text_anchor="middle")
            )
    return drawing(height, word("chart.chance", words=row["words"]), body, width=width)


def roadmap_timeline(data: Mapping[str, Any], word: Words) -> Markup:
    """Phases, and missions by date with what else sources say of it, milestones below."""
    missions = data["missions"]
    others = [a["value"][:10] for m in missions for a in m["alternatives"]]
    ends = [p["ends"] or p["begins"] for p in data["phases"]]
    time = over([m["date"] for m in missions] + others + ends, years=2)
    top = 46.0
    bottom = top + 23.0 * len(missions) + 6.0
    body = [*_phases(data["phases"], time), time.gridlines(top - 8.0, bottom)]
    for k, m in enumerate(missions):
        y, x = top + 23.0 * (k + 0.5) - 4.0, _x(time, m["date"])
        body.append(_name(m["title"], y, strong=bool(m["objectives"])))
        end = x
        for a in m["alternatives"]:
            at = _x(time, a["value"][:10])
            end = max(end, at)
            body.append(tag("line", x1=at, x2=x, y1=y, y2=y, class_="join"))
            said = f"{a['source']} {a['note']}".strip()
            title = tag("title", f"{a['value'][:10]}: {said}")
            body.append(tag("circle", title, cx=at, cy=y, r=4.5, class_="ghost"))
        how = text(f"state.{m['confidence']}", word.language)
        title = tag("title", f"{m['title']}, {m['date']}, {how}: {m['source']}")
        if m["confidence"] in {"cancelled", "lost"}:
            cross = f"M{number(x - 4)},{number(y - 4)} l8,8 m0,-8 l-8,8"
            body.append(tag("path", title, d=cross, class_=f"mark-{m['confidence']}"))
        else:
            body.append(tag("circle", title, cx=x, cy=y, r=5.0, class_=f"mark-{m['confidence']}"))
        room = int((RIGHT - end - 14.0) / 6.4)
        said = m["outcome"] or word.say([f["title"] for f in m["manifest"]])
        if columns(said) > room and m["manifest"]:
            said = f"{brought(m['manifest'], word)}, {m['manifest_kg']:.0f} kg"
        if said and room > 12:
            words = shortened(said, room)
            body.append(tag("text", words, x=end + 12.0, y=y + 4.0, class_="note"))
    names = word.say([f"{m['title']} {m['date'][:4]}" for m in missions])
    return drawing(bottom + 26.0, word("page.by_date", missions=names), body, time.axis(bottom))


def brought(manifest: Sequence[Mapping[str, Any]], word: Words) -> str:
    """How many facilities a mission brings."""
    one = len(manifest) == 1
    return word("page.brings_one") if one else word("page.brings_many", count=len(manifest))


def _phases(phases: Sequence[Mapping[str, Any]], time: Timeline) -> list[Markup]:
    drawn: list[Markup] = []
    for k, phase in enumerate(phases):
        left = max(_x(time, phase["begins"]), LEFT)
        right = min(_x(time, phase["ends"]), RIGHT) if phase["ends"] else RIGHT
        if right > left:
            shown = phase["title"] if right - left > 6.5 * columns(phase["title"]) else ""
            drawn.append(
                join(
                    tag(
                        "rect", tag("title", phase["title"]), x=left, y=6.0, height=22.0,
                        width=right - left - 2.0, class_=f"phase p{k % 2}",
                    ),
                    tag("text", shown, x=left + 7.0, y=21.0, class_="phase-name"),
                )
            )  # fmt: skip
    return drawn
