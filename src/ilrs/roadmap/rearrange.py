"""The best order of arrival as mixed-integer programmes, one a rank of `Score`, each to proof."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ilrs.planning.highs import Programme, solve_integer
from ilrs.roadmap.manifest import (
    Arrangement,
    Placed,
    Rearrangement,
    candidate_days,
    score_of,
)

Floats = NDArray[np.float64]
Row = dict[int, float]


class Model:
    """Columns and rows as they are written; solved once for every rank of the score.

    `fly[f, d]`: flight f leaves on candidate day d. `put[i, f, d]`: item i is on it. `late[g]`:
    days a goal is late. What an item stands on, and its windows, are stated by day, which keeps the
    relaxation tight: by each day no more of an item has come than of what it stands on.
    """

    def __init__(self, problem: Rearrangement) -> None:
        """The model of a problem."""
        self.problem = problem
        self.days = candidate_days(problem)
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[Row, float, float]] = []
        self.fly = {
            (f.name, d): self._column(1.0, True)
            for f in problem.flights
            for d in self.days
            if d >= f.earliest and f.room(d) > 0.0
        }
        self.put = {
            (i.name, f.name, d): self._column(1.0, True)
            for i in problem.items
            for f in problem.flights
            for d in self.days
            if (f.name, d) in self.fly
            and d >= max(i.ready, i.there_by)
            and (i.latest is None or d <= i.latest)
            and (not i.only or f.name == i.own)
            and i.mass <= (min(f.partners, f.room(d)) if i.partner else f.room(d))
        }
        self.never = self._never()
        self.late = {g.name: self._column(float(self.never), False) for g in problem.goals}
        self._flights()
        self._items()
        self._goals()

    def _column(self, upper: float, whole: bool) -> int:
        self.lower.append(0.0)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.upper) - 1

    def _row(self, row: Row, low: float, high: float) -> None:
        self.rows.append((row, low, high))

    def _never(self) -> int:
        """Days late of a goal that is not met: more than any that is."""
        last = max(self.days, default=0)
        return 1 + max(
            [max(last, g.fixed) - min(g.wanted, last) for g in self.problem.goals] or [0]
        )

    def _flights(self) -> None:
        problem = self.problem
        for flight in problem.flights:
            mine = {self.fly[k]: 1.0 for k in self.fly if k[0] == flight.name}
            self._row(mine, -np.inf, 1.0)
        for launcher in {f.launcher for f in problem.flights}:
            same = [f for f in problem.flights if f.launcher == launcher]
            spacing = max(f.spacing for f in same)
            for day in self.days if len(same) > 1 and spacing else ():
                near = {
                    self.fly[f.name, d]: 1.0
                    for f in same
                    for d in self.days
                    if day <= d < day + spacing and (f.name, d) in self.fly
                }
                self._row(near, -np.inf, 1.0)
        items = {i.name: i for i in problem.items}
        slots = {f.name: f for f in problem.flights}
        aboard: dict[tuple[str, int], Row] = {k: {} for k in self.fly}
        partners: dict[tuple[str, int], Row] = {k: {} for k in self.fly}
        for (name, flight_name, day), column in self.put.items():
            aboard[flight_name, day][column] = items[name].mass
            if items[name].partner:
                partners[flight_name, day][column] = items[name].mass
            self._row({column: 1.0, self.fly[flight_name, day]: -1.0}, -np.inf, 0.0)
        for key, column in self.fly.items():
            slot = slots[key[0]]
            self._row(aboard[key] | {column: -slot.room(key[1])}, -np.inf, 0.0)
            if partners[key]:
                self._row(partners[key] | {column: -slot.partners}, -np.inf, 0.0)

    def _items(self) -> None:
        items = {i.name: i for i in self.problem.items}
        for item in self.problem.items:
            mine = {c: 1.0 for k, c in self.put.items() if k[0] == item.name}
            self._row(mine, -np.inf, 1.0)
            for need in item.needs:
                assert need in items, need
                for day in self.days:
                    row = {c: 1.0 for k, c in self.put.items() if k[0] == item.name and k[2] <= day}
                    for k, c in self.put.items():
                        if k[0] == need and k[2] <= day:
                            row[c] = -1.0
                    if row:
                        self._row(row, -np.inf, 0.0)

    def _goals(self) -> None:
        for goal in self.problem.goals:
            column = self.late[goal.name]
            self.lower[column] = float(max(0, goal.fixed - goal.wanted))
            for name in goal.items:
                # late >= never (1 - flown) + sum of put (day - wanted)
                row = {column: 1.0}
                for k, c in self.put.items():
                    if k[0] == name:
                        row[c] = float(self.never - max(0, k[2] - goal.wanted))
                self._row(row, float(self.never), np.inf)

    def ranks(self) -> list[Row]:
        """What each rank of the score minimises, to a constant."""
        items = {i.name: i for i in self.problem.items}
        flown = [(items[k[0]], k, c) for k, c in self.put.items()]
        return [
            {c: -1.0 for i, _, c in flown if not i.partner},
            {c: -1.0 for i, _, c in flown if i.partner},
            dict.fromkeys(self.late.values(), 1.0),
            {c: float(k[2] - i.ready) for i, k, c in flown},
            {c: 1.0 for i, k, c in flown if k[1] != i.own},
        ]

    def best(self) -> Floats:
        """The values of the columns in the best answer, each rank held while the next is sought.

        Where the answer at hand is as good as any could be by the look of it, nothing is solved.
        """
        value = self._as_written()
        everything = True
        for k, rank in enumerate(self.ranks()):
            if not rank:
                continue
            cost = np.zeros(len(self.upper))
            cost[list(rank)] = list(rank.values())
            least = self._floors(everything)[k]
            if value is None or float(cost @ value) > least + 0.5:
                value = solve_integer(self._programme(cost), np.array(self.whole), value).value
            reached = round(float(cost @ value))
            everything = everything and (k > 1 or reached <= least)
            # All ranks count whole things: half of one is room for rounding, and no more.
            self._row(rank, -np.inf, reached + 0.5)
        assert value is not None
        return value

    def _floors(self, everything: bool) -> list[float]:
        """What no answer is below, rank by rank; `everything`: nothing is left behind."""
        items = self.problem.items
        soonest = {
            i.name: min((d - i.ready for n, _, d in self.put if n == i.name), default=0)
            for i in items
        }
        return [
            -float(sum(not i.partner for i in items)),
            -float(sum(i.partner for i in items)),
            float(sum(self.lower[c] for c in self.late.values())),
            float(sum(soonest.values())) if everything else 0.0,
            0.0,
        ]

    def _as_written(self) -> Floats | None:
        """Everything on its own flight on its first day, where that keeps all rules."""
        first = {f.name: f.earliest for f in self.problem.flights}
        value = np.zeros(len(self.upper))
        value[list(self.late.values())] = self.never
        for item in self.problem.items:
            day = first.get(item.own, 0)
            if (item.name, item.own, day) not in self.put:
                return None
            value[self.put[item.name, item.own, day]] = 1.0
            value[self.fly[item.own, day]] = 1.0
            for goal in self.problem.goals:
                if item.name in goal.items:
                    column = self.late[goal.name]
                    late = float(max(0, day - goal.wanted))
                    known = value[column] if value[column] < self.never else self.lower[column]
                    value[column] = max(late, known)
        programme = self._programme(value)
        sums = programme.matrix @ value
        kept = (sums >= programme.row_lower - 1e-6) & (sums <= programme.row_upper + 1e-6)
        return value if bool(kept.all()) else None

    def _programme(self, cost: Floats) -> Programme:
        entries = [
            (r, column, factor)
            for r, (row, _, _) in enumerate(self.rows)
            for column, factor in row.items()
        ]
        rows, columns, factors = zip(*entries, strict=True) if entries else ((), (), ())
        shape = (len(self.rows), len(self.upper))
        return Programme(
            cost,
            np.array(self.lower),
            np.array(self.upper),
            sparse.csc_array((factors, (rows, columns)), shape=shape),
            np.array([low for _, low, _ in self.rows]),
            np.array([high for _, _, high in self.rows]),
        )


def rearrange(problem: Rearrangement) -> Arrangement:
    """The best answer to a problem, proven."""
    empty: dict[str, Placed | None] = {i.name: None for i in problem.items}
    model = Model(problem)
    if not model.put:
        return Arrangement(empty, {}, score_of(problem, empty, model.never), True)
    value = model.best()
    found = dict(empty)
    for (name, flight, day), column in model.put.items():
        if value[column] > 0.5:
            found[name] = Placed(flight, day)
    used = {p.flight for p in found.values() if p is not None}
    days = {f: d for (f, d), c in model.fly.items() if value[c] > 0.5 and f in used}
    score = score_of(problem, found, model.never)
    return replace(Arrangement(found, days, score), proven=True)
