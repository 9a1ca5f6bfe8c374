"""Astropy as an observatory on the Moon, in an environment of its own.

The Moon's place and velocity make its sky (GCRS with `obsgeoloc` and `obsgeovel`, which brings
parallax and aberration); SPICE's rotation and the place's axes turn it to azimuth and elevation;
horizon and Sun are held against it with NumPy. Inputs come in an .npz, answers go to another.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import astropy.units as u
import numpy as np
from astropy.coordinates import GCRS, CartesianRepresentation, SkyCoord
from astropy.time import Time

from benchmarks._worker import serve

FILE = np.load(sys.argv[1])
TARGETS = int(sys.argv[2])
CHUNK = 2000  # instants at a time, so that memory stays small
ANSWER: dict[str, Any] = {}
warnings.filterwarnings("ignore")


def run() -> None:
    stars = SkyCoord(
        FILE["ra"][:TARGETS] * u.rad,
        FILE["dec"][:TARGETS] * u.rad,
        distance=(FILE["parallax"][:TARGETS] * u.rad).to(u.pc, u.parallax()),
        pm_ra_cosdec=FILE["motion"][:TARGETS, 0] * u.rad / u.s,
        pm_dec=FILE["motion"][:TARGETS, 1] * u.rad / u.s,
        obstime=Time(1991.25, format="jyear", scale="tdb"),
    )
    open_ = np.empty((TARGETS, len(FILE["tdb"])), bool)
    for low in range(0, len(FILE["tdb"]), CHUNK):
        part = slice(low, low + CHUNK)
        open_[:, part] = _part(stars, part)
    ANSWER["open"] = open_


def _part(stars: SkyCoord, part: slice) -> np.ndarray:
    tdb = FILE["tdb"][part]
    times = Time(2451545.0, tdb / 86400.0, format="jd", scale="tdb")
    moved = stars.apply_space_motion(new_obstime=times[len(times) // 2])
    frame = GCRS(
        obstime=times,
        obsgeoloc=CartesianRepresentation(FILE["place"][part].T * u.km),
        obsgeovel=CartesianRepresentation(FILE["velocity"][part].T * u.km / u.s),
    )
    seen = moved[:, None].transform_to(frame).cartesian
    ray = np.stack([seen.x.value, seen.y.value, seen.z.value], axis=-1)
    ray /= np.linalg.norm(ray, axis=-1)[..., None]
    local = np.einsum("nij,knj->kni", FILE["turn"][part], ray)
    azimuth = np.arctan2(local[..., 0], local[..., 1]) % (2 * np.pi)
    elevation = np.arcsin(local[..., 2])
    skyline = FILE["skyline"]
    edge = np.interp(
        azimuth, np.linspace(0, 2 * np.pi, len(skyline) + 1), np.append(skyline, skyline[0])
    )
    clear = elevation - edge
    limits = FILE["limits"]
    held = (clear > 0) & (clear >= limits[0])
    for name, limit in (("sun", limits[1]), ("earth", limits[2])):
        near = np.einsum("kni,ni->kn", local, FILE[name][part]) > np.cos(limit)
        held &= ~(near & FILE[f"{name}_up"][part])
    return held


if __name__ == "__main__":
    serve(run, lambda: np.save(sys.argv[3], ANSWER["open"]), size=TARGETS * len(FILE["tdb"]))
