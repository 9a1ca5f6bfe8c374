"""A dispatch written as a network that PyPSA reads: the same columns, bounds, costs and balances.

Everything that flows is a generator (one node) or a link with as many ports as it touches nodes;
what stores hold hangs on buses of their own. Shared rates and memories are buses too, and the
linear heat laws a link from a temperature to a heat node, so that both programmes have one optimum.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from ilrs.errors import PlanError, RunError, Where
from ilrs.flows.carriers import carrier_of
from ilrs.planning.dispatch import HOUR, Dispatch, Start
from ilrs.planning.objective import SCALE, declared_cost, service_objective

Floats = NDArray[np.float64]
Entry = float | Floats


class Exchange:
    """The tables of a PyPSA network over plan steps `first`..`last`-1 of a dispatch from `start`.

    Powers in kW, energies in kWh, data in Gbit, matter in kg, and rates of those an hour; heat
    laws carry temperatures [K] as if they were powers.
    """

    def __init__(self, dispatch: Dispatch, first: int, last: int, start: Start) -> None:
        """Write all of it down; raises `PlanError` for what PyPSA has no words for."""
        self.dispatch, self.first, self.last, self.start = dispatch, first, last, start
        self.network, self.layout = dispatch.network, dispatch.layout
        self.count = last - first
        self.hours = dispatch.hours[first:last]
        self.static: dict[str, dict[str, dict[str, Any]]] = {}
        self.series: dict[tuple[str, str], dict[str, Floats]] = {}
        shape = (self.count, self.layout.width)
        lower, upper = dispatch._bounds(first, last, start)
        aim = (service_objective if dispatch.serve else declared_cost)(
            self.network, self.layout, self.hours, dispatch.store_scale
        )
        self.lower, self.upper = lower.reshape(shape), upper.reshape(shape)
        if not dispatch.serve:
            owed = aim.owed.reshape(shape)
            self.lower = np.maximum(self.lower, np.where(owed, self.upper, 0.0))
        self.cost = aim.cost.reshape(shape) / self.hours[:, None]
        self.entries = self._entries()
        self._stores()
        self._rates()
        self._memories()
        self._warmth()
        for f, name in enumerate(self.network.flows.names):
            self._flow(f, name)

    def write(self, folder: Path) -> Path:
        """Write the folder that `pypsa.Network(folder)` reads."""
        clock = self.network.clock
        second = self.dispatch.steps.first[self.first : self.last] * clock.step
        snapshots = pd.to_datetime(clock.start + second.astype("timedelta64[s]"))
        snapshots = pd.Index(snapshots.strftime("%Y-%m-%d %H:%M:%S"), name="snapshot")
        weights = {kind: self.hours for kind in ("objective", "stores", "generators")}
        carriers = pd.Index(sorted({row["carrier"] for row in self.static["buses"].values()}))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            pd.DataFrame(weights, index=snapshots).to_csv(folder / "snapshots.csv")
            pd.DataFrame(index=carriers.rename("name")).to_csv(folder / "carriers.csv")
            for component, rows in self.static.items():
                table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("name")
                table.to_csv(folder / f"{component}.csv")
            for (component, key), columns in self.series.items():
                table = pd.DataFrame(columns, index=snapshots)
                table.to_csv(folder / f"{component}-{key}.csv")
        except OSError as error:
            raise RunError(
                f"the network cannot be written: {error.strerror or error}", where=Where(folder)
            ) from error
        return folder

    # -- what each column touches ----------------------------------------------------------------

    def _entries(self) -> list[dict[str, Entry]]:
        """What a unit of every flow adds to every node that balances."""
        network, scale = self.network, self.dispatch.flow_scale
        warm = {int(n) for n in network.masses.node}
        columns = sparse.csc_array(network.incidence)
        found: list[dict[str, Entry]] = []
        for f in range(self.layout.flows):
            touched: dict[str, Entry] = {}
            part = slice(columns.indptr[f], columns.indptr[f + 1])
            for node, amount in zip(columns.indices[part], columns.data[part], strict=True):
                name = network.nodes[node]
                if name.endswith("/heat") and node not in warm:
                    continue
                if amount:
                    touched[name] = float(amount * scale[f] / SCALE[carrier_of(name).unit])
            found.append(touched)
        kept = [n for i, n in enumerate(network.nodes) if not n.endswith("/heat") or i in warm]
        for name in kept:
            self._bus(name, name.rsplit("/", 1)[-1])
        return found

    def _stores(self) -> None:
        stores, flows = self.network.stores, self.network.flows
        for s, name in enumerate(stores.names):
            bus = f"{name}/content"
            self._bus(bus, flows.carriers[flows.first["charge"] + s])
            charge, discharge = flows.first["charge"] + s, flows.first["discharge"] + s
            scale = float(self.dispatch.flow_scale[charge] / self.dispatch.store_scale[s])
            self.entries[charge][bus] = stores.charge_efficiency[s] * scale
            self.entries[discharge][bus] = -scale / stores.discharge_efficiency[s]
            here = stores.arrival[s] <= self.dispatch.steps.first[self.first]
            column = self.layout.block("content").start + s
            most = float(self.upper[:, column].max())
            self._put(
                *("stores", name),
                bus=bus,
                e_nom=most,
                e_min_pu=self.lower[:, column] / max(most, 1e-300),
                e_max_pu=self.upper[:, column] / max(most, 1e-300),
                e_initial=self._held(s) if here and not self.dispatch.cyclic else 0.0,
                e_cyclic=self.dispatch.cyclic,
                standing_loss=float(-np.expm1(-stores.loss_rate[s] * HOUR)),
                marginal_cost_storage=self.cost[:, column],
            )
            if not here:
                self._arrives(name, bus, s)

    def _held(self, store: int) -> float:
        return float(self.start.content[store] / self.dispatch.store_scale[store])

    def _arrives(self, name: str, bus: str, store: int) -> None:
        """A store's content that comes with it, within the step of its arrival."""
        stores, steps = self.network.stores, self.dispatch.steps
        step = int(np.searchsorted(steps.first, stores.arrival[store])) - self.first
        if 0 <= step < self.count and stores.initial[store]:
            brought = np.zeros(self.count)
            brought[step] = stores.initial[store] / self.dispatch.store_scale[store]
            self._put("loads", f"{name} arrives", bus=bus, p_set=-brought / self.hours)

    def _rates(self) -> None:
        """Links that share a radio: within its rate, and with its power for the time used."""
        groups, flows, scale = self.network.groups, self.network.flows, self.dispatch.flow_scale
        caps = self.dispatch.group_caps()[:, self.first : self.last]
        for g in np.nonzero(~groups.content)[0]:
            members = [f for f in range(self.layout.flows) if flows.group[f] == g]
            bus, rate = f"{groups.names[g]}/rate", caps[g]
            self._bus(bus, "shared rate")
            self._limited("generators", groups.names[g], rate * HOUR / scale[members[0]], bus=bus)
            sink = groups.power_sink[g]
            feeds = f"{groups.names[g]}/fed"
            open_ = rate > 1e-9 * max(rate.max(initial=0.0), 1.0)
            power = np.where(open_, groups.power[g] / np.where(open_, rate, 1.0), 0.0)
            for f in members:
                self.entries[f][bus] = -1.0
                if sink >= 0:
                    self.entries[f][feeds] = -power * (scale[f] / SCALE["J"])
            if sink >= 0:
                fed = flows.first["sink"] + int(sink)
                self._bus(feeds, "radio power")
                self.entries[fed][feeds] = 1.0
                self._limited(
                    "generators", f"{feeds} unused", self.upper[:, fed], bus=feeds, sign=-1
                )

    def _memories(self) -> None:
        """Stores that share a memory: it holds what they hold together."""
        groups, stores, flows = self.network.groups, self.network.stores, self.network.flows
        for g in np.nonzero(groups.content)[0]:
            members = np.nonzero(stores.group == g)[0]
            if (stores.loss_rate[members] * stores.capacity[members]).any() or self.dispatch.cyclic:
                raise PlanError(
                    f"{groups.names[g]}: PyPSA has no words for stores that share a memory and "
                    "lose some of it, or end as they begin",
                    remedy="give the stores no losses of their own",
                )
            bus = f"{groups.names[g]}/memory"
            self._bus(bus, flows.carriers[flows.first["charge"] + int(members[0])])
            for s in members:
                for kind in ("charge", "discharge"):
                    entry = self.entries[flows.first[kind] + int(s)]
                    entry[bus] = entry[f"{stores.names[s]}/content"]
            most = float(groups.cap[g] / self.dispatch.store_scale[members[0]])
            here = [
                s for s in members if stores.arrival[s] <= self.dispatch.steps.first[self.first]
            ]
            held = sum(self._held(int(s)) for s in here)
            self._put("stores", groups.names[g], bus=bus, e_nom=most, e_initial=held)
            for s in set(members) - set(here):
                self._arrives(f"{groups.names[g]}: {stores.names[s]}", bus, int(s))

    def _warmth(self) -> None:
        """The linear heat laws about the reference, and the comfort slacks."""
        masses, part = self.network.masses, slice(self.first, self.last)
        if not masses.names:
            return
        reference = self.dispatch.reference[part]
        constant, slope = self.dispatch.passive(self.first, self.last, reference)
        (low, high), starts = self.dispatch.comfort(self.first, self.last), self.layout
        for m, name in enumerate(masses.names):
            node, bus = self.network.nodes[masses.node[m]], f"{name}/temperature"
            self._bus(bus, "temperature")
            fixed = (constant[:, m] - slope[:, m] * reference[:, m]) / 1e3
            self._put("loads", f"{name} passive", bus=node, p_set=-fixed)
            hottest = self.upper[:, starts.block("temperature").start + m]
            ends: dict[str, Any] = {"bus0": bus, "bus1": node}
            self._limited("links", f"{name} law", hottest, **ends, efficiency=slope[:, m] / 1e3)
            self._limited("generators", f"{name} within", high[:, m], low[:, m], bus=bus)
            for slack, sign in (("cold", -1), ("hot", 1)):
                column = starts.block(slack).start + m
                price: dict[str, Any] = {"marginal_cost": self.cost[:, column], "sign": sign}
                self._limited(
                    "generators", f"{name} {slack}", self.upper[:, column], bus=bus, **price
                )

    def _flow(self, f: int, name: str) -> None:
        """A column as a generator where it touches one node, as a link where it touches more."""
        touched, cost = self.entries[f], self.cost[:, f]
        bounds = self.upper[:, f], self.lower[:, f]
        if len(touched) == 1:
            ((bus, sign),) = touched.items()
            self._limited("generators", name, *bounds, bus=bus, sign=sign, marginal_cost=cost)
            return
        takes = [n for n, a in touched.items() if isinstance(a, float) and a < 0.0]
        if takes:
            begins = takes[0]
            unit = -float(touched.pop(begins))
        else:
            begins, unit = f"{name}/source", 1.0
            self._bus(begins, self.network.flows.carriers[f])
            self._limited("generators", name, *bounds, bus=begins)
        ports: dict[str, Any] = {"bus0": begins, "marginal_cost": cost / unit}
        for k, (bus, amount) in enumerate(touched.items(), start=1):
            ports[f"bus{k}"] = bus
            ports["efficiency" if k == 1 else f"efficiency{k}"] = amount / unit
        if not touched:
            raise PlanError(f"{name}: a flow that touches nothing cannot be written for PyPSA")
        self._limited("links", name, *(b * unit for b in bounds), **ports)

    # -- rows ------------------------------------------------------------------------------------

    def _bus(self, name: str, carrier: str) -> None:
        self._put("buses", name, carrier=carrier)

    def _limited(
        self, component: str, name: str, upper: Floats, lower: Floats | None = None, **rest: Any
    ) -> None:
        """A generator or link between bounds that may change with time."""
        most = max(float(upper.max()), 1e-9)
        least = np.zeros(self.count) if lower is None else lower / most
        # What only a shared rate limits has no bound of its own.
        share = np.ones(self.count) if most == np.inf else upper / most
        self._put(component, name, p_nom=most, p_max_pu=share, p_min_pu=least, **rest)

    def _put(self, component: str, name: str, **values: Any) -> None:
        row = self.static.setdefault(component, {}).setdefault(name, {})
        for key, value in values.items():
            if isinstance(value, np.ndarray) and (value != value[0]).any():
                self.series.setdefault((component, key), {})[name] = value
            else:
                row[key] = value[0] if isinstance(value, np.ndarray) else value
