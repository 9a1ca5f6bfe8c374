"""Names, partners and the order of files decide nothing about who goes where."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ilrs.partnership.feasibility import Bench
from ilrs.partnership.matching.criteria import read_criteria
from ilrs.partnership.matching.match import match
from ilrs.partnership.matching.pose import in_order
from ilrs.partnership.reading import Read, read_call, read_proposal
from ilrs.partnership.rules import REFERENCE as RULES
from ilrs.partnership.rules import read_rules

CALL = """\
call: 1
name: tight
title: Room for few
opportunities:
""" + "".join(
    f"""\
  {name}:
    title: {name}
    mission: ilrs-1
    levels: [application, ground]
    opens: 2026-01-01
    closes: 2027-12-31
    hardware_due: 0 d
    loops: {loops}
    powered: false
"""
    for name, loops in (("first", 3), ("second", 2))
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    path = tmp_path_factory.mktemp("call") / "call.yaml"
    path.write_text(CALL, encoding="utf-8")
    return Bench(read_call(str(path)))


def office() -> list[Read]:
    """Ten offers that differ in little, more than there is room for; many are worth the same."""
    training, archive = read_proposal("training"), read_proposal("data-service")
    return [
        replace(
            read,
            proposal=read.proposal.model_copy(
                update={
                    "name": f"{read.proposal.name}-{k}",
                    "answers": [],
                    "commanding": read.proposal.commanding.model_copy(update={"loops": 1.0}),
                    "models": [],
                    "schedule": read.proposal.schedule.model_copy(
                        update={"works": read.proposal.schedule.works + k * 86400.0}
                    ),
                }
            ),
        )
        for read in (training, archive)
        for k in range(5)
    ]


def otherwise(reads: list[Read], names: Iterator[str]) -> list[Read]:
    """The same proposals from other partners, by other names, in another order."""
    found = []
    for read in reversed(reads):
        name = next(names)
        who = read.proposal.who.model_copy(update={"organisation": name, "country": "XX"})
        proposal = read.proposal.model_copy(update={"name": name, "title": name, "who": who})
        found.append(replace(read, proposal=proposal))
    return found


def test_who_goes_where_is_the_same_by_any_names_and_in_any_order(bench: Bench) -> None:
    reads = office()
    given: Any = (read_criteria(), read_rules(RULES), {})
    one = match(bench, reads, *given, live=False)
    assert one.solved.settled
    assert len([slot for slot in one.places.values() if slot]) == 5  # there is room for five loops
    for start in ("zz", "aa"):
        names = (f"{start}-{k}" for k in itertools.count())
        turned = otherwise(reads, names)
        other = match(bench, turned, *given, live=False)
        was = [one.places[read.proposal.name] for read in reversed(reads)]
        assert [other.places[read.proposal.name] for read in turned] == was
        assert (other.solved.points, other.solved.settled) == (one.solved.points, True)


def test_proposals_alike_in_everything_are_in_the_order_of_a_draw() -> None:
    read = read_proposal("training")
    twins = [
        replace(read, proposal=read.proposal.model_copy(update={"name": f"twin-{k}"}))
        for k in range(6)
    ]
    first = [r.proposal.name for r in in_order(twins, 1)]
    assert first == [r.proposal.name for r in in_order(twins[::-1], 1)]
    assert len({tuple(r.proposal.name for r in in_order(twins, seed)) for seed in range(9)}) > 3
    # Whoever answers something else is another proposal: no name is asked then.
    picky = [
        replace(r, proposal=r.proposal.model_copy(update={"answers": [slot]}))
        for r, slot in zip(twins, ("b", "a"), strict=False)
    ]
    assert [r.proposal.answers for r in in_order(picky, 1)] == [["a"], ["b"]]
