"""What has failed is still owed its service: it goes unserved, and the metrics see it."""

import numpy as np

from ilrs.assessment.history import History
from ilrs.assessment.metrics import evaluate
from ilrs.operations.run import run, with_period
from ilrs.scenario.load import load_scenario

OFF = """
facilities:
  research:
    components:
      laboratory: {failures: {"off": {mtbf: 300 yr}}}
faults:
  - {component: research/laboratory, mode: "off", at: 2031-05-05, repair: 3 d, units: 1}
"""


def test_a_load_that_is_off_is_unserved_while_it_is_off():
    begins, ends = np.datetime64("2031-05-01T00:00:00"), np.datetime64("2031-05-11T00:00:00")
    result = run(with_period(load_scenario("ilrs", [OFF]), begins, ends), 3)
    flow = result.truth.flows.index("research/laboratory.service")
    sink = flow - result.truth.flows.first["sink"]
    wanted, served = result.record.wanted[:, sink], result.record.flow[:, flow]
    off = slice(4 * 144, 7 * 144)
    assert np.all(served[off] == 0.0)
    assert np.all(wanted[off] > 0.0)
    assert np.allclose(wanted, wanted[0])
    share = evaluate(History(result), "served.research")
    assert 0.5 < share < 0.9
