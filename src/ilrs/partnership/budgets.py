"""Budgets of mass, power, data and cost, rolled up the tree with margins by maturity.

The station's own equipment stands in the tree as mission/facility/kind/component, with its mass,
and with the mean draw and data of loads and command centres; what other kinds draw depends on the
run and is its budgets' to say. Mass and power carry the growth that their maturity still lets
expect, and a mission the system margin on top; data and cost carry none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ilrs.components.component import Component
from ilrs.errors import UserError
from ilrs.language import Language, Words
from ilrs.partnership.contributions import OUT, Contribution, Maturity
from ilrs.partnership.registry import Registry, hidden_from
from ilrs.partnership.release import Audience
from ilrs.scenario.document import suggestion
from ilrs.scenario.schema import Facility, Scenario

OWN: Maturity = "to be developed"
"""The station's own equipment is a design; nothing of it has been built."""


@dataclass(frozen=True)
class Amounts:
    """Mass [kg] and power [W] without and with growth, data [bit/s], cost where it is told."""

    mass: float = 0.0
    mass_grown: float = 0.0
    power: float = 0.0
    power_grown: float = 0.0
    data: float = 0.0
    cost: float = 0.0
    cost_untold: int = 0
    """How many contributions tell no cost."""

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.mass + other.mass,
            self.mass_grown + other.mass_grown,
            self.power + other.power,
            self.power_grown + other.power_grown,
            self.data + other.data,
            self.cost + other.cost,
            self.cost_untold + other.cost_untold,
        )


@dataclass
class Node:
    """A node of the tree: its own amounts, and all below it."""

    path: str
    own: Amounts = field(default_factory=Amounts)
    below: dict[str, Node] = field(default_factory=dict)
    contributions: list[str] = field(default_factory=list)

    @property
    def total(self) -> Amounts:
        """Its own amounts and all of what is below."""
        return sum((node.total for node in self.below.values()), self.own)

    def walk(self) -> Iterator[Node]:
        """It and everything below, parents first."""
        yield self
        for node in self.below.values():
            yield from node.walk()


def tree(scenario: Scenario, registry: Registry) -> Node:
    """The tree of a station with its partners' contributions; those out of the way weigh nothing.

    Raises `UserError` where a contribution hangs on a mission that there is not.
    """
    root = Node("")
    for mission in scenario.missions:
        _at(root, mission)
    for name, facility in scenario.facilities.items():
        first = f"{'ground' if facility.place == 'earth' else facility.mission}/{name}"
        _at(root, first)
        for key, component in facility.components.items():
            node = _at(root, f"{first}/{component.kind}/{key}")
            node.own += _own(component, facility, registry)
    for name, each in registry.contributions.items():
        if not each.on_earth and each.node.split("/")[0] not in scenario.missions:
            raise UserError(
                f"contribution {name!r} hangs on no mission of the scenario: {each.node!r}",
                remedy=suggestion(each.node.split("/")[0], scenario.missions),
            )
        node = _at(root, each.node)
        node.contributions.append(name)
        if each.state not in OUT:
            node.own += _given(each, registry)
    return root


def _at(root: Node, path: str) -> Node:
    node = root
    for step in path.split("/"):
        here = f"{node.path}/{step}" if node.path else step
        node = node.below.setdefault(step, Node(here))
    return node


def _own(component: Component, facility: Facility, registry: Registry) -> Amounts:
    growth = 1.0 + registry.margins.get(OWN, 0.0)
    if facility.place == "earth":
        return Amounts()
    power = data = 0.0
    if component.kind == "load":
        keep, duty = getattr(component, "keep_alive", 0.0), getattr(component, "duty", 1.0)
        power = keep + (getattr(component, "power", 0.0) - keep) * duty
        data = getattr(component, "telemetry", 0.0) + getattr(component, "science", 0.0) * duty
    elif component.kind == "command_center":
        power, data = getattr(component, "power", 0.0), getattr(component, "telemetry", 0.0)
    return Amounts(component.mass, component.mass * growth, power, power * growth, data)


def _given(each: Contribution, registry: Registry) -> Amounts:
    growth = 1.0 + registry.margins[each.maturity]
    return Amounts(
        each.counted,
        each.counted * growth,
        each.power,
        each.power * growth,
        each.data,
        each.cost or 0.0,
        int(each.cost is None),
    )


