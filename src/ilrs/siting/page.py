"""The page of a map: every layer as a picture with its scale, and what it all rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.candidates import candidates
from ilrs.ground.terrain import MOON_RADIUS, project, unproject
from ilrs.rendering.bitmap import picture, ramp
from ilrs.rendering.markup import Markup, join, number, table, tag
from ilrs.rendering.page import heading, period, whole_page
from ilrs.siting.layers import Layer, layers_of

Singles = NDArray[np.float32]
Pair = tuple[float, float]

WIDTH = 560.0  # of a picture, in the drawing's own unit
PIXELS = 900  # of an image along its longer side; larger maps are averaged
STYLE = """
.maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 500px), 1fr));
  gap: 1.6rem; }
.maps figure { margin: 0; min-width: 0; } .maps svg { display: block; width: 100%; height: auto; }
.maps image { image-rendering: pixelated; } .maps h3 { margin: 0 0 .4rem; }
.maps .scale { display: flex; align-items: center; gap: .5rem; font-size: .84rem; }
.maps .net { stroke: #ffffff; stroke-opacity: .28; stroke-width: 1; }
.maps .dot { fill: none; stroke: #fff; stroke-width: 1.6; paint-order: stroke; }
.maps text { font: 11px var(--sans); fill: #fff; stroke: #12141d; stroke-width: 2.6;
  paint-order: stroke; }
.maps .ramp { display: inline-block; width: 9rem; height: .8rem; border: 1px solid var(--line); }
td, th { overflow-wrap: anywhere; }
"""


def map_page(
    layers: Mapping[str, Singles], origin: Pair, cell: Pair, certificate: Mapping[str, Any]
) -> str:
    """The page of a map as HTML that needs nothing else."""
    view = _View(next(iter(layers.values())).shape, origin, cell)
    title = str(certificate["title"])
    when = (
        f"{certificate['begins'][:10]} to {certificate['ends'][:10]}, every "
        f"{certificate['step_s'] / 60:g} min, seen from {certificate['height_m']:g} m above ground"
    )
    shown = {name: layer for name, layer in _every(certificate).items() if name in layers}
    figures = [_figure(view, name, layer, layers[name]) for name, layer in shown.items()]
    return whole_page(
        title,
        heading("Light, view and ground", title, period(when)),
        tag("section", tag("div", *figures, class_="maps"), id="opening"),
        _statistics(certificate),
        _foundations(certificate),
        style=STYLE,
    )


def _every(certificate: Mapping[str, Any]) -> dict[str, Layer]:
    """All layers that a map with these relays may have."""
    names = [relay["name"] for relay in certificate["relays"]]
    return layers_of(seasons=True, relays=names, bands=True, heat=True)


class _View:
    """How map coordinates [m] lie on a drawing `WIDTH` wide, +y up."""

    def __init__(self, shape: tuple[int, ...], origin: Pair, cell: Pair) -> None:
        self.cell = cell
        xs = sorted(origin[0] + (k - 0.5) * cell[0] for k in (0, shape[1]))
        ys = sorted(origin[1] + (k - 0.5) * cell[1] for k in (0, shape[0]))
        self.left, self.right, self.bottom, self.top = xs[0], xs[1], ys[0], ys[1]
        self.scale = WIDTH / (self.right - self.left)
        self.height = self.scale * (self.top - self.bottom)

    def at(self, x: float, y: float) -> Pair:
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def holds(self, x: float, y: float) -> bool:
        return self.left < x < self.right and self.bottom < y < self.top

    def upright(self, values: Singles) -> Singles:
        """Values with +y up and +x right, averaged down to what a page shows."""
        values = values[:: -1 if self.cell[1] > 0 else 1, :: -1 if self.cell[0] < 0 else 1]
        step = math.ceil(max(values.shape) / PIXELS)
        ny, nx = (n // step * step for n in values.shape)
        if step == 1 or not ny or not nx:
            return values
        blocks = values[:ny, :nx].reshape(ny // step, step, nx // step, step)
        return np.asarray(blocks.mean(axis=(1, 3)), np.float32)


def _figure(view: _View, name: str, layer: Layer, values: Singles) -> Markup:
    known = values[np.isfinite(values)]
    low = layer.low if layer.low is not None else float(known.min(initial=0.0))
    high = layer.high if layer.high is not None else float(known.max(initial=0.0))
    shares = (view.upright(values) - low) / max(high - low, 1e-12)
    image = picture(shares, layer.stops, 0.0, 0.0, WIDTH, view.height)
    drawn = tag(
        "svg",
        image,
        _net(view),
        _places(view),
        viewBox=f"0 0 {number(WIDTH)} {number(view.height)}",
        role="img",
        aria_label=f"{name}: {layer.meaning}",
    )
    unit = "" if layer.unit == "1" else f" {layer.unit.replace('degree', 'deg')}"
    return tag(
        "figure",
        tag("h3", f"{layer.meaning[0].upper()}{layer.meaning[1:]}"),
        drawn,
        tag("figcaption", ramp(layer.stops, f"{low:.4g}", f"{high:.4g}{unit}"), class_="scale"),
    )


def _net(view: _View) -> Markup:
    """Lines every round number of kilometres, and how far apart they are."""
    span = view.right - view.left
    step = next(s for e in range(2, 8) for m in (1, 2, 5) if (s := m * 10.0**e) * 6 >= span)
    lines = []
    for k in range(math.ceil(view.left / step), math.floor(view.right / step) + 1):
        x, _ = view.at(k * step, 0.0)
        lines.append(tag("line", x1=x, x2=x, y1=0.0, y2=view.height, class_="net"))
    for k in range(math.ceil(view.bottom / step), math.floor(view.top / step) + 1):
        _, y = view.at(0.0, k * step)
        lines.append(tag("line", x1=0.0, x2=WIDTH, y1=y, y2=y, class_="net"))
    words = f"lines every {step / 1e3:g} km" if step >= 1e3 else f"lines every {step:g} m"
    return join(tag("g", *lines), tag("text", words, x=6.0, y=view.height - 7.0))


def _places(view: _View) -> Markup:
    """The places of the packaged scenarios that lie on the map, and the pole."""
    spots = {"pole": (0.0, 0.0)}
    for c in candidates():
        if c.region == "scenario":
            east, north = project(c.latitude, c.longitude)
            spots[c.name] = float(east), float(north)
    marks = []
    for name, (px, py) in spots.items():
        if not view.holds(px, py):
            continue
        x, y = view.at(px, py)
        marks.append(tag("circle", cx=x, cy=y, r=3.5, class_="dot"))
        if name in ("ridge-a", "ridge-b", "pole"):
            marks.append(tag("text", name, x=x + 6.0, y=y - 5.0))
    return tag("g", *marks)


def _statistics(certificate: Mapping[str, Any]) -> Markup:
    def said(value: float | None) -> str:
        return "unknown" if value is None else f"{value:.4g}"

    every = _every(certificate)
    rows = [
        (name, every[name].unit, *(said(found[key]) for key in ("least", "mean", "most")))
        for name, found in certificate["statistics"].items()
    ]
    return tag(
        "section",
        tag("h2", "In numbers"),
        table(("Layer", "Unit", "Least", "Mean", "Most"), rows, numbers=(2, 3, 4)),
    )


def _foundations(certificate: Mapping[str, Any]) -> Markup:
    error = certificate["error_deg"]
    area = certificate["area_m"]
    middle = unproject(0.5 * (area["x_min"] + area["x_max"]), 0.5 * (area["y_min"] + area["y_max"]))
    terrain = "; ".join(
        f"{t['name']} ({t['cell_m']:g} m, SHA-256 {t['sha256'][:12]})"
        for t in certificate["terrain"]
    )
    rows = [
        ("Middle", f"{math.degrees(middle[0]):.4f} deg, {math.degrees(middle[1]):.4f} deg E"),
        (
            "Cells",
            f"{certificate['columns']} x {certificate['rows']} of "
            f"{abs(certificate['cell_m'][0]):g} m on {certificate['crs']}, +y up",
        ),
        ("Terrain", f"{terrain}; out to {certificate['reach_km']:g} km"),
        ("Kernels", ", ".join(certificate["kernels"])),
        ("Relays", "; ".join(map(_relay, certificate["relays"])) or "none"),
        ("Method", certificate["method"]),
        (
            "Error of the skylines",
            f"bias {error['bias']:g} deg, rms {error['rms']:g} deg, 99 of 100 within "
            f"{error['p99']:g} deg, worst {error['worst']:g} deg of {error['skylines']} skyline "
            f"points, against {error['against']}",
        ),
        *((n.capitalize(), certificate[n]["method"]) for n in ("band", "heat") if n in certificate),
        ("Dark", f"no more than {certificate['dark_at_area_fraction']:g} of the disc in view"),
        ("Beware", certificate["note"]),
        ("Version", f"ilrs {certificate['version']}"),
    ]
    return tag("section", tag("h2", "What it rests on"), table(("", ""), rows))


def _relay(relay: Mapping[str, Any]) -> str:
    a, e = relay["semi_major_axis_km"], relay["eccentricity"]
    low, high = (a * (1.0 + s * e) - MOON_RADIUS / 1e3 for s in (-1.0, 1.0))
    return (
        f"{relay['name']}: {low:.0f} x {high:.0f} km, inclined {relay['inclination_deg']:.1f} deg, "
        "on mean elements held by station keeping"
    )
