"""What shines besides the target: zodiacal light, and sunlight strayed by dust on the optics.

Radiances are W/m2/sr/m: per metre of wavelength.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.physics.optics import PLANCK, Camera
from ilrs.physics.radio import SPEED_OF_LIGHT

Floats = NDArray[np.float64]

SUN_AT_500 = 1.9e9
"""Sunlight at 500 nm and 1 au [W/m2/m], to 3 % (ASTM E490)."""

# Zodiacal light at 500 nm [1e-8 W/m2/sr/um] by longitude from the Sun (rows) and latitude from the
# ecliptic [deg]: Leinert and others 1998, A&AS 127, 1, table 17; -1 where it has none.
_LATITUDES = np.array([0, 5, 10, 15, 20, 25, 30, 45, 60, 75, 90], dtype=np.float64)
_LONGITUDES = np.array(
    [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180],
    dtype=np.float64,
)
_ZODIACAL = np.array(
    [
        [-1, -1, -1, 3140, 1610, 985, 640, 275, 150, 100, 77],
        [-1, -1, -1, 2940, 1540, 945, 625, 271, 150, 100, 77],
        [-1, -1, 4740, 2470, 1370, 865, 590, 264, 148, 100, 77],
        [11500, 6780, 3440, 1860, 1110, 755, 525, 251, 146, 100, 77],
        [6400, 4480, 2410, 1410, 910, 635, 454, 237, 141, 99, 77],
        [3840, 2830, 1730, 1100, 749, 545, 410, 223, 136, 97, 77],
        [2480, 1870, 1220, 845, 615, 467, 365, 207, 131, 95, 77],
        [1650, 1270, 910, 680, 510, 397, 320, 193, 125, 93, 77],
        [1180, 940, 700, 530, 416, 338, 282, 179, 120, 92, 77],
        [910, 730, 555, 442, 356, 292, 250, 166, 116, 90, 77],
        [505, 442, 352, 292, 243, 209, 183, 134, 104, 86, 77],
        [338, 317, 269, 227, 196, 172, 151, 116, 93, 82, 77],
        [259, 251, 225, 193, 166, 147, 132, 104, 86, 79, 77],
        [212, 210, 197, 170, 150, 133, 119, 96, 82, 77, 77],
        [188, 186, 177, 154, 138, 125, 113, 90, 77, 74, 77],
        [179, 178, 166, 147, 134, 122, 110, 90, 77, 73, 77],
        [179, 178, 165, 148, 137, 127, 116, 96, 79, 72, 77],
        [196, 192, 179, 165, 151, 141, 131, 104, 82, 72, 77],
        [230, 212, 195, 178, 163, 148, 134, 105, 83, 72, 77],
    ],
    dtype=np.float64,
)
# Its colour: the same paper's table 19, 90 deg from the Sun, by wavelength [um].
_WAVELENGTHS = np.array([0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1.0, 1.2, 2.2])
_COLOUR = np.array([2.5e-8, 5.3e-7, 2.2e-6, 2.6e-6, 2.0e-6, 1.3e-6, 1.2e-6, 8.1e-7, 1.7e-7])


@dataclass(frozen=True)
class Dust:
    """Dust on a mirror behind a baffle.

    `cover` is the share of its area, `forward` the asymmetry g of what it scatters, `baffle` the
    share of sunlight from outside the field that still reaches the mirror.
    """

    cover: float
    forward: float
    baffle: float


def colour(wavelength: ArrayLike) -> Floats:
    """Brightness of zodiacal light at `wavelength` [m] over that at 500 nm.

    Taken as the Sun's own colour too, which is 30 % stronger at 300 nm. Holds for 200 to 2200 nm.
    """
    micron = np.asarray(wavelength, np.float64) * 1e6
    if not ((micron >= _WAVELENGTHS[0] - 1e-9) & (micron <= _WAVELENGTHS[-1] + 1e-9)).all():
        raise UserError(
            "the brightness of the sky is known from 200 to 2200 nm only",
            remedy="choose a band within",
        )
    known = np.log(_COLOUR / _COLOUR[3])
    return np.asarray(np.exp(np.interp(np.log(micron), np.log(_WAVELENGTHS), known)))


def zodiacal_light(longitude: ArrayLike, latitude: ArrayLike, wavelength: float) -> Floats:
    """Radiance [W/m2/sr/m] by ecliptic `longitude` from the Sun and `latitude` [rad].

    Log-linear in the table; NaN within some 15 deg of the Sun, where it has none. Good to 10 %
    far from the Sun; seasons (10 %) are not in it.
    """
    turn = np.degrees(np.abs(np.arctan2(np.sin(longitude), np.cos(longitude))))
    up = np.degrees(np.abs(np.asarray(latitude, np.float64)))
    turn, up = np.broadcast_arrays(turn, up)
    i = np.clip(np.searchsorted(_LONGITUDES, turn, side="right") - 1, 0, len(_LONGITUDES) - 2)
    j = np.clip(np.searchsorted(_LATITUDES, up, side="right") - 1, 0, len(_LATITUDES) - 2)
    u = (turn - _LONGITUDES[i]) / (_LONGITUDES[i + 1] - _LONGITUDES[i])
    v = (up - _LATITUDES[j]) / (_LATITUDES[j + 1] - _LATITUDES[j])
    known = np.log(np.where(_ZODIACAL > 0.0, _ZODIACAL, np.nan))
    low = (1.0 - v) * known[i, j] + v * known[i, j + 1]
    high = (1.0 - v) * known[i + 1, j] + v * known[i + 1, j + 1]
    per_micron = 1e-8 * np.exp((1.0 - u) * low + u * high)
    return np.asarray(1e6 * per_micron * colour(wavelength))


def strayed(dust: Dust, angle: ArrayLike, sunlight: ArrayLike = 1.0) -> Floats:
    """Radiance [W/m2/sr/m] at 500 nm of light from a source `angle` [rad] off, strayed by dust.

    2 c b E p(angle), with p of Henyey and Greenstein (1941) over the sphere: dust scatters on the
    way in and out. `sunlight` is the source's light over the Sun's at 1 au. Baffles are one number.
    """
    g = dust.forward
    spread = 1.0 + g**2 - 2.0 * g * np.cos(np.asarray(angle, np.float64))
    p = (1.0 - g**2) / (4.0 * np.pi * spread**1.5)
    light = SUN_AT_500 * np.asarray(sunlight, np.float64)
    return np.asarray(2.0 * dust.cover * dust.baffle * light * p)


def avoidance_angle(dust: Dust, allowed: float, sunlight: float = 1.0) -> float:
    """Least angle [rad] from a source at which `strayed` stays within `allowed` [W/m2/sr/m].

    The closed form of `strayed` turned round; 0 where the source may be in the field, pi where the
    whole sky is too bright.
    """
    g = dust.forward
    most = 2.0 * dust.cover * dust.baffle * SUN_AT_500 * sunlight * (1.0 - g**2) / (4.0 * math.pi)
    cosine = (1.0 + g**2 - (most / allowed) ** (2.0 / 3.0)) / (2.0 * g)
    return math.acos(min(max(cosine, -1.0), 1.0))


def sky_rate(camera: Camera, radiance_at_500: ArrayLike) -> Floats:
    """Electrons a second and pixel from a sky of `radiance_at_500` [W/m2/sr/m] in the Sun's colour.

    The photons of the radiance over the band, by Gauss and Legendre in eight points.
    """
    nodes, weights = np.polynomial.legendre.leggauss(8)
    half = 0.5 * (camera.high - camera.low)
    at = camera.low + half * (1.0 + nodes)
    photons = float(half * np.sum(weights * colour(at) * at)) / (PLANCK * SPEED_OF_LIGHT)
    each = photons * camera.area * camera.throughput * camera.pixel**2
    return np.asarray(np.asarray(radiance_at_500, np.float64) * each)
