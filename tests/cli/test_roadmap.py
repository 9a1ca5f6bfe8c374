"""`ilrs roadmap` as people call it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Ilrs


def test_show_tells_and_draws_a_version(ilrs: Ilrs, tmp_path: Path) -> None:
    told = ilrs("roadmap", "show", "2025-04", "--out", "then.html", "--json")
    assert told.code == 0
    assert told.data["version"] == "2025-04"
    assert {m["name"] for m in told.data["missions"]} >= {"change-8", "ilrs-5"}
    page = (tmp_path / "then.html").read_text(encoding="utf-8")
    assert "What is disputed" in page
    assert "http" not in page.partition("<body")[2]
    assert "2029-01-01" in page
    text = ilrs("roadmap", "show", "--lang", "ru", "--out", "now.html").out
    assert "Чанъэ-8" in text
    assert "отменена или сильно" in text
    page = (tmp_path / "now.html").read_text(encoding="utf-8").partition("<body")[2]
    ours = {"CHOICE", "Guide", "Guideline", "Partnership", "TOPIC"}
    theirs = {"Business", "China", "Chinanews", "Daily", "Global", "Moon", "News", "Times", "Today"}
    words = re.findall(r"\b[A-Z][a-z]{3,}\b", re.sub(r"<[^>]*>", " ", page))
    assert set(words) - ours - theirs == {"American", "Scientific"}


def test_diff_tells_what_moved(ilrs: Ilrs) -> None:
    assert "change-7" in ilrs("roadmap", "diff", "v1.0", "2026-09").out
    assert ilrs("roadmap", "diff", "2023", "2023", "--json").data["rows"] == []
    assert "两者内容相同" in ilrs("roadmap", "diff", "2023", "2023", "--lang", "zh").out


def test_apply_writes_an_overlay_a_page_and_the_data(ilrs: Ilrs, tmp_path: Path) -> None:
    told = ilrs(
        "roadmap", "apply", "--slip", "ilrs-2=18 month", "--samples", 200, "--out", "slip", "--json"
    )
    assert told.code == 0
    assert {Path(f).name for f in told.data["files"]} == {
        "overlay.yaml", "story.html", "story.json",
    }  # fmt: skip
    page = (tmp_path / "slip/story.html").read_text(encoding="utf-8")
    assert "ILRS-2 slips by 18 months" in page
    assert "Who no longer fits" in page
    assert "illustration" in page
    assert ilrs("check", "slip/overlay.yaml").code == 0
    assert "2034-01-01" in ilrs("roadmap", "diff", "2026-09", "slip/overlay.yaml").out


def test_apply_an_overlay_of_ones_own(ilrs: Ilrs, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("missions:\n  ilrs-4:\n    date: 2034-12-01\n")
    told = ilrs("roadmap", "apply", "mine.yaml", "--samples", 200, "--out", "later.yaml", "--json")
    moved = {m["mission"]: m["after"] for m in told.data["moves"]}
    assert moved == {"ilrs-4": "2034-12-01", "ilrs-5": "2035-06-01"}
    assert (tmp_path / "later.yaml").is_file()


def test_mistakes_are_told_once_and_nothing_is_written(ilrs: Ilrs, tmp_path: Path) -> None:
    for words, said in (
        (("apply", "--slip", "ilrs-2=18"), "has no unit"),
        (("apply", "--slip", "ilrs-2"), "slips nothing"),
        (("apply", "--slip", "ilsr-2=1 yr"), "nearest: ilrs-2"),
        (("apply",), "nothing is changed"),
        (("apply", "--move", "reactor"), "moves nothing"),
        (("apply", "nothing.yaml"), "no such file"),
        (("apply", "--slip", "ilrs-2=1 yr", "--run"), "--run needs a folder"),
        (("show", "v2"), "no version 'v2'"),
        (("show", "--choose", "reactor=1999"), "nobody says"),
    ):
        told = ilrs("roadmap", *words, *(("--out", "x.yaml") if words[0] == "apply" else ()))
        assert told.code == 2, words
        assert said in told.err, words
        assert told.err.count("\n") == len([w for w in told.err.splitlines()]), words
    assert not (tmp_path / "x.yaml").exists()
