"""A matched set lived in one station; where it fails, the fewest for whom it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ilrs.errors import ScenarioError
from ilrs.language import said
from ilrs.partnership.feasibility import Bench, effort_of
from ilrs.partnership.felt import cost, losses, received
from ilrs.partnership.finding import Finding, plain
from ilrs.partnership.matching.pose import Posed
from ilrs.partnership.matching.problem import NOWHERE
from ilrs.partnership.matching.solve import Solved
from ilrs.partnership.mistakes import Mistake
from ilrs.partnership.opportunity import Opportunity
from ilrs.partnership.outlook import Stretch
from ilrs.partnership.plug import plugged, takes_nothing
from ilrs.partnership.reading import Read
from ilrs.partnership.twin import planned

T = TypeVar("T")
Found = dict[str, tuple[Finding, ...]]
Member = tuple[Read, str, Opportunity]
"""A proposal, and the slot it goes to with its name."""


@dataclass(frozen=True)
class Together:
    """The matched set lived in one station: over which weeks, and what each of it got."""

    stretch: Stretch | None
    """None where none of the set touches the station's network."""
    members: Mapping[str, str]
    """The opportunity of each proposal of the set that takes anything from the station."""
    findings: Mapping[str, tuple[Finding, ...]]
    seeds: int
    odd: tuple[str, ...] = ()
    """Where it fails: those that fail each by itself, or else the fewest that fail together."""
    alone: bool = False
    """Whether those at odds fail each by itself, over the same weeks."""

    @property
    def failing(self) -> list[str]:
        """Those that do not get what they need, or cost the station too much."""
        return _failing(self.findings)

    @property
    def feasible(self) -> bool:
        """Whether all of them live together."""
        return not self.failing


def live_together(bench: Bench, posed: Posed, solved: Solved) -> Together:
    """One station with all of the set plugged in, against the one without, over critical weeks.

    The weeks are those after the last of their missions that arrives within the scenario's period.
    A set that fails is lived again in parts, to tell who fails by itself and who in a crowd.
    """
    stop = bench.outlook.clock.stop
    members: list[Member] = []
    for i, j in enumerate(solved.places.tolist()):
        if j == NOWHERE:
            continue
        read, name = posed.reads[i], posed.slot_names[j]
        proposal, slot = read.proposal, posed.slots[name]
        stands = slot.place is not None and proposal.flies and not takes_nothing(proposal, slot)
        if stands and bench.loaded.scenario.missions[slot.mission].date < stop:
            members.append((read, name, slot))
    if not members:
        return Together(None, {}, {}, 0)
    begins = max(bench.years(slot, read.proposal)[0] for read, _, slot in members)
    stretch = bench.outlook.critical(begins, stop)
    found = _life(bench, stretch, members)
    odd, alone = _at_odds(bench, stretch, members, found)
    there = {read.proposal.name: name for read, name, _ in members}
    names = tuple(read.proposal.name for read, _, _ in odd)
    return Together(stretch, there, found, len(bench.seeds), names, alone)


def fewest(those: Sequence[T], fails: Callable[[Sequence[T]], bool]) -> list[T]:
    """Of those that fail together, some that fail and do not when any of them is left out.

    QuickXplain (Junker 2004): halves, so few of many are found in few trials. Holds where more
    never mend what fewer break.
    """

    def needed(kept: list[T], grown: bool, rest: list[T]) -> list[T]:
        if grown and fails(kept):
            return []
        if len(rest) == 1:
            return rest
        first, second = rest[: len(rest) // 2], rest[len(rest) // 2 :]
        later = needed([*kept, *first], True, second)
        return [*needed([*kept, *later], bool(later), first), *later]

    return needed([], False, list(those))


def _at_odds(
    bench: Bench, stretch: Stretch, members: Sequence[Member], found: Found
) -> tuple[list[Member], bool]:
    """Those that fail each by itself, or else the fewest that fail together; whether by itself."""
    lacking = [
        member
        for member in members
        if any(f.passed is False and f.key != "harmless" for f in found[member[0].proposal.name])
    ]
    alone = [m for m in lacking if _fails(bench, stretch, [m])]
    if alone or not _failing(found):
        return alone, bool(alone)
    first = [id(member) for member in lacking]
    odd = fewest(
        [*lacking, *(m for m in members if id(m) not in first)],
        lambda some: _fails(bench, stretch, some),
    )
    return odd, len(odd) == 1


def _fails(bench: Bench, stretch: Stretch, some: Sequence[Member]) -> bool:
    return bool(_failing(_life(bench, stretch, some)))


def _failing(found: Mapping[str, tuple[Finding, ...]]) -> list[str]:
    return [n for n, fs in found.items() if any(f.passed is False for f in fs)]


def _life(bench: Bench, stretch: Stretch, members: Sequence[Member]) -> Found:
    """What each gets, and costs, in one station with all of them."""
    base = bench.without(stretch, "quick")
    loaded = base.loaded
    found: Found = {}
    inside = []
    for read, _, slot in members:
        proposal = read.proposal
        try:
            loaded = plugged(loaded, proposal, slot, read.document)
        except ScenarioError as error:
            found[proposal.name] = (plain("plugged", said("felt.plugged"), False, Mistake(error)),)
            continue
        inside.append((proposal, slot))
    side = planned(loaded, base.environment, bench.seeds, effort_of("quick"), base)
    for proposal, slot in inside:
        rows = losses(proposal, base, side)
        found[proposal.name] = (*received(proposal, slot, side), *cost(rows))
    return found
