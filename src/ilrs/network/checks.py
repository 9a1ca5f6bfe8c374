"""What primitives must fulfil to make a network: each refusal names the primitive and a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from ilrs.errors import ScenarioError
from ilrs.flows.carriers import carrier_of
from ilrs.flows.primitives import (
    Converter,
    Derating,
    FailureMode,
    Link,
    Radiator,
    Ramp,
    SharedCapacity,
    Sink,
    Source,
    Store,
    ThermalMass,
    Thermostat,
    Warmth,
)

T = TypeVar("T")


def check(primitives: Sequence[Any]) -> None:
    """Raise `ScenarioError` for the first primitive that cannot be part of a network."""
    _series_make_sense(primitives)
    for converter in _of(primitives, Converter):
        _closes(converter)
    _by_products_go_somewhere(primitives)
    _products_are_heat_or_data(primitives)
    _losses_are_told(primitives)
    _demands_are_finite(primitives)
    _minima_have_dumps(primitives)
    _names_are_known(primitives)
    _heat_laws_hold(primitives)


def _of(primitives: Iterable[Any], kind: type[T]) -> list[T]:
    return [p for p in primitives if isinstance(p, kind)]


def _is(carrier: str, node: str) -> bool:
    return node.rsplit("/", 1)[-1].split(".")[0] == carrier


def _series_make_sense(primitives: Sequence[Any]) -> None:
    """Nothing that flows or warms is negative or unknown; only constants may be without limit."""
    fields = {
        Source: ("maximum", "minimum"),
        Sink: ("demand", "sleep_factor"),
        Store: ("capacity", "floor", "loss_rate", "fade_rate", "fade_per_unit", "reserve_weight"),
        Converter: ("maximum",),
        Link: ("maximum",),
        SharedCapacity: ("maximum", "power"),
        ThermalMass: ("initial", "conductance", "leak", "ground", "surroundings"),
        Radiator: ("shut", "open", "sky"),
        Warmth: ("heat",),
    }
    for p in primitives:
        for name in fields.get(type(p), ()):
            value = np.asarray(getattr(p, name), dtype=np.float64)
            if np.any(np.isnan(value) | (value < 0.0)) or (value.ndim and np.any(np.isinf(value))):
                raise ScenarioError(
                    f"{p.name} has a {name.replace('_', ' ')} that is negative or not a number",
                    remedy="give numbers from 0 on",
                )


def _closes(converter: Converter) -> None:
    """Energy, mass and elements over a converter's ratios must close, or the name is told."""
    holds: dict[str, Callable[[Any], float]] = {
        "energy": lambda c: c.energy,
        "mass": lambda c: c.mass,
        "hydrogen": lambda c: c.elements.get("H", 0.0),
        "oxygen": lambda c: c.elements.get("O", 0.0),
    }
    for what, of in holds.items():
        parts = [ratio * of(carrier_of(node)) for node, ratio in converter.ratios.items()]
        if abs(sum(parts)) > 1e-9 * max((abs(p) for p in parts), default=0.0):
            raise ScenarioError(
                f"{converter.name} does not conserve {what}: its ratios add up to {sum(parts):g}",
                remedy="let products equal inputs, waste heat included",
            )


def _by_products_go_somewhere(primitives: Sequence[Any]) -> None:
    """Whatever a converter makes must have a taker, and all but one product a store or a vent."""
    kept = {s.node for s in _of(primitives, Store)}
    kept |= {s.node for s in _of(primitives, Sink) if s.dump}
    taken = kept | {s.node for s in _of(primitives, Sink)}
    taken |= {link.origin for link in _of(primitives, Link)}
    taken |= {n for c in _of(primitives, Converter) for n, r in c.ratios.items() if r < 0}
    for converter in _of(primitives, Converter):
        made = [n for n, r in converter.ratios.items() if r > 0 and not _is("heat", n)]
        passing = [n for n in made if n not in kept]
        lost = [n for n in made if n not in taken] or passing[1:]
        if lost:
            raise ScenarioError(
                f"{converter.name} makes {lost[0]}, which nothing takes",
                remedy="give the node a store, or a sink that dumps",
            )


def _products_are_heat_or_data(primitives: Sequence[Any]) -> None:
    """Products follow the flow, whether wanted or not: heat and data can be lost, matter cannot."""
    for p in _of(primitives, Source) + _of(primitives, Sink):
        for node in p.products:
            if not (_is("heat", node) or (_is("data", node) and not _is("data", p.node))):
                raise ScenarioError(
                    f"{p.name} brings {node} as a product; products are heat, or data that power "
                    f"brings",
                    remedy="make it a converter",
                )


def _losses_are_told(primitives: Sequence[Any]) -> None:
    """Efficiencies are above 0 and at most 1, and only energy may be lost by them."""
    for p in _of(primitives, Store) + _of(primitives, Link):
        shares = (
            (p.charge_efficiency, p.discharge_efficiency)
            if isinstance(p, Store)
            else (p.efficiency,)
        )
        node = p.node if isinstance(p, Store) else p.origin
        if not all(0.0 < share <= 1.0 for share in shares):
            raise ScenarioError(
                f"{p.name} has an efficiency of {min(shares):g} to {max(shares):g}",
                remedy="efficiencies are above 0 and at most 1",
            )
        if min(shares) < 1.0 and carrier_of(node).unit != "J":
            raise ScenarioError(
                f"{p.name} loses {node} on the way and does not say where to",
                remedy="use an efficiency of 1, or a converter with all its products",
            )
        if isinstance(p, Store) and not 0.0 <= p.initial <= p.capacity < np.inf:
            raise ScenarioError(
                f"{p.name} begins with {p.initial:g} of {p.capacity:g}",
                remedy="begin with something between nothing and a finite capacity",
            )
        if isinstance(p, Link) and carrier_of(node) != carrier_of(p.target):
            raise ScenarioError(
                f"{p.name} leads from {node} to {p.target}", remedy="links keep the carrier"
            )


