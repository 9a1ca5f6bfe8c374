"""A match as one page that stands alone; made of released data only."""

from __future__ import annotations

from typing import Any

from ilrs.language import Language, spoken, text
from ilrs.partnership.finding import number
from ilrs.partnership.matching.told import because, nearest
from ilrs.partnership.page import whole_page
from ilrs.partnership.release import Released, readers
from ilrs.rendering.markup import Content, Markup, join, section, table, tag

MOST_REASONS = 3
"""Opportunities whose reasons are shown for one refused proposal; the JSON has all."""


def match_page(released: Released, language: Language) -> str:
    """The page of a match."""
    data = released.data

    def word(key: str, **values: Any) -> str:
        return text(f"match.page.{key}", language, **values)

    return whole_page(
        word("title"),
        _head(data, word, language),
        _changes(data, word),
        _who(data, word),
        _why(data, word),
        _use(data, word, language),
        _together(data, word),
        _criteria(data, word, language),
        lang=language,
        footer=word("utc"),
    )


def sentences(data: Any, language: Language) -> list[str]:
    """The verdict in sentences: how many, how well, how sure."""
    accepted = [row for row in data["assignment"] if row["opportunity"]]
    lived = {True: "feasible", False: "infeasible", None: "not_lived"}[data["feasible_together"]]
    proof = "proven" if data["proven"] else "unproven"
    gap = f"{100.0 * data['gap']:.2g}"
    bound = {} if data["proven"] else {"bound": data["bound"], "gap": gap}
    slots = len({row["opportunity"] for row in accepted})
    count = {"accepted": len(accepted), "all": len(data["assignment"]), "slots": slots}
    told = [
        text("match.page.accepted", language, **count),
        text(f"match.page.{proof}", language, points=data["points"], **bound),
    ]
    if not data["ties_settled"]:
        told.append(text("match.page.unsettled", language))
        if data["seconds"] is not None:
            told.append(text("match.page.clock", language, seconds=f"{data['seconds']:g}"))
    if data["feasible_together"] and data["sets_lived"] > 1:
        told.append(text("match.page.ruled_out", language, count=data["sets_lived"] - 1))
    lacking = [r["proposal"] for r in _last(data) if not r["lives"]]
    who = ", ".join(lacking) or text("match.page.withheld", language)
    lacks = {} if lived != "infeasible" else {"count": data["sets_lived"], "who": who}
    return [*told, text(f"match.page.{lived}", language, **lacks)]


def _last(data: Any) -> list[Any]:
    """How those fared who are in the set that is told."""
    return [row for row in data["together"] if row["round"] == data["sets_lived"]]


def _head(data: Any, word: Any, language: Language) -> Markup:
    told = sentences(data, language)
    good = data["proven"] and data["feasible_together"]
    return tag(
        "header",
        tag(
            "div",
            tag("p", word("eyebrow"), class_="eyebrow"),
            tag("h1", word("title")),
            tag(
                "div",
                *(tag("p", sentence) for sentence in told),
                class_=f"verdict {'yes' if good else 'no'}",
            ),
            tag("p", word("fair"), class_="period"),
            tag("p", word("for", audience=readers(data["for"]).text(language)), class_="period"),
            class_="inner",
        ),
    )


def _who(data: Any, word: Any) -> Markup:
    points = {row["proposal"]: row["points"] for row in data["scores"]}
    rows = [
        (_named(row), row["opportunity"], str(points.get(row["proposal"], "")))
        for row in sorted(data["assignment"], key=lambda r: (r["opportunity"] or "", r["proposal"]))
        if row["opportunity"]
    ]
    head = (word("proposal"), word("opportunity"), word("points"))
    return section("who", word("who"), table(head, rows, numbers=(2,)))


