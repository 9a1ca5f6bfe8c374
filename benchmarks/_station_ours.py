"""The station as this project runs it: scenario, environment, network, compiled kernel.

`python -m benchmarks._station_ours NUMBERS DAYS CASES` writes the station's plain numbers for the
peers and serves. Each case has failures of its own seed and is lived from the description to its
whole history, which the next case overwrites.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import ilrs
from benchmarks._station import Station, write
from benchmarks._worker import ROOT, serve
from ilrs.environment.compute import compute_environment
from ilrs.network.assemble import assemble, clock_of
from ilrs.network.network import Network
from ilrs.simulation.faults import Faults, draw_faults
from ilrs.simulation.kernel import advance
from ilrs.simulation.laws import initial_state, laws_of, new_record
from ilrs.simulation.many import at_once
from ilrs.simulation.simulate import orders_of

SCENARIO = ROOT / "benchmarks/station.yaml"
RESERVE = 0.4


def station_network(days: int) -> tuple[Network, int]:
    """The compiled network under the real Sun behind the real horizon, and its facilities."""
    whole = ilrs.load(SCENARIO).scenario
    ends = str(whole.period.begins + np.timedelta64(days, "D"))
    scenario = ilrs.load(SCENARIO, ends=ends).scenario
    environment = compute_environment(scenario, clock_of(scenario), every_height=False)
    facilities = sum(len(facility.components) for facility in scenario.facilities.values())
    return assemble(scenario, environment), facilities


def numbers(network: Network, facilities: int, cases: Sequence[Faults]) -> Station:
    """The network in plain numbers; refuses one that is not a single bus with boxes."""
    flows, sinks, stores, masses = network.flows, network.sinks, network.stores, network.masses
    first = flows.first
    assert first["converter"] == first["end"], "a single bus has neither converters nor links"
    served = np.nonzero(~sinks.dump)[0]
    columns = first["sink"] + served
    charge, discharge = (list(flows.of(kind)) for kind in ("charge", "discharge"))
    brings = network.incidence[masses.node].toarray()
    box = brings[:, columns].argmax(axis=0)
    heater = {int(k) for k in masses.thermostat_sink}
    equipment = [flows.names[f].rsplit(".", 1)[0] for f in columns]
    loads = sorted({n for n, k in zip(equipment, served, strict=True) if int(k) not in heater})
    derated = [list(masses.derating_flow).index(f) for f in charge]
    order = np.argsort(masses.thermostat_mass)
    hour = max(3600.0, float(network.clock.step))
    parts = [*flows.of("source"), *columns, *charge, *discharge]
    where = {int(f): i for i, f in enumerate(parts)}
    ranks = [(int(p), not f) for p, f in zip(sinks.priority, sinks.flexible, strict=True)]
    rank = {key: i for i, key in enumerate(sorted({ranks[k] for k in served}))}
    return Station(
        step=float(network.clock.step),
        reserve=RESERVE,
        vital=sum(priority == 0 for priority, _ in rank),
        facilities=facilities,
        source_power=np.array([network.capacity(f) for f in flows.of("source")]),
        source_minimum=flows.minimum[: first["sink"]],
        sink_power=flows.cap[columns],
        sink_rank=np.array([rank[ranks[k]] for k in served]),
        sink_load=np.array(
            [
                -1 if int(k) in heater else loads.index(n)
                for n, k in zip(equipment, served, strict=True)
            ]
        ),
        sink_box=box,
        sink_heat=brings[box, columns],
        capacity=stores.capacity,
        initial=stores.initial,
        floor=stores.floor,
        rate=flows.cap[charge],
        charge_efficiency=stores.charge_efficiency,
        discharge_efficiency=stores.discharge_efficiency,
        kept=np.exp(-stores.loss_rate * network.clock.step),
        fade_rate=stores.fade_rate,
        fade_per_joule=stores.fade_per_unit,
        battery_box=stores.heat_mass,
        charge_none=masses.derating_none[derated],
        charge_span=(masses.derating_full - masses.derating_none)[derated],
        heat_capacity=masses.capacity,
        warm=masses.initial,
        conductance=masses.conductance,
        leak=masses.leak,
        absorbed=network.profiles[masses.absorbed],
        ground=network.profiles[masses.ground],
        surroundings=network.profiles[masses.surroundings],
        shut=masses.radiator_shut,
        swing=masses.radiator_open - masses.radiator_shut,
        cold=masses.radiator_cold,
        per_kelvin=1.0 / (masses.radiator_hot - masses.radiator_cold),
        sky4=masses.radiator_sky**4,
        setpoint=masses.thermostat_setpoint[order],
        pull=masses.capacity / hour,
        cases=len(cases),
        event_case=np.repeat(np.arange(len(cases)), [len(f.events.step) for f in cases]),
        event_step=np.concatenate([f.events.step for f in cases]),
        event_part=np.array(
            [where[int(t)] for f in cases for t in f.events.target], dtype=np.int64
        ),
        event_health=np.concatenate([f.events.value for f in cases]),
    )


def main(path: Path, days: int, runs: int) -> None:
    """Write the numbers and serve."""
    network, facilities = station_network(days)
    cases = [draw_faults(network, {}, (), seed) for seed in range(1, runs + 1)]
    write(numbers(network, facilities, cases), path)
    orders = orders_of(network, None, np.zeros(0, dtype=np.bool_), RESERVE)
    sinks, flexible = network.flows.of("sink"), network.sinks.flexible
    owed = [f for f, spared in zip(sinks, flexible, strict=True) if not spared]
    served, content = np.zeros(runs), np.zeros((runs, len(network.stores.names)))

    def run() -> None:
        laws, count = laws_of(network), network.clock.count
        rooms = threading.local()

        def lived(i: int) -> None:
            if not hasattr(rooms, "record"):
                rooms.record = new_record(laws, count)
            record = rooms.record
            advance(laws, initial_state(laws), cases[i].events, orders, record, 0, count)
            served[i] = sum(record.flow[:, f].sum() for f in owed) * network.clock.step
            content[i] = record.content[-1]

        at_once(lived, range(runs))

    serve(
        run,
        lambda: {"served": served.tolist(), "content": content.tolist()},
        facility_steps=facilities * network.clock.count * runs,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
