"""Command centre: the controller on the Moon that runs the station without Earth."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import KEEP_ALIVE, Controller, Primitive, Sink
from ilrs.units import DataRate, Duration, Power


class CommandCenter(Component):
    """Redundant computers with authority over the station; Earth's centre is the second node.

    One computer commands, the next stands by. While one lives and has power the uploaded plan is
    followed; without any, each facility falls back to its own fixed rules until Earth is heard.
    """

    kind: Literal["command_center"] = "command_center"
    power: Power = Field(description="Electric power of computers, clocks and buses; keep-alive.")
    hibernation: Power = Field(description="Power of the one watchful computer in hibernation.")
    computers: int = Field(3, ge=1, description="Like computers, of which one must live.")
    failover: Duration = sourced(
        60.0, "watchdog and state hand-over", "assumed", "Time until the next computer commands."
    )
    telemetry: DataRate = Field(0.0, description="Housekeeping data.")
    beacon: DataRate = Field(0.0, description="State of health as emergency data.")
    failures: dict[str, Failure] = Field({}, description="`computer` (one computer lost).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"computer": "one computer is lost"}
    COMMANDS: ClassVar[dict[str, str]] = {
        "load_plan": "take a new plan",
        "hand_over": "give authority to the next computer",
        "safe": "keep-alive only",
    }
    TELEMETRY: ClassVar[dict[str, str]] = {"authority": "1", "computers": "1", "served": "W"}
    MODES: ClassVar[tuple[str, ...]] = ("safe", "autonomous", "ground in the loop")
    VALIDITY: ClassVar[str] = "Computers fail independently; a spare does not age while it waits."

    def primitives(self, at: Setting) -> list[Primitive]:
        """One keep-alive sink with its data, and who commands."""
        name = f"{at.name}.keep_alive"
        products = {at.heat_node: 1.0}
        for data_class, rate in (("telemetry", self.telemetry), ("emergency", self.beacon)):
            if rate:
                products[at.data(data_class)] = rate / self.power
        mode = f"{at.name}.computer"
        return [
            Sink(
                name,
                at.electricity,
                self.power * at.present,
                KEEP_ALIVE,
                sleep_factor=self.hibernation / self.power,
                group=at.facility,
                products=products,
            ),
            Controller(at.name, mode, name, self.computers, self.failover),
            *self.failing("computer", at, (), units=self.computers, loss=0.0),
        ]
