"""Where the power of the darkest and the brightest season went: sources, buses, stores, loads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ilrs.rendering.ledger import Entry, Ledger, ledger
from ilrs.rendering.markup import Content, Markup, figure, join, key, tag
from ilrs.rendering.panel import WIDTH, drawing
from ilrs.rendering.sections.budgets import GAP, NODE, SLOT, per_joule
from ilrs.rendering.sections.light import LUNATION
from ilrs.rendering.view import View
from ilrs.rendering.wording import day, listed, say, spoken

SEASON = 3.0 * LUNATION
"""Length of a season [s]."""
TOP, TALL, BELOW = 26.0, 400.0, 32.0
COLUMNS = (220.0, 350.0, 520.0, 700.0, WIDTH - 244.0)
"""Left edges [px] of sources, buses, stores, what reaches loads, and ends."""
STORE_GAP = 24.0
STORE_ROOM = 46.0
"""For a store's words below it [px]."""
SMALL, MOST = 0.01, 12
"""Less than this share of a side, or beyond so many, stands with others of its side in one bar."""
STORES = {"battery": "batteries", "cell": "fuel cells"}


def seasons(view: View) -> Markup | None:
    """The darkest and the brightest season; the whole of a run that has no two."""
    series = view.series
    if not series.count:
        return None
    books = [(words, _gathered(ledger(series, *span))) for words, span in _spans(view)]
    books = [(words, b) for words, b in books if b.came > 0.0 and b.delivered > 0.0]
    if not books:
        return None
    scale = min(per_joule([e for _, _, e in side]) for _, b in books for side in _sides(b))
    return tag(
        "div",
        tag(
            "h3", "Where the power went" if len(books) < 2 else "The darkest season, the brightest"
        ),
        [_sankey(view, words, b, scale) for words, b in books],
    )


