"""A proposal held against its place: light, sky, view, contact and quiet, by geometry alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ilrs.components.radio import Radio
from ilrs.errors import DataError
from ilrs.ground.regolith import STEFAN_BOLTZMANN
from ilrs.language import Message, Text, said
from ilrs.partnership.demands import Band, Envelope, FieldOfView, Sensitive, Thermal
from ilrs.partnership.finding import Change, Finding, at_least, at_most, plain
from ilrs.partnership.opportunity import Call, Opportunity
from ilrs.partnership.outlook import Outlook, share
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.sight import Sight, look
from ilrs.partnership.terms import changed, kelvins
from ilrs.planning.sizing.request import distance
from ilrs.scenario.schema import Ground, Scenario

DAY = 86400.0
HEIGHTS = (2.0, 3.0, 4.0)
TILTS = tuple(range(1, 21))
TURNS = tuple(range(5, 91, 5))
"""Heights of an aperture [m], degrees up and degrees to a side that are tried where a view is
blocked: what a payload's own mast and mount can do."""
BLANKET = 0.01
"""Effective emittance of a good blanket of many layers, with seams and feedthroughs; assumed."""
HEAT = 900.0
"""Heat capacity [J/(kg K)] of a payload, as of aluminium; assumed."""
NEAR = 1.0
"""Distance [m] counted for what stands at the same place."""


def placing(
    proposal: Proposal, slot: Opportunity, call: Call, outlook: Outlook, hours: slice
) -> list[Finding]:
    """What the slot's place gives the proposal over the `hours` it would work there."""
    scenario = outlook.scenario
    if slot.place is None or not isinstance(scenario.places[slot.place], Ground):
        return []
    seen = slot.sky  # inside, nothing is seen, which the terms say
    return [
        *(_shares(proposal, slot.place, outlook, hours) if seen else ()),
        *(_views(proposal, slot, outlook, hours) if seen else ()),
        *_cold(proposal, slot, outlook, hours),
        *_commanding(proposal, outlook, hours),
        *_bands(proposal, slot, call, scenario),
    ]


