"""Energy through the dark: what the stores must bring, what a mast saves, where seasons' power
went, and which single loss sheds what."""

from __future__ import annotations

from ilrs.rendering.markup import Markup, section, tag
from ilrs.rendering.sections.deficit import deficit
from ilrs.rendering.sections.endurance import endurance
from ilrs.rendering.sections.losses import losses
from ilrs.rendering.sections.masts import masts
from ilrs.rendering.sections.seasons import seasons
from ilrs.rendering.view import View


def energy(view: View) -> Markup:
    """The section."""
    found = (deficit(view), masts(view), seasons(view), losses(view), endurance(view))
    parts = [part for part in found if part]
    return section(
        "energy",
        "Energy through the dark",
        *parts or [tag("p", "This run has neither a source nor a load of electricity.")],
        lead="How much the stores have to bring when the sources fall short, what a higher mast "
        "would save, where the power of the darkest and the brightest season went, and what the "
        "station can lose.",
    )
