"""Real short runs, judged, in their folders; and a reader of the pages made from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ilrs.assessment.assess import assess
from ilrs.operations.folder import StoredRun, read_run, write_run
from ilrs.operations.run import run, with_period
from ilrs.scenario.load import load_scenario

VOID = {"meta", "br", "hr", "img", "link", "input", "col"}
RunMaker = Callable[..., StoredRun]


@dataclass
class Page(HTMLParser):
    """A page taken apart; raises when its tags do not close in order."""

    html: str
    stack: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    data: list[tuple[float, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {k: v or "" for k, v in attrs}
        assert len(found) == len(attrs), f"an attribute twice in {tag}"
        self.tags.append((tag, found))
        if tag not in VOID:
            self.stack.append(tag)
        if tag == "data":
            self.data.append((float(found["value"]), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] in {"script", "style"}:
            return
        self.words.append(data)
        if self.stack and self.stack[-1] == "data":
            value, before = self.data.pop()
            self.data.append((value, before + data))

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def values(self, attribute: str) -> list[str]:
        return [a[attribute] for _, a in self.tags if attribute in a]

    def section(self, anchor: str) -> Page:
        """The part of the page that a section's element holds."""
        start = self.html.index(f'<section id="{anchor}"')
        depth, at = 0, start
        while True:
            opens, closes = self.html.find("<section", at + 1), self.html.find("</section>", at + 1)
            if 0 <= opens < closes:
                depth, at = depth + 1, opens
            elif depth == 0:
                return Page(self.html[start : closes + len("</section>")])
            else:
                depth, at = depth - 1, closes


@pytest.fixture(scope="session")
def make_run(tmp_path_factory: pytest.TempPathFactory) -> RunMaker:
    """`make_run("2031-02-01", "2031-03-01")` runs the reference and reads its folder back."""

    def make(begins: str, ends: str, step: float = 3600.0, plan_step: float = 3600.0) -> StoredRun:
        loaded = with_period(
            load_scenario("ilrs"), np.datetime64(begins), np.datetime64(ends), step
        )
        period = loaded.scenario.period.model_copy(update={"plan_step": plan_step})
        loaded = replace(loaded, scenario=loaded.scenario.model_copy(update={"period": period}))
        lived = run(loaded, seed=1)
        summary, events = assess(lived)
        return read_run(write_run(lived, events, summary, tmp_path_factory.mktemp("run") / "run"))

    return make


@pytest.fixture(scope="session")
def stored(make_run: RunMaker) -> StoredRun:
    """Forty days of the first winter, hourly."""
    return make_run("2031-02-01", "2031-03-13")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def changed(stored: StoredRun, **summary: Any) -> StoredRun:
    """The run with other parts in its summary."""
    return replace(stored, summary={**stored.summary, **summary})
