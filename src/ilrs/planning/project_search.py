"""Good project schedules in a moment: a genetic search over task lists, compiled.

Lists are read by the serial schedule (each task in turn as early as it fits), each schedule is
justified to the right and back to the left, and lists are crossed at two points (Hartmann 1998,
doi 10.1002/(SICI)1520-6750(199810)45:7<733::AID-NAV5>3.0.CO;2-C; justification: Valls et al. 2005,
doi 10.1016/j.ejor.2004.04.008).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]

POPULATION = 40
MUTATION = 0.05


def good_starts(
    duration: Integers,
    demand: Integers,
    capacity: Integers,
    before: Integers,
    schedules: int,
    seed: int,
    bound: int = 0,
) -> Integers:
    """Starts (n,) of the shortest of about `schedules` schedules; `before` has no circle.

    Feasible, and the same for the same seed. One as short as `bound` ends the search.
    """
    tasks = len(duration)
    if tasks == 0:
        return np.zeros(0, dtype=np.int64)
    pairs = before.reshape(-1, 2)
    earlier = _rows_of(pairs[:, 1], pairs[:, 0], tasks)
    later = _rows_of(pairs[:, 0], pairs[:, 1], tasks)
    random = np.random.default_rng(seed)
    horizon = int(duration.sum()) + 1
    starts = np.empty(tasks, dtype=np.int64)
    _evolve(
        *(duration, demand, capacity, earlier, later),
        *(horizon, max(schedules, POPULATION), bound, random, starts),
    )
    return starts


def _rows_of(row: Integers, value: Integers, count: int) -> tuple[Integers, Integers]:
    """The values of each row, one row after the other, and where each row begins."""
    order = np.argsort(row, kind="stable")
    begins = np.searchsorted(row[order], np.arange(count + 1))
    return begins.astype(np.int64), value[order].astype(np.int64)


@njit(cache=True)
def _evolve(
    duration: Integers,
    demand: Integers,
    capacity: Integers,
    earlier: tuple[Integers, Integers],
    later: tuple[Integers, Integers],
    horizon: int,
    schedules: int,
    bound: int,
    random: np.random.Generator,
    starts: Integers,
) -> None:
    """Writes the starts of the best schedule found."""
    tasks = len(duration)
    used = np.zeros((horizon, len(capacity)), dtype=np.int64)
    tail = _tails(duration, later)
    lists = np.empty((POPULATION, tasks), dtype=np.int64)
    spans = np.empty(POPULATION, dtype=np.int64)
    child, best = np.empty(tasks, dtype=np.int64), horizon
    now = np.empty(tasks, dtype=np.int64)
    filled = 0
    for made in range(schedules // 3):
        if filled == POPULATION and spans.min() == spans.max():
            filled = 0  # All of a kind: begin again; the best is kept in `starts`.
        if filled < POPULATION:
            # Longest tail first, blurred: most of the first lists are good, no two the same.
            blur = 0.0 if made == 0 else random.random()
            _list_by(tail * (1.0 - blur * random.random(tasks)), earlier, later, child)
        else:
            _cross(lists, spans, random, child)
        span = _schedule(child, duration, demand, capacity, earlier, used, now)
        span = _justify(duration, demand, capacity, earlier, later, used, now, span)
        if span < best:
            best = span
            starts[:] = now
            if best <= bound:
                return
        place = filled if filled < POPULATION else _worse_of_two(spans, random)
        if filled < POPULATION or span <= spans[place]:
            _list_by(-now.astype(np.float64), earlier, later, lists[place])
            spans[place] = span
            filled = min(filled + 1, POPULATION)


@njit(cache=True)
def _tails(duration: Integers, later: tuple[Integers, Integers]) -> NDArray[np.float64]:
    """The longest chain (n,) from each task's start to the end of the project."""
    tail = duration.astype(np.float64)
    begins, others = later
    changed = True
    while changed:
        changed = False
        for i in range(len(duration)):
            for k in range(begins[i], begins[i + 1]):
                longer = duration[i] + tail[others[k]]
                if longer > tail[i]:
                    tail[i] = longer
                    changed = True
    return tail


@njit(cache=True)
def _list_by(
    worth: NDArray[np.float64],
    earlier: tuple[Integers, Integers],
    later: tuple[Integers, Integers],
    made: Integers,
) -> None:
    """The list that takes, of the tasks whose predecessors are in it, the worthiest next."""
    tasks = len(worth)
    waits = earlier[0][1:] - earlier[0][:-1]
    free = np.empty(tasks, dtype=np.int64)
    count = 0
    for i in range(tasks):
        if waits[i] == 0:
            free[count] = i
            count += 1
    for position in range(tasks):
        pick = 0
        for k in range(1, count):
            if worth[free[k]] > worth[free[pick]]:
                pick = k
        task = free[pick]
        made[position] = task
        count -= 1
        free[pick] = free[count]
        for k in range(later[0][task], later[0][task + 1]):
            other = later[1][k]
            waits[other] -= 1
            if waits[other] == 0:
                free[count] = other
                count += 1


