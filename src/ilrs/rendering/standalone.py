"""A page that stands alone: style inside, nothing fetched, readable without scripts."""

from __future__ import annotations

from importlib.resources import files

from ilrs.rendering.markup import Content, Markup, tag

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def standalone(
    title: str,
    eyebrow: str,
    lead: Content,
    *content: Content,
    style: str = "",
    language: str = "en",
) -> str:
    """The HTML of a page with a heading, a `lead` below it, and sections as `content`."""
    common = files("ilrs.rendering").joinpath("style.css").read_text(encoding="utf-8")
    head = tag(
        "header",
        tag(
            "div",
            tag("p", eyebrow, class_="eyebrow"),
            tag("h1", title),
            lead,
            class_="inner",
        ),
    )
    page = tag(
        "html",
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", title),
            tag("style", Markup(common + style)),
        ),
        tag("body", head, tag("main", *content)),
        lang=language,
    )
    return f"<!doctype html>\n{page}\n"
