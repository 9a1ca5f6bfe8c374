"""Names on the regional map; for labels alone, nothing is computed from them.

Centres to a tenth of a degree after the IAU Gazetteer of Planetary Nomenclature, as recalled and
checked against the packaged relief.
"""

from __future__ import annotations

SOUTH: tuple[tuple[str, float, float], ...] = (
    ("Shackleton", -89.7, 129.8),
    ("de Gerlache", -88.5, 271.7),
    ("Sverdrup", -88.3, 207.0),
    ("Shoemaker", -88.1, 45.9),
    ("Haworth", -87.4, 354.8),
    ("Faustini", -87.2, 84.3),
    ("Nobile", -85.3, 53.3),
    ("Cabeus", -85.3, 317.9),
    ("Malapert", -84.9, 12.9),
    ("Amundsen", -84.4, 83.1),
    ("Wiechert", -83.8, 165.0),
    ("Scott", -82.4, 48.5),
    ("Drygalski", -79.3, 273.2),
    ("Schrödinger", -74.7, 132.9),
)
"""Name, latitude and east longitude [deg]."""
