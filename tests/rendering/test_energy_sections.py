"""The pages on energy: the ledger closes on the audit's totals, curves follow closed forms."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.rendering.conftest import Page, changed

from ilrs.operations.folder import StoredRun
from ilrs.rendering.ledger import Held, Ledger, _cells, _on_buses, _tanks, ledger
from ilrs.rendering.report import report
from ilrs.rendering.sections import seasons
from ilrs.rendering.sections.deficit import run_down, worst
from ilrs.rendering.sections.mass import family, is_assumed, mass
from ilrs.rendering.sections.masts import _apart
from ilrs.rendering.sections.seasons import TALL, TOP, _ends, _sides, _slots, _spans
from ilrs.rendering.series import RunSeries
from ilrs.rendering.verdict import sureness
from ilrs.rendering.view import View

HOUR = 3600.0
LOSSES = [
    {
        "loss": name,
        "keep_alive_unserved_kwh": vital,
        "longest_h": 3.0 * vital,
        "service_unserved_kwh": 2000.0,
        "margin_k": 1.0,
        "sheds_kwh": sheds,
    }
    for name, vital, sheds in (
        ("", 0.0, {}),
        ("garage/cable.open", 12.0, {"garage/box.keep_alive": 12.0}),
        ("tower/array.string_open", 0.0, {"garage/robots.service": 40000.0}),
        ("lab/bench.off", 0.0, {}),
    )
]


def test_the_ledger_of_a_run_is_the_assessments(stored: StoredRun) -> None:
    series = RunSeries(stored)
    book, energy = ledger(series, 0, series.count), stored.summary["energy"]
    assert {e.name: e.energy for e in book.sources} == pytest.approx(
        {s["name"]: s["energy_j"] for s in energy["sources"] if s["energy_j"]}, rel=1e-12
    )
    served: dict[str, float] = {}
    for sink in energy["sinks"]:
        facility = sink["name"].split("/")[0]
        served[facility] = served.get(facility, 0.0) + sink["served_j"]
    loads: dict[str, float] = {}
    for e in book.loads:
        loads[e.name] = loads.get(e.name, 0.0) + e.energy
    assert loads == pytest.approx({k: v for k, v in served.items() if v}, rel=1e-12)
    assert book.cables == pytest.approx(sum(k["lost_j"] for k in energy["links"]), rel=1e-9)
    assert book.dumped == pytest.approx(energy["dumped_j"], rel=1e-12)
    battery = next(s for s in book.stores if s.kind == "battery")
    assert battery.took == pytest.approx(sum(s["charged_j"] for s in energy["stores"]), rel=1e-12)
    assert battery.gave == pytest.approx(
        sum(s["discharged_j"] for s in energy["stores"]), rel=1e-12
    )


@pytest.mark.parametrize("stretch", [(0, 960), (100, 400), (399, 400)])
def test_every_stretch_of_a_ledger_closes(stored: StoredRun, stretch: tuple[int, int]) -> None:
    """Kirchhoff on the sums: what sources bring is used, lost, dumped or held."""
    book = ledger(RunSeries(stored), *stretch)
    went = book.delivered + book.dumped + sum(s.took - s.gave for s in book.stores)
    assert book.came == pytest.approx(went, rel=1e-9, abs=1.0)
    reached = book.direct + sum(s.gave for s in book.stores)
    assert reached == pytest.approx(book.delivered, rel=1e-9, abs=1.0)


def test_ledgers_of_two_stretches_are_that_of_both(stored: StoredRun) -> None:
    series = RunSeries(stored)
    halves = [ledger(series, 0, 480), ledger(series, 480, series.count)]
    whole = ledger(series, 0, series.count)
    assert whole.came == pytest.approx(sum(b.came for b in halves), rel=1e-12)
    for kind in ("battery", "cell"):
        parts = [next((s for s in b.stores if s.kind == kind), Held(kind)) for b in halves]
        both = next(s for s in whole.stores if s.kind == kind)
        assert both.kept == pytest.approx(sum(p.kept for p in parts), rel=1e-9, abs=1e-3)
        assert both.lost == pytest.approx(sum(p.lost for p in parts), rel=1e-9, abs=1e-3)


def test_stores_lose_and_never_make_energy(stored: StoredRun) -> None:
    """A round trip loses; a fuel cell's heat stands apart from the gas it leaves in its tanks."""
    series = RunSeries(stored)
    for held in ledger(series, 0, series.count).stores:
        assert held.lost > 0.0
        assert held.lost < held.took + max(-held.kept, 0.0)


