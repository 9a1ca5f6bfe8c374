"""How much longer ways become among hazards too small to be seen.

Cheapest paths from side to side over cells of which a share is closed at random, over those of open
ground: the table of `ground.trafficability.tortuosity`,
written by `python -m ilrs.planning.tortuosity`.
"""

from __future__ import annotations

import numpy as np

from ilrs.planning.paths import cheapest_paths, edges_between

CELLS, DRAWS = 400, 4


def detour(share: float, cells: int = CELLS, draws: int = DRAWS, seed: int = 1) -> float:
    """Mean length from the middle of one side to the other over the straight one; inf if closed."""
    ratios = []
    for random in np.random.default_rng(seed).spawn(draws):
        field = np.where(random.random((cells, cells)) < share, np.inf, 1.0)
        field[cells // 2, 0] = 1.0
        cost = cheapest_paths(edges_between(field), [(cells // 2, 0)]).cost[:, -1]
        ratios.append(float(cost.min()) / (cells - 1))
    return float(np.mean(ratios))


if __name__ == "__main__":
    for percent in (0, 2, 5, 10, 15, 20, 25, 30, 35, 40):
        print(f"({percent / 100:g}, {detour(percent / 100):.3f}),")
