"""Physics of the equipment: pure functions on arrays in SI units."""
