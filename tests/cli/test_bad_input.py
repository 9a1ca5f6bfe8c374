"""Bad input, from the command line: one message with file, line and remedy, and nothing harmed."""

from __future__ import annotations

import errno
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import xarray as xr
import zarr
from tests.cli.conftest import Ilrs, Told, fingerprint, small

from ilrs import data
from ilrs.operations.checkpoint import Checkpoint
from ilrs.operations.run import FORMAT

MISTAKES = {
    "misspelt key": ("capacity: {value: 30 kWh", "capacty: {value: 30 kWh", "nearest: capacity"),
    "wrong unit": ("value: 30 kWh", "value: 30 kW", "where J is needed"),
    "no unit": ("value: 30 kWh", "value: 30", "unit"),
    "negative capacity": ("value: 30 kWh", "value: -30 kWh", "below 0 J"),
    "unknown place": (
        "    mission: first-landing\n    place: ridge-a",
        "    mission: first-landing\n    place: ridge-aa",
        "nearest: ridge-a",
    ),
    "unknown mission": (
        "    mission: first-landing\n    place: ridge-a",
        "    mission: first-landin\n    place: ridge-a",
        "nearest: first-landing",
    ),
    "unknown kind": ("kind: battery", "kind: batery", "nearest: battery"),
    "cable to nowhere": (
        "      battery:\n",
        "      line: {kind: cable, to: nowhere, power: 1 kW, length: 100 m,\n"
        "             section: 16 mm^2, voltage: 400 V}\n      battery:\n",
        "nowhere",
    ),
    "cable to itself": (
        "      battery:\n",
        "      line: {kind: cable, to: ridge-a, power: 1 kW, length: 100 m,\n"
        "             section: 16 mm^2, voltage: 400 V}\n      battery:\n",
        "ridge-a",
    ),
    "mission before its predecessor": (
        "places:\n  ridge-a:",
        "  early:\n    title: Early\n    date: 2030-12-01\n    confidence: assumed\n"
        "    phase: construction\n    after: [first-landing]\nplaces:\n  ridge-a:",
        "first-landing",
    ),
    "period before the kernels": ("begins: 2031-01-01\n  ends", "begins: 1999-01-01\n  ends",
                                  "ephemeris"),
    "period after the kernels": ("ends: 2031-01-03", "ends: 2071-01-01", "ephemeris"),
    "period that ends before it begins": ("ends: 2031-01-03", "ends: 2030-01-03", "end later"),
    "step that does not fit": ("step: 10 min", "step: 7 min", "take 1 min"),
    "a key twice": ("title: Outpost", "title: Outpost\n    title: Again", "keep one of them"),
    "a tab": ("    title: Outpost", "\ttitle: Outpost", "spaces"),
    "unknown metric": ("served.keep_alive", "served.keep_alve", "nearest: served.keep_alive"),
    "threshold of another unit": ("at_least: 99.9 %", "at_least: 3 h", "3 h"),
    "fault of no mode": ("mode: transmitter", "mode: transmiter", "nearest: transmitter"),
}  # fmt: skip


def line_of(old: str, new: str) -> int:
    """The first line of the changed scenario that differs from the good one."""
    before, after = (text.splitlines() for text in (small(), small(**{old: new})))
    return next(
        i for i, pair in enumerate(zip(before, after, strict=False), 1) if len(set(pair)) > 1
    )


