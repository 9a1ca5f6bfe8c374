from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from ilrs.operations.folder import StoredRun
from ilrs.rendering.terminal import roadmap_table
from ilrs.rendering.verdict import verdicts


def shown(summary: Any, width: int = 140) -> str:
    page = StringIO()
    Console(width=width, file=page).print(roadmap_table(summary))
    return page.getvalue()


@pytest.mark.parametrize("width", [80, 110, 160])
def test_every_objective_has_its_line(stored: StoredRun, width: int) -> None:
    text = shown(stored.summary, width)
    for mission in stored.summary["roadmap"]:
        for o in mission["objectives"]:
            start = o["text"].rstrip(".").split()[0:3]
            line = next(line for line in text.splitlines() if " ".join(start) in line)
            assert o["status"] in line
    assert "≥ 94 %" in text
    assert ("+" in text) == (width >= 110)
    assert all(len(line) <= width for line in text.splitlines())
    for verdict in verdicts(stored.summary):
        assert verdict.sentence in " ".join(text.split())


def test_words_in_brackets_are_no_markup() -> None:
    objective = {
        "name": "a", "text": "Keep [red]this[/red]", "metric": None, "bound": None,
        "threshold": None, "value": None, "unit": "", "status": "not yet modelled",
        "margin": None, "met_on": None, "assumed": [], "facilities": [],
    }  # fmt: skip
    mission = {
        "name": "m", "title": "M [1]", "date": "2031-01-01T00:00:00", "confidence": "stated",
        "objectives": [objective],
    }  # fmt: skip
    text = shown({"roadmap": [mission]})
    assert "Keep [red]this[/red]" in text
    assert "M [1]: not yet modelled (1 objective)" in text


def test_a_run_without_assessment_prints_an_empty_table() -> None:
    assert "Objective" in shown({})
