"""The report of a run: one page that stands alone, the same bytes for the same run."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from pathlib import Path

from ilrs.errors import RunError, Where
from ilrs.operations.folder import StoredRun, unwritten
from ilrs.rendering.markup import Markup, join, tag
from ilrs.rendering.page import resource, whole_page
from ilrs.rendering.sections.activities import activities
from ilrs.rendering.sections.alive import alive
from ilrs.rendering.sections.assumed import assumed
from ilrs.rendering.sections.budgets import budgets
from ilrs.rendering.sections.calendar import calendar
from ilrs.rendering.sections.energy import energy
from ilrs.rendering.sections.faults import faults
from ilrs.rendering.sections.head import head, opening, title
from ilrs.rendering.sections.light import light
from ilrs.rendering.sections.limits import limits
from ilrs.rendering.sections.month import month
from ilrs.rendering.sections.oxygen import oxygen
from ilrs.rendering.sections.people import people
from ilrs.rendering.sections.planned import planned
from ilrs.rendering.sections.prediction import prediction
from ilrs.rendering.sections.quiet import quiet
from ilrs.rendering.sections.roadmap import roadmap
from ilrs.rendering.sections.samples import samples
from ilrs.rendering.sections.site import site
from ilrs.rendering.sections.skywork import skywork
from ilrs.rendering.sections.stores import stores
from ilrs.rendering.sections.traffic import traffic
from ilrs.rendering.sections.warmth import warmth
from ilrs.rendering.view import View

SECTIONS: tuple[Callable[[View], Markup], ...] = (
    opening,
    roadmap,
    site,
    light,
    month,
    calendar,
    energy,
    activities,
    quiet,
    samples,
    oxygen,
    alive,
    people,
    skywork,
    planned,
    stores,
    warmth,
    traffic,
    budgets,
    faults,
    prediction,
    assumed,
    limits,
)


def write_report(stored: StoredRun, path: Path) -> None:
    """Write the report of a run as HTML to `path`.

    An earlier one is replaced only when all is written; raises `RunError` when it cannot be.
    """
    text = report(stored)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise unwritten(error, path) from error
        raise RunError(
            f"the report cannot be written: {error.strerror or error}",
            where=Where(path),
            remedy="check the folder's permissions and the space left on its disk",
        ) from error


def report(stored: StoredRun) -> str:
    """The report as HTML: nothing in it comes from elsewhere or from the day it is made."""
    view = View.of(stored)
    parts = [part(view) for part in SECTIONS]
    anchors = set(re.findall(r'<section id="([a-z]+)"', "".join(parts)))
    return whole_page(
        f"{title(view)} · report",
        head(view, anchors),
        *parts,
        foot=_foot(),
        script=resource("script.js"),
    )


def _foot() -> Markup:
    hatch = tag(
        "svg",
        tag(
            "defs",
            tag(
                "pattern",
                tag("line", x1=0, y1=0, x2=0, y2=6, class_="hatch-line"),
                id="hatch",
                width=5,
                height=5,
                patternUnits="userSpaceOnUse",
                patternTransform="rotate(45)",
            ),
        ),
        width=0,
        height=0,
        aria_hidden="true",
    )
    words = (
        "All instants are UTC. Numbers are rounded to three digits; exact values stand in "
        "summary.json."
    )
    return join(tag("footer", words), hatch)
