"""The roadmap of a run as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ilrs.rendering.verdict import LATER, MET, MISSED, SYMBOLS, bound, verdicts
from ilrs.rendering.wording import NONE, day, say

STYLES = {MET: "green", MISSED: "bold red", LATER: "dim"}


def roadmap_table(summary: Mapping[str, Any]) -> Group:
    """Every mission with objectives, value against threshold, and then the verdicts."""
    table = Table(title="Roadmap", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("Objective", ratio=1)
    for name in ("Wanted", "Value", "Margin"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    table.add_column("Met since", no_wrap=True)
    for mission in summary.get("roadmap") or []:
        if not mission["objectives"]:
            continue
        dated = f"{day(mission['date'])}, {mission['confidence']}"
        table.add_row(f"[bold]{escape(mission['title'])}[/bold] [dim]{escape(dated)}[/dim]")
        for objective in mission["objectives"]:
            table.add_row(*_row(objective))
        table.add_section()
    told = [Text(v.sentence, style=_style(v.mood)) for v in verdicts(summary)]
    return Group(table, Text(""), *told)


def _row(objective: Mapping[str, Any]) -> tuple[str | Text, ...]:
    status = str(objective["status"])
    shown = Text(f"{SYMBOLS.get(status, '?')} {status}", style=STYLES.get(status, ""))
    if objective["threshold"] is None:
        return (f"  {escape(objective['text'])}", NONE, NONE, NONE, shown, NONE)
    unit = objective["unit"]
    return (
        f"  {escape(objective['text'])}",
        f"{bound(objective)} {say(objective['threshold'], unit)}",
        say(objective["value"], unit),
        say(objective["margin"], unit, difference=True),
        shown,
        day(objective["met_on"]),
    )


def _style(mood: str) -> str:
    return {"met": "bold green", "missed": "bold red"}.get(mood, "dim")
