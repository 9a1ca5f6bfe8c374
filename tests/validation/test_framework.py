"""The framework: what runners may see, what counts as what, and what is refused."""

import copy
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from ruamel.yaml import YAML

from ilrs.errors import UserError
from ilrs.validation import CaseResult, reference_dir, validate
from ilrs.validation.cases import Case, read_cases
from ilrs.validation.comparison import Comparison, angle_error_deg, compare_values, relative_error
from ilrs.validation.material import Inputs, NotRun
from ilrs.validation.run import covered_kinds, inputs_of, run_case

TABLE = """site,lat_deg,lon_e_deg,alt_km,utc,sun_az_deg,sun_el_deg,earth_az_deg,earth_el_deg
rim,-89.766811,188.130102,0.7697,2026-01-02T00:00:00.000,192.262275252,1.101341937,172.497298801,5.959133437
rim,-89.766811,188.130102,0.7697,2026-01-16T18:36:44.082,12.732987704,1.335715792,169.517078752,-6.643279927
"""
DIRECTIONS = {
    "id": "rim",
    "kind": "directions",
    "source": "JPL Horizons",
    "tolerance": {"angle_deg": 0.001},
    "inputs": {"file": "rim.csv"},
    "expect": {"columns": ["sun_az_deg", "sun_el_deg", "earth_az_deg", "earth_el_deg"]},
}
RELAY = {
    "id": "relay",
    "kind": "relay_visibility",
    "source": "two-body",
    "tolerance": {"points": 0.5, "hours": 0.01},
    "inputs": {"a_km": 6541.4, "e": 0.6, "i_deg": 56.2, "argp_deg": 90},
    "expect": {"period_h": 13.187465481699414, "percent_above": {"0": 77.375, "10": 72.235}},
}
TWO_BODY = {
    "id": "orbit",
    "kind": "orbit_state",
    "tolerance": {"metres": 0.01},
    "inputs": {
        "gm_km3_s2": {"earth": 398600.435436096},
        "r0_km": [-2436.45, -2436.45, 6891.037],
        "v0_km_s": [5.088611, -5.088611, 0.0],
        "seconds": 86400,
    },
    "expect": {"r_km": [-5971.194375461378, 3945.517831291771, 2864.6210708007134]},
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rim.csv").write_text(TABLE)

    def write(*cases, **top) -> Path:
        with (tmp_path / "cases.yaml").open("w") as file:
            YAML().dump({"version": 1, "cases": [copy.deepcopy(c) for c in cases]} | top, file)
        return tmp_path

    return write


def statuses(results: list[CaseResult]) -> dict[str, str]:
    return {result.id: result.status for result in results}


def changed(case, **parts):
    return {**copy.deepcopy(case), **parts}


def test_right_answers_pass(folder) -> None:
    results = validate(folder(DIRECTIONS, RELAY, TWO_BODY))
    assert statuses(results) == {"rim": "pass", "relay": "pass", "orbit": "pass"}
    row = results[0].row()
    assert {"id", "kind", "status", "ours", "theirs", "worst", "tolerance", "source"} <= set(row)
    assert row["worst"]["angle_deg"] < 1e-4
    json.dumps([result.row() for result in results], allow_nan=False)


def test_wrong_answers_fail(folder) -> None:
    cases = folder(
        changed(RELAY, expect={"percent_above": {"0": 78.5}}),
        changed(TWO_BODY, expect={"r_km": [-5971.2, 3945.5, 2864.6]}),
        changed(DIRECTIONS, tolerance={"angle_deg": 1e-6}),
    )
    results = validate(cases)
    assert set(statuses(results).values()) == {"fail"}
    assert all("above" in result.reason for result in results)


def test_what_is_expected_changes_nothing_a_runner_computes(folder, tmp_path) -> None:
    honest = {r.id: r for r in validate(folder(RELAY, TWO_BODY, DIRECTIONS))}
    (tmp_path / "rim.csv").write_text(TABLE.replace("192.262275252", "10.0"))
    lies = validate(
        folder(
            changed(RELAY, expect={"period_h": 1.0, "percent_above": {"0": 1.0, "10": 2.0}}),
            changed(TWO_BODY, expect={"r_km": [1.0, 2.0, 3.0]}),
            DIRECTIONS,
        )
    )
    for result in lies:
        assert result.status == "fail"
    assert lies[0].ours == honest["relay"].ours
    assert lies[1].ours == honest["orbit"].ours
    assert lies[2].ours["angle_deg"]["sun_az_deg"] == pytest.approx(192.262275252, abs=1e-4)


def test_a_runner_is_given_no_expected_value(folder) -> None:
    (case,) = read_cases(folder(DIRECTIONS))
    inputs = inputs_of(case, SimpleNamespace())
    assert list(inputs.table()[0]) == ["site", "lat_deg", "lon_e_deg", "alt_km", "utc"]
    assert inputs.asked == {"columns": DIRECTIONS["expect"]["columns"]}
    relay = Case("x", "relay_visibility", case.folder, {"a": 1, "curve": 2}, RELAY["expect"])
    hidden = inputs_of(relay, SimpleNamespace(WITHHELD_INPUTS=("curve",)))
    assert hidden.asked == {"period_h": None, "percent_above": {"0": None, "10": None}}
    assert "curve" not in hidden
    assert "77.375" not in repr(hidden)
    patterned = inputs_of(case, SimpleNamespace(WITHHELD_COLUMNS=("alt_*",)))
    assert "alt_km" not in patterned.table()[0]


def test_unknown_kinds_are_not_covered_and_never_passed(folder) -> None:
    (result,) = validate(folder(changed(RELAY, kind="tea_leaves")))
    assert result.status == "not_covered"
    assert result.ours is None
    assert "tea_leaves" not in covered_kinds()
    assert {
        "directions",
        "subpoints",
        "eclipse_catalogue",
        "earth_eclipses",
        "relay_visibility",
        "orbit_state",
    } <= set(covered_kinds())


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (changed(DIRECTIONS, inputs={"file": "absent.csv"}), "absent.csv"),
        (changed(DIRECTIONS, inputs={"file": "data:nothing/here.csv"}), "nothing/here.csv"),
        (changed(DIRECTIONS, inputs={}), "utc"),
        (changed(DIRECTIONS, expect={"columns": ["mars_az_deg"]}), "mars_az_deg"),
        (changed(RELAY, inputs={"a_km": 6541.4, "e": 0.6}), "i_deg"),
        (changed(RELAY, inputs=RELAY["inputs"] | {"j2": 2e-4}), "j2"),
        (changed(RELAY, expect={"longest_gap_h": 2.4}), "longest_gap_h"),
        (changed(TWO_BODY, inputs=TWO_BODY["inputs"] | {"perturbers": ["moon"]}), "epoch"),
        (
            changed(
                TWO_BODY,
                inputs=TWO_BODY["inputs"]
                | {"perturbers": ["moon"], "epoch_tai": "1969-07-20T00:00:00"},
            ),
            "2020-01-01",
        ),
        (
            changed(
                TWO_BODY,
                inputs=TWO_BODY["inputs"]
                | {
                    "perturbers": ["jupiter"],
                    "epoch_tai": "2030-01-01",
                    "gm_km3_s2": {"earth": 4e5, "jupiter": 1e8},
                },
            ),
            "jupiter",
        ),
    ],
)
def test_what_cannot_be_run_here_is_not_run_with_the_reason(folder, case, reason) -> None:
    (result,) = validate(folder(case))
    assert result.status == "not_run"
    assert reason in result.reason


