"""Earliest deliveries by aiodtnsim's search over nodes, run by benchmarks.contacts.

Takes the file of contacts and queries. Each search stops at its destination.
"""

from __future__ import annotations

import json
import math
import sys
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiodtnsim.simulation.cgr.tvdijkstra import tvdijkstra

from benchmarks._worker import serve

Edge = namedtuple("Edge", "start_time end_time bit_rate delay")


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text(encoding="ascii"))
    vertices: dict[str, set[str]] = {}
    edges: dict[tuple[str, str], list[Edge]] = {}
    for sender, receiver, start, end, rate, light_time in given["contacts"]:
        vertices.setdefault(str(sender), set()).add(str(receiver))
        vertices.setdefault(str(receiver), set())
        edges.setdefault((str(sender), str(receiver)), []).append(
            Edge(start, end, rate, light_time)
        )
    graph = SimpleNamespace(vertices=vertices, edges={k: sorted(v) for k, v in edges.items()})
    held: dict[str, Any] = {}

    def run() -> None:
        held["deliveries"] = []
        for source, destination, departure in given["queries"]:
            found = tvdijkstra(
                graph, str(source), str(destination), departure, frozenset(), frozenset()
            )
            eat = found.get_metrics(str(destination)).eat
            held["deliveries"].append(None if math.isinf(eat) else eat)

    serve(run, lambda: held["deliveries"])


if __name__ == "__main__":
    main()
