"""Steps of one minute against steps of ten, through dusk, dark and dawn on the ridge."""

import numpy as np
import pytest

from ilrs.environment.compute import compute_environment
from ilrs.network.assemble import assemble, clock_of
from ilrs.operations.run import with_period
from ilrs.scenario.load import load_scenario
from ilrs.simulation.faults import NONE
from ilrs.simulation.simulate import orders_of, simulate

BEGINS, ENDS = np.datetime64("2031-03-08T00:00:00"), np.datetime64("2031-03-22T00:00:00")


def lived(step):
    scenario = with_period(load_scenario("ilrs"), BEGINS, ENDS, step).scenario
    network = assemble(
        scenario, compute_environment(scenario, clock_of(scenario), every_height=False)
    )
    nobody = np.zeros(0, dtype=np.bool_)
    return network, simulate(network, NONE, orders_of(network, None, nobody, 0.5))


@pytest.fixture(scope="module")
def both():
    return lived(60.0), lived(600.0)


def test_energies_agree_to_a_few_thousandths(both):
    (network, fine), (_, coarse) = both
    lit = 0
    for f in [*network.flows.of("source"), *network.flows.of("sink")]:
        energy = fine.flow[:, f].sum() * 60.0
        if network.flows.units[f] == "W" and energy > 3.6e7:
            assert coarse.flow[:, f].sum() * 600.0 == pytest.approx(energy, rel=5e-3)
            lit += 1
    assert lit > 8


def test_temperatures_and_contents_agree(both):
    (network, fine), (_, coarse) = both
    here = network.masses.arrival == 0
    warm = fine.temperature[9::10, here] - coarse.temperature[:, here]
    assert np.sqrt(np.mean(warm**2)) < 0.3
    electric = [n.endswith("/battery") for n in network.stores.names]
    off = (fine.content[9::10] - coarse.content)[:, electric] / network.stores.capacity[electric]
    assert np.sqrt(np.mean(off**2)) < 0.02
    assert np.ptp(fine.content[:, electric], axis=0).max() > 1e7, "they were used"
