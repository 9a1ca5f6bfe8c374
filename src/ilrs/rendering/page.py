"""A page that stands alone: one style inside, nothing fetched, readable without scripts."""

from __future__ import annotations

from importlib.resources import files

from ilrs.rendering.markup import Content, Markup, tag

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The page asks its browser to refuse whatever would come from elsewhere."""


def resource(name: str) -> str:
    """A text file that lies beside this module."""
    return files("ilrs.rendering").joinpath(name).read_text(encoding="utf-8")


def heading(eyebrow: str, title: str, *lead: Content) -> Markup:
    """The head of a page: what kind of page, its title, and a `lead` below it."""
    inner = tag("div", tag("p", eyebrow, class_="eyebrow"), tag("h1", title), *lead, class_="inner")
    return tag("header", inner)


def period(words: str) -> Markup:
    """The line below a title that says when."""
    return tag("p", words, class_="period")


def whole_page(
    title: str,
    head: Content,
    *main: Content,
    style: str = "",
    language: str = "en",
    foot: Content = None,
    script: str = "",
) -> str:
    """The HTML of a page: `style` is added to the common one, `foot` follows `main`."""
    policy = f"{POLICY}; script-src 'unsafe-inline'" if script else POLICY
    page = tag(
        "html",
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", title),
            tag("style", Markup(resource("style.css") + style)),
        ),
        tag(
            "body",
            head,
            tag("main", *main),
            foot,
            tag("script", Markup(script)) if script else None,
        ),
        lang=language,
    )
    return f"<!doctype html>\n{page}\n"
