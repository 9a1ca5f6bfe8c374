"""Sampler: an arm that takes samples and seals them in tubes."""

from __future__ import annotations

from typing import ClassVar, Literal

from ilrs.components.component import sourced
from ilrs.components.instrument import Instrument, Work
from ilrs.physics.samples import Sample
from ilrs.units import DataVolume, Duration, Mass, Power

ARM = "sized in this model; Chang'e-5 scooped some 1.5 kg in a dozen times, as recalled"


class Sampler(Instrument):
    """A scoop or a corer with tubes; each sample has a name and a tube of its own."""

    kind: Literal["sampler"] = "sampler"
    mass: Mass = sourced(15.0, ARM, "assumed", "Arm, tools and empty tubes.")
    power: Power = sourced(60.0, ARM, "assumed", "Power while it works.")
    sample: Mass = sourced(0.12, ARM, "assumed", "Of one sample.", gt=0)
    tube: Mass = sourced(0.08, ARM, "assumed", "Of a tube with its seal.")
    tubes: int = sourced(30, ARM, "assumed", "Tubes carried.", ge=1)
    taking: Duration = sourced(1800.0, ARM, "assumed", "Time to choose and take one.", gt=0)
    sealing: Duration = sourced(600.0, ARM, "assumed", "Time to weigh and seal it.")
    lag: Duration = sourced(
        2 * 86400.0, "5 kg of box and tubes behind some 0.03 W/K", "assumed",
        "Time in which its shaded box of tubes follows the temperature of the ground.", gt=0,
    )  # fmt: skip
    images: DataVolume = sourced(80e6, ARM, "assumed", "Images and spectra that go with one.")

    VALIDITY: ClassVar[str] = "Loose material; rock is the drill's. A tube once sealed stays so."

    def collect(self, count: int) -> Work:
        """What `count` samples at one place take; yields `samples` and `sample_mass` [kg]."""
        if not 0 < count <= self.tubes:
            raise ValueError(f"{count} samples with {self.tubes} tubes")
        time = count * (self.taking + self.sealing)
        mass = count * self.sample
        return Work(
            time, self.power, count * self.images, {"samples": float(count), "sample_mass": mass}
        )

    def samples(
        self, name: str, material: str, site: str, count: int, begins: float
    ) -> list[Sample]:
        """The samples themselves: one after another from `begins` [s], each sealed when done."""
        each = self.taking + self.sealing
        return [
            Sample(
                f"{name}-{i + 1}",
                material,
                site,
                self.sample,
                begins + i * each + self.taking,
                self.tube,
                begins + (i + 1) * each,
            )
            for i in range(count)
        ]
