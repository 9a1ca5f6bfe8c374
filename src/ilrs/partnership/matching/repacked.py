"""Assignments made better turn by turn: two or three slots are emptied and packed anew.

Each of them takes its best packing of who is free; one who could go to a slot packed after it costs
a random share of its price. A worse assignment is kept now and then, ever more seldom (simulated
annealing). Two chains with seeds of their own run side by side, where there are cores for it.
"""

from __future__ import annotations

import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numba import njit

from ilrs.partnership.matching.field import Field, Floats
from ilrs.partnership.matching.packing import best_packing
from ilrs.partnership.matching.prices import Priced
from ilrs.partnership.matching.problem import NOWHERE, Wholes

CHAINS = 2
"""Chains that run side by side; as many on every machine, so that the answer is the same."""
TURNS = 500
"""Turns between two looks at the clock; together they take about a tenth of a second."""
HOT, COLD = 1.8, 0.5
"""Points that an assignment may lose in a turn, as a rule, at the beginning and at the end."""
NODES = 2_000
"""Nodes that one packing is searched with."""
MOST = 1.3
"""The most of its price that somebody costs a slot."""


class Flat(NamedTuple):
    """A field in plain arrays: the guests of all slots one after another from `begin` on."""

    begin: Wholes
    guest: Wholes
    score: Wholes
    demand: Wholes
    capacity: Wholes
    rivals: Wholes
    """Guests by their number among all of the field's."""
    row_begin: Wholes
    row: Wholes
    most: Wholes
    price: Floats
    shared: Floats
    """How many guests two slots share."""


def repacked(
    field: Field, found: Priced, places: Wholes, looks: float, until: float = math.inf
) -> Wholes:
    """An assignment at least as good, at the prices `found`.

    It ends when the bound is reached, after so many `looks`, or where given at the clock's `until`.
    """
    flat = _flat(field, found.price)
    if np.count_nonzero(flat.shared.any(axis=1)) < 2:
        return places
    bound = math.floor(found.bound + 1e-6)
    with ThreadPoolExecutor(min(CHAINS, os.cpu_count() or 1)) as pool:
        seeds = range(CHAINS)
        chains = pool.map(lambda seed: _chain(flat, places, bound, looks, until, seed), seeds)
        return max(chains, key=lambda each: each[0])[1]


def _chain(
    flat: Flat, places: Wholes, bound: int, looks: float, until: float, seed: int
) -> tuple[int, Wholes]:
    """The points and the places of the best assignment met."""
    begin, rng = time.perf_counter(), np.random.default_rng(seed)
    now, best, most, look = places, places, -1, 0
    while most < bound:
        share = max(look / looks, (time.perf_counter() - begin) / max(until - begin, 1e-9))
        if share >= 1.0:
            break
        heat = HOT * (COLD / HOT) ** share
        now, met, points = _turned(flat, now, TURNS, heat, rng)
        if points > most:
            best, most = met, points
        look += 1
    return most, best


@njit(cache=True, nogil=True)
def _turned(
    flat: Flat, places: Wholes, turns: int, heat: float, rng: np.random.Generator
) -> tuple[Wholes, Wholes, int]:
    """The assignment after some turns, the best one met, and its points."""
    slots = len(flat.begin) - 1
    places = places.copy()
    held = np.zeros(len(flat.most), np.int64)
    points = 0
    for j in range(slots):
        points += _counted(flat, j, places, held, 1)
    best, most = places.copy(), points
    often = np.zeros(len(places), np.int64)
    picked, pull = np.empty(3, np.int64), np.empty(slots)
    for _ in range(turns):
        chosen = _picked(flat, picked, pull, rng)
        before, held_before, change = places.copy(), held.copy(), 0
        for q in range(chosen):
            j = picked[q]
            change -= _counted(flat, j, places, held, -1)
            for g in range(flat.begin[j], flat.begin[j + 1]):
                often[flat.guest[g]] += 1
                if places[flat.guest[g]] == j:
                    places[flat.guest[g]] = NOWHERE
        for q in range(chosen):
            j = picked[q]
            for g in range(flat.begin[j], flat.begin[j + 1]):
                often[flat.guest[g]] -= 1
            _packed(flat, j, places, held, often, rng)
            change += _counted(flat, j, places, held, 1)
        keeps = (held <= flat.most).all()
        if keeps and (change >= 0 or rng.random() < math.exp(change / heat)):
            points += change
            if points > most:
                best, most = places.copy(), points
        else:
            places, held = before, held_before
    return places, best, most


