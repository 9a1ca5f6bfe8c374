"""A run: the scenario planned, and lived in truth, with what was known of it on Earth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ilrs import __version__
from ilrs.environment.compute import compute_environment
from ilrs.environment.environment import Environment
from ilrs.network.assemble import assemble, clock_of
from ilrs.network.network import Network
from ilrs.operations.authority import NOBODY, authority
from ilrs.operations.checkpoint import Checkpoint
from ilrs.operations.doing import network_of, plan_activities, resting
from ilrs.operations.prediction import Prediction, predict
from ilrs.planning.answers import Answers
from ilrs.planning.dispatch import heat_of
from ilrs.planning.plan import Plan
from ilrs.planning.schedule.answer import Effort
from ilrs.planning.schedule.record import Settled
from ilrs.planning.station import plan_station
from ilrs.scenario.load import Loaded
from ilrs.scenario.schema import Scenario
from ilrs.simulation.faults import NONE, Faults, ListedFault, draw_faults
from ilrs.simulation.kernel import advance
from ilrs.simulation.laws import Record, initial_state, laws_of, new_record
from ilrs.simulation.simulate import blocks, orders_of, part_of, simulate
from ilrs.simulation.truth import offset


class Progress(Protocol):
    """Told how far a stage is: (stage, done, of)."""

    def __call__(self, stage: str, done: int, of: int) -> None:
        """Told `done` of `of` in `stage`."""


def silent(stage: str, done: int, of: int) -> None:
    """A progress that tells nobody."""


FORMAT = "ilrs-run-3"
"""Of the folder of a run, raised when what it tells changes."""
EFFORT = Effort(work=0.0, enough=1.0)
"""Of the schedule in a run: the compiled search, whose gap to the bound is told. Five years of five
missions would keep CP-SAT for minutes a round; `ilrs plan` gives it the time.
"""


@dataclass(frozen=True)
class Run:
    """Everything of a run: what was described, what was planned, and what happened."""

    loaded: Loaded
    environment: Environment
    network: Network
    truth: Network
    plan: Plan
    faults: Faults
    authority: NDArray[np.int8]
    record: Record
    prediction: Prediction
    seed: int
    schedule: Settled | None = None
    """What the station does, where it has activities."""

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.loaded.scenario

    def resting(self) -> Network:
        """The true station with nothing scheduled."""
        return resting_truth(self.scenario, self.environment, self.network, self.seed)

    def certificate(self) -> dict[str, Any]:
        """What the run rests on."""
        return {
            "format": FORMAT,
            "version": __version__,
            "scenario": self.scenario.name,
            "scenario_sha256": self.loaded.sha256,
            "seed": self.seed,
            "environment": self.environment.certificate,
            "plan": {"solver": self.plan.solver, "windows": self.plan.windows},
        }


def resting_truth(
    scenario: Scenario, environment: Environment, network: Network, seed: int
) -> Network:
    """The true station of `network` with nothing scheduled."""
    return offset(resting(scenario, environment, network), scenario.uncertainty.parameters, seed)


def with_period(
    loaded: Loaded,
    begins: np.datetime64 | None = None,
    ends: np.datetime64 | None = None,
    step: float | None = None,
) -> Loaded:
    """The same scenario over another period or step."""
    changes = {"begins": begins, "ends": ends, "step": step}
    period = loaded.scenario.period.model_copy(
        update={k: v for k, v in changes.items() if v is not None}
    )
    scenario = loaded.scenario.model_copy(update={"period": period})
    return replace(loaded, scenario=scenario)


def run(
    loaded: Loaded,
    seed: int = 1,
    *,
    progress: Progress = silent,
    keep: Path | None = None,
    stop_after: int | None = None,
) -> Run:
    """Plan and live the scenario over its period with random numbers from `seed`.

    With a folder `keep`, plan and checkpoints are kept there, and a run that was stopped is taken
    up again where it was; `stop_after` stops it after that many blocks (it then raises
    `KeyboardInterrupt`, as an interrupted run does).
    """
    scenario = loaded.scenario
    progress("environment", 0, 1)
    environment = compute_environment(
        scenario, clock_of(scenario), every_height=_looks_at_the_sun(scenario)
    )
    progress("environment", 1, 1)
    checkpoint = Checkpoint(keep, _key(loaded, seed)) if keep else None
    plan = checkpoint.plan() if checkpoint else None
    schedule = None
    if scenario.activities:
        schedule, network, plan = _doing(loaded, environment, checkpoint, plan, progress)
    else:
        network = assemble(scenario, environment)
    truth = offset(network, scenario.uncertainty.parameters, seed)
    listed = listed_faults(scenario, network)
    faults = draw_faults(network, arrivals(scenario, network), listed, seed)
    who = authority(scenario, environment, network, faults)
    if plan is None:
        plan = dispatch_plan(network, scenario, progress)
        if checkpoint:
            checkpoint.keep_plan(plan)
    orders = orders_of(network, plan, who != NOBODY, scenario.rules.reserve)
    record = _live(truth, faults, orders, progress, checkpoint, stop_after)
    progress("prediction", 0, 1)
    prediction = predict(
        network,
        record,
        orders,
        scenario.rules.report_interval,
        scenario.uncertainty.sensors,
        seed,
    )
    progress("prediction", 1, 1)
    return Run(
        loaded, environment, network, truth, plan, faults, who, record, prediction, seed, schedule
    )


def _looks_at_the_sun(scenario: Scenario) -> bool:
    """Whether a condition may ask for the Sun at a height that no component needs."""
    return any(each.requires for each in scenario.activities.values())


def _doing(
    loaded: Loaded,
    environment: Environment,
    checkpoint: Checkpoint | None,
    plan: Plan | None,
    progress: Progress,
) -> tuple[Settled, Network, Plan]:
    """The schedule with its network and plan, made now or kept from before."""
    kept = checkpoint.schedule() if checkpoint else None
    if kept is not None and plan is not None:
        return kept, network_of(loaded.scenario, environment, kept), plan
    progress("schedule", 0, 1)
    answers = Answers()
    made = plan_activities(
        loaded,
        environment,
        lambda network: dispatch_plan(network, loaded.scenario, progress, answers),
        EFFORT,
    )
    progress("schedule", 1, 1)
    if checkpoint:
        checkpoint.keep_schedule(made.settled)
        checkpoint.keep_plan(made.plan)
    return made.settled, made.network, made.plan


def dispatch_plan(
    network: Network, scenario: Scenario, progress: Progress, answers: Answers | None = None
) -> Plan:
    """The plan of the description: what the planner sees is the description, never the truth.

    `answers` are those of the plans of the same station that were made before in this run.
    """
    progress("plan", 0, 1)
    answers = answers or Answers()
    if answers.heat is None:
        answers.heat = heat_by_rule(network, scenario)
    return plan_station(
        network,
        scenario.period.plan_step,
        answers.heat,
        answers=answers,
        progress=lambda done, of: progress("plan", done, of),
    )


def heat_by_rule(network: Network, scenario: Scenario) -> NDArray[np.float64]:
    """Heat into every warm mass (steps, masses) [W] where the executive follows no plan."""
    nobody = np.zeros(0, dtype=np.bool_)
    by_rule = simulate(network, NONE, orders_of(network, None, nobody, scenario.rules.reserve))
    return heat_of(network, by_rule.flow)


def _live(
    truth: Network,
    faults: Faults,
    orders: Any,
    progress: Progress,
    checkpoint: Checkpoint | None,
    stop_after: int | None,
) -> Record:
    laws = laws_of(truth)
    state, record, first = initial_state(laws), new_record(laws, truth.clock.count), 0
    if checkpoint:
        first = checkpoint.resume(state, record)
    for done, (start, stop) in enumerate(blocks(truth.clock.count, first)):
        if stop_after is not None and done >= stop_after:
            raise KeyboardInterrupt
        part = part_of(record, start, stop)
        advance(laws, state, faults.events, orders, part, start, stop)
        if checkpoint:
            checkpoint.keep(state, part, start, stop)
        progress("simulation", stop, truth.clock.count)
    return record


def arrivals(scenario: Scenario, network: Network) -> dict[str, int]:
    """The step at which every component arrives."""
    return {
        f"{name}/{part}": network.clock.index(scenario.missions[facility.mission].arrives)
        for name, facility in scenario.facilities.items()
        for part in facility.components
    }


def listed_faults(scenario: Scenario, network: Network) -> list[ListedFault]:
    """The faults that a scenario names, within the clock."""
    start, step = network.clock.start, network.clock.step
    known = {mode.name for mode in network.failures}
    faults = []
    for fault in scenario.faults:
        second = float((fault.at - start) / np.timedelta64(1, "s"))
        name = f"{fault.component}.{fault.mode}"
        if 0.0 <= second < network.clock.count * step and name in known:
            repair = np.inf if fault.repair is None else float(fault.repair)
            faults.append(ListedFault(name, second, repair, fault.units))
    return faults


def _key(loaded: Loaded, seed: int) -> dict[str, Any]:
    """What must agree for a checkpoint to be taken up."""
    period = loaded.scenario.period
    return {
        "version": __version__,
        "scenario": loaded.sha256,
        "seed": seed,
        "begins": str(period.begins),
        "ends": str(period.ends),
        "step": period.step,
    }
