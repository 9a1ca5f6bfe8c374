"""Runs reference cases: strips expectations, calls the kind's runner, compares, reports."""

from __future__ import annotations

import importlib
import math
import os
import pkgutil
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ilrs import data
from ilrs.errors import EphemerisRangeError, IlrsError, UserError
from ilrs.validation import kinds as _kinds
from ilrs.validation.cases import FILE, Case, read_cases
from ilrs.validation.material import Expected, Inputs, NotRun, shape

VARIABLE = "ILRS_REFERENCE_DIR"
PASS, FAIL, NOT_COVERED, NOT_RUN = "pass", "fail", "not_covered", "not_run"


@dataclass(frozen=True)
class CaseResult:
    """A row of the table: `status` is 'pass', 'fail', 'not_covered' or 'not_run'.

    `ours` and `theirs` show the values, or those of the worst row of a long table; `worst` and
    `tolerance` are differences and limits by name; `reason` says why a case failed or was not run.
    """

    id: str
    kind: str
    status: str
    ours: Any
    theirs: Any
    worst: Any
    tolerance: Any
    source: str
    reason: str = ""

    def row(self) -> dict[str, Any]:
        """The row as plain data for JSON."""
        return asdict(self)


def reference_dir() -> Path:
    """The folder of cases: $ILRS_REFERENCE_DIR, else ../shared/validation beside a checkout."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    root = data.project_root()
    folder = (root / "../shared/validation").resolve() if root else None
    if folder is None or not (folder / FILE).is_file():
        raise UserError(
            "no reference cases are at hand",
            remedy=f"name their folder with --cases, or set {VARIABLE}",
        )
    return folder


def covered_kinds() -> list[str]:
    """The kinds that have a runner, by name."""
    return sorted(module.name for module in pkgutil.iter_modules(_kinds.__path__))


def validate(
    cases_dir: Path | str | None = None,
    kinds: Collection[str] | None = None,
    on_result: Callable[[CaseResult], None] | None = None,
) -> list[CaseResult]:
    """Run the cases of a folder (default `reference_dir()`), or those of some `kinds` only.

    One result a case in the file's order; `on_result` is told each as it comes. A kind that the
    folder does not hold is a `UserError`.
    """
    cases = read_cases(reference_dir() if cases_dir is None else Path(cases_dir))
    if kinds is not None:
        present = {case.kind for case in cases}
        missing = sorted(set(kinds) - present)
        if missing:
            raise UserError(
                f"no case is of kind {', '.join(missing)}",
                remedy=f"choose among {', '.join(sorted(present)) or 'none: the file is empty'}",
            )
        cases = [case for case in cases if case.kind in kinds]
    results = []
    for case in cases:
        result = run_case(case)
        results.append(result)
        if on_result is not None:
            on_result(result)
    return results


def run_case(case: Case) -> CaseResult:
    """Run one case; never raises for what a case or a runner does wrong."""
    common = {"id": case.id, "kind": case.kind, "source": case.source}
    if case.kind not in covered_kinds():
        return CaseResult(
            **common,
            status=NOT_COVERED,
            ours=None,
            theirs=_json(case.expect),
            worst=None,
            tolerance=_json(case.tolerance),
            reason=f"no runner for {case.kind} yet",
        )

    def unfinished(status: str, reason: str) -> CaseResult:
        return CaseResult(
            **common,
            status=status,
            ours=None,
            theirs=_json(case.expect),
            worst=None,
            tolerance=_json(case.tolerance),
            reason=reason,
        )

    module = importlib.import_module(f"{_kinds.__name__}.{case.kind}")
    try:
        ours = module.run(inputs_of(case, module))
        outcome = module.compare(
            ours, Expected(case.expect, case.tolerance, case.inputs, case.folder)
        )
    except NotRun as reason:
        return unfinished(NOT_RUN, str(reason))
    except EphemerisRangeError as error:
        return unfinished(NOT_RUN, str(error))
    except IlrsError as error:
        return unfinished(FAIL, str(error))
    except Exception as error:  # a defect in one runner must not hide the other cases
        return unfinished(FAIL, f"{type(error).__name__}: {error}")
    wrong = [
        f"{name} {value:.4g} above {outcome.limit[name]:g}"
        for name, value in outcome.worst.items()
        if not (math.isfinite(value) and value <= outcome.limit[name])
    ]
    return CaseResult(
        **common,
        status=PASS if outcome.passed else FAIL,
        ours=_json(outcome.ours),
        theirs=_json(outcome.theirs),
        worst=_json(dict(outcome.worst)),
        tolerance=_json(dict(outcome.limit)),
        reason="; ".join(wrong) or ("" if outcome.passed else "nothing was compared"),
    )


def inputs_of(case: Case, module: Any) -> Inputs:
    """What the kind's runner may see of a case.

    Withheld are the columns that `expect.columns` and `expect.column` name (`last` is the last one)
    and those matching the module's WITHHELD_COLUMNS, and the inputs its WITHHELD_INPUTS names.
    """
    hidden = getattr(module, "WITHHELD_INPUTS", ())
    columns = case.expect.get("columns", ())
    patterns = tuple(map(str, columns)) if isinstance(columns, list) else ()
    if "column" in case.expect:
        patterns += (str(case.expect["column"]),)
    return Inputs(
        values={k: v for k, v in case.inputs.items() if k not in hidden},
        folder=case.folder,
        asked=shape(case.expect),
        withheld=patterns + tuple(getattr(module, "WITHHELD_COLUMNS", ())),
    )


def _json(value: Any) -> Any:
    """Plain data that JSON can carry: NumPy's numbers as Python's, infinities and NaN as text."""
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(k): _json(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(v) for v in value]
    if isinstance(value, np.ndarray):
        return _json(value.tolist())
    if isinstance(value, np.generic):
        return _json(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
