"""The verb that asks the sky: when targets can be observed, and how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ilrs.cli.looking import BEGINS, ENDS, STEP, At, From, Height, Out, Step, To, write_page
from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.site_options import clock
from ilrs.errors import UserError

if TYPE_CHECKING:
    from ilrs.components.telescope import Telescope
    from ilrs.scenario.schema import Scenario
    from ilrs.scenario.targets import Target

SHOWN = 40
"""Targets that are printed for people."""
TOLD = 12
"""Targets never open whose reasons are printed."""


def observe(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files of targets (.yaml, .csv), stars (Sirius, 'HIP 32349'), or targets of the "
            "scenario; left out, all of the scenario's."
        ),
    ] = None,
    begins: From = BEGINS,
    ends: To = ENDS,
    step: Step = STEP,
    at: At = "ridge-a",
    height: Height = 2.0,
    brighter: Annotated[
        float | None,
        typer.Option(metavar="HP", help="Also every packaged star as bright as this or brighter."),
    ] = None,
    scenario: Annotated[str, typer.Option(help="The scenario of places and telescope.")] = "ilrs",
    telescope: Annotated[
        str | None,
        typer.Option(
            metavar="FACILITY/PART",
            help="The telescope; left out: the scenario's first, else one like Chang'e-3's.",
        ),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Instead of the telescope's own: sun=30deg."
        ),
    ] = None,
    wavelength: Annotated[
        str | None, typer.Option(help="A wavelength that must pass, such as '300 nm'.")
    ] = None,
    ratio: Annotated[float, typer.Option(help="Signal-to-noise ratio to be reached.")] = 10.0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """When targets can be observed from a place, and how long they take.

    Terrain, clearance above it, Sun and Earth count; exposures reach the ratio at the median
    brightness of the sky while a target is open. A target that is never open is told with its
    reason.

    \b
      ilrs observe targets.yaml --from 2035-01-01 --to 2036-01-01 --at ridge-b
      ilrs observe Canopus Sirius --to 2035-02-01
      ilrs observe --brighter 4 --set dark_only=true --out runs/sky
    """
    from ilrs.environment.observing import as_data
    from ilrs.environment.observing import observe as ask
    from ilrs.rendering.observe_page import observe_page
    from ilrs.scenario.load import load_scenario
    from ilrs.siting.standpoint import standpoint
    from ilrs.units import to_si

    found = load_scenario(scenario).scenario
    seeing = _telescope(found, telescope, setting)
    if wavelength is not None:
        seeing.camera().require(to_si(wavelength, "m"))
    stars, wanted, bands = _targets(found, targets or [], brighter, ratio)
    period = clock(begins, ends, step)
    stand = standpoint(found, at, height)
    seen = ask(
        stand.name, stand.site, stand.skyline, seeing, stars, period, ratio=wanted, in_band=bands
    )
    data = {**as_data(seen), "coarse": stand.coarse}
    page = None
    if out is not None:
        page = write_page(out, "observe", data, observe_page(seen, data))
    if as_json:
        emit({**data, "page": None if page is None else str(page)})
        return
    _show(data)
    if page is not None:
        console().print(f"Calendar: {page}", soft_wrap=True)


def _telescope(scenario: Scenario, name: str | None, settings: Sequence[str] | None) -> Telescope:
    """The telescope meant, with what the command line changes."""
    from pydantic import ValidationError

    from ilrs.components.telescope import Telescope
    from ilrs.scenario.document import suggestion

    there = {
        f"{f}/{c}": part
        for f, facility in scenario.facilities.items()
        for c, part in facility.components.items()
        if isinstance(part, Telescope)
    }
    if name is not None and name not in there:
        raise UserError(
            f"there is no telescope {name!r} in {scenario.name!r}", remedy=suggestion(name, there)
        )
    chosen = (
        there[name]
        if name
        else next(iter(there.values()), Telescope.model_validate({"kind": "telescope"}))
    )
    changes = {}
    for text in settings or ():
        key, sign, value = text.partition("=")
        if not sign:
            raise UserError(f"{text!r} sets nothing", remedy="write KEY=VALUE")
        if key.strip() not in Telescope.model_fields:
            raise UserError(
                f"a telescope has no {key.strip()!r}",
                remedy=suggestion(key.strip(), Telescope.model_fields),
            )
        changes[key.strip()] = value.strip()
    try:
        return Telescope.model_validate({**chosen.model_dump(exclude_unset=True), **changes})
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"]) or "the telescope"
        raise UserError(f"{at}: {first['msg']}", remedy="see ilrs components telescope") from error


def _targets(scenario: Scenario, words: Sequence[str], brighter: float | None, ratio: float) -> Any:
    """Stars, wanted ratios and magnitudes in the band of everything asked for."""
    import numpy as np

    from ilrs.scenario.target_lists import named_star, read_targets, stars_of
    from ilrs.scenario.targets import Target
    from ilrs.sky.stars import catalogue_stars, chosen, joined

    named: dict[str, Target] = {}
    if not words and brighter is None:
        named |= scenario.targets
        if not named:
            raise UserError(
                "no target is named, and the scenario has none",
                remedy="name stars or files of targets, or take --brighter 3",
            )
    for word in words:
        path = Path(word)
        if path.suffix.lower() in {".yaml", ".yml", ".csv"}:
            if not path.is_file():
                raise UserError(f"there is no file {word!r}", remedy="check its name")
            added = read_targets(path)
        elif word in scenario.targets:
            added = {word: scenario.targets[word]}
        else:
            star = named_star(word)
            added = {star.names[0]: Target.model_validate({"star": word})}
        twice = sorted(set(added) & set(named))
        if twice:
            raise UserError(f"the target {twice[0]!r} is named twice", remedy="rename one")
        named |= added
    parts = [stars_of(named)] if named else []
    ratios = [ratio if t.ratio is None else t.ratio for t in named.values()]
    bands = [np.nan if t.in_band is None else t.in_band for t in named.values()]
    if brighter is not None:
        every = catalogue_stars(brighter)
        parts.append(chosen(every, [i for i, n in enumerate(every.names) if n not in named]))
        ratios += [ratio] * len(parts[-1])
        bands += [np.nan] * len(parts[-1])
    return joined(parts), np.array(ratios, dtype=float), np.array(bands, dtype=float)


def _show(data: dict[str, Any]) -> None:
    from ilrs.rendering.observe_page import round_in_words, seconds

    out = console()
    t = data["telescope"]
    low, high = t["band_nm"]
    out.print(
        f"{data['place']}, {data['begins'][:16]} to {data['ends'][:16]} in steps of "
        f"{data['step_s']} s: {t['aperture_m'] * 1e3:g} mm, {low:.0f}-{high:.0f} nm, "
        f"{t['resolution_arcsec']:.2f} arcsec; Sun up {data['sun_up_share']:.0%}, Earth up "
        f"{data['earth_up_share']:.0%} of the time",
        soft_wrap=True,
    )
    if data["coarse"]:
        out.print("The skyline is of coarse terrain: rises within some kilometres are missing")
    heads = ("Mag", "Band", "Open h", "of sky", "Windows", "Longest h", "Gap h", "Highest", "S/N")
    rows = table("Target", *heads, "Exposure", right=heads)
    for row in data["targets"][:SHOWN]:
        share = "-" if row["efficiency"] is None else f"{row['efficiency']:.0%}"
        rows.add_row(
            row["name"],
            *(
                "-" if row[k] is None else f"{row[k]:.2f}"
                for k in ("magnitude", "magnitude_in_band")
            ),
            *(f"{row['hours']:.1f}", share, str(row["count"]), f"{row['longest_h']:.1f}"),
            *(f"{row['longest_gap_h']:.1f}", f"{row['highest_deg']:.1f} deg", f"{row['ratio']:g}"),
            seconds(row["exposure_s"]),
        )
    out.print(rows)
    if (once := data["round"]) is not None:
        out.print(f"Once round: {round_in_words(once)}", soft_wrap=True)
    if len(data["targets"]) > SHOWN:
        out.print(f"{len(data['targets']) - SHOWN} more are not shown; --json has all")
    never = [row for row in data["targets"] if row["why"]]
    for row in never[:TOLD]:
        out.print(f"{row['name']}: {row['why']}", soft_wrap=True)
    if len(never) > TOLD:
        out.print(f"{len(never) - TOLD} more are never open; --json has their reasons")
