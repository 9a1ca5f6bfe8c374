"""Verbs of the roadmap: show, diff, apply."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ilrs.cli.audience import For
from ilrs.cli.lang import Lang, ToldInLanguage
from ilrs.cli.output import Json, console, emit, table
from ilrs.cli.progress import Bars

if TYPE_CHECKING:
    from ilrs.language import Language

roadmap = typer.Typer(
    name="roadmap",
    help="Who comes when: versions, what sources dispute, and what moves when something slips.\n\n"
    "All its verbs take --json.",
    no_args_is_help=False,
    rich_markup_mode=None,
)

MARKS = {"cancelled": "x", "lost": "x", "done": "*", "stated": "o"}
Choose = Annotated[
    list[str] | None,
    typer.Option("--choose", metavar="TOPIC=CHOICE", help="Take another side of what is disputed."),
]
ScenarioOption = Annotated[
    str, typer.Option("--scenario", help="The scenario whose missions and facilities are meant.")
]


@roadmap.command("show", cls=ToldInLanguage)
def show(
    version: Annotated[
        str | None,
        typer.Argument(help="A version, or the path of an overlay.", show_default="the newest"),
    ] = None,
    choose: Choose = None,
    scenario: ScenarioOption = "ilrs",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Also write it as a page.")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Show a version of the roadmap: phases, missions, manifests, milestones, disputes.

    \b
      ilrs roadmap show
      ilrs roadmap show v1.0
      ilrs roadmap show --choose change-8=2029 --out roadmap.html
    """
    from ilrs.language import called
    from ilrs.roadmap.programme import parse_choices, read, version_names
    from ilrs.roadmap.shown import as_data

    standing = read(version, scenario, parse_choices(choose or ()))
    data = called(as_data(standing) | {"versions": version_names()}, lang)
    if out is not None:
        from ilrs.roadmap.page import roadmap_page
        from ilrs.roadmap.writing import write_text

        write_text(out, roadmap_page(data, lang))
        data["page"] = str(out)
    if as_json:
        emit(data)
    else:
        _show(data, lang)


def _show(data: dict[str, Any], lang: Language) -> None:
    from ilrs.language import Several, Words

    out, word = console(), Words("roadmap.cli", lang)
    state, status = Words("state", lang), Words("status_of", lang)
    title = word("title", title=data["title"], versions=data["versions"])
    out.print(title, soft_wrap=True)
    masses = word("cargo_kg"), word("room_kg")
    heads = ("mission", "owner", "confidence", "source")
    rows = table(
        word("date"), "", *map(word, heads), *masses, word("brings"), right=masses
    )  # fmt: skip
    for m in data["missions"]:
        rows.add_row(
            m["date"],
            MARKS.get(m["confidence"], "?"),
            m["title"],
            m["owner"],
            state(m["confidence"]),
            status(m["status"]),
            f"{m['manifest_kg']:.0f}" if m["manifest_kg"] else "",
            f"{m['cargo_kg']:.0f}" if m["cargo_kg"] else "",
            m["outcome"] or ", ".join(f["facility"] for f in m["manifest"]),
        )
    out.print(rows)
    rows = table(word("date"), word("milestone"), word("source"))
    for m in data["milestones"]:
        rows.add_row(m["date"], m["title"], status(m["status"]))
    out.print(rows)
    rows = table(word("disputed"), word("taken"), word("choices"))
    for t in data["topics"]:
        said = Several(tuple(f"{c['name']}: {c['says']}" for c in t["choices"]))
        rows.add_row(t["name"], t["chosen"], word.say(said))
    out.print(rows)
    if "page" in data:
        out.print(word("page", path=data["page"]), soft_wrap=True)


