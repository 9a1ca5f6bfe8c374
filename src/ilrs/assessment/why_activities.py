"""Why activities brought as much as they did: how often, what they wait for, what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ilrs.operations.again import scenario_of_run
from ilrs.operations.folder import StoredRun
from ilrs.scenario.activities import Activity

DAY, HOUR = 86400.0, 3600.0
MOST_REASONS = 2
"""Reasons that words name for times that failed, and for times that found no room."""


def activities_of(stored: StoredRun, metric: str) -> dict[str, Activity]:
    """The activities that a metric `yield.WORD` or `done.NAME` counts; none for another metric."""
    kind, _, word = metric.partition(".")
    if kind not in ("yield", "done"):
        return {}
    known = scenario_of_run(stored).scenario.activities
    if kind == "done":
        return {word: known[word]} if word in known else {}
    return {name: each for name, each in known.items() if word in each.yields}


def activity_words(stored: StoredRun, metric: str) -> list[str]:
    """Of each activity behind a metric: times possible, scheduled and done, and its conditions."""
    told = stored.summary.get("activities") or {"entries": [], "missing": []}
    words = []
    for name, each in activities_of(stored, metric).items():
        entries = [e for e in told["entries"] if e["activity"] == name]
        missing = [m for m in told["missing"] if m["activity"] == name]
        done = [e for e in entries if e["done"]]
        times = len(entries) + len(missing)
        words.append(
            f"{name}: {len(entries)} of {times} times scheduled, {len(done)} done"
            + _lengths(done, each)
            + _reasons("failed", [e for e in entries if not e["done"]])
            + _reasons("without room", missing)
        )
        words.append(f"{name} {_terms(each)}")
    return words


def _lengths(done: list[Mapping[str, Any]], each: Activity) -> str:
    """How much of its longest time those of open length had, on average."""
    if each.most is None or not done:
        return ""
    mean = sum(e["share"] for e in done) / len(done)
    return f", on average for {mean:.0%} of the {each.most / HOUR:g} h of its longest"


def _reasons(what: str, times: list[Mapping[str, Any]]) -> str:
    reasons = Counter(t["why"] for t in times if t.get("why"))
    if not reasons:
        return f", {len(times)} {what}" if times else ""
    named = "; ".join(f"{why} ({count})" for why, count in reasons.most_common(MOST_REASONS))
    return f", {len(times)} {what}: {named}"


def _terms(each: Activity) -> str:
    """What an activity asks for, in words."""
    if each.least is not None and each.most is not None:
        length = f"takes {each.least / HOUR:g} to {each.most / HOUR:g} h"
    elif each.duration is not None:
        length = f"takes {each.duration / HOUR:g} h"
    else:
        length = "takes the time of its way"
    parts = [length]
    if each.requires:
        parts.append(f"while {each.requires}")
    if each.every is not None:
        parts.append(f"once in {each.every / DAY:g} d")
    if each.needs_quiet:
        parts.append(f"in quiet ({', '.join(each.needs_quiet)})")
    return ", ".join(parts)
