"""`ilrs propose match`, without the life together; and what leaves with it."""

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Ilrs

from ilrs.partnership.reading import REFERENCE

PROPOSALS = REFERENCE / "proposals"
SMALL_CALL = """\
call: 1
name: small
title: Two slots on Earth
opportunities:
  ground:
    title: Ground
    mission: ilrs-1
    levels: [ground]
    opens: 2026-01-01
    closes: 2027-12-31
    hardware_due: 0 d
    loops: 10
    powered: false
  data:
    title: Data
    mission: ilrs-1
    levels: [application]
    opens: 2026-01-01
    closes: 2027-12-31
    hardware_due: 0 d
    loops: 10
    powered: false
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four proposals, one of which is told to nobody else but in name."""
    made = tmp_path / "props"
    made.mkdir()
    for name in ("ground-station", "data-service", "training", "retroreflectors"):
        shutil.copy(PROPOSALS / f"{name}.yaml", made)
    secret = made / "retroreflectors.yaml"
    text = secret.read_text(encoding="utf-8")
    assert "confidential" not in text
    secret.write_text(f"{text}confidential: [mass, level, title]\n", encoding="utf-8")
    (tmp_path / "call.yaml").write_text(SMALL_CALL, encoding="utf-8")
    return made


def test_a_match_is_proven_told_and_kept_to_those_who_may_know(ilrs: Ilrs, folder: Path) -> None:
    words = ["propose", "match", folder, "--call", "call.yaml", "--no-life"]
    public = ilrs(*words, "--json", "--out", "out").data
    assert public["proven"] is True
    assert public["feasible_together"] is None
    shown = {row["proposal"] for row in public["assignment"]}
    assert "retroreflectors" not in shown  # its title is told with it
    assert not [r for r in public["reasons"] if r["proposal"] == "retroreflectors"
                and "level" in r["why"]["text"]]  # fmt: skip
    page = Path("out/match.html").read_text(encoding="utf-8")
    assert "retroreflectors" not in page
    assert json.loads(Path("out/match.json").read_text())["points"] == public["points"]

    reviewers = ilrs(*words, "--json", "--for", "reviewers", "--lang", "zh").data
    assert reviewers["points"] == public["points"]
    refused = [r for r in reviewers["reasons"] if r["proposal"] == "retroreflectors"]
    assert refused
    assert {row["proposal"] for row in reviewers["assignment"]} == shown | {"retroreflectors"}

    told = ilrs(*words, "--lang", "ru", "--before", "out/match.json")
    assert told.code == 0
    assert "Доказано" in told.out


def test_a_roadmap_that_moves_is_told_and_matched_again(ilrs: Ilrs, folder: Path) -> None:
    """ILRS-5 slips past what the training is good for; without it the reflectors have no flight."""
    training = folder / "training.yaml"
    text = training.read_text(encoding="utf-8")
    assert "{ready: 2028-09-01" in text
    training.write_text(text.replace("{ready: 2", "{latest: 2035-06-01, ready: 2"), "utf-8")
    shutil.copy(PROPOSALS / "retroreflectors.yaml", folder)  # with nothing confidential
    call = Path("call.yaml").read_text(encoding="utf-8").replace("ilrs-1", "ilrs-5")
    Path("call.yaml").write_text(call + """\
  site:
    title: Site
    mission: ilrs-5
    levels: [equipment]
    opens: 2026-01-01
    closes: 2027-12-31
    hardware_due: 0 d
    loops: 10
    powered: false
    robot_setup: 6 h
""", encoding="utf-8")  # fmt: skip
    Path("slipped.yaml").write_text("extends: ilrs\nmissions: {ilrs-5: {date: 2035-09-01}}\n")
    words = ["propose", "match", folder, "--call", "call.yaml", "--no-life", "--json"]
    first = ilrs(*words, "--out", "first").data
    there = {row["proposal"]: row["opportunity"] for row in first["assignment"]}
    assert (there["training"], there["retroreflectors"]) == ("data", "site")
    again = ilrs(*words, "--scenario", "slipped.yaml", "--before", "first/match.json").data
    (change,) = [row for row in again["changes"] if row["proposal"] == "training"]
    assert (change["before"], change["now"]) == ("data", None)
    assert {row["proposal"] for row in again["changes"]} == {"training"}
    refused = [r for r in again["reasons"] if r["proposal"] == "training"]
    assert all(r["takes"] for r in refused)
    (late,) = [r for r in refused if r["opportunity"] == "data" and r["requirement"] == "latest"]
    told = ilrs(*words[:-1], "--scenario", "slipped.yaml", "--before", "first/match.json",
                "--seconds", "30", "--out", "again").out  # fmt: skip
    assert late["why"]["text"] in told.replace("\n", " ").partition("What changed")[2]
    assert "Nothing changed" in ilrs(*words[:-1], "--before", "first/match.json").out

    (flies,) = first["accepted"]
    assert (flies["proposal"], flies["mission"]) == ("retroreflectors", "ilrs-5")
    gone = ilrs("roadmap", "apply", "--cancel", "ilrs-5", "--fits", "first/accepted.yaml",
                "--samples", "100", "--json").data  # fmt: skip
    (lost,) = gone["proposals"]["no_longer_fit"]
    assert lost["title"] == flies["title"]
    assert "cancelled" in lost["reasons"][0]


def test_mistakes(ilrs: Ilrs, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "odd.json").write_text("{}")
    for words, what in (
        (["nowhere"], "no folder"),
        (["empty"], "no proposals"),
        ([folder, "--for", "friends"], "is no audience"),
        ([folder, "--criteria", "none.yaml"], "no such file"),
        ([folder, "--before", "odd.json"], "not the match.json"),
        ([folder, "--marks", "none.yaml"], "no such file"),
        ([folder, "--call", "none"], "no packaged call"),
        ([folder, "--seconds", "0"], "--seconds above 0"),
    ):
        told = ilrs("propose", "match", *words)
        assert (told.code, what in told.err) == (2, True), (words, told.err)
