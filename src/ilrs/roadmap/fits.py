"""Accepted proposals as a roadmap sees them: which mission, when, how heavy, and what they need.

Whoever matches proposals hands them over as this data; nothing else of them is known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import model_validator

from ilrs.components.component import Described
from ilrs.errors import UserError
from ilrs.roadmap.arrival import Dates
from ilrs.roadmap.programme import Programme
from ilrs.roadmap.shown import day
from ilrs.scenario.document import suggestion
from ilrs.scenario.instants import Instant
from ilrs.scenario.loading import read_document, validate_document
from ilrs.scenario.schema import NEVER
from ilrs.units import Mass

Secret = Literal["title", "partner", "mass", "window", "needs"]

PACKAGED = Path(__file__).parent / "reference" / "accepted.yaml"
"""An illustration with the likeness of published payloads; no agreement of this kind is known."""


class Accepted(Described):
    """An accepted proposal: it flies on `mission`, may arrive from `begins` and until `ends`."""

    title: str
    partner: str = ""
    mission: str
    mass: Mass
    """With interface, separation device and cable adapters, as the call counts."""
    begins: Instant | None = None
    """It is not ready before; left out, it is ready whenever its mission flies."""
    ends: Instant | None = None
    """Later it is of no use; left out, it waits."""
    needs: list[str] = []
    """Facilities that must be there by the time it arrives."""
    note: str = ""
    confidential: list[Secret] = []
    """What only its partner and the reviewers may know."""

    @model_validator(mode="after")
    def _window(self) -> Accepted:
        if self.begins is not None and self.ends is not None and self.ends < self.begins:
            raise ValueError("the window ends before it begins")
        return self


class Acceptances(Described):
    """A file of accepted proposals."""

    note: str = ""
    accepted: dict[str, Accepted]


@dataclass(frozen=True)
class Reason:
    """Why a proposal does not fit, which part of it that tells of, and of whom."""

    words: str
    about: Secret | None
    tells_of: tuple[str, ...]


def read_accepted(source: Path | str | None = None) -> dict[str, Accepted]:
    """The accepted proposals of a file; None gives the packaged illustration."""
    document = read_document(Path(source) if source is not None else PACKAGED)
    return validate_document(document, Acceptances).accepted


def require_fitting_names(accepted: Mapping[str, Accepted], programme: Programme) -> None:
    """Refuse proposals on missions or standing on facilities that there are not."""
    for name, each in accepted.items():
        if each.mission not in programme.missions:
            raise UserError(
                f"proposal {name!r} flies on no mission of the roadmap: {each.mission!r}",
                remedy=suggestion(each.mission, programme.missions),
            )
        for need in each.needs:
            if need not in programme.facilities:
                raise UserError(
                    f"proposal {name!r} needs no facility of the station: {need!r}",
                    remedy=suggestion(need, programme.facilities),
                )


def misfits(
    accepted: Mapping[str, Accepted], programme: Programme, dates: Dates
) -> dict[str, list[Reason]]:
    """Why each proposal does not fit its own mission; those that do are left out."""
    told: dict[str, list[Reason]] = {}
    for name, each in accepted.items():
        if reasons := _reasons(name, each, programme, dates):
            told[name] = reasons
    for mission, over in _overloaded(accepted, programme).items():
        for name, each in accepted.items():
            if each.mission == mission:
                told.setdefault(name, []).append(over)
    return told


def _reasons(name: str, each: Accepted, programme: Programme, dates: Dates) -> list[Reason]:
    def reason(words: str, about: Secret | None = None) -> Reason:
        return Reason(words, about, (name,))

    mission = programme.missions.get(each.mission)
    if mission is None:
        return [reason(f"this plan has no mission {each.mission}")]
    comes = dates.missions[each.mission]
    if comes >= NEVER:
        return [reason(f"{mission.title} is {mission.confidence}")]
    found = []
    there_on = f"{mission.title} comes {day(comes)}"
    if each.begins is not None and comes < each.begins:
        found.append(reason(f"{there_on}, before it is ready ({day(each.begins)})", "window"))
    if each.ends is not None and comes > each.ends:
        found.append(reason(f"{there_on}, after its window ends ({day(each.ends)})", "window"))
    for need in each.needs:
        there = dates.facilities[need]
        if there > comes:
            when = "never" if there >= NEVER else f"on {day(there)}"
            title = programme.facilities[need].title
            found.append(reason(f"it needs {title}, there {when}", "needs"))
    return found


def _overloaded(accepted: Mapping[str, Accepted], programme: Programme) -> dict[str, Reason]:
    over = {}
    for name, flight in programme.roadmap.flights.items():
        aboard = tuple(n for n, each in accepted.items() if each.mission == name)
        mass = sum(accepted[n].mass for n in aboard)
        if flight.partners is not None and mass > flight.partners + 1e-9:
            words = f"{mass:g} kg of partners' payloads where {flight.partners:g} kg may fly"
            over[name] = Reason(words, "mass", aboard)
    return over


def told(accepted: Mapping[str, Accepted], names: Sequence[str]) -> list[dict[str, Any]]:
    """Proposals as plain data."""
    return [
        {
            "name": n,
            "title": accepted[n].title,
            "partner": accepted[n].partner,
            "mission": accepted[n].mission,
            "mass_kg": accepted[n].mass,
            "begins": day(accepted[n].begins),
            "ends": day(accepted[n].ends),
        }
        for n in names
    ]
