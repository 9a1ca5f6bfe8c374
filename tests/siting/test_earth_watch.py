from __future__ import annotations

import numpy as np
import pytest

from ilrs.components.earth_observer import EarthObserver
from ilrs.errors import UserError
from ilrs.siting.earth_watch import delays, fluxes, quantile
from ilrs.siting.regions import BOXES, region


def test_regions_by_name_and_bounds() -> None:
    assert region("world").rows.size == 180 * 360
    pacific = region("pacific")  # crosses 180 deg
    assert set(pacific.columns) == {*range(330, 360), *range(0, 90)}
    box = region("10, 12, -20, -17.5")
    assert set(zip(box.rows.tolist(), box.columns.tolist(), strict=True)) == {
        (r, c) for r in (100, 101) for c in (160, 161)
    }
    for name in BOXES:
        assert region(name).rows.size > 0
    with pytest.raises(UserError, match="nearest: china"):
        region("chin")
    with pytest.raises(UserError, match="south lies below north"):
        region("20,10,0,10")
    with pytest.raises(UserError, match="no middle of a cell"):
        region("10.6,10.7,0,1")


def test_data_wait_in_line() -> None:
    produced = np.array([10.0, 10.0, 0.0, 0.0, 0.0])
    capacity = np.array([0.0, 0.0, 5.0, 10.0, 100.0])
    delay, sent, left = delays(produced, capacity, 60.0)
    assert sent.tolist() == [0.0, 0.0, 5.0, 10.0, 5.0]
    assert left == 0.0
    assert delay[2:].tolist() == [120.0, 180.0, 180.0]
    assert quantile(delay, sent, 0.2) == 120.0
    assert quantile(delay, sent, 0.95) == 180.0
    assert quantile(delay, np.zeros(5), 0.5) is None
    assert delays(produced, np.zeros(5), 60.0)[2] == 20.0


def test_light_of_the_earth_at_the_moon() -> None:
    reflected, thermal = fluxes(np.full(3, 384.4e6), np.array([0.0, np.pi / 2, np.pi]))
    assert thermal[0] == pytest.approx(0.0651, rel=1e-3)  # below the 0.1 W/m2 of the facts
    assert reflected[0] == pytest.approx(0.0748, rel=1e-3)
    assert reflected[1] == pytest.approx(reflected[0] / np.pi)
    assert reflected[2] == pytest.approx(0.0, abs=1e-12)


def test_the_ultraviolet_camera_as_flown() -> None:
    """Chang'e-3's: 0.08 deg a pixel is 0.1 Earth radii."""
    camera = EarthObserver.model_validate({"kind": "earth_observer"})
    assert camera.in_radii(384.4e6) == pytest.approx(0.1, abs=0.02)
    day = camera.watch(86400.0)
    assert day.yields["images"] == 144.0
    assert day.data == pytest.approx(144 * 184**2 * 16 / 2)
    with pytest.raises(ValueError, match="wider than the field"):
        EarthObserver.model_validate({"kind": "earth_observer", "pixel": "20 deg"})
