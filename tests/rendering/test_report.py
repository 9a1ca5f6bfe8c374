"""The page: whole, alone, the same every time, and true to the summary."""

from __future__ import annotations

import errno
import os
import re
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.rendering.conftest import Page, RunMaker, changed

from ilrs.errors import RunError
from ilrs.operations.folder import StoredRun, read_run
from ilrs.rendering.report import report, write_report
from ilrs.rendering.wording import say

SECTIONS = [
    "opening",
    "roadmap",
    "site",
    "light",
    "month",
    "calendar",
    "energy",
    "plan",
    "stores",
    "warmth",
    "traffic",
    "budgets",
    "faults",
    "prediction",
    "assumed",
    "limits",
]


@pytest.fixture(scope="module")
def page(stored: StoredRun) -> Page:
    return Page(report(stored))


def test_sections_stand_in_the_order_a_reader_wants(page: Page) -> None:
    found = [a["id"] for t, a in page.tags if t == "section" and a["id"] != "activities"]
    assert found == SECTIONS


def test_head_tells_title_period_verdict_and_warnings(page: Page, stored: StoredRun) -> None:
    assert stored.summary["scenario"]["title"] in page.text
    assert "1 Feb 2031 to 13 Mar 2031" in page.text
    for warning in stored.summary["scenario"]["warnings"]:
        assert warning in page.section("opening").text
    first = next(m for m in stored.summary["roadmap"] if m["title"] == "ILRS-1")["objectives"]
    met = sum(o["status"] == "met" for o in first)
    assert f"ILRS-1: {met} of {len(first)} objectives met" in page.text
    assert "ILRS-2, ILRS-3, ILRS-4 and ILRS-5: after this run" in page.text


