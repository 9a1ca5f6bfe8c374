"""The metrics objectives name, each as a function of a run up to a step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ilrs.assessment import biology, crews
from ilrs.assessment.campaigns import mean_of, verified
from ilrs.assessment.custody import home
from ilrs.assessment.doing import brought, done
from ilrs.assessment.hearing import heard
from ilrs.assessment.history import History, longest, spells
from ilrs.errors import ScenarioError

Floats = NDArray[np.float64]


def evaluate(history: History, metric: str, until: int | None = None) -> float:
    """The value of `metric` over the run's first `until` steps (default all), SI; NaN for none.

    What each means stands in `ilrs.scenario.metrics`.
    """
    names = history.metric_units
    if metric not in names:
        raise ScenarioError(
            f"there is no metric {metric!r}", remedy=f"known are {', '.join(names)}"
        )
    last = history.count if until is None else until
    if last < 1:
        return float("nan")
    if metric in _PLAIN:
        return _PLAIN[metric](history, last)
    head, _, tail = metric.rpartition(".")
    if head in _BY_NAME:
        return _BY_NAME[head](history, tail, last)
    if head in _BY_DATA:
        return _BY_DATA[head](history, tail, last)
    return _share(history.facility(tail), last)


def _share(energy: tuple[Floats, Floats], last: int) -> float:
    wanted, served = energy[0][last - 1], energy[1][last - 1]
    return float(served / wanted) if wanted > 0.0 else float("nan")


def _unserved(h: History, last: int) -> float:
    wanted, served = h.keep_alive
    return float(max(wanted[last - 1] - served[last - 1], 0.0))


def _least_reserve(h: History, last: int) -> float:
    reserve = h.reserve[:last]
    return float(np.nanmin(reserve)) if np.isfinite(reserve).any() else float("nan")


def _margin(h: History, last: int) -> float:
    return float(h.warmth[:last].min())


def _autonomy(h: History, last: int) -> float:
    return float(h.autonomous[:last].mean())


def _outage(h: History, last: int) -> float:
    """Outages between steps are of the hand-over's length."""
    whole = longest(~h.autonomous[:last]) * h.step
    if whole > 0.0 or not h.network.controllers:
        return whole
    taken_over = any(
        i.mode == c.failure and i.what == "fails" and i.step < last
        for c in h.network.controllers
        for i in h.run.faults.incidents
    )
    return max((c.failover for c in h.network.controllers), default=0.0) if taken_over else 0.0


def _gap(h: History, last: int) -> float:
    return longest(~h.contact[:last]) * h.step


def _survived(h: History, last: int) -> float:
    """The longest whole dark through which keep-alive loads were served."""
    lengths = [b - a for a, b in spells(h.dark[:last]) if not h.short[a:b].any()]
    return max(lengths, default=0) * h.step


def _length(h: History, last: int) -> float:
    """From the first arrival to the first keep-alive loss, or the end."""
    wanted = np.diff(h.keep_alive[0][:last], prepend=0.0)
    if not wanted.any():
        return 0.0
    begins = int(np.argmax(wanted > 0.0))
    lost = np.nonzero(h.short[:last])[0]
    ends = int(lost[0]) if len(lost) else last
    return max(ends - begins, 0) * h.step


def _delivered(h: History, data_class: str, last: int) -> float:
    produced, delivered, _ = h.data(data_class)
    made = produced[last - 1]
    return float(delivered[last - 1] / made) if made > 0.0 else float("nan")


def _lost(h: History, data_class: str, last: int) -> float:
    return float(h.data(data_class)[2][last - 1])


def _mean_rate(h: History, data_class: str, last: int) -> float:
    return float(h.data(data_class)[1][last - 1] / (last * h.step))


def latency_quantile(h: History, data_class: str, share: float, last: int) -> float:
    """The latency [s] within which `share` of the delivered data arrived; NaN without data."""
    latency, amount = h.latency(data_class)
    latency, amount = latency[:last], amount[:last]
    order = np.argsort(latency, kind="stable")
    total = np.cumsum(amount[order])
    if not total.size or total[-1] <= 0.0:
        return float("nan")
    return float(latency[order][np.searchsorted(total, share * total[-1])])


_PLAIN: dict[str, Callable[[History, int], float]] = {
    "served.keep_alive": lambda h, last: _share(h.keep_alive, last),
    "served.service": lambda h, last: _share(h.service, last),
    "unserved.keep_alive": _unserved,
    "energy.least_reserve": _least_reserve,
    "temperature.margin": _margin,
    "command.autonomy": _autonomy,
    "command.longest_outage": _outage,
    "contact.longest_gap": _gap,
    "dark.longest_survived": _survived,
    "operation.length": _length,
    "samples.home": home,
    "seismic.coverage": heard,
}
_BY_NAME: dict[str, Callable[[History, str, int], float]] = {
    "yield": brought,
    "done": done,
    "verified": verified,
    "measured.yield": lambda h, name, last: mean_of(h, "yield", name, last),
    "measured.purity": lambda h, name, last: mean_of(h, "purity", name, last),
    "measured.energy": lambda h, name, last: mean_of(h, "energy", name, last),
    "life.survival": biology.survival,
    "life.oxygen": biology.given,
    "life.humidity": biology.in_range,
    "life.dose": biology.dose,
    "crew.supplied": crews.supplied,
    "crew.closure": crews.closure,
}
_BY_DATA: dict[str, Callable[[History, str, int], float]] = {
    "data.delivered": _delivered,
    "data.lost": _lost,
    "data.latency_p95": lambda h, c, last: latency_quantile(h, c, 0.95, last),
    "data.mean_rate": _mean_rate,
}
