"""The command line as a function, in a folder of its own, and a small run to look at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ilrs.cli import main
from ilrs.scenario.template import template


@dataclass(frozen=True)
class Told:
    """What a command line gave: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Ilrs = Callable[..., Told]


@pytest.fixture
def ilrs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ilrs:
    """`ilrs("check", "x.yaml")` runs the command in the test's own folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Told:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


def small(**changes: str) -> str:
    """The scenario of `ilrs new` over two days, with words of it changed."""
    text = template().replace("ends: 2031-04-01", "ends: 2031-01-03")
    text = text.replace("at: 2031-02-01T06:00", "at: 2031-01-02T06:00")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """A small scenario in the test's folder."""
    path = tmp_path / "small.yaml"
    path.write_text(small(), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small finished run; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    path = folder / "small.yaml"
    path.write_text(small(), encoding="utf-8")
    assert main(["run", str(path), "--out", str(folder / "run")]) == 0
    return folder / "run"


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below `folder` with the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
