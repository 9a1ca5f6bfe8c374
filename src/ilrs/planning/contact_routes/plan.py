"""Contact plan: when which node can send to which other, at what rate and over what distance."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import UserError

Node = int | str
"""What a node is called."""

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Contact(NamedTuple):
    """An opportunity to send from `sender` to `receiver`.

    It lasts from `start` to `end` [s] at `rate` [bit/s]; light takes `light_time` [s].
    """

    sender: Node
    receiver: Node
    start: float
    end: float
    rate: float
    light_time: float

    def __str__(self) -> str:
        return f"{self.sender} to {self.receiver}, {self.start:g} to {self.end:g} s"


@dataclass(frozen=True, eq=False)
class ContactPlan:
    """Contacts as arrays (contacts,); `sender` and `receiver` are places in `nodes`.

    Times in seconds, `rate` in bit/s. Contacts from a node to itself lead nowhere and are kept out
    of routes. Several contacts of one pair may overlap: whichever serves best is used. Plans that
    are exchanged hold contacts that end before they start; those never open, see `never_open`.
    """

    nodes: tuple[Node, ...]
    sender: Indices
    receiver: Indices
    start: Floats
    end: Floats
    rate: Floats
    light_time: Floats

    def __len__(self) -> int:
        return int(self.start.size)

    @property
    def never_open(self) -> int:
        """How many contacts end before they start."""
        return int(np.count_nonzero(self.end < self.start))

    def contact(self, index: int) -> Contact:
        """The contact at a place of the plan."""
        return Contact(
            self.nodes[int(self.sender[index])],
            self.nodes[int(self.receiver[index])],
            float(self.start[index]),
            float(self.end[index]),
            float(self.rate[index]),
            float(self.light_time[index]),
        )

    def place(self, node: Node) -> int:
        """Where a node stands in `nodes`; `UserError` when the plan does not know it."""
        try:
            return self.nodes.index(node)
        except ValueError:
            known = ", ".join(map(str, self.nodes[:20])) + ", ..." * (len(self.nodes) > 20)
            raise UserError(
                f"the contact plan has no node {node!r}", remedy=f"choose among {known or 'none'}"
            ) from None


def make_plan(contacts: Iterable[Contact], nodes: Iterable[Node] = ()) -> ContactPlan:
    """A plan of contacts; `nodes` names those that may have none."""
    listed = list(contacts)
    for number, contact in enumerate(listed):
        _require_sound(contact, number)
    named: dict[Node, int] = {}
    for node in nodes:
        named.setdefault(node, len(named))
    for contact in listed:
        named.setdefault(contact.sender, len(named))
        named.setdefault(contact.receiver, len(named))
    return ContactPlan(
        tuple(named),
        np.array([named[c.sender] for c in listed], np.int64),
        np.array([named[c.receiver] for c in listed], np.int64),
        np.array([c.start for c in listed], np.float64),
        np.array([c.end for c in listed], np.float64),
        np.array([c.rate for c in listed], np.float64),
        np.array([c.light_time for c in listed], np.float64),
    )


def _require_sound(contact: Contact, number: int) -> None:
    wrong = ""
    if not all(map(math.isfinite, (contact.start, contact.rate, contact.light_time))):
        wrong = "has a start, rate or light time that is no finite number"
    elif math.isnan(contact.end):
        wrong = "has an end that is no number"
    elif contact.rate < 0.0 or contact.light_time < 0.0:
        wrong = "has a negative rate or light time"
    if wrong:
        raise UserError(f"contact {number} ({contact}) {wrong}", remedy="correct the contact plan")
