"""What leaves the core: by field and by who asks.

A partner marks keys of its proposal confidential. They, and every statement that tells of them, are
absent (not blank) from what anybody but the partner itself and the reviewers gets. Whatever is
written or printed about proposals is made of `Released` data, which only `release` and
`release_rows` make, so that a new door cannot forget it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ilrs.errors import UserError
from ilrs.language import Message
from ilrs.partnership.proposal import Proposal
from ilrs.scenario.document import suggestion

REVIEWERS, PUBLIC, PARTNER = "reviewers", "public", "partner:"
ALWAYS = frozenset({"proposal", "name", "confidential"})
"""What cannot be confidential: without its name nothing can be said of a proposal at all."""
_KEY = object()


@dataclass(frozen=True)
class Audience:
    """Who asks: the reviewers, one partner's organisation, or anybody."""

    reviewers: bool = False
    organisation: str | None = None

    def sees_all_of(self, proposal: Proposal) -> bool:
        """Whether nothing of this proposal is hidden from them."""
        return self.sees_all_by(proposal.who.organisation)

    def sees_all_by(self, *names: str) -> bool:
        """Whether nothing is hidden from them of what a partner called any of `names` brings."""
        return self.reviewers or any(_same(self.organisation, name) for name in names)

    def __str__(self) -> str:
        if self.reviewers:
            return REVIEWERS
        return PUBLIC if self.organisation is None else f"{PARTNER}{self.organisation}"


def audience_of(word: str) -> Audience:
    """The audience that a word names: `public`, `reviewers`, or `partner:ORGANISATION`."""
    if word == REVIEWERS:
        return Audience(reviewers=True)
    if word == PUBLIC:
        return Audience()
    name = word.removeprefix(PARTNER).strip()
    if word.startswith(PARTNER) and name:
        return Audience(organisation=name)
    raise UserError(
        f"{word!r} is no audience", remedy=f"known: {PUBLIC}, {REVIEWERS}, {PARTNER}ORGANISATION"
    )


def readers(word: str) -> Message:
    """Who an audience is, in words, from the word that names it."""
    kind, _, name = word.partition(":")
    return Message(f"audience.{kind}", {"name": name} if name else {})


class Released:
    """Plain data that an audience may have; made by this module alone."""

    __slots__ = ("audience", "data")

    def __init__(self, data: Any, audience: Audience, key: object) -> None:
        if key is not _KEY:
            raise TypeError("released data come from release() alone")
        self.data, self.audience = data, audience


@dataclass(frozen=True)
class Row:
    """Something told about proposals: the data, and the keys of each proposal that they tell of."""

    data: Any
    about: Mapping[str, tuple[str, ...]]


def release(proposal: Proposal, data: Mapping[str, Any], audience: Audience) -> Released:
    """A proposal's own data, without what this audience may not see of it."""
    hidden = hidden_of(proposal, audience)
    return Released(_without(data, (), hidden), audience, _KEY)


def release_rows(
    rows: Iterable[Row], proposals: Mapping[str, Proposal], audience: Audience
) -> Released:
    """The statements that tell of nothing hidden; `about` with no keys tells of nothing of it."""
    hidden = {name: hidden_of(proposal, audience) for name, proposal in proposals.items()}
    kept = [
        row.data
        for row in rows
        if not any(
            covers(key, secret)
            for name, keys in row.about.items()
            for key in keys
            for secret in hidden[name]
        )
    ]
    return Released(kept, audience, _KEY)


def merged(parts: Mapping[str, Released | Any], audience: Audience) -> Released:
    """One document of released parts and of what tells of no proposal."""
    data = {}
    for name, part in parts.items():
        if isinstance(part, Released):
            if part.audience != audience:
                raise ValueError(f"{name} was released to {part.audience}, not to {audience}")
            data[name] = part.data
        else:
            data[name] = part
    return Released(data, audience, _KEY)


def hidden_of(proposal: Proposal, audience: Audience) -> tuple[str, ...]:
    """The keys of a proposal that an audience may not see."""
    return () if audience.sees_all_of(proposal) else tuple(proposal.confidential)


def public_keys(proposal: Proposal, hidden: Iterable[str]) -> list[str]:
    """Keys that are hidden, as anybody may read them: without names that the partner gave."""
    told = []
    for key in hidden:
        value: Any = proposal
        steps: list[str] = []
        for step in key.split("."):
            if isinstance(value, Mapping):
                break
            steps.append(step)
            value = getattr(value, step, None)
        told.append(".".join(steps))
    return list(dict.fromkeys(told))


def covers(key: str, secret: str) -> bool:
    """Whether telling `key` tells of `secret`: the same key, one inside it, or one around it."""
    one, other = key.split("."), secret.split(".")
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def require_known(proposal: Proposal) -> None:
    """Refuse a confidential mark that hides nothing: a misspelt one would publish what it means.

    A key that a proposal may have but leaves out is known too.
    """
    for key in proposal.confidential:
        first, *steps = key.split(".")
        if first in ALWAYS:
            raise UserError(f"{key!r} of {proposal.name} cannot be confidential")
        known: Any = Proposal.model_fields
        value: Any = None
        for done, step in enumerate((first, *steps)):
            if step not in known:
                so_far = ".".join((first, *steps)[:done])
                near = [f"{so_far}.{k}" if so_far else str(k) for k in known]
                raise UserError(
                    f"{proposal.name} marks {key!r} confidential, which a proposal does not have",
                    remedy=suggestion(key, near),
                )
            value = getattr(proposal, first) if not done else _inside(value, step)
            known = _keys(value)


def _inside(value: Any, step: str) -> Any:
    return value[step] if isinstance(value, Mapping) else getattr(value, step)


def _keys(value: Any) -> Any:
    """The keys there may be inside a value."""
    if isinstance(value, BaseModel):
        return type(value).model_fields
    return value if isinstance(value, Mapping) else ()


def _without(data: Mapping[str, Any], path: tuple[str, ...], hidden: tuple[str, ...]) -> Any:
    kept: dict[str, Any] = {}
    for key, value in data.items():
        here = ".".join((*path, str(key)))
        if here in hidden:
            continue
        kept[key] = (
            _without(value, (*path, str(key)), hidden) if isinstance(value, Mapping) else value
        )
    return kept


def _same(one: str | None, other: str) -> bool:
    return (
        one is not None and " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
    )
