"""CI fails when a test is skipped although its data are there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
CASES = {
    "in_test": "import pytest\ndef test_it():\n    pytest.skip('nothing to do')\n",
    "by_mark": "import pytest\n@pytest.mark.skip(reason='x')\ndef test_it():\n    pass\n",
    "module": "import pytest\npytest.skip('absent', allow_module_level=True)\n",
}


def outcome(tmp_path: Path, text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    folder = tmp_path / "project" / "tests"
    folder.mkdir(parents=True)
    (folder / "conftest.py").write_text(CONFTEST.read_text())
    (folder / "test_one.py").write_text(text + "\ndef test_other():\n    assert True\n")
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/cases.yaml").write_text("[]\n")
    clean = {k: v for k, v in os.environ.items() if k != "CI" and not k.startswith("ILRS_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        env=clean
        | {"ILRS_DATA_DIR": str(tmp_path), "ILRS_REFERENCE_DIR": str(tmp_path / "reference")}
        | environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path / "project",
    )


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_a_skip_fails_in_ci_when_data_are_there(tmp_path: Path, text: str) -> None:
    result = outcome(tmp_path, text, CI="true")
    assert result.returncode != 0, result.stdout
    assert "skipped in CI although the data are there" in result.stdout


def test_a_skip_is_fine_on_a_desk(tmp_path: Path) -> None:
    result = outcome(tmp_path, CASES["in_test"])
    assert result.returncode == 0, result.stdout


def test_a_skip_is_fine_in_ci_without_the_data(tmp_path: Path) -> None:
    result = outcome(tmp_path, CASES["in_test"], CI="true", ILRS_DATA_DIR="")
    assert result.returncode == 0, result.stdout


def test_an_expected_failure_stays_one(tmp_path: Path) -> None:
    text = "import pytest\n@pytest.mark.xfail(reason='x')\ndef test_it():\n    assert False\n"
    result = outcome(tmp_path, text, CI="true")
    assert result.returncode == 0, result.stdout
