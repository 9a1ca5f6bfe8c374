"""Lists of targets: read from YAML or a table, found among the packaged stars."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ilrs.components.component import Described
from ilrs.data.stars import star_names
from ilrs.errors import UserError
from ilrs.scenario.document import Document, Mark, suggestion
from ilrs.scenario.loading import read_document, validate_document
from ilrs.scenario.targets import Target
from ilrs.sky.stars import Stars, catalogue_stars, chosen, joined, julian_epoch, stars_from

ANGLES = {
    "right_ascension": "deg", "declination": "deg", "parallax": "mas",
    "motion_ra": "mas/yr", "motion_dec": "mas/yr",
}  # fmt: skip
"""What the columns of a table are in; in YAML the unit is written."""


class TargetList(Described):
    """A file of targets by name."""

    targets: dict[str, Target]


def read_targets(path: Path) -> dict[str, Target]:
    """The targets of a YAML file (`targets:`, by name) or a CSV table with a column `name`.

    A table's columns are keys of a target; angles are in degrees, or sexagesimal, motions in mas/yr
    and parallaxes in mas. Mistakes name file and line.
    """
    document = _table(path) if path.suffix.lower() == ".csv" else read_document(path)
    found = validate_document(document, TargetList).targets
    if not found:
        raise UserError(f"{path} names no target", remedy="give it one at least")
    return found


def _table(path: Path) -> Document:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = [c.strip() for c in reader.fieldnames or ()]
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} cannot be read as a table: {error}") from error
    if "name" not in columns:
        raise UserError(
            f"{path} has no column 'name'",
            remedy="its first line names columns: name, right_ascension, declination, ...",
        )
    data: dict[str, Any] = {}
    marks: dict[tuple[str | int, ...], Mark] = {}
    for line, row in rows:
        # Cells beyond the columns come under None, absent ones are None.
        cells = {k.strip(): v.strip() for k, v in row.items() if k is not None and v}
        name = cells.pop("name", "")
        if None in row or not name or name in data:
            what = "more cells than columns" if None in row else "no name of its own"
            raise UserError(f"{path}:{line}: a row with {what}")
        data[name] = {k: _with_unit(k, v) for k, v in cells.items() if v}
        marks["targets", name] = Mark(str(path), line)
    return Document({"targets": data}, marks, file=str(path))


def _with_unit(column: str, cell: str) -> str | float:
    try:
        number = float(cell)
    except ValueError:
        return cell
    return f"{cell} {ANGLES[column]}" if column in ANGLES else number


def stars_of(targets: Mapping[str, Target], file: Path | str | None = None) -> Stars:
    """The targets as the sky counts them, in their order; unknown stars are refused."""
    return joined([_one(name, target, file) for name, target in targets.items()])


def _one(name: str, target: Target, file: Path | str | None) -> Stars:
    given = {"magnitude": target.magnitude, "colour": target.colour}
    known = {k: v for k, v in given.items() if v is not None}
    if target.star is not None:
        found = named_star(target.star, file)
        changed = {k: np.array([v]) for k, v in known.items()}
        return Stars(
            (name,), found.direction, found.motion, found.parallax, found.epoch,
            changed.get("magnitude", found.magnitude), changed.get("colour", found.colour),
        )  # fmt: skip
    assert target.right_ascension is not None
    assert target.declination is not None
    return stars_from(
        [name],
        target.right_ascension,
        target.declination,
        motion=[[target.motion_ra, target.motion_dec]],
        parallax=target.parallax,
        epoch=julian_epoch(target.epoch),
        **known,
    )


def named_star(text: str, file: Path | str | None = None) -> Stars:
    """The star of the packaged list that `Sirius` or `HIP 32349` names."""
    names, words = star_names(), text.strip()
    number = re.fullmatch(r"(?:hip\s*)?(\d+)", words, re.IGNORECASE)
    every = catalogue_stars()
    called = next((n for n in names if n.lower() == words.lower()), None)
    wanted = called or (f"HIP {int(number[1])}" if number else None)
    if number:
        wanted = next((n for n, hip in names.items() if hip == int(number[1])), wanted)
    if wanted is None or wanted not in every.names:
        where = f"{file}: " if file else ""
        raise UserError(
            f"{where}the list holds no star {text!r}",
            remedy="HIP numbers to Hp 6.5; " + suggestion(words, names)
            if number is None
            else "it holds the 7,982 stars to Hp 6.5; give others by right_ascension, declination",
        )
    return chosen(every, every.names.index(wanted))
