"""Earliest deliveries by pyCGR, run by benchmarks.contacts in its environment.

Takes the file of contacts and queries. The delivery is the arrival its search labels the last
contact with: the figure of its routes starts at time 0 whenever the bundle does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from py_cgr_lib.py_cgr_lib import Contact, cgr_dijkstra

from benchmarks._worker import serve


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text(encoding="ascii"))
    plan = [
        Contact(sender, receiver, start, end, rate, owlt=light_time)
        for sender, receiver, start, end, rate, light_time in given["contacts"]
    ]
    held: dict[str, Any] = {}

    def run() -> None:
        held["deliveries"] = []
        for source, destination, departure in given["queries"]:
            root = Contact(source, source, 0, sys.maxsize, 100, 1.0, 0)
            root.arrival_time = departure
            route = cgr_dijkstra(root, destination, plan)
            held["deliveries"].append(route and route.hops[-1].arrival_time)

    serve(run, lambda: held["deliveries"])


if __name__ == "__main__":
    main()
