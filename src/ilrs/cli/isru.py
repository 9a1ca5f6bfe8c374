"""The verb that sizes oxygen plants: one process, or all four side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ilrs.cli.output import Json, console, emit, table
from ilrs.errors import UserError

if TYPE_CHECKING:
    from ilrs.physics.isru import Assumptions, Feedstock, Plant, Request
    from ilrs.physics.isru_ranges import Range, Spread


def isru(
    process: Annotated[
        str | None,
        typer.Argument(
            help="hydrogen_reduction, carbothermal, molten_regolith_electrolysis or ice; else all."
        ),
    ] = None,
    oxygen: Annotated[str, typer.Option(help="What is wanted, such as '1 t/yr'.")] = "1 t/yr",
    duty: Annotated[float, typer.Option(help="Share of the year in which the plant works.")] = 1.0,
    storage: Annotated[
        str | None, typer.Option(help="How long its own tanks hold what it makes, such as 30d.")
    ] = None,
    mixture: Annotated[
        float | None,
        typer.Option(help="Oxygen over hydrogen of an engine that is fed too, such as 6."),
    ] = None,
    soil: Annotated[
        list[str] | None,
        typer.Option(metavar="OXIDE=SHARE", help="The soil's oxides, all of them: SiO2=45%."),
    ] = None,
    ilmenite: Annotated[
        str | None, typer.Option(help="Ilmenite in the soil, such as 10%; else by its titanium.")
    ] = None,
    ice: Annotated[str | None, typer.Option(help="Ice in the soil, such as 5%.")] = None,
    assume: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Instead of a default: melt_yield=15%."),
    ] = None,
    verify: Annotated[
        int | None,
        typer.Option(metavar="RUNS", help="Also the odds of a test plan of so many runs."),
    ] = None,
    least_yield: Annotated[
        str | None, typer.Option(help="Oxygen of the soil dug it must show; else 90 % of usual.")
    ] = None,
    most_energy: Annotated[
        str | None,
        typer.Option(help="Energy it may take, as '60 kWh/kg'; else 1.25 of usual."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the draws behind the ranges.")] = 0,
    as_json: Json = False,
) -> int:
    """Size a plant that makes oxygen from soil or ice: its mass, power, feed and energy.

    Ranges are 5 to 95 % over what is not known of soil and machines. Masses are without the power
    supply. Without a process, all four stand side by side.

    \b
      ilrs isru --oxygen "1 t/yr"
      ilrs isru ice --oxygen "10 t/yr" --ice 5% --mixture 6
      ilrs isru carbothermal --verify 8 --most-energy "35 kWh/kg"
    """
    from ilrs.physics.isru import YEAR, Request
    from ilrs.physics.isru_processes import PROCESSES
    from ilrs.physics.isru_ranges import draw_plants, spread
    from ilrs.units import to_si

    if not 0.0 < duty <= 1.0:
        raise UserError(f"a duty of {duty:g} is no share of a year", remedy="give 0 to 1")
    if process is not None and process not in PROCESSES:
        raise UserError(f"{process!r} is no process", remedy=f"choose among {', '.join(PROCESSES)}")
    request = Request(
        to_si(oxygen, "kg/s") * YEAR,
        YEAR * duty,
        to_si(storage, "s") if storage else 0.0,
        mixture,
    )
    names = [process] if process else list(PROCESSES)
    soils = {name: _soil(name, soil, ilmenite, ice) for name in names}
    usual = _assumptions(assume)
    _refuse_idle(usual, request, soils)
    rows = []
    for name in names:
        feed = soils[name]
        found = spread(name, request, feed, usual, seed)
        row = _row(found)
        if verify is not None:
            plants = draw_plants(name, request, feed, usual, seed)
            row["verification"] = _odds(found, plants, verify, least_yield, most_energy, seed)
            row["notes"] += _beyond(name, feed, row["verification"]["least_yield"])
        rows.append(row)
    data = {
        "oxygen_kg_per_year": request.oxygen,
        "duty": duty,
        "mixture_ratio": mixture,
        "seed": seed,
        "without": "power supply",
        "processes": rows,
    }
    if as_json:
        emit(data)
    else:
        _show(data)
    return 0


def _pairs(texts: list[str] | None, what: str) -> dict[str, str]:
    pairs = {}
    for text in texts or ():
        key, sign, value = text.partition("=")
        if not sign:
            raise UserError(f"{text!r} gives no {what}", remedy="write KEY=VALUE")
        pairs[key.strip()] = value.strip()
    return pairs


def _assumptions(texts: list[str] | None) -> Assumptions:
    """The usual assumptions with what the command line changes; unknown names are refused."""
    from dataclasses import fields, replace

    from ilrs.physics.isru_processes import USUAL
    from ilrs.units import to_si

    known = [f.name for f in fields(USUAL)]
    changes = {}
    for key, value in _pairs(texts, "assumption").items():
        if key not in known:
            raise UserError(f"nothing assumes {key!r}", remedy=f"known: {', '.join(known)}")
        changes[key] = to_si(value, "")
    return replace(USUAL, **changes)


def _refuse_idle(
    usual: Assumptions, request: Request, soils: Mapping[str, Feedstock | None]
) -> None:
    """Refuse what is assumed but touches none of the processes asked for."""
    from dataclasses import fields, replace

    from ilrs.physics.isru_processes import USUAL, plant

    for key in (f.name for f in fields(USUAL)):
        value = getattr(usual, key)
        one = replace(USUAL, **{key: value})
        if value != getattr(USUAL, key) and all(
            plant(name, request, soil, one) == plant(name, request, soil, USUAL)
            for name, soil in soils.items()
        ):
            raise UserError(f"{key} changes nothing of {', '.join(soils)}", remedy="leave it out")


def _soil(
    process: str, oxides: list[str] | None, ilmenite: str | None, ice: str | None
) -> Feedstock | None:
    """The soil a command line means; None where it says nothing of it, so that it is drawn."""
    from ilrs.physics.isru import HIGHLAND, Feedstock
    from ilrs.physics.isru_processes import DRY, ICY
    from ilrs.units import to_si

    icy = process == "ice"
    if (
        not oxides
        and (ilmenite is None or process != "hydrogen_reduction")
        and (ice is None or not icy)
    ):
        return None
    shares = {k: to_si(v, "") for k, v in _pairs(oxides, "share of an oxide").items()}
    return Feedstock(
        shares or dict(HIGHLAND),
        None if ilmenite is None else to_si(ilmenite, ""),
        (to_si(ice, "") if ice is not None else ICY.ice) if icy else 0.0,
        (ICY if icy else DRY).temperature,
    )


def _row(found: Spread) -> dict[str, Any]:
    """A plant as data, in the units people use for plants."""
    from ilrs.physics.isru import KWH
    from ilrs.physics.isru_processes import TITLES

    plant = found.plant
    return {
        "process": plant.process,
        "title": TITLES[plant.process],
        "mass_kg": _range(found.mass),
        "power_kw": _range(found.power, 1e-3),
        "electricity_kw": plant.electricity / 1e3,
        "heat_kw": plant.heat / 1e3,
        "soil_kg_per_kg": _range(found.soil),
        "feed_kg_per_year": plant.dug * plant.request.time,
        "kwh_per_kg": _range(found.energy, 1.0 / KWH),
        "brought_kg": dict(plant.brought),
        "impossible": found.impossible,
        "flows_kg_per_year": {k: v * plant.request.time for k, v in plant.flows.items()},
        "steps": [
            {
                "step": s.name,
                "electricity_kw": s.electricity / 1e3,
                "heat_kw": s.heat / 1e3,
                "mass_kg": s.mass,
            }
            for s in plant.steps
        ],
        "notes": list(plant.notes),
    }


def _odds(
    found: Spread,
    plants: list[Plant],
    runs: int,
    least: str | None,
    most: str | None,
    seed: int,
) -> dict[str, Any]:
    """The odds that a test plan of the process passes, with what it must show."""
    from dataclasses import replace

    from ilrs.physics.isru import KWH
    from ilrs.physics.isru_ranges import truths
    from ilrs.physics.isru_verification import ENERGY, PURITY, YIELD, TestPlan, probability_over
    from ilrs.units import to_si

    share = to_si(least, "") if least else 0.9 / found.soil.usual
    energy = to_si(most, "J/kg") if most else 1.25 * found.energy.usual
    plan = TestPlan([replace(YIELD, least=share), PURITY, replace(ENERGY, most=energy)], runs)
    return {
        "runs": runs,
        "confidence": plan.confidence,
        "least_yield": share,
        "least_purity": PURITY.limit,
        "most_kwh_per_kg": energy / KWH,
        "probability": probability_over(plan, truths(plants, seed)),
    }


def _beyond(process: str, soil: Feedstock | None, least: float) -> list[str]:
    """What is to be said of a verification that asks for more oxygen than the soil's atoms hold."""
    from ilrs.physics.isru_processes import DRY, ICY, most_yield

    most = most_yield(process, soil or (ICY if process == "ice" else DRY))
    if least <= most:
        return []
    return [
        f"A yield of {least:.3g} is above stoichiometry: the atoms of "
        f"{'this' if soil else 'usual'} soil give {most:.3g} at most."
    ]


