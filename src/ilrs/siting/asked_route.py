"""What is asked of a route, from words to values."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from ilrs.components.rover import Rover
from ilrs.errors import DataError, UserError, Where
from ilrs.flows.clock import Clock
from ilrs.planning.reserved import APART
from ilrs.planning.route import Route, route_from
from ilrs.planning.route_keepouts import parse_keep_out
from ilrs.scenario.document import suggestion
from ilrs.scenario.instants import parse_instant
from ilrs.scenario.yaml_text import parse, read_text
from ilrs.siting.relays import relays_of
from ilrs.siting.spots import spot
from ilrs.siting.terms import Contact, Seek, Terms
from ilrs.units import step_text, to_si

SHADOW = "permanent-shadow"
"""The keep-out of ground the Sun never reaches, by planetary-protection category."""
MOST_STEPS = 5000
"""Steps of masks a route is looked for in: those of a window of a million cells take 5 GB."""


def terms_of(
    seek: str,
    light: str,
    contact: str,
    tempo: str,
    dark_hours: float,
    havens: Sequence[str],
    keep_outs: Sequence[str],
    clear_of: Sequence[Path] = (),
    apart: float = APART,
) -> Terms:
    """The terms as written on a command line; `UserError` names what is not understood."""
    share: float | None = None
    seen = _one_of("contact", contact, get_args(Contact))
    if light != "none":
        try:
            share = float(light)
        except ValueError as error:
            raise UserError(f"{light!r} is no share of the disc", remedy="0.5, or none") from error
    return Terms(
        seek=_one_of("sought", seek, get_args(Seek)),
        light=share,
        contact=seen,
        relays=tuple(r.orbit for r in relays_of()) if seen in ("relay", "any") else (),
        tempo=tempo,
        dark=3600.0 * dark_hours,
        havens=tuple(spot([text]) for text in havens),
        keep_outs=tuple(parse_keep_out(text) for text in keep_outs if text != SHADOW),
        shadow_kept_out=SHADOW in keep_outs,
        clear_of=tuple(route for path in clear_of for route in _written(path)),
        apart=apart,
    )


def _written(path: Path) -> list[Route]:
    """The routes of a file that `ilrs route --out` wrote, or of its folder."""
    file = path / "route.json" if path.is_dir() else path
    try:
        return [route_from(leg) for leg in json.loads(file.read_text(encoding="utf-8"))["legs"]]
    except (OSError, ValueError, KeyError, TypeError, DataError) as error:
        raise UserError(
            f"no route to keep clear of: {error}",
            where=Where(file),
            remedy="give a route.json, or its folder, that `ilrs route --out` wrote",
        ) from error


def ahead(at: str, days: float, step: str) -> Clock:
    """The clock from `at` (UTC) over the next `days` in steps such as `1 h`; a bare number is
    seconds.
    """
    seconds = to_si(step_text(step), "s")
    if seconds != round(seconds) or seconds < 60.0:
        raise UserError(
            f"a step of {step} is no whole number of seconds from 60 on", remedy="--step '30 min'"
        )
    count = math.ceil(86400.0 * days / seconds)
    if count > MOST_STEPS:
        raise UserError(
            f"{days:g} days are {count} steps, more than the {MOST_STEPS} looked at",
            remedy="take fewer days or a longer step",
        )
    return Clock(parse_instant(at), round(seconds), count)


def rover_of(path: Path | None) -> Rover:
    """The rover whose keys a YAML file holds; the component's defaults without one."""
    if path is None:
        return Rover.model_validate({})
    keys: Any = parse(read_text(path), str(path)).data
    try:
        return Rover.model_validate(keys)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"{path}: {where}: {first['msg']}", remedy="see ilrs components rover"
        ) from error


def _one_of(what: str, word: str, known: Sequence[str]) -> Any:
    if word not in known:
        raise UserError(f"{what}: {word!r} is unknown", remedy=suggestion(word, known))
    return word
