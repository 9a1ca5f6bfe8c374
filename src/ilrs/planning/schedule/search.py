"""Schedules bettered in a moment: parts are taken out and put back otherwise, compiled.

Ruin and recreate (Schrimpf et al. 2000, doi 10.1006/jcph.1999.6413): what is under way in a random
stretch is partly taken out, everything that is out is offered again in a random order of worth, of
worth over time or over power, and the result is kept when it is not worse than a slowly falling
threshold allows. Whatever it answers holds every constraint of the problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ilrs.planning.schedule.problem import Floats, Ints, Problem, Span

NEVER = 1 << 40
THRESHOLD = 0.02
"""Share of the worth that a step may lose at first; it falls to nothing over the search."""


class _Tables(NamedTuple):
    """The problem as arrays; of lists, `x_at[i]`..`x_at[i+1]` are the entries of i."""

    longest: Ints
    shortest: Ints
    worth: Floats
    power: Floats
    grid: Ints
    earliest: Ints
    fixed: NDArray[np.bool_]
    agreed: Ints
    agreed_end: Ints
    bonus: Floats
    origin: Ints
    target: Ints
    spell_at: Ints
    spells: Ints
    unit_at: Ints
    units: Ints
    user_at: Ints
    users: Ints
    way: Ints
    noise_at: Ints
    noise: Ints
    lag_at: Ints
    lags: Ints
    follower_at: Ints
    followers: Ints
    orders: Ints
    reach: int
    budget: Ints
    use: Floats


class _State(NamedTuple):
    """What is placed (start -1: out), and what is left of power and budgets."""

    start: Ints
    end: Ints
    power: Floats
    budget: Floats


def search(
    problem: Problem, placed: Mapping[int, Span], rounds: int, seed: int = 1
) -> dict[int, Span]:
    """The best schedule of `rounds` ruins of `placed`; the same for the same seed."""
    if not problem.tasks:
        return dict(placed)
    tables, state = _tables(problem), _state(problem)
    for i, (a, b) in placed.items():
        _put(tables, state, i, a, b)
    best_start, best_end = state.start.copy(), state.end.copy()
    _improve(tables, state, best_start, best_end, rounds, np.random.default_rng(seed))
    return {int(i): (int(best_start[i]), int(best_end[i])) for i in np.flatnonzero(best_start >= 0)}


def _tables(problem: Problem) -> _Tables:
    tasks = problem.tasks
    names = sorted({u for t in tasks for u in t.units})
    number = {name: k for k, name in enumerate(names)}
    places = sorted({p for t in tasks for p in (t.origin, t.target)})
    at = {p: k for k, p in enumerate(places)}
    robots = {r for t in tasks for r in t.robots}
    way = np.zeros((len(names), len(places), len(places)), dtype=np.int64)
    for name in robots:
        for a in places:
            for b in places:
                steps = problem.travel(name, a, b)
                way[number[name], at[a], at[b]] = NEVER if steps is None else steps
    units = [[number[u] for u in t.units] for t in tasks]
    users: list[list[int]] = [[] for _ in names]
    noise: list[list[int]] = [[] for _ in tasks]
    followers: list[list[int]] = [[] for _ in tasks]
    for i, mine in enumerate(units):
        for u in mine:
            users[u].append(i)
        for lag in tasks[i].lags:
            followers[lag.before].append(i)
    for i, j in problem.disturbs:
        noise[i].append(j)
        noise[j].append(i)
    lags = [
        [
            (lag.before, lag.least, NEVER if lag.most is None else lag.most, lag.needed)
            for lag in t.lags
        ]
        for t in tasks
    ]
    grid = np.full(len(tasks), -1, dtype=np.int64)
    for g, (supplies, _) in enumerate(problem.power):
        for i, t in enumerate(tasks):
            if t.supply in supplies:
                grid[i] = g
    use = np.array(
        [[b.use(t, t.longest, problem.step) for b in problem.budgets] for t in tasks]
    ).reshape(len(tasks), len(problem.budgets))
    agreed = np.array([problem.before.get(i, (-1, -1)) for i in range(len(tasks))])
    worth = np.array([t.worth for t in tasks])
    return _Tables(
        longest=np.array([t.longest for t in tasks], dtype=np.int64),
        shortest=np.array([t.shortest for t in tasks], dtype=np.int64),
        worth=worth,
        power=np.array([t.power for t in tasks]),
        grid=grid,
        earliest=np.array([problem.earliest(t) for t in tasks], dtype=np.int64),
        fixed=np.array([i in problem.locked for i in range(len(tasks))], dtype=np.bool_),
        agreed=agreed[:, 0].astype(np.int64),
        agreed_end=agreed[:, 1].astype(np.int64),
        bonus=problem.stability * worth,
        origin=np.array([at[t.origin] for t in tasks], dtype=np.int64),
        target=np.array([at[t.target] for t in tasks], dtype=np.int64),
        spell_at=_ends(len(t.spells) for t in tasks),
        spells=np.concatenate([t.spells.reshape(-1, 2) for t in tasks]).astype(np.int64),
        unit_at=_ends(map(len, units)),
        units=_flat(units),
        user_at=_ends(map(len, users)),
        users=_flat(users),
        way=way,
        noise_at=_ends(map(len, noise)),
        noise=_flat(noise),
        lag_at=_ends(map(len, lags)),
        lags=np.array([row for mine in lags for row in mine], dtype=np.int64).reshape(-1, 4),
        follower_at=_ends(map(len, followers)),
        followers=_flat(followers),
        orders=np.array(problem.orders, dtype=np.int64).reshape(-1, 2),
        reach=int(way[way < NEVER].max(initial=0)),
        budget=np.array([(b.first, b.last) for b in problem.budgets], dtype=np.int64).reshape(
            -1, 2
        ),
        use=use,
    )


def _state(problem: Problem) -> _State:
    tasks = len(problem.tasks)
    power = np.array([limit for _, limit in problem.power]).reshape(
        len(problem.power), problem.count
    )
    return _State(
        np.full(tasks, -1, dtype=np.int64),
        np.full(tasks, -1, dtype=np.int64),
        power.astype(np.float64),
        np.array([b.amount for b in problem.budgets], dtype=np.float64),
    )


def _ends(lengths: Iterable[int]) -> Ints:
    return np.cumsum([0, *lengths]).astype(np.int64)


def _flat(lists: Iterable[list[int]]) -> Ints:
    return np.array([x for each in lists for x in each], dtype=np.int64)


@njit(cache=True)
def _put(t: _Tables, s: _State, i: int, a: int, b: int) -> None:
    """Place a task from a to b."""
    s.start[i], s.end[i] = a, b
    if t.grid[i] >= 0:
        for k in range(a, b):
            s.power[t.grid[i], k] -= t.power[i]
    share = (b - a) / t.longest[i]
    for k in range(len(t.budget)):
        if t.budget[k, 0] <= a < t.budget[k, 1]:
            s.budget[k] -= t.use[i, k] * share


@njit(cache=True)
def _take(t: _Tables, s: _State, i: int) -> None:
    """Take a task out, and first all that wait for it."""
    waiting = np.empty(len(s.start), dtype=np.int64)
    waiting[0], count = i, 1
    while count > 0:
        count -= 1
        j = waiting[count]
        if s.start[j] < 0:
            continue
        a, b = s.start[j], s.end[j]
        s.start[j], s.end[j] = -1, -1
        if t.grid[j] >= 0:
            for k in range(a, b):
                s.power[t.grid[j], k] += t.power[j]
        share = (b - a) / t.longest[j]
        for k in range(len(t.budget)):
            if t.budget[k, 0] <= a < t.budget[k, 1]:
                s.budget[k] += t.use[j, k] * share
        for f in range(t.follower_at[j], t.follower_at[j + 1]):
            if s.start[t.followers[f]] >= 0 and count < len(waiting):
                waiting[count] = t.followers[f]
                count += 1


@njit(cache=True)
def _blocked(t: _Tables, s: _State, i: int, a: int, b: int) -> int:
    """The first later step at which i may perhaps begin; a itself when a is free."""
    for u in range(t.unit_at[i], t.unit_at[i + 1]):
        unit = t.units[u]
        for k in range(t.user_at[unit], t.user_at[unit + 1]):
            j = t.users[k]
            if s.start[j] < 0 or j == i:
                continue
            after = s.end[j] + t.way[unit, t.target[j], t.origin[i]]
            before = s.start[j] - t.way[unit, t.target[i], t.origin[j]]
            if a < after and b > before:
                return int(after)
    for k in range(t.noise_at[i], t.noise_at[i + 1]):
        j = t.noise[k]
        if s.start[j] >= 0 and a < s.end[j] and b > s.start[j]:
            return int(s.end[j])
    for k in range(len(t.orders)):
        if t.orders[k, 0] == i:
            j = t.orders[k, 1]
            if s.start[j] >= 0 and b > s.start[j]:
                return NEVER
        if t.orders[k, 1] == i:
            j = t.orders[k, 0]
            if s.start[j] >= 0 and a < s.end[j]:
                return int(s.end[j])
    share = (b - a) / t.longest[i]
    for k in range(len(t.budget)):
        inside = t.budget[k, 0] <= a < t.budget[k, 1]
        if inside and t.use[i, k] * share > s.budget[k] + 1e-9:
            return int(t.budget[k, 1])
    g = t.grid[i]
    if g >= 0 and t.power[i] > 0.0:
        for k in range(b - 1, a - 1, -1):
            if s.power[g, k] < t.power[i] - 1e-6:
                return k + 1
    return a


@njit(cache=True)
def _insert(t: _Tables, s: _State, i: int, begin: int, lo: int, hi: int) -> bool:
    """Place a task as early as it fits from `begin` on, else from its earliest on; it begins in
    `lo`..`hi`.
    """
    low, high = max(t.earliest[i], lo), hi
    for k in range(t.lag_at[i], t.lag_at[i + 1]):
        j = t.lags[k, 0]
        if s.start[j] < 0:
            if t.lags[k, 3] == 1:
                return False
            continue
        low = max(low, s.end[j] + t.lags[k, 1])
        high = min(high, s.end[j] + t.lags[k, 2])
    # Only what is fixed can be there already though it waits for this one.
    last, soonest = NEVER, 0
    for f in range(t.follower_at[i], t.follower_at[i + 1]):
        j = t.followers[f]
        for k in range(t.lag_at[j], t.lag_at[j + 1]):
            if s.start[j] >= 0 and t.lags[k, 0] == i:
                last = min(last, s.start[j] - t.lags[k, 1])
                soonest = max(soonest, s.start[j] - t.lags[k, 2])
    if t.agreed[i] >= low and t.agreed[i] <= high and soonest <= t.agreed_end[i] <= last:
        a, b = t.agreed[i], t.agreed_end[i]
        for k in range(t.spell_at[i], t.spell_at[i + 1]):
            if t.spells[k, 0] <= a and b <= t.spells[k, 1] and _blocked(t, s, i, a, b) == a:
                _put(t, s, i, a, b)
                return True
    steps = t.longest[i]
    for turn in range(2):
        first = max(low, begin) if turn == 0 else low
        if turn == 1 and begin <= low:
            break
        for k in range(t.spell_at[i], t.spell_at[i + 1]):
            a = max(t.spells[k, 0], first, soonest - steps)
            while a + steps <= min(t.spells[k, 1], last) and a <= high:
                later = _blocked(t, s, i, a, a + steps)
                if later == a:
                    _put(t, s, i, a, a + steps)
                    return True
                a = later
    return t.shortest[i] < steps and _insert_short(t, s, i, low, high, soonest, last)


@njit(cache=True)
def _insert_short(
    t: _Tables, s: _State, i: int, low: int, high: int, soonest: int, last: int
) -> bool:
    """Place a task, whose longest time does not fit, where it has the most time.

    It begins in `low`..`high`, and ends in `soonest`..`last`.
    """
    best, best_a, shortest = 0, 0, t.shortest[i]
    for k in range(t.spell_at[i], t.spell_at[i + 1]):
        end = min(t.spells[k, 1], last)
        a = max(t.spells[k, 0], low, soonest - t.longest[i])
        while a <= high and best < t.longest[i]:
            fits = max(shortest, best + 1, soonest - a)  # less is of no use
            if a + fits > end:
                break
            later = _blocked(t, s, i, a, a + fits)
            if later > a:
                a = later
                continue
            more = min(end - a, t.longest[i]) + 1
            while more - fits > 1:  # what is free for long is free for less
                middle = (fits + more) // 2
                if _blocked(t, s, i, a, a + middle) == a:
                    fits = middle
                else:
                    more = middle
            best, best_a = fits, a
            if a + fits >= end:
                break
            a = _blocked(t, s, i, a, a + fits + 1)
    if best == 0:
        return False
    _put(t, s, i, best_a, best_a + best)
    return True


@njit(cache=True)
def _total(t: _Tables, s: _State) -> float:
    total = 0.0
    for i in range(len(s.start)):
        if s.start[i] >= 0:
            total += t.worth[i] * (s.end[i] - s.start[i]) / t.longest[i]
            if s.start[i] == t.agreed[i] and s.end[i] == t.agreed_end[i]:
                total += t.bonus[i]
    return total


@njit(cache=True)
def _ruin(t: _Tables, s: _State, count: int, random: np.random.Generator) -> None:
    """Take out part of what is under way in a stretch, of all or of one unit's; or make room."""
    kind = random.integers(0, 3)
    tasks = len(s.start)
    i = random.integers(0, tasks)
    if kind == 2 and s.start[i] < 0 and t.spell_at[i + 1] > t.spell_at[i]:
        # Whatever stands in the way of one that is out.
        k = random.integers(t.spell_at[i], t.spell_at[i + 1])
        last = t.spells[k, 1] - t.longest[i]
        a = max(t.spells[k, 0], t.earliest[i])
        if last > a:
            a += random.integers(0, last - a + 1)
        b = a + t.longest[i]
        for u in range(t.unit_at[i], t.unit_at[i + 1]):
            unit = t.units[u]
            for m in range(t.user_at[unit], t.user_at[unit + 1]):
                j = t.users[m]
                if s.start[j] < 0 or t.fixed[j]:
                    continue
                after = s.end[j] + t.way[unit, t.target[j], t.origin[i]]
                before = s.start[j] - t.way[unit, t.target[i], t.origin[j]]
                if a < after and b > before:
                    _take_free(t, s, j)
        for m in range(t.noise_at[i], t.noise_at[i + 1]):
            j = t.noise[m]
            if s.start[j] >= 0 and not t.fixed[j] and a < s.end[j] and b > s.start[j]:
                _take_free(t, s, j)
        low = True
        for k2 in range(t.lag_at[i], t.lag_at[i + 1]):
            low = low and (s.start[t.lags[k2, 0]] >= 0 or t.lags[k2, 3] == 0)
        if low and b <= t.spells[k, 1]:
            _insert(t, s, int(i), int(a), 0, NEVER)
        return
    width = int(count * 10.0 ** (-0.6 - 1.6 * random.random())) + 2
    a = random.integers(-width, count)
    share = 0.3 + 0.7 * random.random()
    unit = -1
    if kind == 1 and len(t.units) > 0:
        unit = t.units[random.integers(0, len(t.units))]
    for j in range(tasks):
        if s.start[j] < 0 or t.fixed[j] or s.end[j] <= a or s.start[j] >= a + width:
            continue
        if unit >= 0:
            mine = False
            for u in range(t.unit_at[j], t.unit_at[j + 1]):
                mine = mine or t.units[u] == unit
            if not mine:
                continue
        if random.random() < share:
            _take_free(t, s, j)


