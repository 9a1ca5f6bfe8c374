"""The roadmap of a run as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ilrs.rendering.verdict import AHEAD, LATER, MET, MISSED, SYMBOLS, losses, sureness, verdicts
from ilrs.rendering.wording import NONE, day, say

STYLES = {MET: "green", MISSED: "bold red", LATER: "dim", AHEAD: "dim"}
MOODS = {"met": "bold green", "missed": "bold red"}
SIGNS = {"at_least": "≥ ", "at_most": "≤ "}
NARROW = 110
"""Below this many columns margins and dates are left to the report."""


@dataclass(frozen=True)
class RoadmapTable:
    """A table that fits the terminal it is printed on."""

    summary: Mapping[str, Any]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide = options.max_width >= NARROW
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=wide)
        table.add_column("Objective", ratio=1 if wide else None, min_width=24)
        for name in ("Wanted", "Value", *(("Margin",) if wide else ())):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("Status", no_wrap=True)
        if wide:
            table.add_column("Met since", no_wrap=True)
        for mission in self.summary.get("roadmap") or []:
            if mission["objectives"]:
                table.add_row(_heading(mission))
                for objective in mission["objectives"]:
                    table.add_row(*_row(objective, wide))
        yield table
        yield Text("")
        for verdict in verdicts(self.summary):
            yield Text(verdict.sentence, style=MOODS.get(verdict.mood, "dim"))
        for sentence in losses(self.summary):
            yield Text(sentence)
        for sentence in sureness(self.summary):
            yield Text(sentence, style="dim")


def roadmap_table(summary: Mapping[str, Any]) -> RoadmapTable:
    """Every mission with objectives, value against threshold, and then the verdicts."""
    return RoadmapTable(summary)


def _heading(mission: Mapping[str, Any]) -> Text:
    dated = f" {mission['date'][:4]}, {mission['confidence']}"
    return Text.assemble((mission["title"], "bold"), (dated, "dim"))


def _row(objective: Mapping[str, Any], wide: bool) -> list[Text]:
    status, unit = str(objective["status"]), objective["unit"]
    told = objective["threshold"] is not None
    sign = SIGNS.get(str(objective["bound"]), "")
    cells = [
        Text(f"  {objective['text'].rstrip('.')}"),
        Text(sign + say(objective["threshold"], unit) if told else NONE),
        Text(say(objective["value"], unit)),
        Text(f"{SYMBOLS.get(status, '?')} {status}", style=STYLES.get(status, "")),
    ]
    if wide:
        cells.insert(3, Text(say(objective["margin"], unit, difference=True)))
        cells.append(Text(day(objective["met_on"])))
    return cells
