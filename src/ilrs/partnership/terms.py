"""A proposal held against the terms of a slot: what the call says, without any simulation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ilrs.partnership.demands import Envelope, Masses
from ilrs.partnership.finding import Change, Finding, at_least, at_most, plain
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
        *_carried(proposal, slot),
    ]


def changed(proposal: Proposal, **parts: dict[str, Any]) -> Proposal:
    """The proposal with keys of some of its parts otherwise: `changed(p, mass={"body": 3.0})`."""
    update = {name: getattr(proposal, name).model_copy(update=new) for name, new in parts.items()}
    return proposal.model_copy(update=update)


def _standing(proposal: Proposal, slot: Opportunity, mission: Mission) -> Iterator[Finding]:
    gone = mission.confidence in GONE
    yield plain(
        "mission", "Its mission flies", not gone, f"{mission.title} is {mission.confidence}"
    )
    yield plain(
        "level",
        "It is open to this level",
        proposal.level in slot.levels,
        f"{proposal.level}; open to {', '.join(slot.levels)}",
    )
    if proposal.needs.places:
        here = slot.place in proposal.needs.places if slot.place else None
        yield plain(
            "place",
            "It stands where it can",
            here,
            f"{slot.place or 'no place of the station'}; it can stand at "
            f"{', '.join(proposal.needs.places)}",
        )
    if proposal.flies and proposal.needs.ground:
        yield plain(
            "ground",
            "It touches the ground",
            slot.on_ground,
            "on the ground" if slot.on_ground else f"on a deck {slot.deck:g} m up",
        )


def _dates(proposal: Proposal, slot: Opportunity, mission: Mission) -> Iterator[Finding]:
    due = mission.date - np.timedelta64(round(slot.hardware_due), "s")
    spare = float((due - proposal.schedule.ready) / np.timedelta64(1, "s"))

    def sooner(p: Proposal) -> Proposal:
        return changed(p, schedule={"ready": due})

    yield at_least(
        "ready",
        "It is there in time",
        0.0,
        spare / DAY,
        "d",
        words=f"ready {_day(proposal.schedule.ready)}, due {_day(due)}",
        change=Change(
            f"ready by {_day(due)}, {-spare / DAY:.0f} d sooner", -spare / (3.0 * 365 * DAY), sooner
        ),
        scale=3.0 * 365.0,
    )
    latest = proposal.schedule.latest
    if latest is not None:
        room = float((latest - mission.date) / np.timedelta64(1, "s")) / DAY
        yield at_least(
            "latest",
            "It flies before it is of no more use",
            0.0,
            room,
            "d",
            words=f"{mission.title} {_day(mission.date)}, of use until {_day(latest)}",
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
    included = ", ".join(["growth", *slot.mass.includes])
    limit = slot.mass.each
    if limit is not None:
        yield at_most(
            "mass.each",
            "Mass of one module",
            each,
            limit,
            "kg",
            words=f"{included} included",
            change=_lighter(proposal, each - limit, limit / each, proposal.mass.modules),
        )
    yield at_most(
        "mass.total",
        "Mass in all",
        counted,
        slot.mass.total,
        "kg",
        words=f"{included} included; the slot's limit is for all that fly in it",
        change=_lighter(proposal, counted - slot.mass.total, slot.mass.total / counted, 1),
    )


def _lighter(proposal: Proposal, excess: float, factor: float, modules: int) -> Change:
    def less(p: Proposal) -> Proposal:
        parts = {k: getattr(p.mass, k) * min(factor, 1.0) * (1.0 - 1e-9)
                 for k in ("body", "interface", "separation", "cables")}  # fmt: skip
        return p.model_copy(update={"mass": Masses(**{**p.mass.model_dump(), **parts})})

    each = " a module" if modules > 1 else ""
    return Change(f"{_three(excess)} kg lighter{each}", max(1.0 - factor, 0.0), less)


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
        "Room: the edge that fits worst",
        mine[worst],
        theirs[worst],
        "m",
        words=f"{_box(mine)} m into {_box(theirs)} m",
        change=Change(
            f"folded to {_box(fits)} m", sum(1.0 - b / a for a, b in zip(mine, fits, strict=True)),
            smaller,
        ),
    )  # fmt: skip


def _power(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    power, offer = proposal.power, slot.power
    if not power.modes and not power.survival:
        return
    if not slot.powered:
        own = any(_makes_power(c) for c in proposal.components.values())
        yield plain(
            "power.own",
            "It feeds itself",
            own,
            "brings its own source" if own else "the slot gives no power and it brings no source",
        )
        return
    if offer is None:
        yield plain("power.offer", "Power", None, "what the slot gives is not published")
        return
    bus = power.bus or 0.0
    low, high = offer.bus_least, offer.bus_most

    def converted(p: Proposal) -> Proposal:
        return changed(p, power={"bus": 0.5 * (low + high)})

    yield plain(
        "power.bus",
        "Bus voltage",
        low <= bus <= high,
        f"{bus:g} V on a bus of {low:g} to {high:g} V",
        change=Change(f"with a converter to {low:g}-{high:g} V", 0.3, converted),
    )
    yield at_most("power.mean", "Mean power", power.mean, offer.mean, "W",
                  words="of all in the slot together")  # fmt: skip
    yield at_most("power.peak", "Peak power", power.peak, offer.peak, "W",
                  change=_lower_peak(power.peak, offer.peak))  # fmt: skip
    yield at_most(
        "power.survival",
        "Power that is never shed",
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

    return Change(f"peaks held to {_three(limit)} W", 1.0 - limit / max(peak, 1e-9), less)


def _less_survival(survival: float, limit: float) -> Change:
    def less(p: Proposal) -> Proposal:
        return changed(p, power={"survival": min(p.power.survival, limit)})

    words = f"kept alive on {_three(limit)} W"
    return Change(words, 1.0 - limit / max(survival, 1e-9), less)


def _data(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    data, offer = proposal.data, slot.data
    if not data.science and not data.telemetry:
        return
    if offer is None:
        yield plain("data.offer", "Data", None if slot.place is None or not slot.powered else False,
                    "the slot offers no data network of its own")  # fmt: skip
        return

    def spoken(p: Proposal) -> Proposal:
        return changed(p, data={"protocol": offer.protocols[0]})

    yield plain(
        "data.protocol",
        "Protocol",
        data.protocol in offer.protocols,
        f"{data.protocol}; taken are {', '.join(offer.protocols)}",
        change=Change(f"with {offer.protocols[0]}", 0.2, spoken),
    )
    yield at_most("data.science", "Science data", data.science / 1e3, offer.science / 1e3, "kbit/s",
                  words="mean, of all in the slot together",
                  change=fewer_data(data.science, offer.science))  # fmt: skip


def fewer_data(rate: float, limit: float) -> Change:
    """Less science data: compressed, or chosen on board."""

    def less(p: Proposal) -> Proposal:
        return changed(p, data={"science": min(p.data.science, limit)})

    return Change(
        f"science data at most {_three(limit / 1e3)} kbit/s", 1.0 - limit / max(rate, 1e-9), less
    )


def _warmth(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    thermal, promised = proposal.thermal, slot.surroundings
    if thermal is None or promised is None:
        return
    if promised.interface is not None:
        plate, bears = promised.interface, thermal.survival
        spare = min(plate.minimum - bears.minimum, bears.maximum - plate.maximum)
        yield at_least(
            "thermal.interface",
            "It bears the plate it stands on",
            0.0,
            spare,
            "K",
            words=f"plate {plate.minimum:.0f} to {plate.maximum:.0f} K, survives "
            f"{bears.minimum:.0f} to {bears.maximum:.0f} K",
            scale=50.0,
        )
    cruise, lives = promised.cruise_unpowered, thermal.cruise_unpowered

    def longer(p: Proposal) -> Proposal:
        assert p.thermal is not None
        return changed(p, thermal={"cruise_unpowered": max(p.thermal.cruise_unpowered, cruise)})

    yield at_least(
        "thermal.cruise",
        "It lives unpowered from launch to connection",
        cruise / HOUR,
        lives / HOUR,
        "h",
        change=Change(
            f"living {_three(cruise / HOUR)} h unpowered in flight",
            1.0 - lives / max(cruise, 1e-9),
            longer,
        ),
    )


def _people(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    if proposal.commanding.loops:
        yield at_most(
            "loops",
            "Command loops a day",
            proposal.commanding.loops,
            slot.loops,
            "a day",
            words="of all in the slot together",
            change=_fewer_loops(proposal.commanding.loops, slot.loops),
        )
    if proposal.flies:
        for due in slot.models:
            yield _model(proposal, due.model, due.before_launch)
    if proposal.pointing is not None:
        held = slot.pointing
        if held is None:
            yield plain("pointing", "Pointing", False, "the slot holds no pointing")
        else:
            yield at_least(
                "pointing",
                "Pointing it must have",
                float(np.degrees(held)),
                float(np.degrees(proposal.pointing.accuracy)),
                "deg",
                words=f"it needs {np.degrees(proposal.pointing.accuracy):.3g} deg, the pier holds "
                f"{np.degrees(held):.3g} deg",
            )


def _fewer_loops(loops: float, limit: float) -> Change:
    def less(p: Proposal) -> Proposal:
        return changed(p, commanding={"loops": min(p.commanding.loops, limit)})

    return Change(f"at most {limit:g} command loops a day", 1.0 - limit / max(loops, 1e-9), less)


def _model(proposal: Proposal, model: Any, due: float) -> Finding:
    mine = [d.before_launch for d in proposal.models if d.model == model]
    best = max(mine, default=0.0)

    def promised(p: Proposal) -> Proposal:
        others = [d for d in p.models if d.model != model]
        return p.model_copy(update={"models": [*others, Delivery(model=model, before_launch=due)]})

    article = "an" if model[0] in "aeiou" else "a"
    words = f"{article} {model} model {due / DAY:.0f} d before launch"
    return at_least(
        f"model.{model.replace(' ', '-')}",
        f"Delivers {article} {model} model in time",
        due / DAY,
        best / DAY,
        "d before launch",
        words="" if mine else "none promised",
        change=Change(words, 0.2 * (1.0 - best / due), promised),
    )


def _carried(proposal: Proposal, slot: Opportunity) -> Iterator[Finding]:
    needs = proposal.needs
    for key, title, asked, given in (
        ("robot.setup", "Robot time to set it up", needs.robot_setup, slot.robot_setup),
        ("robot.monthly", "Robot time a month", needs.robot_monthly, slot.robot_monthly),
    ):
        if asked:
            name = key.replace(".", "_")

            def less(p: Proposal, name: str = name, most: float = given) -> Proposal:
                return changed(p, needs={name: min(getattr(p.needs, name), most)})

            yield at_most(
                key,
                title,
                asked / HOUR,
                given / HOUR,
                "h",
                change=Change(
                    f"{title.lower()} at most {given / HOUR:g} h", 1.0 - given / asked, less
                ),
            )
    if needs.samples:
        yield at_most("samples", "Samples handed to it", needs.samples, slot.samples, "samples")
    if slot.forbids:
        carried = [w for w in slot.forbids if getattr(proposal.declared, w)]
        yield plain(
            "forbidden",
            "It carries nothing that is forbidden",
            not carried,
            f"carries what is {', '.join(carried)}" if carried else
            f"nothing {', '.join(slot.forbids)}",
        )  # fmt: skip


def _day(instant: np.datetime64) -> str:
    return str(instant.astype("datetime64[D]"))


def _box(edges: tuple[float, ...]) -> str:
    return " x ".join(f"{e:.3g}" for e in edges)


def _three(value: float) -> str:
    return f"{value:.3g}"
