"""Verbs about one place or area: site point, site map; and the group of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ilrs.cli.live import From, Step, To
from ilrs.cli.output import Interrupted, Json, console, emit, say, table
from ilrs.cli.progress import Bars
from ilrs.cli.site_find import compare, find
from ilrs.cli.site_options import (
    MAP_STEP,
    ArrayToLoad,
    DarkAt,
    NegativePlaces,
    RelaysOf,
    Terrain,
    clock,
    relays,
)

site = typer.Typer(
    name="site",
    help="Where to stand: light, view of the Earth and ground at points and on maps.\n\n"
    "All its verbs take --json.",
    no_args_is_help=False,
    rich_markup_mode=None,
)

SPELLS = 8
"""Dark spells that are printed for people."""


@site.command("point", cls=NegativePlaces)
def point(
    where: Annotated[
        list[str], typer.Argument(metavar="LAT LON | NAME", help="Degrees, or a candidate's name.")
    ],
    height: Annotated[
        list[float] | None,
        typer.Option(
            metavar="M", help="Height above ground [m]; may be given often.", show_default="2"
        ),
    ] = None,
    begins: From = None,
    ends: To = None,
    step: Step = None,
    terrain: Terrain = None,
    reach_km: Annotated[
        float | None,
        typer.Option(metavar="KM", help="How far terrain counts.", show_default="300", min=1.0),
    ] = None,
    dark_at: DarkAt = 0.5,
    array_to_load: ArrayToLoad = 2.0,
    seed: Annotated[int, typer.Option(help="Seed of the draws of the band.", min=0)] = 1,
    objects: Annotated[
        list[str] | None,
        typer.Option(
            "--object",
            metavar="EAST,NORTH,WIDTH,HEIGHT",
            help="Something that stands in view [m]; may be given often.",
        ),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO", help="Take what stands around its place here from a scenario."
        ),
    ] = None,
    relays_of: RelaysOf = "ilrs",
    series: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write light and views step by step: .csv or .parquet."),
    ] = None,
    heat: Annotated[
        bool, typer.Option("--heat", help="Also how warm the ground is through a year (a minute).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Light, views of Earth and relay and ground at one point, with a 5-95 % band.

    From the finest terrain at hand. Where only the packaged averages over 1.6 km are known, a
    candidate's shipped skyline answers, and anywhere else the answer is marked coarse. The period
    is 2031 in steps of 10 min unless said otherwise.
    """
    from ilrs.siting.answer import answer, warmth
    from ilrs.siting.objects import scenario_objects, written_objects
    from ilrs.siting.outlook import Terms
    from ilrs.siting.spots import spot

    if series is not None:
        from ilrs.data.tables import require_table, write_table

        require_table(series)
    place = spot(where)
    around = written_objects(objects or ())
    around += scenario_objects(scenario, place) if scenario else []
    with Bars() as bars:
        bars("skylines", 0, 1)
        span = clock(begins, ends, step)
        reach = None if reach_km is None else 1e3 * reach_km
        answered = answer(
            place,
            span,
            heights=height or [2.0],
            terrain=terrain,
            reach_m=reach,
            terms=Terms(dark_at, array_to_load),
            seed=seed,
            obstacles=around,
            relays=relays(relays_of),
        )
        found = answered.as_data()
        bars("skylines", 1, 1)
        if series is not None:
            write_table(series, answered.series())
            found["series"] = str(series)
        if heat:
            bars("heat", 0, 1)
            found["heat"] = warmth(place, span, terrain=terrain, reach_m=reach)
            bars("heat", 1, 1)
    if as_json:
        emit(found)
        return
    _show_point(found)


def _show_point(found: dict[str, Any]) -> None:
    out = console()
    name = f"{found['place']}: " if found["place"] else ""
    out.print(
        f"{name}{found['latitude_deg']:.4f} deg, {found['longitude_deg']:.4f} deg E, "
        f"{found['begins']} to {found['ends']}",
        soft_wrap=True,
    )
    out.print(
        f"ground {found['ground_m']:.0f} m, slope {found['slope_deg']:.1f} deg towards "
        f"{found['downhill_azimuth_deg']:.0f} deg, roughness {found['roughness_m']:.2f} m over "
        f"{5 * found['surface_cell_m']:.0f} m",
        soft_wrap=True,
    )
    rows = table(
        *(
            "Height m",
            "Mean disc",
            "5-95 %",
            "Mean light",
            "Longest dark h",
            "5-95 %",
            "Longest lit h",
            "Deficit h",
            "Earth in view",
            *(f"{relay['name'].capitalize()} in view" for relay in found["relays"]),
        )
    )
    for row in found["heights"]:
        low, high = row["band"]["mean_sun_area_fraction"]
        dark = row["band"]["longest_dark_h"]
        rows.add_row(
            f"{row['height_m']:g}",
            f"{row['mean_sun_area_fraction']:.3f}",
            f"{low:.3f}-{high:.3f}",
            f"{row['mean_sun_flux_fraction']:.3f}",
            f"{row['longest_dark_h']:.0f}",
            f"{dark[0]:.0f}-{dark[1]:.0f}",
            f"{row['longest_light_h']:.0f}",
            f"{row['cumulative_deficit_h']:.0f}",
            f"{100 * row['earth_visible_fraction']:.0f} %",
            *(f"{100 * view['visible_fraction']:.0f} %" for view in row["relay_views"].values()),
        )
    out.print(rows)
    out.print(_gaps(found), soft_wrap=True)
    spells = sorted(found["dark_spells"], key=lambda spell: -spell["hours"])[:SPELLS]
    if spells:
        height = found["heights"][0]["height_m"]
        listed = table(
            "Begins",
            "Ends",
            "Hours",
            right=("Hours",),
            title=f"Longest dark spells at {height:g} m",
        )
        for spell in sorted(spells, key=lambda spell: str(spell["begins"])):
            listed.add_row(spell["begins"], spell["ends"], f"{spell['hours']:.1f}")
        out.print(listed)
    if "heat" in found:
        warm = found["heat"]
        out.print(
            f"surface {warm['surface_least_k']:.0f} to {warm['surface_most_k']:.0f} K through a "
            f"year, {warm['surface_mean_k']:.0f} K in the mean; "
            + ", ".join(f"{d['mean_k']:.0f} K at {d['depth_m']:g} m" for d in warm["depths"]),
            soft_wrap=True,
        )
    if found["coarse"]:
        say(f"ilrs: {found['note']}")
    else:
        out.print(found["note"], soft_wrap=True)