def _shares(proposal: Proposal, place: str, outlook: Outlook, hours: slice) -> Iterator[Finding]:
    needs, here = proposal.needs, outlook.place(place)
    height = max([2.0, *(view.height for view in proposal.views.values())])
    lit = outlook.light(place, height)[hours] > 0.5
    disc = f"{height:g}"
    rows = (
        ("light", said("place.light"), needs.light, share(lit), said("place.over_disc", m=disc)),
        ("dark", said("place.dark"), needs.dark, share(~lit), said("place.under_disc", m=disc)),
        ("earth", said("place.earth"), needs.earth,
         share(here.earth_above_terrain[hours] > 0.0), said("place.earth_is")),
        ("contact", said("place.contact"), needs.contact,
         share(outlook.contact[hours]), said("place.contact_is")),
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
        after = _opened(name, view, slot, outlook, hours) if blocked else None
        towards = "" if view.towards == "azimuth" else said(f"place.towards_{view.towards}")
        yield at_least(
            f"view.{name}.clear",
            said("place.view_clear", view=name),
            100.0 * view.clear,
            100.0 * sight.clear,
            "%",
            by="geometry",
            words=said(
                "place.cone",
                half=f"{np.degrees(view.half_angle):.3g}",
                towards=towards,
                m=f"{slot.deck + view.height:g}",
                skyline=f"{np.degrees(sight.skyline):.1f}",
            ),
            change=after,
        )
        yield _usable(name, view, sight, after)


def _usable(name: str, view: FieldOfView, sight: Sight, after: Change | None) -> Finding:
    """The share of the time a view can be used; judged where its cone is free at all."""
    key, title = f"view.{name}.usable", said("place.view_usable", view=name)
    if sight.clear < view.clear:
        return plain(key, title, None, said("place.blocked"), by="geometry")
    worst = max(sight.lost, key=lambda w: sight.lost[w], default=None)
    why: Text = "" if worst is None else said(
        "place.lost", why=worst, share=f"{100.0 * sight.lost[worst]:.0f}"
    )  # fmt: skip
    return at_least(
        key,
        title,
        100.0 * view.usable,
        100.0 * sight.usable,
        "%",
        by="geometry",
        words=said("place.usable_is", why=why),
        change=after,
    )


def _sight(
    view: FieldOfView, slot: Opportunity, outlook: Outlook, hours: slice, height: float
) -> Sight:
    assert slot.place is not None
    light = outlook.light(slot.place, height)
    return look(view, outlook.horizon(slot.place), outlook.place(slot.place), light, hours, height)


def _opened(
    name: str, view: FieldOfView, slot: Opportunity, outlook: Outlook, hours: slice
) -> Change | None:
    """The least change of its aperture's height or its axis that frees a blocked view."""
    for change, seen in sorted(_otherwise(name, view), key=lambda pair: pair[0].size):
        try:
            sight = _sight(seen, slot, outlook, hours, slot.deck + seen.height)
        except DataError:
            continue
        if sight.clear >= view.clear and sight.usable >= view.usable:
            return change
    return None


def _otherwise(name: str, view: FieldOfView) -> Iterator[tuple[Change, FieldOfView]]:
    """Each single change of a view, with the view as changed."""

    def made(words: Message, size: float, **new: float) -> tuple[Change, FieldOfView]:
        seen = view.model_copy(update=new)

        def apply(p: Proposal) -> Proposal:
            return p.model_copy(update={"views": {**p.views, name: seen}})

        return Change(words, size, apply), seen

    for height in HEIGHTS:
        if height > view.height:
            words = said("change.raised", view=name, m=f"{height:g}", now=f"{view.height:g}")
            yield made(words, 0.1 * (height - view.height), height=height)
    if view.azimuth is None or view.elevation is None:
        return
    up, round_ = float(np.degrees(view.elevation)), float(np.degrees(view.azimuth))
    for more in TILTS:
        if up + more <= 90.0:
            words = said("change.tilted", view=name, degrees=f"{up + more:g}", now=f"{up:g}")
            yield made(words, more / 30.0, elevation=float(np.radians(up + more)))
    for more in TURNS:
        for side in (1.0, -1.0):
            at = (round_ + side * more) % 360.0
            words = said("change.turned", view=name, degrees=f"{at:g}", now=f"{round_:g}")
            yield made(words, more / 90.0, azimuth=float(np.radians(at)))


def _cold(
    proposal: Proposal, slot: Opportunity, outlook: Outlook, hours: slice
) -> Iterator[Finding]:
    """Ground that a thing without power must bear, or what must keep a powered one warm on it."""
    thermal = proposal.thermal
    if thermal is None or not slot.on_ground or slot.place is None:
        return
    ground = outlook.place(slot.place).surroundings.ground_temperature[hours]
    low, high = float(ground.min()), float(ground.max())
    if proposal.power.mean:
        own_heat = proposal.declared.radioactive
        if slot.powered and proposal.envelope is not None and not own_heat:
            yield from _warm(proposal, thermal, proposal.envelope, low)
        return
    bears = thermal.survival
    yield at_least(
        "thermal.ground",
        said("place.ground"),
        0.0,
        min(low - bears.minimum, bears.maximum - high),
        "K",
        by="geometry",
        words=said(
            "place.ground_is",
            ground=said("term.kelvins", low=f"{low:.0f}", high=f"{high:.0f}"),
            bears=kelvins(bears),
        ),
        scale=50.0,
    )


def _warm(proposal: Proposal, thermal: Thermal, box: Envelope, ground: float) -> Iterator[Finding]:
    """Whether a blanket can keep its warmth in the dark on the coldest ground.

    Told as the effective emittance [-] that its box may have, e = P / (s A (T^4 - Tg^4)): at its
    operating minimum on its mean power, at its survival minimum on its survival power; without
    power, as it cools from the middle of its operating limits to its survival minimum, by the
    mean of both ends, e = m c dT / (t s A T^4). The box as stowed stands for its surface, sky and
    ground alike for the ground; the hot side is left to its radiator.
    """
    first, second, third = box.edges
    area = 2.0 * (first * second + second * third + first * third)
    power, stored = proposal.power, proposal.mass.body * HEAT
    alive, works = thermal.survival.minimum, thermal.operating.minimum
    middle = 0.5 * (thermal.operating.minimum + thermal.operating.maximum)

    def black(kelvin: float) -> float:
        return STEFAN_BOLTZMANN * area * max(kelvin**4 - ground**4, 1e-9)

    needed = BLANKET * black(alive)

    def kept(p: Proposal) -> Proposal:
        return changed(p, power={"survival": max(p.power.survival, needed)})

    words = said("change.survival", watts=f"{needed:.3g}")
    more = Change(words, 1.0 - power.survival / max(needed, 1e-9), kept)
    rows: list[tuple[str, float, Change | None]] = [("works", power.mean / black(works), None)]
    if power.survival:
        rows.append(("alive", power.survival / black(alive), more))
    if thermal.unpowered and middle > alive:
        radiated = 0.5 * (black(middle) + black(alive))
        bearable = stored * (middle - alive) / (BLANKET * radiated)

        def sooner(p: Proposal) -> Proposal:
            assert p.thermal is not None
            return changed(p, thermal={"unpowered": min(p.thermal.unpowered, bearable)})

        told = said("change.unpowered", hours=f"{bearable / 3600.0:.3g}")
        less = Change(told, 1.0 - bearable / thermal.unpowered, sooner)
        rows.append(("cools", stored * (middle - alive) / (thermal.unpowered * radiated), less))
    for key, emittance, change in rows:
        yield at_least(
            f"warm.{key}",
            said(f"place.warm_{key}"),
            BLANKET,
            emittance,
            "",
            by="geometry",
            words=said("place.warm_is", area=f"{area:.2g}", ground=f"{ground:.0f}"),
            change=change,
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
            said("place.patience"),
            float(gaps.max(initial=0)),
            commanding.patience / 3600.0,
            "h",
            by="geometry",
            words=said("place.patience_is"),
        )
    if commanding.loops:
        begins = int(np.count_nonzero(np.diff(heard.astype(np.int8)) == 1)) + int(heard[:1].any())
        days = max(heard.size / 24.0, 1e-9)
        # A loop needs a contact to see and one to command: within one contact several are possible.
        possible = max(begins / days, 24.0 * share(heard))
        yield at_most(
            "loops.contact",
            said("place.loops"),
            commanding.loops,
            possible,
            "a day",
            by="geometry",
            words=said("place.loops_is"),
        )


def _bands(
    proposal: Proposal, slot: Opportunity, call: Call, scenario: Scenario
) -> Iterator[Finding]:
    for name, band in proposal.electromagnetic.listens.items():
        nearest, who = _nearest(band, slot, call, scenario)
        yield at_least(
            f"quiet.{name}",
            said("place.band", band=name),
            band.apart / 1e3,
            nearest / 1e3,
            "km",
            by="geometry",
            words=said(
                "place.band_is",
                low=f"{band.lowest / 1e6:g}",
                high=f"{band.highest / 1e6:g}",
                who=who,
            ),
            change=_closer(name, band, nearest),
        )


def _nearest(
    band: Sensitive, slot: Opportunity, call: Call, scenario: Scenario
) -> tuple[float, Text]:
    """Distance [m] of the nearest emitter of the station in a band, and what it is."""
    assert slot.place is not None
    found: tuple[float, Text] = (float("inf"), said("place.nobody"))
    noisy = [noise.why for noise in call.noise.values() if band.meets(noise)]
    for name, facility in scenario.facilities.items():
        if not facility.modelled or not isinstance(scenario.places[facility.place], Ground):
            continue
        why = noisy[0] if noisy and _powered(facility.components) else _transmits(facility, band)
        if why is None:
            continue
        away = NEAR
        if facility.place != slot.place:
            away = distance(scenario, slot.place, facility.place)
        if away < found[0]:
            found = (away, said("place.who", title=facility.title, name=name, why=why))
    if slot.powered and noisy and found[0] > NEAR:
        return NEAR, said("place.own_supply", why=noisy[0])
    return found


def _powered(components: dict[str, Any]) -> bool:
    return any(getattr(c, "power", 0.0) or c.kind in ("battery", "rover")
               for c in components.values())  # fmt: skip


def _transmits(facility: Any, band: Band) -> Message | None:
    for name, part in facility.components.items():
        if isinstance(part, Radio) and band.lowest <= part.frequency <= band.highest:
            return said("place.radio", radio=name, ghz=f"{part.frequency / 1e9:.2f}")
    return None


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
    words = said("change.bears", db=f"{decibel:.0f}", band=name, km=f"{nearest / 1e3:.1f}")
    return Change(words, 1.0 - nearest / band.apart, bears)
