"""Single losses of the reference station over a month, as data."""

import numpy as np

from ilrs.api import Station
from ilrs.operations.run import with_period
from ilrs.operations.single_losses import scenario_losses
from ilrs.scenario.load import load_scenario


def test_the_reference_over_a_month_names_what_each_loss_sheds():
    loaded = with_period(
        load_scenario("ilrs"),
        np.datetime64("2031-02-01T00:00:00"),
        np.datetime64("2031-03-01T00:00:00"),
        3600.0,
    )
    rows = scenario_losses(loaded)
    assert rows[0]["loss"] == ""
    assert rows[0]["sheds_kwh"] == {}
    alive = [row["keep_alive_unserved_kwh"] for row in rows[1:]]
    assert alive == sorted(alive, reverse=True)
    found = {row["loss"]: row for row in rows}
    cut_off = next(iter(found["command-centre/cable-garage.open"]["sheds_kwh"]))
    assert cut_off.startswith("rover-garage/"), "a cable takes with it what hangs on it"
    off = found["research/laboratory.off"]
    assert next(iter(off["sheds_kwh"])) == "research/laboratory.service"
    assert off["keep_alive_unserved_kwh"] == 0.0


def test_a_run_that_is_asked_holds_its_single_losses(tmp_path):
    begins, ends = np.datetime64("2031-03-01T00:00:00"), np.datetime64("2031-03-03T00:00:00")
    station = Station(with_period(load_scenario("ilrs"), begins, ends, 3600.0))
    told = station.run(out=tmp_path / "run", n_minus_one=True).summary["single_losses"]
    assert told[0]["loss"] == ""
    assert {row["loss"] for row in told} >= {"research/laboratory.off"}
    assert "What the station can lose" in (tmp_path / "run" / "report.html").read_text()