@pytest.mark.parametrize("verb", ["check", "run"])
@pytest.mark.parametrize(("old", "new", "remedy"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_in_a_scenario(
    ilrs: Ilrs, tmp_path: Path, verb: str, old: str, new: str, remedy: str
) -> None:
    (tmp_path / "bad.yaml").write_text(small(**{old: new}), encoding="utf-8")
    told = ilrs(verb, "bad.yaml")
    assert told.code == 2
    assert told.out == ""
    assert remedy in told.err
    assert "Traceback" not in told.err
    lines = [int(n) for n in re.findall(r"bad\.yaml:(\d+)", told.err)]
    assert lines
    # The line is that of the mistake, or of the facility that has it.
    assert 0 <= min(abs(n - line_of(old, new)) for n in lines) <= 4
    assert not (tmp_path / "runs").exists()

    as_json = ilrs(verb, "bad.yaml", "--json")
    assert (as_json.code, as_json.err) == (2, "")
    error = as_json.data["error"]
    assert list(as_json.data) == ["error"]
    assert error["exit_code"] == 2
    assert error["message"] in told.err
    named = [error, *error["problems"]]
    assert any(str(row["file"]).endswith("bad.yaml") and row["line"] in lines for row in named)


def test_several_mistakes_are_told_together(ilrs: Ilrs, tmp_path: Path) -> None:
    text = small(**{"value: 30 kWh": "value: 30 kW", "kind: recorder": "kind: recordr"})
    (tmp_path / "bad.yaml").write_text(text)
    told = ilrs("check", "bad.yaml", "--json")
    assert told.code == 2
    problems = told.data["error"]["problems"]
    assert len(problems) == 2
    assert all(problem["line"] and problem["path"] for problem in problems)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"just words", "is not a mapping"),
        (b"a: [1, 2\n", "bad.yaml:1: this is not YAML"),
        (b"a: @b", "put quotes around"),
        (b"{a: 1,, b: 2}", "look at quotes, brackets"),
        (b"a: !!python/object/apply:os.system ['true']", "is not allowed"),
        (b"a: 1\n\x00", "control character"),
        (b"x" * 2_000_000, "is larger than"),
        (b"extends: ilsr", "no packaged scenario 'ilsr'"),
    ],
)
def test_files_that_are_no_scenario(ilrs: Ilrs, tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "bad.yaml").write_bytes(content)
    told = ilrs("check", "bad.yaml")
    assert told.code == 2
    assert "bad.yaml" in told.err
    assert what in told.err


def test_files_that_are_none(ilrs: Ilrs, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(small())
    (tmp_path / "folder.yaml").mkdir()
    assert "nearest: smal.yaml" not in ilrs("check", "smal.yaml").err
    assert "nearest: small.yaml" in ilrs("check", "smal.yaml").err
    assert "is a folder" in ilrs("check", "folder.yaml").err
    assert "nearest: ilrs" in ilrs("check", "irls").err
    assert {ilrs("check", name).code for name in ("smal.yaml", "folder.yaml", "irls")} == {2}


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["rnu"], "run"),
        (["run", "--sede", "3"], "--seed"),
        (["run", "--seed", "x"], "--seed"),
        (["run", "--seed", "-1"], "--seed"),
        (["run", "ilrs", "again"], "again"),
        (["run", "--from", "yesterday"], "write UTC like 2031-01-01"),
        (["run", "--from", "2060-01-01", "--to", "2061-01-01"], "lies outside the ephemeris"),
        (["run", "--to", "2030-01-01"], "let it end later"),
        (["run", "--step", "5 kg"], "where s is needed"),
        (["run", "--step", "7 min"], "take 1 min"),
        (["run", "--step", "0"], "take 1 min"),
        (["check"], "SCENARIO"),
        (["components", "batery"], "nearest: battery"),
        (["sky", "1"], "LON"),
        (["sky", "a", "b", "--altitude", "0", "--at", "2026-01-01"], "LAT"),
        (["sky", "-91", "0", "--altitude", "0", "--at", "2026-01-01"], "latitude lies between"),
        (["sky", "nan", "0", "--altitude", "0", "--at", "2026-01-01"], "latitude lies between"),
        (["sky", "-89", "0", "--at", "2026-01-01"], "--height M"),
        (["sky", "-89", "0", "--altitude", "0"], "--at"),
        (["sky", "-89", "0", "--height", "-5", "--at", "2026-01-01"], "lies below it"),
        (["sky", "-89", "0", "--altitude", "nan", "--at", "2026-01-01"], "not a place"),
        (["sky", "-89", "0", "--altitude", "0", "--height", "0", "--at", "2026-01-01"], "once"),
        (["sky", "-89", "0", "--altitude", "0", "--at", "soon"], "write it like"),
        (["sky", "-89", "0", "--altitude", "0", "--at", "2060-01-01"], "outside the ephemeris"),
        (["sky", "30", "0", "--height", "0", "--at", "2026-01-01"], "no terrain covers"),
        (["when", "ridge-c", "relay.visible"], "nearest: ridge-b"),
        (["when", "ridge-a", "relay.visble"], "nearest: relay.visible"),
        (["when", "ridge-a", "sun.area_fraction"], "compare it"),
        (["when", "ridge-a"], "CONDITION"),
        (["when", "ridge-a", "relay.visible", "--height", "99"], "0.5 to 30 m"),
        (["horizons", "--place", "ridge-c"], "nearest: ridge-b"),
        (["validate", "--cases", "nowhere"], "name a folder of reference cases"),
        (["report", "nowhere"], "not the folder of a finished run"),
        (["audit", "nowhere"], "not the folder of a finished run"),
        (["report"], "RUN"),
    ],
)
def test_a_wrong_command_line(ilrs: Ilrs, tmp_path: Path, words: list[str], what: str) -> None:
    told = ilrs(*words)
    assert told.code == 2
    assert told.out == ""
    assert told.err.startswith("ilrs: ")
    assert what.lower() in told.err.lower()
    assert list(tmp_path.iterdir()) == []
    as_json = ilrs(*words, "--json")
    assert (as_json.code, as_json.err) == (2, "")
    assert as_json.data["error"]["message"] in told.err
    assert as_json.data["error"]["exit_code"] == 2