def _demands_are_finite(primitives: Sequence[Any]) -> None:
    """Only a dump may take without end: shares of an infinite demand mean nothing."""
    for sink in _of(primitives, Sink):
        if not sink.dump and not np.all(np.isfinite(sink.demand)):
            raise ScenarioError(
                f"{sink.name} wants without end", remedy="give a finite demand, or make it a dump"
            )


def _minima_have_dumps(primitives: Sequence[Any]) -> None:
    """A source that must run needs somewhere for what nobody wants."""
    dumps = {s.node for s in _of(primitives, Sink) if s.dump}
    for source in _of(primitives, Source):
        if source.minimum > 0.0 and source.node not in dumps:
            raise ScenarioError(
                f"{source.name} must run at {source.minimum:g} of its output, but {source.node} "
                f"has no dump for what nobody wants",
                remedy="give the node a sink that dumps",
            )


def _names_are_known(primitives: Sequence[Any]) -> None:
    """Failures, shared capacities, heaters and deratings must name what exists."""
    groups = {g.name: g for g in _of(primitives, SharedCapacity)}
    sinks = {s.name for s in _of(primitives, Sink)}
    flows = sinks | {p.name for p in primitives if isinstance(p, Source | Converter | Link)}
    for store in _of(primitives, Store):
        flows |= {f"{store.name}.charge", f"{store.name}.discharge"}
    named: list[tuple[str, str, Iterable[str]]] = []
    nodes = {p.node for p in _of(primitives, Source) + _of(primitives, Sink)}
    nodes |= {s.node for s in _of(primitives, Store)}
    nodes |= {node for p in _of(primitives, Link) for node in (p.origin, p.target)}
    for mode in _of(primitives, FailureMode):
        named += [(mode.name, mode.node, nodes)] if mode.node is not None else []
        named += [(mode.name, flow, flows | set(groups)) for flow in mode.flows]
        if not (mode.mtbf > 0.0 and mode.repair >= 0.0 and mode.units >= 1):
            raise ScenarioError(
                f"{mode.name} fails every {mode.mtbf:g} s, for {mode.repair:g} s, of {mode.units}",
                remedy="failure modes have a positive mean time and at least one unit",
            )
    named += [(p.name, p.group, groups) for p in _of(primitives, Link) if p.group]
    named += [
        (p.name, p.capacity_group, groups) for p in _of(primitives, Store) if p.capacity_group
    ]
    named += [(g.name, g.powered_by, sinks) for g in groups.values() if g.powered_by]
    named += [("a thermostat", t.sink, sinks) for t in _of(primitives, Thermostat)]
    named += [("a derating", d.flow, flows) for d in _of(primitives, Derating)]
    named += [("a ramp", r.flow, flows) for r in _of(primitives, Ramp)]
    for name, other, known in named:
        if other not in known:
            raise ScenarioError(
                f"{name} names {other!r}, which does not exist",
                remedy="name a part of the station",
            )
    for store in _of(primitives, Store):
        if store.capacity_group and groups[store.capacity_group].kind != "content":
            raise ScenarioError(
                f"{store.name} shares the capacity {store.capacity_group!r}, which is a rate",
                remedy="stores share contents, links share rates",
            )


def _heat_laws_hold(primitives: Sequence[Any]) -> None:
    """Spans of temperature are not empty, masses have capacity, heaters heat what they watch."""
    warm = {m.node for m in _of(primitives, ThermalMass)}
    sinks = {s.name: s for s in _of(primitives, Sink)}
    for mass in _of(primitives, ThermalMass):
        if not mass.capacity > 0.0:
            raise ScenarioError(
                f"{mass.name} has a heat capacity of {mass.capacity:g} J/K",
                remedy="give it one above 0",
            )
    for ramp in _of(primitives, Ramp):
        if not ramp.up > 0.0:
            raise ScenarioError(
                f"{ramp.flow} rises by {ramp.up:g} a second, so that it never starts",
                remedy="let it rise by more than 0",
            )
    for store in _of(primitives, Store):
        if not (0.0 <= store.cold_share <= 1.0 and store.warm > store.cold):
            raise ScenarioError(
                f"{store.name} gives {store.cold_share:g} of its capacity at {store.cold:g} K and "
                f"all at {store.warm:g} K",
                remedy="let it give at most all, and all of it at the higher temperature",
            )
        if not store.fade_doubling > 0.0:
            raise ScenarioError(
                f"{store.name} fades twice as fast every {store.fade_doubling:g} K",
                remedy="give a warming above 0 K, infinite for none",
            )
    for radiator in _of(primitives, Radiator):
        if not radiator.hot > radiator.cold:
            raise ScenarioError(
                f"{radiator.name} is open at {radiator.hot:g} K and shut at {radiator.cold:g} K",
                remedy="let it be shut at a lower temperature than open",
            )
    for derating in _of(primitives, Derating):
        if derating.none == derating.full:
            raise ScenarioError(
                f"{derating.flow} has nothing and everything at {derating.none:g} K",
                remedy="let its derating span some kelvin",
            )
    for thermostat in _of(primitives, Thermostat):
        if thermostat.mass_node in warm and not sinks[thermostat.sink].products.get(
            thermostat.mass_node
        ):
            raise ScenarioError(
                f"{thermostat.sink} does not heat {thermostat.mass_node}, which its thermostat "
                f"watches",
                remedy="let its product be heat there",
            )