@roadmap.command("diff", cls=ToldInLanguage)
def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A version, overlay or scenario.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    scenario: ScenarioOption = "ilrs",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Tell what one version of the roadmap says differently from another, and who says so.

    \b
      ilrs roadmap diff v1.0 2026-09
    """
    from ilrs.language import Words, called
    from ilrs.roadmap.difference import difference
    from ilrs.roadmap.programme import read

    told = called(difference(read(one, scenario), read(other, scenario)), lang)
    if as_json:
        emit(told)
        return
    word, status = Words("roadmap.cli", lang), Words("status_of", lang)
    months = word("months")
    rows = table(
        word("what"), "", told["before"], told["after"], months, word("source"), right=(months,)
    )
    part, field = Words("roadmap.part", lang), Words("roadmap.field", lang)
    for row in told["rows"]:
        rows.add_row(
            f"{part(row['part'])} {row['name']}",
            field(row["field"]),
            _cell(row["field"], row["before"], lang),
            _cell(row["field"], row["after"], lang),
            "" if row["days"] is None else f"{row['days'] / 30.4375:+.0f}",
            status(row["status"]) if row["status"] else "",
        )
    console().print(rows if told["rows"] else word("same"))


def _cell(field: str, value: Any, lang: Language) -> str:
    """A value of a field as people read it: masses in kg, times in days, words in the language."""
    from ilrs.language import text

    if value is None:
        return "-"
    if field == "confidence":
        return text(f"state.{value}", lang)
    if field == "partners":
        return f"{value:g} kg"
    return f"{value / 86400.0:g} d" if field in {"lag", "spacing"} else str(value)


@roadmap.command("apply", cls=ToldInLanguage)
def apply(
    overlay: Annotated[
        str | None,
        typer.Argument(help="A version, or an overlay's path; - or nothing: the options alone."),
    ] = None,
    scenario: Annotated[str, typer.Argument(help="The scenario it is applied to.")] = "ilrs",
    slip: Annotated[
        list[str] | None,
        typer.Option("--slip", metavar="MISSION=TIME", help="It comes later: ilrs-2='18 month'."),
    ] = None,
    cancel: Annotated[
        list[str] | None, typer.Option("--cancel", metavar="MISSION", help="It never comes.")
    ] = None,
    move: Annotated[
        list[str] | None,
        typer.Option("--move", metavar="FACILITY=MISSION", help="Another mission brings it."),
    ] = None,
    choose: Choose = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="VERSION",
            help="The version it is told against.",
            show_default="the scenario's own",
        ),
    ] = None,
    fits: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Accepted proposals.", show_default="an illustration"),
    ] = None,
    replanned: Annotated[
        bool, typer.Option("--replan", help="The overlay takes the best new order, not the slip.")
    ] = False,
    late_cargo: Annotated[
        bool, typer.Option("--late-cargo", help="What slips is the cargo, not its flight alone.")
    ] = False,
    samples: Annotated[int, typer.Option(help="Samples of uncertain dates.", min=100)] = 4000,
    seed: Annotated[int, typer.Option(help="Seed of the samples.", min=0)] = 1,
    lived: Annotated[
        bool, typer.Option("--run", help="Also run the scenario with and without the change.")
    ] = False,
    ends: Annotated[
        str | None, typer.Option("--to", metavar="UTC", help="End of those runs, excluded.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PLACE", help="A .yaml for the overlay alone, or a folder: overlay, page, JSON."
        ),
    ] = None,
    audience: For = "public",
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Move the roadmap: what follows, who loses what, who no longer fits, the best new order.

    Missions that wait for one that slips move with it, less the slack there was. The overlay that
    is written is a scenario: ilrs run takes it.

    \b
      ilrs roadmap apply --slip ilrs-2='18 month' --out runs/slip
      ilrs roadmap apply --cancel ilrs-2 --replan --out without.yaml
      ilrs roadmap apply v1.0 --out v1.0.yaml
      ilrs roadmap apply 2026-09 --from 2025-04 --out runs/what-2026-moved
      ilrs roadmap apply mine.yaml ilrs --out runs/mine
    """
    from ilrs.language import Words
    from ilrs.language import text as words
    from ilrs.partnership.release import audience_of
    from ilrs.roadmap.applied import Wanted, applied
    from ilrs.roadmap.spoken import in_language
    from ilrs.roadmap.story_page import verdict
    from ilrs.roadmap.writing import write_story

    wanted = Wanted(
        overlay=None if overlay in (None, "-") else overlay,
        scenario=scenario,
        slips=tuple(slip or ()),
        cancelled=tuple(cancel or ()),
        moved=tuple(move or ()),
        choices=tuple(choose or ()),
        since=since,
    )
    runs = _folder_for_runs(out) if lived else None
    with Bars(lang) as bars:
        story, text = applied(
            wanted,
            fits,
            audience=audience_of(audience),
            replanned=replanned,
            late_cargo=late_cargo,
            samples=samples,
            seed=seed,
            progress=bars,
        )
        if runs is not None:
            story.data["run"] = _lived(scenario, text, runs, seed, ends, bars)
    told = in_language(story.data, lang)
    told |= {"verdict": verdict(told, Words("story", lang))}
    data: dict[str, Any] = {"for": audience, **told, "overlay": text}
    if out is not None:
        data["files"] = [str(path) for path in write_story(told, text, out, lang)]
    if as_json:
        emit(data)
        return
    _tell(told, lang)
    for path in data.get("files", ()):
        console().print(words("cli.written", lang, path=path), soft_wrap=True)
    if out is None:
        console().print(words("story.cli.out", lang), soft_wrap=True)


