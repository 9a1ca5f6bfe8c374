"""The reference station's plan, solved by PyPSA from what was exported: one optimum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ilrs.environment.compute import compute_environment
from ilrs.network.assemble import assemble, clock_of
from ilrs.operations.exchange import planner
from ilrs.operations.run import with_period
from ilrs.planning.for_pypsa import Exchange
from ilrs.scenario.load import load_scenario


@pytest.mark.filterwarnings("ignore")  # those of other projects' packages
def test_one_optimum_on_the_reference_station(tmp_path: Path) -> None:
    import pypsa

    # From the day everything of the first landing stands, through the dark of March 2031.
    begins, ends = np.datetime64("2031-03-01T00:00:00"), np.datetime64("2031-03-15T00:00:00")
    scenario = with_period(load_scenario("ilrs"), begins, ends, 3600.0).scenario
    network = assemble(scenario, compute_environment(scenario, clock_of(scenario)))
    dispatch, start = planner(network, scenario)
    ours = dispatch.solve(0, dispatch.steps.count, start).objective
    Exchange(dispatch, 0, dispatch.steps.count, start).write(tmp_path / "out")
    theirs = pypsa.Network(tmp_path / "out")
    assert len(theirs.snapshots) == dispatch.steps.count
    options = {"output_flag": False, "threads": 1}
    status = theirs.optimize(solver_name="highs", solver_options=options, log_to_console=False)
    assert status == ("ok", "optimal")
    assert theirs.objective == pytest.approx(ours, rel=1e-6)
