"""Which two proposals disturb each other, and by what; the same rules for everybody."""

from __future__ import annotations

from collections.abc import Iterator

from ilrs.language import Message, said
from ilrs.partnership.opportunity import Opportunity
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.terms import one_of
from ilrs.planning.sizing.request import distance
from ilrs.scenario.schema import Ground, Scenario


def clashes(
    first: Proposal, at: Opportunity, second: Proposal, there: Opportunity, scenario: Scenario
) -> list[Message]:
    """Why two proposals cannot both be, one in the slot `at`, the other in `there`; none: they can.

    Bands that one fills and the other listens in, and what one makes and the other cannot bear,
    count within the distance that the disturbed one states; at one place it is nothing.
    """
    away = _apart(at, there, scenario)
    if away is None:
        return []
    return [*_one_way(first, second, away), *_one_way(second, first, away)]


def _apart(at: Opportunity, there: Opportunity, scenario: Scenario) -> float | None:
    """Distance of two slots [m]; None where one is not on the Moon's ground."""
    if at.place is None or there.place is None:
        return None
    if not all(isinstance(scenario.places[p], Ground) for p in (at.place, there.place)):
        return None
    return 0.0 if at.place == there.place else distance(scenario, at.place, there.place)


def _one_way(loud: Proposal, quiet: Proposal, away: float) -> Iterator[Message]:
    shared = sorted(set(loud.needs.makes) & set(quiet.needs.quiet))
    if shared and away <= quiet.needs.quiet_within:
        yield said(
            "clash.makes",
            loud=loud.name,
            what=[one_of("disturbance", word) for word in shared],
            quiet=quiet.name,
            within=f"{quiet.needs.quiet_within:g}",
            away=f"{away:.0f}",
        )
    bands = {**loud.electromagnetic.emits, **loud.electromagnetic.transmits}
    for name, listens in quiet.electromagnetic.listens.items():
        for emitter, band in bands.items():
            if listens.meets(band) and away < listens.apart:
                yield said(
                    "clash.fills",
                    loud=loud.name,
                    emitter=emitter,
                    band=name,
                    quiet=quiet.name,
                    apart=f"{listens.apart / 1e3:g}",
                    away=f"{away / 1e3:.2g}",
                )
