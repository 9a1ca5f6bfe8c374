"""Contact plans in the formats of HDTN, ION, pyCGR and A-SABR."""

from __future__ import annotations

import pytest

from ilrs.errors import DataError, UserError
from ilrs.planning.contact_routes import Contact, ContactPlan, read_contact_plan

HDTN = """{"contacts": [{"contact": 0, "source": 1, "dest": 2, "startTime": 3, "endTime": 9,
    "rateBitsPerSec": "1000", "owlt": 1}]}"""


def contacts(plan: ContactPlan) -> list[Contact]:
    return [plan.contact(index) for index in range(len(plan))]


def test_hdtn_gives_bits_and_the_same_with_bytes_gives_eight_times_as_many() -> None:
    assert contacts(read_contact_plan(HDTN, "hdtn")) == [Contact(1, 2, 3.0, 9.0, 1000.0, 1.0)]
    text = HDTN.replace("rateBitsPerSec", "rateBytesPerSec")
    assert contacts(read_contact_plan(text, "contacts")) == [Contact(1, 2, 3.0, 9.0, 8000.0, 1.0)]


def test_ion_counts_from_the_reference_and_takes_ranges_both_ways() -> None:
    text = """
    m horizon +0
    a contact +0 +30 1 2 100   # before its range is told
    @ +60
    a contact +0 +30 2 1 100
    a contact 5 8 2 1 100
    a range 0 +20 1 2 4
    a range +20 +100 1 2 5
    """
    assert contacts(read_contact_plan(text, "ion")) == [
        Contact(1, 2, 0.0, 30.0, 800.0, 4.0),
        Contact(2, 1, 60.0, 80.0, 800.0, 4.0),
        Contact(2, 1, 80.0, 90.0, 800.0, 5.0),
        Contact(2, 1, 5.0, 8.0, 800.0, 4.0),
    ]


def test_ion_uses_a_contact_only_while_its_range_is_known() -> None:
    text = "a contact +0 +30 1 2 100\na range +10 +20 2 1 4"
    assert contacts(read_contact_plan(text, "ion")) == [Contact(1, 2, 10.0, 20.0, 800.0, 4.0)]


def test_pycgr_and_asabr_lines() -> None:
    text = "# a remark\na contact +0000010 +0000020 01 05 2 1.5\n"
    assert contacts(read_contact_plan(text, "pycgr")) == [Contact(1, 5, 10.0, 20.0, 16.0, 1.5)]
    text = "node 0 source\nnode 1 idle\nnode 2 goal\ncontact 0 2 25 35 10 0\n"
    plan = read_contact_plan(text, "asabr")
    assert plan.nodes == (0, 1, 2)
    assert contacts(plan) == [Contact(0, 2, 25.0, 35.0, 10.0, 0.0)]


@pytest.mark.parametrize(
    ("text", "form", "wrong"),
    [
        ("{", "hdtn", "cannot be read"),
        ('{"contacts": [{"source": 1}]}', "hdtn", "lacks 'dest'"),
        ("a contact +0 +30 1 2 100", "ion", "plan.txt:1: no range for the contact 1 to 2"),
        ("a contact 2031/01/01-00:00:00 +30 1 2 100", "ion", "plan.txt:1: .*not a number"),
        ("e contact", "ion", "not understood: e contact"),
        ("\na contact 0 1 2 3 4", "pycgr", "plan.txt:2: is not understood"),
        ("contact 0 1 60 7260 eto 10000 10", "asabr", "not understood"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, form: str, wrong: str) -> None:
    with pytest.raises(DataError, match=wrong):
        read_contact_plan(text, form, "plan.txt")


def test_an_unknown_format_names_those_that_are_read() -> None:
    with pytest.raises(UserError, match="choose among asabr, contacts, hdtn, ion, pycgr"):
        read_contact_plan("", "tvgutil")