@njit(cache=True)
def _take_free(t: _Tables, s: _State, j: int) -> None:
    """Take a task out, unless something that is fixed waits for it."""
    for f in range(t.follower_at[j], t.follower_at[j + 1]):
        k = t.followers[f]
        if s.start[k] >= 0 and t.fixed[k]:
            return
    _take(t, s, j)


@njit(cache=True)
def _recreate(t: _Tables, s: _State, before: Ints, end: Ints, random: np.random.Generator) -> None:
    """Offer all that is out, in a random order of worth; twice, for what waits for others.

    What was out `before` and `end` already is mostly offered only where room was made.
    """
    tasks = len(s.start)
    out = np.zeros(tasks, dtype=np.bool_)
    lo, hi = NEVER, 0
    everywhere = random.random() < 0.05
    for i in range(tasks):
        if before[i] >= 0 and s.start[i] != before[i]:
            lo, hi = min(lo, before[i]), max(hi, end[i])
            out[i] = True
        if everywhere:
            out[i] = True
    for i in range(tasks):
        for k in range(t.lag_at[i], t.lag_at[i + 1]):
            out[i] = out[i] or out[t.lags[k, 0]]  # what it waits for may come elsewhere
    rank = np.empty(tasks)
    how = random.integers(0, 4)
    noise = 0.1 + 0.9 * random.random()
    for i in range(tasks):
        rank[i] = t.worth[i] * (1.0 + noise * (2.0 * random.random() - 1.0))
        if how == 1:
            rank[i] /= t.longest[i]
        elif how == 2:
            rank[i] /= t.longest[i] * (t.power[i] + 50.0)
        elif how == 3:
            rank[i] /= np.sqrt(t.longest[i])
    order = np.argsort(-rank)
    shift = random.random() < 0.5
    for _ in range(2 if len(t.lags) > 0 else 1):
        for k in range(tasks):
            i = order[k]
            if s.start[i] < 0 and t.spell_at[i + 1] > t.spell_at[i]:
                begin = 0
                if shift and random.random() < 0.3:
                    a, b = t.spells[t.spell_at[i], 0], t.spells[t.spell_at[i + 1] - 1, 1]
                    begin = random.integers(a, max(b, a + 1))
                if out[i]:
                    _insert(t, s, i, begin, 0, NEVER)
                else:
                    _insert(t, s, i, begin, lo - t.longest[i] - t.reach, hi + t.reach)


@njit(cache=True)
def _improve(
    t: _Tables,
    s: _State,
    best_start: Ints,
    best_end: Ints,
    rounds: int,
    random: np.random.Generator,
) -> None:
    """Writes the starts and ends of the best schedule found."""
    count = s.power.shape[1]
    if count == 0:
        for k in range(len(t.spells)):
            count = max(count, t.spells[k, 1])
    now = _total(t, s)
    best = now
    start, end = s.start.copy(), s.end.copy()
    power, budget = s.power.copy(), s.budget.copy()
    for r in range(rounds):
        _ruin(t, s, count, random)
        _recreate(t, s, start, end, random)
        found = _total(t, s)
        allowed = THRESHOLD * best * (1.0 - r / rounds) ** 2 * random.random() ** 4
        if found >= now - allowed:
            now = found
            start[:], end[:], power[:], budget[:] = s.start, s.end, s.power, s.budget
            if found > best:
                best = found
                best_start[:], best_end[:] = s.start, s.end
        else:
            s.start[:], s.end[:], s.power[:], s.budget[:] = start, end, power, budget
