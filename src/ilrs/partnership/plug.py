"""A proposal plugged into a station: one facility more, with its loads, equipment and work."""

from __future__ import annotations

from dataclasses import replace

from ilrs.components.component import Component
from ilrs.components.load import Load
from ilrs.errors import ScenarioError, Where
from ilrs.partnership.opportunity import Opportunity
from ilrs.partnership.proposal import Proposal
from ilrs.scenario.activities import Activity
from ilrs.scenario.checks import findings
from ilrs.scenario.document import Document
from ilrs.scenario.load import Loaded
from ilrs.scenario.schema import Facility, Ground, Hibernation
from ilrs.scenario.work import worked

ASLEEP, AWAKE = 0.45, 0.70
"""Shares of drawable energy below which guests sleep and above which they wake: with the garage."""
MONTH = 30.0 * 86400.0
NOBODY, NOTHING = "guest-nobody", 1e-3
"""The guest that is not there, and its power [W]: more than the solver's tolerance, less than
anybody's."""
ROBOT_VALUE, ROBOT_PRIORITY = 6.0, 2
"""Worth of robots' work for guests: that of the station's own ordinary work."""


def guest_name(proposal: Proposal) -> str:
    """The name of the facility that a proposal becomes."""
    return f"guest-{proposal.name}"


def takes_nothing(proposal: Proposal, slot: Opportunity) -> bool:
    """Whether the station's network does not feel it at all: no power, data, robots or work."""
    return not (
        proposal.components
        or proposal.activities
        or proposal.power.mean
        or proposal.data.science
        or (slot.robot and (proposal.needs.robot_setup or proposal.needs.robot_monthly))
    )


def plugged(
    loaded: Loaded, proposal: Proposal, slot: Opportunity, document: Document | None = None
) -> Loaded:
    """The station with the proposal in it, as an overlay on the checked scenario.

    Where the proposal has no components, a load stands for it: the mean of its modes, spread evenly
    over time, with survival as its floor. Holds for modes that alternate within hours; what a mode
    draws at its peak is held against the slot's limit instead. Where the slot gives no power, the
    proposal hangs on a bus of its own. Raises `ScenarioError` where its parts do not fit together,
    with the lines of the `document` it was read from.
    """
    scenario, name = loaded.scenario, guest_name(proposal)
    if name in scenario.facilities:
        raise ScenarioError(f"the station has a facility {name!r} already", remedy="rename yours")
    if slot.place is None:
        raise ScenarioError(f"{slot.title.text('en')!r} names no place of the station to stand at")
    facility = Facility(
        title=proposal.title,
        facility_class=proposal.facility_class,
        mission=slot.mission,
        place=slot.place,
        network=slot.network,
        bus=None if slot.powered else name,
        ports=None,
        hibernation=(
            Hibernation(below=ASLEEP, above=AWAKE) if slot.powered and proposal.flies else None
        ),
        components=dict(proposal.components) or _loads(proposal, slot),
    )
    more = {f"{name}-{k}": _own(a, name, slot) for k, a in proposal.activities.items()}
    if isinstance(scenario.places[slot.place], Ground):
        more |= _robot_work(proposal, slot, name)
    grown = scenario.model_copy(
        update={
            "facilities": {**scenario.facilities, name: facility},
            "activities": {**scenario.activities, **more},
        }
    )
    if proposal.components or proposal.activities:
        both = loaded.document if document is None else _both(loaded.document, document, name)
        try:
            grown = worked(grown, both)
            found = findings(grown, both)
        except ScenarioError as error:
            found = list(error.problems or (error,))
        if found:
            raise ScenarioError.several([_of_proposal(problem, name) for problem in found])
    return replace(loaded, scenario=grown)