def test_bars_of_a_column_do_not_overlap(stored: StoredRun) -> None:
    series = RunSeries(stored)
    book = ledger(series, 0, series.count)
    for side in _sides(book):
        heights = [2e-10 * e for _, _, e in side]
        tops = _slots(heights)
        for (top, height), below in zip(zip(tops, heights, strict=True), tops[1:], strict=False):
            assert below >= top + height
        assert tops[0] >= TOP
        assert tops[-1] <= TOP + TALL
    assert sum(e for _, _, e in _ends(book)) == pytest.approx(
        book.came - sum(s.kept for s in book.stores), rel=1e-9
    )


def test_seasons_of_a_short_run_are_the_run(stored: StoredRun) -> None:
    assert _spans(View.of(stored)) == [("The whole run", (0, 960))]


def test_a_ledger_of_nothing_is_empty() -> None:
    book = Ledger(0, 0, (), (), (), 0.0, 0.0)
    assert (book.came, book.delivered, book.direct) == (0.0, 0.0, 0.0)


def test_a_run_down_follows_its_closed_form() -> None:
    """Four hours short of 2 W, two of 1 W more, ten of plenty: 8 Wh, then 6, then none."""
    need, offer = np.full(18, 2.0), np.array([2.0] * 2 + [0.0] * 4 + [3.0] * 2 + [9.0] * 10)
    deep = run_down(need, offer, HOUR) / HOUR
    assert deep.tolist() == [0, 0, 2, 4, 6, 8, 7, 6, *[0] * 10]
    found = worst(deep * HOUR)
    assert found is not None
    assert (found.first, found.last, found.refilled) == (2, 5, 8)
    assert found.deepest == 8.0 * HOUR


def test_a_run_down_is_the_recursion() -> None:
    rng = np.random.default_rng(3)
    need, offer = rng.uniform(0.0, 2.0, 500), rng.uniform(0.0, 2.2, 500)
    level, told = 0.0, []
    for n, o in zip(need, offer, strict=True):
        level = max(0.0, level + (n - o) * 600.0)
        told.append(level)
    assert run_down(need, offer, 600.0) == pytest.approx(np.array(told), abs=1e-6)


def test_a_run_down_that_never_ends_and_one_that_never_is() -> None:
    found = worst(run_down(np.full(5, 9.0), np.zeros(5), 1.0))
    assert found is not None
    assert (found.first, found.last, found.refilled) == (0, 4, None)
    assert worst(run_down(np.ones(5), np.ones(5), 1.0)) is None
    assert worst(np.zeros(0)) is None


def test_what_sources_could_give_is_the_assessments(stored: StoredRun) -> None:
    series = RunSeries(stored)
    assert series.available is not None
    told = sum(s["available_j"] for s in stored.summary["energy"]["sources"])
    assert series.available.sum() * series.step == pytest.approx(told, rel=1e-6)


def test_stores_held_over_fitted_is_the_reserve(stored: StoredRun) -> None:
    series = RunSeries(stored)
    share = series.held / np.maximum(series.fitted, 1e-300)
    known = np.isfinite(series.reserve)
    assert share[known] == pytest.approx(series.reserve[known], rel=1e-12)


