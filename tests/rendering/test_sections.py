"""What single sections compute, against closed forms and against the run itself."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilrs.operations.folder import StoredRun
from ilrs.rendering import relief
from ilrs.rendering.geometry import connections, plan_of, polar, separation
from ilrs.rendering.sections.budgets import SLOT, TALL, _ends, per_joule
from ilrs.rendering.sections.faults import spans
from ilrs.rendering.sections.light import LUNATION, _cells
from ilrs.rendering.sections.month import window
from ilrs.rendering.sections.skyline import _closed
from ilrs.rendering.series import RunSeries
from ilrs.rendering.view import View


def test_reserve_is_the_assessments(stored: StoredRun) -> None:
    series = RunSeries(stored)
    told = stored.summary["reserve"]
    assert np.nanmin(series.reserve) == pytest.approx(told["least"], rel=1e-9)
    step = series.step_of(told["when"], ends=True)
    assert series.reserve[step] == pytest.approx(told["least"], rel=1e-9)


def test_unserved_energy_is_the_assessments(stored: StoredRun) -> None:
    series = RunSeries(stored)
    for row in stored.summary["unserved"]:
        wanted, given = series.owed(row["priority"])
        assert wanted.sum() * series.step == pytest.approx(row["wanted_j"], rel=1e-9)
        short = (wanted - given).sum() * series.step
        assert short == pytest.approx(row["unserved_j"], abs=1e-6 * row["wanted_j"])


def test_the_longest_silence_is_the_assessments(stored: StoredRun) -> None:
    series = RunSeries(stored)
    edges = np.diff(np.concatenate([[0], ~series.contact, [0]]).astype(int))
    longest = (np.nonzero(edges == -1)[0] - np.nonzero(edges == 1)[0]).max()
    told = stored.summary["metrics"]["contact.longest_gap"]["value"]
    assert longest * series.step == told


VEHICLES = ("profiling-rover", "sampling-rover", "sampler-a", "sampler-b")


def test_electricity_comes_from_what_the_station_has(stored: StoredRun) -> None:
    series = RunSeries(stored)
    assert {s.name: s.kind for s in series.supplies} == {
        "power-tower-a/array": "array",
        "power-tower-b/array": "array",
        "command-centre/battery.discharge": "battery",
        "power-tower-b/battery.discharge": "battery",
        "rover-garage/battery.discharge": "battery",
        "command-centre/fuel-cell.cell": "cell",
        # Vehicles' own panels, which give only while they are away.
        **{f"{r}/rover.panels": "source" for r in VEHICLES},
    }


def test_energy_drawn_from_its_sources_is_all_accounted_for(stored: StoredRun) -> None:
    """Sources are loads, losses and what the batteries hold more: the two sides close."""
    view = View.of(stored)
    energy = stored.summary["energy"]
    came = sum(s["energy_j"] for s in energy["sources"])
    went = sum(e for _, _, e in _ends(view, energy))
    series = view.series
    kept = sum(
        float(series.content[-1, i] - series.array("initial")[i])
        for i, unit in enumerate(series.names("store_unit"))
        if unit == "J"
    )
    assert came == pytest.approx(went + kept, rel=1e-6)


@given(st.lists(st.floats(1.0, 1e6), min_size=1, max_size=12))
def test_parts_of_a_budget_fit_their_column(energies: list[float]) -> None:
    scale = per_joule(energies)
    assert sum(max(e * scale, SLOT) for e in energies) <= TALL + 1e-6


def test_a_window_keeps_within_its_run() -> None:
    assert window(1000, 500, 100.0) == (440, 540)
    assert window(1000, 5, 100.0) == (0, 100)
    assert window(1000, 999, 100.0) == (900, 1000)
    assert window(50, 20, 100.0) == (0, 50)
    assert window(1, 0, 100.0) == (0, 1)


def test_light_of_a_lunation_falls_into_its_row() -> None:
    step = 600.0
    count = int(3 * LUNATION / step)
    lit = ((np.arange(count) * step) // LUNATION == 1).astype(float)
    cells = _cells(lit, step, 3, 236)
    assert (cells[0] == 0.0).all()
    assert (cells[1] == 1.0).all()
    assert np.nanmax(cells[2]) == 0.0


def test_steps_longer_than_a_cell_leave_it_without_value() -> None:
    assert np.isnan(_cells(np.ones(4), 6.0 * 3600.0, 1, 236)).sum() == 232


def test_small_gaps_in_the_sky_close_and_large_stay() -> None:
    column = np.array([np.nan, 1.0, np.nan, 0.0, *[np.nan] * 6, 1.0, np.nan])
    closed = _closed(column[:, None])[:, 0]
    assert closed[2] == 0.5
    assert np.isnan(closed[[0, 5, 11]]).all()


def _events(*rows: tuple[float, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "second": [int(r[0]) for r in rows],
            "instant": ["2031-02-01T00:00:00" for _ in rows],
            "kind": [r[1] for r in rows],
            "subject": [r[2] for r in rows],
            "text": [r[3] for r in rows],
        }
    )


def test_units_are_out_from_failure_to_repair_or_the_end(stored: StoredRun) -> None:
    events = _events(
        (100.0, "fault", "a/b", "mode: a unit fails; 1 out now"),
        (200.0, "fault", "a/b", "mode: a unit fails; 2 out now"),
        (300.0, "repair", "a/b", "mode: a unit is back; 1 out now"),
        (400.0, "repair", "a/b", "mode: a unit is back; 0 out now"),
        (500.0, "fault", "c/d", "off: a unit fails; 1 out now"),
    )
    view = View.of(replace(stored, events=events))
    found = spans(view)
    assert [(a, b, c) for a, b, c, _ in found["a/b.mode"]] == [
        (100.0, 200.0, "out"),
        (200.0, 300.0, "out2"),
        (300.0, 400.0, "out"),
    ]
    assert found["c/d.off"][0][:2] == (500.0, view.series.length)


def test_cables_join_the_places_they_do(stored: StoredRun) -> None:
    joined = connections(RunSeries(stored), {"ridge-a", "ridge-b", "garage", "reactor-site"})
    assert joined == [
        ("garage", "ridge-a", ["command-centre/cable-garage"]),
        ("ridge-a", "ridge-b", ["power-tower-b/cable"]),
    ]


def test_distances_are_the_spheres() -> None:
    degree = 1_737_400.0 * math.pi / 180.0
    here = {"latitude_deg": -89.0, "longitude_deg": 0.0}
    across = {"latitude_deg": -89.0, "longitude_deg": 180.0}
    assert separation(here, across) == pytest.approx(2.0 * degree, rel=1e-12)
    assert separation(here, here) == 0.0
    x, y = polar(-89.0, 90.0)
    assert (x, y) == pytest.approx((degree, 0.0), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("latitude", [-89.45, 0.0, 85.0])
def test_north_on_the_plan_is_towards_greater_latitude(latitude: float) -> None:
    rows = [
        {"name": n, "kind": "ground", "latitude_deg": latitude + d, "longitude_deg": 222.0 + e}
        for n, d, e in (("main", 0.0, 0.0), ("north", 0.005, 0.0), ("east", 0.0, 0.01))
    ]
    plan = plan_of(rows, "main")
    assert plan is not None
    spots = {s.name: np.array([s.x, s.y]) for s in plan.spots}
    for name, azimuth in (("north", 0.0), ("east", 0.5 * math.pi)):
        way = spots[name] - spots["main"]
        way /= np.hypot(*way)
        assert way == pytest.approx(np.array(plan.towards(azimuth)), abs=2e-3)


def test_relief_is_lit_from_the_upper_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cone: its flank to the upper left is lighter than that to the lower right."""
    terrain = relief.south()
    y, x = np.mgrid[0 : terrain.heights.shape[0], 0 : terrain.heights.shape[1]].astype(float)
    cone = -300.0 * np.hypot(x - x.mean(), y - y.mean())
    monkeypatch.setattr(relief, "south", lambda: replace(terrain, heights=cone.astype(np.float32)))
    shaded = relief.relief(100e3, 80)
    assert shaded[20, 20] > shaded[60, 60] + 0.1
    assert ((shaded >= 0.0) & (shaded <= 1.0)).all()
