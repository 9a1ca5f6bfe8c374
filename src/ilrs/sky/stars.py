"""Stars and other fixed targets: where they stand at an instant, and how they are seen from here.

Directions are ICRS. Proper motion is a straight line, so that radial velocity does not count: below
0.1 arcsec in fifty years for all but a few near stars.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.data.kernels import load_kernels
from ilrs.data.stars import read_catalogue, star_names
from ilrs.errors import UserError
from ilrs.physics.radio import SPEED_OF_LIGHT
from ilrs.sky.directions import ASTRONOMICAL_UNIT
from ilrs.sky.records import MOON, barycentric_states, pack

Floats = NDArray[np.float64]

YEAR = 31_557_600.0  # s, Julian
MILLIARCSECOND = math.radians(1.0 / 3_600_000.0)
HIPPARCOS_EPOCH = (1991.25 - 2000.0) * YEAR  # TDB s past J2000
OBLIQUITY = math.radians(84381.406 / 3600.0)
"""Of the ecliptic to the equator at J2000 (IAU 2006) [rad]; ICRS is within 0.02 arcsec of both."""


@dataclass(frozen=True)
class Stars:
    """Targets: `names` (n), unit vectors `direction` (n, 3) at `epoch` (n,) [TDB s past J2000].

    `motion` (n, 3) [rad/s] across the sky, `parallax` (n,) [rad], `magnitude` (n,) and `colour`
    (n,) B-V, NaN where unknown.
    """

    names: tuple[str, ...]
    direction: Floats
    motion: Floats
    parallax: Floats
    epoch: Floats
    magnitude: Floats
    colour: Floats

    def __len__(self) -> int:
        return len(self.names)

    def at(self, tdb: float) -> Floats:
        """Unit vectors (n, 3) at `tdb` [s past J2000] from the solar system's barycentre."""
        moved = self.direction + self.motion * (tdb - self.epoch)[:, None]
        return np.asarray(moved / np.linalg.norm(moved, axis=1)[:, None])

    def ecliptic(self) -> tuple[Floats, Floats]:
        """Ecliptic longitude in (-pi, pi] and latitude (n,) [rad] of J2000."""
        return ecliptic(self.direction)


def stars_from(
    names: Sequence[str],
    right_ascension: ArrayLike,
    declination: ArrayLike,
    *,
    motion: ArrayLike = 0.0,
    parallax: ArrayLike = 0.0,
    epoch: ArrayLike = 0.0,
    magnitude: ArrayLike = np.nan,
    colour: ArrayLike = np.nan,
) -> Stars:
    """Targets from ICRS angles [rad] (n,).

    `motion` (n, 2) in right ascension times cos declination and in declination [rad/s].
    """
    n = len(names)
    ra = np.broadcast_to(np.asarray(right_ascension, np.float64), (n,))
    dec = np.broadcast_to(np.asarray(declination, np.float64), (n,))
    if not (np.isfinite(ra).all() and (np.abs(dec) <= math.pi / 2.0 + 1e-12).all()):
        raise UserError(
            "a target has no right ascension, or a declination beyond 90 deg",
            remedy="give both in degrees, ICRS",
        )
    east = np.stack([-np.sin(ra), np.cos(ra), np.zeros(n)], axis=1)
    north = np.stack([-np.sin(dec) * np.cos(ra), -np.sin(dec) * np.sin(ra), np.cos(dec)], axis=1)
    moved = np.broadcast_to(np.asarray(motion, np.float64), (n, 2))

    def filled(value: ArrayLike) -> Floats:
        return np.array(np.broadcast_to(np.asarray(value, np.float64), (n,)))

    return Stars(
        tuple(names),
        np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1),
        moved[:, :1] * east + moved[:, 1:] * north,
        filled(parallax),
        filled(epoch),
        filled(magnitude),
        filled(colour),
    )


