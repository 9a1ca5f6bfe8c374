"""Checks of campaigns and machines: that somebody runs them, and that atoms allow what they ask."""

from __future__ import annotations

from ilrs.components.isru_plant import IsruPlant
from ilrs.components.machine import Machine
from ilrs.physics.isru_processes import most_yield
from ilrs.scenario.document import Document, Steps, suggestion
from ilrs.scenario.finding import Findings, finding
from ilrs.scenario.schema import Scenario


def campaigns_refer(scenario: Scenario, document: Document) -> Findings:
    """A campaign tests an oxygen plant in batches that are an activity of that plant."""
    parts = {f"{f}/{c}": part for f, box in scenario.facilities.items()
             for c, part in box.components.items()}  # fmt: skip
    plants = [name for name, part in parts.items() if isinstance(part, IsruPlant)]
    for name, campaign in scenario.campaigns.items():
        path: Steps = ("campaigns", name)
        if campaign.plant not in plants:
            yield finding(
                document, (*path, "plant"), f"there is no oxygen plant {campaign.plant!r}",
                suggestion(campaign.plant, plants),
            )  # fmt: skip
            continue
        batch = scenario.activities.get(campaign.activity)
        if batch is None:
            yield finding(
                document, (*path, "activity"), f"there is no activity {campaign.activity!r}",
                suggestion(campaign.activity, scenario.activities),
            )  # fmt: skip
            continue
        if campaign.plant not in batch.instruments:
            yield finding(
                document, (*path, "activity"),
                f"{campaign.activity!r} does not run {campaign.plant}",
                "name the plant among its instruments",
            )  # fmt: skip
        if batch.every is None and (batch.count or 1) < campaign.runs:
            yield finding(
                document, (*path, "runs"),
                f"{campaign.runs} batches are to be measured, and {campaign.activity!r} happens "
                f"{batch.count or 1} times", "raise its count",
            )  # fmt: skip


def yields_are_possible(scenario: Scenario, document: Document) -> Findings:
    """No campaign asks for more oxygen than the atoms of the soil hold for its process."""
    for name, campaign in scenario.campaigns.items():
        facility, _, part = campaign.plant.partition("/")
        box = scenario.facilities.get(facility)
        plant = box.components.get(part) if box else None
        if not isinstance(plant, IsruPlant):
            continue
        most = most_yield(plant.process, plant.soil())
        if campaign.least_yield > most:
            yield finding(
                document, ("campaigns", name, "least_yield"),
                f"a yield of {campaign.least_yield:.3g} is above stoichiometry: the soil's atoms "
                f"give {most:.3g} by this process at most", "ask for less",
            )  # fmt: skip


def machines_are_run(scenario: Scenario, document: Document) -> Findings:
    """A machine that works in activities is run by some, with power that it can take."""
    for facility, box in scenario.facilities.items():
        for part, component in box.components.items():
            if not (isinstance(component, Machine) and component.on_demand):
                continue
            name, path = f"{facility}/{part}", ("facilities", facility, "components", part)
            runs = {n: a for n, a in scenario.activities.items() if name in a.instruments}
            if not runs:
                yield finding(
                    document, path, f"{name} works in activities, and none runs it",
                    "name it among the instruments of an activity, or drop `works`",
                )  # fmt: skip
            most = component.most_power()
            for activity, each in runs.items():
                if each.power > most * 1.001:
                    yield finding(
                        document, ("activities", activity, "power"),
                        f"{each.power:.4g} W are more than the {most:.4g} W that {name} can take",
                        "draw less, or make the machine larger",
                    )  # fmt: skip


CHECKS = (campaigns_refer, yields_are_possible, machines_are_run)
