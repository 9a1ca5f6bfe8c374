"""One short run of the reference station, through the long dark of March 2031."""

import numpy as np
import pytest

from ilrs.operations.run import run, with_period
from ilrs.scenario.load import load_scenario

BEGINS, ENDS = np.datetime64("2031-02-20T00:00:00"), np.datetime64("2031-03-20T00:00:00")


@pytest.fixture(scope="session")
def short():
    return with_period(load_scenario("ilrs"), BEGINS, ENDS)


@pytest.fixture(scope="session")
def short_run(short):
    return run(short, 1)
