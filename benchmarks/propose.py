"""How long a first answer to a proposal takes, against running the whole reference twice for it.

    python -m benchmarks.propose [--json]

The peer is what a team would do by hand: the five years without and with its rover, one seed. Ours
answers for every opportunity of the call, five seeds, with variants. The answers agree when the
rover is served over the years at least as well as in the critical weeks, and both say that the
station's keep-alive loads lose nothing. Kernels are compiled before either is timed.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.measure import arguments, peak_memory_mb, show
from ilrs.api import Station
from ilrs.partnership.feasibility import Bench
from ilrs.partnership.plug import guest_name, plugged
from ilrs.partnership.reading import read_call, read_proposal

PROPOSAL, SLOT = "rover-35kg", "ilrs-2-rovers"


def check() -> Any:
    """The first answer, from nothing."""
    return Bench(read_call()).check(read_proposal(PROPOSAL))


def twice() -> tuple[float, float, float]:
    """Share the rover is served over the years; keep-alive energy lacking without and with it."""
    bench = Bench(read_call())
    slot = bench.call.opportunities[SLOT]
    proposal = read_proposal(PROPOSAL).proposal
    without = Station(bench.loaded).run(seed=1)
    with_guest = Station(plugged(bench.loaded, proposal, slot)).run(seed=1)
    name = f"served.{guest_name(proposal)}"
    lacks = [r.summary["metrics"]["unserved.keep_alive"]["value"] for r in (without, with_guest)]
    return float(with_guest.summary["metrics"][name]["value"]), float(lacks[0]), float(lacks[1])


def measure() -> dict[str, Any]:
    """The result of the benchmark."""
    bench = Bench(read_call())
    bench.answer(read_proposal(PROPOSAL).proposal, SLOT, bench.call.opportunities[SLOT])
    began = time.perf_counter()
    found = check()
    ours = time.perf_counter() - began
    began = time.perf_counter()
    served, lacked, lacks = twice()
    peer = time.perf_counter() - began
    answer = next(a for a in found.answers if a.name == SLOT)
    weeks = next(f.given for f in answer.findings if f.key == "served") or 0.0
    harmless = next(f.passed for f in answer.findings if f.key == "harmless")
    agreed = 100.0 * served >= weeks - 1.0 and bool(harmless) == (lacks <= lacked + 3.6e6)
    return {
        "job": "first answer to a proposal",
        "size": len(found.answers),
        "unit": "s",
        "ours": ours,
        "peer": peer,
        "peer_name": "the reference's five years run twice, for one opportunity and seed",
        "ratio": peer / ours,
        "error": 0.0 if agreed else 1.0,
        "memory_mb": peak_memory_mb(check),
    }


if __name__ == "__main__":
    given = arguments(__doc__)
    show(measure(), given.json)
