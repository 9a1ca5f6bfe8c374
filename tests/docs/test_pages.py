"""Every example of the documentation is run, and the pages written from the code are current."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from docs.pages import PAGES

from ilrs.cli import main
from ilrs.operations.conditions import known_names
from ilrs.scenario.load import load_scenario
from ilrs.scenario.metrics import METRICS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
OWN_TESTS = {"reference/scenario.md"}  # its examples are overlays, run by tests/scenario
FENCE = re.compile(r"^```(\w+)?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words after it, its text and line."""

    language: str
    words: str
    text: str
    line: int


def page_of(name: str) -> Path:
    return ROOT / "README.md" if name == "the README" else DOCS / name


def blocks(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(match[1] or "", match[2].strip(), match[3], line)


PAGES_WITH_EXAMPLES = [
    *sorted(
        path.relative_to(DOCS).as_posix()
        for path in DOCS.rglob("*.md")
        if any(block.language in {"sh", "python"} for block in blocks(path))
    ),
    "the README",
]


def run_page(name: str, folder: Path, *, long: bool) -> int:
    """Run the examples of a page in their order; those marked long only when asked."""
    names: dict[str, object] = {"__name__": "page"}
    ran = 0
    for block in blocks(page_of(name)):
        first = block.text.partition("\n")[0]
        at = f"{name}:{block.line}"
        if first.startswith("# ") and re.fullmatch(r"# [\w.-]+\.\w+", first):
            (folder / first.removeprefix("# ")).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            exec(compile(block.text, at, "exec"), names)
            ran += 1
        elif block.language == "sh" and (long or block.words != "long"):
            assert block.words in {"", "long", "fails"}, at
            for line in block.text.splitlines():
                code = run_line(line, folder)
                assert code == (2 if block.words == "fails" else 0), f"{at}: {line}"
                ran += 1
    return ran


def run_line(line: str, folder: Path) -> int:
    """Run a command of an example: in this process, or in one of its own when it needs one."""
    words = shlex.split(line.replace(".venv/bin/", ""), comments=True)
    set_first = [word for word in words if re.fullmatch(r"[A-Z_]+=\S*", word)]
    words = words[len(set_first) :]
    if words[:2] == ["pip", "install"]:
        # Offline, and where only this page's examples see it.
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
        command += ["--no-build-isolation", "--disable-pip-version-check", "--target", "installed"]
        return subprocess.run([*command, *words[2:]], cwd=folder, check=False).returncode
    assert words[0] == "ilrs", line
    if set_first or (folder / "installed").exists():
        given = dict(word.split("=", 1) for word in set_first)
        environment = {**os.environ, **given, "PYTHONPATH": str(folder / "installed")}
        command = [sys.executable, "-m", "ilrs", *words[1:]]
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    return main(words[1:])


@pytest.mark.parametrize("name", PAGES_WITH_EXAMPLES)
def test_the_examples_of_a_page(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_page(name, tmp_path, long=False) > 0


@pytest.mark.long
def test_the_examples_that_take_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pages = [
        name
        for name in PAGES_WITH_EXAMPLES
        if any(block.words == "long" for block in blocks(page_of(name)))
    ]
    assert pages
    for i, name in enumerate(pages):
        # In a folder of its own, with the short examples around the long ones.
        folder = tmp_path / str(i)
        folder.mkdir()
        monkeypatch.chdir(folder)
        assert run_page(name, folder, long=True) > 0


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_current(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run: make docs"


def test_every_block_says_what_it_is() -> None:
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md"]:
        for block in blocks(path):
            assert block.language in {"sh", "python", "yaml", "toml", "text"}, (path, block.line)


def test_shown_messages_are_the_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # What stands as text right after a command that fails is what the command says.
    monkeypatch.chdir(tmp_path)
    shown = 0
    for name in PAGES_WITH_EXAMPLES:
        page = list(blocks(page_of(name)))
        for before, after in pairwise(page):
            if before.words == "fails" and after.language == "text":
                run_files(name, tmp_path)
                capsys.readouterr()
                run_line(before.text.strip(), tmp_path)
                assert capsys.readouterr().err == after.text, f"{name}:{after.line}"
                shown += 1
    assert shown >= 2


def run_files(name: str, folder: Path) -> None:
    for block in blocks(page_of(name)):
        first = block.text.partition("\n")[0]
        if re.fullmatch(r"# [\w.-]+\.\w+", first):
            (folder / first.removeprefix("# ")).write_text(block.text, encoding="utf-8")


def test_links_lead_somewhere() -> None:
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md"]:
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if "://" not in target:
                assert (path.parent / target).exists(), (path, target)


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    for path in DOCS.rglob("*.md"):
        name = path.relative_to(DOCS).as_posix()
        assert name == "README.md" or f"({name})" in index, name


def test_conditions_page_lists_every_name() -> None:
    page = (DOCS / "reference/conditions.md").read_text(encoding="utf-8")
    scenario = load_scenario("ilrs").scenario
    for name in known_names(scenario):
        first, _, rest = name.partition(".")
        general = f"TARGET.{rest}" if first in scenario.targets else name
        general = general.replace("queqiao.", "RELAY.")
        if "/" in general:
            general = "FACILITY/STATION.visible"
        assert f"`{general}`" in page, name


def test_run_folder_page_lists_every_variable_and_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ilrs

    page = (DOCS / "reference/run-folder.md").read_text(encoding="utf-8")
    result = ilrs.load("ilrs", ends="2031-01-03").run(seed=1)
    for name in [*result.dataset.data_vars, *result.summary, *result.events.columns]:
        assert f"`{name}`" in page, name
    assert set(METRICS) <= set(
        re.findall(r"`([^`]+)`", (DOCS / "reference/metrics.md").read_text())
    )


def test_the_two_commands_of_the_readme_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    goals = set(re.findall(r"make (\w+)", text))
    assert {"run", "test"} <= goals
    for goal in goals:
        done = subprocess.run(
            ["make", "--dry-run", goal], cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == 0, goal
