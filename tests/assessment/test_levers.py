"""What a tenth of every value saves, against closed forms."""

import numpy as np
import pytest

from ilrs.assessment.levers import Balance, levers
from ilrs.scenario.document import Document

HOUR, KW = 3600.0, 1e3
TOWN = {
    "facilities": {
        "tower": {"components": {"array": {"kind": "solar_array", "area": "9 m^2"}}},
        "house": {
            "components": {
                "cells": {"kind": "battery", "capacity": "6 kWh"},
                "lamp": {"kind": "load", "power": "1 kW", "keep_alive": "1 kW"},
                "mill": {"kind": "grinder", "power": "1 kW"},
            }
        },
    }
}


def balance(supply: float, load: float) -> Balance:
    """Ten hours in which the sources bring less than is needed, after an hour with more."""
    brought = np.full((11, 1), supply * KW)
    brought[0] = 5.0 * load * KW
    return Balance(
        step=HOUR,
        sources=("tower/array",),
        supply=brought,
        sinks=("house/lamp.keep_alive", "house/mill.service"),
        need=np.tile([0.75 * load * KW, 0.25 * load * KW], (11, 1)),
        stores=("house/cells",),
        stored=np.full((11, 1), 6.0 * KW * HOUR),
        mean=load * KW,
    )


def test_a_tenth_of_each_by_hand() -> None:
    document = Document(TOWN, {}, {}, {}, None, None)
    assumed = {"facilities.house.components.cells.capacity"}
    rows = levers(balance(1.0, 2.0), 10, document, assumed)
    saves = {row["path"].rpartition("components.")[2]: row["saves_h"] for row in rows}
    # 10 h without half of the load are 5 h of it; a tenth more of the sources bring half an hour,
    # a tenth less of three quarters of the load three quarters, a tenth of 6 kWh 0.3 h of 2 kW.
    by_hand = {"lamp.keep_alive": 0.75, "array.area": 0.5, "cells.capacity": 0.3}
    assert saves == pytest.approx(by_hand | {"mill.power": 0.25})
    assert [row["saves_h"] for row in rows] == sorted(saves.values(), reverse=True)
    assert [row["change"] for row in rows] == [-0.1, 0.1, 0.1, -0.1]
    assert [row["assumed"] for row in rows] == [False, False, True, False]
    assert rows[2]["value"] == "6 kWh"


def test_what_changes_nothing_is_not_named() -> None:
    document = Document(TOWN, {}, {}, {}, None, None)
    paths = [row["path"] for row in levers(balance(9.0, 2.0), 0, document, ())]
    assert paths == ["facilities.house.components.cells.capacity"]
    nobody = Balance(HOUR, (), np.zeros((2, 0)), (), np.zeros((2, 0)), (), np.zeros((2, 0)), 0.0)
    assert levers(nobody, 0, document, ()) == []