def test_a_path_may_not_leave_the_folder(folder) -> None:
    (result,) = validate(folder(changed(DIRECTIONS, inputs={"file": "../rim.csv"})))
    assert result.status == "fail"
    assert "leaves the folder" in result.reason


def test_kinds_choose_and_unknown_choices_are_refused(folder) -> None:
    cases = folder(DIRECTIONS, RELAY)
    told: list[str] = []
    results = validate(cases, ["relay_visibility"], lambda result: told.append(result.id))
    assert [r.id for r in results] == told == ["relay"]
    with pytest.raises(UserError, match="directions"):
        validate(cases, ["dispatch"])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cases: [", "not YAML"),
        ("version: 1\n", "no list of cases"),
        ("version: 7\ncases: []\n", "version"),
        ("cases: [3]\n", "not a case"),
        ("cases: [{kind: directions}]\n", "no id"),
        ("cases: [{id: a}]\n", "no kind"),
        ("cases: [{id: a, kind: b, expected: {}}]\n", "expected"),
        ("cases: [{id: a, kind: b, inputs: 4}]\n", "inputs"),
        ("cases: [{id: a, kind: b}, {id: a, kind: b}]\n", "two cases"),
    ],
)
def test_a_broken_file_is_one_clear_message(tmp_path, text, complaint) -> None:
    (tmp_path / "cases.yaml").write_text(text)
    with pytest.raises(UserError, match=complaint) as caught:
        validate(tmp_path)
    assert "cases.yaml" in str(caught.value)


