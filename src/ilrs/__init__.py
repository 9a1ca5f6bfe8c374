"""The open engineering model of the International Lunar Research Station (ILRS)."""

__version__ = "0.1.0"