def test_masts_get_darker_downwards_and_take_less_with_more_array(stored: StoredRun) -> None:
    """Seen from higher a skyline is never higher, and more array never leaves a greater deficit."""
    rows = stored.summary["masts"]
    assert {r["place"] for r in rows} == {"ridge-a", "ridge-b"}
    for row in rows:
        assert row["top_m"] == 10.0
        assert (np.diff(row["light"]) >= -1e-9).all()
        assert (np.diff(row["dark_h"]) <= 0.0).all()
        deficits = np.array(row["deficit_h"])
        assert deficits.shape == (len(row["array_to_load"]), len(row["heights_m"]))
        assert (np.diff(deficits, axis=1) <= 1e-6).all()
        assert (np.diff(deficits, axis=0) <= 1e-6).all()


def test_masts_see_the_light_of_the_run(stored: StoredRun) -> None:
    """At 10 m the mean and the longest dark are those of the history, within the hourly step."""
    series = RunSeries(stored)
    for row in stored.summary["masts"]:
        lit = series.light(row["place"], 10)
        k = row["heights_m"].index(10.0)
        assert row["light"][k] == pytest.approx(float(lit.mean()), abs=0.01)


def test_light_comes_with_the_band_of_the_terrains_error(stored: StoredRun) -> None:
    """Draws hold relief that averages lack: darker in the middle, and told where people look."""
    rows = {p["name"]: p for p in stored.summary["places"] if p["kind"] == "ground"}
    ridge = {r["height_m"]: r for r in rows["ridge-a"]["sureness"]["light"]}
    for height, row in ridge.items():
        assert row["band"][0] <= row["median"] <= row["band"][1]
        assert row["taken"] == pytest.approx(rows["ridge-a"][f"mean_light_{height:g}m"], abs=0.01)
        assert row["median"] < row["taken"]
    # Near relief matters at 2 m, not at 10 m.
    assert np.ptp(ridge[2.0]["band"]) > 2.0 * np.ptp(ridge[10.0]["band"])
    for mast in stored.summary["masts"]:
        band = np.array(mast["band"]["deficit_h"])
        assert (band[:, 0] <= band[:, 1]).all()
    text = Page(report(stored)).section("light").text
    assert "How sure the light is" in text
    assert "as computed from the terrain" in text
    words = sureness(stored.summary)
    assert "ridge-a at 10 m" in words[0]
    assert sureness({"places": [{"name": "a"}]}) == []


def test_words_at_the_ends_of_curves_stand_apart() -> None:
    assert _apart([50.0, 48.0, 200.0]) == [61.0, 48.0, 200.0]


def test_masses_of_families_and_of_facilities_are_all_the_mass(stored: StoredRun) -> None:
    rows = stored.summary["mass"]
    page = Page(str(mass(View.of(stored))))
    whole = sum(r["mass_kg"] for r in rows)
    guessed = sum(r["mass_kg"] for r in rows if is_assumed(r))
    assert 0.0 < guessed < whole
    assert [v for v, _ in page.data[:2]] == pytest.approx([whole, guessed])
    paths = {a["path"] for a in stored.summary["assumptions"]}
    for r in rows:
        path = f"facilities.{r['facility']}.components.{r['component']}.mass"
        assert (path in paths) == (r["status"] == "assumed")
    assert family("battery")[1] == "stores"
    assert family("something_new") == ("p2", "loads and all else")
    widths = [float(a["width"]) for t, a in page.tags if t == "rect" and a["height"] == "19"]
    assert len(widths) == len(rows)


def test_the_page_tells_the_numbers_of_the_worst_run_down(stored: StoredRun) -> None:
    series = RunSeries(stored)
    assert series.available is not None
    deepest = float(run_down(series.needed, series.available, series.step).max())
    page = Page(report(stored)).section("energy")
    assert any(v == pytest.approx(deepest) for v, _ in page.data)
    assert "What a higher mast saves" in page.text
    assert "Where the power went" in page.text
    assert "What the station can lose" not in page.text


def test_single_losses_stand_where_they_were_asked_for(stored: StoredRun) -> None:
    page = Page(report(changed(stored, single_losses=LOSSES))).section("energy")
    assert "Of 3 single losses, 2 shed load and 1 of them keep-alive." in page.text
    assert "The worst is garage · cable (open): 12 kWh of keep-alive" in page.text
    assert "garage · robots (service) 40 MWh" in page.text
    assert "1 loss that shed nothing" in page.text


