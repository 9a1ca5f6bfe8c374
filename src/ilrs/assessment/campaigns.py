"""Verification campaigns judged: what the batches truly done measure, and the plan's odds.

What is true of soil and plant is drawn once a run from the ranges of `physics.isru_ranges`; every
batch measures it with its scatter and the instrument's error. The network carries the usual values
of the description: what it holds of oxygen is what was planned, the campaign tells what was true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ilrs.components.excavator import Excavator
from ilrs.components.isru_plant import IsruPlant
from ilrs.physics.isru import Request
from ilrs.physics.isru_processes import TITLES, plant
from ilrs.physics.isru_ranges import draw_plants, truths
from ilrs.physics.isru_verification import (
    Criterion,
    TestPlan,
    Verdict,
    judge,
    probability_over,
)
from ilrs.scenario.campaigns import Campaign
from ilrs.scenario.schema import Scenario
from ilrs.simulation.faults import stream

if TYPE_CHECKING:
    from ilrs.assessment.history import History

Floats = NDArray[np.float64]
DRAWS = 200
SIZE = 1e3
"""Oxygen a year [kg] for which the four processes are set side by side."""
QUANTITIES = ("yield", "purity", "energy")


@dataclass(frozen=True)
class Measured:
    """The batches of a campaign that were done: the step each ended with, and what it showed.

    `values` holds `yield` [kg/kg], `purity` [1] and `energy` [J/kg] of each batch.
    """

    last: NDArray[np.int64]
    values: dict[str, Floats]

    def until(self, step: int) -> dict[str, Floats]:
        """What was measured by the end of step `step`-1."""
        return {name: series[self.last <= step] for name, series in self.values.items()}


def test_plan(campaign: Campaign) -> TestPlan:
    """The campaign as a plan of criteria."""
    return TestPlan(
        (
            Criterion("yield", least=campaign.least_yield, scatter=campaign.yield_scatter,
                      error=campaign.yield_error),
            Criterion("purity", least=campaign.least_purity, scatter=campaign.purity_scatter,
                      error=campaign.purity_error),
            Criterion("energy", most=campaign.most_energy, scatter=campaign.energy_scatter,
                      error=campaign.energy_error),
        ),
        campaign.runs,
        campaign.confidence,
    )  # fmt: skip


def plant_of(scenario: Scenario, campaign: Campaign) -> IsruPlant:
    """The plant that a campaign tests."""
    facility, _, part = campaign.plant.partition("/")
    found = scenario.facilities[facility].components[part]
    assert isinstance(found, IsruPlant)
    return found


def digger_of(scenario: Scenario, campaign: Campaign) -> Excavator | None:
    """Who brings the plant its soil, where it does not dig by itself."""
    tested = plant_of(scenario, campaign)
    place = scenario.facilities[campaign.plant.partition("/")[0]].place
    if tested.feed == "own":
        return None
    return next(
        (
            part
            for facility in scenario.facilities.values()
            if facility.place == place
            for part in facility.components.values()
            if isinstance(part, Excavator) and (part.ice > 0.0) == (tested.process == "ice")
        ),
        None,
    )


@lru_cache(maxsize=32)
def _draws(
    process: str, oxygen: float, at_work: float, brought: float | None
) -> tuple[dict[str, float], ...]:
    return tuple(truths(draw_plants(process, Request(oxygen), draws=DRAWS), 0, at_work, brought))


def possible(scenario: Scenario, campaign: Campaign) -> tuple[dict[str, float], ...]:
    """What may be true of a campaign's plant on soil that nobody has tried, seeded."""
    tested, digger = plant_of(scenario, campaign), digger_of(scenario, campaign)
    brought = digger.energy() if digger else None
    return _draws(tested.process, tested.oxygen_a_year, tested.at_work(), brought)


def odds(scenario: Scenario, campaign: Campaign) -> float:
    """The probability, before any batch, that the campaign passes."""
    return probability_over(test_plan(campaign), possible(scenario, campaign))


def measured(history: History) -> dict[str, Measured]:
    """Of every campaign what its batches measured."""
    return {
        name: _measured(history, name, campaign)
        for name, campaign in history.run.scenario.campaigns.items()
    }


