"""Truth: the network as it really is, a little off its description."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ilrs.network.network import Network
from ilrs.simulation.faults import stream


def component_of(name: str) -> str:
    """The component of a flow or store: `facility/component` of `facility/component.part`."""
    return name.split(".", 1)[0]


def offset(network: Network, spread: float, seed: int) -> Network:
    """The same network with every component's output, demand or capacity off by a drawn factor.

    One factor a component, normal with standard deviation `spread` and mean 1, held to three
    deviations. Radios, tanks of the water cycle and data are left as described, since their figures
    are settings and conserved amounts rather than performance.
    """
    factors: dict[str, float] = {}

    def factor(name: str) -> float:
        component = component_of(name)
        if component not in factors:
            draw = stream(seed, f"offset {component}").standard_normal()
            factors[component] = 1.0 + spread * float(np.clip(draw, -3.0, 3.0))
        return factors[component]

    cap = network.flows.cap.copy()
    for f in network.flows.of("source"):
        cap[f] *= factor(network.flows.names[f])
    radios = {int(k) for k in network.groups.power_sink}
    for k, f in enumerate(network.flows.of("sink")):
        settled = network.sinks.flexible[k] or network.sinks.dump[k] or k in radios
        if not settled and not network.flows.carriers[f].startswith("data."):
            cap[f] *= factor(network.flows.names[f])
    electric = [network.nodes[n].endswith("/electricity") for n in network.stores.node]
    scale = np.array(
        [factor(n) if e else 1.0 for n, e in zip(network.stores.names, electric, strict=True)]
    )
    stores = replace(
        network.stores,
        capacity=network.stores.capacity * scale,
        initial=network.stores.initial * scale,
    )
    return replace(network, flows=replace(network.flows, cap=cap), stores=stores)