def _spans(view: View) -> list[tuple[str, tuple[int, int]]]:
    """Words and steps of the stretches that are drawn."""
    series = view.series
    length = int(SEASON // series.step)
    if series.count < 2 * length or series.main is None:
        return [("The whole run", (0, series.count))]
    lit = series.light(series.main, 10).astype(np.float64)
    total = np.cumsum(np.concatenate([[0.0], lit]))
    season = total[length:] - total[:-length]
    dark, bright = int(np.argmin(season)), int(np.argmax(season))
    return [
        ("The darkest season", (dark, dark + length)),
        ("The brightest season", (bright, bright + length)),
    ]


def _gathered(book: Ledger) -> Ledger:
    """The ledger with what is small on a side in one entry, and every name there once.

    A source that is its facility's only one goes by the facility's name.
    """
    of = Counter(e.name.split("/", 1)[0] for e in book.sources)
    sources = [
        replace(e, name=facility) if of[facility := e.name.split("/", 1)[0]] == 1 else e
        for e in book.sources
    ]
    return replace(book, sources=_with_others(sources), loads=_with_others(book.loads))


def _with_others(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    by_size = sorted(entries, key=lambda e: (-e.energy, e.name))
    whole = sum(e.energy for e in entries)
    kept = [e for e in by_size[:MOST] if e.energy >= SMALL * whole]
    others = by_size[len(kept) :]
    if len(others) == 1:
        kept, others = by_size, []
    often = Counter(e.name for e in kept)
    named = [replace(e, name=f"{e.name} at {e.bus}") if often[e.name] > 1 else e for e in kept]
    if others:
        energy = sum(e.energy for e in others)
        kind = "source" if others[0].kind != "p1" else "p1"
        named.append(Entry(f"{len(others)} others", kind, "several buses", energy))
    return tuple(named)


def _ends(book: Ledger) -> list[tuple[str, str, float]]:
    """Words, class and energy [J] of where it ended, from the top."""
    loads = [(spoken(e.name), "p1", e.energy) for e in _loads(book)]
    lost = sum(max(s.lost, 0.0) for s in book.stores)
    ends = [("not needed", "loss", book.dumped), *loads]
    ends += [("lost in cables", "loss", book.cables), ("lost in stores", "loss", lost)]
    return [e for e in ends if e[2] > 0.0]


def _loads(book: Ledger) -> list[Entry]:
    """Loads by bus, the greatest bus and the greatest of each first."""
    by_bus: dict[str, float] = {}
    for e in book.loads:
        by_bus[e.bus] = by_bus.get(e.bus, 0.0) + e.energy
    return sorted(book.loads, key=lambda e: (-by_bus[e.bus], e.bus, -e.energy, e.name))


def _sources(book: Ledger) -> list[Entry]:
    return sorted(book.sources, key=lambda e: (e.bus, -e.energy, e.name))


def _sides(book: Ledger) -> list[list[tuple[str, str, float]]]:
    return [[(e.name, e.kind, e.energy) for e in _sources(book)], _ends(book)]


def _sankey(view: View, words: str, book: Ledger, scale: float) -> Markup:
    """Five columns; the height of everything is its energy at `scale` [px/J]."""
    body: list[Content] = []
    x_source, x_bus, _, x_load, x_end = COLUMNS
    tops = _slots([e.energy * scale for e in _sources(book)])
    y = TOP
    for e, top in zip(_sources(book), tops, strict=True):
        tall = e.energy * scale
        said = f"{spoken(e.name)}: {say(e.energy, 'J')}"
        body.append(_ribbon(x_source + NODE, top, x_bus, y, tall, e.kind, said))
        body.append(_bar(x_source, top, tall, e.kind, said))
        body.append(_label(x_source - 8.0, top + tall / 2.0, spoken(e.name), e.energy, "end"))
        y += tall
    ends = _ends(book)
    end_tops = dict(zip((e[0] for e in ends), _slots([e[2] * scale for e in ends]), strict=True))
    y_left = TOP
    if book.dumped > 0.0:
        tall, said = book.dumped * scale, f"not needed: {say(book.dumped, 'J')}"
        at = end_tops["not needed"]
        body.append(_ribbon(x_bus + NODE, y_left, x_end, at, tall, "loss", said))
        y_left += tall
    y_load = y_left + GAP
    direct = book.direct * scale
    said = f"from sources to loads without a store: {say(book.direct, 'J')}"
    body.append(_ribbon(x_bus + NODE, y_left, x_load, y_load, direct, "array", said))
    drawn, words_of_stores = _stores(book, scale, y_left + direct, y_load + direct, end_tops)
    body += drawn
    y = y_load
    for e in _loads(book):
        tall, name = e.energy * scale, spoken(e.name)
        said = f"{name}, at {e.bus}: {say(e.energy, 'J')}"
        body.append(_ribbon(x_load + NODE, y, x_end, end_tops[name], tall, "p1", said))
        y += tall
    if book.cables > 0.0:
        tall, said = book.cables * scale, f"lost in cables: {say(book.cables, 'J')}"
        body.append(
            _ribbon(x_load + NODE, y, x_end, end_tops["lost in cables"], tall, "loss", said)
        )
        body.append(_bar(x_load, y, tall, "loss", said))
    body += _buses(_sources(book), x_bus, TOP, scale, "brought to")
    body += _buses(_loads(book), x_load, y_load, scale, "used at")
    body += words_of_stores
    for name, class_, energy in ends:
        tall = energy * scale
        body.append(_bar(x_end, end_tops[name], tall, class_, f"{name}: {say(energy, 'J')}"))
        body.append(_label(x_end + NODE + 8.0, end_tops[name] + tall / 2.0, name, energy, None))
    for x, title in zip(
        COLUMNS, ("sources", "buses", "stores", "buses", "loads and losses"), strict=True
    ):
        body.append(
            tag("text", title, x=x + NODE / 2.0, y=12.0, class_="tick", text_anchor="middle")
        )
    told = "; ".join(f"{n} {say(e, 'J')}" for n, _, e in ends)
    return figure(
        drawing(TOP + TALL + BELOW, f"{words}: {told}", body),
        _caption(view, words, book),
        legend=key(_shown(book)),
    )


def _shown(book: Ledger) -> list[tuple[str, str]]:
    """The legend of what is there."""
    there = {e.kind for e in book.sources} | {s.kind for s in book.stores} | {"array", "p1", "loss"}
    words = (
        ("array", "arrays, and straight to loads"),
        ("reactor", "reactor"),
        ("source", "other sources"),
        ("battery", "batteries"),
        ("cell", "fuel cells"),
        ("p1", "loads"),
        ("loss", "lost or not needed"),
    )
    return [(class_, said) for class_, said in words if class_ in there]


def _stores(
    book: Ledger, scale: float, y_bus: float, y_load: float, end_tops: dict[str, float]
) -> tuple[list[Content], list[Content]]:
    """Stores below what goes straight, and their words: what they took, gave and lost."""
    _, x_bus, x_store, x_load, x_end = COLUMNS
    drawn: list[Content] = []
    told: list[Content] = []
    y, y_lost = max(y_bus, y_load) + STORE_GAP, end_tops.get("lost in stores", 0.0)
    for s in book.stores:
        took, gave, lost = s.took * scale, s.gave * scale, max(s.lost, 0.0) * scale
        tall = max(took, gave + lost, 1.0)
        name = STORES[s.kind]
        said = f"{name} took {say(s.took, 'J')}, gave {say(s.gave, 'J')}"
        drawn.append(_ribbon(x_bus + NODE, y_bus, x_store, y, took, s.kind, said))
        drawn.append(_ribbon(x_store + NODE, y, x_load, y_load, gave, s.kind, said))
        drawn.append(_bar(x_load, y_load, gave, s.kind, said))
        if lost > 0.0:
            heat = f"lost in {name}: {say(s.lost, 'J')}"
            drawn.append(_ribbon(x_store + NODE, y + gave, x_end, y_lost, lost, "loss", heat))
            y_lost += lost
        drawn.append(_bar(x_store, y, tall, s.kind, said))
        words = f"took {say(s.took, 'J')}, gave {say(s.gave, 'J')}"
        for text, class_, down in ((name, "plan-name halo", 14.0), (words, "tick halo", 27.0)):
            x, below = x_store + NODE / 2.0, y + tall + down
            told.append(tag("text", text, x=x, y=below, class_=class_, text_anchor="middle"))
        y_bus, y_load, y = y_bus + took, y_load + gave, y + tall + STORE_ROOM
    return drawn, told


def _caption(view: View, words: str, book: Ledger) -> str:
    series = view.series
    gave = sum(s.gave for s in book.stores)
    lost = sum(max(s.lost, 0.0) for s in book.stores) + book.cables
    served = book.delivered - book.cables
    begins, ends = series.instant(book.first), series.instant(book.last)
    changes = [
        f"{STORES[s.kind]} end with {say(abs(s.kept), 'J')} {'more' if s.kept > 0.0 else 'less'}"
        for s in book.stores
        if abs(s.kept) > 1e-3 * max(s.took, s.gave)
    ]
    more = f" The {listed(changes)} than they began with." if changes else ""
    through = say(gave / book.delivered, "") if gave > 0.0 else "none"
    spare = f" and {say(book.dumped, 'J')} had no taker" if book.dumped > 0.0 else ""
    length = (book.last - book.first) * series.step
    return (
        f"{words}, {day(begins)} to {day(ends)}: sources gave {say(book.came, 'J')} "
        f"({say(book.came / length, 'W')} on average), loads got {say(served, 'J')}, "
        f"{through} of what reached the buses of loads through stores; "
        f"{say(lost, 'J')} were lost on the way{spare}.{more}"
    )


def _slots(heights: list[float]) -> list[float]:
    """Tops of bars down a column, each with a line's room, spread over its height."""
    slots = [max(h, SLOT) for h in heights]
    gap = max((TALL - sum(slots)) / max(len(slots) - 1, 1), 0.0) if len(slots) > 1 else 0.0
    gap = min(gap, 3.0 * SLOT)
    tops, y = [], TOP
    for height, slot in zip(heights, slots, strict=True):
        tops.append(y + 0.5 * (slot - height))
        y += slot + gap
    return tops


def _buses(entries: list[Entry], x: float, top: float, scale: float, words: str) -> list[Content]:
    """The bar of the buses, a piece for each, named where there is room."""
    energy: dict[str, float] = {}
    for e in entries:
        energy[e.bus] = energy.get(e.bus, 0.0) + e.energy
    drawn: list[Content] = []
    y = top
    for bus, joules in energy.items():
        tall = joules * scale
        said = f"{words} {bus}: {say(joules, 'J')}"
        drawn.append(_bar(x, y, max(tall - 1.0, 0.5), "bus", said))
        if tall > SLOT:
            drawn.append(tag("text", bus, x=x + NODE + 5.0, y=y + 0.5 * tall + 4.0, class_="halo"))
        y += tall
    return drawn


def _bar(x: float, y: float, tall: float, class_: str, said: str) -> Markup:
    return tag(
        "rect",
        tag("title", said),
        x=x,
        y=y,
        width=NODE,
        height=max(tall, 1.0),
        class_=class_,
    )


def _label(x: float, y: float, words: str, energy: float, anchor: str | None) -> Markup:
    value = tag("tspan", f" · {say(energy, 'J')}", class_="tick")
    return tag("text", words, value, x=x, y=y + 4.0, text_anchor=anchor)


def _ribbon(
    x: float, y: float, to_x: float, to_y: float, tall: float, class_: str, said: str
) -> Markup:
    """A band of `tall` [px] from one bar to another."""
    bend = 0.5 * (x + to_x)
    shape = (
        f"M{x:.1f},{y:.1f}C{bend:.1f},{y:.1f} {bend:.1f},{to_y:.1f} {to_x:.1f},{to_y:.1f}"
        f"V{to_y + tall:.1f}C{bend:.1f},{to_y + tall:.1f} {bend:.1f},{y + tall:.1f} "
        f"{x:.1f},{y + tall:.1f}Z"
    )
    return join(tag("path", tag("title", said), d=shape, class_=f"ribbon {class_}"))
