"""The reference pages that are written from the code: `python -m docs.pages` (or `make docs`)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import typer

from ilrs.cli import app
from ilrs.components.catalogue import catalogue
from ilrs.scenario.metrics import METRICS

HERE = Path(__file__).parent
NOTE = "<!-- Written from the code by `make docs`; do not edit. -->\n"


def components() -> str:
    """The page of the kinds of equipment."""
    rows = catalogue()
    parts = [
        "# Components\n",
        NOTE,
        "The kinds of equipment, as `ilrs components KIND` shows them. A key without a default is\n"
        "required. Units are those values are held in; files may use any unit of that dimension.\n"
        "Every kind also takes `failures`: `{MODE: {mtbf: 2000 d, repair: 30 d}}`.\n",
        "| Kind | What it is |\n|---|---|\n"
        + "\n".join(f"| [`{r['kind']}`](#{r['kind']}) | {r['summary']} |" for r in rows)
        + "\n",
    ]
    return "\n".join(parts + [_component(row) for row in rows])


def _component(row: dict[str, Any]) -> str:
    lines = [f"## {row['kind']}\n", row["summary"] + "\n"]
    if row["text"]:
        lines.append(row["text"] + "\n")
    lines.append(
        "| Key | Unit | Default | Meaning | Source of the default |\n|---|---|---|---|---|"
    )
    for key in row["keys"]:
        default = "" if key["required"] else _default(key["default"])
        source = f"{key['status']}: {key['source']}" if key["source"] else ""
        cells = (f"`{key['key']}`", key["unit"], default, key["description"], source)
        lines.append("| " + " | ".join(_cell(c) for c in cells) + " |")
    lines.append("")
    for title, entries in (
        ("Failure modes", row["failure_modes"]),
        ("Commands", row["commands"]),
        ("Telemetry", row["telemetry"]),
        ("Works, which activities `do`", row["works"]),
    ):
        if entries:
            listed = "; ".join(f"`{name}` ({text})" for name, text in entries.items())
            lines.append(f"**{title}:** {listed}.\n")
    lines.append(f"**Modes:** {', '.join(row['modes'])}.\n")
    if row["holds_for"]:
        lines.append(f"**Holds for:** {row['holds_for']}\n")
    return "\n".join(lines)


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    return "none" if value is None else str(value)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def commands() -> str:
    """The page of the verbs."""
    group: Any = typer.main.get_command(app)
    context: Any = group.make_context("ilrs", [], resilient_parsing=True)
    parts = ["# Commands\n", NOTE, _help(group, context)]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        parts += [f"## ilrs {name}\n", _help(command, inner)]
        for below in getattr(command, "commands", {}):
            verb = command.get_command(inner, below)
            deep = verb.make_context(below, [], parent=inner, resilient_parsing=True)
            parts += [f"### ilrs {name} {below}\n", _help(verb, deep)]
    return "\n".join(parts)


def _help(command: Any, context: Any) -> str:
    context.terminal_width = 100
    context.max_content_width = 100
    text = re.sub(r"[ \t]+$", "", command.get_help(context), flags=re.MULTILINE)
    return f"```text\n{text}\n```\n"


def metrics() -> str:
    """The page of the metrics."""
    rows = "\n".join(f"| `{n}` | {m.unit or '1'} | {m.meaning} |" for n, m in METRICS.items())
    return (
        f"# Metrics\n\n{NOTE}\n"
        "What objectives may name, as `ilrs components --metrics` lists. Each is computed from a\n"
        "run up to any step, so that an objective also knows the date from which it was met for\n"
        "good. A metric without anything to measure has no value, and its objective is not met.\n\n"
        f"| Metric | Unit | Means |\n|---|---|---|\n{rows}\n"
    )


PAGES = {
    "reference/components.md": components,
    "reference/commands.md": commands,
    "reference/metrics.md": metrics,
}


def write() -> None:
    """Write every generated page."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
