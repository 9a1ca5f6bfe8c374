import json

import numpy as np
import pytest

from ilrs.errors import RunError
from ilrs.planning.plan import Plan


def plan():
    return Plan(
        first=np.array([0, 6, 18]),
        flow=np.array([[1.0, 2.5], [1.0, 3.123456789]]),
        level=np.array([[10.0], [20.0]]),
        temperature=np.array([[290.0], [291.0]]),
        flow_names=("sun", "load"),
        store_names=("battery",),
        unserved={"1": 0.0},
        passive_error=0.01,
        windows=1,
        solver="HiGHS",
    )


def test_a_plan_comes_back_to_six_digits(tmp_path):
    plan().save(tmp_path / "plan.json")
    back = Plan.load(tmp_path / "plan.json")
    assert back.first.tolist() == [0, 6, 18]
    assert back.flow == pytest.approx(plan().flow, rel=1e-5)
    assert back.level == pytest.approx(plan().level)
    assert back.flow_names == ("sun", "load")


def test_a_plan_of_another_format_is_refused(tmp_path):
    plan().save(tmp_path / "plan.json")
    data = json.loads((tmp_path / "plan.json").read_text())
    (tmp_path / "plan.json").write_text(json.dumps(data | {"format": "other"}))
    with pytest.raises(RunError, match=r"plan\.json.*'other'.*plan again"):
        Plan.load(tmp_path / "plan.json")


def test_a_broken_plan_names_its_file(tmp_path):
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(RunError, match=r"plan\.json"):
        Plan.load(tmp_path / "plan.json")
