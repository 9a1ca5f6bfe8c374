"""Verbs that set places side by side: site find, site compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from ilrs.cli.live import From, Step, To
from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.progress import Bars
from ilrs.cli.site_options import MAP_STEP, ArrayToLoad, DarkAt, RelaysOf, Terrain, clock, relays


def find(
    top: Annotated[int, typer.Option(help="Places that are listed.", min=1)] = 10,
    area: Annotated[
        str | None,
        typer.Option(
            help="Places within an area, as for site map: candidates and cells of its map.",
            metavar="AREA",
        ),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(help="Only candidates of this region, such as ridge; may be given often."),
    ] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Also pairs that are lit together.")
    ] = False,
    min_light: Annotated[
        float, typer.Option(metavar="SHARE", help="Least mean share of the disc.")
    ] = 0.0,
    max_dark: Annotated[
        float | None, typer.Option(metavar="H", help="Longest dark spell allowed [h].")
    ] = None,
    min_earth: Annotated[
        float, typer.Option(metavar="SHARE", help="Least share of time with the Earth in view.")
    ] = 0.0,
    max_slope: Annotated[
        float | None, typer.Option(metavar="DEG", help="Steepest slope allowed [deg].")
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=W", help="Another weight; may be given often."),
    ] = None,
    height: Annotated[
        float,
        typer.Option(metavar="M", help="Height above ground: 0, 2 or 10 m for candidates."),
    ] = 10.0,
    cells: Annotated[
        bool, typer.Option("--cells/--no-cells", help="With an area: also cells of its map.")
    ] = True,
    apart: Annotated[
        float, typer.Option(metavar="M", help="Least distance between cells [m].", min=0.0)
    ] = 400.0,
    terrain: Terrain = None,
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
    dark_at: DarkAt = 0.5,
    array_to_load: ArrayToLoad = 2.0,
    as_json: Json = False,
) -> None:
    """Rank places by what a station needs: shipped candidates, or all of an area.

    Light, longest dark, view of the Earth, slope, roughness and the way to shadowed ground, each
    with a declared weight. An area is mapped first, and its best lit cells are ranked with the
    candidates in it. With --pairs also the pairs that leave the shortest common dark.
    """
    from ilrs.siting.find import find as found_by
    from ilrs.siting.outlook import Terms

    with Bars() as bars:
        found = found_by(
            clock(begins, ends, step or MAP_STEP),
            height=height,
            terms=Terms(dark_at, array_to_load),
            area=area,
            regions=region or (),
            weight=weight or (),
            min_light=min_light,
            max_dark=max_dark,
            min_earth=min_earth,
            max_slope=max_slope,
            top=top,
            pairs=pairs,
            cells=cells,
            apart=apart,
            terrain=terrain,
            told=bars,
        )
    if as_json:
        emit(found)
        return
    out = console()
    listed = ", ".join(f"{n} {m['weight']:g}" for n, m in found["measures"].items())
    out.print(
        f"{found['fit']} of {found['looked_at']} places fit, seen from {height:g} m, "
        f"{found['begins'][:10]} to {found['ends'][:10]}; weights: {listed}",
        soft_wrap=True,
    )
    out.print(_places_table(found["places"]))
    if pairs:
        rows = table(
            *(
                "First",
                "Second",
                "Apart km",
                "Mean disc (5-95 %)",
                "Alone",
                "Common dark h (5-95 %)",
            )
        )
        for row in found["pairs"]:
            alone = row["mean_sun_area_fraction_alone"]
            rows.add_row(
                row["first"],
                row["second"],
                f"{row['apart_km']:.2f}",
                _ends(row, "mean_sun_area_fraction", ".3f"),
                f"{alone[0]:.3f}, {alone[1]:.3f}",
                _ends(row, "longest_common_dark_h", ".0f"),
            )
        out.print(rows)


def compare(
    places: Annotated[
        list[str], typer.Argument(metavar="PLACE...", help="Candidates' names, or LAT,LON [deg].")
    ],
    height: Annotated[float, typer.Option(metavar="M", help="Height above ground [m].")] = 2.0,
    begins: From = None,
    ends: To = None,
    step: Step = None,
    terrain: Terrain = None,
    dark_at: DarkAt = 0.5,
    array_to_load: ArrayToLoad = 2.0,
    relays_of: RelaysOf = "ilrs",
    as_json: Json = False,
) -> None:
    """Places side by side, each with its band."""
    from ilrs.siting.find import compared
    from ilrs.siting.outlook import Terms

    with Bars() as bars:
        found = compared(
            places,
            clock(begins, ends, step),
            height=height,
            terrain=terrain,
            terms=Terms(dark_at, array_to_load),
            relays=relays(relays_of),
            told=bars,
        )
    if as_json:
        emit(found)
        return
    rows = table(
        "",
        *(
            row["place"] or f"{row['latitude_deg']:.4f}, {row['longitude_deg']:.4f}"
            for row in found["places"]
        ),
    )
    for label, cell in _COMPARED.items():
        rows.add_row(label, *(cell(row) for row in found["places"]))
        if label.startswith("Earth"):
            for relay in found["places"][0]["relays"]:
                name = relay["name"]
                said = f"{name.capitalize()} in view (5-95 %)"
                rows.add_row(said, *(_relay(row["relay_views"][name]) for row in found["places"]))
    console().print(rows)


def _places_table(places: list[dict[str, Any]]) -> Any:
    rows = table(
        *("Place", "Score", "Latitude", "Longitude E", "Mean disc (5-95 %)"),
        *("Longest dark h (5-95 %)", "Earth", "Slope deg", "Rough m", "Shadow km", "Terrain"),
    )
    for row in places:
        shadow = row["distance_to_shadow_km"]
        rows.add_row(
            row["name"],
            f"{row['score']:.3f}",
            f"{row['latitude_deg']:.4f}",
            f"{row['longitude_deg']:.4f}",
            _ends(row, "mean_sun_area_fraction", ".3f"),
            _ends(row, "longest_dark_h", ".0f"),
            f"{100 * row['earth_visible_fraction']:.0f} %",
            f"{row['slope_deg']:.1f}",
            f"{row['roughness_m']:.2f}",
            "unknown" if shadow is None else f"{shadow:.1f}",
            "coarse" if row["coarse"] else "fine",
        )
    return rows


def _ends(row: dict[str, Any], key: str, form: str) -> str:
    low, high = row["band"][key]
    return f"{row[key]:{form}} ({low:{form}} to {high:{form}})"


def _relay(view: dict[str, Any]) -> str:
    low, high = view["band_visible_fraction"]
    return f"{view['visible_fraction']:.2f} ({low:.2f} to {high:.2f})"


_COMPARED: dict[str, Callable[[dict[str, Any]], str]] = {
    "Latitude, longitude E": lambda r: f"{r['latitude_deg']:.4f}, {r['longitude_deg']:.4f}",
    "Mean disc (5-95 %)": lambda r: _ends(r, "mean_sun_area_fraction", ".3f"),
    "Longest dark h (5-95 %)": lambda r: _ends(r, "longest_dark_h", ".0f"),
    "Deficit h (5-95 %)": lambda r: _ends(r, "cumulative_deficit_h", ".0f"),
    "Earth in view (5-95 %)": lambda r: _ends(r, "earth_visible_fraction", ".2f"),
    "Longest lit h": lambda r: f"{r['longest_light_h']:.0f}",
    "Slope deg": lambda r: f"{r['slope_deg']:.1f}",
    "Roughness m": lambda r: f"{r['roughness_m']:.2f}",
    "Ground m": lambda r: f"{r['ground_m']:.0f}",
    "Terrain": lambda r: "coarse" if r["coarse"] else f"{r['surface_cell_m']:g} m",
}
