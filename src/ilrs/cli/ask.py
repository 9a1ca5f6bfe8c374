"""Verbs that ask nature: sky, when, horizons."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from ilrs.cli.live import From, Scenario, Step, To
from ilrs.cli.output import Json, console, emit, say, table
from ilrs.cli.progress import Bars
from ilrs.errors import UserError

_NEGATIVE = re.compile(r"-\d*\.?\d+(?:[eE][-+]?\d+)?")
SHOWN = 12
"""Windows that are printed for people."""


class NegativeNumbers(TyperCommand):
    """A command whose arguments may be negative numbers, which look like options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """A space in front tells a number from an option, and is no part of it."""
        return super().parse_args(ctx, [f" {a}" if _NEGATIVE.fullmatch(a) else a for a in args])


def sky(
    latitude: Annotated[float, typer.Argument(metavar="LAT", help="Latitude north [deg].")],
    longitude: Annotated[float, typer.Argument(metavar="LON", help="Longitude east [deg].")],
    at: Annotated[
        list[str], typer.Option(metavar="UTC", help="An instant in UTC; may be given often.")
    ],
    height: Annotated[
        float | None, typer.Option(metavar="M", help="Height above the ground [m].")
    ] = None,
    altitude: Annotated[
        float | None,
        typer.Option(metavar="M", help="Altitude above the sphere of 1737.4 km [m]."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Sun and Earth over a place on the Moon.

    In the MOON_ME frame: azimuth clockwise from north, apparent directions (light time, stellar
    aberration), and the share of the Sun's disc that the Earth leaves; terrain does not count. Say
    how high the place is with one of --height and --altitude.
    """
    from ilrs.sky.sample import sample_sky

    if not (-90.0 <= latitude <= 90.0 and math.isfinite(longitude)):
        raise UserError(
            f"{latitude:g} deg, {longitude:g} deg is no place",
            remedy="latitude lies between -90 and 90 deg; latitude comes first",
        )
    if (height is None) == (altitude is None):
        raise UserError(
            "say once how high the place is",
            remedy="--height M above the ground, or --altitude M above the sphere of 1737.4 km",
        )
    place = math.radians(latitude), math.radians(longitude)
    if altitude is None:
        from ilrs.environment.horizons import ground_height
        from ilrs.ground.terrain import above_ground

        altitude = ground_height(*place) + float(above_ground(height or 0.0))
    samples = sample_sky(*place, altitude, at)
    if as_json:
        emit({"samples": samples})
        return
    rows = table(
        *("UTC", "Sun az deg", "el deg", "range m", "disc", "Earth az deg", "el deg", "range m")
    )
    for row in samples:
        sun, earth = row["sun"], row["earth"]
        rows.add_row(
            row["utc"],
            *(f"{sun['azimuth_deg']:.4f}", f"{sun['elevation_deg']:.4f}", f"{sun['range_m']:.0f}"),
            f"{sun['area_fraction']:.4f}",
            *(f"{earth['azimuth_deg']:.4f}", f"{earth['elevation_deg']:.4f}"),
            f"{earth['range_m']:.0f}",
        )
    console().print(rows)


def when(
    place: Annotated[str, typer.Argument(help="A place on the ground of the scenario.")],
    condition: Annotated[str, typer.Argument(help="Such as 'sun.area_fraction > 0.5'.")],
    scenario: Annotated[
        str, typer.Option(help="The scenario that the place and the relays belong to.")
    ] = "ilrs",
    begins: From = None,
    ends: To = None,
    step: Step = None,
    height: Annotated[
        float, typer.Option(metavar="M", help="Height the Sun is seen from [m above ground].")
    ] = 2.0,
    as_json: Json = False,
) -> None:
    """When a condition holds at a place.

    Its windows over the period, and how often and how long it holds. Conditions join names and
    numbers by comparisons, + - * /, and, or, not and brackets:

    \b
      sun.area_fraction  sun.flux_fraction  sun.elevation_deg  sun.azimuth_deg
      earth.visible  earth.contact  earth.elevation_deg  earth.azimuth_deg  earth.distance_km
      relay.visible  relay.contact  RELAY.visible  RELAY.contact  RELAY.elevation_deg
      RELAY.distance_km  FACILITY/STATION.visible  ground.temperature  regolith.temperature
      earth.above_terrain_deg  earth.sun_deg  TARGET.visible  TARGET.elevation_deg  TARGET.sun_deg

    visible: above the terrain; contact: a ground station hears it too; relay: any of them.
    Temperatures in K, of level ground and 0.5 m deep.
    """
    from ilrs.api import load

    station = load(scenario, begins=begins, ends=ends, step=step)
    found = station.when(place, condition, height=height).as_data()
    if as_json:
        emit(found)
        return
    out = console()
    out.print(
        f"{place}, {found['begins']} to {found['ends']} in steps of {found['step_s']} s: "
        f"{condition}",
        soft_wrap=True,
        markup=False,
    )
    out.print(
        f"holds {100 * found['share']:.2f} % of the time ({found['hours']:.1f} h) in "
        f"{found['count']} windows; longest {found['longest_h']:.2f} h, median "
        f"{found['median_h']:.2f} h, longest time without {found['longest_gap_h']:.2f} h",
        soft_wrap=True,
    )
    out.print(f"Skyline: {found['skyline']}", soft_wrap=True, markup=False, style="dim")
    names = table("Name", "Least", "Mean", "Most", right=("Least", "Mean", "Most"))
    for name, values in found["names"].items():
        names.add_row(name, *(f"{values[key]:.6g}" for key in ("least", "mean", "most")))
    out.print(names)
    longest = sorted(found["windows"], key=lambda w: -w["hours"])[:SHOWN]
    rows = table("Begins", "Ends", "Hours", right=("Hours",), title="Longest windows")
    for window in sorted(longest, key=lambda w: w["begins"]):
        rows.add_row(window["begins"], window["ends"], f"{window['hours']:.2f}")
    if longest:
        out.print(rows)
    if found["count"] > len(longest):
        out.print(f"{found['count'] - len(longest)} shorter ones are not shown; --json has all")


def horizons(
    scenario: Scenario = "ilrs",
    terrain: Annotated[
        list[Path] | None,
        typer.Option(
            help="An elevation model, fine ones first; may be given often.",
            show_default="the finest at hand",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the horizons.")] = Path("horizons"),
    place: Annotated[
        list[str] | None, typer.Option(help="Only this place; may be given often.")
    ] = None,
    glow: Annotated[
        bool,
        typer.Option(
            "--glow",
            help="Also the light and heat that the terrain within 10 km sends each place, into the "
            "folder glow beside the horizons: some seconds a place.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Compute the horizons of a scenario's places.

    Each with its certificate, as the shipped ones were made. Every place on the ground is computed
    under the name its key `horizon` gives, from the finest terrain at hand out to 200 km, every 0.1
    deg of azimuth. A run uses them when the environment variable ILRS_DATA_DIR names the folder
    that holds the folder `horizons`.
    """
    from ilrs.environment.glow import recompute_glows
    from ilrs.environment.horizons import recompute
    from ilrs.operations.conditions import require_ground
    from ilrs.scenario.load import load_scenario
    from ilrs.scenario.schema import Ground

    # Places without a horizon yet are what this verb is for, so only the text is checked.
    found = load_scenario(scenario, check=False).scenario
    names = place or [n for n, p in found.places.items() if isinstance(p, Ground)]
    wanted = {}
    for name in names:
        ground = require_ground(found, name)
        wanted[ground.horizon] = (ground.latitude, ground.longitude)
    done: list[dict[str, Any]] = []
    with Bars() as bars:
        bars("horizons", 0, len(wanted))

        def told(horizon: Any) -> None:
            done.append(horizon.certificate.as_dict())
            bars("horizons", len(done), len(wanted))

        recompute(wanted, out, list(terrain) if terrain else None, told=told)
        sent: dict[str, str] = {}

        def warm(name: str, without: str) -> None:
            sent[name] = without
            bars("glow", len(sent), len(wanted))

        if glow:
            bars("glow", 0, len(wanted))
            recompute_glows(
                wanted, out.with_name("glow"), list(terrain) if terrain else None, told=warm
            )
    if as_json:
        emit({"folder": str(out), "horizons": done, "glow": {n: not w for n, w in sent.items()}})
        return
    rows = table("Horizon", "Latitude", "Longitude E", "Terrain", "Ground m", "Error p99 deg")
    for row in done:
        rows.add_row(
            row["place"],
            *(f"{row['latitude_deg']:.4f}", f"{row['longitude_deg']:.4f}"),
            "coarse" if row["coarse"] else f"{row['terrains'][0]['cell_m']:g} m",
            f"{row['ground_m']:.1f}",
            f"{max(v for k, v in row['error_deg'].items() if k.endswith('p99')):.4f}",
        )
    console().print(rows)
    for without in filter(None, sent.values()):
        say(f"no glow: {without}")
    say(f"written to {out}; runs use them with ILRS_DATA_DIR={out.resolve().parent}")
