"""Two-body orbits: Kepler's equation, elements and states, relays held on mean elements."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, prange, vectorize
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError

# GM of the Moon [m^3/s^2], GRGM1200A (PDS gggrx_1200a), as DE440 to 4e-9.
MOON_GM = 4.9028001224453e12


@dataclass(frozen=True)
class Elements:
    """Classical elements: `a` [m], `e`, and `i`, `raan`, `argp`, mean anomaly at epoch [rad]."""

    semi_major_axis: float
    eccentricity: float
    inclination: float
    raan: float
    argument_of_periapsis: float
    mean_anomaly: float

    def __post_init__(self) -> None:
        values = (self.semi_major_axis, self.eccentricity, self.inclination, self.raan)
        if not all(map(math.isfinite, (*values, self.argument_of_periapsis, self.mean_anomaly))):
            raise UserError("an orbit's elements must be finite numbers")
        if not (self.semi_major_axis > 0.0 and 0.0 <= self.eccentricity < 1.0):
            raise UserError(
                f"semi-major axis {self.semi_major_axis:g} m with eccentricity "
                f"{self.eccentricity:g} is not an ellipse",
                remedy="give a positive semi-major axis and an eccentricity from 0 to below 1",
            )

    @classmethod
    def from_apsides(
        cls,
        periapsis: float,
        apoapsis: float,
        inclination: float,
        raan: float,
        argument_of_periapsis: float,
        mean_anomaly: float,
    ) -> Elements:
        """Elements from the radii of both apsides [m] (from the centre) and angles [rad]."""
        if not 0.0 < periapsis <= apoapsis:
            raise UserError(
                f"apsides at {periapsis:g} m and {apoapsis:g} m from the centre are not an orbit",
                remedy="give a periapsis above 0 and not above the apoapsis",
            )
        a = 0.5 * (periapsis + apoapsis)
        e = (apoapsis - periapsis) / (apoapsis + periapsis)
        return cls(a, e, inclination, raan, argument_of_periapsis, mean_anomaly)

    @property
    def periapsis(self) -> float:
        """The least distance from the centre [m]."""
        return self.semi_major_axis * (1.0 - self.eccentricity)


def period(semi_major_axis: float, gm: float = MOON_GM) -> float:
    """The period [s] of an ellipse: 2 pi sqrt(a^3/GM)."""
    return 2.0 * math.pi * math.sqrt(semi_major_axis**3 / gm)


@vectorize(["float64(float64, float64)"], cache=True)
def eccentric_anomaly(mean_anomaly: float, eccentricity: float) -> float:
    """The eccentric anomaly E [rad] of Kepler's equation M = E - e sin E, 0 <= e < 1.

    Newton's steps inside a bracket that always holds the root, so it converges for every M and e
    to rounding. E lies in the same turn as M; NaN outside 0 <= e < 1.
    """
    if not (0.0 <= eccentricity < 1.0) or not math.isfinite(mean_anomaly):
        return math.nan
    turns = math.floor(mean_anomaly / (2.0 * math.pi) + 0.5)
    m = mean_anomaly - 2.0 * math.pi * turns
    low, high = (m, m + eccentricity) if m >= 0.0 else (m - eccentricity, m)
    e = m + 0.85 * eccentricity * (1.0 if m >= 0.0 else -1.0)
    for _ in range(80):
        f = e - eccentricity * math.sin(e) - m
        if f > 0.0:
            high = e
        else:
            low = e
        step = f / (1.0 - eccentricity * math.cos(e))
        new = e - step
        if not (low <= new <= high):
            new = 0.5 * (low + high)
        if abs(new - e) <= 4e-16 * max(abs(e), 1.0) or new == e:
            e = new
            break
        e = new
    return e + 2.0 * math.pi * turns


def true_anomaly(mean_anomaly: ArrayLike, eccentricity: ArrayLike) -> NDArray[np.float64]:
    """The true anomaly in (-pi, pi] [rad] of a mean anomaly [rad], 0 <= e < 1."""
    e = np.asarray(eccentricity, dtype=np.float64)
    big = np.asarray(eccentric_anomaly(mean_anomaly, e))
    return np.arctan2(np.sqrt(1.0 - e * e) * np.sin(big), np.cos(big) - e)


def state_from_elements(
    elements: Elements, gm: float, elapsed: ArrayLike = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions and velocities (n, 3) [m, m/s] `elapsed` (n,) [s] after the elements' epoch."""
    a, e = elements.semi_major_axis, elements.eccentricity
    n = math.sqrt(gm / a**3)
    big = np.atleast_1d(
        eccentric_anomaly(elements.mean_anomaly + n * np.asarray(elapsed, dtype=np.float64), e)
    )
    p, q = perifocal_axes(elements)
    root = math.sqrt(1.0 - e * e)
    cos, sin = np.cos(big)[:, None], np.sin(big)[:, None]
    position = a * (cos - e) * p + a * root * sin * q
    rate = n / (1.0 - e * cos)
    return position, a * rate * (root * cos * q - sin * p)