def catalogue_stars(faintest: float = 6.5) -> Stars:
    """The packaged stars to Hp `faintest`, brightest first, called by name or `HIP n`."""
    found = read_catalogue()
    kept = np.flatnonzero(found.magnitude <= faintest)
    if not kept.size:
        raise UserError(
            f"no star of the list is as bright as Hp {faintest:g}",
            remedy="the list reaches from -1.1 to 6.5",
        )
    called = {number: name for name, number in star_names().items()}
    return stars_from(
        [called.get(int(n), f"HIP {n}") for n in found.hip[kept]],
        np.radians(found.right_ascension[kept]),
        np.radians(found.declination[kept]),
        motion=found.motion[kept] * MILLIARCSECOND / YEAR,
        parallax=np.maximum(found.parallax[kept], 0.0) * MILLIARCSECOND,
        epoch=HIPPARCOS_EPOCH,
        magnitude=found.magnitude[kept],
        colour=found.colour[kept],
    )


def joined(parts: Sequence[Stars]) -> Stars:
    """Several lists of targets as one, in their order."""
    return Stars(
        tuple(name for part in parts for name in part.names),
        *(
            np.concatenate([getattr(part, what) for part in parts])
            for what in ("direction", "motion", "parallax", "epoch", "magnitude", "colour")
        ),
    )


def chosen(stars: Stars, indices: ArrayLike) -> Stars:
    """Some of the targets, by their indices."""
    at = np.atleast_1d(np.asarray(indices, np.int64))
    return Stars(
        tuple(stars.names[i] for i in at),
        *(
            getattr(stars, what)[at]
            for what in ("direction", "motion", "parallax", "epoch", "magnitude", "colour")
        ),
    )


def ecliptic(direction: ArrayLike) -> tuple[Floats, Floats]:
    """Ecliptic longitude in (-pi, pi] and latitude [rad] of ICRS directions (..., 3), J2000."""
    v = np.asarray(direction, np.float64)
    c, s = math.cos(OBLIQUITY), math.sin(OBLIQUITY)
    y = c * v[..., 1] + s * v[..., 2]
    z = -s * v[..., 1] + c * v[..., 2]
    return np.arctan2(y, v[..., 0]), np.arctan2(z, np.hypot(v[..., 0], y))


def julian_epoch(year: float) -> float:
    """TDB [s past J2000] of a Julian epoch such as 2016.0."""
    return (year - 2000.0) * YEAR


def observer_states(tdb: ArrayLike) -> tuple[Floats, Floats]:
    """The Moon's place [au] and velocity [c] (n, 3) from the barycentre at `tdb` (n,), ICRF.

    A place on its surface is off by 1e-5 au and, turning, by 4.6 m/s: 3 uas and 3 mas.
    """
    times = np.ascontiguousarray(np.atleast_1d(np.asarray(tdb, np.float64)))
    records = pack(load_kernels(float(times.min()), float(times.max())))
    place, velocity = barycentric_states(records, MOON, times)
    return place * (1e3 / ASTRONOMICAL_UNIT), velocity * (1e3 / SPEED_OF_LIGHT)


def apparent_directions(direction: ArrayLike, parallax: ArrayLike, tdb: float) -> Floats:
    """Apparent ICRF unit vectors (n, 3) from the Moon at one instant `tdb` [s past J2000].

    Parallax, then the special-relativistic aberration (u/g + b + (b.u) b g/(1+g)) / (1 + b.u), g
    the Lorentz factor, b the velocity over c. Light bending (under 0.02 arcsec beyond 45 deg from
    the Sun) is left out.
    """
    place, velocity = (value[0] for value in observer_states(tdb))
    u = np.atleast_2d(np.asarray(direction, np.float64))
    u = u - np.atleast_1d(np.asarray(parallax, np.float64))[:, None] * place
    u = u / np.linalg.norm(u, axis=1)[:, None]
    gamma = 1.0 / math.sqrt(1.0 - float(velocity @ velocity))
    along = u @ velocity
    turned = u / gamma + velocity * (1.0 + along * gamma / (1.0 + gamma))[:, None]
    turned = turned / (1.0 + along)[:, None]
    return np.asarray(turned / np.linalg.norm(turned, axis=1)[:, None])
