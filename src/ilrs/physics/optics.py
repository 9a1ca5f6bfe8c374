"""Telescopes: what they resolve, what they count of a star and of the sky, and how long it takes.

Rates are electrons a second. Magnitudes are AB: 3631 Jy at zero (Oke and Gunn 1983).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.physics.radio import BOLTZMANN, SPEED_OF_LIGHT

Floats = NDArray[np.float64]

PLANCK = 6.62607015e-34  # J s, exact
AB_ZERO = 3.631e-23  # W/m2/Hz
ELECTRONVOLT = 1.602176634e-19  # J, exact
VISUAL = 550e-9
"""Wavelength [m] that catalogue magnitudes are taken at: the middle of Hp to 30 nm."""


@dataclass(frozen=True)
class Camera:
    """A telescope and its detector.

    `aperture` [m], `obstruction` as a share of its area, `throughput` of mirrors, filter and
    detector together; the band `low` to `high` [m]; `pixel` [rad] on the sky, `spot` the pixels a
    star's light is summed over; `read_noise` [electrons] a frame of at most `frame` [s];
    `dark_current` [electrons/s/pixel] at `dark_at` [K], working at `temperature` [K].
    """

    aperture: float
    obstruction: float
    throughput: float
    low: float
    high: float
    pixel: float
    spot: float
    read_noise: float
    frame: float
    dark_current: float
    dark_at: float
    temperature: float

    @property
    def area(self) -> float:
        """Collecting area [m2]."""
        return 0.25 * math.pi * self.aperture**2 * (1.0 - self.obstruction)

    def require(self, wavelength: float) -> None:
        """Refuse a `wavelength` [m] that the optics do not pass."""
        if not self.low <= wavelength <= self.high:
            raise UserError(
                f"light of {wavelength * 1e9:g} nm does not pass: the optics are made for "
                f"{self.low * 1e9:g} to {self.high * 1e9:g} nm",
                remedy="ask for a wavelength of the band, or name another band",
            )

    def dark(self) -> float:
        """Dark current [electrons/s/pixel] at its working temperature."""
        return float(dark_current(self.temperature, self.dark_current, self.dark_at))


def resolution(wavelength: ArrayLike, aperture: ArrayLike) -> Floats:
    """Angle [rad] of the first dark ring of a round aperture: 1.22 lambda / D (Rayleigh).

    Holds for unblocked, diffraction-limited optics without air; to 0.1 %.
    """
    return np.asarray(1.21967 * np.asarray(wavelength, float) / np.asarray(aperture, float))


def photon_flux(magnitude: ArrayLike, low: float, high: float) -> Floats:
    """Photons of a star of AB `magnitude` in a band `low` to `high` [m]: [1/m2/s].

    F0 10^(-0.4 m) / h ln(high / low), for a spectrum flat in frequency over the band.
    """
    flux = AB_ZERO * 10.0 ** (-0.4 * np.asarray(magnitude, np.float64))
    return np.asarray(flux / PLANCK * math.log(high / low))


def star_temperature(colour: ArrayLike) -> Floats:
    """Temperature [K] of a star of colour B-V (Ballesteros 2012), for -0.4 to 2."""
    b_v = np.clip(np.asarray(colour, np.float64), -0.4, 2.0)
    return np.asarray(4600.0 * (1.0 / (0.92 * b_v + 1.7) + 1.0 / (0.92 * b_v + 0.62)))


def band_magnitude(visual: ArrayLike, colour: ArrayLike, low: float, high: float) -> Floats:
    """AB magnitude in a band [m] of a star of `visual` magnitude and colour B-V.

    The star is a black body; the middle of the band is its geometric mean. In the near ultraviolet
    lines take up to a magnitude more from stars cooler than 7000 K, and the Balmer jump half a
    magnitude from hotter ones; catalogue magnitudes are within 0.1 of AB at 550 nm.
    """
    middle, kelvin = math.sqrt(low * high), star_temperature(colour)

    def per_frequency(wavelength: float) -> Floats:
        x = PLANCK * SPEED_OF_LIGHT / (wavelength * BOLTZMANN * kelvin)
        return np.asarray(1.0 / (wavelength**3 * np.expm1(x)))

    ratio = per_frequency(middle) / per_frequency(VISUAL)
    return np.asarray(np.asarray(visual, np.float64) - 2.5 * np.log10(ratio))


def dark_current(temperature: ArrayLike, at_reference: float, reference: float) -> Floats:
    """Dark current of silicon at `temperature` [K] from that `at_reference` [K].

    T^1.5 exp(-Eg / 2kT) with the gap Eg = 1.1557 - 7.021e-4 T^2 / (1108 + T) eV (Varshni 1967;
    Janesick 2001). Holds from 150 K, below which other currents rule, to 330 K.
    """

    def law(kelvin: ArrayLike) -> Floats:
        t = np.asarray(kelvin, np.float64)
        gap = (1.1557 - 7.021e-4 * t**2 / (1108.0 + t)) * ELECTRONVOLT
        return np.asarray(t**1.5 * np.exp(-gap / (2.0 * BOLTZMANN * t)))

    return np.asarray(at_reference * law(temperature) / law(reference))


def signal_to_noise(
    camera: Camera, star: ArrayLike, background: ArrayLike, exposure: ArrayLike
) -> Floats:
    """S/N of a star giving `star` [electrons/s] over `background` [electrons/s/pixel].

    S t / sqrt(S t + n ((B + D) t + R^2 frames)), n the pixels of the spot; frames are of equal
    length, none longer than the camera's. The background is known from many more pixels.
    """
    s, b = np.asarray(star, np.float64), np.asarray(background, np.float64)
    t = np.asarray(exposure, np.float64)
    frames = np.maximum(np.ceil(t / camera.frame), 1.0)
    noise = s * t + camera.spot * ((b + camera.dark()) * t + camera.read_noise**2 * frames)
    return np.asarray(s * t / np.sqrt(noise))


def exposure_time(camera: Camera, star: ArrayLike, background: ArrayLike, ratio: float) -> Floats:
    """Exposure [s] at which `signal_to_noise` reaches `ratio`: whole frames beyond the first.

    In one frame S^2 t^2 - k^2 (S + n (B + D)) t - k^2 n R^2 = 0; in more, frames are counted until
    the ratio, which grows with their root, is reached.
    """
    s, b = np.asarray(star, np.float64), np.asarray(background, np.float64)
    if not ratio > 0.0:
        raise UserError(f"a signal-to-noise ratio of {ratio:g} says nothing", remedy="give 5 or so")
    rate = s + camera.spot * (b + camera.dark())
    read = camera.spot * camera.read_noise**2
    k2 = ratio**2
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (k2 * rate + np.sqrt((k2 * rate) ** 2 + 4.0 * s**2 * k2 * read)) / (2.0 * s**2)
        a_frame = (s * camera.frame) ** 2 / (rate * camera.frame + read)
        many = camera.frame * np.ceil(k2 / a_frame - 1e-12)
    return np.asarray(np.where(one <= camera.frame, one, many))


def limiting_magnitude(
    camera: Camera, background: float, exposure: float, ratio: float = 5.0
) -> float:
    """Faintest AB magnitude that reaches `ratio` in `exposure` [s], by bisection to 1e-6."""
    bright, faint = -5.0, 40.0
    while faint - bright > 1e-6:
        middle = 0.5 * (bright + faint)
        found = signal_to_noise(camera, star_rate(camera, middle), background, exposure)
        bright, faint = (middle, faint) if found > ratio else (bright, middle)
    return bright


def star_rate(camera: Camera, magnitude: ArrayLike) -> Floats:
    """Electrons a second of a star of AB `magnitude` in the camera's band."""
    photons = photon_flux(magnitude, camera.low, camera.high)
    return np.asarray(photons * camera.area * camera.throughput)


def ground_resolution(
    distance: ArrayLike, wavelength: float, aperture: float, emission: ArrayLike = 0.0
) -> Floats:
    """Length [m] told apart at `distance` [m] on ground seen `emission` [rad] from its vertical.

    1.22 lambda d / D, and 1 / cos(emission) longer away from the observer; without air.
    """
    across = np.asarray(distance, np.float64) * resolution(wavelength, aperture)
    return np.asarray(across / np.cos(np.asarray(emission, np.float64)))