def perifocal_axes(elements: Elements) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors (3,) towards periapsis and, 90 deg ahead of it, in the direction of motion."""
    co, so = math.cos(elements.raan), math.sin(elements.raan)
    cw, sw = math.cos(elements.argument_of_periapsis), math.sin(elements.argument_of_periapsis)
    ci, si = math.cos(elements.inclination), math.sin(elements.inclination)
    p = np.array([co * cw - so * sw * ci, so * cw + co * sw * ci, sw * si])
    q = np.array([-co * sw - so * cw * ci, -so * sw + co * cw * ci, cw * si])
    return p, q


def elements_from_state(position: ArrayLike, velocity: ArrayLike, gm: float) -> Elements:
    """The elements of the ellipse through a state (3,) [m, m/s].

    Where an angle is undefined (circle, equatorial orbit) its reference is taken at the node, or
    at the x axis: the state is kept exactly. Raises `UserError` for an orbit that does not close.
    """
    r, v = np.asarray(position, dtype=np.float64), np.asarray(velocity, dtype=np.float64)
    distance = float(np.linalg.norm(r))
    energy = 0.5 * float(v @ v) - gm / distance
    h = np.cross(r, v)
    if not energy < 0.0 or not np.linalg.norm(h) > 0.0:
        raise UserError("the state is not on an ellipse", remedy="use `propagate` for open orbits")
    a = -0.5 * gm / energy
    vector = np.cross(v, h) / gm - r / distance
    e = float(np.linalg.norm(vector))
    pole = h / np.linalg.norm(h)
    inclination = math.atan2(math.hypot(pole[0], pole[1]), pole[2])
    node = np.array([-pole[1], pole[0], 0.0])
    size = float(np.linalg.norm(node))
    node = node / size if size > 1e-12 else np.array([1.0, 0.0, 0.0])
    across = np.cross(pole, node)
    argp = math.atan2(float(vector @ across), float(vector @ node)) if e > 1e-12 else 0.0
    nu = math.atan2(float(r @ across), float(r @ node)) - argp
    big = math.atan2(math.sqrt(1.0 - e * e) * math.sin(nu), e + math.cos(nu))
    turn = 2.0 * math.pi
    return Elements(
        a,
        e,
        inclination,
        math.atan2(node[1], node[0]) % turn,
        argp % turn,
        (big - e * math.sin(big)) % turn,
    )


def propagate(
    position: ArrayLike, velocity: ArrayLike, elapsed: ArrayLike, gm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The states (n, 3) [m, m/s] of a two-body orbit of any kind `elapsed` (n,) [s] later.

    Universal variables with Stumpff's functions, solved by Newton inside a bracket: ellipses,
    parabolas and hyperbolas alike, forwards and backwards. To rounding of the motion's phase.
    """
    return _propagate(
        np.ascontiguousarray(position, dtype=np.float64),
        np.ascontiguousarray(velocity, dtype=np.float64),
        np.atleast_1d(np.asarray(elapsed, dtype=np.float64)),
        float(gm),
    )


@njit(cache=True)
def _stumpff(z: float) -> Any:
    """C(z) = (1 - cos sqrt z)/z and S(z) = (sqrt z - sin sqrt z)/z^(3/2), continued to z <= 0."""
    if abs(z) < 0.1:
        # Series: the closed forms cancel near zero.
        c, s, tc, ts = 0.0, 0.0, 0.5, 1.0 / 6.0
        for k in range(1, 9):
            c += tc
            s += ts
            tc *= -z / ((2 * k + 1) * (2 * k + 2))
            ts *= -z / ((2 * k + 2) * (2 * k + 3))
        return c, s
    if z > 0.0:
        root = math.sqrt(z)
        return 2.0 * math.sin(0.5 * root) ** 2 / z, (root - math.sin(root)) / (root * z)
    root = math.sqrt(-z)
    return (math.cosh(root) - 1.0) / -z, (math.sinh(root) - root) / (-z * root)


