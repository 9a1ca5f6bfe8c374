"""Radio array: dipoles for the sky below 50 MHz, and the silence they ask of everybody."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

from ilrs.components.component import sourced
from ilrs.components.instrument import Instrument, Work
from ilrs.physics.low_frequency import (
    channels_lost,
    depth_for_loss,
    equivalent_flux,
    sensitivity,
    shelter_needed,
    silence_distance,
)
from ilrs.units import (
    Duration,
    Fraction,
    Frequency,
    Length,
    Level,
    Mass,
    Number,
    Power,
    Quantity,
    Temperature,
)

LFRS = "Chang'e-4's low-frequency spectrometer: 0.1-40 MHz as recalled, 1e-18 W/m2/Hz"
CLASS = "low-frequency arrays on the Moon, as recalled"

SpectralPower = Annotated[float, Quantity("W/Hz", minimum=0.0)]


class RadioArray(Instrument):
    """Dipoles on the ground that listen together in one band."""

    kind: Literal["radio_array"] = "radio_array"
    mass: Mass = sourced(60.0, CLASS, "assumed", "Mass with antennas and cables.")
    power: Power = sourced(40.0, CLASS, "assumed", "Power while it listens.")
    dipoles: int = sourced(16, CLASS, "assumed", "Short dipoles, all pairs correlated.", ge=1)
    frequency: Frequency = sourced(15e6, LFRS, "assumed", "Middle of its band.", ge=5e5, le=1e8)
    bandwidth: Frequency = sourced(1e6, CLASS, "assumed", "Width of its band.", gt=0)
    receiver: Temperature = sourced(500.0, CLASS, "assumed", "Noise of its receivers.")
    channels: int = sourced(256, CLASS, "assumed", "Of every pair's spectrum.", ge=1)
    integration: Annotated[float, Quantity("s", minimum=0.0)] = sourced(
        10.0, CLASS, "assumed", "Time each spectrum is averaged over.", gt=0
    )
    bits: int = sourced(32, "a complex number", "assumed", "Bits a channel and pair.", ge=1)
    earth_excess: Level = sourced(
        20.0, "RAE-2 heard the Earth some 10-40 dB over the Galaxy, as recalled", "assumed",
        "The Earth's noise in view over the sky's.",
    )  # fmt: skip
    left: Level = sourced(0.0, "as loud as the sky", "assumed", "What may be left, over the sky.")
    edge: Length = sourced(
        3e3, "ridges around a site near the pole", "assumed", "Distance of the edge that hides it.",
        gt=0,
    )  # fmt: skip
    emission: SpectralPower = sourced(
        1e-12, "switching converters behind filters, as recalled", "assumed",
        "What a converter or rover radiates at `emission_at`.",
    )  # fmt: skip
    transmitter: SpectralPower = sourced(
        1e-9, "a sending transmitter with its supply", "assumed", "What that radiates there.",
    )  # fmt: skip
    emission_at: Frequency = sourced(
        15e6, "where they are stated", "assumed", "Frequency of these emissions.", gt=0
    )
    line: Power = sourced(
        3e-8, "the limit for industry, 40 dB(uV/m) at 10 m, as recalled", "assumed",
        "What one harmonic of a converter radiates at `emission_at`.",
    )  # fmt: skip
    switching: Frequency = sourced(
        1e5, "power converters of kilowatts", "assumed", "From one harmonic to the next.", gt=0
    )
    wander: Fraction = sourced(
        1e-4, "free clocks; none where one clock serves all", "assumed",
        "Share of its frequency over which a harmonic drifts.",
    )  # fmt: skip
    emission_fall: Level = sourced(
        40.0, "harmonics of trapezoids beyond 1 / (pi rise time), as recalled", "assumed",
        "By which all weaken with every tenfold frequency.",
    )  # fmt: skip
    shielding: Level = sourced(
        0.0, "boxes count as they are in `emission`", "assumed", "Of boxes and filters added.",
    )  # fmt: skip
    ground_loss: Level = sourced(
        20.0, "a rise in between: a sharp edge at 15 MHz", "assumed",
        "Lost on the way from station to array, in this band.",
    )  # fmt: skip
    ratio: Number = sourced(5.0, "as is usual", "assumed", "Deviations of a detection.", gt=0)

    COMMANDS: ClassVar[dict[str, str]] = {
        "work": "listen while its conditions hold", "standby": "keep ready",
    }  # fmt: skip
    VALIDITY: ClassVar[str] = (
        "One band of 0.5 to 100 MHz; the sky averaged over its brightness; the Earth behind one "
        "sharp edge, which shelters less than rounded ground; confusion by sources that the array "
        "does not tell apart comes on top; plasma at the day's surface is not in it. Emissions are "
        "envelopes that fall evenly with frequency, good to a factor of ten in power; harmonics "
        "stand evenly above them, drift apart by chance, and cost the channels they stand in."
    )

    def shelter(self) -> float:
        """Loss [dB] behind terrain that hides the Earth well enough."""
        return shelter_needed(self.earth_excess, self.left)

    def depth(self) -> float:
        """How far [rad] below the terrain's edge the Earth must stand."""
        return depth_for_loss(self.shelter(), self.edge, self.frequency)

    def deviation(self, time: float, converters: int = 1) -> float:
        """Deviation [W/m2/Hz] of a point source after `time` [s], in the channels left free.

        Infinite where harmonics of so many `converters` leave none.
        """
        free = self.bandwidth * (1.0 - self.lost(converters))
        if free <= 0.0:
            return math.inf
        return float(sensitivity(self.frequency, self.dipoles, free, time, self.receiver))

    def lost(self, converters: int = 1) -> float:
        """Share of its channels in which harmonics of so many `converters` stand, its own first."""
        channel, wander = self.bandwidth / self.channels, self.wander * self.frequency
        return channels_lost(self.switching, channel, wander, converters)

    def lines_within(self) -> float:
        """Distance [m] within which a converter's harmonics are heard in their channels."""
        return self._heard(self.line * self.channels / self.bandwidth)

    def quiet_within(self) -> float:
        """Distance [m] within which a rover or converter is heard over what the Earth may leave."""
        return self._heard(self.emission)

    def transmitter_within(self) -> float:
        """Distance [m] within which a sending transmitter is."""
        return self._heard(self.transmitter)

    def _heard(self, emission: float) -> float:
        allowed = float(equivalent_flux(self.frequency)) * 10.0 ** (0.1 * self.left)
        fallen = self.emission_fall * math.log10(self.frequency / self.emission_at)
        return float(
            silence_distance(emission, allowed, self.ground_loss + self.shielding + fallen)
        )

    def listen(self, duration: Duration) -> Work:
        """What listening for `duration` [s] takes; yields `silent` [s] heard in silence."""
        pairs = self.dipoles * (self.dipoles + 1) // 2
        spectra = math.floor(duration / self.integration)
        data = float(spectra * pairs * self.channels * self.bits)
        return Work(duration, self.power, data, {"silent": duration})
