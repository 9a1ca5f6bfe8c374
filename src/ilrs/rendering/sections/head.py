"""The head of the report: what was run, the verdict, the figures that matter, and the warnings."""

from __future__ import annotations

from collections.abc import Container

from ilrs.rendering.bins import edges, mean
from ilrs.rendering.bitmap import LIGHT, picture
from ilrs.rendering.markup import Content, Markup, join, tag
from ilrs.rendering.panel import drawing
from ilrs.rendering.verdict import verdicts
from ilrs.rendering.view import View
from ilrs.rendering.wording import NONE, count, datum, day, say, when

CONTENTS = (
    ("roadmap", "Roadmap"),
    ("site", "Site"),
    ("light", "Light"),
    ("month", "Darkest month"),
    ("calendar", "Calendar"),
    ("energy", "Energy"),
    ("activities", "Activities"),
    ("quiet", "Quiet"),
    ("samples", "Samples"),
    ("oxygen", "Oxygen"),
    ("alive", "Life"),
    ("people", "People"),
    ("sky", "Sky and Earth"),
    ("plan", "Plan"),
    ("stores", "Stores"),
    ("warmth", "Temperatures"),
    ("traffic", "Data"),
    ("budgets", "Budgets"),
    ("faults", "Faults"),
    ("prediction", "Prediction"),
    ("assumed", "Assumed"),
    ("limits", "Limits"),
)


def title(view: View) -> str:
    """The run's title."""
    return str(view.part("scenario").get("title") or view.series.data.attrs.get("title", "A run"))


def head(view: View, anchors: Container[str]) -> Markup:
    """Title, period, verdict, and contents: of what may stand on the page, what does."""
    return join(
        tag(
            "header",
            _sky(view),
            tag(
                "div",
                tag(
                    "p", "International Lunar Research Station · report of a run", class_="eyebrow"
                ),
                tag("h1", title(view)),
                tag("p", _period(view), class_="period"),
                tag("div", _verdict(view), class_="verdict"),
                class_="inner",
            ),
        ),
        tag(
            "nav",
            (tag("a", words, href=f"#{name}") for name, words in CONTENTS if name in anchors),
            aria_label="Contents",
        ),
    )


def opening(view: View) -> Markup:
    """Warnings and the figures that matter, below the head."""
    return tag(
        "section",
        _warnings(view),
        _tiles(view),
        id="opening",
        aria_label="Warnings and key figures",
    )


def _period(view: View) -> Content:
    period = view.part("period")
    begins = period.get("begins") or view.series.instant(0)
    ends = period.get("ends") or view.series.instant(view.series.count)
    step = view.series.step
    return join(
        when(begins),
        " to ",
        when(ends),
        f" · {say(view.series.length, 's')} in {view.series.count:,} steps of ".replace(",", " "),
        say(step, "s"),
        f" · seed {view.summary.get('seed', view.stored.certificate.get('seed', NONE))}",
    )


def _verdict(view: View) -> Content:
    found = verdicts(view.summary)
    if not found:
        return tag("p", "The folder of this run holds no assessment, so nothing is judged here.")
    return join(tag("p", v.sentence, class_=v.mood) for v in found)


def _warnings(view: View) -> Markup | None:
    told = list(view.part("scenario").get("warnings") or [])
    coarse = [p["name"] for p in view.rows("places") if p.get("coarse")]
    if coarse:
        told.append(
            f"Coarse terrain at {', '.join(coarse)}: light and view there carry errors that fine "
            "terrain would not; do not cite them."
        )
    audit = view.part("audit")
    if audit and not audit.get("passed"):
        told.insert(0, "The audit failed: a balance does not close, and the run is not to be used.")
    if not told:
        return None
    return tag(
        "aside",
        tag("h2", "Read this first"),
        tag("ul", (tag("li", words) for words in told)),
        class_="warnings",
        aria_label="Warnings",
    )


def _tiles(view: View) -> Markup:
    reserve, metrics = view.part("reserve"), view.part("metrics")
    dark = view.rows("dark")
    tiles: list[tuple[str, Content, Content]] = []
    for name, words in (
        ("served.keep_alive", "Keep-alive served"),
        ("served.service", "Service served"),
    ):
        if name in metrics:
            tiles.append((words, datum(*view.metric(name)), "of the energy owed"))
    if reserve.get("least") is not None:
        at = join("of drawable energy, ", when(reserve.get("when")))
        tiles.append(("Least reserve", datum(reserve["least"], ""), at))
    if dark:
        worst = dark[0]
        since = join("no array lit, from ", when(worst["begins"]))
        tiles.append(("Longest dark", datum(worst["hours"] * 3600.0, "s"), since))
    if "temperature.margin" in metrics:
        note = "to the limits of a warm box"
        tiles.append(("Least thermal margin", datum(*view.metric("temperature.margin")), note))
    if "data.mean_rate.science" in metrics:
        note = "mean rate at which it reached Earth"
        tiles.append(("Science data", datum(*view.metric("data.mean_rate.science")), note))
    if "contact.longest_gap" in metrics:
        tiles.append(
            ("Longest silence", datum(*view.metric("contact.longest_gap")), "no way to Earth")
        )
    if view.summary:
        number = int(view.summary.get("incidents", 0))
        failures = len(view.events_of("fault"))
        tiles.append(("Failures", str(failures), count(number, "incident") + " with repairs"))
    return tag(
        "dl",
        (
            tag("div", tag("dt", words), tag("dd", value, class_="value"), tag("dd", note))
            for words, value, note in tiles
        ),
        class_="tiles",
    )


def _sky(view: View) -> Markup | None:
    """The whole period's sunlight at the main place as a thread of light over the title."""
    place = view.series.main
    if place is None:
        return None
    lit = mean(view.series.light(place, 10), edges(view.series.count, 1460))[None, :]
    words = f"Sunlight at {place} from {day(view.series.instant(0))} on, as a strip"
    body = picture(lit, LIGHT, 0.0, 0.0, 1460.0, 10.0)
    return tag("div", drawing(10.0, words, body, width=1460.0), class_="thread")
