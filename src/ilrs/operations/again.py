"""A stored run taken up again: its station assembled as it was, from the folder alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.compute import compute_environment
from ilrs.environment.environment import Environment
from ilrs.errors import RunError, Where
from ilrs.network.assemble import assemble, clock_of
from ilrs.network.network import Network
from ilrs.operations.authority import authority
from ilrs.operations.doing import network_of
from ilrs.operations.folder import SCENARIO, StoredRun
from ilrs.operations.run import arrivals, listed_faults, resting_truth, with_period
from ilrs.planning.schedule.record import read_settled
from ilrs.scenario.load import Loaded, load_scenario
from ilrs.scenario.schema import Scenario
from ilrs.simulation.faults import Faults, draw_faults
from ilrs.simulation.truth import offset


@dataclass(frozen=True)
class Again:
    """A run's scenario, environment, described and true network, faults, and who commanded."""

    loaded: Loaded
    environment: Environment
    network: Network
    truth: Network
    faults: Faults
    authority: NDArray[np.int8]
    seed: int

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.loaded.scenario

    def resting(self) -> Network:
        """The true station with nothing scheduled."""
        return resting_truth(self.scenario, self.environment, self.network, self.seed)


def scenario_of_run(stored: StoredRun) -> Loaded:
    """The scenario of a stored run over the period it was run for."""
    path = stored.folder / SCENARIO
    if not path.is_file():
        raise RunError(
            "this run does not hold its scenario", where=Where(path), remedy="run it again"
        )
    loaded = load_scenario(path.read_text(encoding="utf-8"), check=False)
    data = stored.dataset
    begins = np.datetime64(str(data.attrs["start"]))
    step = int(data.attrs["step_s"])
    ends = begins + np.timedelta64(step * data.sizes["time"], "s")
    return with_period(loaded, begins, ends, float(step))


def again(stored: StoredRun) -> Again:
    """Everything a run was lived with, computed again; the same seed gives the same faults."""
    loaded, seed = scenario_of_run(stored), int(stored.certificate["seed"])
    scenario = loaded.scenario
    environment = compute_environment(scenario, clock_of(scenario), every_height=False)
    kept = stored.folder / "schedule.json"
    if kept.is_file():
        network = network_of(scenario, environment, read_settled(kept))
    else:
        network = assemble(scenario, environment)
    truth = offset(network, scenario.uncertainty.parameters, seed)
    faults = draw_faults(
        network, arrivals(scenario, network), listed_faults(scenario, network), seed
    )
    who = authority(scenario, environment, network, faults)
    return Again(loaded, environment, network, truth, faults, who, seed)