def _measured(history: History, name: str, campaign: Campaign) -> Measured:
    scenario = history.run.scenario
    done = sorted(
        o.last for o in history.outcomes if o.done and o.entry.activity == campaign.activity
    )
    rng = stream(history.run.seed, f"campaign {name}")
    truly = possible(scenario, campaign)
    true = truly[int(rng.integers(len(truly)))]
    values = {}
    for quantity in QUANTITIES:
        off = 1.0 + getattr(campaign, f"{quantity}_error") * rng.uniform(-1.0, 1.0)
        scatter = getattr(campaign, f"{quantity}_scatter") * rng.standard_normal(len(done))
        series = true[quantity] * off * (1.0 + scatter)
        values[quantity] = np.minimum(series, 1.0) if quantity == "purity" else series
    return Measured(np.array(done, dtype=np.int64), values)


def verdicts(history: History, name: str, until: int) -> list[Verdict]:
    """The criteria as the batches up to step `until`-1 judge them; none before the last batch."""
    campaign = history.run.scenario.campaigns[name]
    found = history.measured[name].until(until)
    if len(found["yield"]) < campaign.runs:
        return []
    return judge(test_plan(campaign), {q: list(v) for q, v in found.items()})


def verified(history: History, name: str, until: int) -> float:
    """Share of a campaign's criteria that are shown by the end of step `until`-1."""
    judged = verdicts(history, name, until)
    return sum(v.passed for v in judged) / len(judged) if judged else 0.0


def mean_of(history: History, quantity: str, name: str, until: int) -> float:
    """The mean of what a campaign measured of a quantity up to step `until`-1; NaN for none."""
    series = history.measured[name].until(until)[quantity]
    return float(series.mean()) if len(series) else float("nan")


def told(history: History) -> list[dict[str, Any]]:
    """The campaigns for the summary."""
    return [
        _told(history, name, campaign) for name, campaign in history.run.scenario.campaigns.items()
    ]


def _told(history: History, name: str, campaign: Campaign) -> dict[str, Any]:
    scenario = history.run.scenario
    tested, found = plant_of(scenario, campaign), history.measured[name]
    digger, design = digger_of(scenario, campaign), tested.design()
    batch, count = tested.batch_yield(), len(found.last)
    judged = verdicts(history, name, history.count)
    return {
        "name": name,
        "title": campaign.title,
        "plant": campaign.plant,
        "process": TITLES[tested.process],
        "activity": campaign.activity,
        "runs": campaign.runs,
        "done": count,
        "confidence": campaign.confidence,
        "probability": odds(scenario, campaign),
        "passed": all(v.passed for v in judged) if judged else None,
        "limits": {
            "yield": campaign.least_yield,
            "purity": campaign.least_purity,
            "energy": campaign.most_energy,
        },
        "verdicts": [
            {"name": v.name, "mean": v.mean, "bound": v.bound, "limit": v.limit,
             "passed": v.passed}
            for v in judged
        ],
        "batches": [
            {"second": int(last * history.step)}
            | {q: float(found.values[q][k]) for q in QUANTITIES}
            for k, last in enumerate(found.last.tolist())
        ],
        "oxygen_kg": batch["oxygen"] * count,
        "soil_kg": batch["soil"] * count,
        "energy_j": batch["energy"] * count
        + (digger.energy() * batch["soil"] * count if digger else 0.0),
        "ice_lost": digger.ice_lost() if digger and digger.ice else None,
        "steps": [
            {"step": s.name, "j_per_kg": (s.electricity + s.heat) / design.request.rate}
            for s in design.steps
            if s.electricity + s.heat > 0.0
        ],
        "notes": list(design.notes),
    }  # fmt: skip


def side_by_side() -> list[dict[str, Any]]:
    """The four processes for a tonne of oxygen a year on the soil of the pole, as usual."""
    rows = []
    for process, title in TITLES.items():
        found = plant(process, Request(SIZE))
        rows.append(
            {
                "process": title,
                "oxygen_kg_per_year": SIZE,
                "mass_kg": found.mass,
                "power_w": found.power,
                "soil_per_oxygen": found.soil_per_oxygen,
                "energy_j_per_kg": found.energy_per_oxygen,
                "notes": list(found.notes),
            }
        )
    return rows


def happened(history: History) -> Iterator[tuple[int, str, str, str]]:
    """The verdict of every campaign, when its last batch was measured."""
    for name, campaign in history.run.scenario.campaigns.items():
        last = history.measured[name].last
        if len(last) < campaign.runs:
            continue
        step = int(last[campaign.runs - 1])
        judged = verdicts(history, name, step)
        failed = [v.name for v in judged if not v.passed]
        word = f"does not show its {' and '.join(failed)}" if failed else "passes"
        text = f"{campaign.title}: {word} after {campaign.runs} batches"
        yield step - 1, "campaign", name, text
