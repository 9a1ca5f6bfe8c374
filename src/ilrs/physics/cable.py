"""Power cables on the surface."""

from __future__ import annotations

COPPER = {"resistivity": 1.68e-8, "density": 8960.0}  # [ohm m] at 293 K, [kg/m3]; CRC Handbook
ALUMINIUM = {"resistivity": 2.65e-8, "density": 2700.0}  # [ohm m] at 293 K, [kg/m3]; CRC Handbook
CONDUCTORS = {"copper": COPPER, "aluminium": ALUMINIUM}


def loss_fraction(power: float, voltage: float, length: float, section: float, metal: str) -> float:
    """Share of the sent power lost in a two-wire cable at full load [1].

    P R / V^2 with R = 2 rho length / section, of `power` [W] at `voltage` [V], `length` [m] and
    conductor `section` [m2]. Holds at rated power; at part load the share is smaller in
    proportion, so a constant share overstates the loss there.
    """
    resistance = 2.0 * CONDUCTORS[metal]["resistivity"] * length / section
    return power * resistance / voltage**2


def section_for(power: float, voltage: float, length: float, loss: float, metal: str) -> float:
    """Cross-section of one conductor [m2] at which a share `loss` of the sent power is lost."""
    return loss_fraction(power, voltage, length, 1.0, metal) / loss


def conductor_mass(length: float, section: float, metal: str) -> float:
    """Mass of the two conductors [kg], without insulation."""
    return 2.0 * length * section * CONDUCTORS[metal]["density"]
