"""The page of a change: what moves, who no longer fits, the best new order, and the chances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ilrs.rendering.markup import Content, Markup, details, figure, join, key, section, table, tag
from ilrs.rendering.page import heading, whole_page
from ilrs.rendering.wording import NONE, count, day, listed
from ilrs.roadmap.chart import MONTH, PLANS, STYLE, curve, dates, manifests, waterfall, windows

Data = Mapping[str, Any]
TELLING = 0.02
"""Curves that differ by less are not drawn: nobody could see it, and samples could make it."""


def story_page(data: Data) -> str:
    """The page of `ilrs.roadmap.story.tell`, as HTML that needs nothing else."""
    lead = tag("div", (tag("p", line) for line in _verdict(data)), class_="verdict")
    return whole_page(
        data["change"],
        heading(f"Roadmap · against {data['before']}", data["change"], lead),
        tag("section", _tiles(data), id="opening"),
        _moves(data),
        _proposals(data),
        _order(data),
        _objectives(data),
        _chances(data),
        _run(data),
        _foundations(data),
        style=STYLE,
    )


def _months(days: float) -> str:
    return f"{days / MONTH:.0f} months"


def _later(data: Data, field: str) -> list[int]:
    """Days of the objectives that come later, those that never come left out."""
    return [o[field] for o in data["objectives"] if (o[field] or 0) > 0]


def _mean_late(data: Data, field: str) -> str:
    late = _later(data, field)
    if not late:
        return "none"
    mean = _months(sum(late) / len(late))
    return f"{count(len(late), 'objective')} can be pursued later, by {mean} on average"


def _verdict(data: Data) -> list[str]:
    moved = [m["title"] for m in data["moves"] if m["waits_for"]]
    lines = []
    if moved:
        lines.append(f"{listed(moved)} {'moves' if len(moved) == 1 else 'move'} with it.")
    elif data["moves"] or data["gone"]:
        lines.append("No other mission waits for it.")
    offers = data["proposals"]
    if offers["no_longer_fit"]:
        again = offers["placed_again"]
        lines.append(
            f"{len(offers['no_longer_fit'])} of {offers['accepted']} accepted proposals no longer "
            f"fit; the best new order takes {again} of them again."
        )
    never = sum(o["after"] is None for o in data["objectives"])
    again = sum(o["after"] is None and o["replanned"] is not None for o in data["objectives"])
    if never:
        lines.append(
            f"{count(never, 'objective')} can no longer be pursued; re-planned, {again} of them "
            "can."
        )
    if _later(data, "days"):
        lines.append(
            f"{_mean_late(data, 'days')}; in the best new order "
            f"{_mean_late(data, 'days_replanned')}."
        )
    return lines


def _tiles(data: Data) -> Markup:
    offers, score = data["proposals"], data["replan"]["score"]
    objectives = data["objectives"]
    late = [o for o in objectives if (o["days"] or 0) > 0 or o["after"] is None]
    tiles = (
        (
            "Missions that move",
            str(len(data["moves"]) + len(data["gone"])),
            "the slip itself included",
        ),
        ("Objectives later", str(len(late)), "or never, of those that rest on what moves"),
        (
            "Proposals that no longer fit",
            str(len(offers["no_longer_fit"])),
            f"of {offers['accepted']} accepted",
        ),
        (
            "Recovered by the new order",
            _months(sum(_later(data, "days")) - sum(_later(data, "days_replanned"))),
            f"of lateness, over all objectives; {score['moved']} items on other flights",
        ),
    )
    return tag(
        "dl",
        (
            tag("div", tag("dt", name), tag("dd", value, class_="value"), tag("dd", note))
            for name, value, note in tiles
        ),
        class_="tiles",
    )


def _legend() -> Markup:
    return key(
        [("was", PLANS["before"]), ("slipped", PLANS["after"]), ("renewed", PLANS["replanned"])]
    )


def _moves(data: Data) -> Markup:
    content: list[Content] = []
    if data["waterfall"]:
        content.append(
            figure(
                waterfall(data["waterfall"]),
                "Each mission waits for the one before it plus the time to commission it; what "
                "slack there was between them takes its part of the slip.",
                legend=key([("late", "late"), ("slack", "taken by slack")]),
            )
        )
    if data["missions"]:
        content.append(
            figure(
                dates(data["missions"], data["horizon"]),
                "Dates in three plans. The best new order sets the missions' order aside and keeps "
                "what facilities stand on.",
                legend=_legend(),
            )
        )
    rows = [
        (
            m["title"],
            day(m["date"]),
            day(m["missions_complete"]),
            day(m["after"]) if m["after"] else "never",
            day(m["replanned"]) if m["replanned"] else "never",
        )
        for m in data["milestones"]
    ]
    if rows:
        head = ("Milestone", "Declared", "Missions come by", "After the change", "New order")
        content.append(table(head, rows))
    return section("moves", "What moves", *content)


def _proposals(data: Data) -> Markup:
    offers = data["proposals"]
    rows = offers["no_longer_fit"]
    if not rows:
        words = f"All {offers['accepted']} accepted proposals still fit."
        return section("proposals", "Who no longer fits", tag("p", words))
    moved = {m["mission"]: m["after"] for m in data["missions"]}
    lines = [
        (
            join(tag("b", r["title"]), tag("small", r.get("partner") or r["name"])),
            f"{r['mass_kg']:.0f} kg" if "mass_kg" in r else NONE,
            _reasons(r["reasons"]),
            f"{r['flies_on']}, {day(r['on'])}"
            if r["flies_on"]
            else join(
                tag("b", "no flight", class_="flag"),
                tag("ul", (tag("li", why) for why in r["why_not"]), class_="notes"),
            ),
        )
        for r in rows
    ]
    head = ("Proposal", "Mass", "Why it no longer fits", "In the best new order")
    note = (
        "The proposals are an illustration: no agreement of this kind is known. "
        if data.get("illustration")
        else ""
    )
    return section(
        "proposals",
        "Who no longer fits",
        figure(
            windows(rows, moved),
            "Windows in which a payload is of use, when its mission now comes, and the flight that "
            "takes it instead.",
            legend=key(
                [("window", "window"), ("slipped", "its mission"), ("renewed", "new flight")]
            ),
        ),
        table(head, lines, numbers=(1,)),
        lead=f"{note}{offers['fit']} of {offers['accepted']} still fit.",
    )


def _reasons(reasons: Sequence[str]) -> Content:
    if len(reasons) == 1:
        return reasons[0]
    return tag("ul", (tag("li", reason) for reason in reasons), class_="notes")


def _order(data: Data) -> Markup:
    plan = data["replan"]
    flights = [f for f in plan["flights"] if f["leaves"]]
    empty = [f["title"] for f in plan["flights"] if not f["leaves"]]
    if not flights:
        words = "No launch that is still to come could bring any of it."
        return section("order", "The best new order", tag("p", words))
    score = plan["score"]
    why = [
        tag(
            "li",
            tag("b", m["name"]),
            f" flies on {m['to']}, {day(m['on'])}, in place of {m['from']}."
            if m["to"]
            else " is left behind.",
            tag("small", "; ".join(m["why_not_earlier"])) if m["why_not_earlier"] else None,
        )
        for m in plan["moved"]
    ]
    return section(
        "order",
        "The best new order",
        figure(
            manifests(flights),
            "Cargo of each launch against its room. Rest the pointer on a part for its name.",
            legend=key(
                [("own", "its own"), ("other", "from another mission"), ("guest", "partners")]
            ),
        ),
        tag("p", f"Nothing is left to bring on {listed(empty)}.") if empty else None,
        details(
            f"Why {count(len(why), 'item')} fly elsewhere, and not earlier",
            tag("ul", why, class_="notes"),
        )
        if why
        else None,
        lead="Proven optimal, in this order: leave no facility behind "
        f"({score['lost']} left), no partner's payload ({score['refused']} left), let objectives "
        f"come least late ({score['goals_late']} days in all), everything arrive soonest, and move "
        f"least between flights ({score['moved']} moved).",
    )


def _objectives(data: Data) -> Markup | None:
    if not data["objectives"]:
        return None

    def told(o: Data, date: str, days: str) -> Content:
        if o[date] is None:
            return tag("b", "never", class_="flag")
        return join(
            day(o[date]), tag("small", f"{o[days] / MONTH:+.0f} months") if o[days] else None
        )

    rows = [
        (
            join(o["text"], tag("small", f"{o['mission']} · {o['words']}")),
            day(o["before"]),
            told(o, "after", "days"),
            told(o, "replanned", "days_replanned"),
            f"{o['lost_days'] / MONTH:.0f} → {o['lost_days_replanned'] / MONTH:.0f}",
        )
        for o in data["objectives"]
    ]
    places = [
        (
            f["title"],
            day(f["before"]) if f["before"] else NONE,
            told(f, "after", "days"),
            told(f, "replanned", "days_replanned"),
            f"{f['lost_days'] / MONTH:.0f} → {f['lost_days_replanned'] / MONTH:.0f}",
        )
        for f in data["facilities"]
    ]
    head = ("Objective", *map(str.capitalize, PLANS.values()), "Months lost")
    lead = (
        "An objective can be pursued from the day on which all it rests on is there. Months lost "
        f"are those of use before utilization begins ({day(data['horizon'])}): after the change → "
        "re-planned."
    )
    return section(
        "objectives",
        "Who loses what",
        table(head, rows, numbers=(4,)),
        details(
            f"{count(len(places), 'facility', 'facilities')} by the day they are of use",
            table(("Facility", *head[1:]), places, numbers=(4,)),
        ),
        lead=lead,
    )


def _chances(data: Data) -> Markup | None:
    odds = data["odds"]
    told = [
        row
        for row in odds["objectives"]
        if "replanned" in row
        and max(
            abs(a - b)
            for plan in ("changed", "replanned")
            for a, b in zip(row["as_written"], row[plan], strict=True)
        )
        >= TELLING
    ]
    if not told:
        return None
    shown = [
        tag(
            "figure",
            tag("h4", row["words"][:1].upper() + row["words"][1:], tag("small", row["mission"])),
            curve(row, odds["dates"], data["horizon"]),
            tag(
                "figcaption",
                "by utilization: "
                + ", ".join(
                    f"{100 * row['by_horizon'][plan]:.0f} % {words}"
                    for plan, words in zip(
                        ("as_written", "changed", "replanned"), PLANS.values(), strict=True
                    )
                ),
            ),
        )
        for row in told
    ]
    same = len(odds["objectives"]) - len(told)
    return section(
        "chances",
        "How likely, by when",
        tag(
            "div",
            key([(f"c-{plan}", words) for plan, words in PLANS.items()]),
            class_="legend",
        ),
        tag("div", shown, class_="curves"),
        tag("p", f"Not drawn, for the change does not move them: {same} more.", class_="small")
        if same
        else None,
        lead=f"Share of {odds['samples']} samples of uncertain dates (seed {odds['seed']}, the "
        "same draws for the three plans) in which all facilities of an objective are of use by a "
        "date. The dotted line is the beginning of utilization; failed landings keep a curve below "
        "100 %.",
    )  # fmt: skip


def _run(data: Data) -> Markup | None:
    told = data.get("run")
    if not told:
        return None

    def cell(side: Data) -> str:
        value = "" if side["value"] is None else f" ({side['value']:.4g})"
        return f"{side['status']}{value}"

    rows = [(r["name"], cell(r["before"]), cell(r["after"])) for r in told["objectives"]]
    words = "The runs judge every objective the same." if not rows else None
    return section(
        "run",
        "The scenario run without and with it",
        tag("p", words) if words else table(("Objective", "Without", "With"), rows),
        lead="Same seed, same period; only objectives whose verdict or value differs are listed.",
    )


def _foundations(data: Data) -> Markup:
    lines: tuple[str, ...] = (
        "Dates and their sources are those of the roadmap; ilrs roadmap show lists them.",
        "What launchers send is published; how much of what is landed is cargo is assumed, as are "
        "the half-years between missions and between launches of one vehicle.",
        "A facility is ready on the day the roadmap as written would have brought it: the flight "
        "is late, not the cargo. Room is mass alone; volume and the way to distant places are not "
        "in it.",
        "Delays are assumed, log-normal by the confidence of a date, independent but for missions "
        "that wait for each other; one landing in ten fails.",
    )
    if data.get("illustration"):
        lines = (*lines, "Accepted proposals are an illustration; --fits takes real ones.")
    return section(
        "foundations", "What it rests on", tag("ul", (tag("li", w) for w in lines), class_="notes")
    )
