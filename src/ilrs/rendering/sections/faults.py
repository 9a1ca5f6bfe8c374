"""Faults: when every unit failed and was back, and what else happened."""

from __future__ import annotations

import re

from ilrs.rendering.markup import Markup, details, figure, key, section, table, tag
from ilrs.rendering.panel import RIGHT, drawing, strip
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, minute, say, spoken, told, when

ROW, LABELS = 19.0, 262.0
OUT = re.compile(r"(\d+) out now")
Bar = tuple[float, float, str, str]


def faults(view: View) -> Markup:
    """The section."""
    happened = view.events_of("fault", "repair")
    number = sum(e["kind"] == "fault" for e in happened)
    repairs = len(happened) - number
    lead = (
        f"{count(number, 'failure')} and {count(repairs, 'repair')}, drawn from the seed or "
        "listed in the scenario."
        if happened
        else "Nothing failed in this run."
    )
    return section("faults", "Faults", _timeline(view) if happened else None, _log(view), lead=lead)


def spans(view: View) -> dict[str, list[Bar]]:
    """By `component.mode`: seconds from which to which how many units were out."""
    end = view.series.length
    open_: dict[str, tuple[float, int, str]] = {}
    found: dict[str, list[Bar]] = {}

    def close(name: str, until: float) -> None:
        since, units, began = open_.pop(name)
        if units > 0 and until > since:
            out = f"{count(units, 'unit')} out from {minute(began)}"
            words = f"{spoken(name)}: {out} for {say(until - since, 's')}"
            found.setdefault(name, []).append(
                (since, until, "out" if units == 1 else "out2", words)
            )

    for event in view.events_of("fault", "repair"):
        mode = str(event["text"]).split(":", 1)[0]
        name = f"{event['subject']}.{mode}"
        out = OUT.search(str(event["text"]))
        units = int(out.group(1)) if out else int(event["kind"] == "fault")
        second = float(event["second"])
        if name in open_:
            close(name, second)
        found.setdefault(name, [])
        open_[name] = (second, units, str(event["instant"]))
    for name in list(open_):
        close(name, end)
    return found


def _timeline(view: View) -> Markup:
    time = view.series.timeline(left=LABELS, right=RIGHT)
    body, y = [], 8.0
    found = spans(view)
    order = sorted(found, key=lambda name: (found[name][0][0] if found[name] else 0.0, name))
    for name in order:
        body.append(strip(time, y, 13.0, found[name], spoken(name)))
        y += ROW
    body.append(time.axis(y))
    return figure(
        drawing(y + 26.0, f"Units out over time, of {count(len(order), 'kind')} of failure", body),
        "A bar runs from a unit's failure to its repair, or to the end where nothing is repaired.",
        legend=key([("out", "one unit out"), ("out2", "more than one")]),
    )


def _log(view: View) -> Markup | None:
    """Every event but shedding, which the drawings of unserved energy tell better."""
    table_ = view.events
    if not len(table_):
        return None
    numbers = {str(k): int(n) for k, n in table_["kind"].value_counts().sort_index().items()}
    said = ", ".join(f"{n} {kind}" for kind, n in numbers.items())
    kept = [e for e in table_.to_dict("records") if e["kind"] != "shedding"]
    rows = [
        (when(e["instant"], exact=True), e["kind"], spoken(str(e["subject"])), told(str(e["text"])))
        for e in kept[:600]
    ]
    words = f"All events: {said}"
    notes = [
        tag("p", "Shedding is left out here; events.parquet holds it.", class_="small")
        if "shedding" in numbers
        else None,
        tag("p", f"The first 600 of {len(kept)}.", class_="small") if len(kept) > 600 else None,
    ]
    search = tag(
        "input",
        type="search",
        class_="filter",
        placeholder="filter events",
        aria_label="Filter events",
        hidden=True,
    )
    return details(words, search, notes, table(("When", "Kind", "Who", "What"), rows))
