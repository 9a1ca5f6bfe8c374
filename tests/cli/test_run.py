"""From text to a judged run by command and from Python; the same again; stopped and resumed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from tests.cli.conftest import Ilrs, fingerprint, small

import ilrs as package
from ilrs.operations.run import run as live
from ilrs.simulation.simulate import blocks

FILES = {
    *("certificate.json", "events.parquet", "plan.json"),
    *("report.html", "scenario.json", "summary.json"),
}


def test_a_run_leaves_a_folder_and_a_table(ilrs: Ilrs, tmp_path: Path, scenario: Path) -> None:
    told = ilrs("run", scenario)
    assert told.code == 0
    folder = tmp_path / "runs/my-station"
    assert {path.name for path in folder.iterdir()} == FILES | {"run.zarr"}
    assert "Report: runs/my-station/report.html" in told.out
    assert "Keep-alive loads are always served" in told.out
    for stage in ("environment", "plan", "simulation", "prediction", "assessment", "report"):
        assert f"{stage} done" in told.err
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["my-station"]


def test_a_run_as_json(ilrs: Ilrs, tmp_path: Path, scenario: Path) -> None:
    told = ilrs("run", scenario, "--out", "here", "--seed", "7", "--json")
    assert told.code == 0
    assert told.data["folder"] == "here"
    assert told.data["report"] == "here/report.html"
    summary = told.data["summary"]
    assert summary == json.loads((tmp_path / "here/summary.json").read_text())
    assert summary["seed"] == 7
    assert summary["audit"]["passed"] is True
    assert summary["format"] == "ilrs-summary-1"
    certificate = json.loads((tmp_path / "here/certificate.json").read_text())
    assert certificate["seed"] == 7
    assert certificate["scenario_sha256"] == ilrs("check", scenario, "--json").data["sha256"]


def test_a_period_and_step_of_ones_own(ilrs: Ilrs, scenario: Path) -> None:
    words = ["--from", "2031-01-02", "--to", "2031-01-02T12:00", "--step", "60"]
    told = ilrs("run", scenario, *words, "--json")
    assert told.data["summary"]["period"] == {
        "begins": "2031-01-02T00:00:00",
        "ends": "2031-01-02T12:00:00",
        "step_s": 60,
        "steps": 720,
    }
    hourly = ilrs("run", scenario, "--step", "1 h", "--json").data["summary"]
    assert hourly["period"]["steps"] == 48
    # Another step is another scenario: its certificate must not claim to be the same.
    certificate = json.loads(Path("runs/my-station/certificate.json").read_text())
    assert certificate["scenario_sha256"] != ilrs("check", scenario, "--json").data["sha256"]


def test_one_seed_gives_the_same_bytes(ilrs: Ilrs, tmp_path: Path, scenario: Path) -> None:
    for name in ("first", "second"):
        assert ilrs("run", scenario, "--out", name).code == 0
    assert fingerprint(tmp_path / "first") == fingerprint(tmp_path / "second")
    assert ilrs("run", scenario, "--out", "other", "--seed", "2").code == 0
    assert fingerprint(tmp_path / "first") != fingerprint(tmp_path / "other")


def test_a_run_replaces_an_earlier_one(ilrs: Ilrs, tmp_path: Path, scenario: Path) -> None:
    ilrs("run", scenario, "--out", "out")
    first = fingerprint(tmp_path / "out")
    (tmp_path / "out/stray.txt").write_text("left behind")
    ilrs("run", scenario, "--out", "out", "--seed", "2")
    assert fingerprint(tmp_path / "out") != first
    ilrs("run", scenario, "--out", "out")
    assert fingerprint(tmp_path / "out") == first
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_stopped_run_goes_on_to_the_same_bytes(
    ilrs: Ilrs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Three blocks of the simulation, and a fault in the last.
    monkeypatch.setattr("ilrs.operations.run.blocks", partial(blocks, size=200))
    words = ["run", "long.yaml", "--to", "2031-01-05"]
    (tmp_path / "long.yaml").write_text(
        small(
            **{
                "at: 2031-01-02T06:00": "at: 2031-01-04T06:00",
                "ends: 2031-01-03": "ends: 2031-02-01",
            }
        )
    )
    assert ilrs(*words, "--out", "whole").code == 0
    assert ilrs("run", "long.yaml", "--to", "2031-01-02", "--out", "out").code == 0
    earlier = fingerprint(tmp_path / "out")

    with monkeypatch.context() as patch:
        patch.setattr("ilrs.api.live", partial(live, stop_after=0))
        as_json = ilrs(*words, "--out", "out", "--json")
        assert (as_json.code, as_json.data["error"]["exit_code"]) == (130, 130)
        patch.setattr("ilrs.api.live", partial(live, stop_after=1))
        told = ilrs(*words, "--out", "out")
        assert told.code == 130
        assert told.err.splitlines()[-1].startswith("ilrs: the run was stopped")
        assert "give the same command to go on" in told.err
        assert "Traceback" not in told.err
        assert fingerprint(tmp_path / "out") == earlier
    # With its first block done, going on is less work than beginning: the plan is not made again.
    monkeypatch.setattr("ilrs.operations.run.plan_station", None)
    assert ilrs(*words, "--out", "out").code == 0
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "whole")


def test_another_scenario_does_not_take_up_a_stopped_run(
    ilrs: Ilrs, tmp_path: Path, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ilrs("run", scenario, "--out", "whole", "--seed", "2").code == 0
    with monkeypatch.context() as patch:
        patch.setattr("ilrs.api.live", partial(live, stop_after=0))
        assert ilrs("run", scenario, "--out", "out").code == 130
    assert ilrs("run", scenario, "--out", "out", "--seed", "2").code == 0
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "whole")


@pytest.mark.parametrize("cause", [KeyboardInterrupt(), ValueError("wrong")])
def test_a_run_stopped_within_compiled_code_was_stopped(
    ilrs: Ilrs, scenario: Path, monkeypatch: pytest.MonkeyPatch, cause: BaseException
) -> None:
    def compiled(*arguments: object, **options: object) -> None:
        raise SystemError("returned a result with an exception set") from cause

    monkeypatch.setattr("ilrs.api.live", compiled)
    told = ilrs("run", scenario, "--out", "out")
    stopped = isinstance(cause, KeyboardInterrupt)
    assert told.code == (130 if stopped else 1)
    assert ("give the same command to go on" in told.err) == stopped
    assert ("a defect" in told.err) != stopped


def test_a_checkpoint_that_is_damaged_says_so(
    ilrs: Ilrs, tmp_path: Path, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("ilrs.api.live", partial(live, stop_after=0))
        ilrs("run", scenario, "--out", "out")
    (tmp_path / ".out.unfinished/state.npz").write_bytes(b"PK")
    told = ilrs("run", scenario, "--out", "out")
    assert told.code == 1
    assert ".out.unfinished" in told.err
    assert "delete this folder" in told.err


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text(
        small()
        .replace("ends: 2031-01-03", "ends: 2031-06-01")
        .replace("step: 10 min", "step: 1 min")
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "ilrs", "run", "long.yaml", "--out", "out"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    # The checkpoint's folder is made before the plan, which takes far longer than we look away.
    while not (tmp_path / ".out.unfinished").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == ""
    assert err.count("Traceback") == 0
    assert "give the same command to go on" in err
    assert not (tmp_path / "out").exists()


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m ilrs schema | head -c 100",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("{")
    assert done.stderr == ""


def test_the_report_is_written_again(ilrs: Ilrs, tmp_path: Path, finished: Path) -> None:
    shutil.copytree(finished, tmp_path / "run")
    before = fingerprint(tmp_path / "run")
    (tmp_path / "run/report.html").write_text("spoilt")
    told = ilrs("report", "run", "--json")
    assert told.code == 0
    assert told.data["report"] == "run/report.html"
    assert fingerprint(tmp_path / "run") == before
    assert "Keep-alive loads are always served" in ilrs("report", "run").out


def test_the_audit_of_a_run(ilrs: Ilrs, finished: Path) -> None:
    told = ilrs("audit", finished, "--json")
    assert told.code == 0
    assert told.data["passed"] is True
    checks = {row["balance"]: row for row in told.data["checks"]}
    assert checks["node ridge-a/electricity"]["worst"] <= 1e-9
    assert "closes" in ilrs("audit", finished).out


def test_from_python(tmp_path: Path, scenario: Path, finished: Path) -> None:
    station = package.load(scenario)
    assert station.scenario.name == "my-station"
    told: list[tuple[str, int, int]] = []
    result = station.run(seed=1, progress=lambda *stage: told.append(stage))
    assert result.folder is None
    assert isinstance(result.dataset, xr.Dataset)
    assert result.summary["metrics"]["served.keep_alive"]["value"] == pytest.approx(1.0)
    assert {stage for stage, _, _ in told} >= {"environment", "plan", "simulation", "prediction"}
    assert {"second", "instant", "kind", "subject", "text"} == set(result.events.columns)
    saved = result.save(tmp_path / "kept")
    assert saved.folder == tmp_path / "kept"
    assert fingerprint(saved.folder) == fingerprint(finished)
    again = package.read_run(saved.folder)
    np.testing.assert_array_equal(again.dataset["content"].values, result.dataset["content"].values)
    assert again.summary == result.summary


def test_from_python_with_overlays_and_periods(scenario: Path) -> None:
    text = "facilities:\n  outpost:\n    components:\n      battery: {capacity: 60 kWh}\n"
    station = package.load(scenario, [text], begins="2031-01-02", ends="2031-01-04", step=3600)
    battery: Any = station.scenario.facilities["outpost"].components["battery"]
    assert battery.capacity == 60 * 3.6e6
    assert station.environment().clock.count == 48
    with pytest.raises(package.errors.ScenarioError, match="nearest: battery"):
        package.load(scenario, [text.replace("battery:", "battery: {kind: batery}\n      x:")])


def test_the_package_offers_its_names() -> None:
    for name in package.__all__:
        assert getattr(package, name)
    with pytest.raises(AttributeError, match="nothing"):
        package.nothing  # noqa: B018
