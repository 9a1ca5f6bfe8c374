"""Earliest deliveries over plans of 10,000 and 100,000 contacts.

Forty nodes, four hundred ordered pairs, each with contacts one after another through thirty days,
as relays and stations have them. The peers are pyCGR, the Python of those who wrote the tutorial on
contact-graph routing, and aiodtnsim's search over nodes, each in an environment of its own
(`.venv-pycgr`, `.venv-aiodtnsim`); without it the peer is absent. They answer the first few queries
of ours, and every delivery must be the same. pyCGR's own figure of a route counts from time 0, so
what is compared is the arrival its search found. Reading a plan is not timed for anybody; ours
makes a timetable of it once, which stands apart as `timetable_s`. Times are the processor's, all
threads added; ours answers a batch on all cores, `clock_ours` is what passes by the clock.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._worker import ROOT, Worker
from benchmarks.measure import arguments, peak_memory_mb, show
from ilrs.planning.contact_routes import Contact, ContactGraph, ContactPlan, make_plan

NODES, PAIRS = 40, 400
SPAN = 30 * 86400.0
SIZES = (10_000, 100_000)
PEERS = {
    "pyCGR": ("_contacts_pycgr", ".venv-pycgr"),
    "aiodtnsim": ("_contacts_aiodtnsim", ".venv-aiodtnsim"),
}
AT_ONCE = {10_000: {"pyCGR": 20, "aiodtnsim": 200}, 100_000: {"pyCGR": 4, "aiodtnsim": 50}}
"""Queries a peer answers in one run."""


def random_plan(contacts: int, seed: int = 1) -> ContactPlan:
    """Contacts in whole seconds, of one pair never at once, light times of 0 to 2 s."""
    draw = np.random.default_rng(seed)
    pairs = draw.choice(NODES * (NODES - 1), PAIRS, replace=False)
    each = contacts // PAIRS
    rows = []
    for pair in pairs:
        sender, receiver = divmod(int(pair), NODES - 1)
        receiver += receiver >= sender
        slots = np.sort(draw.choice(int(SPAN), 2 * each, replace=False))
        light_time = float(draw.integers(0, 3))
        for start, end in slots.reshape(-1, 2):
            rows.append(Contact(sender, receiver, float(start), float(end), 1e6, light_time))
    return make_plan(rows, range(NODES))


def random_queries(count: int, seed: int = 2) -> tuple[list[int], list[int], NDArray[np.float64]]:
    """Sources, other destinations, and departures in the first nine tenths of the time."""
    draw = np.random.default_rng(seed)
    sources = draw.integers(0, NODES, count)
    destinations = (sources + draw.integers(1, NODES, count)) % NODES
    return sources.tolist(), destinations.tolist(), draw.integers(0, int(0.9 * SPAN), count) * 1.0


def measure(contacts: int, count: int, repeats: int) -> list[dict[str, Any]]:
    plan = random_plan(contacts)
    sources, destinations, departures = random_queries(count)
    begin = time.perf_counter()
    ContactGraph(plan).deliveries(sources[:8], destinations[:8], departures[:8])
    first = time.perf_counter() - begin
    begin = time.perf_counter()
    graph = ContactGraph(plan)
    timetable = time.perf_counter() - begin

    def ours() -> NDArray[np.float64]:
        return graph.deliveries(sources, destinations, departures)

    found = ours()
    spent, passed = [], []
    for _ in range(repeats):
        start, clock = time.process_time(), time.perf_counter()
        ours()
        spent.append(time.process_time() - start)
        passed.append(time.perf_counter() - clock)
    row = {
        "job": f"earliest deliveries over {contacts:,} contacts",
        "size": contacts,
        "unit": "routes/s",
        "ours": count / float(np.median(spent)),
        "clock_ours": count / float(np.median(passed)),
        "error_unit": "s",
        "memory_mb": peak_memory_mb(ours),
        "compile_s": max(first - timetable, 0.0),
        "timetable_s": timetable,
    }
    queries = list(zip(sources, destinations, departures.tolist(), strict=True))
    return [row | against(peer, plan, queries, found, row["ours"], repeats) for peer in PEERS]


def against(
    peer: str,
    plan: ContactPlan,
    queries: list[tuple[int, int, float]],
    ours: NDArray[np.float64],
    speed: float,
    repeats: int,
) -> dict[str, Any]:
    """A peer's speed and its largest difference; nothing where it is absent."""
    module, environment = PEERS[peer]
    python = ROOT / environment / "bin/python"
    if not python.exists():
        return {"peer_name": peer, "peer": None, "ratio": None, "error": None}
    asked = queries[: AT_ONCE[len(plan)][peer]]
    with tempfile.TemporaryDirectory() as folder:
        name = Path(folder) / "plan.json"
        contacts = [plan.contact(index) for index in range(len(plan))]
        name.write_text(json.dumps({"contacts": contacts, "queries": asked}), encoding="ascii")
        with Worker(module, [str(name)], python) as worker:
            for _ in range(repeats):
                worker.run()
    theirs = np.array([np.inf if v is None else v for v in worker.facts["outcome"]])
    mine = ours[: len(asked)]
    both = np.isfinite(mine) & np.isfinite(theirs)
    error = float(np.abs(mine[both] - theirs[both]).max(initial=0.0))
    if (np.isfinite(mine) != np.isfinite(theirs)).any() or error > 0.0:
        raise RuntimeError(f"{peer} delivers at other times: up to {error} s")
    rate = len(asked) / float(np.median(worker.seconds))
    return {
        "peer_name": peer,
        "peer": rate,
        "peer_memory_mb": worker.memory_mb,
        "ratio": speed / rate,
        "error": error,
    }


if __name__ == "__main__":
    options = arguments(__doc__, queries=100_000, repeats=3)
    for size in SIZES:
        for result in measure(size, options.queries, options.repeats):
            show(result, options.json)
            sys.stdout.flush()
