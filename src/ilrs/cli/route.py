"""The verb `ilrs route`: where a rover drives from place to place, when, and what it takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.progress import Bars
from ilrs.cli.site import Terrain

PAGE, DATA = "route.html", "route.json"


def route(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="A candidate, or LAT,LON [deg].")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A candidate, or LAT,LON [deg].")],
    at: Annotated[str, typer.Option(metavar="UTC", help="When it leaves, like 2032-01-10T06:00.")],
    stop: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE", help="A stop on the way; in the best order if given often."),
    ] = None,
    rover: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keys of a rover as in a scenario (ilrs components rover).",
            show_default="the component's defaults",
        ),
    ] = None,
    seek: Annotated[str, typer.Option(help="What is least: time or energy.")] = "time",
    light: Annotated[
        str, typer.Option(metavar="SHARE", help="Share of the disc it needs; none: any light.")
    ] = "0.5",
    contact: Annotated[
        str, typer.Option(help="What must be in view: none, earth, relay or any.")
    ] = "none",
    tempo: Annotated[
        str, typer.Option(help="How often it stops: continuous, supervised or yutu-2.")
    ] = "supervised",
    dark_hours: Annotated[
        float, typer.Option(metavar="H", help="Longest it may go without light or contact.", min=0)
    ] = 0.0,
    haven: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE", help="Where it may stand in the dark; may be given often."),
    ] = None,
    keep_out: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REASON=LAT,LON[,M]",
            help="Ground it keeps out of, or permanent-shadow; may be given often.",
        ),
    ] = None,
    clear_of: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="ROUTE",
            help="A route.json or its folder: a rover to keep clear of; may be given often.",
        ),
    ] = None,
    apart: Annotated[
        float, typer.Option(metavar="M", help="How far from such rovers it keeps [m].", min=1)
    ] = 50.0,
    days: Annotated[
        float, typer.Option(metavar="D", help="How far ahead is looked [d].", min=0.1)
    ] = 14.0,
    step: Annotated[
        str,
        typer.Option(
            metavar="STEP",
            help="Step of light and contact, such as '30 min'; a bare number is seconds.",
        ),
    ] = "1 h",
    terrain: Terrain = None,
    margin_km: Annotated[
        float | None,
        typer.Option(
            metavar="KM",
            help="Ground looked at beyond both places.",
            show_default="half their distance, 2 at least",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write route.html and route.json there.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find a rover's route over terrain, light and time.

    The quickest way (or that of least energy) over slopes the rover climbs and ground that is lit
    when it is there, with waits in the light. On terrain of 5 m cells or coarser the answer is a
    corridor, and says how much of the hazard the terrain does not show.
    """
    from ilrs.data.whole import write_whole
    from ilrs.rendering.route_page import route_page
    from ilrs.siting.asked_route import ahead, rover_of, terms_of
    from ilrs.siting.spots import spot
    from ilrs.siting.travel import travel

    terms = terms_of(
        *(seek, light, contact, tempo, dark_hours, haven or (), keep_out or ()),
        *(clear_of or (), apart),
    )
    with Bars() as bars:
        found = travel(
            [spot([text]) for text in (origin, *(stop or ()), target)],
            ahead(at, days, step),
            rover=rover_of(rover),
            terms=terms,
            terrain=terrain,
            margin=None if margin_km is None else 1e3 * margin_km,
            told=bars,
        )
    data = found.as_data()
    page = None if out is None else out / PAGE
    if page is not None:
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        drawn = route_page(found.routes, found.ground, found.lit_share())
        write_whole(page.with_name(DATA), text.encode())
        write_whole(page, drawn.encode())
    if as_json:
        emit({**data, "page": None if page is None else str(page)})
        return
    _show(data)
    if page is not None:
        console().print(f"Map and profile: {page}", soft_wrap=True)


def _show(data: dict[str, Any]) -> None:
    screen = console()
    rows = table(
        data["result"].capitalize(),
        *("Leaves", "Arrives", "Distance km", "Hours", "Waits h", "Energy kWh", "Wh/km"),
        *("Steepest deg", "Lit", "Earth", "Battery"),
    )
    for leg in data["legs"]:
        rows.add_row(
            f"{leg['from']} to {leg['to']}",
            leg["begins"][:16],
            leg["arrives"][:16],
            f"{leg['distance_m'] / 1e3:.2f}",
            f"{leg['duration_s'] / 3600.0:.1f}",
            f"{leg['waiting_s'] / 3600.0:.1f}",
            f"{leg['energy_j'] / 3.6e6:.2f}",
            f"{leg['energy_wh_per_km']:.0f}",
            f"{leg['steepest_deg']:.1f}",
            f"{100 * leg['lit_share_of_time']:.0f} %",
            f"{100 * leg['earth_in_view_share_of_time']:.0f} %",
            f"{100 * leg['least_battery_share']:.0f} %",
        )
    screen.print(rows)
    for note in data["notes"]:
        screen.print(note, soft_wrap=True)
