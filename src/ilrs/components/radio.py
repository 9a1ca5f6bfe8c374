"""Radio: carries data from the Moon's surface to a relay or straight to Earth."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.carriers import DATA_CLASSES
from ilrs.flows.primitives import KEEP_ALIVE, Link, Primitive, SharedCapacity, Sink
from ilrs.physics.radio import SPEED_OF_LIGHT, achievable_rate, decibel
from ilrs.units import DataRate, Frequency, Number, Power


class Radio(Component):
    """A transmitter towards one partner; it draws power only while it sends."""

    kind: Literal["radio"] = "radio"
    to: str = Field(description="The partner: the place of a relay, or `earth`.")
    power: Power = Field(description="Electric power while sending.")
    frequency: Frequency = Field(description="Carrier frequency.")
    eirp_dbw: Number = Field(description="Radiated power times antenna gain [dBW].")
    receiver_g_over_t_dbk: Number = Field(description="Of the partner's receiver [dB/K].")
    required_eb_n0_db: Number = sourced(
        1.5,
        "rate 1/2 LDPC at a frame error rate of 1e-6, CCSDS 131.0-B",
        "secondary",
        "Needed energy per bit over noise density [dB].",
    )
    losses_db: Number = sourced(
        6.0,
        "3 dB of margin, 1 dB pointing, 2 dB implementation and atmosphere",
        "assumed",
        "Margin, pointing, implementation [dB].",
    )
    maximum_rate: DataRate = Field(description="Rate the modem is limited to.")
    failures: dict[str, Failure] = Field({}, description="`transmitter` (nothing is sent).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"transmitter": "nothing is sent"}
    COMMANDS: ClassVar[dict[str, str]] = {"on": "send when in view", "off": "be silent"}
    TELEMETRY: ClassVar[dict[str, str]] = {"rate": "bit/s", "served": "W"}
    MODES: ClassVar[tuple[str, ...]] = ("off", "on")
    VALIDITY: ClassVar[str] = (
        "Line of sight over the terrain, no multipath at low elevation; the rate follows distance "
        "at once; weather at the ground stations is in the losses."
    )

    def rate(self, distance: np.ndarray) -> np.ndarray:
        """Data rate the link budget allows [bit/s] at `distance` [m]."""
        return achievable_rate(
            distance,
            self.frequency,
            decibel(self.eirp_dbw),
            decibel(self.receiver_g_over_t_dbk),
            decibel(self.required_eb_n0_db),
            decibel(self.losses_db),
            self.maximum_rate,
        )

    def primitives(self, at: Setting) -> list[Primitive]:
        """A power sink, the shared capacity it opens, and one link a data class."""
        view = at.view(self.to)
        rate = self.rate(view.distance) * view.visible * at.present
        power = f"{at.name}.power"
        links = tuple(
            Link(
                f"{at.name}.{c}",
                at.data(c),
                f"{self.to}/data.{c}",
                group=at.name,
                delay=view.distance / SPEED_OF_LIGHT,
            )
            for c in DATA_CLASSES
        )
        return [
            Sink(
                power,
                at.electricity,
                self.power * at.present,
                KEEP_ALIVE,
                flexible=True,
                sleep_factor=1.0,
                group=at.facility,
                products={at.heat_node: 1.0},
            ),
            SharedCapacity(at.name, rate, powered_by=power, power=self.power),
            *links,
            *self.failing("transmitter", at, (at.name,)),
        ]
