"""Contact plans as others write them: HDTN's JSON, ION's commands, pyCGR's and A-SABR's lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ilrs.errors import DataError, UserError, Where
from ilrs.planning.contact_routes.plan import Contact, ContactPlan, Node, make_plan

BYTE = 8.0
"""Bits."""


def read_contact_plan(text: str, form: str, name: str = "contact plan") -> ContactPlan:
    """The plan a text holds in one of `FORMATS`; `name` is told in errors.

    `hdtn`: JSON of HDTN, rates in bit/s. `contacts`: the same with rates in byte/s or bit/s by
    their key. `ion`: the commands `a contact`, `a range` and `@` of ION's administration files,
    rates in byte/s. `pycgr`: `a contact` lines with the light time as last column, rates in byte/s.
    `asabr`: `contact` lines of A-SABR with constant rate and delay, rates in bit/s.
    """
    if form not in FORMATS:
        raise UserError(
            f"contact plans of format {form!r} are not read",
            remedy=f"choose among {', '.join(sorted(FORMATS))}",
        )
    try:
        return FORMATS[form](text, name)
    except (ValueError, KeyError, TypeError) as error:
        told = f"lacks {error}" if isinstance(error, KeyError) else f"cannot be read: {error}"
        raise DataError(f"the contact plan {told}", where=Where(file=name)) from error


def _json(text: str, name: str) -> ContactPlan:
    rows = json.loads(text)["contacts"]
    return make_plan(
        Contact(
            row["source"],
            row["dest"],
            float(row["startTime"]),
            float(row["endTime"]),
            _json_rate(row),
            float(row["owlt"]),
        )
        for row in rows
    )


def _json_rate(row: dict[str, Any]) -> float:
    if "rateBytesPerSec" in row:
        return BYTE * float(row["rateBytesPerSec"])
    return float(row["rateBitsPerSec"])


class _Range(NamedTuple):
    start: float
    end: float
    light_time: float


def _ion(text: str, name: str) -> ContactPlan:
    """Ranges may follow the contacts they belong to; one told for one direction holds for both."""
    now = 0.0
    contacts: list[tuple[int, Contact]] = []
    ranges: dict[tuple[Node, Node], list[_Range]] = {}
    for line, words in _lines(text):
        where = Where(file=name, line=line)
        if words[0] == "@" and len(words) == 2:
            now = _ion_time(words[1], now, where)
        elif words[:2] == ["a", "contact"] and len(words) >= 7:
            start, end = (_ion_time(word, now, where) for word in words[2:4])
            sender, receiver, rate = (_number(word, where) for word in words[4:7])
            contacts.append(
                (line, Contact(int(sender), int(receiver), start, end, BYTE * rate, 0.0))
            )
        elif words[:2] == ["a", "range"] and len(words) == 7:
            start, end = (_ion_time(word, now, where) for word in words[2:4])
            sender, receiver, light_time = (_number(word, where) for word in words[4:7])
            told = ranges.setdefault((int(sender), int(receiver)), [])
            told.append(_Range(start, end, light_time))
        elif words[:2] != ["m", "horizon"]:
            raise DataError(
                f"is not understood: {' '.join(words)}",
                where=where,
                remedy="write 'a contact', 'a range' or '@' as ION does",
            )
    return make_plan(
        part for line, contact in contacts for part in _parted(contact, ranges, name, line)
    )


def _parted(
    contact: Contact, ranges: dict[tuple[Node, Node], list[_Range]], name: str, line: int
) -> Iterator[Contact]:
    """The contact cut to where its range is known, which is where ION uses it."""
    ends = (contact.sender, contact.receiver)
    told = ranges.get(ends) or ranges.get(ends[::-1]) or []
    if not told and contact.sender != contact.receiver:
        raise DataError(
            f"no range for the contact {contact}",
            where=Where(file=name, line=line),
            remedy=f"add 'a range' between {contact.sender} and {contact.receiver}",
        )
    for start, end, light_time in sorted(told):
        begin, until = max(start, contact.start), min(end, contact.end)
        if begin < until:
            yield contact._replace(start=begin, end=until, light_time=light_time)


def _ion_time(word: str, now: float, where: Where) -> float:
    """Seconds: `+n` counts from the last `@`; dates are not read."""
    return now + _number(word, where) if word.startswith("+") else _number(word, where)


def _pycgr(text: str, name: str) -> ContactPlan:
    contacts = []
    for line, words in _lines(text):
        where = Where(file=name, line=line)
        if words[:2] != ["a", "contact"] or len(words) != 8:
            raise DataError(
                f"is not understood: {' '.join(words)}",
                where=where,
                remedy="write 'a contact START END FROM TO RATE LIGHT_TIME'",
            )
        start, end, sender, receiver, rate, light_time = (_number(w, where) for w in words[2:])
        contacts.append(Contact(int(sender), int(receiver), start, end, BYTE * rate, light_time))
    return make_plan(contacts)


def _asabr(text: str, name: str) -> ContactPlan:
    nodes: list[Node] = []
    contacts = []
    for line, words in _lines(text):
        where = Where(file=name, line=line)
        if words[0] == "node" and len(words) >= 3:
            nodes.append(int(_number(words[1], where)))
        elif words[0] == "contact" and len(words) == 7:
            sender, receiver, *rest = (_number(word, where) for word in words[1:])
            contacts.append(Contact(int(sender), int(receiver), *rest))
        else:
            raise DataError(
                f"is not understood: {' '.join(words)}",
                where=where,
                remedy="write 'contact FROM TO START END RATE DELAY'; no markers, no segments",
            )
    return make_plan(contacts, nodes)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that say something, from 1, in words; `#` begins a remark."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if words:
            yield number, words


def _number(word: str, where: Where) -> float:
    try:
        return float(word)
    except ValueError as error:
        raise DataError(
            f"{word!r} is not a number", where=where, remedy="write seconds, not dates"
        ) from error


FORMATS: dict[str, Callable[[str, str], ContactPlan]] = {
    "hdtn": _json,
    "contacts": _json,
    "ion": _ion,
    "pycgr": _pycgr,
    "asabr": _asabr,
}
"""Readers by the name of the format."""
