"""Routes over contact plans: against brute force on odd plans, and known answers by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilrs.errors import UserError
from ilrs.planning.contact_routes import Contact, ContactGraph, ContactPlan, make_plan


def arrival(contact: Contact, ready: float, size: float) -> float:
    """The rule, written down once more: what one contact does with a bundle."""
    if size == 0.0:
        usable = ready < contact.end and contact.start <= contact.end
        sending = 0.0
    else:
        sending = size / contact.rate if contact.rate else math.inf
        usable = max(contact.start, ready) <= contact.end - sending
    return max(contact.start, ready) + (contact.light_time + sending) if usable else math.inf


def corrected_labels(plan: ContactPlan, source: object, ready: float, size: float) -> dict:
    """Label correction: go through all contacts until nothing gets earlier."""
    label = dict.fromkeys(plan.nodes, math.inf) | {source: ready}
    contacts = [plan.contact(k) for k in range(len(plan))]
    changed = True
    while changed:
        changed = False
        for contact in contacts:
            then = arrival(contact, label[contact.sender], size)
            if then < label[contact.receiver]:
                label[contact.receiver] = then
                changed = True
    return label


def simple_routes(plan: ContactPlan, source: object, goal: object, ready: float, size: float):
    """Deliveries and hops of every loop-free sequence of contacts, by going through all of them."""
    contacts = [plan.contact(k) for k in range(len(plan))]
    found = []

    def extend(node: object, now: float, seen: frozenset, first: object, hops: int) -> None:
        if node == goal:
            found.append((now, hops, first))
            return
        for contact in contacts:
            if contact.sender == node and contact.receiver not in seen:
                then = arrival(contact, now, size)
                if then < math.inf:
                    start = contact.receiver if first is None else first
                    extend(contact.receiver, then, seen | {contact.receiver}, start, hops + 1)

    extend(source, ready, frozenset([source]), None, 0)
    return sorted(found, key=lambda route: route[:2])


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    """Few nodes and small whole numbers: ties, overlaps, self-loops, empty and inverted ones."""
    start = draw(st.integers(0, 12))
    return Contact(
        draw(st.integers(0, 4)),
        draw(st.integers(0, 4)),
        float(start),
        float(start + draw(st.integers(-1, 8))),
        float(draw(st.sampled_from([0, 1, 1, 2, 4]))),
        float(draw(st.sampled_from([0, 0, 1, 3, 20]))),
    )


plans = st.lists(contacts(), max_size=30).map(lambda listed: make_plan(listed, range(5)))


@settings(max_examples=80)
@given(plans, st.sampled_from([0.0, 0.0, 1.0, 3.0, 8.0]))
def test_labels_are_those_of_brute_force(plan: ContactPlan, size: float) -> None:
    graph = ContactGraph(plan, size)
    queries = list(itertools.product(range(5), range(5), (-1.0, 0.0, 2.5, 6.0, 21.0)))
    sources, goals, times = zip(*queries, strict=True)
    found = graph.deliveries(sources, goals, times)
    expected = [
        corrected_labels(plan, source, ready, size)[goal] for source, goal, ready in queries
    ]
    np.testing.assert_array_equal(found, expected)


@settings(max_examples=40)
@given(st.lists(contacts(), max_size=12), st.sampled_from([0.0, 1.0, 3.0]))
def test_route_hops_and_alternatives_are_those_of_brute_force(listed: list, size: float) -> None:
    plan = make_plan(listed, range(5))
    graph = ContactGraph(plan, size)
    for ready in (0.0, 4.5):
        expected = simple_routes(plan, 0, 4, ready, size)
        route = graph.route(0, 4, ready)
        if not expected:
            assert route is None
            assert graph.next_hops(0, 4, ready) == []
            assert list(graph.alternatives(0, 4, ready)) == []
            continue
        assert route is not None
        assert (route.delivery, len(route.contacts)) == expected[0][:2]
        first = {hop for then, _, hop in expected if then == expected[0][0]}
        assert set(graph.next_hops(0, 4, ready)) == first
        assert route.next_hop in first
        every = list(graph.alternatives(0, 4, ready))
        assert [(r.delivery, len(r.contacts)) for r in every] == [r[:2] for r in expected]
        assert len({r.contacts for r in every}) <= len(every)


def test_a_pair_with_thousands_of_overlapping_contacts_of_every_length() -> None:
    draw = np.random.default_rng(3)
    start = draw.uniform(0.0, 1e5, 4000)
    length = draw.exponential(3e3, 4000) * draw.integers(0, 2, 4000)
    light = draw.uniform(0.0, 2e3, 4000)
    plan = make_plan(
        Contact("a", "b", *row)
        for row in zip(start, start + length, np.ones(4000), light, strict=True)
    )
    for size in (0.0, 500.0):
        times = draw.uniform(-10.0, 1.2e5, 300)
        found = ContactGraph(plan, size).deliveries(["a"] * 300, ["b"] * 300, times)
        last = plan.end - size
        ready = times[:, None]
        usable = (ready < last) if size == 0.0 else (np.maximum(ready, plan.start) <= last)
        then = np.maximum(ready, plan.start) + light + size
        expected = np.where(usable, then, np.inf).min(axis=1)
        np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_a_contact_that_ends_during_transmission_is_left_for_the_next() -> None:
    plan = make_plan(
        [
            Contact("lander", "relay", 0.0, 10.0, 100.0, 1.0),
            Contact("lander", "relay", 50.0, 70.0, 100.0, 1.0),
        ]
    )
    graph = ContactGraph(plan, size=600.0)
    assert graph.delivery("lander", "relay", 4.0) == 11.0
    assert graph.delivery("lander", "relay", 4.5) == 57.0
    assert graph.delivery("lander", "relay", 64.5) == math.inf
    assert ContactGraph(plan).delivery("lander", "relay", 9.5) == 10.5
    assert ContactGraph(plan).delivery("lander", "relay", 10.0) == 51.0
    route = graph.route("lander", "relay", 4.5)
    assert route is not None
    assert (route.first_bit, route.delivery) == (51.0, 57.0)


def test_light_time_longer_than_the_contact() -> None:
    plan = make_plan([Contact("moon", "mars", 0.0, 10.0, 1.0, 1200.0)])
    assert ContactGraph(plan).delivery("moon", "mars", 9.0) == 1209.0


def test_waiting_for_a_shorter_way_beats_leaving_at_once() -> None:
    far, near = Contact(1, 2, 0.0, 100.0, 1.0, 50.0), Contact(1, 2, 20.0, 100.0, 1.0, 1.0)
    graph = ContactGraph(make_plan([far, near]))
    assert graph.delivery(1, 2, 0.0) == 21.0
    assert graph.delivery(1, 2, 60.0) == 61.0


def test_a_late_arrival_by_fewer_hops_is_not_hidden_by_an_early_one() -> None:
    plan = make_plan(
        [
            Contact(0, 1, 0.0, 10.0, 1.0, 0.0),
            Contact(1, 2, 10.0, 20.0, 1.0, 0.0),
            Contact(0, 2, 25.0, 35.0, 1.0, 0.0),
            Contact(2, 3, 30.0, 40.0, 1.0, 0.0),
        ]
    )
    route = ContactGraph(plan).route(0, 3, 0.0)
    assert route is not None
    assert route.delivery == 30.0
    assert [contact.receiver for contact in route.contacts] == [2, 3]


def test_a_bundle_at_its_destination_is_delivered() -> None:
    graph = ContactGraph(make_plan([Contact(1, 2, 0.0, 1.0, 1.0, 0.0)]))
    route = graph.route(2, 2, 7.0)
    assert route is not None
    assert (route.delivery, route.contacts, route.next_hop) == (7.0, (), None)
    assert [r.contacts for r in graph.alternatives(2, 2, 7.0)] == [()]


def test_an_empty_plan_has_nodes_and_no_routes() -> None:
    graph = ContactGraph(make_plan([], ["a", "b"]))
    assert graph.delivery("a", "b", 0.0) == math.inf
    assert graph.route("a", "b", 0.0) is None


@pytest.mark.parametrize(
    ("contact", "wrong"),
    [
        (Contact(1, 2, math.nan, 4.0, 1.0, 0.0), "no finite number"),
        (Contact(1, 2, 0.0, math.nan, 1.0, 0.0), "no number"),
        (Contact(1, 2, 0.0, 4.0, -1.0, 0.0), "negative"),
        (Contact(1, 2, 0.0, 4.0, 1.0, -1.0), "negative"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(contact: Contact, wrong: str) -> None:
    with pytest.raises(UserError, match=wrong):
        make_plan([contact])


def test_mistakes_in_queries_are_told() -> None:
    plan = make_plan([Contact(1, 2, 0.0, 4.0, 1.0, 0.0)])
    with pytest.raises(UserError, match="no node 3"):
        ContactGraph(plan).delivery(1, 3, 0.0)
    with pytest.raises(UserError, match="no number"):
        ContactGraph(plan).delivery(1, 2, math.nan)
    with pytest.raises(UserError, match="size"):
        ContactGraph(plan, -1.0)
