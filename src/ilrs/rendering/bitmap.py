"""Small images as PNG in a data address: the same bytes for the same values."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from ilrs.rendering.markup import Markup, tag

Stops = tuple[tuple[float, tuple[int, int, int]], ...]

# Ordered in lightness, so that they read without colour and to every kind of sight.
LIGHT: Stops = (
    (0.0, (16, 20, 38)),
    (0.25, (54, 58, 92)),
    (0.5, (132, 110, 108)),
    (0.75, (217, 164, 74)),
    (1.0, (255, 224, 138)),
)
EARTH: Stops = ((0.0, (20, 24, 34)), (1.0, (86, 180, 233)))
RELAY: Stops = ((0.0, (20, 24, 34)), (1.0, (196, 160, 222)))
SILENCE: Stops = ((0.0, (233, 231, 224)), (0.15, (240, 170, 120)), (1.0, (150, 20, 20)))
RELIEF: Stops = (
    (0.0, (14, 16, 24)),
    (0.45, (104, 103, 104)),
    (0.8, (190, 184, 172)),
    (1.0, (246, 240, 226)),
)


def palette(stops: Stops) -> NDArray[np.uint8]:
    """256 colours (256, 3) linear between `stops` of a share and its colour."""
    at = np.linspace(0.0, 1.0, 256)
    places = [s for s, _ in stops]
    columns = [np.interp(at, places, [colour[i] for _, colour in stops]) for i in range(3)]
    return np.stack(columns, axis=1).round().astype(np.uint8)


def png(shares: NDArray[np.floating], stops: Stops) -> bytes:
    """Shares 0 to 1 (ny, nx), top row first, as an image of 255 colours; NaN is transparent."""
    known = np.isfinite(shares)
    index = np.where(known, 1.0 + 254.0 * np.clip(np.where(known, shares, 0.0), 0.0, 1.0), 0.0)
    pixels = index.round().astype(np.uint8)
    height, width = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), dtype=np.uint8), pixels], axis=1)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette(stops).tobytes()),
            _chunk(b"tRNS", b"\x00"),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def address(image: bytes) -> str:
    """The image as a data address."""
    return "data:image/png;base64," + base64.b64encode(image).decode("ascii")


def picture(
    shares: NDArray[np.floating],
    stops: Stops,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    smooth: bool = False,
) -> Markup:
    """The image as an element of a drawing, stretched over a rectangle."""
    return tag(
        "image",
        x=x,
        y=y,
        width=width,
        height=height,
        href=address(png(shares, stops)),
        preserveAspectRatio="none",
        class_=None if smooth else "cells",
    )


def ramp(stops: Stops, low: str, high: str) -> Markup:
    """The key of a colour scale: a bar between two words."""
    steps = ",".join(f"rgb{colour} {100 * place:g}%" for place, colour in stops)
    bar = tag("i", class_="ramp", style=f"background:linear-gradient(90deg,{steps})")
    return tag("span", low, bar, high, class_="key")


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
