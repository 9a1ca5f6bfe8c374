"""The declared criteria: what is measured, what it weighs, and how ties are broken."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from ilrs.components.component import Described
from ilrs.errors import UserError
from ilrs.language import Message, said
from ilrs.partnership.finding import Finding
from ilrs.partnership.opportunity import Opportunity
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.terms import counted_mass
from ilrs.partnership.titles import Titles
from ilrs.partnership.trail import digest
from ilrs.scenario.document import suggestion
from ilrs.scenario.loading import read_alone, validate_document
from ilrs.scenario.yaml_text import parse, read_text
from ilrs.units import Number

REFERENCE = Path(__file__).parents[1] / "reference" / "criteria.yaml"
DAY = 86400.0
MARK = "mark."
IDENTITY = frozenset({"name", "title", "summary", "who", "confidential", "answers"})
"""Keys of a proposal that no score and no lot looks at."""
Tie = Literal["most_accepted", "fewest_changes", "soonest", "least_mass", "lot"]


@dataclass(frozen=True)
class Case:
    """One proposal in one slot, as a measure sees it: no name, nobody's country."""

    proposal: Proposal
    slot: Opportunity
    findings: Sequence[Finding]


def _lead(case: Case) -> float:
    spare = [f.given for f in case.findings if f.key == "ready" and f.given is not None]
    return spare[0] if spare else 0.0


def _slack(case: Case) -> float:
    by_limit = [f.slack for f in case.findings if f.by == "call" and f.at_most and f.asked]
    return min((s for s in by_limit if s is not None), default=1.0)


def _mass_share(case: Case) -> float:
    limit = case.slot.mass
    return counted_mass(case.proposal, case.slot) / limit.total if limit and limit.total else 0.0


MEASURES: dict[str, Callable[[Case], float]] = {
    "gifts": lambda c: float(len({g.kind for g in c.proposal.gives})),
    "lead_d": _lead,
    "slack": _slack,
    "mass_share": _mass_share,
    "works_d": lambda c: c.proposal.schedule.works / DAY,
    "stages": lambda c: float(len(c.proposal.stages)),
    "models": lambda c: float(len(c.proposal.models)),
    "modules": lambda c: float(c.proposal.mass.modules),
}
"""What can be measured; `measured` says what it means. `mark.NAME` is a reviewers' mark."""


def measured(measure: str) -> Message:
    """What a measure means, in words."""
    if measure.startswith(MARK):
        return said("match.measure.mark", mark=measure.removeprefix(MARK))
    return said(f"match.measure.{measure}")


class Criterion(Described):
    """One criterion."""

    title: Titles
    measure: str
    """One of the known measures, or `mark.NAME` for the reviewers' mark of that name."""
    start: Annotated[Number, Field(alias="from")]
    """What gives no points."""
    end: Annotated[Number, Field(alias="to")]
    """What gives 100."""
    weight: int = Field(ge=1, le=100, description="Of 100 in all.")

    @model_validator(mode="after")
    def _has_a_length(self) -> Criterion:
        if self.start == self.end:
            raise ValueError("`from` and `to` are the same: no proposal differs from another")
        if not self.measure.startswith(MARK) and self.measure not in MEASURES:
            raise ValueError(
                f"there is no measure {self.measure!r}; {suggestion(self.measure, MEASURES)}"
            )
        return self


class Criteria(Described):
    """All criteria, and how ties are broken."""

    criteria_version: Annotated[Literal[1], Field(alias="version")] = 1
    name: str
    criteria: dict[str, Criterion] = Field(min_length=1)
    ties: list[Tie] = ["most_accepted", "lot"]
    seed: int = 1

    @model_validator(mode="after")
    def _weights_add_up(self) -> Criteria:
        total = sum(c.weight for c in self.criteria.values())
        if total != 100:
            raise ValueError(f"the weights add to {total}, and should to 100")
        if len(set(self.ties)) != len(self.ties):
            raise ValueError("a tie-break stands twice in `ties`")
        return self


def read_criteria(path: Path = REFERENCE) -> Criteria:
    """A set of criteria; every mistake with its line."""
    return validate_document(read_alone(path, "set of criteria", "version"), Criteria)


def points(
    criteria: Criteria, case: Case, marks: Mapping[str, float]
) -> tuple[int, dict[str, float]]:
    """The score of a proposal in a slot [whole points of 100], and the points of each criterion."""
    found: dict[str, float] = {}
    for name, criterion in criteria.criteria.items():
        value = _value(criterion.measure, case, marks)
        share = (value - criterion.start) / (criterion.end - criterion.start)
        found[name] = 100.0 * min(max(share, 0.0), 1.0)
    total = sum(found[name] * c.weight for name, c in criteria.criteria.items()) / 100.0
    return math.floor(total + 0.5 + 1e-9), found


def content_digest(proposal: Proposal) -> str:
    """SHA-256 of a proposal without its proposer: what order and lot go by."""
    data = proposal.model_dump(mode="python", exclude=set(IDENTITY))
    return digest(_texts(data))


def lot(seed: int, proposal: Proposal) -> int:
    """A whole number below 2^20, drawn by the seed and the content alone."""
    drawn = hashlib.sha256(f"{seed}:{content_digest(proposal)}".encode()).hexdigest()
    return int(drawn[:5], 16)


def read_marks(path: Path, criteria: Criteria, names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Reviewers' marks, `{proposal: {mark: 0 to 100}}`, of what the criteria ask for."""
    document = parse(read_text(path), str(path), begin="write {merit: 80}")
    wanted = marks_of(criteria)
    found: dict[str, dict[str, float]] = {}
    for name, marks in document.data.items():
        where = document.where((name,))
        if name not in names:
            raise UserError(
                f"nobody proposes {name!r}", where=where, remedy=suggestion(name, names)
            )
        if not isinstance(marks, dict):
            raise UserError("marks are a mapping", where=where, remedy="write {merit: 80}")
        for mark, value in marks.items():
            at = document.where((name, mark))
            if mark not in wanted:
                raise UserError(
                    f"no criterion asks for the mark {mark!r}", where=at,
                    remedy=suggestion(mark, wanted),
                )  # fmt: skip
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise UserError("a mark is a number", where=at, remedy="write 0 to 100")
            if not 0.0 <= value <= 100.0:
                raise UserError(
                    f"a mark lies between 0 and 100, not at {value}",
                    where=at,
                    remedy="write 0 to 100",
                )
        found[name] = {mark: float(value) for mark, value in marks.items()}
    return found


def marks_of(criteria: Criteria) -> list[str]:
    """The reviewers' marks that the criteria ask for."""
    measures = [c.measure for c in criteria.criteria.values()]
    return [m.removeprefix(MARK) for m in measures if m.startswith(MARK)]


def _value(measure: str, case: Case, marks: Mapping[str, float]) -> float:
    if not measure.startswith(MARK):
        return MEASURES[measure](case)
    mark = measure.removeprefix(MARK)
    if mark not in marks:
        raise UserError(
            f"{case.proposal.name} has no mark {mark!r}", remedy="give all with --marks FILE"
        )
    return marks[mark]


def _texts(data: object) -> object:
    """Plain data with every number as its exact text, so that it has a canonical form."""
    if isinstance(data, Mapping):
        return {str(key): _texts(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_texts(item) for item in data]
    if isinstance(data, float):
        return data.hex()
    if isinstance(data, np.datetime64):
        return str(data)
    return data if data is None or isinstance(data, bool | int | str) else str(data)
