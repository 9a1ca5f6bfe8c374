"""Which single loss sheds what, for a whole scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ilrs.environment.compute import compute_environment
from ilrs.network.assemble import assemble, clock_of
from ilrs.network.network import Network
from ilrs.scenario.load import Loaded
from ilrs.simulation.n_minus_one import Loss, single_losses

KWH = 3.6e6  # [J]


def scenario_losses(
    loaded: Loaded, *, progress: Callable[[int, int], None] | None = None
) -> list[dict[str, Any]]:
    """The loss of one unit of everything that can fail, worst first, as plain data.

    Each from the beginning of the period and for good, by rule and without a plan
    (`ilrs.simulation.n_minus_one`); energies in kWh over the period, beside what the whole station
    would leave unserved.
    """
    scenario = loaded.scenario
    environment = compute_environment(scenario, clock_of(scenario), every_height=False)
    network = assemble(scenario, environment)
    return network_losses(network, scenario.rules.reserve, progress=progress)


def network_losses(
    network: Network, reserve: float, *, progress: Callable[[int, int], None] | None = None
) -> list[dict[str, Any]]:
    """The same of a network that is there already, keeping `reserve` [1] for keep-alive."""
    found = single_losses(network, reserve, progress=progress)
    whole, losses = found[0], found[1:]
    losses.sort(key=lambda loss: (-loss.keep_alive, -loss.longest, -loss.service))
    return [_told(loss, whole) for loss in (whole, *losses)]


def _told(loss: Loss, whole: Loss) -> dict[str, Any]:
    return {
        "loss": loss.mode,
        "keep_alive_unserved_kwh": loss.keep_alive / KWH,
        "longest_h": loss.longest / 3600.0,
        "service_unserved_kwh": loss.service / KWH,
        "margin_k": loss.margin,
        "sheds_kwh": {name: joules / KWH for name, joules in loss.sheds(whole).items()},
    }
