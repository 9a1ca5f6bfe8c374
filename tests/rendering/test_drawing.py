"""Axes, bins, bitmaps and paths against what they must be."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from ilrs.rendering import bins
from ilrs.rendering.bitmap import LIGHT, RELIEF, palette, png
from ilrs.rendering.markup import Markup, join, number, table, tag
from ilrs.rendering.panel import Panel, ceiling, nice, trace
from ilrs.rendering.timeline import DAY, HOUR, Timeline

START = np.datetime64("2031-01-01", "s")


def test_markup_escapes_text_and_attributes_but_not_itself() -> None:
    assert tag("p", "a < b & c") == "<p>a &lt; b &amp; c</p>"
    assert tag("p", tag("b", "x")) == "<p><b>x</b></p>"
    assert tag("i", title='say "<"') == '<i title="say &quot;&lt;&quot;"></i>'
    assert tag("i", class_="a", data_low=1.25, hidden=True, lang=None) == (
        '<i class="a" data-low="1.2" hidden=""></i>'
    )
    assert join(["a", None, [Markup("<br>"), 3]]) == "a<br>3"
    assert tag("br") == "<br>"


def test_cells_of_a_table_name_their_column() -> None:
    made = table(("Place", tag("b", "Light & heat")), [("ridge", "0.9")], numbers=(1,))
    assert 'data-label="Light &amp; heat"' in made
    assert made.count('scope="col"') == 2


def test_no_coordinate_is_made_of_nothing() -> None:
    assert number(-0.04) == "0"
    assert number(12.0) == "12"
    with pytest.raises(ValueError, match="no coordinate"):
        number(float("nan"))


@given(st.integers(1, 5000), st.integers(1, 800))
def test_bins_cover_every_step_once(count: int, most: int) -> None:
    at = bins.edges(count, most)
    assert at[0] == 0
    assert at[-1] == count
    assert (np.diff(at) > 0).all()
    assert len(at) - 1 <= most
    series = np.random.default_rng(0).normal(size=count)
    assert bins.total(series, at).sum() == pytest.approx(series.sum(), abs=1e-9)
    assert bins.least(series, at).min() == series.min()
    assert bins.most(series, at).max() == series.max()
    weighted = (bins.mean(series, at) * np.diff(at)).sum() / count
    assert weighted == pytest.approx(series.mean(), abs=1e-9)


def test_a_spike_of_one_step_in_five_years_is_kept() -> None:
    series = np.zeros(262_944)
    series[131_071] = 7.0
    assert bins.most(series, bins.edges(len(series), 720)).max() == 7.0


def test_a_bin_without_values_is_no_value() -> None:
    series = np.array([np.nan, np.nan, 1.0, 3.0, np.nan, 5.0])
    assert np.array_equal(
        bins.mean(series, np.array([0, 2, 4, 6])), [np.nan, 2.0, 5.0], equal_nan=True
    )


def test_even_bins_keep_their_length_to_the_last() -> None:
    assert bins.even(10, 4).tolist() == [0, 4, 8, 10]
    assert bins.even(8, 4).tolist() == [0, 4, 8]


def test_spells_and_the_longest() -> None:
    flag = np.array([1, 1, 0, 1, 0, 1, 1, 1], dtype=bool)
    assert bins.spells(flag) == [(0, 2), (3, 4), (5, 8)]
    assert bins.longest(flag, 2) == [(5, 8), (0, 2)]
    assert bins.longest(np.zeros(3, dtype=bool), 2) == []


def test_another_reader_sees_the_same_bitmap() -> None:
    shares = np.linspace(0.0, 1.0, 12).reshape(3, 4)
    shares[1, 2] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(png(shares, LIGHT)) as file, file.open() as image:
            index = image.read(1)
            colours = image.colormap(1)
    assert index.shape == (3, 4)
    expected = np.where(np.isnan(shares), 0, 1 + np.nan_to_num(shares) * 254).round()
    assert np.array_equal(index, expected)
    assert colours[255][:3] == (255, 224, 138)
    assert colours[0][3] == 0
    assert rasterio.__version__


@pytest.mark.parametrize("stops", [LIGHT, RELIEF])
def test_scales_of_colour_grow_lighter_all_the_way(stops: object) -> None:
    """Luminance (Rec. 709) never falls, so that the scale reads without colour."""
    linear = (palette(stops) / 255.0) ** 2.2  # type: ignore[arg-type]
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luminance) >= -1e-3).all()
    assert luminance[-1] - luminance[0] > 0.6


def test_ticks_of_every_length_of_run_are_few_and_right() -> None:
    for length in (600.0, DAY, 3 * DAY, 20 * DAY, 90 * DAY, 365 * DAY, 1826 * DAY, 7300 * DAY):
        time = Timeline(START, 0.0, length, 100.0, 1000.0)
        ticks = time.ticks()
        assert all(0.0 <= t.second <= length for t in ticks)
        assert [t.second for t in ticks] == sorted(t.second for t in ticks)
        said = [t for t in ticks if t.words]
        assert len(said) <= 26
        assert said
    years = [t for t in Timeline(START, 0.0, 1826 * DAY, 0.0, 1.0).ticks() if t.major]
    assert [t.words for t in years] == ["2031", "2032", "2033", "2034", "2035", "2036"]
    assert years[2].second == 731 * DAY


def test_the_axis_of_time_maps_ends_to_ends() -> None:
    time = Timeline(START, HOUR, 3 * HOUR, 100.0, 300.0)
    assert time.x(HOUR) == 100.0
    assert time.x(3 * HOUR) == 300.0
    assert time.x(time.second("2031-01-01T02:00")) == 200.0


def test_a_panel_draws_values_where_they_belong() -> None:
    panel = Panel(Timeline(START, 0.0, 10.0, 0.0, 100.0), 20.0, 80.0, 0.0, 4.0, "kW")
    assert panel.y(0.0) == 100.0
    assert panel.y(4.0) == 20.0
    line = panel.line(np.array([0.0, 5.0, 10.0]), np.array([1.0, 2.0, 4.0]), "run", "x")
    assert 'd="M0,80 50,60 100,20"' in line


def test_stacked_areas_stand_on_each_other() -> None:
    panel = Panel(Timeline(START, 0.0, 10.0, 0.0, 100.0), 0.0, 100.0, 0.0, 10.0, "kW")
    ends = np.array([0.0, 10.0])
    layers = [("a", "a", np.array([2.0, 2.0])), ("b", "b", np.array([3.0, 1.0]))]
    drawn = panel.stack(ends, layers)
    assert "M0,80 100,80 100,100 0,100Z" in drawn
    assert "M0,50 100,70 100,80 0,80Z" in drawn
    assert panel.stack(ends, [("a", "a", np.zeros(2))]) == ""


def test_a_line_is_broken_where_there_is_no_value() -> None:
    xs = np.arange(5.0)
    assert trace(xs, np.array([1.0, 2.0, np.nan, 3.0, np.nan])) == "M0,1 1,2M2,3 4,3"
    assert trace(xs, np.full(5, np.nan)) == ""


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e5))
def test_round_values_lie_within_their_axis(low: float, span: float) -> None:
    found = nice(low, low + span)
    assert 1 <= len(found) <= 7
    assert all(low - 1e-6 * span <= v <= low + span * (1 + 1e-6) for v in found)


@given(st.floats(1e-6, 1e9))
def test_an_axis_ends_at_or_above_its_highest_value(value: float) -> None:
    assert value * 0.999 <= ceiling(value) <= 2.0 * value