def test_no_folder_is_one_clear_message(tmp_path, monkeypatch) -> None:
    with pytest.raises(UserError, match="ILRS_REFERENCE_DIR"):
        validate(tmp_path / "nowhere")
    monkeypatch.setenv("ILRS_REFERENCE_DIR", str(tmp_path))
    assert reference_dir() == tmp_path


def test_a_runner_that_breaks_fails_its_case_only(tmp_path, monkeypatch) -> None:
    from ilrs.validation.kinds import relay_visibility

    def broken(inputs: Inputs):
        raise ZeroDivisionError("oh")

    case = Case("x", "relay_visibility", tmp_path, RELAY["inputs"], RELAY["expect"])
    assert run_case(case).status == "pass"
    monkeypatch.setattr(relay_visibility, "run", broken)
    result = run_case(case)
    assert result.status == "fail"
    assert "ZeroDivisionError" in result.reason


def test_inputs_say_what_is_missing_or_wrong(tmp_path) -> None:
    inputs = Inputs({"a": 1, "b": "x", "note": "remark"}, tmp_path, {})
    assert inputs.number("a") == 1.0
    assert inputs.number("c", 4.0) == 4.0
    inputs.only("a", "b")
    for wrong in (lambda: inputs["c"], lambda: inputs.number("b"), lambda: inputs.only("a")):
        with pytest.raises(NotRun):
            wrong()


def test_comparisons() -> None:
    assert angle_error_deg(359.9, 0.1) == pytest.approx(0.2)
    assert relative_error(1.1, 1.0) == pytest.approx(0.1)
    assert relative_error(0.5, 0.0) == 0.5
    good = compare_values({"a": 1.0, "b": [1, 2], "c": "x"}, {"a": 1.0, "b": [1, 2], "c": "x"}, {})
    assert good.passed
    assert not compare_values({"a": 1.1}, {"a": 1.0}, {"relative": 0.01}).passed
    assert compare_values({"a": 1.1}, {"a": 1.0}, {"relative": 0.11}).passed
    assert not compare_values({}, {"a": 1.0}, {"relative": 1.0}).passed
    assert not compare_values({"b": [1]}, {"b": [1, 2]}, {"absolute": 9.0}).passed
    assert not compare_values({"c": "y"}, {"c": "x"}, {"relative": 1.0}).passed
    assert not compare_values({"a": float("nan")}, {"a": 1.0}, {"relative": 1.0}).passed
    assert not Comparison(None, None, {}, {}).passed
