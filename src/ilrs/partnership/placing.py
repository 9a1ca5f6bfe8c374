"""A proposal held against its place: light, sky, view, contact and quiet, by geometry alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ilrs.components.radio import Radio
from ilrs.errors import DataError
from ilrs.partnership.demands import Band, FieldOfView, Sensitive
from ilrs.partnership.finding import Change, Finding, at_least, at_most
from ilrs.partnership.opportunity import Call, Opportunity
from ilrs.partnership.outlook import Outlook, share
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.sight import Sight, look
from ilrs.partnership.terms import changed
from ilrs.planning.sizing.request import distance
from ilrs.scenario.schema import Ground, Scenario

DAY = 86400.0
HEIGHTS = (2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
"""Heights of an aperture [m] that are tried where a view is blocked."""
NEAR = 1.0
"""Distance [m] counted for what stands at the same place."""


def placing(
    proposal: Proposal, slot: Opportunity, call: Call, outlook: Outlook, hours: slice
) -> list[Finding]:
    """What the slot's place gives the proposal over the `hours` it would work there."""
    scenario = outlook.scenario
    if slot.place is None or not isinstance(scenario.places[slot.place], Ground):
        return []
    return [
        *_shares(proposal, slot.place, outlook, hours),
        *_views(proposal, slot, outlook, hours),
        *_cold(proposal, slot, outlook, hours),
        *_commanding(proposal, outlook, hours),
        *_bands(proposal, slot, call, scenario),
    ]


def _shares(proposal: Proposal, place: str, outlook: Outlook, hours: slice) -> Iterator[Finding]:
    needs, here = proposal.needs, outlook.place(place)
    height = max([2.0, *(view.height for view in proposal.views.values())])
    lit = outlook.light(place, height)[hours] > 0.5
    disc = f"half the Sun's disc at {height:g} m"
    rows = (
        ("light", "Time in sunlight", needs.light, share(lit), f"over {disc}"),
        ("dark", "Time in the dark", needs.dark, share(~lit), f"under {disc}"),
        ("earth", "Time with the Earth in view", needs.earth,
         share(here.earth_above_terrain[hours] > 0.0), "its centre above the terrain at 2 m"),
        ("contact", "Time with a way for data to Earth", needs.contact,
         share(outlook.contact[hours]), "relay or ground stations, from the command centre"),
    )  # fmt: skip
    for key, title, asked, given, words in rows:
        if asked:
            yield at_least(
                f"need.{key}", title, 100.0 * asked, 100.0 * given, "%", by="geometry", words=words
            )


def _views(
    proposal: Proposal, slot: Opportunity, outlook: Outlook, hours: slice
) -> Iterator[Finding]:
    for name, view in proposal.views.items():
        sight = _sight(view, slot, outlook, hours, slot.deck + view.height)
        blocked = sight.clear < view.clear or sight.usable < view.usable
        after = _raised(name, view, slot, outlook, hours) if blocked else None
        towards = "" if view.towards == "azimuth" else f" towards {view.towards}"
        worst = max(sight.lost, key=lambda w: sight.lost[w], default="")
        why = f"; most is lost as {worst} ({sight.lost[worst]:.0%})" if worst else ""
        yield at_least(
            f"view.{name}.clear",
            f"View {name}: share of its cone that terrain and station leave free",
            100.0 * view.clear,
            100.0 * sight.clear,
            "%",
            by="geometry",
            words=f"cone of {np.degrees(view.half_angle):.3g} deg{towards} at "
            f"{slot.deck + view.height:g} m; the skyline in it rises to "
            f"{np.degrees(sight.skyline):.1f} deg",
            change=after if sight.clear < view.clear else None,
        )
        yield at_least(
            f"view.{name}.usable",
            f"View {name}: share of the time it can be used",
            100.0 * view.usable,
            100.0 * sight.usable,
            "%",
            by="geometry",
            words=f"clear, with Sun and Earth out of it as asked{why}",
            change=after,
        )


def _sight(
    view: FieldOfView, slot: Opportunity, outlook: Outlook, hours: slice, height: float
) -> Sight:
    assert slot.place is not None
    light = outlook.light(slot.place, height)
    return look(view, outlook.horizon(slot.place), outlook.place(slot.place), light, hours, height)


def _raised(
    name: str, view: FieldOfView, slot: Opportunity, outlook: Outlook, hours: slice
) -> Change | None:
    """The least height of its aperture at which a blocked view is free, if there is one."""
    try:
        for height in HEIGHTS:
            if height <= view.height:
                continue
            sight = _sight(view, slot, outlook, hours, slot.deck + height)
            if sight.clear >= view.clear and sight.usable >= view.usable:
                return _at_height(name, view, height)
    except DataError:
        return None
    return None


