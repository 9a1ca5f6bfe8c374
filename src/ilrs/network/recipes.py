"""Recipes: every way the network can bring a unit of a carrier to a node.

A recipe is the amounts of all flows that one delivered unit takes, found by walking upstream from
the node through links and converters to sources and stores. By-products go to the stores on their
node, else to its dumps. The simulator serves demands by recipes in merit order, so that any
combination of the five primitives runs in one small loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product

from ilrs.errors import ScenarioError
from ilrs.flows.primitives import Converter, Link, Sink, Source, Store

MOST_RECIPES = 200


@dataclass(frozen=True)
class Recipe:
    """Amounts of flows and injections per unit delivered; `stores` are the energy stores it
    empties.
    """

    flows: Mapping[str, float]
    injections: Mapping[str, float] = field(default_factory=dict)
    stores: tuple[Store, ...] = ()

    def times(self, factor: float) -> Recipe:
        """The recipe for `factor` units."""
        return Recipe(
            {k: v * factor for k, v in self.flows.items()},
            {k: v * factor for k, v in self.injections.items()},
            self.stores,
        )

    def and_(self, other: Recipe) -> Recipe:
        """Both at once."""
        return Recipe(
            _sum(self.flows, other.flows),
            _sum(self.injections, other.injections),
            (*self.stores, *other.stores),
        )


def _sum(a: Mapping[str, float], b: Mapping[str, float]) -> dict[str, float]:
    total = dict(a)
    for key, value in b.items():
        total[key] = total.get(key, 0.0) + value
    return total


@dataclass(frozen=True)
class Supply:
    """The primitives by the node they stand at, ready for the walk upstream."""

    sources: Mapping[str, Sequence[Source]]
    stores: Mapping[str, Sequence[Store]]
    links_into: Mapping[str, Sequence[Link]]
    converters_into: Mapping[str, Sequence[Converter]]
    dumps: Mapping[str, Sequence[Sink]]
    injected: frozenset[str]

    @classmethod
    def of(
        cls,
        sources: Iterable[Source],
        sinks: Iterable[Sink],
        stores: Iterable[Store],
        converters: Iterable[Converter],
        links: Iterable[Link],
    ) -> Supply:
        """The primitives sorted by node."""
        sources, sinks = list(sources), list(sinks)
        bringing: list[Source | Sink] = [*sources, *sinks]
        into: dict[str, list[Converter]] = {}
        for converter in converters:
            for node, ratio in converter.ratios.items():
                if ratio > 0 and not node.endswith("/heat"):
                    into.setdefault(node, []).append(converter)
        products = {node for p in bringing for node in p.products if not node.endswith("/heat")}
        return cls(
            _by(sources, "node"),
            _by(stores, "node"),
            _by(links, "target"),
            into,
            _by([sink for sink in sinks if sink.dump], "node"),
            frozenset(products),
        )


def _by(primitives: Iterable, attribute: str) -> dict[str, list]:
    sorted_: dict[str, list] = {}
    for p in primitives:
        sorted_.setdefault(getattr(p, attribute), []).append(p)
    return sorted_


def ways_to(
    supply: Supply,
    node: str,
    *,
    energy_stores: bool = True,
    seen: frozenset[str] = frozenset(),
    filling: bool = False,
) -> list[Recipe]:
    """Every recipe for one unit at `node`, best first: from sources, then from stores, least loss
    first.

    Without `energy_stores`, stores of drawable energy are left alone (surplus fills them). Where a
    buffer stands at the node its content is the only way, unless it is for `filling` a store there.
    """
    buffers = [s for s in supply.stores.get(node, ()) if s.buffer]
    if buffers and not filling:
        return [Recipe({f"{s.name}.discharge": 1.0}) for s in buffers]
    seen = seen | {node}
    found = [Recipe({}, {node: 1.0})] if node in supply.injected else []
    found += [Recipe({s.name: 1.0}) for s in supply.sources.get(node, ())]
    for store in supply.stores.get(node, ()):
        if energy_stores or not store.reserve_weight:
            emptied = (store,) if store.reserve_weight else ()
            found.append(Recipe({f"{store.name}.discharge": 1.0}, {}, emptied))
    for link in supply.links_into.get(node, ()):
        if link.origin not in seen:
            sent = Recipe({link.name: 1.0 / link.efficiency})
            upstream = ways_to(supply, link.origin, energy_stores=energy_stores, seen=seen)
            found += [way.times(1.0 / link.efficiency).and_(sent) for way in upstream]
    for converter in supply.converters_into.get(node, ()):
        found += _by_conversion(supply, converter, node, energy_stores, seen)
    if len(found) > MOST_RECIPES:
        raise ScenarioError(
            f"{len(found)} ways lead to {node}; the simulator takes at most {MOST_RECIPES}",
            remedy="remove redundant links between places",
        )
    return sorted(found, key=lambda way: (len(way.stores) > 0, _order(way), _amount(way)))


def _order(way: Recipe) -> int:
    return max((store.order for store in way.stores), default=0)


def _amount(way: Recipe) -> float:
    return sum(way.flows.values())


def _by_conversion(
    supply: Supply, converter: Converter, node: str, energy_stores: bool, seen: frozenset[str]
) -> list[Recipe]:
    activity = 1.0 / converter.ratios[node]
    parts = [[Recipe({converter.name: activity})]]
    for other, ratio in converter.ratios.items():
        if other.endswith("/heat") or other == node:
            continue
        if ratio > 0:
            ways = ways_from(supply, other)
        elif other in seen:
            return []
        else:
            ways = ways_to(supply, other, energy_stores=energy_stores, seen=seen)
        parts.append([way.times(abs(ratio) * activity) for way in ways])
    return [reduce(Recipe.and_, choice) for choice in product(*parts)]


def ways_from(supply: Supply, node: str) -> list[Recipe]:
    """Where one unit of a by-product at `node` can go: into the stores there, else to its dumps."""
    kept = [Recipe({f"{store.name}.charge": 1.0}) for store in supply.stores.get(node, ())]
    return kept + [Recipe({sink.name: 1.0}) for sink in supply.dumps.get(node, ())]
