"""Cases of contact routes: those at hand, and what their kind can say beyond them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ilrs.validation import validate

TUTORIAL = """\
a contact +0 +60 1 2 1 1
a contact +0 +60 2 3 1 1
a contact +0 +60 1 3 1 1
a contact +0 +30 3 4 1 1
a contact +10 +20 1 5 1 1
a contact +0 +10 4 5 1 1
a contact +30 +40 4 5 1 1
a contact +50 +60 4 5 1 1
"""


def status(folder: Path, inputs: dict[str, Any], expect: dict[str, Any]) -> str:
    (folder / "plan.txt").write_text(TUTORIAL)
    given = {"plan": "plan.txt", "format": "pycgr", "source": 1, "destination": 5} | inputs
    case = {"id": "tutorial", "kind": "contact_route", "inputs": given, "expect": expect}
    with (folder / "cases.yaml").open("w") as file:
        YAML().dump({"version": 1, "cases": [case]}, file)
    return validate(folder)[0].status


def test_the_reference_routes(reference_dir: Path) -> None:
    results = validate(reference_dir, ["contact_route"])
    assert len(results) >= 18
    assert {r.id: r.reason for r in results if r.status != "pass"} == {}


def test_a_bundle_that_does_not_fit_takes_the_contact_it_fits(tmp_path: Path) -> None:
    assert status(tmp_path, {"size": 5}, {"delivery_s": 11, "next_hops": [5]}) == "pass"
    late = {"size": 10, "deadline_s": 30}
    assert status(tmp_path, late, {"delivery_s": 11, "next_hops": [5]}) == "pass"
    late = {"size": 10, "deadline_s": 20}
    assert status(tmp_path, late, {"delivery_s": None, "next_hops": []}) == "pass"


def test_wrong_expectations_fail(tmp_path: Path) -> None:
    assert status(tmp_path, {}, {"delivery_s": 3, "path": [1, 3, 4, 5], "hops": 3}) == "pass"
    assert status(tmp_path, {}, {"delivery_s": 4}) == "fail"
    assert status(tmp_path, {}, {"delivery_s": None}) == "fail"
    assert status(tmp_path, {}, {"next_hops": [3, 2]}) == "fail"
    assert status(tmp_path, {}, {"next_hops": []}) == "fail"
    assert status(tmp_path, {}, {"path": [1, 2, 3, 4, 5]}) == "fail"
    every = {"all_routes": True}
    assert status(tmp_path, every, {"deliveries_s": [3, 4, 11, 31, 31, 51, 51]}) == "pass"
    assert status(tmp_path, every, {"deliveries_s": [3, 4, 11, 31, 31, 51]}) == "fail"


def test_what_the_kind_does_not_know_is_not_run(tmp_path: Path) -> None:
    assert status(tmp_path, {"priority": 2}, {"delivery_s": 3}) == "not_run"
    assert status(tmp_path, {}, {"confidence": 1.0}) == "not_run"
