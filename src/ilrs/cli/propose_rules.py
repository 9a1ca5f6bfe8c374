"""The verb that holds a proposal against the rules of cooperation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ilrs.cli.audience import For
from ilrs.cli.lang import Lang
from ilrs.cli.output import Json, console, emit, table

RulesFile = Annotated[
    Path | None,
    typer.Option("--rules", metavar="FILE", help="A rule set.", show_default="the packaged one"),
]


def rules(
    proposal: Annotated[
        str, typer.Argument(help="A packaged name such as rover-35kg, or the path of a YAML file.")
    ],
    place: Annotated[
        str, typer.Option(metavar="PLACE", help="Where it would stand, a place of the station.")
    ] = "ridge-a",
    rule_set: RulesFile = None,
    scenario: Annotated[str, typer.Option(help="The station.")] = "ilrs",
    audience: For = "public",
    lang: Lang = "en",
    as_json: Json = False,
) -> int:
    """Hold a proposal against the rules of cooperation.

    Peaceful use, planetary protection, radio bands, quiet and shielded zones, export control: each
    with the clause it stands for. Exit code 1 when one refuses it, be it for a confidential reason.
    """
    from ilrs.errors import UserError
    from ilrs.language import text
    from ilrs.partnership.reading import read_proposal
    from ilrs.partnership.release import Row, audience_of, release_rows
    from ilrs.partnership.rules import REFERENCE, read_rules, rulings
    from ilrs.scenario.document import suggestion
    from ilrs.scenario.load import load_scenario

    reader = audience_of(audience)
    subject = read_proposal(proposal).proposal
    station = load_scenario(scenario).scenario
    if place not in station.places:
        raise UserError(
            f"there is no place {place!r} in {station.name!r}",
            remedy=suggestion(place, station.places),
        )
    found = rulings(read_rules(rule_set or REFERENCE), subject, station, place)
    rows = release_rows(
        [Row(ruling.as_data(lang), {subject.name: ruling.about}) for ruling in found],
        {subject.name: subject},
        reader,
    ).data
    refused = any(ruling.verdict == "refuse" for ruling in found)  # the verdict is everybody's
    if as_json:
        head = {"proposal": subject.name, "place": place, "for": str(reader)}
        emit({**head, "refused": refused, "rules": rows})
        return 1 if refused else 0
    columns = ("rule", "of", "verdict", "remedy", "clause")
    listed = table(*(text(f"rules.{column}", lang) for column in columns))
    for row in rows:
        verdict = text(f"rules.{row['verdict']}", lang)
        listed.add_row(row["title"], row["of"], verdict, row["remedy"], row["clause"])
    console().print(listed)
    if refused and not any(row["verdict"] == "refuse" for row in rows):
        console().print(text("rules.withheld", lang))
    return 1 if refused else 0