@pytest.mark.parametrize("missing", ["available", "masts", "mass"])
def test_an_older_run_lacks_a_figure_and_nothing_else(stored: StoredRun, missing: str) -> None:
    data, summary = stored.dataset, dict(stored.summary)
    summary.pop(missing, None)
    older: dict[str, Any] = {"dataset": data.drop_vars(["available"], errors="ignore")}
    run = changed(stored) if missing != "available" else stored
    run = type(run)(**{**run.__dict__, "summary": summary, **older})
    page = Page(report(run))
    assert "Energy through the dark" in page.section("energy").text
    assert "What the stores must bring" not in page.text


def test_two_seasons_of_a_long_run(stored: StoredRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """With seasons of ten days: the darkest and the brightest by their light, on one page."""
    monkeypatch.setattr(seasons, "SEASON", 10.0 * 86400.0)
    view = View.of(stored)
    (dark, first), (bright, second) = _spans(view)
    assert (dark, bright) == ("The darkest season", "The brightest season")
    assert first[1] - first[0] == second[1] - second[0] == 240
    lit = view.series.light("ridge-a", 10).astype(np.float64)
    means = np.convolve(lit, np.full(240, 1.0 / 240.0), mode="valid")
    assert lit[slice(*first)].mean() == pytest.approx(means.min())
    assert lit[slice(*second)].mean() == pytest.approx(means.max())
    text = Page(f"<main>{seasons.seasons(view)}</main>").text
    assert re.findall(r"The (darkest|brightest) season, \d", text) == ["darkest", "brightest"]


def test_endurance_is_a_sentence_and_a_curve_where_it_is_short(stored: StoredRun) -> None:
    days = [90.0, 90.0, 31.5, 33.0, 90.0]
    found = {
        "starts": 20,
        "every_h": 6.0,
        "plan_lasts_d": 14.0,
        "cap_d": 90.0,
        "days": {"p50": 90.0},
        "share_at_cap": 0.75,
        "worst": {"begins": "2031-02-27T06:00:00", "days": 31.5},
        "first_day": 0,
        "least_by_day": days,
    }
    page = Page(report(changed(stored, endurance=found))).section("energy")
    assert "half of all lasted 90 days or more, and the worst, from 27 Feb 2031" in page.text
    assert "31.5 days" in page.text
    assert "Days to the first keep-alive violation" in page.text
    whole = found | {"share_at_cap": 1.0}
    page = Page(report(changed(stored, endurance=whole))).section("energy")
    assert "from every one of 20 starts" in page.text
    assert "Days to the first keep-alive violation" not in page.text
    assert "Without Earth" not in Page(report(changed(stored, endurance=None))).text


def test_only_what_gives_electricity_back_is_a_fuel_cell() -> None:
    nodes = ["base/electricity", "base/cell/hydrogen", "crew/people/oxygen"]
    flows = ["base/cell.electrolyser", "base/cell.cell", "crew/people.air", "base/load"]
    incidence = np.array([[-1.0, 0.6, -1.0, -1.0], [0.02, -0.02, 0.0, 0.0], [0.0, 0.0, 0.1, 0.0]])
    named = {"node": nodes, "flow_kind": ["converter", "converter", "converter", "sink"]}
    series = SimpleNamespace(
        names=named.__getitem__,
        flow_index={name: k for k, name in enumerate(flows)},
        incidence=incidence,
    )
    assert _cells(series) == {"base/cell.electrolyser", "base/cell.cell"}
    assert _tanks(series) == {"base/electricity", "base/cell/hydrogen"}


def test_loads_behind_a_machine_stand_with_their_facility() -> None:
    loads = {
        ("ridge", "plant"): 5.0,
        ("cold", "plant"): 1.0,
        ("plant/melt", "plant"): 2.0,
        ("rover/rover", "rover"): 3.0,
    }
    assert _on_buses(loads) == {
        ("ridge", "plant"): 7.0,
        ("cold", "plant"): 1.0,
        ("rover/rover", "rover"): 3.0,
    }