def _at_height(name: str, view: FieldOfView, height: float) -> Change:
    def higher(p: Proposal) -> Proposal:
        raised = p.views[name].model_copy(update={"height": height})
        return p.model_copy(update={"views": {**p.views, name: raised}})

    words = f"view {name} from {height:g} m instead of {view.height:g} m"
    return Change(words, 0.1 * (height - view.height), higher)


def _cold(
    proposal: Proposal, slot: Opportunity, outlook: Outlook, hours: slice
) -> Iterator[Finding]:
    """Ground that a thing without power must bear; what is powered keeps itself between limits."""
    thermal = proposal.thermal
    if thermal is None or not slot.on_ground or proposal.power.mean or slot.place is None:
        return
    ground = outlook.place(slot.place).surroundings.ground_temperature[hours]
    low, high = float(ground.min()), float(ground.max())
    bears = thermal.survival
    yield at_least(
        "thermal.ground",
        "It bears the ground it stands on",
        0.0,
        min(low - bears.minimum, bears.maximum - high),
        "K",
        by="geometry",
        words=f"ground {low:.0f} to {high:.0f} K, survives {bears.minimum:.0f} to "
        f"{bears.maximum:.0f} K",
        scale=50.0,
    )


def _commanding(proposal: Proposal, outlook: Outlook, hours: slice) -> Iterator[Finding]:
    commanding = proposal.commanding
    if not commanding.loops and commanding.patience is None:
        return
    heard = outlook.contact[hours]
    if commanding.patience is not None:
        edges = np.diff(np.concatenate([[0], (~heard).astype(np.int8), [0]]))
        gaps = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
        yield at_least(
            "patience",
            "It can wait for a command",
            float(gaps.max(initial=0)),
            commanding.patience / 3600.0,
            "h",
            by="geometry",
            words="the longest time without a way to Earth",
        )
    if commanding.loops:
        begins = int(np.count_nonzero(np.diff(heard.astype(np.int8)) == 1)) + int(heard[:1].any())
        days = max(heard.size / 24.0, 1e-9)
        # A loop needs a contact to see and one to command: within one contact several are possible.
        possible = max(begins / days, 24.0 * share(heard))
        yield at_most(
            "loops.contact",
            "Command loops that contacts allow",
            commanding.loops,
            possible,
            "a day",
            by="geometry",
            words="one in every hour of contact",
        )


def _bands(
    proposal: Proposal, slot: Opportunity, call: Call, scenario: Scenario
) -> Iterator[Finding]:
    for name, band in proposal.electromagnetic.listens.items():
        nearest, who = _nearest(band, slot, call, scenario)
        yield at_least(
            f"quiet.{name}",
            f"Band {name}: distance from what disturbs it",
            band.apart / 1e3,
            nearest / 1e3,
            "km",
            by="geometry",
            words=f"{band.lowest / 1e6:g} to {band.highest / 1e6:g} MHz; nearest: {who}",
            change=_closer(name, band, nearest),
        )


def _nearest(
    band: Sensitive, slot: Opportunity, call: Call, scenario: Scenario
) -> tuple[float, str]:
    """Distance [m] of the nearest emitter of the station in a band, and what it is."""
    assert slot.place is not None
    found = (float("inf"), "none")
    noisy = [noise.why for noise in call.noise.values() if band.meets(noise)]
    for name, facility in scenario.facilities.items():
        if not facility.modelled or not isinstance(scenario.places[facility.place], Ground):
            continue
        why = noisy[0] if noisy and _powered(facility.components) else _transmits(facility, band)
        if not why:
            continue
        away = NEAR
        if facility.place != slot.place:
            away = distance(scenario, slot.place, facility.place)
        if away < found[0]:
            found = (away, f"{facility.title} ({name}): {why}")
    if slot.powered and noisy and found[0] > NEAR:
        return NEAR, f"the slot's own supply: {noisy[0]}"
    return found


def _powered(components: dict[str, Any]) -> bool:
    return any(getattr(c, "power", 0.0) or c.kind in ("battery", "rover")
               for c in components.values())  # fmt: skip


def _transmits(facility: Any, band: Band) -> str:
    for name, part in facility.components.items():
        if isinstance(part, Radio) and band.lowest <= part.frequency <= band.highest:
            return f"radio {name} at {part.frequency / 1e9:.2f} GHz"
    return ""


def _closer(name: str, band: Sensitive, nearest: float) -> Change | None:
    if nearest <= 10.0 * NEAR:
        return None  # standing beside it, no filter is promised here

    def bears(p: Proposal) -> Proposal:
        listens = {
            **p.electromagnetic.listens,
            name: p.electromagnetic.listens[name].model_copy(update={"apart": nearest}),
        }
        return changed(p, electromagnetic={"listens": listens})

    decibel = 20.0 * np.log10(band.apart / nearest)
    words = f"bearing {decibel:.0f} dB more in band {name}, at {nearest / 1e3:.1f} km"
    return Change(words, 1.0 - nearest / band.apart, bears)
