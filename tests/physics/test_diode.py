"""One diode: closed forms, Lambert's W, the reference curves, odd cells."""

import numpy as np
import pytest
from scipy.special import lambertw

from ilrs.errors import UserError
from ilrs.physics.diode import current_at, diode, points
from ilrs.validation import validate


def cell(**changes):
    given = {
        "photocurrent": 0.5,
        "saturation": 1e-12,
        "series": 0.05,
        "shunt": 2000.0,
        "ideality": 1.2,
        "cells": 3,
        "temperature": 300.0,
    }
    return diode(**(given | changes))


def test_the_reference_curves_to_the_last_digits(reference_dir):
    results = validate(reference_dir, ["diode_curves"])
    assert [r.status for r in results] == ["pass"]
    assert results[0].worst["relative"] < 1e-12


def test_current_is_lambert_s_where_that_does_not_overflow():
    c = cell()
    v = np.linspace(0.0, 2.4, 60)
    total = c.series + c.shunt
    argument = c.series * c.saturation * c.shunt / (c.thermal * total)
    argument = argument * np.exp(
        c.shunt * (c.series * (c.photocurrent + c.saturation) + v) / (c.thermal * total)
    )
    closed = (c.shunt * (c.photocurrent + c.saturation) - v) / total
    closed -= c.thermal / c.series * lambertw(argument).real
    assert current_at(c, v) == pytest.approx(closed, rel=1e-12, abs=1e-13)


def test_without_resistances_open_circuit_is_a_logarithm():
    c = cell(series=0.0, shunt=np.inf)
    found = points(c)
    assert found.v_oc == pytest.approx(c.thermal * np.log1p(0.5e12), rel=1e-14)
    assert found.i_sc == pytest.approx(0.5, rel=1e-14)


def test_most_power_is_most_of_a_dense_curve():
    found = points(cell())
    v = np.linspace(0.0, float(found.v_oc), 200_001)
    power = v * current_at(cell(), v)
    assert found.p_mp >= power.max()
    assert found.p_mp == pytest.approx(power.max(), rel=1e-8)


def test_cold_cells_and_dark_cells_do_not_overflow():
    c = cell(temperature=[40.0, 100.0, 300.0], saturation=[1e-120, 1e-40, 1e-12])
    found = points(c)
    assert np.isfinite(found.p_mp).all()
    assert (np.diff(found.v_oc) < 0).all()
    dark = points(cell(photocurrent=0.0))
    assert dark.v_oc == dark.i_sc == dark.p_mp == 0.0


def test_currents_beyond_open_circuit_are_negative():
    assert current_at(cell(), 5.0) < 0.0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"shunt": 0.0}, "shunt"),
        ({"photocurrent": -1.0}, "photocurrent"),
        ({"cells": 0}, "thermal"),
    ],
)
def test_parameters_without_meaning_are_refused(change, word):
    with pytest.raises(UserError, match=word):
        cell(**change)
