"""HTML and SVG written as nested calls; every text is escaped unless it is markup already."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

VOID = frozenset({"meta", "br", "hr", "img", "link", "input", "col"})


class Markup(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


Content = str | int | None | Iterable["Content"]


def join(*children: Content) -> Markup:
    """Children one after another: markup as it is, other text escaped, None left out."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(escape(child, quote=False))
        elif isinstance(child, int):
            parts.append(str(child))
        else:
            parts.append(join(*child))
    return Markup("".join(parts))


def tag(name: str, /, *children: Content, **attributes: object) -> Markup:
    """An element; `class_` is `class`, other underscores are hyphens; None and False leave out."""
    written = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-") if key != "viewBox" else key
        text = "" if value is True else number(value) if isinstance(value, float) else str(value)
        written.append(f' {key}="{escape(text)}"')
    body = join(*children)
    if name in VOID:
        return Markup("".join(written) + ">")
    return Markup("".join(written) + f">{body}</{name}>")


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel, without needless digits."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no coordinate")
    text = f"{value:.1f}"
    if text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text


def table(
    head: Sequence[Content],
    rows: Iterable[Sequence[Content]],
    *,
    numbers: Iterable[int] = (),
    caption: str = "",
) -> Markup:
    """A table whose columns `numbers` are set right; on a narrow page every row becomes a card."""
    right = set(numbers)
    labels = [join(h) for h in head]

    def cells(row: Sequence[Content]) -> Markup:
        return join(
            tag(
                "th" if i == 0 else "td",
                tag("span", cell) if i else cell,
                scope="row" if i == 0 else None,
                class_="n" if i in right else None,
                data_label=plain(labels[i]) if i else None,
            )
            for i, cell in enumerate(row)
        )

    return tag(
        "table",
        tag("caption", caption) if caption else None,
        tag(
            "thead",
            tag(
                "tr",
                (
                    tag("th", h, scope="col", class_="n" if i in right else None)
                    for i, h in enumerate(labels)
                ),
            ),
        ),
        tag("tbody", (tag("tr", cells(row)) for row in rows)),
    )


def figure(
    drawing: Markup, caption: Content, *, legend: Content = None, wide: bool = True
) -> Markup:
    """A drawing with its legend above and its caption below; wide ones scroll on a narrow page."""
    return tag(
        "figure",
        tag("div", legend, class_="legend") if legend else None,
        tag("div", drawing, class_="wide", tabindex="0") if wide else drawing,
        tag("figcaption", caption),
    )


def key(shown: Iterable[tuple[str, str]]) -> Markup:
    """A legend of (class, words): the class draws the swatch as it draws the series."""
    return join(
        tag("span", tag("i", class_=f"swatch {name}"), words, class_="key") for name, words in shown
    )


def section(anchor: str, title: str, *children: Content, lead: Content = None) -> Markup:
    """A section of the page, with a heading that can be linked to."""
    return tag(
        "section",
        tag("h2", title, id=f"{anchor}-title"),
        tag("p", lead, class_="lead") if lead else None,
        *children,
        id=anchor,
        aria_labelledby=f"{anchor}-title",
    )


def details(summary: Content, *children: Content) -> Markup:
    """Something that opens when asked for."""
    return tag("details", tag("summary", summary), *children)


def plain(markup: str) -> str:
    """Markup without its tags, for attributes."""
    out, inside = [], False
    for character in markup:
        if character == "<":
            inside = True
        elif character == ">":
            inside = False
        elif not inside:
            out.append(character)
    return "".join(out).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
