"""What the guest gets and what it costs: two lives of the station laid side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.assessment.doing import brought
from ilrs.assessment.history import History, longest
from ilrs.assessment.metrics import latency_quantile
from ilrs.components.radio_array import RadioArray
from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.language import Language, Text, said, spoken
from ilrs.partnership.demands import Band
from ilrs.partnership.finding import Finding, at_least, at_most, plain
from ilrs.partnership.opportunity import Opportunity
from ilrs.partnership.plug import guest_name
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.terms import one_of
from ilrs.partnership.twin import Side
from ilrs.planning.sizing.request import distance
from ilrs.scenario.activities import Activity
from ilrs.scenario.schema import Ground, Scenario

KWH, HOUR = 3.6e6, 3600.0
NOISE = 1e-4
"""Share of an amount below which a difference is rounding of the dispatch and of steps."""
STUDENT = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26}
"""Student's t for 95 % and degrees of freedom."""
MISSED = 1e-6
VERDICTS = {"loses": "loss.loses", "gains": "loss.gains",
            "not distinguishable": "loss.alike"}  # fmt: skip
"""Keys of the words for a difference."""


@dataclass(frozen=True)
class Loss:
    """An amount of the station or another payload, without and with the guest.

    `error` is the half width of the 95 % interval of the mean difference over shared seeds, what
    the solver's gap leaves open, or the scatter of equally good plans, whichever is most.
    """

    key: str
    title: Text
    unit: str
    without: float
    with_guest: float
    error: float
    seeds: int
    of: str = "station"
    more_is_better: bool = True

    @property
    def difference(self) -> float:
        """With less without."""
        return self.with_guest - self.without

    @property
    def distinguishable(self) -> bool:
        """Whether the difference is larger than its error."""
        return abs(self.difference) > self.error

    @property
    def verdict(self) -> str:
        """The difference in a word."""
        if not self.distinguishable:
            return "not distinguishable"
        better = (self.difference > 0.0) == self.more_is_better
        return "gains" if better else "loses"

    def as_data(self, language: Language = "en") -> dict[str, Any]:
        """It as plain data, its words in a language."""
        return {
            "key": self.key,
            "title": spoken(self.title, language),
            "of": self.of,
            "unit": self.unit,
            "without": self.without,
            "with": self.with_guest,
            "difference": self.difference,
            "error": self.error,
            "seeds": self.seeds,
            "verdict": self.verdict,
        }


def received(proposal: Proposal, slot: Opportunity, side: Side) -> list[Finding]:
    """What the guest gets in the lives of `side`, held against what it needs."""
    name = guest_name(proposal)
    return [
        *_served(proposal, name, side.histories),
        *_sent(proposal, side.histories),
        *_quiet(proposal, slot, side, name),
        *_still(proposal, slot, side, name),
        *_worked(side, name),
    ]


def _served(proposal: Proposal, name: str, histories: Sequence[History]) -> Iterator[Finding]:
    shares, outages = [], []
    for history in histories:
        wanted, served = guest_energy(history, name, keep_alive=False)
        if wanted.sum() > 0.0:
            shares.append(float(served.sum() / wanted.sum()))
        outages.append(_outage(history, name, bare=not proposal.components))
    least = proposal.power.least_served
    if shares and least:
        spread = _error(shares) if len(shares) > 1 else 0.0
        mean = float(np.mean(shares))
        held = at_least(
            "served",
            said("felt.served"),
            100.0 * least,
            100.0 * mean,
            "%",
            by="simulation",
            words=said("felt.served_is", seeds=len(shares), points=f"{100.0 * spread:.1g}"),
        )
        # What lies nearer to its limit than seeds can tell is not called failed.
        yield replace(held, passed=held.passed or mean + spread >= least)
    if proposal.flies and (proposal.power.mean or proposal.components):
        lives = proposal.thermal.unpowered if proposal.thermal else 0.0
        worst = max(outages, default=0.0)
        yield at_least(
            "unpowered",
            said("felt.unpowered"),
            worst,
            lives / HOUR,
            "h",
            by="simulation",
            words=said("felt.unpowered_is" if proposal.power.survival else "felt.unpowered_all"),
        )


