"""A page of its own that stands alone: head, period, sections, one style."""

from __future__ import annotations

from importlib.resources import files

from ilrs.rendering.markup import Content, Markup, tag

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(eyebrow: str, title: str, period: str, *sections: Content, style: str = "") -> str:
    """The page as HTML; `style` is added to that of the report."""
    head = tag(
        "header",
        tag(
            "div",
            tag("p", eyebrow, class_="eyebrow"),
            tag("h1", title),
            tag("p", period, class_="period"),
            class_="inner",
        ),
    )
    sheet = files("ilrs.rendering").joinpath("style.css").read_text(encoding="utf-8") + style
    whole = tag(
        "html",
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", title),
            tag("style", Markup(sheet)),
        ),
        tag("body", head, tag("main", *sections)),
        lang="en",
    )
    return f"<!doctype html>\n{whole}\n"