@njit(cache=True)
def _worse_of_two(spans: Integers, random: np.random.Generator) -> int:
    a, b = _below(len(spans), random), _below(len(spans), random)
    return a if spans[a] >= spans[b] else b


@njit(cache=True)
def _cross(lists: Integers, spans: Integers, random: np.random.Generator, child: Integers) -> None:
    """A child of two parents: head and tail of one, the middle in the order of the other."""
    tasks = lists.shape[1]
    mother = _better_of_two(spans, random)
    father = _better_of_two(spans, random)
    a, b = _below(tasks + 1, random), _below(tasks + 1, random)
    low, high = min(a, b), max(a, b)
    taken = np.zeros(tasks, dtype=np.bool_)
    for k in range(low):
        child[k] = lists[mother, k]
        taken[child[k]] = True
    filled = low
    for task in lists[father]:
        if filled == high:
            break
        if not taken[task]:
            child[filled] = task
            taken[task] = True
            filled += 1
    for task in lists[mother]:
        if not taken[task]:
            child[filled] = task
            filled += 1
    for k in range(tasks - 1):
        if random.random() < MUTATION:
            child[k], child[k + 1] = child[k + 1], child[k]


@njit(cache=True)
def _better_of_two(spans: Integers, random: np.random.Generator) -> int:
    a, b = _below(len(spans), random), _below(len(spans), random)
    return a if spans[a] <= spans[b] else b


@njit(cache=True)
def _below(count: int, random: np.random.Generator) -> int:
    """A number from 0 to `count` - 1."""
    return int(random.random() * count)


@njit(cache=True)
def _schedule(
    order: Integers,
    duration: Integers,
    demand: Integers,
    capacity: Integers,
    earlier: tuple[Integers, Integers],
    used: Integers,
    starts: Integers,
) -> int:
    """Each task of the list as early as it fits; a task out of order first lets its elders in."""
    used[:] = 0
    starts[:] = -1
    span = 0
    stack = np.empty(len(order), dtype=np.int64)
    for task in order:
        if starts[task] >= 0:
            continue
        stack[0], depth = task, 1
        while depth:
            top = stack[depth - 1]
            waits_for = -1
            time = 0
            for k in range(earlier[0][top], earlier[0][top + 1]):
                other = earlier[1][k]
                if starts[other] < 0:
                    waits_for = other
                    break
                time = max(time, starts[other] + duration[other])
            if waits_for >= 0:
                stack[depth] = waits_for
                depth += 1
                continue
            time = _earliest(top, time, duration, demand, capacity, used)
            starts[top] = time
            _take(top, time, duration, demand, used, 1)
            span = max(span, time + duration[top])
            depth -= 1
    return span


@njit(cache=True)
def _earliest(
    task: int,
    time: int,
    duration: Integers,
    demand: Integers,
    capacity: Integers,
    used: Integers,
) -> int:
    """The first time from `time` on at which the task fits throughout."""
    t, end = time, time + duration[task]
    while t < end:
        for r in range(len(capacity)):
            if used[t, r] + demand[task, r] > capacity[r]:
                end = t + 1 + duration[task]
                break
        t += 1
    return end - duration[task]


@njit(cache=True)
def _take(
    task: int, time: int, duration: Integers, demand: Integers, used: Integers, sign: int
) -> None:
    for t in range(time, time + duration[task]):
        for r in range(used.shape[1]):
            used[t, r] += sign * demand[task, r]


@njit(cache=True)
def _justify(
    duration: Integers,
    demand: Integers,
    capacity: Integers,
    earlier: tuple[Integers, Integers],
    later: tuple[Integers, Integers],
    used: Integers,
    starts: Integers,
    span: int,
) -> int:
    """Every task as late as it fits, the last to end first; then as early as it fits again."""
    for task in _sorted_by(-(starts + duration)):
        _take(task, starts[task], duration, demand, used, -1)
        latest = span
        for k in range(later[0][task], later[0][task + 1]):
            latest = min(latest, starts[later[1][k]])
        time = latest - duration[task]
        t = latest - 1
        while t >= time:
            for r in range(len(capacity)):
                if used[t, r] + demand[task, r] > capacity[r]:
                    time = t - duration[task]
                    break
            t -= 1
        starts[task] = time
        _take(task, time, duration, demand, used, 1)
    last = 0
    for task in _sorted_by(starts):
        _take(task, starts[task], duration, demand, used, -1)
        time = 0
        for k in range(earlier[0][task], earlier[0][task + 1]):
            other = earlier[1][k]
            time = max(time, starts[other] + duration[other])
        time = _earliest(task, time, duration, demand, capacity, used)
        starts[task] = time
        _take(task, time, duration, demand, used, 1)
        last = max(last, time + duration[task])
    return last


@njit(cache=True)
def _sorted_by(keys: Integers) -> Integers:
    """Indices by key, equal keys in their order; by insertion, for some hundreds of tasks."""
    order = np.empty(len(keys), dtype=np.int64)
    for i in range(len(keys)):
        k = i
        while k and keys[order[k - 1]] > keys[i]:
            order[k] = order[k - 1]
            k -= 1
        order[k] = i
    return order
