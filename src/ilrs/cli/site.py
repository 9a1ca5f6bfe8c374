"""Verbs about places: site point, site compare, site find, site map."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ilrs.cli.ask import NegativeNumbers
from ilrs.cli.live import From, Step, To
from ilrs.cli.output import Json, console, emit, say, table

site = typer.Typer(
    name="site",
    help="Where to stand: light, view of the Earth and ground at points and on maps.",
    no_args_is_help=False,
    rich_markup_mode=None,
)

BEGINS, ENDS, STEP = "2031-01-01", "2032-01-01", "10 min"
SPELLS = 8
"""Dark spells that are printed for people."""

Terrain = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="An elevation model by name or path; may be given often.",
        show_default="the finest at hand",
    ),
]
DarkAt = Annotated[
    float, typer.Option(metavar="SHARE", help="It is dark with no more of the Sun's disc.")
]
ArrayToLoad = Annotated[
    float,
    typer.Option(
        metavar="RATIO",
        help="An array's power at full light over the load, for the deficit a store has to bring.",
    ),
]


@site.command("point", cls=NegativeNumbers)
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
        typer.Option(metavar="KM", help="How far terrain counts.", show_default="300"),
    ] = None,
    dark_at: DarkAt = 0.5,
    array_to_load: ArrayToLoad = 2.0,
    seed: Annotated[int, typer.Option(help="Seed of the draws of the band.", min=0)] = 1,
    as_json: Json = False,
) -> None:
    """Light, view of the Earth and ground at one point, with a 5-95 % band.

    From the finest terrain at hand. Where only the packaged averages over 1.6 km are known, a
    candidate's shipped skyline answers, and anywhere else the answer is marked coarse. The period
    is 2031 in steps of 10 min unless said otherwise.
    """
    from ilrs.siting.answer import answer
    from ilrs.siting.outlook import Terms
    from ilrs.siting.spots import spot

    found = answer(
        spot(where),
        clock(begins, ends, step),
        heights=height or [2.0],
        terrain=terrain,
        reach_m=None if reach_km is None else 1e3 * reach_km,
        terms=Terms(dark_at, array_to_load),
        seed=seed,
    ).as_data()
    if as_json:
        emit(found)
        return
    _show_point(found)


def clock(begins: str | None, ends: str | None, step: str | None) -> Any:
    """The period asked for."""
    from ilrs.siting.period import period

    return period(begins or BEGINS, ends or ENDS, step or STEP)


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
        )
    out.print(rows)
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
    if found["coarse"]:
        say(f"ilrs: {found['note']}")
    else:
        out.print(found["note"], soft_wrap=True)
