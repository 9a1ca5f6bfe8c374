"""What activities truly did: each time of each held against the power it got and its equipment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ilrs.assessment import soundings
from ilrs.assessment.history import History, step_of
from ilrs.planning.schedule.record import Entry
from ilrs.planning.schedule.sinks import drive_name, sink_name, stopping_modes

SERVED = 0.99
"""Share of its energy that an activity must truly have got to count as done."""


@dataclass(frozen=True)
class Outcome:
    """One scheduled time of an activity: its steps, what it got, and why it failed if it did."""

    entry: Entry
    first: int
    last: int
    served: float
    why: str

    @property
    def done(self) -> bool:
        """Whether it counts."""
        return not self.why


def outcomes(history: History) -> tuple[Outcome, ...]:
    """Of every scheduled time what became of it, in the order of the schedule."""
    schedule = history.run.schedule
    if schedule is None:
        return ()
    return tuple(_outcome(history, entry) for entry in schedule.entries)


def _outcome(history: History, entry: Entry) -> Outcome:
    run, clock = history.run, history.network.clock
    first, last = step_of(clock, entry.begins), step_of(clock, entry.ends)
    served = _served(history, sink_name(run.scenario, entry.activity), first, last)
    stranded = ""
    for sortie in history.sorties.of(entry.activity):
        a, b = sortie.span((first, last))
        # Where the run ends before it is home nobody knows.
        way = _served(history, drive_name(sortie.vehicle.robot), max(a, 0), min(b, history.count))
        if way < SERVED:
            stranded = f"{sortie.vehicle.robot} got {way:.0%} of its energy on the way"
    why = ""
    broken = [
        mode
        for mode in stopping_modes(history.network, entry.robots, entry.instruments)
        if run.faults.failed(mode, history.count)[first:last].any()
    ]
    if broken:
        why = f"{broken[0].rpartition('.')[0]} was out ({broken[0].rpartition('.')[2]})"
    elif served < SERVED:
        why = f"got {served:.0%} of its energy"
    elif stranded:
        why = stranded
    return Outcome(entry, first, last, served, why)


def _served(history: History, name: str, first: int, last: int) -> float:
    """Share of what a sink wants from step `first` to `last`-1 that it truly got; 1 without one."""
    if name not in history.network.flows.names:
        return 1.0
    flow = history.network.flows.index(name)
    wanted = float(history.network.capacity(flow, slice(first, last)).sum())
    got = float(history.run.record.flow[first:last, flow].sum())
    return got / wanted if wanted > 0.0 else 1.0


def brought(history: History, name: str, until: int) -> float:
    """What was brought of a yield by activities done by the end of step `until`-1, SI.

    Depths of heat flow are the deepest, by the run's seed; all else adds up.
    """
    if name == soundings.DEPTH:
        return soundings.deepest(history, until)
    activities = history.run.scenario.activities
    return sum(
        float(activities[o.entry.activity].yields.get(name, 0.0)) * o.entry.share
        for o in history.outcomes
        if o.done and o.last <= until
    )


def done(history: History, activity: str, until: int) -> float:
    """How often an activity was done by the end of step `until`-1."""
    return float(
        sum(o.done and o.last <= until and o.entry.activity == activity for o in history.outcomes)
    )


def told(history: History) -> dict[str, Any]:
    """The schedule and what became of it, for the summary."""
    schedule = history.run.schedule
    assert schedule is not None
    rows = {o.entry.name: o for o in history.outcomes}
    return {
        "worth": schedule.worth,
        "bound": schedule.bound,
        "gap": schedule.gap,
        "method": schedule.method,
        "rounds": schedule.rounds,
        "timed": schedule.timed,
        "cuts": list(schedule.cuts),
        "scheduled": len(schedule.entries),
        "done": sum(o.done for o in history.outcomes),
        "entries": [
            {
                "name": name,
                "activity": o.entry.activity,
                "title": o.entry.title,
                "begins": o.entry.begins,
                "ends": o.entry.ends,
                "robots": list(o.entry.robots),
                "instruments": list(o.entry.instruments),
                "origin": o.entry.origin,
                "target": o.entry.target,
                "power_w": o.entry.power,
                "share": o.entry.share,
                "served": o.served,
                "done": o.done,
                "why": o.why,
            }
            for name, o in rows.items()
        ],
        "missing": [
            {"activity": m.activity, "number": m.number, "title": m.title, "why": m.why,
             "remedy": m.remedy}
            for m in schedule.missing
        ],
        "yields": {
            name: {
                "unit": unit,
                "brought": brought(history, name, history.count),
                "scheduled": _scheduled(history, name),
            }
            for name, unit in _yields(history).items()
        },
        "replanned": schedule.as_data()["replanned"],
    }  # fmt: skip


def _scheduled(history: History, name: str) -> float:
    schedule, activities = history.run.schedule, history.run.scenario.activities
    amounts = [
        float(activities[e.activity].yields.get(name, 0.0)) * e.share
        for e in (schedule.entries if schedule else ())
    ]
    return max(amounts, default=0.0) if name == soundings.DEPTH else sum(amounts)


def _yields(history: History) -> dict[str, str]:
    return {
        name: amount.unit
        for each in history.run.scenario.activities.values()
        for name, amount in each.yields.items()
    }


def happened(history: History) -> Iterator[tuple[int, str, str, str]]:
    """Events: what failed and why, what was done, and schedules made anew."""
    for o in history.outcomes:
        if o.done:
            yield o.last - 1, "activity", o.entry.name, f"{o.entry.title}: done"
        else:
            lost = ", ".join(history.run.scenario.activities[o.entry.activity].yields)
            text = f"{o.entry.title}: failed, {o.why}" + (f"; lost: {lost}" if lost else "")
            yield o.last - 1, "activity failed", o.entry.name, text
    schedule = history.run.schedule
    for again in schedule.replanned if schedule else ():
        step = step_of(history.network.clock, again.at)
        share = again.worth_after / again.worth_before if again.worth_before else 1.0
        text = (
            f"scheduled anew because of {again.because}: {len(again.lost)} lost, "
            f"{len(again.moved)} moved, {len(again.gained)} gained; {share:.0%} of the worth left"
        )
        yield step, "schedule", ", ".join(again.out), text
