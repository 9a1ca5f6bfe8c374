"""The metrics that objectives may name, each with its unit and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ilrs.flows.carriers import DATA_CLASSES

if TYPE_CHECKING:
    from ilrs.scenario.schema import Scenario


@dataclass(frozen=True)
class Metric:
    """A number that a run yields, SI in `unit` (empty: a share or a count)."""

    unit: str
    meaning: str


FACILITY = "<facility>"
DATA_CLASS = "<class>"
YIELD = "<yield>"
ACTIVITY = "<activity>"
CAMPAIGN = "<campaign>"
ALIVE = "<living>"
CREWED = "<crewed>"

HEARD_MAGNITUDE = 1.0
"""Body-wave magnitude of the quake that the coverage of seismometers is told for (assumed)."""

METRICS: dict[str, Metric] = {
    "served.keep_alive": Metric("", "share of the energy owed to keep-alive loads that they got"),
    "served.service": Metric("", "share of the energy owed to service that it got"),
    f"served.{FACILITY}": Metric("", "share of the energy owed to a facility that it got"),
    "unserved.keep_alive": Metric("J", "energy owed to keep-alive loads and not given"),
    "energy.least_reserve": Metric("", "least share of drawable energy left in the stores"),
    "temperature.margin": Metric("K", "least distance of a warm box from the limits it bears"),
    f"data.delivered.{DATA_CLASS}": Metric("", "share of the data produced that Earth received"),
    f"data.lost.{DATA_CLASS}": Metric("bit", "data that found no room and were lost"),
    f"data.latency_p95.{DATA_CLASS}": Metric("s", "95 % of the data are on Earth within this time"),
    f"data.mean_rate.{DATA_CLASS}": Metric("bit/s", "mean rate at which data reached Earth"),
    "command.autonomy": Metric("", "share of time a living, powered computer held authority"),
    "command.longest_outage": Metric("s", "longest time without one"),
    "contact.longest_gap": Metric("s", "longest time without a way for data to Earth"),
    "dark.longest_survived": Metric("s", "longest dark that keep-alive loads came through served"),
    "operation.length": Metric("s", "time from arrival to the first keep-alive loss, or the end"),
    "seismic.coverage": Metric(
        "", f"share of the Moon from which a quake of {HEARD_MAGNITUDE:g} is heard"
    ),
    "samples.home": Metric("kg", "samples that reached the Earth by their custody, without tubes"),
    f"yield.{YIELD}": Metric(
        "",
        "what activities truly brought, in the yield's own unit; of heat-flow depths the deepest",
    ),
    f"done.{ACTIVITY}": Metric("", "how often an activity was truly done"),
    f"verified.{CAMPAIGN}": Metric("", "share of a campaign's criteria shown; none before its end"),
    f"measured.yield.{CAMPAIGN}": Metric("", "oxygen of the soil fed, mean over batches measured"),
    f"measured.purity.{CAMPAIGN}": Metric("", "share of oxygen in what was given, likewise"),
    f"measured.energy.{CAMPAIGN}": Metric("J/kg", "energy of a kilogram of oxygen, likewise"),
    f"life.survival.{ALIVE}": Metric("s", "time that what is alive there lived"),
    f"life.oxygen.{ALIVE}": Metric("kg", "oxygen that its leaves gave while it lived"),
    f"life.humidity.{ALIVE}": Metric("", "share of that time with the humidity within its bounds"),
    f"life.dose.{ALIVE}": Metric("Sv", "dose behind its shield, storms of the Sun included"),
    f"crew.supplied.{CREWED}": Metric("", "share of what people there live on that they got"),
    f"crew.closure.{CREWED}": Metric("", "share of what they took that did not come from stores"),
}


def living(scenario: Scenario) -> dict[str, str]:
    """The component with something alive of every facility that has one."""
    return _with(scenario, "biological_module")


def crewed(scenario: Scenario) -> dict[str, str]:
    """The crew of every facility that has one."""
    return _with(scenario, "crew")


def _with(scenario: Scenario, kind: str) -> dict[str, str]:
    return {
        name: part
        for name, facility in scenario.facilities.items()
        for part, component in facility.components.items()
        if component.kind == kind
    }


def metric_names(scenario: Scenario) -> dict[str, str]:
    """The unit of every metric that exists in a station, by its full name."""
    doing = scenario.activities
    brought = {name: amount.unit for each in doing.values() for name, amount in each.yields.items()}
    rooms = {
        FACILITY: list(scenario.facilities),
        DATA_CLASS: list(DATA_CLASSES),
        YIELD: list(brought),
        ACTIVITY: list(doing),
        CAMPAIGN: list(scenario.campaigns),
        ALIVE: list(living(scenario)),
        CREWED: list(crewed(scenario)),
    }
    names: dict[str, str] = {}
    for pattern, metric in METRICS.items():
        mark = next((mark for mark in rooms if mark in pattern), "")
        for word in rooms.get(mark, [""]):
            unit = brought[word] if mark == YIELD else metric.unit
            names.setdefault(pattern.replace(mark, word) if mark else pattern, unit)
    return names


def shown_unit(name: str, unit: str) -> str:
    """The unit a metric's value is shown in: what is counted is no share."""
    counted = {"done": "times", "yield": "pieces"}
    return unit or counted.get(name.partition(".")[0], "")
