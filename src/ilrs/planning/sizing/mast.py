"""Masts: what one weighs at a height, and how high a given mass allows."""

from __future__ import annotations

from ilrs.errors import UserError
from ilrs.physics.tower import tallest_tower, tower_mass
from ilrs.planning.sizing.technology import Technology


def mast_mass(height: float, panel_mass: float, used: Technology) -> float:
    """Mass of one mast and its foot [kg] that holds `panel_mass` [kg] at up to `height` [m]."""
    return used.mast_foot + tower_mass(height, panel_mass, used.mast_tilt)


def require_mast(height: float, allowed: float | None, panel_mass: float, used: Technology) -> None:
    """Refuse a mast that is taller than its mass `allowed` [kg] carries."""
    needed = mast_mass(height, panel_mass, used)
    if allowed is not None and needed > allowed:
        left = max(allowed - used.mast_foot, 0.0)
        highest = tallest_tower(left, panel_mass, used.mast_tilt)
        raise UserError(
            f"a mast of {height:g} m with {panel_mass:.0f} kg of array weighs {needed:.0f} kg, "
            f"{allowed:g} kg are allowed",
            remedy=f"at most {highest:.1f} m with that mass",
        )
