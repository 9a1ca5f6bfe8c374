"""Which keys of a proposal a finding tells of."""

from __future__ import annotations

from ilrs.partnership.finding import Finding
from ilrs.partnership.proposal import Proposal

EVERYTHING = tuple(Proposal.model_fields)
WARM = ("thermal", "power", "envelope", "mass")
"""What it takes to stay warm tells of."""
LIVED = ("power", "data", "thermal", "needs", "schedule", "components", "activities")
"""What a life of the station with it tells of."""
ABOUT = {
    "mission": (),
    "level": ("level",),
    "place": ("needs",),
    "ground": ("needs",),
    "sky": ("needs", "views"),
    "ready": ("schedule",),
    "latest": ("schedule",),
    "mass": ("mass",),
    "envelope": ("envelope",),
    "power": ("power",),
    "data": ("data",),
    "thermal": ("thermal",),
    "warm": WARM,
    "magnetic": ("electromagnetic",),
    "disposal": ("disposal",),
    "works": ("schedule",),
    "loops": ("commanding",),
    "pointing": ("pointing",),
    "model": ("models",),
    "robot": ("needs",),
    "samples": ("needs",),
    "forbidden": ("declared",),
    "view": ("views",),
    "need": ("needs",),
    "quiet": ("electromagnetic", "needs"),
    "patience": ("commanding",),
    "served": LIVED,
    "unpowered": LIVED,
    "delivered": LIVED,
    "housekeeping": LIVED,
    "still": LIVED,
    "scheduled": LIVED,
    "harmless": LIVED,
}
"""By the first step of a finding's key."""


def about(finding: Finding) -> tuple[str, ...]:
    """The keys of a proposal that a finding tells of; all of them where that is not known."""
    if finding.about is not None:
        return finding.about
    return ABOUT.get(finding.key.split(".")[0], EVERYTHING)
