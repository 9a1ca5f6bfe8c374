"""Runs that lack what the reference has: the page says so and still stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.rendering.conftest import Page, RunMaker, changed
from tests.rendering.test_report import SECTIONS

from ilrs.operations.folder import StoredRun
from ilrs.rendering.report import report


def _without_relay(stored: StoredRun) -> StoredRun:
    data = stored.dataset
    ground = [i for i, v in enumerate(data["view"].values) if "queqiao" not in str(v)]
    return replace(stored, dataset=data.isel(view=ground))


def _one_place(stored: StoredRun) -> StoredRun:
    data = stored.dataset
    views = [i for i, v in enumerate(data["view"].values) if str(v).startswith("ridge-a to")]
    places = [p for p in stored.summary["places"] if p["name"] in {"ridge-a", "earth", "queqiao"}]
    return changed(replace(stored, dataset=data.isel(place=[0], view=views)), places=places)


def _no_place(stored: StoredRun) -> StoredRun:
    data = stored.dataset.isel(place=[], view=[])
    return changed(replace(stored, dataset=data), places=[], dark=[])


def _without(*dimensions: str) -> Callable[[StoredRun], StoredRun]:
    def change(stored: StoredRun) -> StoredRun:
        return replace(stored, dataset=stored.dataset.isel({d: [] for d in dimensions}))

    return change


def _elsewhere(latitude: float) -> Callable[[StoredRun], StoredRun]:
    def change(stored: StoredRun) -> StoredRun:
        places = [dict(p) for p in stored.summary["places"]]
        for i, place in enumerate(p for p in places if p["kind"] == "ground"):
            place |= {"latitude_deg": latitude + 0.01 * i, "coarse": True, "height_m": None}
        return changed(stored, places=places)

    return change


def _summary(**parts: Any) -> Callable[[StoredRun], StoredRun]:
    return lambda stored: changed(stored, **parts)


ODD: dict[str, tuple[Callable[[StoredRun], StoredRun], str, str]] = {
    "no relay": (_without_relay, "calendar", "There is no relay in this run."),
    "one place": (_one_place, "light", "2 m"),
    "no place": (_no_place, "light", "no place on the ground"),
    "no warm box": (_without("mass"), "warmth", "no warm box"),
    "no store": (_without("store"), "month", "no store of electricity"),
    "no report": (
        _summary(prediction={"reports": 0, "rms": []}),
        "prediction",
        "No report reached Earth",
    ),
    "nothing assumed": (_summary(assumptions=[]), "assumed", "No value of this scenario"),
    "no data": (_summary(data=[]), "traffic", "Data by class"),
    "in the north": (_elsewhere(88.0), "site", "lies outside it"),
    "at the equator": (_elsewhere(0.0), "site", "lies outside it"),
    "far from the pole": (_elsewhere(-75.0), "site", "Around the pole"),
    "coarse": (_elsewhere(-84.4), "opening", "Coarse terrain at ridge-a"),
    "no roadmap": (_summary(roadmap=[]), "roadmap", "no roadmap"),
    "never dark": (_summary(dark=[]), "light", "ever without Sun"),
    "nothing left its range": (_summary(left_range=[]), "limits", "No law left the range"),
    "no assessment": (
        lambda stored: replace(stored, summary={}),
        "site",
        "The assessment names no place",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_run_has_every_section(name: str, stored: StoredRun) -> None:
    change, anchor, words = ODD[name]
    page = Page(report(change(stored)))
    assert [a["id"] for t, a in page.tags if t == "section" and a["id"] != "activities"] == SECTIONS
    assert words in page.section(anchor).text
    assert "nan" not in page.text.lower().split()
    assert 'd="M"' not in page.html


def test_a_day(make_run: RunMaker) -> None:
    page = Page(report(make_run("2031-02-03", "2031-02-04")))
    assert "The run at its darkest" in page.section("month").text
    assert "03:00" in page.section("light").text
    assert [a["id"] for t, a in page.tags if t == "section" and a["id"] != "activities"] == SECTIONS


def test_a_run_of_one_step(make_run: RunMaker) -> None:
    page = Page(report(make_run("2031-02-03T00:00", "2031-02-03T01:00")))
    assert [a["id"] for t, a in page.tags if t == "section" and a["id"] != "activities"] == SECTIONS
