"""Verbs of the registry: list, show, budget, move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ilrs.cli.audience import For
from ilrs.cli.lang import Lang, ToldInLanguage
from ilrs.cli.output import Json, console, emit, table

if TYPE_CHECKING:
    from ilrs.language import Words

partner = typer.Typer(
    name="partner",
    help="Who takes part, what they bring, how far it is, and what it weighs.\n\n"
    "All its verbs take --json.",
    no_args_is_help=False,
    rich_markup_mode=None,
)

Registry = Annotated[
    Path | None,
    typer.Option("--registry", metavar="FILE", help="The registry.", show_default="the packaged"),
]


@partner.command("list", cls=ToldInLanguage)
def listed(
    registry: Registry = None,
    audience: For = "public",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """List the partners with their roles and how much they bring."""
    from ilrs.language import Words, called
    from ilrs.partnership.registry import as_data, read_registry
    from ilrs.partnership.release import audience_of

    data = called(as_data(*read_registry(registry), audience_of(audience)), lang)
    if as_json:
        emit(data)
        return
    out = console()
    out.print(data["title"])
    word = Words("partner", lang)
    rows = table(word("partner"), "", word("kind"), word("roles"), word("brings"))
    for p in data["partners"]:
        roles = word.say([_one_of(word, "role", role) for role in p["roles"]])
        rows.add_row(
            p["name"], p["title"], _one_of(word, "organisation", p["kind"]), roles,
            ", ".join(p["contributions"]),
        )  # fmt: skip
    out.print(rows)
    heads = ("contribution", "partner", "gives", "node", "level", "state")
    rows = table(*map(word, heads), "kg", right=("kg",))
    level = Words("level", lang)
    for c in data["contributions"]:
        mass = f"{c['counted_kg']:g}" if c.get("counted_kg") else ""
        rows.add_row(
            c["name"], c["partner"], _one_of(word, "gives", c["gives"]), c["node"],
            level(c["level"]), _one_of(word, "standing", c["state"]), mass,
        )  # fmt: skip
    out.print(rows)


def _one_of(word: Words, kind: str, chosen: str) -> str:
    """A word that the registry chooses among several, as people say it."""
    return word(f"word.{kind}." + chosen.replace(" ", "_").replace("-", "_"))


@partner.command("show", cls=ToldInLanguage)
def show(
    name: Annotated[str, typer.Argument(help="A partner, or a contribution.")],
    registry: Registry = None,
    audience: For = "public",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Show a partner with all it brings, or a contribution with its history."""
    from ilrs.errors import UserError
    from ilrs.language import Words, called
    from ilrs.partnership.registry import as_data, read_registry
    from ilrs.partnership.release import audience_of
    from ilrs.scenario.document import suggestion

    data = called(as_data(*read_registry(registry), audience_of(audience)), lang)
    found = [p for p in data["partners"] if p["name"] == name]
    given = [c for c in data["contributions"] if name in (c["name"], c["partner"])]
    if not found and not given:
        known = [row["name"] for row in (*data["partners"], *data["contributions"])]
        raise UserError(f"nobody and nothing is called {name!r}", remedy=suggestion(name, known))
    if as_json:
        emit({"partner": found[0] if found else None, "contributions": given})
        return
    out, word, told = console(), Words("partner", lang), Words("partner.cli", lang)
    for p in found:
        kind = _one_of(word, "organisation", p["kind"])
        roles = [_one_of(word, "role", role) for role in p["roles"]]
        out.print(told("is", title=p["title"], kind=kind, roles=roles), soft_wrap=True)
        out.print("  " + told("source", source=p["source"]), soft_wrap=True)
    for c in given:
        gives = _one_of(word, "gives", c["gives"])
        line = told("brings", name=c["name"], title=c["title"], gives=gives, node=c["node"])
        out.print(line, soft_wrap=True)
        if "history" not in c:
            continue
        rows = table(told("day"), word("state"), told("by"), told("why"))
        for event in c["history"]:
            state = _one_of(word, "standing", event["state"])
            rows.add_row(event["at"], state, event["by"], event["why"])
        out.print(rows)


@partner.command("budget", cls=ToldInLanguage)
def budget(
    scenario: Annotated[str, typer.Argument(help="The station it is for.")] = "ilrs",
    registry: Registry = None,
    depth: Annotated[
        int, typer.Option(help="Levels: mission, system, subsystem, equipment.", min=1, max=4)
    ] = 2,
    audience: For = "public",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Roll up mass, power, data and cost of the station and its partners' contributions.

    Mass and power with the growth that their maturity lets expect; a mission with the system margin
    on top, against what its launcher lands. Mass counts interface, separation device and cables.
    """
    from ilrs.language import Words
    from ilrs.partnership.budgets import budget_data
    from ilrs.partnership.registry import read_registry
    from ilrs.partnership.release import audience_of
    from ilrs.scenario.load import load_scenario

    data = budget_data(
        load_scenario(scenario).scenario,
        read_registry(registry)[0],
        audience_of(audience),
        depth=depth,
        language=lang,
    )
    if as_json:
        emit(data)
        return
    word = Words("partner", lang)
    masses = ("kg", *map(word, ("grown", "all_margins", "of_kg", "left")))
    numbers = (*masses, word("power_grown"), "kbit/s")
    rows = table(word("node"), *numbers, word("partners"), right=numbers)
    told = [line["path"] for line in data["lines"]
            if line["mass_kg"] or line["power_w"] or line["contributions"]]  # fmt: skip
    for line in data["lines"]:
        if any(f"{path}/".startswith(f"{line['path']}/") for path in told):
            rows.add_row(*_line(line))
    console().print(rows)
    console().print(data["note"], soft_wrap=True)


def _line(line: dict[str, Any]) -> tuple[str, ...]:
    def whole(value: float | None) -> str:
        return "" if value is None else f"{value:.0f}"

    return (
        "  " * line["depth"] + line["path"].rpartition("/")[2],
        whole(line["mass_kg"]),
        whole(line["mass_grown_kg"]),
        whole(line["mass_all_margins_kg"]),
        whole(line["limit_kg"]),
        whole(line["left_kg"]),
        whole(line["power_grown_w"]) if line["power_w"] else "",
        f"{line['data_bit_s'] / 1e3:.1f}" if line["data_bit_s"] else "",
        ", ".join(line["contributions"]),
    )


@partner.command("move", cls=ToldInLanguage)
def move(
    file: Annotated[Path, typer.Argument(metavar="REGISTRY", help="Your registry, a YAML file.")],
    contribution: Annotated[str, typer.Argument(help="The contribution's name.")],
    to: Annotated[str, typer.Argument(metavar="STATE", help="Its state from now on.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who changes it.")],
    why: Annotated[str, typer.Option("--why", help="For what reason.")] = "",
    at: Annotated[
        str | None, typer.Option("--at", metavar="UTC", help="When.", show_default="today")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Write a contribution's next state into its history, with who changed it and why.

    What may not follow is refused. The file's comments stay.
    """
    from ilrs.language import Words
    from ilrs.partnership.registry import record
    from ilrs.scenario.instants import parse_instant

    event = record(file, contribution, to, by, why, parse_instant(at) if at else None)
    told = {
        "contribution": contribution, "at": str(event.at)[:10], "state": event.state, "by": event.by
    }  # fmt: skip
    if as_json:
        emit(told)
        return
    state = _one_of(Words("partner", lang), "standing", event.state)
    line = Words("partner.cli", lang)(
        "moved", name=contribution, state=state, day=told["at"], by=event.by
    )
    console().print(line, soft_wrap=True)
