"""The page of a change: what moves, who no longer fits, the best new order, and the chances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ilrs.language import Language, Words
from ilrs.rendering.markup import Content, Markup, details, figure, join, key, section, table, tag
from ilrs.rendering.page import heading, whole_page
from ilrs.rendering.wording import NONE
from ilrs.roadmap.chart import MONTH, PLANS, STYLE, curve, dates, manifests, waterfall, windows

Data = Mapping[str, Any]
HARDLY = 0.1
"""Of a launch's room: what flies with less, and partners' payloads alone, is told."""
NAMED = 6
"""Proposals that are named in the verdict; the table has them all."""
TELLING = 0.02
"""Curves that differ by less are not drawn: nobody could see it, and samples could make it."""


def story_page(data: Data, language: Language = "en") -> str:
    """The page of `ilrs.roadmap.story.tell`, as HTML that needs nothing else.

    Dates are ISO 8601. The story's own sentences are those of `ilrs.roadmap.spoken.in_language`.
    """
    word = Words("story", language)
    lead = tag("div", (tag("p", line) for line in verdict(data, word)), class_="verdict")
    return whole_page(
        data["change"],
        heading(word("eyebrow", before=data["before"]), data["change"], lead),
        tag("section", _tiles(data, word), id="opening"),
        _moves(data, word),
        _proposals(data, word),
        _order(data, word),
        _objectives(data, word),
        _chances(data, word),
        _run(data, word),
        _foundations(data, word),
        style=STYLE,
        language=language,
    )


def _later(data: Data, field: str) -> list[int]:
    """Days of the objectives that come later, those that never come left out."""
    return [o[field] for o in data["objectives"] if (o[field] or 0) > 0]


def _months(days: float, sign: str = "") -> str:
    return f"{days / MONTH:{sign}.0f}"


def _counted(word: Words, key: str, number: int, **values: Any) -> str:
    """A text about one thing or about many."""
    return word(f"{key}_one", **values) if number == 1 else word(key, count=number, **values)


def _mean_late(data: Data, field: str, word: Words) -> str:
    late = _later(data, field)
    if not late:
        return word("none_late")
    return _counted(word, "late", len(late), months=_months(sum(late) / len(late)))


def verdict(data: Data, word: Words) -> list[str]:
    """The answer in sentences: what moves, who no longer fits, the best new order, the odds."""
    lines = [_moving(data, word)]
    lines += [
        word("overload", mission=o["title"], mass=f"{o['mass_kg']:.0f}", room=f"{o['room_kg']:.0f}")
        for o in data["overloads"]
    ]
    lines += [
        word("survey", mission=g["title"], verb=f"ilrs propose survey {g['survey']}")
        for g in data["gone"]
        if g["survey"]
    ]
    offers = data["proposals"]
    if rows := offers["no_longer_fit"]:
        lost, all_, again = len(rows), offers["accepted"], offers["placed_again"]
        said = word("no_longer_fit", count=lost, accepted=all_, again=again)
        lines.append(f"{said}{word('names', names=_named(rows, word))}")
    leave = [f for f in data["replan"]["flights"] if f["leaves"]]
    if leave and data["replan"]["score"]["moved"]:
        flights = [f"{f['title']} {f['leaves']}" for f in leave]
        lines.append(word("new_dates", flights=flights, count=data["replan"]["score"]["moved"]))
    never = sum(o["after"] is None for o in data["objectives"])
    again = sum(o["after"] is None and o["replanned"] is not None for o in data["objectives"])
    if never:
        lines.append(_counted(word, "no_objective", never, again=again))
    if _later(data, "days"):
        late, renewed = (_mean_late(data, field, word) for field in ("days", "days_replanned"))
        lines.append(word("lateness", late=late, renewed=renewed))
    told = data["odds"]["expected"]
    if told and data["objectives"]:
        error = f"{max(told['error'].values()):.2g}"
        said = word(
            "expected", horizon=data["horizon"], count=told["of"], error=error, **_means(told)
        )
        lines.append(said)
    return lines


def _moving(data: Data, word: Words) -> str:
    """Who moves with it, by how much, and where slack takes the rest."""
    direct, moved = (
        [
            f"{m['title']} ({word('months', months=_months(m['days'], '+'))})"
            for m in data["moves"]
            if bool(m["waits_for"]) == waits
        ]
        for waits in (False, True)
    )
    if not moved and len(direct) > 1:
        return word("dated", missions=_all(direct, word))
    if not moved:
        return word("nobody_waits" if data["moves"] or data["gone"] else "nothing_moves")
    said = word("moved_one" if len(moved) == 1 else "moved", missions=_all(moved, word))
    held = [w["title"] for w in data["waterfall"] if w["days"] == 0 and w["absorbed"]]
    return f"{said}{word('slack_ends', missions=_all(held, word))}" if held else said


def _named(rows: Sequence[Data], word: Words) -> str:
    """The proposals by name, with the flight that takes each; of many the first."""
    names = [
        f"{r['title']} ({r['flight']['title'] if r['flight'] else word('no_flight')})"
        for r in rows[:NAMED]
    ]
    rest = len(rows) - NAMED
    return word.say([*names, word("more", count=rest)] if rest > 0 else names)


def _means(expected: Data) -> dict[str, str]:
    return {plan: f"{mean:.1f}" for plan, mean in expected["mean"].items()}


def _all(names: Sequence[str], word: Words) -> str:
    """`a, b and c`."""
    *before, last = names
    return word("listed", first=word.say(before), last=last) if before else last


def _tiles(data: Data, word: Words) -> Markup:
    offers, odds = data["proposals"], data["odds"]["expected"]
    late = [o for o in data["objectives"] if (o["days"] or 0) > 0 or o["after"] is None]
    mean = _means(odds) if odds else {}
    tiles: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("tile_moves", str(len(data["moves"]) + len(data["gone"])), {}),
        ("tile_later", str(len(late)), {}),
        ("tile_misfits", str(len(offers["no_longer_fit"])), {"accepted": offers["accepted"]}),
        *(
            [
                (
                    "tile_expected",
                    f"{mean['changed']} → {mean['replanned']}",
                    {"count": odds["of"], "as_written": mean["as_written"]},
                )
            ]
            if odds
            else []
        ),
    )
    return tag(
        "dl",
        (
            tag(
                "div",
                tag("dt", word(key)),
                tag("dd", value, class_="value"),
                tag("dd", word(f"{key}_note", **places)),
            )
            for key, value, places in tiles
        ),
        class_="tiles",
    )


def _legend(word: Words) -> Markup:
    marks = ("was", "slipped", "renewed")
    return key([(c, word(f"plan.{p}")) for c, p in zip(marks, PLANS, strict=True)])


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _moves(data: Data, word: Words) -> Markup:
    content: list[Content] = []
    if data["waterfall"]:
        content.append(
            figure(
                waterfall(data["waterfall"], word),
                word("waterfall_caption"),
                legend=key([("late", word("key_late")), ("slack", word("key_slack"))]),
            )
        )
    if data["missions"]:
        content.append(
            figure(
                dates(data["missions"], data["horizon"], word),
                word("dates_caption"),
                legend=_legend(word),
            )
        )
    rows = [
        (
            m["title"],
            m["date"],
            m["missions_complete"] or NONE,
            m["after"] or word("never"),
            m["replanned"] or word("never"),
        )
        for m in data["milestones"]
    ]
    if rows:
        head = [word(k) for k in ("milestone", "declared", "come_by", "plan.after", "new_order")]
        content.append(table([_capital(h) for h in head], rows))
    return section("moves", word("moves"), *content)


def _proposals(data: Data, word: Words) -> Markup:
    offers = data["proposals"]
    rows = offers["no_longer_fit"]
    if not rows:
        words = word("all_fit", accepted=offers["accepted"])
        return section("proposals", word("misfits"), tag("p", words))
    moved = {m["mission"]: m["after"] for m in data["missions"]}
    lines = [
        (
            join(tag("b", r["title"]), tag("small", r.get("partner") or r["name"])),
            f"{r['mass_kg']:.0f} kg" if "mass_kg" in r else NONE,
            _reasons(r["reasons"]),
            f"{r['flight']['title']}, {r['on']}"
            if r["flight"]
            else join(
                tag("b", word("no_flight"), class_="flag"),
                tag("ul", (tag("li", why) for why in r["why_not"]), class_="notes"),
            ),
        )
        for r in rows
    ]
    head = [word(k) for k in ("proposal", "mass", "why", "in_new_order")]
    fit = word("still_fit", fit=offers["fit"], accepted=offers["accepted"])
    return section(
        "proposals",
        word("misfits"),
        figure(
            windows(rows, moved, word),
            word("windows_caption"),
            legend=key(
                [
                    ("window", word("key_window")),
                    ("slipped", word("key_its_mission")),
                    ("renewed", word("key_new_flight")),
                ]
            ),
        ),
        table(head, lines, numbers=(1,)),
        lead=word("illustration", fit=fit) if data.get("illustration") else fit,
    )


def _reasons(reasons: Sequence[str]) -> Content:
    if len(reasons) == 1:
        return reasons[0]
    return tag("ul", (tag("li", reason) for reason in reasons), class_="notes")


def _order(data: Data, word: Words) -> Markup:
    plan = data["replan"]
    flights = [f for f in plan["flights"] if f["leaves"]]
    empty = [f["title"] for f in plan["flights"] if not f["leaves"]]
    if not flights:
        return section("order", word("order"), tag("p", word("no_launch")))
    score = plan["score"]
    alone = [
        word(
            "nearly_empty",
            mission=f["title"],
            mass=f"{f['mass_kg']:.0f}",
            room=f"{f['room_kg']:.0f}",
            cargo=[c["name"] for c in f["cargo"]],
        )
        for f in flights
        if "mass_kg" in f
        and f["mass_kg"] < HARDLY * f["room_kg"]
        and all(c["partner"] for c in f["cargo"])
    ]
    alone += [
        word("tight", mission=f["title"], grown=f"{f['grown_kg']:.0f}", room=f"{f['room_kg']:.0f}")
        for f in flights
        if "grown_kg" in f and f["mass_kg"] <= f["room_kg"] < f["grown_kg"]
    ]
    why = [
        tag(
            "li",
            tag("b", m["name"]),
            word("flies_elsewhere", flight=m["to"], date=m["on"], own=m["from"])
            if m["to"]
            else word("left_behind"),
            tag("small", "; ".join(m["why_not_earlier"])) if m["why_not_earlier"] else None,
        )
        for m in plan["moved"]
    ]
    return section(
        "order",
        word("order"),
        figure(
            manifests(flights, word),
            word("manifests_caption"),
            legend=key([(k, word(f"key_{k}")) for k in ("own", "other", "guest")]),
        ),
        tag("p", word("empty", missions=_all(empty, word))) if empty else None,
        *(tag("p", line) for line in alone),
        details(
            _counted(word, "why_elsewhere", len(why)),
            tag("ul", why, class_="notes"),
        )
        if why
        else None,
        lead=word("proven", **{k: score[k] for k in ("lost", "refused", "goals_late", "moved")}),
    )


def _objectives(data: Data, word: Words) -> Markup | None:
    if not data["objectives"]:
        return None

    def told(o: Data, date: str, days: str) -> Content:
        if o[date] is None:
            return tag("b", word("never"), class_="flag")
        late = word("months", months=f"{o[days] / MONTH:+.0f}") if o[days] else None
        return join(o[date], tag("small", late) if late else None)

    def line(what: Content, o: Data) -> tuple[Content, ...]:
        return (
            what,
            o["before"] or NONE,
            told(o, "after", "days"),
            told(o, "replanned", "days_replanned"),
            f"{o['lost_days'] / MONTH:.0f} → {o['lost_days_replanned'] / MONTH:.0f}",
        )

    several = [
        line(
            join(
                _capital(group[0]["words"]),
                tag(
                    "small",
                    f"{group[0]['mission']} · {_counted(word, 'of_objectives', len(group))}",
                ),
            ),
            latest(group),
        )
        for group in grouped(data["objectives"])
    ]
    rows = [
        line(join(o["text"], tag("small", f"{o['mission']} · {o['words']}")), o)
        for o in data["objectives"]
    ]
    places = [line(f["title"], f) for f in data["facilities"]]
    plans = [_capital(word(f"plan.{plan}")) for plan in PLANS]
    head = (word("objective"), *plans, word("months_lost"))
    return section(
        "objectives",
        word("objectives"),
        table(head, several, numbers=(4,)),
        details(
            _counted(word, "each_objective", len(rows)),
            table(head, rows, numbers=(4,)),
        ),
        details(
            _counted(word, "facilities", len(places)),
            table((word("facility"), *head[1:]), places, numbers=(4,)),
        ),
        lead=word("objectives_lead", horizon=data["horizon"]),
    )


def grouped(objectives: Sequence[Data]) -> list[list[Data]]:
    """Objectives by mission and by the words of it that they stand for."""
    groups: dict[tuple[str, str], list[Data]] = {}
    for o in objectives:
        groups.setdefault((o["mission"], o["words"] or o["text"]), []).append(o)
    return list(groups.values())


def latest(group: Sequence[Data]) -> Data:
    """The one of a group that comes last after the change, and in the new order."""
    after = max(group, key=lambda o: o["after"] or "9999")
    new = max(group, key=lambda o: o["replanned"] or "9999")
    keys = ("replanned", "days_replanned", "lost_days_replanned")
    return {**after, **{key: new[key] for key in keys}}


def _chances(data: Data, word: Words) -> Markup | None:
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
            tag("h4", _capital(row["words"]), tag("small", row["mission"])),
            curve(row, odds["dates"], data["horizon"], word),
            tag("figcaption", word("by_utilization", shares=_shares(row["by_horizon"], word))),
        )
        for row in told
    ]
    same = len(odds["objectives"]) - len(told)
    return section(
        "chances",
        word("chances"),
        tag("div", key([(f"c-{p}", word(f"plan.{p}")) for p in PLANS]), class_="legend"),
        tag("div", shown, class_="curves"),
        tag("p", word("not_drawn", count=same), class_="small") if same else None,
        lead=word(
            "chances_lead",
            samples=odds["samples"],
            seed=odds["seed"],
            error=f"{100 * odds['error_at_half']:.1f}",
        ),
    )


def _shares(by_horizon: Data, word: Words) -> list[str]:
    """How likely an objective is in each plan when utilization begins."""
    plans = zip(("as_written", "changed", "replanned"), PLANS, strict=True)
    return [
        word("share", percent=f"{100 * by_horizon[name]:.0f}", plan=word(f"plan.{plan}"))
        for name, plan in plans
    ]


def _run(data: Data, word: Words) -> Markup | None:
    told = data.get("run")
    if not told:
        return None

    def cell(side: Data) -> str:
        value = "" if side["value"] is None else f" ({side['value']:.4g})"
        return f"{side['status']}{value}"

    rows = [(r["name"], cell(r["before"]), cell(r["after"])) for r in told["objectives"]]
    head = [word(k) for k in ("objective", "without", "with_it")]
    return section(
        "run",
        word("run"),
        table(head, rows) if rows else tag("p", word("run_same")),
        lead=word("run_lead"),
    )


def _foundations(data: Data, word: Words) -> Markup:
    lines = ["dates", "launchers", "ready", "delays"]
    if data.get("illustration"):
        lines.append("illustration")
    told = tag("ul", (tag("li", word(f"rests_{line}")) for line in lines), class_="notes")
    return section("foundations", word("foundations"), told)