def _why(data: Any, word: Any) -> Markup | None:
    refused = [row for row in data["assignment"] if not row["opportunity"]]
    rows: list[tuple[Content, ...]] = []
    for row in refused:
        mine = nearest([r for r in data["reasons"] if r["proposal"] == row["proposal"]])
        for k, (slot, reasons) in enumerate(mine[:MOST_REASONS]):
            told = [
                join(
                    tag("span", r["why"]["text"], class_="why"),
                    tag("span", f"→ {r['takes']}", class_="takes") if r["takes"] else None,
                )
                for r in reasons
            ]
            place = tag("span", slot, class_="once", style="white-space: nowrap")
            rows.append((_named(row) if k == 0 else "", place, join(*told)))
        if not mine:
            rows.append((_named(row), "", word("withheld")))
    if not rows:
        return None
    head = (word("proposal"), word("opportunity"), f"{word('reason')} → {word('takes')}")
    return section("why", word("why"), table(head, rows))


def _use(data: Any, word: Any, language: Language) -> Markup | None:
    rows: list[tuple[Content, ...]] = [
        (
            row["opportunity"],
            text(f"match.limit.{row['limit']}", language),
            spoken(number(row["used"], row["unit"]), language),
            spoken(number(row["there_is"], row["unit"]), language),
            _bar(row["used"] / row["there_is"]),
        )
        for row in data["use"]
    ]
    if not rows:
        return None
    head = (word("opportunity"), word("limit"), word("used"), word("there_is"), "")
    return section("use", word("use"), table(head, rows, numbers=(2, 3)))


def _together(data: Any, word: Any) -> Markup | None:
    if not data["together"]:
        return None
    rows = []
    for row in _last(data):
        failing = [f"{f['title']}: {f['words']}" for f in row["findings"] if f["passed"] is False]
        if row["fails_alone"]:
            failing.append(word("fails_alone"))
        if row["fails_with"]:
            failing.append(word("fails_with", others=", ".join(row["fails_with"])))
        mark = tag("b", "✓" if row["lives"] else "✕")
        name = "met" if row["lives"] else "missed"
        said = join(mark, " ", word("yes" if row["lives"] else "no"))
        why = (
            *(tag("span", f, class_="why") for f in failing),
            *(tag("span", f"→ {takes}", class_="takes") for takes in row["takes"]),
        )
        status = tag("span", said, class_=f"status {name}")
        rows.append((row["proposal"], status, join(*why)))
    weeks = f"{data['together'][-1]['begins'][:10]} – {data['together'][-1]['ends'][:10]}"
    head = (word("proposal"), word("lives"), word("reason"))
    return section("together", word("together"), table(head, rows), lead=weeks)


def _criteria(data: Any, word: Any, language: Language) -> Markup:
    rows = [
        (
            join(tag("b", c["title"]), tag("span", c["criterion"], class_="why")),
            join(c["measured"], tag("span", c["measure"], class_="why")),
            f"{c['from']:g}",
            f"{c['to']:g}",
            str(c["weight"]),
        )
        for c in data["criteria"]
    ]
    head = ("", word("measure"), word("zero"), word("hundred"), word("weight"))
    ties = word("ties", ties="; ".join(text(f"match.tie.{t}", language) for t in data["ties"]))
    return section("criteria", word("criteria"), table(head, rows, numbers=(2, 3, 4)), lead=ties)


def _changes(data: Any, word: Any) -> Markup | None:
    if "changes" not in data:
        return None
    if not data["changes"]:
        return section("changes", word("changes"), lead=word("unchanged"))
    rows = [
        (row["proposal"], row["what"]["text"], because(data["reasons"], row))
        for row in data["changes"]
    ]
    head = (word("proposal"), "", word("reason"))
    return section("changes", word("changes"), table(head, rows))


def _named(row: Any) -> Markup:
    return join(tag("b", row["title"]), tag("span", row["proposal"], class_="why"))


def _bar(share: float) -> Markup:
    width = 150.0 * min(share, 1.0)
    return tag(
        "svg",
        tag("rect", x=0.0, y=2.0, width=150.0, height=8.0, class_="room"),
        tag("rect", x=0.0, y=2.0, width=width, height=8.0, class_="used"),
        viewBox="0 0 150 12",
        class_="bar",
        role="img",
        aria_label=f"{100.0 * share:.0f} %",
    )
