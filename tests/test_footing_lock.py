"""The locked requirements: complete, hashed, and naming no host and no path."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ["requirements.txt", "requirements-dev.txt"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def entries(name: str) -> list[str]:
    """The logical lines of a requirements file."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def wanted(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[ <>=!~;\[]", r, maxsplit=1)[0]) for r in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    lines = entries(name)
    assert len(lines) > 20
    for line in lines:
        assert PIN.match(line), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line


@pytest.mark.parametrize("name", [*LOCKS, "Makefile", "pyproject.toml", ".ci/run", "README.md"])
def test_no_host_and_no_path_of_a_machine(name: str) -> None:
    text = (ROOT / name).read_text()
    hosts = ["pypi" + ".org", "python" + "hosted", "--index-url", "find-links", "file://", "/opt/"]
    assert not [host for host in hosts if host in text]


def test_the_lock_holds_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    user = wanted(project["project"]["dependencies"])
    groups = project["dependency-groups"]
    build = wanted(groups["build"])
    dev = {
        name
        for group in groups.values()
        for name in wanted([r for r in group if isinstance(r, str)])
    }
    pinned = {name: {normal(PIN.match(e)[1]) for e in entries(name)} for name in LOCKS}  # type: ignore[index]
    assert user | build <= pinned["requirements.txt"]
    assert user | dev <= pinned["requirements-dev.txt"]
    assert build == wanted(project["build-system"]["requires"])


def test_both_locks_agree() -> None:
    user, dev = (set(entries(name)) for name in LOCKS)
    assert user <= dev


def test_the_makefile_knows_its_goals() -> None:
    for goal in ["run", "install", "test", "bench", "lock", "long"]:
        result = subprocess.run(
            ["make", "--dry-run", goal], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, (goal, result.stderr)