def _both(station: Document, guest: Document, name: str) -> Document:
    """The station's document with the lines of the guest's own equipment and work."""
    marks = dict(station.marks)
    for path, mark in guest.marks.items():
        if path[:1] == ("components",):
            marks["facilities", name, *path] = mark
        elif path[:1] == ("activities",) and len(path) > 1:
            marks["activities", f"{name}-{path[1]}", *path[2:]] = mark
    return replace(station, marks=marks)


def with_nobody(loaded: Loaded, priority: int) -> Loaded:
    """The station with a guest that takes nothing, beside its first facility on the ground.

    Its plan has another equally good optimum than the plan without: how far the two lie apart is
    the least that a guest must change before it can be called the guest's doing.
    """
    scenario = loaded.scenario
    host = next(
        f
        for f in scenario.facilities.values()
        if f.modelled and isinstance(scenario.places[f.place], Ground)
    )
    guest = Facility(
        title=NOBODY,
        facility_class=host.facility_class,
        mission=host.mission,
        place=host.place,
        network=host.network,
        bus=host.bus,
        ports=None,
        hibernation=Hibernation(below=ASLEEP, above=AWAKE),
        components={"payload": _load(0.0, NOTHING, priority)},
    )
    grown = scenario.model_copy(update={"facilities": {**scenario.facilities, NOBODY: guest}})
    return replace(loaded, scenario=grown)


def _of_proposal(problem: ScenarioError, name: str) -> ScenarioError:
    """A finding on the station with the guest, told with the path and names of the proposal.

    A line is of the proposal, or else of the station's own file, which is right by itself.
    """

    def own(words: str) -> str:
        return words.replace(f"{name}-", "").replace(name, "self")

    where = problem.where or Where()
    path = own(where.path.removeprefix(f"facilities.{name}."))
    return ScenarioError(
        own(problem.what), where=replace(where, path=path), remedy=own(problem.remedy)
    )


def _loads(proposal: Proposal, slot: Opportunity) -> dict[str, Component]:
    power, data = proposal.power, proposal.data
    if power.mean <= 0.0:
        return {}
    load = _load(proposal.mass.total, power.mean, slot.priority)
    own = {"keep_alive": power.survival, "telemetry": data.telemetry, "science": data.science}
    return {"payload": load.model_copy(update=own)}


def _load(mass: float, power: float, priority: int) -> Load:
    return Load(
        mass=mass,
        power=power,
        keep_alive=0.0,
        hibernation=None,
        priority=priority,
        telemetry=0.0,
        science=0.0,
        failures={},
    )


def _own(activity: Activity, name: str, slot: Opportunity) -> Activity:
    """An activity of the proposal with `self` written out."""
    return activity.model_copy(
        update={
            "mission": slot.mission if activity.mission == "self" else activity.mission,
            "robots": [name if r == "self" else r for r in activity.robots],
            "instruments": [
                f"{name}/{i.removeprefix('self/')}" if i.startswith("self/") else i
                for i in activity.instruments
            ],
        }
    )


def _robot_work(proposal: Proposal, slot: Opportunity, name: str) -> dict[str, Activity]:
    """What a robot of the station does for it: set up once, and every month after that."""
    if slot.robot is None:
        return {}
    needs = proposal.needs
    work = {}
    if needs.robot_setup:
        work[f"{name}-setup"] = _visit(
            f"{proposal.title}: set up", slot, needs.robot_setup, {"count": 1}
        )
    if needs.robot_monthly:
        work[f"{name}-visit"] = _visit(
            f"{proposal.title}: monthly visit", slot, needs.robot_monthly, {"every": MONTH}
        )
    return work


def _visit(title: str, slot: Opportunity, duration: float, often: dict[str, float]) -> Activity:
    return Activity.model_validate(
        {
            "title": title,
            "mission": slot.mission,
            "robots": [slot.robot],
            "place": slot.worked_from or slot.place,
            "duration": duration,
            "makes": ["seismic"],
            "value": ROBOT_VALUE,
            "priority": ROBOT_PRIORITY,
            **often,
        }
    )