@njit(cache=True, nogil=True)
def _picked(flat: Flat, picked: Wholes, pull: Floats, rng: np.random.Generator) -> int:
    """Draw two or three slots that share guests, in any order; how many they are."""
    slots = len(pull)
    centre = rng.integers(0, slots)
    for j in range(slots):
        pull[j] = flat.shared[centre, j] * rng.random()
    count = 0
    for _ in range(rng.integers(2, 4)):
        j = int(pull.argmax())
        if pull[j] <= 0.0:
            break
        pull[j] = 0.0
        picked[count] = j
        count += 1
    for q in range(count - 1, 0, -1):
        r = rng.integers(0, q + 1)
        picked[q], picked[r] = picked[r], picked[q]
    return count


@njit(cache=True, nogil=True)
def _counted(flat: Flat, j: int, places: Wholes, held: Wholes, sign: int) -> int:
    """The points of a slot; what its guests hold of shared rows is added or taken away."""
    points = 0
    for g in range(flat.begin[j], flat.begin[j + 1]):
        if places[flat.guest[g]] == j:
            points += flat.score[g]
            for r in range(flat.row_begin[g], flat.row_begin[g + 1]):
                held[flat.row[r]] += sign
    return points


@njit(cache=True, nogil=True)
def _packed(
    flat: Flat,
    j: int,
    places: Wholes,
    held: Wholes,
    often: Wholes,
    rng: np.random.Generator,
) -> None:
    """Give a slot its best packing of those who are free."""
    first, last = flat.begin[j], flat.begin[j + 1]
    at = np.full(last - first, -1, np.int64)
    free, worth = np.empty(last - first, np.int64), np.empty(last - first)
    count = 0
    for g in range(first, last):
        i = flat.guest[g]
        open_ = places[i] == NOWHERE
        for r in range(flat.row_begin[g], flat.row_begin[g + 1]):
            open_ = open_ and held[flat.row[r]] < flat.most[flat.row[r]]
        if not open_:
            continue
        value = float(flat.score[g])
        if often[i] > 0:
            value -= MOST * rng.random() * flat.price[i]
        if value > 0.0:
            free[count], worth[count], at[g - first] = g, value, count
            count += 1
    who = free[:count]
    rivals = np.full((count, flat.rivals.shape[1]), -1, np.int64)
    for k in range(count):
        for r in range(flat.rivals.shape[1]):
            rival = flat.rivals[who[k], r]
            rivals[k, r] = at[rival - first] if rival >= 0 else -1
    found = best_packing(worth[:count], flat.demand[who], flat.capacity[j], rivals, 0.0, NODES)
    for k in range(count):
        if found[1][k]:
            places[flat.guest[who[k]]] = j


def _flat(field: Field, price: Floats) -> Flat:
    slots = field.slots
    begin = np.cumsum([0, *(len(slot.guests) for slot in slots)])
    widest = max((slot.rivals.shape[1] for slot in slots), default=0)
    rivals = np.full((begin[-1], widest), -1)
    rows: list[list[int]] = [[] for _ in range(begin[-1])]
    held = np.zeros((field.proposals, len(slots)))
    for j, slot in enumerate(slots):
        here = slot.rivals
        rivals[begin[j] : begin[j + 1], : here.shape[1]] = np.where(here < 0, -1, here + begin[j])
        for row, k in zip(slot.rows.tolist(), slot.inside.tolist(), strict=True):
            rows[begin[j] + k].append(row)
        held[slot.guests, j] = 1.0
    return Flat(
        begin,
        np.concatenate([slot.guests for slot in slots]),
        np.concatenate([slot.score for slot in slots]).astype(np.int64),
        np.concatenate([slot.demand for slot in slots]),
        np.array([slot.capacity for slot in slots]),
        rivals,
        np.cumsum([0, *(len(each) for each in rows)]),
        np.array([row for each in rows for row in each], np.int64),
        field.most.astype(np.int64),
        price[: field.proposals],
        held.T @ held,
    )