def _gaps(found: dict[str, Any]) -> str:
    """How long Earth and relays stay away at the longest, seen from the first height."""
    gaps = {"the Earth": found["longest_earth_gap_h"]}
    gaps |= {name: view["longest_gap_h"] for name, view in found["relay_views"].items()}
    told = ", ".join(f"{name} {hours:.1f} h" for name, hours in gaps.items())
    return f"longest out of view at {found['height_m']:g} m: {told}"


@site.command("map", cls=NegativePlaces)
def map_(
    area: Annotated[
        str,
        typer.Argument(
            help="A name (ridge, shackleton, window); LAT,LON,SIZE_KM; or "
            "X_MIN,Y_MIN,X_MAX,Y_MAX in km on the south polar plane."
        ),
    ],
    height: Annotated[float, typer.Option(metavar="M", help="Height above ground [m].")] = 2.0,
    begins: From = None,
    ends: To = None,
    step: Annotated[
        str | None,
        typer.Option(
            metavar="STEP",
            help="Step, such as '1 h'; a bare number is seconds.",
            show_default="1 h",
        ),
    ] = None,
    terrain: Terrain = None,
    azimuths: Annotated[
        int, typer.Option(help="Directions the skyline is kept in.", min=36, max=3600)
    ] = 360,
    reach_km: Annotated[
        float, typer.Option(metavar="KM", help="How far terrain counts.", min=1.0)
    ] = 300.0,
    dark_at: DarkAt = 0.5,
    bands: Annotated[
        bool, typer.Option("--bands/--no-bands", help="With 5-95 % bands of light and dark.")
    ] = True,
    relays_of: RelaysOf = "ilrs",
    heat: Annotated[
        bool, typer.Option("--heat", help="With the surface's temperature through a year.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the map.", show_default="maps/AREA")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A Dask cluster, such as tcp://host:8786.",
            show_default="this machine",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Map light, views of Earth and relay, permanent shadow and slope of an area.

    Rasters (COG), a Zarr store, a page with pictures and a certificate, in one folder that appears
    when all is done. An interrupted map goes on where it was when the same command is given.
    """
    from ilrs.siting.areas import area as area_of
    from ilrs.siting.map import CERTIFICATE, PAGE, make_map, working_folder
    from ilrs.siting.outlook import Terms
    from ilrs.siting.tiles import make_job

    name, wanted = area_of(area)
    folder = out if out is not None else Path("maps") / name
    try:
        with Bars() as bars:
            job = make_job(
                name,
                wanted,
                clock(begins, ends, step or MAP_STEP),
                terrain=terrain,
                height=height,
                terms=Terms(dark_at),
                reach_m=1e3 * reach_km,
                azimuths=azimuths,
                bands=bands,
                heat=heat,
                relays=relays(relays_of),
            )
            certificate = make_map(job, folder, scheduler=scheduler, told=bars)
    except KeyboardInterrupt:
        raise Interrupted(
            "the map was stopped; its finished tiles are kept",
            remedy="give the same command to go on, or delete "
            f"{working_folder(folder)} to begin anew",
        ) from None
    if as_json:
        paths = {"folder": str(folder), "page": str(folder / PAGE)}
        emit({**paths, "certificate_file": str(folder / CERTIFICATE), "certificate": certificate})
        return
    rows = table("Layer", "Least", "Mean", "Most", right=("Least", "Mean", "Most"))
    for layer, found in certificate["statistics"].items():
        rows.add_row(
            layer,
            *("-" if found[k] is None else f"{found[k]:.4g}" for k in ("least", "mean", "most")),
        )
    console().print(rows)
    console().print(f"Map: {folder / PAGE}", soft_wrap=True)


for verb in (find, compare):
    site.command(verb.__name__, cls=NegativePlaces)(verb)
