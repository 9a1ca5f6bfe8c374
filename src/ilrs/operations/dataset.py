"""A run as one labelled dataset: everything the auditor, the report and a reader need."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from ilrs.environment.environment import Environment
from ilrs.network.network import Network
from ilrs.operations.authority import earth_heard
from ilrs.operations.run import FORMAT, Run
from ilrs.simulation.laws import PASSIVE

MODES = "0 awake, 1 hibernating, 2 waking"
AUTHORITY = "0 a computer on the Moon, 1 Earth, 2 nobody"


def to_dataset(run: Run) -> xr.Dataset:
    """History of a run with the truth's incidence and stores, and the environment it lived in.

    Rates are means over the step that begins at `time`; contents and temperatures are those at its
    end; the environment is that in its middle.
    """
    network, record = run.truth, run.record
    kinds = list(network.flows.first)[:-1]
    kind = np.concatenate([np.full(len(network.flows.of(k)), k) for k in kinds])
    stores, masses = network.stores, network.masses
    dataset = xr.Dataset(
        {
            "rate": (
                ("time", "flow"),
                record.flow,
                {"units": "unit/s", "long_name": "rate of a flow"},
            ),
            "wanted": (("time", "sink"), record.wanted, {"units": "unit/s", "long_name": "demand"}),
            "available": (
                ("time", "source"),
                _available(network),
                {"units": "unit/s", "long_name": "what a source could give, before failures"},
            ),
            "content": (
                ("time", "store"),
                record.content,
                {"units": "unit", "long_name": "content"},
            ),
            "loss": (
                ("time", "store"),
                record.loss,
                {"units": "unit/s", "long_name": "self-discharge"},
            ),
            "fade": (("time", "store"), record.fade, {"units": "1", "long_name": "capacity lost"}),
            "temperature": (("time", "mass"), record.temperature, {"units": "K"}),
            "passive_heat": (("time", "mass", "law"), record.passive, {"units": "W"}),
            "mode": (("time", "sleeper"), record.mode, {"flags": MODES}),
            "override": (
                ("time",),
                record.override,
                {"units": "W", "long_name": "keep-alive against plan"},
            ),
            "authority": (("time",), run.authority, {"flags": AUTHORITY}),
            "contact": (
                ("time",),
                earth_heard(run.scenario, run.environment),
                {"long_name": "a way from the station to Earth"},
            ),
            "incidence": (("node", "flow"), network.incidence.toarray()),
            "residual_content": (("report", "store"), run.prediction.content, {"units": "unit"}),
            "residual_temperature": (
                ("report", "mass"),
                run.prediction.temperature,
                {"units": "K"},
            ),
            "residual_age": (("report",), run.prediction.age, {"units": "s"}),
            "residual_step": (("report",), run.prediction.step),
            **_environment(run.environment),
        },
        coords={
            "time": ("time", network.clock.seconds, _time_attributes(network)),
            "flow": list(network.flows.names),
            "flow_kind": ("flow", kind),
            "flow_unit": ("flow", list(network.flows.units)),
            "carrier": ("flow", list(network.flows.carriers)),
            "sink": [network.flows.names[f] for f in network.flows.of("sink")],
            "source": [network.flows.names[f] for f in network.flows.of("source")],
            "priority": ("sink", network.sinks.priority),
            "flexible": ("sink", network.sinks.flexible),
            "dump": ("sink", network.sinks.dump),
            "node": list(network.nodes),
            "store": list(stores.names),
            "store_unit": ("store", list(stores.units)),
            "store_node": ("store", [network.nodes[n] for n in stores.node]),
            "capacity": ("store", stores.capacity),
            "initial": ("store", stores.initial),
            "floor": ("store", stores.floor),
            "charge_efficiency": ("store", stores.charge_efficiency),
            "discharge_efficiency": ("store", stores.discharge_efficiency),
            "reserve_weight": ("store", stores.reserve_weight),
            "store_arrival": ("store", stores.arrival),
            "store_heat": ("store", stores.heat_mass),
            "mass": list(masses.names),
            "mass_node": ("mass", [network.nodes[n] for n in masses.node]),
            "heat_capacity": ("mass", masses.capacity),
            "initial_temperature": ("mass", masses.initial),
            "mass_arrival": ("mass", masses.arrival),
            "coldest": ("mass", masses.minimum),
            "hottest": ("mass", masses.maximum),
            "law": list(PASSIVE),
            "sleeper": list(network.sleepers.names),
        },
        attrs={
            "Conventions": "CF-1.11",
            "title": run.scenario.title,
            "format": FORMAT,
            "start": str(network.clock.start),
            "step_s": network.clock.step,
        },
    )
    return dataset


def _available(network: Network) -> np.ndarray:
    """Caps of sources (time, source) [unit/s], at half precision of a double."""
    series = [network.capacity(f).astype(np.float32) for f in network.flows.of("source")]
    return np.stack(series, axis=1) if series else np.zeros((network.clock.count, 0))


def _time_attributes(network: Network) -> dict[str, str]:
    start = str(network.clock.start).replace("T", " ")
    return {"units": f"seconds since {start}", "standard_name": "time", "calendar": "standard"}


def _environment(environment: Environment) -> dict[str, Any]:
    """Variables over (time, place), and views over (time, view), at half precision of a double."""
    places = environment.places
    names = list(places)

    def by_place(of: Any, units: str, what: str) -> Any:
        series = [np.asarray(of(places[n]), dtype=np.float32) for n in names]
        values = np.stack(series, axis=1) if series else np.zeros((environment.clock.count, 0))
        return (("time", "place"), values, {"units": units, "long_name": what})

    views = [(n, p, v) for n, place in places.items() for p, v in place.views.items()]
    views += [(n, p, v) for n, seen in environment.orbits.items() for p, v in seen.items()]
    return {
        "place": ("place", names),
        "sun_azimuth": by_place(lambda p: p.sun_azimuth, "rad", "azimuth from north"),
        "sun_elevation": by_place(lambda p: p.surroundings.sun_elevation, "rad", "elevation"),
        "sun_area_fraction": by_place(
            lambda p: _at(p.area_fraction, p.surroundings.heights, 2.0), "1", "lit share at 2 m"
        ),
        "sun_area_fraction_10m": by_place(
            lambda p: _at(p.area_fraction, p.surroundings.heights, 10.0), "1", "lit share at 10 m"
        ),
        "earth_azimuth": by_place(lambda p: p.earth_azimuth, "rad", "azimuth from north"),
        "earth_elevation": by_place(lambda p: p.earth_elevation, "rad", "elevation"),
        "earth_above_terrain": by_place(
            lambda p: p.earth_above_terrain, "rad", "above the skyline"
        ),
        "ground_temperature": by_place(
            lambda p: p.surroundings.ground_temperature, "K", "level ground"
        ),
        "depth_temperature": by_place(lambda p: p.depth_temperature, "K", "regolith at depth"),
        "view": ("view", [f"{a} to {b}" for a, b, _ in views]),
        "visible": (
            ("time", "view"),
            np.stack([v.visible > 0 for _, _, v in views], axis=1)
            if views
            else np.zeros((environment.clock.count, 0), dtype=np.bool_),
        ),
        "distance": (
            ("time", "view"),
            np.stack([v.distance.astype(np.float32) for _, _, v in views], axis=1)
            if views
            else np.zeros((environment.clock.count, 0), dtype=np.float32),
            {"units": "m"},
        ),
    }


def _at(series: np.ndarray, heights: np.ndarray, height: float) -> np.ndarray:
    """A series (h, n) at a height between those computed, linear."""
    position = float(np.interp(height, heights, np.arange(len(heights))))
    low = min(int(position), max(len(heights) - 2, 0))
    share = position - low
    return (1.0 - share) * series[low] + share * series[min(low + 1, len(heights) - 1)]
