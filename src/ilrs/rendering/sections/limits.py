"""What is not modelled, where laws left their range, and the proof: audit and certificate."""

from __future__ import annotations

import json
from typing import Any

from ilrs.rendering.markup import Content, Markup, details, join, section, table, tag
from ilrs.rendering.sections.roadmap import status
from ilrs.rendering.verdict import MET, MISSED
from ilrs.rendering.view import View
from ilrs.rendering.wording import NONE, count, digits, say

PASSED, FAILED = (MET, "closes"), (MISSED, "does not close")


def limits(view: View) -> Markup:
    """The section."""
    return section(
        "limits",
        "What is not modelled, and what this stands on",
        _notes("Not modelled", view.rows("not_modelled"), "The assessment names nothing."),
        _notes(
            "Outside the range a law holds for",
            view.rows("left_range"),
            "No law left the range it holds for.",
        ),
        _audit(view),
        _certificate(view),
    )


def _notes(title: str, told: list[Any], none: str) -> Markup:
    body = tag("ul", (tag("li", str(t)) for t in told), class_="notes") if told else tag("p", none)
    return tag("div", tag("h3", title), body)


def _audit(view: View) -> Markup:
    audit = view.part("audit")
    if not audit:
        return tag("div", tag("h3", "Audit"), tag("p", "The assessment holds no audit."))
    checks = audit["checks"]
    broken = [c for c in checks if not c["passed"]]
    known = [c for c in checks if c["worst"] is not None]
    worst = max(known, key=lambda c: c["worst"], default=None)
    sentence: list[Content] = [
        status(*(PASSED if audit["passed"] else FAILED)),
        f" {len(checks) - len(broken)} of {count(len(checks), 'balance')} close",
        f", the worst to {_small(worst['worst'])} of its throughput ({worst['balance']})."
        if worst
        else ".",
    ]
    rows = [
        (
            c["balance"],
            tag("data", _small(c["worst"]), value=repr(c["worst"]))
            if c["worst"] is not None
            else NONE,
            _small(c["limit"]),
            status(*(PASSED if c["passed"] else FAILED)),
        )
        for c in [*broken, *(c for c in checks if c["passed"])]
    ]
    return tag(
        "div",
        tag("h3", "Audit"),
        tag("p", join(sentence)),
        tag(
            "p",
            "An auditor recomputes every balance from the stored history alone: what enters a "
            "node, a store, a warm box or a converter leaves it or stays.",
            class_="small",
        ),
        details(
            "Every balance", table(("Balance", "Worst error", "Limit", ""), rows, numbers=(1, 2))
        ),
    )


def _small(value: float | None) -> str:
    if value is None:
        return NONE
    return f"{value:.1e}".replace("-", "−") if value else "0"


def _certificate(view: View) -> Markup:
    certificate = dict(view.stored.certificate)
    environment = dict(certificate.get("environment") or {})
    facts: list[tuple[str, Content]] = [
        ("Scenario", str(certificate.get("scenario", NONE))),
        ("Scenario, SHA-256", _hash(certificate.get("scenario_sha256"))),
        ("Version of ilrs", str(certificate.get("version", NONE))),
        ("Seed", str(certificate.get("seed", NONE))),
        ("Format", str(certificate.get("format", NONE))),
    ]
    plan = view.part("plan")
    if plan:
        error = say(plan["passive_error"], "")
        facts.append(("Plan", f"{plan['solver']}; heat laws linear to {error} of the heat passed"))
    facts.append(
        ("Kernels", join((tag("code", k), " ") for k in environment.get("kernels", [])) or NONE)
    )
    return tag(
        "div",
        tag("h3", "Certificate"),
        tag("dl", ((tag("dt", k), tag("dd", v)) for k, v in facts), class_="facts"),
        _horizons(dict(environment.get("horizons") or {})),
        details(
            "The whole certificate",
            tag(
                "pre",
                tag("code", json.dumps(certificate, indent=1, ensure_ascii=False)),
                class_="hash",
                style="white-space:pre-wrap",
            ),
        ),
    )


def _horizons(horizons: dict[str, Any]) -> Markup | None:
    if not horizons:
        return None
    rows = []
    for place, h in horizons.items():
        terrains = [
            join(f"{t['name']} ({digits(t['cell_m'])} m) ", _hash(t.get("sha256")))
            for t in h.get("terrains", [])
        ]
        error = h.get("error_deg") or {}
        said = ", ".join(
            f"{k.removesuffix('_p99')} {v:g}°" for k, v in error.items() if k.endswith("p99")
        )
        rows.append(
            (
                place,
                join(tag("div", t) for t in terrains),
                f"{h['reach_m'] / 1e3:.0f} km" if "reach_m" in h else NONE,
                said or NONE,
                _hash(h.get("sha256")),
            )
        )
    return table(
        ("Skyline of", "Terrain, fine to coarse", "Reach", "Error, 99 %", "SHA-256"),
        rows,
        caption="The computed skylines that light and view stand on.",
    )


def _hash(text: str | None) -> Markup:
    """The beginning of a hash, all of it on pointing."""
    if not text:
        return tag("span", NONE, class_="none")
    return (
        tag("code", f"{text[:16]}…", title=text, class_="hash")
        if len(text) > 20
        else tag("code", text)
    )
