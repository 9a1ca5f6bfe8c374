"""The station twice: without and with a guest, by the same planner, simulator, seeds and start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilrs.assessment.history import History
from ilrs.environment.environment import Environment
from ilrs.network.assemble import assemble
from ilrs.network.network import Network
from ilrs.operations.authority import NOBODY, authority
from ilrs.operations.doing import STABILITY
from ilrs.operations.prediction import Prediction
from ilrs.operations.run import Run, arrivals, dispatch_plan, listed_faults, silent
from ilrs.planning.answers import Answers
from ilrs.planning.plan import Plan
from ilrs.planning.schedule.agree import agree
from ilrs.planning.schedule.answer import Effort
from ilrs.planning.schedule.problem import Problem, Span
from ilrs.planning.schedule.record import Settled, settled
from ilrs.planning.schedule.sinks import drawing
from ilrs.planning.schedule.tasks import problem_of
from ilrs.scenario.load import Loaded
from ilrs.simulation.faults import draw_faults
from ilrs.simulation.simulate import orders_of, simulate
from ilrs.simulation.truth import offset

QUICK = Effort(work=0.0, enough=1.0, workers=1, ruins=1000)
"""Effort of a first answer: the compiled search alone, whose proven gap is told and counted."""
Told = Callable[[str], None]


@dataclass(frozen=True)
class Side:
    """A station planned once and lived under several seeds."""

    loaded: Loaded
    environment: Environment
    problem: Problem | None
    placed: dict[int, Span]
    schedule: Settled | None
    network: Network
    plan: Plan
    histories: tuple[History, ...]
    alike: tuple[Side, ...] = ()
    """The same station planned with a guest that takes nothing: what differs is the solver's choice
    among plans that are equally good."""

    @property
    def gap(self) -> float:
        """Share of the schedule's worth that a better one might add, proven."""
        return self.schedule.gap if self.schedule else 0.0


def planned(
    loaded: Loaded,
    environment: Environment,
    seeds: Sequence[int],
    effort: Effort,
    like: Side | None = None,
) -> Side:
    """The station scheduled, dispatched and lived; `like` gives the schedule it starts from.

    What `like` has agreed keeps its time where nothing is gained by moving it, so that the two
    differ by what the guest causes rather than by where a search ended.
    """
    scenario = loaded.scenario

    answers = Answers()

    def planner(network: Network) -> Plan:
        return dispatch_plan(network, scenario, silent, answers)

    if not scenario.activities:
        network = assemble(scenario, environment)
        return _lived(loaded, environment, None, {}, None, network, planner(network), seeds)
    problem = problem_of(scenario, environment)
    if like is not None and like.problem is not None:
        agreed = {(like.problem.tasks[i].activity, like.problem.tasks[i].number): span
                  for i, span in like.placed.items()}  # fmt: skip
        before = {
            i: agreed[task.activity, task.number]
            for i, task in enumerate(problem.tasks)
            if (task.activity, task.number) in agreed
        }
        problem = replace(problem, before=before, stability=STABILITY)
    made = agree(scenario, environment, problem, planner, effort)
    record = settled(
        scenario, loaded.sha256, made.problem, made.schedule, made.rounds, made.left_out
    )
    placed = dict(made.schedule.placed)
    network = assemble(
        scenario, environment, drawing(scenario, made.problem.tasks, placed, environment)
    )
    return _lived(loaded, environment, made.problem, placed, record, network, made.plan, seeds)


def trial(loaded: Loaded, like: Side, seeds: Sequence[int]) -> Side:
    """The quick evaluator: the schedule of `like` stands, dispatch and life are computed anew.

    `loaded` has the activities of `like`'s station, and may have others that stay unplaced.
    """
    scenario, environment = loaded.scenario, like.environment
    placed: dict[int, Span] = {}
    problem = None
    record = None
    if scenario.activities and like.problem is not None:
        problem = problem_of(scenario, environment)
        agreed = {(like.problem.tasks[i].activity, like.problem.tasks[i].number): span
                  for i, span in like.placed.items()}  # fmt: skip
        placed = {
            i: agreed[task.activity, task.number]
            for i, task in enumerate(problem.tasks)
            if (task.activity, task.number) in agreed
        }
        record = like.schedule
        add = drawing(scenario, problem.tasks, placed, environment)
        network = assemble(scenario, environment, add)
    else:
        network = assemble(scenario, environment)
    plan = dispatch_plan(network, scenario, silent)
    return _lived(loaded, environment, problem, placed, record, network, plan, seeds)


def _lived(
    loaded: Loaded,
    environment: Environment,
    problem: Problem | None,
    placed: dict[int, Span],
    schedule: Settled | None,
    network: Network,
    plan: Plan,
    seeds: Sequence[int],
) -> Side:
    histories = tuple(_life(loaded, environment, schedule, network, plan, s) for s in seeds)
    return Side(loaded, environment, problem, placed, schedule, network, plan, histories)


def _life(
    loaded: Loaded,
    environment: Environment,
    schedule: Settled | None,
    network: Network,
    plan: Plan,
    seed: int,
) -> History:
    """One life of the station; offsets and failures are drawn by component, so twins share them."""
    scenario = loaded.scenario
    truth = offset(network, scenario.uncertainty.parameters, seed)
    faults = draw_faults(
        network, arrivals(scenario, network), listed_faults(scenario, network), seed
    )
    who = authority(scenario, environment, network, faults)
    orders = orders_of(network, plan, who != NOBODY, scenario.rules.reserve)
    record = simulate(truth, faults, orders)
    run = Run(
        loaded, environment, network, truth, plan, faults, who, record, _unknown(network), seed,
        schedule,
    )  # fmt: skip
    return History(run)


def _unknown(network: Network) -> Prediction:
    """No prediction: nobody on Earth is asked in a check."""
    nothing: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
    return Prediction(
        nothing,
        np.zeros(0),
        np.zeros((0, len(network.stores.names))),
        np.zeros((0, len(network.masses.names))),
    )
