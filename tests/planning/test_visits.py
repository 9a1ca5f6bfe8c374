"""Orders of visits against trying all of them."""

from itertools import pairwise, permutations

import numpy as np
import pytest

from ilrs.errors import UserError
from ilrs.planning.visits import MOST, best_order


@pytest.mark.parametrize("stops", [1, 2, 4, 6])
def test_the_best_order_is_the_best_of_all(stops):
    cost = np.random.default_rng(stops).uniform(1.0, 9.0, (stops + 2, stops + 2))

    def length(order):
        return sum(cost[a, b] for a, b in pairwise(order))

    everything = [[0, *p, stops + 1] for p in permutations(range(1, stops + 1))]
    order, total = best_order(cost)
    assert total == pytest.approx(min(map(length, everything)))
    assert length(order) == pytest.approx(total)
    assert sorted(order) == list(range(stops + 2))


def test_one_way_streets_and_no_way_at_all():
    cost = np.full((4, 4), np.inf)
    cost[0, 2] = cost[2, 1] = cost[1, 3] = 1.0
    assert best_order(cost) == ([0, 2, 1, 3], 3.0)
    cost[1, 3] = np.inf
    assert best_order(cost) == ([], np.inf)


def test_nothing_between():
    assert best_order(np.array([[0.0, 5.0], [5.0, 0.0]])) == ([0, 1], 5.0)


def test_too_many_are_refused():
    with pytest.raises(UserError, match="split the journey"):
        best_order(np.ones((MOST + 3, MOST + 3)))
