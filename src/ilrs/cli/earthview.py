"""The verb that looks at the Earth: what of it is seen from a place, when, and how well."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ilrs.cli.looking import BEGINS, ENDS, STEP, At, From, Height, Out, Step, To, write_page
from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.site_options import clock

if TYPE_CHECKING:
    from ilrs.components.earth_observer import EarthObserver
    from ilrs.scenario.schema import Scenario
    from ilrs.siting.earth_watch import Watch


def earthview(
    region: Annotated[
        str | None,
        typer.Option(help="A named box, or south,north,west,east in degrees; else all named."),
    ] = None,
    begins: From = BEGINS,
    ends: To = ENDS,
    step: Step = STEP,
    at: At = "ridge-b",
    height: Height = 2.0,
    emission: Annotated[
        float, typer.Option(metavar="DEG", help="Largest slant a cell is of use at.")
    ] = 80.0,
    downlink: Annotated[
        str, typer.Option(help="Rate at which data leave while a station or relay hears.")
    ] = "1 Mbit/s",
    aperture: Annotated[
        str | None, typer.Option(help="Also a camera of this aperture, such as '0.3 m'.")
    ] = None,
    wavelength: Annotated[str, typer.Option(help="Of that camera.")] = "550 nm",
    scenario: Annotated[str, typer.Option(help="The scenario of places and observers.")] = "ilrs",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """What of the Earth is seen from a place, lit or not, how often and how well.

    The disc is clipped by the terrain. A look at a region is a step in which half of it is seen and
    lit. Observers are those of the scenario, or ones like Chang'e-3's camera; their data wait for a
    ground station or a relay.

    \b
      ilrs earthview --region china --at ridge-b --from 2035-01-01 --to 2036-01-01
      ilrs earthview --region 20,40,-10,30 --aperture 0.3m --wavelength 550nm
      ilrs earthview --to 2035-07-01 --out runs/earth
    """
    from ilrs.rendering.earth_page import earth_page
    from ilrs.scenario.load import load_scenario
    from ilrs.siting.earth_watch import as_data, named_regions, watch
    from ilrs.siting.regions import WORLD
    from ilrs.siting.regions import region as find_region
    from ilrs.siting.standpoint import standpoint
    from ilrs.units import to_si

    box = find_region(WORLD if region is None else region)
    station = load_scenario(scenario).scenario
    observers = _observers(station, aperture, wavelength)
    period = clock(begins, ends, step)
    stand = standpoint(station, at, height)
    slant = math.radians(_slant(emission))
    found = watch(stand, period, box, slant)
    data = as_data(found, observers, _contact(station, found), to_si(downlink, "bit/s"))
    if region is None:
        data["regions"] = named_regions(found, slant)
    page = None
    if out is not None:
        drawn = earth_page(found.sky, found.clock, found.coverage, data)
        page = write_page(out, "earthview", data, drawn)
    if as_json:
        emit({**data, "page": None if page is None else str(page)})
        return
    _show(data)
    if page is not None:
        console().print(f"Maps: {page}", soft_wrap=True)


def _slant(emission: float) -> float:
    from ilrs.errors import UserError

    if not 0.0 < emission <= 90.0:
        raise UserError(f"a slant of {emission:g} deg is none", remedy="give one up to 90 deg")
    return emission


def _observers(
    scenario: Scenario, aperture: str | None, wavelength: str
) -> Mapping[str, EarthObserver]:
    from ilrs.components.earth_observer import EarthObserver
    from ilrs.errors import UserError
    from ilrs.units import to_si

    found = {
        f"{f}/{c}": part
        for f, facility in scenario.facilities.items()
        for c, part in facility.components.items()
        if isinstance(part, EarthObserver)
    }
    if not found:
        found["like Chang'e-3's"] = EarthObserver.model_validate({"kind": "earth_observer"})
    if aperture is not None:
        size, wave = to_si(aperture, "m"), to_si(wavelength, "m")
        if size <= 0.0 or wave <= 0.0:
            raise UserError(
                f"a camera of {aperture} at {wavelength} is none",
                remedy="give an aperture and a wavelength above nothing, like 0.3m and 550nm",
            )
        pixel = 0.5 * 1.22 * wave / size
        found[f"{aperture}, {wavelength}"] = EarthObserver.model_validate(
            {"kind": "earth_observer", "aperture": size, "wavelength": wave, "pixel": pixel,
             "field": math.radians(2.2)}
        )  # fmt: skip
    return found


def _contact(scenario: Scenario, found: Watch) -> Any:
    """Steps in which a ground station or a relay that a station sees hears the standpoint."""
    import numpy as np

    from ilrs.environment.compute import held_orbit, stations_of
    from ilrs.environment.geometry import compute_geometry
    from ilrs.ground.light import elevation_above_horizon
    from ilrs.scenario.schema import Orbit

    orbits = [held_orbit(p) for p in scenario.places.values() if isinstance(p, Orbit)]
    sky = compute_geometry([found.stand.site], orbits, stations_of(scenario), found.sky.tdb)
    heard = sky.station_sees_place[:, 0].any(axis=0) & (found.sky.elevation_above > 0.0)
    for k in range(len(orbits)):
        above = elevation_above_horizon(
            sky.relay_elevation[0, k], sky.relay_azimuth[0, k], found.stand.skyline
        )
        heard = heard | ((above > 0.0) & sky.station_sees_relay[:, k].any(axis=0))
    return np.asarray(heard)


def _show(data: dict[str, Any]) -> None:
    from ilrs.rendering.wording import digits

    out = console()
    earth, region = data["earth"], data["region"]
    height, above = earth["elevation_deg"], earth["above_terrain_deg"]
    out.print(
        f"{data['place']}, {data['begins'][:16]} to {data['ends'][:16]} in steps of "
        f"{data['step_s']} s: some of the Earth up {earth['some_up_share']:.1%} of the time, all "
        f"of it {earth['whole_up_share']:.1%}; {height['least']:.1f} to {height['most']:.1f} deg "
        "high, "
        f"{above['least']:.1f} to {above['most']:.1f} deg over the terrain",
        soft_wrap=True,
    )
    if data["coarse"]:
        out.print("The skyline is of coarse terrain: rises within some kilometres are missing")
    if "regions" in data:
        out.print(_regions(data["regions"]))
        for one in data["regions"]:
            if one["why"]:
                out.print(f"{one['name']}: {one['why']}", soft_wrap=True)
    else:
        _show_region(region)
    heads = ("Hours", "Images", "Ground km", "RE a pixel", "Gbit", "Delay 50 %", "95 %", "Gap h")
    rows = table("Observer", *heads, right=heads)
    for row in data["observers"]:
        rows.add_row(
            row["name"],
            *(f"{row['hours']:.0f}", f"{row['images']:,}", digits(row["ground_km"])),
            *(f"{row['pixel_earth_radii']:.2g}", digits(row["data_gbit"])),
            *(_delay(row["latency_median_s"]), _delay(row["latency_p95_s"])),
            f"{row['longest_gap_h']:.0f}",
        )
    out.print(rows)
    for row in data["observers"]:
        if row["undelivered_gbit"] > 0.01 * row["data_gbit"]:
            out.print(
                f"{row['name']}: {row['undelivered_gbit']:.3g} Gbit are still there at the end: "
                "the downlink is too slow",
                soft_wrap=True,
            )


def _show_region(region: dict[str, Any]) -> None:
    out = console()
    least = region["least_emission_deg"]
    seen = "never seen" if least is None else f"no steeper than {least:.0f} deg from overhead"
    out.print(
        f"{region['name']}: half of it seen and lit {region['hours_half_lit']:.0f} h in "
        f"{region['looks']} looks, on {region['days_looked_at']:.0%} of the days; longest time "
        f"without {region['longest_gap_h']:.0f} h, median {region['median_gap_h']:.1f} h; {seen}",
        soft_wrap=True,
    )
    if region["why"]:
        out.print(f"{region['name']}: {region['why']}", soft_wrap=True)


def _regions(regions: list[dict[str, Any]]) -> Any:
    heads = ("Seen and lit h", "Looks", "Days", "Gap h", "Longest h", "Slant")
    rows = table("Half of", *heads, right=heads)
    for row in regions:
        least = row["least_emission_deg"]
        rows.add_row(
            row["name"],
            *(f"{row['hours_half_lit']:.0f}", f"{row['looks']}", f"{row['days_looked_at']:.0%}"),
            *(f"{row['median_gap_h']:.1f}", f"{row['longest_gap_h']:.0f}"),
            "-" if least is None else f"{least:.0f} deg",
        )
    return rows


def _delay(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds:.1f} s" if seconds < 120.0 else f"{seconds / 3600.0:.1f} h"
