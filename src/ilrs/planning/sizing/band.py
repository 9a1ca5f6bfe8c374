"""How sure a sizing is: sized again behind skylines drawn with the terrain's error."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import IlrsError, UserError
from ilrs.planning.sizing.dark import worst_deficit
from ilrs.planning.sizing.problem import panel
from ilrs.planning.sizing.skylines import skyline_draws
from ilrs.planning.sizing.station import Ground, Sizing, Told, size

Floats = NDArray[np.float64]

SHARES = (0.05, 0.50, 0.95)
"""Shares of the drawn skylines that are no darker than those of the band."""


@dataclass(frozen=True)
class Draws:
    """Skylines drawn with the terrain's error, by `method`, from the kindest to the darkest.

    `errors` (m, a) [rad], an array a place; `deficit` (m,) [h of the firm load] is what each leaves
    the arrays they were ranked by, and `computed` what the skyline without error does, both by
    light at the arrays' middle.
    """

    errors: tuple[Floats, ...]
    deficit: Floats
    computed: float
    method: str

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.deficit)

    @property
    def kinder(self) -> int:
        """How many are no darker than the skyline as computed."""
        return int(np.sum(self.deficit <= self.computed))

    def rank(self, share: float) -> int:
        """The draw than which `share` of the others are no darker."""
        return round(share * (self.count - 1))

    def behind(self, ground: Ground, row: int) -> Ground:
        """The same ground behind the draw of that rank."""
        return replace(ground, errors=tuple(errors[row] for errors in self.errors))


@dataclass(frozen=True)
class Band:
    """A station sized for `share` of the `draws`: `design`, beside those at `SHARES` of them.

    `row` is the draw it is sized behind; None where nothing serves; `computed` is the station
    behind the skyline without error.
    """

    draws: Draws
    share: float
    row: int
    design: Sizing
    at_shares: tuple[Sizing | None, ...]
    computed: Sizing


def require_share(share: float) -> None:
    """Refuse a share of the draws outside 0 and 1."""
    if not 0.0 <= share <= 1.0:
        raise UserError(
            f"{100.0 * share:g} % of the drawn skylines cannot be lived through",
            remedy="a confidence lies within 0 and 100 %",
        )


def draw(found: Sizing, ground: Ground, told: Told | None = None) -> Draws:
    """Draws of the skylines of `found`'s places, ranked by the deficit they leave its arrays.

    Errors of different places are drawn apart.
    """
    request = found.request
    array = panel(request.mast, request.technology)
    middle = np.array([0.5 * (array.bottom + array.top)])
    drawn = [
        skyline_draws(horizon, float(middle[0]), request.technology.skyline_error, seed=k + 1)
        for k, horizon in enumerate(ground.sky.horizons[: len(request.places())])
    ]
    count = min(len(errors) for errors, _ in drawn)
    # The last row is the skyline as computed.
    light = np.zeros((count + 1, ground.sky.clock.count))
    for k, place in enumerate(request.places()):
        line = ground.sky.horizons[k].at(middle)
        area = found.outcome.sizes[f"array {place}"]
        for row, error in enumerate([*drawn[k][0][:count], np.zeros_like(line[0])]):
            light[row] += area * ground.sky.light(k, middle, line + error)[0]
            if told and k == 0:
                told("draws", row + 1, count + 1)
    # Arrays at their best give `ratio` times the load, so that all shares are of that.
    whole = max(sum(found.outcome.sizes[f"array {p}"] for p in request.places()), 1e-9)
    light *= found.ratio * request.need.load / request.need.firm / whole
    hours = np.array([worst_deficit(row, 1.0).size for row in light])
    order = np.argsort(hours[:count], kind="stable")
    errors = tuple(rows[:count][order] for rows, _ in drawn)
    methods = dict.fromkeys(method for _, method in drawn)
    return Draws(errors, hours[:count][order], float(hours[count]), "; ".join(methods))


def band(
    computed: Sizing, ground: Ground, draws: Draws, share: float, told: Told | None = None
) -> Band:
    """The request of `computed` sized behind the drawn skylines at `share` and at `SHARES`.

    Draws that leave one plant like deficits may ask for other plants of like masses in another
    order: these are told from the lightest to the heaviest.
    """
    shares = sorted({share, *SHARES})
    made = []
    for n, part in enumerate(shares):
        row = draws.rank(part)
        made.append((row, _sized(computed, draws.behind(ground, row))))
        if told:
            told("band", n + 1, len(shares))
    made.sort(key=lambda pair: np.inf if pair[1] is None else pair[1].outcome.mass)
    of = dict(zip(shares, made, strict=True))
    row, design = of[share]
    if design is None:  # say why, and what would serve
        design = size(computed.request, draws.behind(ground, row))
    return Band(draws, share, row, design, tuple(of[s][1] for s in SHARES), computed)


def _sized(computed: Sizing, ground: Ground) -> Sizing | None:
    """The same request behind another skyline; None where nothing serves."""
    try:
        return size(computed.request, ground)
    except IlrsError:
        return None
