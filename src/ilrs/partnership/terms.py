"""A proposal held against the terms of a slot: what the call says, without any simulation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ilrs.language import Message, Text, said
from ilrs.partnership.demands import Envelope, Limits, Masses
from ilrs.partnership.finding import Change, Finding, at_least, at_most, number, plain
from ilrs.partnership.opportunity import Opportunity
from ilrs.partnership.proposal import Delivery, Proposal
from ilrs.scenario.schema import Mission

DAY, HOUR = 86400.0, 3600.0
GONE = {"cancelled", "lost"}


def terms(proposal: Proposal, slot: Opportunity, mission: Mission) -> list[Finding]:
    """Every term of the slot that concerns the proposal."""
    return [
        *_standing(proposal, slot, mission),
        *_dates(proposal, slot, mission),
        *(_mass(proposal, slot) if proposal.flies else ()),
        *(_room(proposal, slot) if proposal.flies else ()),
        *_power(proposal, slot),
        *_data(proposal, slot),
        *_warmth(proposal, slot),
        *_people(proposal, slot),
        *_pointing(proposal, slot),
        *_magnetism(proposal, slot),
        *_carried(proposal, slot),
    ]


def changed(proposal: Proposal, **parts: dict[str, Any]) -> Proposal:
    """The proposal with keys of some of its parts otherwise: `changed(p, mass={"body": 3.0})`."""
    update = {name: getattr(proposal, name).model_copy(update=new) for name, new in parts.items()}
    return proposal.model_copy(update=update)


def _standing(proposal: Proposal, slot: Opportunity, mission: Mission) -> Iterator[Finding]:
    gone = mission.confidence in GONE
    yield plain(
        "mission",
        said("term.mission"),
        not gone,
        said("term.mission_is", mission=mission.title, state=one_of("state", mission.confidence)),
    )
    yield plain(
        "level",
        said("term.level"),
        proposal.level in slot.levels,
        said(
            "term.level_open",
            level=one_of("level", proposal.level),
            levels=[one_of("level", level) for level in slot.levels],
        ),
    )
    if proposal.needs.places:
        here = slot.place in proposal.needs.places if slot.place else None
        yield plain(
            "place",
            said("term.place"),
            here,
            said(
                "term.place_is",
                here=slot.place or said("term.no_place"),
                places=proposal.needs.places,
            ),
        )
    if proposal.flies and proposal.needs.ground:
        yield plain(
            "ground",
            said("term.ground"),
            slot.on_ground,
            said("term.on_ground") if slot.on_ground else said("term.on_deck", m=f"{slot.deck:g}"),
        )
    needs = proposal.needs
    if not slot.sky and (proposal.views or needs.light or needs.earth):
        yield plain("sky", said("term.sky"), False, said("term.inside"))


def _dates(proposal: Proposal, slot: Opportunity, mission: Mission) -> Iterator[Finding]:
    due = mission.date - np.timedelta64(round(slot.hardware_due), "s")
    spare = float((due - proposal.schedule.ready) / np.timedelta64(1, "s"))

    def sooner(p: Proposal) -> Proposal:
        return changed(p, schedule={"ready": due})

    yield at_least(
        "ready",
        said("term.ready"),
        0.0,
        spare / DAY,
        "d",
        words=said("term.ready_due", ready=_day(proposal.schedule.ready), due=_day(due)),
        change=Change(
            said("change.sooner", due=_day(due), days=f"{-spare / DAY:.0f}"),
            -spare / (2.0 * 365 * DAY),
            sooner,
        ),
        scale=3.0 * 365.0,
    )
    latest = proposal.schedule.latest
    if latest is not None:
        room = float((latest - mission.date) / np.timedelta64(1, "s")) / DAY
        yield at_least(
            "latest",
            said("term.latest"),
            0.0,
            room,
            "d",
            words=said(
                "term.latest_is",
                mission=mission.title,
                date=_day(mission.date),
                latest=_day(latest),
            ),
            scale=3.0 * 365.0,
        )


def counted_mass(proposal: Proposal, slot: Opportunity) -> float:
    """Mass [kg] as the slot's call counts it."""
    mass = proposal.mass
    include = slot.mass.includes if slot.mass else []
    extra = sum(getattr(mass, word) for word in ("interface", "separation", "cables")
                if word in include)  # fmt: skip
    return (mass.body + extra) * (1.0 + mass.margin)


