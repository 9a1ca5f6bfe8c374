"""Which single loss sheds what, where a run was asked to look."""

from __future__ import annotations

from typing import Any

from ilrs.rendering.markup import Content, Markup, details, table, tag
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, datum, say, spoken

KWH = 3.6e6  # [J]
SHOWN = 8
"""Losses that stand in the open table."""
HEAD = ("Without", "Keep-alive unserved", "Longest", "Service unserved", "Sheds most")


def losses(view: View) -> Markup | None:
    """A table of the losses that shed something; None where nobody asked."""
    rows = view.rows("single_losses")
    if not rows:
        return None
    whole = next((r for r in rows if not r["loss"]), None)
    lost = [r for r in rows if r["loss"]]
    bad = [r for r in lost if r["sheds_kwh"]]
    vital = [r for r in bad if r["keep_alive_unserved_kwh"] > _vital(whole)]
    quiet = [spoken(r["loss"]) for r in lost if not r["sheds_kwh"]]
    said = (
        f"Of {count(len(lost), 'single loss', 'single losses')}, {len(bad)} shed load and "
        f"{len(vital)} of them keep-alive."
    )
    if bad:
        worst = max(bad, key=lambda r: (r["keep_alive_unserved_kwh"], sum(r["sheds_kwh"].values())))
        said += (
            f" The worst is {spoken(worst['loss'])}: "
            f"{say(worst['keep_alive_unserved_kwh'] * KWH, 'J')} of keep-alive and "
            f"{say(worst['service_unserved_kwh'] * KWH, 'J')} of service go unserved."
        )
    return tag(
        "div",
        tag("h3", "What the station can lose"),
        tag("p", said),
        table(
            HEAD,
            [_row(r) for r in ([whole] if whole else []) + bad[:SHOWN]],
            numbers=(1, 2, 3),
            caption="One unit lost at the beginning and for good; the station lives by its rules, "
            "without a plan, so that nothing rests on foresight.",
        ),
        details(
            f"{count(len(bad) - SHOWN, 'loss', 'losses')} that shed less",
            table(HEAD, [_row(r) for r in bad[SHOWN:]], numbers=(1, 2, 3)),
        )
        if len(bad) > SHOWN
        else None,
        details(
            f"{count(len(quiet), 'loss', 'losses')} that shed nothing",
            tag("ul", (tag("li", words) for words in quiet), class_="plain"),
        )
        if quiet
        else None,
    )


def _vital(whole: dict[str, Any] | None) -> float:
    return 1e-6 + (whole["keep_alive_unserved_kwh"] if whole else 0.0)


def _row(row: dict[str, Any]) -> tuple[Content, ...]:
    most = list(row["sheds_kwh"].items())[:2]
    return (
        spoken(row["loss"]) if row["loss"] else tag("b", "nothing"),
        datum(row["keep_alive_unserved_kwh"] * KWH, "J"),
        datum(row["longest_h"] * 3600.0, "s"),
        datum(row["service_unserved_kwh"] * KWH, "J"),
        "; ".join(f"{spoken(name)} {say(kwh * KWH, 'J')}" for name, kwh in most) or "–",
    )
