"""What `ilrs roadmap apply` does: from what is wanted to the story and the overlay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from ilrs.errors import UserError
from ilrs.partnership.release import Audience
from ilrs.roadmap.calendar import Date, parse_slip
from ilrs.roadmap.change import Change, apply_change, unchecked
from ilrs.roadmap.fits import read_accepted, require_fitting_names
from ilrs.roadmap.overlay import changes, overlay_text
from ilrs.roadmap.programme import (
    Programme,
    Standing,
    chosen,
    document_of,
    parse_choices,
    read,
)
from ilrs.roadmap.story import Story, tell
from ilrs.scenario.document import Document, Sourced
from ilrs.scenario.instants import parse_instant, written
from ilrs.scenario.load import load_scenario

PUBLIC = Audience()
T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """An overlay, and changes on top of it, as they are written on a command line."""

    overlay: str | None = None
    scenario: str = "ilrs"
    slips: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    since: str | None = None
    """The version that it is told against; None is the scenario as it stands."""


def change_of(wanted: Wanted) -> Change:
    """The change that the options ask for."""
    moves = []
    for text in wanted.moved:
        facility, sign, mission = text.partition("=")
        if not sign:
            raise UserError(f"{text!r} moves nothing", remedy="write FACILITY=MISSION")
        moves.append((facility.strip(), mission.strip()))
    slips = _once([parse_slip(t) for t in wanted.slips], "slips")
    return Change(slips, tuple(dict.fromkeys(wanted.cancelled)), _once(moves, "moves"))


def _once(pairs: Sequence[tuple[str, T]], does: str) -> dict[str, T]:
    """The pairs as a mapping; refuses a name that is said twice."""
    for name, number in Counter(name for name, _ in pairs).items():
        if number > 1:
            raise UserError(f"{name!r} {does} {number} times", remedy="say it once")
    return dict(pairs)


def words_of(wanted: Wanted) -> str:
    """The overlay and the choices in words; the change itself is told by its own."""
    said = [] if wanted.overlay is None else [f"the roadmap of {wanted.overlay}"]
    said += [f"{topic} as {choice}" for topic, choice in parse_choices(wanted.choices).items()]
    return ", ".join(said)


def applied(
    wanted: Wanted,
    fits: Path | None = None,
    *,
    audience: Audience = PUBLIC,
    replanned: bool = False,
    late_cargo: bool = False,
    samples: int = 4000,
    seed: int = 1,
    progress: Callable[[str, int, int], None] = lambda stage, done, of: None,
) -> tuple[Story, str]:
    """The story of what is wanted, and the text of the overlay that makes it so.

    A mission that slips is late as a flight, its cargo ready as written, unless `late_cargo`; where
    an overlay or a source dates a mission anew, its cargo comes then. Faults that the scenario
    lists come as much later as what they befall, where it would not be there yet. The overlay is
    read back as a scenario and checked before it is handed out. The story tells the `audience`
    nothing that a partner keeps from them.
    """
    plain = read(None, wanted.scenario)
    base = plain if wanted.since is None else read(wanted.since, wanted.scenario)
    document = document_of(wanted.overlay or wanted.since, wanted.scenario)
    for topic, choice in parse_choices(wanted.choices).items():
        document = chosen(document, topic, choice)
    change = change_of(wanted)
    changed, moves = apply_change(base, change, document, words_of(wanted))
    words = ", ".join(w for w in (words_of(wanted), change.words(unchecked(document))) if w)
    if not words:
        raise UserError(
            "nothing is changed", remedy="name an overlay, or --slip, --cancel, --move, --choose"
        )
    direct = {m.mission for m in moves if m.waits_for is None}
    held = direct if late_cargo else direct - set(change.slips)
    accepted = read_accepted(fits)
    require_fitting_names(accepted, plain.programme)
    story = tell(
        base,
        changed,
        moves,
        accepted,
        words[:1].upper() + words[1:],
        held=held,
        audience=audience,
        samples=samples,
        seed=seed,
        progress=progress,
    )
    story.data["illustration"] = fits is None
    target = story.replanned if replanned else changed
    text = overlay_text(
        _extendable(wanted.scenario),
        f"{plain.programme.name}-moved",
        f"{plain.programme.title}: {words}" + (", re-planned" if replanned else ""),
        changes(plain.document, with_faults(plain, target)),
    )
    load_scenario(text)
    return story, text


def with_faults(base: Standing, target: Standing) -> Document:
    """The document of `target`, whose listed faults wait for the facilities that they befall."""
    document = target.document
    faults = list(document.data.get("faults") or [])
    sources = dict(document.provenance)
    for k, fault in enumerate(faults):
        box = str(fault["component"]).partition("/")[0]
        before, after = (_landing(each.programme, box) for each in (base, target))
        at = parse_instant(str(fault["at"]))
        if before is None or after is None or at >= after:
            continue
        moved = at + (after - before)
        faults[k] = {**fault, "at": written(moved)}
        sources["faults", k, "at"] = Sourced("Comes later with what it befalls", "assumed")
    return replace(document, data={**document.data, "faults": faults}, provenance=sources)


def _landing(programme: Programme, facility: str) -> Date | None:
    found = programme.facilities.get(facility)
    return None if found is None else programme.missions[found.mission].date


def _extendable(scenario: str) -> str:
    """What an overlay anywhere may extend: a packaged name, or a whole path."""
    path = Path(scenario)
    return str(path.resolve()) if path.suffix in {".yaml", ".yml"} else scenario
