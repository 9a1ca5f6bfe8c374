"""Earliest delivery, next hops, routes and their number over a contact plan."""

from __future__ import annotations

import math
from typing import Any

from ilrs.errors import DataError
from ilrs.planning.contact_routes import ContactGraph, ContactPlan, Route, read_contact_plan
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun

MOST_ROUTES = 10_000
"""Of `all_routes`: a plan with more is not listed."""
_COUNTED_IN_BITS = ("hdtn", "asabr")
_BITS = 8.0
_ANSWERS = {"delivery_s", "next_hops", "deliveries_s", "path", "hops"}


def run(inputs: Inputs) -> dict[str, Any]:
    """`delivery_s`, `next_hops` (ours first, then all as good), `path`, `hops`, `deliveries_s`.

    `size` counts in the unit of the plan's rates: bits in HDTN's and A-SABR's plans, bytes in ION's
    and pyCGR's; it must fit into every contact, and each node has the whole before it sends. A
    delivery is when the first bit arrives, as these plans' authors count it. Routes that deliver
    their last bit after `deadline_s` count as none. `path` is the nodes of the route of fewest
    `hops`, `deliveries_s` those of all routes without loops.
    """
    inputs.only(
        *("plan", "format", "source", "destination", "at_s", "size", "deadline_s", "all_routes"),
    )
    unknown = sorted(set(inputs.asked) - _ANSWERS)
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    form = str(inputs["format"])
    path = inputs.path("plan")
    plan = read_contact_plan(path.read_text(encoding="utf-8"), form, path.name)
    size = inputs.number("size", 0.0) * (1.0 if form in _COUNTED_IN_BITS else _BITS)
    graph = ContactGraph(plan, size)
    ends = inputs["source"], inputs["destination"]
    at, deadline = inputs.number("at_s", 0.0), inputs.number("deadline_s", math.inf)
    route = graph.route(*ends, at)
    if route is not None and route.delivery > deadline:
        route = None
    found = _told(route, graph, plan, *ends, at)
    if inputs.get("all_routes", False):
        found["deliveries_s"] = _all_deliveries(graph, *ends, at, deadline)
    return found


def _told(
    route: Route | None, graph: ContactGraph, plan: ContactPlan, source: Any, goal: Any, at: float
) -> dict[str, Any]:
    told: dict[str, Any] = {"delivery_s": None, "next_hops": [], "path": [], "hops": None}
    if route is not None:
        others = [hop for hop in graph.next_hops(source, goal, at) if hop != route.next_hop]
        told = {
            "delivery_s": route.first_bit,
            "next_hops": [route.next_hop, *others] if route.contacts else [],
            "path": [source, *(contact.receiver for contact in route.contacts)],
            "hops": len(route.contacts),
        }
    if plan.never_open:
        told["contacts_never_open"] = plan.never_open
    return told


def _all_deliveries(
    graph: ContactGraph, source: Any, goal: Any, at: float, deadline: float
) -> list[float]:
    found: list[float] = []
    for route in graph.alternatives(source, goal, at):
        if route.delivery > deadline:
            break
        if len(found) == MOST_ROUTES:
            raise DataError(f"there are more than {MOST_ROUTES} routes without loops")
        found.append(route.first_bit)
    return sorted(found)


def compare(ours: dict[str, Any], expected: Expected) -> Comparison:
    """The largest difference of deliveries, and how many answers differ otherwise.

    Ties are broken differently by different codes: our first choice must be among the next hops
    expected, and each of those as good by our reckoning.
    """
    theirs = expected.values
    seconds, mismatches = 0.0, 0
    for key in ("delivery_s", "deliveries_s"):
        mine, other = (_listed(found.get(key)) for found in (ours, theirs))
        if key in theirs:
            mismatches += len(mine) != len(other)
            seconds = max([seconds, *(abs(a - b) for a, b in zip(mine, other, strict=False))])
    if "next_hops" in theirs:
        hops = theirs["next_hops"]
        mismatches += len([hop for hop in hops if hop not in ours["next_hops"]])
        mismatches += bool(ours["next_hops"]) and ours["next_hops"][0] not in hops
    mismatches += sum(ours[key] != theirs[key] for key in ("path", "hops") if key in theirs)
    return Comparison(
        {key: value for key, value in ours.items() if key in theirs or key not in _ANSWERS},
        dict(theirs),
        {"seconds": seconds, "mismatches": float(mismatches)},
        {"seconds": expected.limit("seconds", 0.0), "mismatches": 0.0},
    )


def _listed(value: Any) -> list[float]:
    """A list of what may be none, one or several deliveries."""
    if value is None:
        return []
    return sorted(value) if isinstance(value, (list, tuple)) else [value]
