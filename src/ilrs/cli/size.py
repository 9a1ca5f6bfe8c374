"""The verb that sizes: what must be landed so that loads live through the dark."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ilrs.cli.live import From, To
from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.progress import Bars
from ilrs.errors import UserError

MASTS = (6.0, 10.0, 15.0, 20.0, 30.0)
"""Heights that are tried [m] when none is given."""


def size(
    scenario: Annotated[
        str, typer.Argument(help="The scenario whose places and loads are meant.")
    ] = "ilrs",
    at: Annotated[str | None, typer.Option(metavar="PLACE", help="The station's place.")] = None,
    also: Annotated[
        str | None, typer.Option(metavar="PLACE", help="A second place for arrays, by cable.")
    ] = None,
    load: Annotated[
        str | None, typer.Option(help="The whole load, such as 5kW; else the scenario's.")
    ] = None,
    keep_alive: Annotated[
        str | None, typer.Option(help="Its part that is always served; else all of it.")
    ] = None,
    share: Annotated[
        float, typer.Option(help="Share of the rest that is served in the dark too.")
    ] = 0.0,
    mast: Annotated[
        str | None, typer.Option(help="Height of the masts, such as 10m; else the lightest.")
    ] = None,
    mast_mass: Annotated[
        str | None, typer.Option(help="Most that one mast may weigh, such as 60kg.")
    ] = None,
    ratio: Annotated[
        float | None,
        typer.Option(
            help="Arrays (of the first place) at their best over the load; else the lightest."
        ),
    ] = None,
    storage: Annotated[
        str, typer.Option(help="What may be built: battery, fuel-cell, reactor, by commas.")
    ] = "battery,fuel-cell",
    assume: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Instead of a default: array_power='40 W/kg'."),
    ] = None,
    begins: From = None,
    ends: To = None,
    mission_only: Annotated[
        bool, typer.Option("--mission-only", help="Leave the darkest of 18.6 years out.")
    ] = False,
    trade: Annotated[
        list[str] | None,
        typer.Option(help="Also a curve over mast, ratio, storage or places; may be given often."),
    ] = None,
    bands: Annotated[
        bool, typer.Option("--band/--no-band", help="The band from the terrain's error.")
    ] = True,
    confidence: Annotated[
        float, typer.Option(metavar="PERCENT", help="Of the drawn skylines, how many it outlives.")
    ] = 50.0,
    as_json: Json = False,
) -> int:
    """Size a station: the least landed mass that lives through every dark season.

    Arrays on masts, batteries, fuel cells with their tanks, reactors and cables, over every hour of
    18.6 years, with the best string of every array out, cells at the end of the mission and the
    longest eclipse in the worst place; then lived by the simulator without foresight. Skylines are
    drawn with the terrain's error: the station outlives a share of them, and is told beside what
    5 and 95 % need and what the skyline as computed would. Exit code 1 when an hour is not served.

    \b
      ilrs size --at ridge-a --load 5kW --mast 10m
      ilrs size --at ridge-a --also ridge-b --load 20kW --keep-alive 5kW --trade places
    """
    from ilrs.planning.sizing.band import band, draw, require_share
    from ilrs.planning.sizing.confirm import confirm
    from ilrs.planning.sizing.report import as_data
    from ilrs.planning.sizing.station import lightest_mast, look
    from ilrs.planning.sizing.station import size as find
    from ilrs.planning.sizing.trades import require_trade
    from ilrs.planning.sizing.trades import trade as curve

    for what in trade or ():
        require_trade(what)
    require_share(confidence / 100.0)

    request = _request(
        scenario, at, also, (load, keep_alive, share), (mast, mast_mass), ratio, storage, assume,
        begins, ends, mission_only,
    )  # fmt: skip
    with Bars() as bars:
        if mast is None:
            request = lightest_mast(request, MASTS, bars)
        bars("light", 0, 1)
        ground = look(request)
        bars("light", 1, 1)
        found = find(request, ground, bars)
        bars("sizing", 1, 1)
        sure = None
        if bands:
            drawn = draw(found, ground, bars)
            sure = band(found, ground, drawn, confidence / 100.0, bars)
            found, ground = sure.design, drawn.behind(ground, sure.row)
        bars("simulation", 0, 1)
        lived = confirm(found, ground)
        bars("simulation", 1, 1)
        curves = {what: curve(what, request, ground.errors, bars) for what in trade or ()}
    data = as_data(found, ground.sky.clock, lived, sure, curves)
    if as_json:
        emit(data)
    else:
        _show(data)
    return 0 if lived.served else 1


def _request(
    scenario: str,
    at: str | None,
    also: str | None,
    loads: tuple[str | None, str | None, float],
    masts: tuple[str | None, str | None],
    ratio: float | None,
    storage: str,
    assume: list[str] | None,
    begins: str | None,
    ends: str | None,
    mission_only: bool,
) -> Any:
    """The request that a command line means."""
    from ilrs.planning.sizing.loads import need_of
    from ilrs.planning.sizing.problem import Need
    from ilrs.planning.sizing.request import Request
    from ilrs.planning.sizing.technology import technology
    from ilrs.scenario.instants import parse_instant
    from ilrs.scenario.load import load_scenario
    from ilrs.units import to_si

    found = load_scenario(scenario).scenario
    load, kept, share = loads
    place = at
    if load is None:
        need, most = need_of(found, share)
        place = at or most
        if kept is not None:
            part = to_si(kept, "W")
            need = Need(part, need.load - part, share)
    else:
        whole = to_si(load, "W")
        part = whole if kept is None else to_si(kept, "W")
        need = Need(part, whole - part, share)
    if place is None:
        raise UserError("where does the station stand?", remedy="say it: --at ridge-a")
    changes = {}
    for text in assume or ():
        key, sign, value = text.partition("=")
        if not sign:
            raise UserError(f"{text!r} assumes nothing", remedy="KEY=VALUE, array_power='40 W/kg'")
        changes[key.strip()] = value.strip()
    height, allowed = masts
    return Request(
        scenario=found,
        place=place,
        need=need,
        begins=parse_instant(begins) if begins else found.period.begins,
        ends=parse_instant(ends) if ends else found.period.ends,
        mast=to_si(height, "m") if height else MASTS[1],
        technology=technology(changes),
        storages=tuple(s.strip() for s in storage.split(",") if s.strip()),
        second=also,
        ratio=ratio,
        mast_mass=to_si(allowed, "kg") if allowed else None,
        whole_cycle=not mission_only,
    )


def _show(data: dict[str, Any]) -> None:
    out = console()
    out.print(
        f"{data['load_kw']:g} kW at {' and '.join(data['places'])}, {data['firm_kw']:g} kW of it "
        f"in every hour from {data['sized_from']} to {data['sized_to']}, masts of "
        f"{data['mast_m']:g} m"
    )
    rows = table("Component", "Size", "Mass kg", right=("Size", "Mass kg"))
    for name, mass in data["masses_kg"].items():
        rows.add_row(name, data["sizes"].get(name, ""), f"{mass:.0f}")
    rows.add_row("all", "", f"{data['mass_kg']:.0f}")
    out.print(rows)
    for line in data["words"]:
        out.print(line, soft_wrap=True)
    for what, points in data["trades"].items():
        head = what.capitalize()
        if what == "ratio" and len(data["places"]) > 1:
            head += f" at {data['places'][0]}"
        rows = table(head, "Mass kg", "Array to load", "Deficit h", "", right=("Mass kg",))
        masses = [p["mass_kg"] for p in points if p["mass_kg"]]
        for p in points:
            if p["mass_kg"] is None:
                rows.add_row(str(p[what]), "-", "", "", p["why"])
            else:
                bar = "#" * max(round(30 * p["mass_kg"] / max(masses)), 1)
                if p["reactors"] and not p["array_to_load"]:
                    bar += " reactor alone"
                ratio, hours = f"{p['array_to_load']:.2f}", f"{p['deficit_h']:.0f}"
                rows.add_row(str(p[what]), f"{p['mass_kg']:.0f}", ratio, hours, bar)
        out.print(rows)
