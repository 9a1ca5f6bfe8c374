"""What every test may use: the folders of data and of reference cases, and the rule on skips."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from ilrs import data

# No test is timed: a busy machine must not fail it. CI draws the same examples every time.
hypothesis.settings.register_profile(
    "ilrs",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("ilrs")

ROOT = Path(__file__).resolve().parents[1]


def reference_folder() -> Path | None:
    named = os.environ.get("ILRS_REFERENCE_DIR")
    folder = Path(named) if named else (ROOT / "../shared/validation").resolve()
    return folder if (folder / "cases.yaml").is_file() else None


@pytest.fixture(scope="session")
def reference_dir() -> Path:
    """The folder of independent reference cases; the test is skipped where there is none."""
    folder = reference_folder()
    if folder is None:
        pytest.skip("no reference cases: set ILRS_REFERENCE_DIR")
    return folder


@pytest.fixture(scope="session")
def need_data() -> Callable[[str], Path]:
    """`need_data("terrain/x.tif")` gives the file's path, or skips the test where it is absent."""

    def need(name: str) -> Path:
        if not data.exists(name):
            pytest.skip(f"data file {name} is absent: set ILRS_DATA_DIR")
        return data.find(name)

    return need


@pytest.fixture
def only_packaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the folder of additional data, as on a machine that has only the wheel."""
    monkeypatch.setenv("ILRS_DATA_DIR", "")


def skips_are_failures() -> bool:
    """In CI, with data and reference cases at hand, nothing may be skipped unseen."""
    if os.environ.get("CI", "").lower() not in {"1", "true", "yes"}:
        return False
    return data.data_dir() is not None and reference_folder() is not None


def _failed(report: Any) -> Any:
    expected = hasattr(report, "wasxfail")
    if report.skipped and not expected and skips_are_failures():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped in CI although the data are there: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    return _failed((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    return _failed((yield))
