"""The ground: terrain, horizons, light on it, and the heat of its regolith."""