def guest_energy(
    history: History, name: str, *, keep_alive: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Energy its own sinks want and get, step by step [J]; its activities among them."""
    network = history.network
    first = network.flows.first["sink"]
    names = [network.flows.names[f] for f in network.flows.of("sink")]
    own = np.array([n.split("/", 1)[0] == name for n in names], dtype=np.bool_)
    kept = network.sinks.priority == KEEP_ALIVE
    chosen = [k for k in history.firm if own[k] and kept[k] == keep_alive]
    wanted = history.run.record.wanted[:, chosen].sum(axis=1) * history.step
    served = history.run.record.flow[:, [first + k for k in chosen]].sum(axis=1) * history.step
    return wanted, served


def _outage(history: History, name: str, *, bare: bool) -> float:
    """Longest time [h] in which it gets less than its survival power; of one that asks for none,
    in which it gets nothing: all the time where it is `bare` of equipment of its own that rests.
    """
    wanted, served = guest_energy(history, name, keep_alive=True)
    short = wanted - served > MISSED * np.maximum(wanted, 1.0)
    if not wanted.any():
        wanted, served = guest_energy(history, name, keep_alive=False)
        short = (served <= MISSED * wanted.max(initial=0.0)) & (bare | (wanted > 0.0))
    return longest(short) * history.step / HOUR


def _sent(proposal: Proposal, histories: Sequence[History]) -> Iterator[Finding]:
    data = proposal.data
    if not proposal.flies:
        return
    for key, word, rate, class_ in (
        ("delivered", "felt.delivered", data.science, "science"),
        ("housekeeping", "felt.housekeeping", data.telemetry, "telemetry"),
    ):
        if not rate:
            continue
        found = [s for h in histories if math.isfinite(s := _delivered(h, class_))]
        if not found:
            yield plain(key, said(word), None, said("felt.nothing_produced"))
            continue
        yield at_least(
            key,
            said(word),
            100.0 * data.least_delivered,
            100.0 * float(np.mean(found)),
            "%",
            by="simulation",
            words=said("felt.evenly"),
        )


def _delivered(history: History, class_: str) -> float:
    produced, delivered, _ = history.data(class_)
    return float(delivered[-1] / produced[-1]) if produced[-1] > 0.0 else math.nan


def _quiet(proposal: Proposal, slot: Opportunity, side: Side, name: str) -> Iterator[Finding]:
    """Time free of what others make near it, against the share of time it works."""
    scenario, needs = side.loaded.scenario, proposal.needs
    if not needs.quiet or slot.place is None or side.schedule is None:
        return
    place = slot.place
    if not isinstance(scenario.places[place], Ground):
        return
    loud, most = _taken(
        side,
        name,
        lambda each: (
            bool(set(each.makes) & set(needs.quiet))
            and _near(side, place, each, needs.quiet_within)
        ),
    )
    works = proposal.power.working
    yield at_least(
        "quiet",
        said("felt.quiet", what=[one_of("disturbance", word) for word in needs.quiet]),
        100.0 * min(works, 1.0),
        100.0 * (1.0 - loud),
        "%",
        by="simulation",
        words=said("felt.quiet_most", m=f"{needs.quiet_within:g}", who=most) if most else
        said("felt.quiet_nobody", m=f"{needs.quiet_within:g}"),
    )  # fmt: skip


def _still(proposal: Proposal, slot: Opportunity, side: Side, name: str) -> Iterator[Finding]:
    """The share of time it works, against the time left by those of the station it would disturb.

    It disturbs by what it says it makes, and by radio where a band it fills is listened in.
    """
    scenario, works = side.loaded.scenario, proposal.power.working
    if side.schedule is None or slot.place is None or not works:
        return
    place = slot.place
    if not isinstance(scenario.places[place], Ground):
        return
    taken, most = _taken(
        side,
        name,
        lambda each: (
            bool(set(each.needs_quiet) & _made(proposal, scenario, each))
            and _near(side, place, each, each.quiet_within or math.inf)
        ),
    )
    if not most:
        return
    yield at_most(
        "still",
        said("felt.still"),
        100.0 * min(works, 1.0),
        100.0 * (1.0 - taken),
        "%",
        by="simulation",
        words=said("felt.still_is", who=most),
    )


def _taken(side: Side, name: str, matters: Callable[[Activity], bool]) -> tuple[float, str]:
    """The share of time that activities of others which matter take, and which takes most."""
    history, activities = side.histories[0], side.loaded.scenario.activities
    taken = np.zeros(history.count, dtype=np.bool_)
    who: dict[str, int] = {}
    for outcome in history.outcomes:
        each = activities.get(outcome.entry.activity)
        if each is None or outcome.entry.activity.startswith(f"{name}-") or not matters(each):
            continue
        taken[outcome.first : outcome.last] = True
        who[each.title] = who.get(each.title, 0) + outcome.last - outcome.first
    return float(taken.mean()), max(who, key=lambda w: who[w], default="")


def _made(proposal: Proposal, scenario: Scenario, each: Activity) -> set[str]:
    """What disturbances it makes for an activity: those it names, and radio in a band that the
    activity's instruments listen in."""
    made: set[str] = set(proposal.needs.makes)
    radio = proposal.electromagnetic
    for instrument in each.instruments:
        facility, _, part = instrument.partition("/")
        array = scenario.facilities[facility].components.get(part)
        if isinstance(array, RadioArray):
            half = 0.5 * array.bandwidth
            heard = Band(lowest=array.frequency - half, highest=array.frequency + half)
            if any(heard.meets(b) for b in (*radio.transmits.values(), *radio.emits.values())):
                made.add("radio")
    return made


def _near(side: Side, place: str, each: Activity, within: float) -> bool:
    scenario = side.loaded.scenario
    at = each.place or scenario.facilities[each.owner].place
    if at == place:
        return True
    if not isinstance(scenario.places[at], Ground):
        return False
    return distance(scenario, place, at) <= within


def _worked(side: Side, name: str) -> Iterator[Finding]:
    """Whether what robots do for it, and what it does itself, found a time."""
    if side.problem is None:
        return
    own = [i for i, t in enumerate(side.problem.tasks) if t.activity.startswith(f"{name}-")]
    if not own:
        return
    placed = [i for i in own if i in side.placed]
    left = sorted({side.problem.tasks[i].activity for i in own if i not in side.placed})
    yield at_least(
        "scheduled",
        said("felt.scheduled"),
        float(len(own)),
        float(len(placed)),
        "times",
        by="simulation",
        words=said("felt.without_time", what=left) if left else said("felt.by_planner"),
    )


def losses(proposal: Proposal, without: Side, with_guest: Side) -> list[Loss]:
    """What the station and every other payload have without and with the guest."""
    name = guest_name(proposal)
    rows = [
        _paired("keep_alive", said("loss.keep_alive"), "kWh", without, with_guest,
                lambda h: _others_lack(h, name, keep_alive=True), more_is_better=False),
        _paired("service", said("loss.service"), "kWh", without, with_guest,
                lambda h: _others_lack(h, name, keep_alive=False), more_is_better=False),
        _paired("reserve", said("loss.reserve"), "%", without, with_guest, _least_reserve),
        _paired("science", said("loss.science"), "Gbit", without, with_guest,
                lambda h: _others_science(h, name)),
        _paired("contact", said("loss.contact"), "%", without, with_guest,
                lambda h: 100.0 * float(h.contact.mean())),
        _paired("latency", said("loss.latency"), "s", without, with_guest,
                _latency, more_is_better=False),
    ]  # fmt: skip
    for facility, told in without.loaded.scenario.facilities.items():
        if without.histories[0].facility(facility)[0][-1] > 0.0:
            title = said("loss.facility", facility=told.title)
            lacks = partial(_facility_lacks, facility)
            rows.append(
                _paired(
                    f"facility.{facility}",
                    title,
                    "kWh",
                    without,
                    with_guest,
                    lacks,
                    of=facility,
                    more_is_better=False,
                )
            )
    return [*rows, *_doings(without, with_guest)]


def _facility_lacks(facility: str, history: History) -> float:
    wanted, served = history.facility(facility)
    return max(float(wanted[-1] - served[-1]), 0.0) / KWH


def _brought(name: str, history: History) -> float:
    return float(brought(history, name, history.count))


def _others_lack(history: History, name: str, *, keep_alive: bool) -> float:
    """Energy owed to all but the guest and not given [kWh]."""
    wanted, served = history.keep_alive if keep_alive else history.service
    lacked = float(wanted[-1] - served[-1])
    if name in history.run.scenario.facilities:
        own_wanted, own_served = guest_energy(history, name, keep_alive=keep_alive)
        lacked -= float((own_wanted - own_served).sum())
    return max(lacked, 0.0) / KWH


def _least_reserve(history: History) -> float:
    reserve = history.reserve
    return 100.0 * float(np.nanmin(reserve)) if np.isfinite(reserve).any() else 0.0


def _latency(history: History) -> float:
    found = latency_quantile(history, "telemetry", 0.95, history.count)
    return found if math.isfinite(found) else 0.0


def _others_science(history: History, name: str) -> float:
    """Of the science on Earth, what is not the guest's: data of one class are mixed evenly."""
    produced, delivered, _ = history.data("science")
    if produced[-1] <= 0.0:
        return 0.0
    own = _produced_by(history, name) if name in history.run.scenario.facilities else 0.0
    return float(delivered[-1] * (1.0 - own / produced[-1])) / 1e9


def _produced_by(history: History, name: str) -> float:
    """Science that a facility's sinks produced [bit]."""
    network = history.network
    nodes = [i for i, n in enumerate(network.nodes) if n.endswith("/data.science")]
    total = 0.0
    for f in network.flows.of("sink"):
        if network.flows.names[f].split("/", 1)[0] == name:
            column = network.incidence[:, [f]].toarray().ravel()[nodes]
            total += float(column.clip(min=0.0).sum() * history.run.record.flow[:, f].sum())
    return total * history.step


def _doings(without: Side, with_guest: Side) -> Iterator[Loss]:
    """What the station's own activities bring, by yield."""
    if without.schedule is None or with_guest.schedule is None:
        return
    gap = max(without.gap, with_guest.gap)
    scenario = without.loaded.scenario
    yields = {n: a.unit for each in scenario.activities.values() for n, a in each.yields.items()}
    for name, unit in yields.items():
        yield _paired(
            f"yield.{name}", name.replace("_", " ").capitalize(), unit or "pieces", without,
            with_guest, partial(_brought, name), gap=gap,
        )  # fmt: skip


def _paired(
    key: str,
    title: Text,
    unit: str,
    without: Side,
    with_guest: Side,
    of_history: Callable[[History], float],
    *,
    of: str = "station",
    gap: float = 0.0,
    more_is_better: bool = True,
) -> Loss:
    a = np.array([of_history(h) for h in without.histories])
    b = np.array([of_history(h) for h in with_guest.histories])
    means = [float(a.mean())]
    means += [float(np.mean([of_history(h) for h in side.histories])) for side in without.alike]
    scale = max(float(np.abs(a).max(initial=0.0)), float(np.abs(b).max(initial=0.0)))
    error = max(_error((b - a).tolist()), (gap + NOISE) * scale, between_plans(means))
    return Loss(
        key, title, unit, float(a.mean()), float(b.mean()), error, len(a), of, more_is_better
    )


def between_plans(means: Sequence[float]) -> float:
    """Half the 95 % interval of the difference of two plans that are equally good, from the means
    of some; nothing of a single plan.
    """
    if len(means) < 2:
        return 0.0
    t = STUDENT.get(len(means) - 1, 2.0)
    return float(t * math.sqrt(2.0) * np.std(means, ddof=1))


def _error(values: Sequence[float]) -> float:
    """Half the 95 % interval of a mean; nothing of a single value."""
    if len(values) < 2:
        return 0.0
    t = STUDENT.get(len(values) - 1, 2.0)
    return float(t * np.std(values, ddof=1) / math.sqrt(len(values)))


def cost(rows: Sequence[Loss]) -> list[Finding]:
    """What a host must not lose to a guest: the power that keeps it alive."""
    kept = next(r for r in rows if r.key == "keep_alive")
    return [
        plain(
            "harmless",
            said("felt.harmless"),
            kept.verdict != "loses",
            said(
                "felt.harmless_is",
                without=f"{kept.without:.3g}",
                with_it=f"{kept.with_guest:.3g}",
                error=f"{kept.error:.2g}",
                verdict=said(VERDICTS[kept.verdict]),
            ),
            by="simulation",
        )
    ]