def _range(found: Range, scale: float = 1.0) -> dict[str, float]:
    return {k: getattr(found, k) * scale for k in ("usual", "low", "middle", "high")}


def _show(data: dict[str, Any]) -> None:
    out = console()
    out.print(
        f"{_figure(data['oxygen_kg_per_year'])} kg of oxygen a year, working "
        f"{data['duty']:.0%} of it; usual values, 5 to 95 % in brackets; without power supply"
    )
    heads = ("Mass kg", "Power kW", "Soil kg/kg", "Energy kWh/kg")
    rows = table("Process", *heads, right=heads)
    for row in data["processes"]:
        keys = ("mass_kg", "power_kw", "soil_kg_per_kg", "kwh_per_kg")
        rows.add_row(row["title"], *(_told(row[key]) for key in keys))
    out.print(rows)
    for row in data["processes"]:
        for note in row["notes"]:
            out.print(f"{row['title']}: {note}", soft_wrap=True)
        if "verification" in row:
            odds = row["verification"]
            out.print(
                f"{row['title']}: {odds['runs']} runs show a yield of {odds['least_yield']:.3g}, "
                f"{odds['least_purity']:.1%} purity and {odds['most_kwh_per_kg']:.3g} kWh/kg at "
                f"{odds['confidence']:.0%} confidence with probability {odds['probability']:.2f}",
                soft_wrap=True,
            )
        if row["impossible"] > 0.0:
            share = f"{row['impossible']:.0%}"
            out.print(f"{row['title']}: impossible in {share} of the draws", soft_wrap=True)
    if len(data["processes"]) == 1:
        (row,) = data["processes"]
        steps = table(
            "Step", "Electric kW", "Heat kW", "Mass kg", right=("Electric kW", "Heat kW", "Mass kg")
        )
        for s in row["steps"]:
            figures = (f"{s['electricity_kw']:.2f}", f"{s['heat_kw']:.2f}", f"{s['mass_kg']:.0f}")
            steps.add_row(s["step"], *figures)
        out.print(steps)


def _told(figures: dict[str, float]) -> str:
    usual, low, high = (_figure(figures[key]) for key in ("usual", "low", "high"))
    return f"{usual} ({low} - {high})"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"
