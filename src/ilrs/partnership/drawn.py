"""What the report of a check draws: skylines with their views, and the weeks that were lived."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.partnership.felt import guest_energy
from ilrs.partnership.opportunity import Opportunity
from ilrs.partnership.outlook import Outlook
from ilrs.partnership.plug import guest_name
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.twin import Side

Floats = NDArray[np.float64]
MOST = 900
"""Points of a series that a page draws."""


@dataclass(frozen=True)
class Panorama:
    """The skyline (360,) [deg] at a view's aperture, and where its cone points."""

    name: str
    towards: str
    azimuth: float | None
    elevation: float | None
    half_angle: float
    height: float
    skyline: Floats
    sun: tuple[float, float]
    """Lowest and highest elevation of the Sun [deg]."""
    earth: tuple[float, float, float, float] | None
    """Azimuths and elevations [deg] between which the Earth wanders, where those are a box."""


@dataclass(frozen=True)
class Weeks:
    """Seconds (n,) from `start`; shares of stores left (n,), and the guest's power [W] (n,)."""

    start: np.datetime64
    seconds: Floats
    reserve_without: Floats
    reserve_with: Floats
    wanted: Floats
    served: Floats
    seed: int


def panoramas(
    proposal: Proposal, slot: Opportunity, outlook: Outlook, hours: slice
) -> tuple[Panorama, ...]:
    """The skyline behind every view of a proposal at a slot's place."""
    if slot.place is None:
        return ()
    place, horizon = outlook.place(slot.place), outlook.horizon(slot.place)
    sun = np.degrees(place.surroundings.sun_elevation[hours])
    made = []
    for name, view in proposal.views.items():
        height = float(np.clip(slot.deck + view.height, horizon.heights[0], horizon.heights[-1]))
        line = np.degrees(horizon.at([height])[0])
        picked = np.interp(np.arange(360.0), np.arange(line.size) * 360.0 / line.size, line)
        fixed = view.towards in ("azimuth", "zenith")
        made.append(
            Panorama(
                name,
                view.towards,
                float(np.degrees(view.azimuth or 0.0)) if fixed else None,
                (90.0 if view.towards == "zenith" else float(np.degrees(view.elevation or 0.0)))
                if fixed
                else None,
                float(np.degrees(view.half_angle)),
                height,
                picked,
                (float(sun.min()), float(sun.max())),
                _box(place.earth_azimuth[hours], place.earth_elevation[hours]),
            )
        )
    return tuple(made)


def _box(azimuth: Floats, elevation: Floats) -> tuple[float, float, float, float] | None:
    degrees, up = np.degrees(azimuth), np.degrees(elevation)
    if not degrees.size or np.ptp(degrees) > 120.0:
        return None
    return float(degrees.min()), float(degrees.max()), float(up.min()), float(up.max())


def weeks(proposal: Proposal, without: Side, with_guest: Side) -> Weeks:
    """The first seed's life, without and with the guest, thinned to what a page draws."""
    a, b = without.histories[0], with_guest.histories[0]
    every = max(a.count // MOST, 1)
    wanted, served = (
        sum(guest_energy(b, guest_name(proposal), keep_alive=kept)[k] for kept in (False, True))
        / b.step
        for k in (0, 1)
    )
    picked = np.arange(a.count // every * every).reshape(-1, every)
    clock = a.network.clock
    return Weeks(
        clock.start,
        np.asarray((picked[:, 0] + 0.5 * every) * float(clock.step), dtype=np.float64),
        a.reserve[picked].min(axis=1),
        b.reserve[picked].min(axis=1),
        np.asarray(wanted)[picked].mean(axis=1),
        np.asarray(served)[picked].mean(axis=1),
        a.run.seed,
    )