def test_nothing_is_loaded_from_elsewhere(page: Page) -> None:
    """Every address is a place on the page itself or holds its data, and the browser is told so."""
    for value in [*page.values("src"), *page.values("href")]:
        assert value.startswith(("#", "data:image/png;base64,"))
    assert "@import" not in page.html
    assert set(re.findall(r"url\(([^)]*)\)", page.html)) <= {"#hatch"}
    plain = page.html.replace("http://www.w3.org/2000/svg", "")  # a name, never fetched
    assert re.findall(r"https?://", plain) == []
    assert re.findall(r"fetch\(|XMLHttpRequest|WebSocket|import\(", page.html) == []
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_links_lead_to_places_that_exist_and_names_are_unique(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    targets = [h[1:] for h in page.values("href") if h.startswith("#")]
    assert targets
    assert set(targets) <= set(ids)


def test_every_drawing_says_what_it_shows(page: Page) -> None:
    drawings = [a for t, a in page.tags if t == "svg"]
    assert len(drawings) > 12
    for attributes in drawings:
        assert attributes.get("aria-label") or attributes.get("aria-hidden") == "true"


def test_headings_go_down_one_level_at_a_time(page: Page) -> None:
    levels = [int(t[1]) for t, _ in page.tags if re.fullmatch("h[1-6]", t)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_same_run_gives_the_same_bytes_wherever_it_lies(
    stored: StoredRun, folder: Path
) -> None:
    write_report(stored, folder / "a.html")
    shutil.copytree(stored.folder, folder / "elsewhere")
    write_report(read_run(folder / "elsewhere"), folder / "b.html")
    first = (folder / "a.html").read_bytes()
    assert first == (folder / "b.html").read_bytes()
    assert str(stored.folder).encode() not in first
    assert len(first) < 5_000_000


def test_objectives_are_the_summarys(page: Page, stored: StoredRun) -> None:
    shown = page.section("roadmap").data
    for mission in stored.summary["roadmap"]:
        for o in mission["objectives"]:
            assert o["text"] in page.section("roadmap").text
            if o["status"] == "not yet modelled":
                continue
            for name in ("threshold", "value", "margin"):
                if o[name] is not None:
                    words = say(o[name], o["unit"], difference=name == "margin")
                    assert (o[name], words) in shown


def test_the_four_later_missions_are_never_met(page: Page, stored: StoredRun) -> None:
    html = page.section("roadmap").html
    for name in ("ILRS-2", "ILRS-3", "ILRS-4", "ILRS-5"):
        article = re.search(rf"<h3>{name}<.*?</article>", html, re.DOTALL)
        assert article is not None
        assert "not yet modelled" in article[0] or "after this run" in article[0]
        assert "✓" not in article[0]


def test_a_missed_objective_is_told_by_words_and_sign(stored: StoredRun) -> None:
    roadmap = [dict(m) for m in stored.summary["roadmap"]]
    for mission in roadmap:
        mission["objectives"] = [dict(o) for o in mission["objectives"]]
        for o in mission["objectives"]:
            if o["name"] == "energy-service":
                o.update(status="missed", value=0.9, threshold=0.94, margin=-0.04, met_on=None)
    page = Page(report(changed(stored, roadmap=roadmap)))
    assert "Service is given nearly always (90 %, at least 94 % wanted)" in page.text
    assert "✕ missed" in page.section("roadmap").text
    assert (-0.04, "−4 points") in page.section("roadmap").data


def test_budgets_data_and_dark_are_the_summarys(page: Page, stored: StoredRun) -> None:
    summary = stored.summary
    budgets = {value for value, _ in page.section("budgets").data}
    assert {s["energy_j"] for s in summary["energy"]["sources"]} <= budgets
    assert {s["served_j"] for s in summary["energy"]["sinks"]} <= budgets
    assert {m["mass_kg"] for m in summary["mass"]} <= budgets
    traffic = {value for value, _ in page.section("traffic").data}
    for row in summary["data"]:
        assert {row["produced_bit"], row["delivered_bit"], row["latency_p95_s"]} <= traffic
    light = {value for value, _ in page.section("light").data}
    assert {3600.0 * d["hours"] for d in summary["dark"][:8]} <= light
    assert summary["dark"]
    month = {value for value, _ in page.section("month").data}
    assert summary["reserve"]["least"] in month
    plan = {value for value, _ in page.section("plan").data}
    assert {r["unserved_j"] for r in summary["unserved"]} <= plan
    assert set(summary["plan"]["unserved_j"].values()) <= plan


def test_assumed_values_and_limits_are_all_told(page: Page, stored: StoredRun) -> None:
    summary = stored.summary
    assumed = page.section("assumed")
    for row in summary["assumptions"]:
        assert row["path"] in assumed.text
    limits = page.section("limits")
    for words in [*summary["not_modelled"], *summary["left_range"]]:
        assert " ".join(words.split()) in limits.text
    for check in summary["audit"]["checks"]:
        assert check["balance"] in limits.text
    assert stored.certificate["scenario_sha256"] in limits.text
    for kernel in stored.certificate["environment"]["kernels"]:
        assert kernel in limits.text


def test_a_failed_audit_stands_first(stored: StoredRun) -> None:
    audit = dict(stored.summary["audit"])
    checks = [dict(c) for c in audit["checks"]]
    checks[0] |= {"passed": False, "worst": None}
    page = Page(report(changed(stored, audit={"passed": False, "checks": checks})))
    assert "The audit failed" in page.section("opening").text
    assert "✕ does not close" in page.section("limits").text


def test_words_of_a_scenario_are_escaped(stored: StoredRun) -> None:
    nasty = {**stored.summary["scenario"], "title": '<script>alert(1)</script> & "co"'}
    page = Page(report(changed(stored, scenario=nasty)))
    assert "<script>alert" not in page.html
    assert '<script>alert(1)</script> & "co"' in page.text


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "Permission denied")]
)
def test_what_cannot_be_written_leaves_the_earlier_report(
    stored: StoredRun, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    path = folder / "report.html"
    path.write_text("earlier")

    def full(self: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(RunError, match=words):
        write_report(stored, path)
    assert path.read_text() == "earlier"
    assert sorted(p.name for p in folder.iterdir()) == ["report.html"]


def test_a_year_shows_lunations_and_the_skyline(make_run: RunMaker) -> None:
    stored = make_run("2033-09-01", "2034-08-01", plan_step=6.0 * 3600.0)
    page = Page(report(stored))
    light = page.section("light")
    assert "The skyline of ridge-a, as the Sun draws it" in light.text
    for place in stored.summary["places"]:
        if place["kind"] == "ground":
            assert f"{place['name']} at 2 m" in light.text
            assert f"{place['name']} at 10 m" in light.text
    grounds = [p for p in stored.summary["places"] if p["kind"] == "ground"]
    assert light.html.count("data:image/png") == 2 * len(grounds) + 1
    assert "fission unit" in page.section("month").text
    assert "reactor-site" in page.section("site").text
    assert "The darkest month" in page.text
    assert [t for t in page.section("calendar").words if t in {"2033", "2034"}]
    assert len(page.html) < 5_000_000


def test_events_of_another_make_are_left_out(stored: StoredRun) -> None:
    bare = replace(stored, events=stored.events[["second", "instant"]])
    assert "Nothing failed in this run." in Page(report(bare)).section("faults").text
