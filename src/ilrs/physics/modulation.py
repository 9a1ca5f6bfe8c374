"""Modulation and coding: what energy a bit needs, and which scheme a link bears."""

from __future__ import annotations

import csv
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from ilrs import data

Floats = NDArray[np.float64]


class ModCod(NamedTuple):
    """A modulation with a code: bits a symbol, and the energy a symbol over noise density it needs.

    `es_n0_db` [dB] is for one lost packet in 1e7 in white noise, without losses of the modem.
    """

    modulation: str
    code_rate: str
    bits_per_symbol: float
    es_n0_db: float

    @property
    def eb_n0_db(self) -> float:
        """Energy a bit over noise density needed [dB]."""
        return float(self.es_n0_db - 10.0 * np.log10(self.bits_per_symbol))


def least_energy_per_bit(bits_per_symbol: ArrayLike) -> Floats:
    """Shannon's limit of Eb/N0 (a ratio) at a spectral efficiency [bit/s/Hz]: (2^n - 1) / n."""
    bits = np.asarray(bits_per_symbol, np.float64)
    found: Floats = np.expm1(bits * np.log(2.0)) / bits
    return found


def bit_error_rate(energy_per_bit: ArrayLike) -> Floats:
    """Share of bits in error of uncoded BPSK or QPSK in white noise: Q(sqrt(2 Eb/N0))."""
    found: Floats = ndtr(-np.sqrt(2.0 * np.asarray(energy_per_bit, np.float64)))
    return found


def energy_per_bit_for(error_rate: ArrayLike) -> Floats:
    """Eb/N0 (a ratio) at which uncoded BPSK or QPSK has a bit error rate below one half."""
    found: Floats = ndtri(np.asarray(error_rate, np.float64)) ** 2 / 2.0
    return found


@lru_cache(maxsize=1)
def modcods() -> tuple[ModCod, ...]:
    """The 28 modulations and codes of DVB-S2, which CCSDS 131.3-B takes over for space."""
    with data.find("radio/dvb_s2_modcods.csv").open(encoding="ascii", newline="") as file:
        return tuple(
            ModCod(
                row["modulation"],
                row["code_rate"],
                float(row["bits_per_symbol"]),
                float(row["es_n0_db"]),
            )
            for row in csv.DictReader(file)
        )


def best_modcod(es_n0_db: float) -> ModCod | None:
    """The scheme with the most bits a symbol that a link of `es_n0_db` [dB] bears; None if none."""
    borne = [scheme for scheme in modcods() if scheme.es_n0_db <= es_n0_db]
    return max(borne, key=lambda scheme: scheme.bits_per_symbol, default=None)