def _folder_for_runs(out: Path | None) -> Path:
    """Where the runs go; asked for before anything is worked out."""
    from ilrs.errors import UserError

    if out is None or out.suffix in {".yaml", ".yml"}:
        raise UserError("--run needs a folder for its runs", remedy="name one: --out runs/slip")
    return out


def _lived(
    scenario: str, text: str, out: Path, seed: int, ends: str | None, bars: Bars
) -> dict[str, Any]:
    """The scenario run without and with the change; same seed, same period."""
    from ilrs.api import load
    from ilrs.assessment.comparison import compare
    from ilrs.operations.folder import read_run

    folders = [out / "without", out / "with"]
    for source, folder in zip((scenario, text), folders, strict=True):
        load(source, ends=ends).run(seed, out=folder, progress=bars)
    told = compare(*(read_run(folder) for folder in folders))
    return {k: told[k] for k in ("runs", "objectives", "metrics")}


def _tell(data: dict[str, Any], lang: Language) -> None:
    from ilrs.language import Words
    from ilrs.roadmap.story_page import grouped, latest

    out, word, never = console(), Words("story.cli", lang), Words("story", lang)("never")
    out.print(word("against", change=data["change"], before=data["before"]), soft_wrap=True)
    for line in data["verdict"]:
        out.print(line, soft_wrap=True)
    later = word("days_later")
    rows = table(
        word("mission"), word("was"), word("comes"), later, word("best_new_order"), right=(later,)
    )
    moved = {m["mission"]: m["days"] for m in data["moves"]}
    for m in data["missions"]:
        rows.add_row(
            m["title"], m["before"] or "–", m["after"] or never,
            f"{moved[m['mission']]:+d}" if m["mission"] in moved else "",
            m["replanned"] or word("not_needed"),
        )  # fmt: skip
    if data["missions"]:
        out.print(rows)
    if data["objectives"]:
        heads = (Words("story", lang)("objective"), word("was"), word("after"), later)
        rows = table(*heads, word("replanned"), later, right=(later,))
        for group in grouped(data["objectives"]):
            o = latest(group)
            rows.add_row(
                f"{o['mission']} {o['words'] or o['text']} ({len(group)})", o["before"],
                o["after"] or never,
                "" if o["days"] is None else f"{o['days']:+d}", o["replanned"] or never,
                "" if o["days_replanned"] is None else f"{o['days_replanned']:+d}",
            )  # fmt: skip
        out.print(rows)
    _tell_proposals(data["proposals"], lang)
    flights = [f for f in data["replan"]["flights"] if f["leaves"]]
    if flights:
        room = word("of_kg")
        rows = table(
            word("best_order"), word("leaves"), "kg", room, word("brings"), right=("kg", room)
        )
        for f in flights:
            brings = word.say(
                [
                    c["name"]
                    if c["from"] == f["mission"]
                    else word("from", name=c["name"], mission=c["from"])
                    for c in f["cargo"]
                ]
            )
            mass = f"{f['mass_kg']:.0f}" if "mass_kg" in f else ""
            rows.add_row(f["title"], f["leaves"], mass, f"{f['room_kg']:.0f}", brings)
        out.print(rows)


def _tell_proposals(offers: dict[str, Any], lang: Language) -> None:
    """Who no longer fits, why, and which flight takes it instead."""
    from ilrs.language import Several, Words

    out, word = console(), Words("story.cli", lang)
    fit = {"fit": offers["fit"], "accepted": offers["accepted"]}
    lost = offers["no_longer_fit"]
    out.print(
        word("fit_again", again=offers["placed_again"], **fit) if lost else word("fit", **fit)
    )
    for row in lost:
        there = (
            word("flies", flight=row["flight"]["title"], date=row["on"])
            if row["flight"]
            else word("no_flight")
        )
        why = Several((*row["reasons"], there)).text(lang)
        out.print(f"  {row['title']}: {why}", soft_wrap=True)
