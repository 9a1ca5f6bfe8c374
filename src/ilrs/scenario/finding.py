"""A finding: one mistake of a scenario, at its line, with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ilrs.components.component import Component
from ilrs.errors import ScenarioError
from ilrs.scenario.document import Document, Steps
from ilrs.scenario.schema import Scenario

Findings = Iterator[ScenarioError]
Check = Callable[[Scenario, Document], Findings]


def finding(document: Document, path: Steps, what: str, remedy: str) -> ScenarioError:
    """The error that says `what` is wrong at `path`, and the remedy."""
    return ScenarioError(what, where=document.where(path), remedy=remedy)


def equipment(scenario: Scenario) -> Iterator[tuple[str, str, Component, Steps]]:
    """Every component: facility, name, itself, and its path in the document."""
    for facility, box in scenario.facilities.items():
        for name, component in box.components.items():
            yield facility, name, component, ("facilities", facility, "components", name)
