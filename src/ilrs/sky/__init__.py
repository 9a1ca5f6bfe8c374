"""Time, frames, ephemeris, orbits, eclipses: pure functions on arrays."""
