"""The verbs under headings, by what somebody comes to do."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

SECTIONS = {
    "Describe a station": ("new", "check", "schema", "components", "export"),
    "Plan it, live it, judge it": ("run", "plan", "report", "why", "compare", "audit"),
    "Ask of ground and sky": ("sky", "when", "site", "horizons", "data"),
    "Size and reserve": ("size", "reserve", "endurance", "isru"),
    "Explore and observe": ("route", "observe", "earthview"),
    "Roadmap and partners": ("roadmap", "propose", "partner"),
    "Trust it": ("validate",),
}


class Sectioned(TyperGroup):
    """A command whose help lists its verbs under the headings of `SECTIONS`."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every verb in the order of the headings."""
        return [verb for verbs in SECTIONS.values() for verb in verbs]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one list a heading, each verb with the first words of its help."""
        widest = max(map(len, self.commands))
        for heading, verbs in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [
                        (
                            verb.ljust(widest),
                            self.commands[verb].get_short_help_str(formatter.width - widest - 6),
                        )
                        for verb in verbs
                    ]
                )