@njit(cache=True)
def _propagate(
    r0: NDArray[np.float64], v0: NDArray[np.float64], elapsed: NDArray[np.float64], gm: float
) -> Any:
    positions, velocities = np.empty((len(elapsed), 3)), np.empty((len(elapsed), 3))
    distance = math.sqrt(r0[0] ** 2 + r0[1] ** 2 + r0[2] ** 2)
    speed2 = v0[0] ** 2 + v0[1] ** 2 + v0[2] ** 2
    root = math.sqrt(gm)
    radial = (r0[0] * v0[0] + r0[1] * v0[1] + r0[2] * v0[2]) / root
    alpha = 2.0 / distance - speed2 / gm
    for i in range(len(elapsed)):
        t = elapsed[i]
        whole = 0.0
        if alpha > 0.0:
            # Whole revolutions change nothing; leaving them out keeps the phase.
            turn = 2.0 * math.pi / (root * alpha**1.5)
            whole = math.floor(t / turn + 0.5) * turn
        dt = root * (t - whole)
        # dt grows with x, so doubling finds a bracket that Newton may not leave.
        low, high = 0.0, dt / distance
        for _ in range(200):
            z = alpha * high * high
            c, s = _stumpff(z)
            f = high**3 * s + radial * high * high * c + distance * high * (1.0 - z * s) - dt
            if (dt >= 0.0 and f >= 0.0) or (dt < 0.0 and f <= 0.0):
                break
            low = high
            high = 2.0 * high
        if low > high:
            low, high = high, low
        x = 0.5 * (low + high)
        for _ in range(100):
            z = alpha * x * x
            c, s = _stumpff(z)
            f = x**3 * s + radial * x * x * c + distance * x * (1.0 - z * s) - dt
            slope = x * x * c + radial * x * (1.0 - z * s) + distance * (1.0 - z * c)
            if f > 0.0:
                high = x
            else:
                low = x
            new = x - f / slope
            if not (low <= new <= high):
                new = 0.5 * (low + high)
            if abs(new - x) <= 1e-16 * abs(x) or new == x:
                x = new
                break
            x = new
        z = alpha * x * x
        c, s = _stumpff(z)
        r = x * x * c + radial * x * (1.0 - z * s) + distance * (1.0 - z * c)
        f = 1.0 - x * x * c / distance
        g = (dt - x**3 * s) / root
        df = root * x * (z * s - 1.0) / (r * distance)
        dg = 1.0 - x * x * c / r
        for k in range(3):
            positions[i, k] = f * r0[k] + g * v0[k]
            velocities[i, k] = df * r0[k] + dg * v0[k]
    return positions, velocities


@dataclass(frozen=True)
class HeldOrbit:
    """A lunar orbit on mean elements that station keeping is declared to hold.

    Elements refer to the Moon's equator of date: z is the Moon's pole at the instant (MOON_ME's
    z axis), x the ascending node of that equator on the ICRF equator. Only the mean anomaly moves,
    from `epoch` [TDB s past J2000] by two-body motion with `gm` [m^3/s^2]. No real orbit keeps
    these elements for months without manoeuvres.
    """

    elements: Elements
    epoch: float
    gm: float = MOON_GM


def held_positions(
    orbit: HeldOrbit, tdb: NDArray[np.float64], rotation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Positions (n, 3) [m] in MOON_ME of a held orbit at `tdb` (n,) [s past J2000].

    `rotation` (n, 3, 3) from ICRF to MOON_ME at the same instants (`Ephemeris.rotation`).
    """
    e = orbit.elements
    p, q = perifocal_axes(e)
    n = math.sqrt(orbit.gm / e.semi_major_axis**3)
    anomaly = eccentric_anomaly(e.mean_anomaly + n * (tdb - orbit.epoch), e.eccentricity)
    return _turn_from_equator(
        np.atleast_1d(anomaly), e.semi_major_axis, e.eccentricity, p, q, rotation
    )


@njit(cache=True, parallel=True)
def _turn_from_equator(
    anomaly: NDArray[np.float64],
    a: float,
    e: float,
    p: NDArray[np.float64],
    q: NDArray[np.float64],
    rotation: NDArray[np.float64],
) -> NDArray[np.float64]:
    out = np.empty((len(anomaly), 3))
    root = math.sqrt(1.0 - e * e)
    for i in prange(len(anomaly)):
        along, ahead = a * (math.cos(anomaly[i]) - e), a * root * math.sin(anomaly[i])
        x = along * p[0] + ahead * q[0]
        y = along * p[1] + ahead * q[1]
        z = along * p[2] + ahead * q[2]
        # The pole of date is z of MOON_ME and z_ICRF is the third column c of the rotation there,
        # so the node z_ICRF x pole is c x z.
        nx, ny = rotation[i, 1, 2], -rotation[i, 0, 2]
        size = math.sqrt(nx * nx + ny * ny)
        nx, ny = nx / size, ny / size
        out[i, 0] = nx * x - ny * y
        out[i, 1] = ny * x + nx * y
        out[i, 2] = z
    return out


def clear_of_sphere(first: ArrayLike, second: ArrayLike, radius: float) -> NDArray[np.bool_]:
    """Whether the straight line between points (..., 3) [m] passes a sphere about the origin.

    True where its least distance from the centre is at least `radius` [m]. Both points must be
    outside the sphere, or on it: a point on it sees what is above its horizon.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    d = b - a
    length2 = np.sum(d * d, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.clip(np.where(length2 > 0.0, -np.sum(a * d, axis=-1) / length2, 0.0), 0.0, 1.0)
    nearest = a + s[..., None] * d
    # A point on the sphere is at `radius` but for rounding.
    return np.asarray(np.linalg.norm(nearest, axis=-1) >= radius * (1.0 - 1e-12))
