"""What the verbs that look from a place share: their period, their standpoint, their page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

BEGINS, ENDS, STEP = "2035-01-01", "2036-01-01", "10 min"
"""The year in which ILRS-5 looks."""

From = Annotated[str, typer.Option("--from", metavar="UTC", help="First instant of the period.")]
To = Annotated[str, typer.Option("--to", metavar="UTC", help="End, excluded.")]
Step = Annotated[str, typer.Option(help="Step, such as '10 min'; a bare number is seconds.")]
At = Annotated[
    str,
    typer.Option(
        metavar="PLACE", help="A place of the scenario, a candidate, or latitude,longitude."
    ),
]
Height = Annotated[float, typer.Option(metavar="M", help="Height it looks from [m above ground].")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Write its page and its JSON there.")]


def write_page(folder: Path, name: str, data: dict[str, Any], page: str) -> Path:
    """Write NAME.json and NAME.html, each whole or not at all; the path of the page."""
    import json

    from ilrs.data.whole import write_whole

    path = folder / f"{name}.html"
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(path.with_suffix(".json"), text.encode())
    write_whole(path, page.encode())
    return path