def _mass(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    if slot.mass is None:
        return
    counted = counted_mass(proposal, slot)
    each = counted / proposal.mass.modules
    included = [said("include.growth"), *(one_of("include", word) for word in slot.mass.includes)]
    limit = slot.mass.each
    if limit is not None:
        yield at_most(
            "mass.each",
            said("term.mass_each"),
            each,
            limit,
            "kg",
            words=said("term.included", included=included),
            change=_lighter(proposal, each - limit, limit / each, proposal.mass.modules),
        )
    yield at_most(
        "mass.total",
        said("term.mass_total"),
        counted,
        slot.mass.total,
        "kg",
        words=said("term.included_of_all", included=included),
        change=_lighter(proposal, counted - slot.mass.total, slot.mass.total / counted, 1),
    )


def _lighter(proposal: Proposal, excess: float, factor: float, modules: int) -> Change:
    def less(p: Proposal) -> Proposal:
        parts = {k: getattr(p.mass, k) * min(factor, 1.0) * (1.0 - 1e-9)
                 for k in ("body", "interface", "separation", "cables")}  # fmt: skip
        return p.model_copy(update={"mass": Masses(**{**p.mass.model_dump(), **parts})})

    key = "change.lighter_each" if modules > 1 else "change.lighter"
    return Change(said(key, kg=_three(excess)), max(1.0 - factor, 0.0), less)


def _room(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    if slot.envelope is None or proposal.envelope is None:
        return
    mine, theirs = proposal.envelope.edges, slot.envelope.edges
    worst = max(range(3), key=lambda i: mine[i] / theirs[i])
    fits = tuple(min(a, b) for a, b in zip(mine, theirs, strict=True))

    def smaller(p: Proposal) -> Proposal:
        box = Envelope(length=fits[0], width=fits[1], height=fits[2])
        return p.model_copy(update={"envelope": box})

    yield at_most(
        "envelope",
        said("term.envelope"),
        mine[worst],
        theirs[worst],
        "m",
        words=said("term.box_into_box", mine=_box(mine), theirs=_box(theirs)),
        change=Change(
            said("change.folded", box=_box(fits)),
            sum(1.0 - b / a for a, b in zip(mine, fits, strict=True)),
            smaller,
        ),
    )


def _power(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    power, offer = proposal.power, slot.power
    if not power.modes and not power.survival:
        return
    if not slot.powered:
        own = any(_makes_power(c) for c in proposal.components.values())
        yield plain(
            "power.own",
            said("term.feeds_itself"),
            own,
            said("term.own_source" if own else "term.no_source"),
        )
        return
    if offer is None:
        yield plain("power.offer", said("term.power"), None, said("term.not_published"))
        return
    bus = power.bus or 0.0
    low, high = offer.bus_least, offer.bus_most

    def converted(p: Proposal) -> Proposal:
        return changed(p, power={"bus": 0.5 * (low + high)})

    yield at_least(
        "power.bus",
        said("term.bus"),
        0.0,
        min(bus - low, high - bus),
        "V",
        words=said("term.bus_is", bus=f"{bus:g}", low=f"{low:g}", high=f"{high:g}"),
        scale=high - low,
        change=Change(said("change.converter", low=f"{low:g}", high=f"{high:g}"), 0.3, converted),
    )
    yield at_most("power.mean", said("term.mean"), power.mean, offer.mean, "W",
                  words=said("term.of_all"))  # fmt: skip
    yield at_most("power.peak", said("term.peak"), power.peak, offer.peak, "W",
                  change=_lower_peak(power.peak, offer.peak))  # fmt: skip
    yield at_most(
        "power.survival",
        said("term.survival"),
        power.survival,
        offer.survival,
        "W",
        change=_less_survival(power.survival, offer.survival),
    )


def _makes_power(component: object) -> bool:
    kinds = {"solar_array", "radioisotope_generator", "fission_reactor"}
    return getattr(component, "kind", "") in kinds


def _lower_peak(peak: float, limit: float) -> Change:
    def less(p: Proposal) -> Proposal:
        modes = {
            name: mode.model_copy(
                update={"mean": min(mode.mean, limit), "peak": min(mode.highest, limit)}
            )
            for name, mode in p.power.modes.items()
        }
        return changed(p, power={"modes": modes})

    words = said("change.peaks", watts=_three(limit))
    return Change(words, 1.0 - limit / max(peak, 1e-9), less)


def _less_survival(survival: float, limit: float) -> Change:
    def less(p: Proposal) -> Proposal:
        return changed(p, power={"survival": min(p.power.survival, limit)})

    words = said("change.survival", watts=_three(limit))
    return Change(words, 1.0 - limit / max(survival, 1e-9), less)


def _data(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    data, offer = proposal.data, slot.data
    if not data.science and not data.telemetry:
        return
    if offer is None:
        open_ = slot.place is None or not slot.powered
        yield plain("data.offer", said("term.data"), None if open_ else False,
                    said("term.no_network"))  # fmt: skip
        return

    def otherwise(p: Proposal) -> Proposal:
        return changed(p, data={"protocol": offer.protocols[0]})

    yield plain(
        "data.protocol",
        said("term.protocol"),
        data.protocol in offer.protocols,
        said("term.protocols", own=data.protocol, taken=offer.protocols),
        change=Change(said("change.protocol", protocol=offer.protocols[0]), 0.2, otherwise),
    )
    yield at_most(
        "data.science",
        said("term.science"),
        data.science / 1e3,
        offer.science / 1e3,
        "kbit/s",
        words=said("term.mean_of_all"),
        change=fewer_data(data.science, offer.science),
    )


def fewer_data(rate: float, limit: float) -> Change:
    """Less science data: compressed, or chosen on board."""

    def less(p: Proposal) -> Proposal:
        return changed(p, data={"science": min(p.data.science, limit)})

    words = said("change.science", rate=number(limit / 1e3, "kbit/s"))
    return Change(words, 1.0 - limit / max(rate, 1e-9), less)


def _warmth(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    thermal, promised = proposal.thermal, slot.surroundings
    if thermal is None or promised is None:
        return
    if promised.interface is not None:
        plate, bears = promised.interface, thermal.survival
        spare = min(plate.minimum - bears.minimum, bears.maximum - plate.maximum)
        yield at_least(
            "thermal.interface",
            said("term.plate"),
            0.0,
            spare,
            "K",
            words=said("term.plate_is", plate=kelvins(plate), bears=kelvins(bears)),
            scale=50.0,
        )
        works = thermal.operating
        room = [works.maximum - plate.maximum]
        if not proposal.power.mean:  # what draws power warms itself, and cools itself nowhere
            room.append(plate.minimum - works.minimum)
        yield at_least(
            "thermal.works",
            said("term.plate_works"),
            0.0,
            min(room),
            "K",
            words=said("term.plate_works_is", plate=kelvins(plate), works=kelvins(works)),
            scale=50.0,
        )
    cruise, lives = promised.cruise_unpowered, thermal.cruise_unpowered

    def longer(p: Proposal) -> Proposal:
        assert p.thermal is not None
        return changed(p, thermal={"cruise_unpowered": max(p.thermal.cruise_unpowered, cruise)})

    yield at_least(
        "thermal.cruise",
        said("term.cruise"),
        cruise / HOUR,
        lives / HOUR,
        "h",
        change=Change(
            said("change.cruise", hours=_three(cruise / HOUR)),
            1.0 - lives / max(cruise, 1e-9),
            longer,
        ),
    )


def _people(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    if proposal.commanding.loops:
        yield at_most(
            "loops",
            said("term.loops"),
            proposal.commanding.loops,
            slot.loops,
            "a day",
            words=said("term.of_all"),
            change=_fewer_loops(proposal.commanding.loops, slot.loops),
        )
    if proposal.flies:
        for due in slot.models:
            yield _model(proposal, due.model, due.before_launch)


def _pointing(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    if proposal.pointing is None:
        return
    if slot.pointing is None:
        yield plain("pointing", said("term.pointing"), False, said("term.no_pointing"))
        return
    needs = proposal.pointing
    rows = [("pointing", needs.accuracy, slot.pointing)]
    if needs.stability is not None:
        still = slot.pointing if slot.stability is None else slot.stability
        rows.append(("pointing.stability", needs.stability, still))
    for key, asked, held in rows:
        word = key.split(".")[-1]
        yield at_least(
            key,
            said(f"term.{word}"),
            0.0,
            float(np.degrees(asked - held)),
            "deg",
            words=said(
                f"term.{word}_is",
                needs=f"{np.degrees(asked):.3g}",
                holds=f"{np.degrees(held):.3g}",
            ),
            scale=float(np.degrees(max(asked, held))),
        )


def _magnetism(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    moment = proposal.electromagnetic.magnetic_moment
    if not moment:
        return
    if slot.magnetic_moment is None:
        yield plain("magnetic", said("term.magnetic"), True, said("term.magnetic_free"))
        return
    yield at_most("magnetic", said("term.magnetic"), moment, slot.magnetic_moment, "A m2")


def _fewer_loops(loops: float, limit: float) -> Change:
    def less(p: Proposal) -> Proposal:
        return changed(p, commanding={"loops": min(p.commanding.loops, limit)})

    words = said("change.loops", loops=f"{limit:g}") if limit else said("change.no_loops")
    return Change(words, 1.0 - limit / max(loops, 1e-9), less)


def _model(proposal: Proposal, model: Any, due: float) -> Finding:
    mine = [d.before_launch for d in proposal.models if d.model == model]
    best = max(mine, default=0.0)

    def promised(p: Proposal) -> Proposal:
        others = [d for d in p.models if d.model != model]
        return p.model_copy(update={"models": [*others, Delivery(model=model, before_launch=due)]})

    name = one_of("model", model)
    return at_least(
        f"model.{model.replace(' ', '-')}",
        said("term.model", model=name),
        due / DAY,
        best / DAY,
        "d",
        words=said("term.before_launch"),
        change=Change(
            said("change.model", model=name, days=f"{due / DAY:.0f}"),
            0.2 * (1.0 - best / due),
            promised,
        ),
    )


def _carried(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    needs = proposal.needs
    for name, asked, given in (
        ("robot_setup", needs.robot_setup, slot.robot_setup),
        ("robot_monthly", needs.robot_monthly, slot.robot_monthly),
    ):
        if asked:

            def less(p: Proposal, name: str = name, most: float = given) -> Proposal:
                return changed(p, needs={name: min(getattr(p.needs, name), most)})

            yield at_most(
                name.replace("_", "."),
                said(f"term.{name}"),
                asked / HOUR,
                given / HOUR,
                "h",
                change=Change(_less_robot(name, given), 0.5 * (1.0 - given / asked), less),
            )
    if needs.samples:
        yield at_most("samples", said("term.samples"), needs.samples, slot.samples, "samples")
    if proposal.flies:
        yield plain("disposal", said("term.disposal"), True, proposal.disposal)
    if slot.forbids:
        carried = [w for w in slot.forbids if getattr(proposal.declared, w)]
        yield plain(
            "forbidden",
            said("term.forbidden"),
            not carried,
            said("term.carries", what=[one_of("hazard", w) for w in carried]) if carried else
            said("term.carries_no", what=[one_of("hazard", w) for w in slot.forbids]),
        )  # fmt: skip


def _less_robot(name: str, given: float) -> Message:
    if given:
        return said(f"change.{name}", hours=f"{given / HOUR:g}")
    return said(f"change.no_{name}")


def one_of(kind: str, word: str) -> Text:
    """A word that a file chooses among several, as people say it: `one_of("level", "system")`."""
    return said(f"{kind}.{word.replace(' ', '_')}")


def kelvins(limits: Limits) -> Message:
    """A stretch of temperatures in words."""
    return said("term.kelvins", low=f"{limits.minimum:.0f}", high=f"{limits.maximum:.0f}")


def _day(instant: np.datetime64) -> str:
    return str(instant.astype("datetime64[D]"))


def _box(edges: tuple[float, ...]) -> str:
    return " × ".join(f"{e:.3g}" for e in edges)


def _three(value: float) -> str:
    return f"{value:.3g}"
