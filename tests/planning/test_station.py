"""Plans of whole periods: windows in chains, and what is known from before solved once."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from ilrs.flows.clock import Clock
from ilrs.flows.primitives import Sink, Source, Store, ThermalMass
from ilrs.network.compile import Arrival, compile_network
from ilrs.planning import answers as answering
from ilrs.planning import station
from ilrs.planning.answers import Answers, fingerprint
from ilrs.planning.dispatch import Dispatch, Start
from ilrs.planning.highs import Programme
from ilrs.planning.steps import PlanSteps

HOUR = 3600
NODE = "a/electricity"
PROGRAMME = Programme(
    cost=np.array([1.0, 2.0]),
    lower=np.zeros(2),
    upper=np.array([5.0, 6.0]),
    matrix=sparse.csc_array(np.array([[1.0, 1.0], [0.0, 1.0]])),
    row_lower=np.array([3.0, 1.0]),
    row_upper=np.array([9.0, 9.0]),
)


@pytest.fixture
def solved(monkeypatch):
    """The programmes that had to be solved, in order."""
    seen, solve = [], answering.solve

    def counted(programme, **options):
        seen.append(fingerprint(programme))
        return solve(programme, **options)

    monkeypatch.setattr(answering, "solve", counted)
    return seen


@pytest.mark.parametrize(
    "changed",
    [
        {"cost": np.array([1.0, 3.0])},
        {"lower": np.array([0.0, 2.0])},
        {"upper": np.array([1.0, 6.0])},
        {"matrix": sparse.csc_array(np.array([[2.0, 1.0], [0.0, 1.0]]))},
        {"matrix": sparse.csc_array(np.array([[1.0, 1.0], [1.0, 0.0]]))},
        {"row_lower": np.array([4.0, 1.0])},
        {"row_upper": np.array([9.0, 1.5])},
    ],
)
def test_whatever_changes_in_a_programme_is_solved_again(changed, solved):
    answers, other = Answers(), replace(PROGRAMME, **changed)
    answers.solve(PROGRAMME)
    found = answers.solve(other)
    assert len(solved) == 2
    direct = Answers().solve(other)
    assert found.objective == direct.objective
    np.testing.assert_array_equal(found.value, direct.value)


def test_what_is_the_same_is_known(solved):
    answers = Answers()
    first = answers.solve(PROGRAMME)
    assert answers.solve(replace(PROGRAMME, cost=PROGRAMME.cost.copy())) is first
    assert len(solved) == 1


def years(days, late=0.0):
    """A station of so many days, whose load is `late` W larger in the last five."""
    hours = 24 * days
    clock = Clock(np.datetime64("2031-01-01T00:00:00"), HOUR, hours)
    light = np.where(np.arange(hours) % 24 < 12, 1000.0 + 50.0 * np.sin(np.arange(hours)), 0.0)
    load = 480.0 + 60.0 * (np.arange(hours) % 7) + late * (np.arange(hours) >= hours - 120)
    battery = Store("battery", NODE, 3e7, 1e7, discharge_efficiency=0.9, reserve_weight=0.9)
    primitives = [Source("sun", NODE, light), Sink("load", NODE, load, priority=1), battery]
    return compile_network(clock, [Arrival(0, primitives)])


def planned(network, answers=None):
    heat = np.zeros((network.clock.count, len(network.masses.names)))
    return station.plan_station(network, HOUR, heat, answers=answers)


@pytest.fixture
def short(monkeypatch):
    """Windows of four days that look two further, two to a chain."""
    for name, value in {"WINDOW": 96, "OVERLAP": 48, "CHAIN": 2}.items():
        monkeypatch.setattr(station, name, value)


def test_chains_side_by_side_serve_what_one_chain_serves(short, monkeypatch):
    network = years(30)
    ours = planned(network)
    monkeypatch.setattr(station, "CHAIN", 100)
    theirs = planned(network)
    np.testing.assert_allclose(ours.level, theirs.level, atol=1e-5 * 3e7)
    assert ours.unserved == pytest.approx(theirs.unserved, rel=1e-6)
    monkeypatch.setattr(station, "WINDOW", 10_000)
    assert ours.unserved["1"] >= planned(network).unserved["1"] * (1 - 1e-9)


def test_the_levels_of_a_plan_follow_from_its_flows_across_windows(short):
    network = years(30)
    plan = planned(network)
    charge = plan.flow[:, network.flows.first["charge"]]
    discharge = plan.flow[:, network.flows.first["discharge"]]
    before = np.r_[1e7, plan.level[:-1, 0]]
    seconds = np.diff(plan.first) * HOUR
    np.testing.assert_allclose(
        plan.level[:, 0], before + (charge - discharge / 0.9) * seconds, atol=1e-5 * 3e7
    )


def test_a_plan_made_again_solves_only_what_changed(short, solved):
    answers = Answers()
    first = planned(years(30), answers)
    needed = len(solved)
    again = planned(years(30), answers)
    assert len(solved) == needed
    np.testing.assert_array_equal(again.flow, first.flow)
    later = planned(years(30, late=300.0), answers)
    assert needed < len(solved) < 2 * needed
    assert later.unserved["1"] > first.unserved["1"]
    np.testing.assert_array_equal(later.flow[:96], first.flow[:96])


def test_a_plan_made_again_is_searched_from_the_last_one_and_as_good(short, monkeypatch):
    answers, iterations, solve = Answers(), [], answering.solve

    def counted(programme, **options):
        found = solve(programme, **options)
        iterations.append(found.iterations)
        return found

    monkeypatch.setattr(answering, "solve", counted)
    planned(years(30), answers)
    iterations.clear()
    warm = planned(years(30, late=30.0), answers)
    from_last = sum(iterations)
    iterations.clear()
    cold = planned(years(30, late=30.0))
    assert 0 < from_last < 0.2 * sum(iterations)
    assert warm.unserved == pytest.approx(cold.unserved, rel=1e-9)


def test_nobody_heats_what_has_not_arrived():
    mass = ThermalMass("box", "box/heat", 1e5, 280.0, 263.0, 313.0, conductance=2.0, ground=150.0)
    clock = Clock(np.datetime64("2031-01-01T00:00:00"), HOUR, 24)
    network = compile_network(
        clock,
        [
            Arrival(0, [Source("sun", NODE, 1000.0), Sink("load", NODE, 400.0, priority=1)]),
            Arrival(12, [mass]),
        ],
    )
    dispatch = Dispatch(network, PlanSteps(np.arange(25), HOUR), np.full((24, 1), 200.0))
    np.testing.assert_array_equal(dispatch.present(0, 24)[:, 0], np.arange(24) >= 12)
    start = Start(np.zeros(0), np.zeros(0), network.masses.initial)
    early = dispatch.solve(0, 12, start).objective
    assert early == pytest.approx(-12 * 0.4 * 4.0)  # the load alone: nothing is paid for cold
    assert dispatch.solve(12, 24, start).objective > early
    # and of heat laws that nothing depends on none has to be right
    assert station.passive_error(dispatch, np.full((12, 1), 400.0)) == 0.0


def test_a_store_below_its_floor_may_lose_what_it_loses_by_itself():
    battery = Store("battery", NODE, 1e8, 1e6, floor=0.2, loss_rate=1e-6)
    network = compile_network(
        Clock(np.datetime64("2031-01-01T00:00:00"), HOUR, 24),
        [Arrival(0, [Source("sun", NODE, 0.0), Sink("load", NODE, 1.0, priority=1), battery])],
    )
    dispatch = Dispatch(network, PlanSteps(np.arange(25), HOUR), np.zeros((24, 0)))
    window = dispatch.solve(0, 24, Start(np.array([1e6]), np.zeros(1), np.zeros(0)))
    np.testing.assert_allclose(window.level[-1, 0], 1e6 * np.exp(-24 * HOUR * 1e-6))
