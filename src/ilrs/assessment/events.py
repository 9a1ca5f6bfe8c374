"""What happened: failures, modes, shedding, dark, who commanded; each once, when it began."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ilrs.assessment import biology, campaigns
from ilrs.assessment.budgets import HOUR, instant
from ilrs.assessment.doing import happened
from ilrs.assessment.history import History, spells
from ilrs.flows.carriers import CARRIERS
from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.operations.authority import EARTH, MOON

Event = tuple[int, str, str, str]
MODES = {0: "awake", 1: "hibernates", 2: "wakes"}


def events(h: History) -> pd.DataFrame:
    """Events in order of time: second, instant, kind, subject, text."""
    found = sorted(
        [
            *_arrivals(h),
            *_faults(h),
            *_modes(h),
            *_dark(h),
            *_shedding(h),
            *_wanting(h),
            *_overrides(h),
            *_authority(h),
            *happened(h),
            *campaigns.happened(h),
            *biology.happened(h),
        ]
    )
    return pd.DataFrame(
        {
            "second": np.array([int(step * h.step) for step, *_ in found], dtype=np.int64),
            "instant": [instant(h, step) for step, *_ in found],
            "kind": [kind for _, kind, _, _ in found],
            "subject": [subject for _, _, subject, _ in found],
            "text": [text for _, _, _, text in found],
        }
    )


def _arrivals(h: History) -> Iterator[Event]:
    for name, facility in h.run.scenario.facilities.items():
        if facility.modelled:
            step = h.network.clock.index(h.run.scenario.missions[facility.mission].arrives)
            if step < h.count:
                yield step, "arrival", name, f"{facility.title} arrives"


def _faults(h: History) -> Iterator[Event]:
    for i in h.run.faults.incidents:
        component, _, mode = i.mode.rpartition(".")
        kind = "fault" if i.what == "fails" else "repair"
        listed = ", as listed" if i.listed else ""
        yield i.step, kind, component, f"{mode}: a unit {i.what}{listed}; {i.failed} out now"


def _modes(h: History) -> Iterator[Event]:
    for g, name in enumerate(h.network.sleepers.names):
        mode = h.run.record.mode[:, g]
        for step in np.nonzero(np.diff(mode, prepend=mode[:1]))[0]:
            yield int(step), "mode", name, f"{name} {MODES[int(mode[step])]}"


def _dark(h: History) -> Iterator[Event]:
    for first, last in spells(h.dark):
        hours = (last - first) * h.step / HOUR
        if hours >= 12.0:
            yield first, "dark", "arrays", f"no array is lit for {hours:.0f} h"


def _shedding(h: History) -> Iterator[Event]:
    names, flows = h.network.flows.names, h.network.flows
    for k in h.firm:
        f = flows.of("sink")[k]
        wanted, served = h.run.record.wanted[:, k], h.run.record.flow[:, f]
        short = wanted - served > 0.01 * np.maximum(wanted, 1e-9)
        for first, last in spells(short):
            hours = (last - first) * h.step / HOUR
            yield first, "shedding", names[f], f"short of power for {hours:.1f} h"


def _wanting(h: History) -> Iterator[Event]:
    """Who must have matter to live and got less: a crew without oxygen, water or food."""
    flows, sinks = h.network.flows, h.network.sinks
    for k, f in enumerate(flows.of("sink")):
        vital = sinks.priority[k] == KEEP_ALIVE and not (sinks.flexible[k] or sinks.dump[k])
        if not vital or CARRIERS[flows.carriers[f]].unit != "kg":
            continue
        wanted, served = h.run.record.wanted[:, k], h.run.record.flow[:, f]
        for first, last in spells(wanted - served > 1e-6 * wanted):
            hours = (last - first) * h.step / HOUR
            yield first, "want", flows.names[f], f"short of what it lives on for {hours:.1f} h"


def _overrides(h: History) -> Iterator[Event]:
    """The executive left the plan to keep what must live alive, and says by how much."""
    for first, last in spells(h.run.record.override > 1.0):
        energy = float(h.run.record.override[first:last].sum() * h.step)
        hours = (last - first) * h.step / HOUR
        if energy > 3.6e6:
            text = f"keep-alive drew {energy / 3.6e6:.1f} kWh more than planned over {hours:.0f} h"
            yield first, "override", "executive", text


def _authority(h: History) -> Iterator[Event]:
    who = h.run.authority
    for step in np.nonzero(np.diff(who, prepend=who[:1]))[0]:
        name = {MOON: "a computer on the Moon", EARTH: "Earth"}.get(int(who[step]), "nobody")
        yield int(step), "authority", "command", f"{name} commands"
