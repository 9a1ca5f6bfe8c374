"""The verb that judges: validate against reference cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.progress import Bars

_WORDS = {"pass": "pass", "fail": "FAIL", "not_covered": "not covered", "not_run": "not run"}


def validate(
    cases: Annotated[
        Path | None,
        typer.Option(
            help="Folder with a cases.yaml.",
            show_default="$ILRS_REFERENCE_DIR, or ../shared/validation",
        ),
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only cases of this kind; may be given often.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Hold our results against reference cases.

    A runner sees inputs only, never what is expected. Kinds without a runner are listed as not
    covered, cases whose inputs are absent as not run, neither as passed. Exit code 1 when a case
    fails.
    """
    from ilrs.validation import validate as hold

    results = []
    with Bars() as bars:

        def told(result: Any) -> None:
            results.append(result)
            bars("cases", len(results), len(results) + 1)

        hold(cases, kind, told)
        bars("cases", len(results), len(results))
    if as_json:
        emit({"cases": [result.row() for result in results]})
    else:
        _show(results)
    return 1 if any(result.status == "fail" for result in results) else 0


def _show(results: list[Any]) -> None:
    out = console()
    rows = table("Case", "", "Ours", "Theirs", "Worst", "Tolerance", "Source")
    for r in results:
        if r.status in {"pass", "fail"}:
            cells = (_brief(r.ours), _brief(r.theirs), _brief(r.worst), _brief(r.tolerance))
            rows.add_row(r.id, _WORDS[r.status], *cells, _brief(r.source, 40))
    if rows.row_count:
        out.print(rows)
    for status in ("not_run", "not_covered"):
        left = [r for r in results if r.status == status]
        for reason in dict.fromkeys(r.reason for r in left):
            cases = [r.id for r in left if r.reason == reason]
            out.print(f"{_WORDS[status]}: {', '.join(cases)}: {reason}", soft_wrap=True)
    for r in results:
        if r.status == "fail":
            out.print(f"FAIL: {r.id}: {r.reason}", soft_wrap=True)
    counts = {status: sum(r.status == status for r in results) for status in _WORDS}
    out.print(", ".join(f"{n} {_WORDS[s].lower()}" for s, n in counts.items() if n))


def _brief(value: Any, limit: int = 32) -> str:
    """A value in few words; JSON has it whole."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        text = ", ".join(f"{k} {_brief(v, 16)}" for k, v in value.items())
    elif isinstance(value, list):
        text = f"{len(value)} values" if len(value) > 3 else ", ".join(_brief(v, 16) for v in value)
    else:
        text = "" if value is None else str(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."
