"""What `ilrs roadmap apply` does: from what is wanted to the story and the overlay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ilrs.errors import UserError
from ilrs.roadmap.calendar import parse_slip
from ilrs.roadmap.change import Change, apply_change, unchecked
from ilrs.roadmap.fits import read_accepted
from ilrs.roadmap.overlay import changes, overlay_text
from ilrs.roadmap.programme import chosen, document_of, parse_choices, read
from ilrs.roadmap.story import Story, tell
from ilrs.scenario.load import load_scenario


@dataclass(frozen=True)
class Wanted:
    """An overlay, and changes on top of it, as they are written on a command line."""

    overlay: str | None = None
    scenario: str = "ilrs"
    slips: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def change_of(wanted: Wanted) -> Change:
    """The change that the options ask for."""
    moved = {}
    for text in wanted.moved:
        facility, sign, mission = text.partition("=")
        if not sign:
            raise UserError(f"{text!r} moves nothing", remedy="write FACILITY=MISSION")
        moved[facility.strip()] = mission.strip()
    return Change(dict(parse_slip(t) for t in wanted.slips), wanted.cancelled, moved)


def words_of(wanted: Wanted) -> str:
    """The overlay and the choices in words; the change itself is told by its own."""
    said = [] if wanted.overlay is None else [f"the roadmap of {wanted.overlay}"]
    said += [f"{topic} as {choice}" for topic, choice in parse_choices(wanted.choices).items()]
    return ", ".join(said)


def applied(
    wanted: Wanted,
    fits: Path | None = None,
    *,
    replanned: bool = False,
    samples: int = 4000,
    seed: int = 1,
    progress: Callable[[str, int, int], None] = lambda stage, done, of: None,
) -> tuple[Story, str]:
    """The story of what is wanted, and the text of the overlay that makes it so.

    The overlay is read back as a scenario and checked before it is handed out.
    """
    base = read(None, wanted.scenario)
    document = document_of(wanted.overlay, wanted.scenario)
    for topic, choice in parse_choices(wanted.choices).items():
        document = chosen(document, topic, choice)
    change = change_of(wanted)
    changed, moves = apply_change(base, change, document, words_of(wanted))
    words = ", ".join(w for w in (words_of(wanted), change.words(unchecked(document))) if w)
    if not words:
        raise UserError(
            "nothing is changed", remedy="name an overlay, or --slip, --cancel, --move, --choose"
        )
    story = tell(
        base,
        changed,
        moves,
        read_accepted(fits),
        words[:1].upper() + words[1:],
        samples=samples,
        seed=seed,
        progress=progress,
    )
    story.data["illustration"] = fits is None
    target = story.replanned if replanned else changed
    text = overlay_text(
        _extendable(wanted.scenario),
        f"{base.programme.name}-moved",
        f"{base.programme.title}: {words}" + (", re-planned" if replanned else ""),
        changes(base.document, target.document),
    )
    load_scenario(text)
    return story, text


def _extendable(scenario: str) -> str:
    """What an overlay anywhere may extend: a packaged name, or a whole path."""
    path = Path(scenario)
    return str(path.resolve()) if path.suffix in {".yaml", ".yml"} else scenario