@dataclass(frozen=True)
class Line:
    """A line of a budget; `limit` [kg] where the roadmap sets one, `left` after all margins."""

    path: str
    depth: int
    amounts: Amounts
    contributions: tuple[str, ...]
    system_mass: float | None = None
    """Of a mission: mass with growth and system margin [kg]."""
    limit: float | None = None

    @property
    def left(self) -> float | None:
        """Room that is left [kg]; negative where the mission is over its launcher's cargo."""
        if self.limit is None or self.system_mass is None:
            return None
        return self.limit - self.system_mass


def lines(scenario: Scenario, registry: Registry, *, depth: int = 4) -> list[Line]:
    """The budget, parents first, down to a depth; missions with the cargo their launcher lands."""
    found = []
    for node in tree(scenario, registry).walk():
        if not node.path or node.path.count("/") >= depth:
            continue
        total = node.total
        mission = "/" not in node.path and node.path in scenario.missions
        system = total.mass_grown * (1.0 + registry.system_margin) if mission else None
        limit = cargo_of(scenario, node.path) if mission else None
        level = node.path.count("/")
        found.append(Line(node.path, level, total, tuple(node.contributions), system, limit))
    return found


def cargo_of(scenario: Scenario, mission: str) -> float | None:
    """What the launcher of a mission lands as cargo on its date [kg], None where it is not said."""
    flight = scenario.roadmap.flights.get(mission)
    launcher = scenario.roadmap.launchers.get(flight.launcher or "") if flight else None
    if launcher is None:
        return None
    return launcher.cargo(scenario.missions[mission].date)


def partner_mass(registry: Registry, mission: str) -> float:
    """Mass that partners bring on a mission as the call counts it [kg], without margins."""
    return sum(
        each.counted
        for each in registry.contributions.values()
        if each.state not in OUT and not each.on_earth and each.node.split("/")[0] == mission
    )


NOTHING = {"mass": None, "power": 0.0, "data": 0.0, "cost": None}
"""Amounts of a contribution that are not told."""


def open_to(audience: Audience, registry: Registry) -> tuple[Registry, list[str]]:
    """The registry without the amounts that an audience may not see, and whose they are."""
    given, whose = dict(registry.contributions), []
    for name, each in registry.contributions.items():
        hidden = hidden_from(audience, name, registry) & NOTHING.keys()
        if hidden:
            given[name] = each.model_copy(update={key: NOTHING[key] for key in hidden})
            whose.append(name)
    return registry.model_copy(update={"contributions": given}), whose


def budget_data(
    scenario: Scenario,
    registry: Registry,
    audience: Audience,
    *,
    depth: int = 4,
    language: Language = "en",
) -> dict[str, Any]:
    """The budget as plain data, without amounts that its audience may not see; kg, W, bit/s."""
    unweighed = [
        name
        for name, each in registry.contributions.items()
        if each.tangible and not each.on_earth and each.mass is None and each.state not in OUT
    ]
    registry, withheld = open_to(audience, registry)
    found = lines(scenario, registry, depth=depth)
    untold = sum(each.cost is None for each in registry.contributions.values())
    return {
        "scenario": scenario.name,
        "margins": {**registry.margins, "system": registry.system_margin},
        "lines": [
            {
                "path": line.path,
                "depth": line.depth,
                "mass_kg": line.amounts.mass,
                "mass_grown_kg": line.amounts.mass_grown,
                "mass_all_margins_kg": line.system_mass,
                "limit_kg": line.limit,
                "left_kg": line.left,
                "power_w": line.amounts.power,
                "power_grown_w": line.amounts.power_grown,
                "data_bit_s": line.amounts.data,
                "cost": line.amounts.cost,
                "contributions": list(line.contributions),
                "partners_kg": partner_mass(registry, line.path) if line.depth == 0 else None,
            }
            for line in found
        ],
        "without_mass": unweighed,
        "without_cost": untold,
        "note": " ".join(_notes(unweighed, withheld, language)),
    }


def _notes(unweighed: list[str], withheld: list[str], language: Language) -> list[str]:
    """What is not in the sums, in sentences."""
    word = Words("partner", language)
    notes = [word("own")]
    if unweighed:
        key = "no_mass_one" if len(unweighed) == 1 else "no_mass"
        count = {} if len(unweighed) == 1 else {"count": len(unweighed)}
        notes.insert(0, word(key, names=unweighed, **count))
    if withheld:
        notes.append(word("withheld", names=withheld))
    return notes