def test_no_reference_cases(ilrs: Ilrs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILRS_REFERENCE_DIR", str(tmp_path))
    told = ilrs("validate")
    assert told.code == 2
    assert "cases.yaml" in told.err
    (tmp_path / "cases.yaml").write_text("cases: {")
    assert f"{tmp_path / 'cases.yaml'}:" in ilrs("validate").err


@pytest.mark.parametrize("share", [0.0, 0.5, 0.98])
def test_a_truncated_terrain_file(ilrs: Ilrs, tmp_path: Path, share: float) -> None:
    whole = data.find("terrain/lola_south_70S_1600m.tif").read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: int(share * len(whole))])
    (tmp_path / "horizons").mkdir()
    (tmp_path / "horizons/ridge-a.json").write_text("earlier")
    before = fingerprint(tmp_path)
    told = ilrs("horizons", "--place", "ridge-a", "--terrain", "cut.tif")
    assert told.code == 2
    assert "cut.tif" in told.err
    assert "fetch it again" in told.err
    assert fingerprint(tmp_path) == before
    error = ilrs("horizons", "--place", "ridge-a", "--terrain", "cut.tif", "--json").data["error"]
    assert error["exit_code"] == 2


def test_a_truncated_terrain_file_among_the_data(
    ilrs: Ilrs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "terrain/lola_south_70S_1600m.tif"
    whole = data.find(name).read_bytes()
    (tmp_path / "terrain").mkdir()
    (tmp_path / name).write_bytes(whole[: len(whole) // 3])
    monkeypatch.setenv("ILRS_DATA_DIR", str(tmp_path))
    told = ilrs("sky", "-89.45", "222.66", "--height", "2", "--at", "2031-01-01")
    assert told.code == 2
    assert str(tmp_path / name) in told.err


def test_a_data_folder_that_is_none(ilrs: Ilrs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILRS_DATA_DIR", "/nowhere/at/all")
    told = ilrs("check", "ilrs")
    assert told.code != 0
    assert "ILRS_DATA_DIR" in told.err
    assert "Traceback" not in told.err


def earlier(folder: Path) -> dict[str, str]:
    """Something that stands for an earlier run, and its fingerprint."""
    folder.mkdir(parents=True)
    (folder / "certificate.json").write_text(json.dumps({"format": FORMAT}))
    (folder / "summary.json").write_text("{}")
    return fingerprint(folder)


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def said_full(told: Told) -> None:
    assert told.code == 1
    assert "the disk is full" in told.err
    assert "free some space" in told.err
    assert "Traceback" not in told.err


def test_a_disk_that_fills_while_the_run_is_written(
    ilrs: Ilrs, tmp_path: Path, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = earlier(tmp_path / "out")
    monkeypatch.setattr(xr.Dataset, "to_zarr", full)
    said_full(ilrs("run", scenario, "--out", "out"))
    assert fingerprint(tmp_path / "out") == before
    assert not (tmp_path / ".out.part").exists()
    error = ilrs("run", scenario, "--out", "out", "--json")
    assert (error.code, error.data["error"]["exit_code"]) == (1, 1)
    assert fingerprint(tmp_path / "out") == before


@pytest.mark.parametrize("step", ["keep", "keep_plan"])
def test_a_disk_that_fills_while_the_run_goes_on(
    ilrs: Ilrs, tmp_path: Path, scenario: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = earlier(tmp_path / "out")
    monkeypatch.setattr(Checkpoint, step, full)
    said_full(ilrs("run", scenario, "--out", "out"))
    assert fingerprint(tmp_path / "out") == before


def test_a_folder_that_is_not_a_run_is_never_replaced(
    ilrs: Ilrs, tmp_path: Path, scenario: Path
) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.txt").write_text("years of work")
    (tmp_path / "file").write_text("x")
    told = ilrs("run", scenario, "--out", "thesis")
    assert told.code == 2
    assert "thesis: this folder holds something that is not a run" in told.err
    assert (tmp_path / "thesis/chapter.txt").read_text() == "years of work"
    assert "is a file" in ilrs("run", scenario, "--out", "file").err
    assert ilrs("run", scenario, "--out", "file/below").code == 1
    assert ilrs("run", scenario, "--out", ".").code == 2
    assert (tmp_path / "file").read_text() == "x"
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("certificate.json", "{"),
        ("certificate.json", '{"format": "ilrs-run-1"}'),
        ("summary.json", "{"),
        ("plan.json", None),
        ("plan.json", "{}"),
        ("events.parquet", "x"),
        ("run.zarr/zarr.json", "x"),
        ("run.zarr/zarr.json", None),
    ],
)
def test_a_run_folder_that_is_damaged(
    ilrs: Ilrs, tmp_path: Path, finished: Path, name: str, content: str | None
) -> None:
    shutil.copytree(finished, tmp_path / "run")
    if content is None:
        (tmp_path / "run" / name).unlink()
    else:
        (tmp_path / "run" / name).write_text(content)
    report = (tmp_path / "run/report.html").read_bytes()
    for verb in ("report", "audit"):
        told = ilrs(verb, "run")
        assert told.code == 1, told.err
        assert "run" in told.err
        assert "a defect" not in told.err
    assert (tmp_path / "run/report.html").read_bytes() == report


def test_a_corrupted_run_fails_its_audit(ilrs: Ilrs, tmp_path: Path, finished: Path) -> None:
    assert ilrs("audit", finished).code == 0
    shutil.copytree(finished, tmp_path / "run")
    group = zarr.open_group(tmp_path / "run/run.zarr", mode="r+")
    content = group["content"]
    assert isinstance(content, zarr.Array)
    content[100, 0] = float(content[100, 0]) * 1.001 + 1.0  # type: ignore[arg-type]
    told = ilrs("audit", "run")
    assert told.code == 1
    assert "DOES NOT CLOSE" in told.out
    broken = [row for row in ilrs("audit", "run", "--json").data["checks"] if not row["passed"]]
    assert broken
    assert {row["second"] for row in broken} <= {100 * 600, 101 * 600}


def test_a_defect_is_one_message(ilrs: Ilrs, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("nothing there")

    monkeypatch.setattr("ilrs.components.catalogue.describe", broken)
    told = ilrs("components")
    assert told.code == 1
    assert told.err.count("\n") == 1
    assert "a defect of ilrs: ZeroDivisionError: nothing there" in told.err
    assert ilrs("components", "--json").data["error"]["exit_code"] == 1
    monkeypatch.setenv("ILRS_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        ilrs("components")


def test_json_of_an_error_is_one_document(ilrs: Ilrs) -> None:
    told = ilrs("check", "nowhere.yaml", "--json")
    assert json.loads(told.out)
    assert told.err == ""
