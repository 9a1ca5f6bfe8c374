"""The series of a stored run that its report draws, each read or computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import RunError
from ilrs.operations.folder import StoredRun
from ilrs.rendering.bins import Floats, Steps
from ilrs.rendering.panel import LEFT, RIGHT
from ilrs.rendering.timeline import Timeline

Bools = NDArray[np.bool_]
ELECTRICITY, HEAT, DATA = "/electricity", "/heat", "/data."
SUPPLIES = ("array", "reactor", "source", "battery", "cell")


@dataclass(frozen=True)
class Supply:
    """One flow of electricity into the station: its kind (one of `SUPPLIES`) and gain per unit."""

    name: str
    kind: str
    flow: int
    gain: float


class RunSeries:
    """Series over steps, shape (count,) unless said; nothing is read before it is asked for."""

    def __init__(self, stored: StoredRun) -> None:
        """Of a run read back from its folder."""
        self.stored = stored
        self.data = stored.dataset
        self.start = np.datetime64(str(self.data.attrs["start"]), "s")
        self.step = float(self.data.attrs["step_s"])
        self.count = int(self.data.sizes["time"])

    # The clock

    @property
    def length(self) -> float:
        """Length of the run [s]."""
        return self.count * self.step

    def timeline(
        self, first: int = 0, last: int | None = None, *, left: float = LEFT, right: float = RIGHT
    ) -> Timeline:
        """The axis of time over steps `first` to `last`."""
        last = self.count if last is None else last
        return Timeline(
            self.start, first * self.step, max(last, first + 1) * self.step, left, right
        )

    def middles(self, at: Steps) -> Floats:
        """Seconds at the middles of bins."""
        return (at[:-1] + at[1:]).astype(np.float64) * (0.5 * self.step)

    def step_of(self, instant: str, *, ends: bool = False) -> int:
        """The step that an instant lies in, or that `ends` at it, kept within the run."""
        moment = np.datetime64(instant.rstrip("Z"), "s")
        step = int((moment - self.start) / np.timedelta64(1, "s") // self.step)
        return min(max(step - ends, 0), self.count - 1)

    def instant(self, step: int) -> str:
        """The beginning of a step."""
        return str(self.start + np.timedelta64(int(step * self.step), "s"))

    # Names

    @cache  # noqa: B019 - the series live as long as their page
    def names(self, of: str) -> tuple[str, ...]:
        """Names along a dimension or of a coordinate."""
        if of not in self.data.variables:
            return ()
        return tuple(str(n) for n in self.data[of].values)

    @cache  # noqa: B019 - the series live as long as their page
    def array(self, name: str) -> NDArray[Any]:
        """A variable's values; a run of an earlier version may lack it."""
        if name not in self.data:
            raise RunError(
                f"the run has no variable {name!r}: an earlier version wrote it",
                remedy="run the scenario again with this version",
            )
        return np.asarray(self.data[name].values)

    @cached_property
    def flow_index(self) -> dict[str, int]:
        """Index of every flow by its name."""
        return {name: i for i, name in enumerate(self.names("flow"))}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kind of a component by `facility/component`, as far as the mass budget names it."""
        rows = self.stored.summary.get("mass", [])
        return {f"{r['facility']}/{r['component']}": r["kind"] for r in rows}

    # Flows

    @cached_property
    def rate(self) -> Floats:
        """Rates (count, flows) [unit/s]."""
        return self.array("rate")

    @cached_property
    def wanted(self) -> Floats:
        """Demands (count, sinks) [unit/s]."""
        return self.array("wanted")

    @cached_property
    def incidence(self) -> Floats:
        """Units into a node per unit of flow (nodes, flows)."""
        return self.array("incidence")

    @cached_property
    def supplies(self) -> list[Supply]:
        """Flows that bring electricity in: sources, stores emptied, and converters that make it."""
        electric = np.array([n.endswith(ELECTRICITY) for n in self.names("node")], dtype=np.bool_)
        flow_kind = self.names("flow_kind")
        found = []
        for name, f in self.flow_index.items():
            gain = float(self.incidence[electric, f].sum())
            if gain <= 0.0 or flow_kind[f] not in {"source", "discharge", "converter"}:
                continue
            kind = {"discharge": "battery", "converter": "cell"}.get(flow_kind[f], "source")
            if kind == "source":
                said = self.kinds.get(name, name)
                kind = next((k for k in ("array", "reactor") if k in said), "source")
            found.append(Supply(name, kind, f, gain))
        return found

    def supply(self, kind: str) -> Floats:
        """Electricity [W] that supplies of a kind bring."""
        flows = [s for s in self.supplies if s.kind == kind]
        if not flows:
            return np.zeros(self.count)
        return self.rate[:, [s.flow for s in flows]] @ np.array([s.gain for s in flows])

    @cached_property
    def stored_away(self) -> Floats:
        """Electricity [W] put into batteries and electrolysers."""
        electric = np.array([n.endswith(ELECTRICITY) for n in self.names("node")], dtype=np.bool_)
        taken = -self.incidence[electric].sum(axis=0)
        kind = np.array(self.names("flow_kind"))
        taken = np.where((kind == "charge") | (kind == "converter"), np.maximum(taken, 0.0), 0.0)
        return self.rate @ taken

    @cached_property
    def available(self) -> Floats | None:
        """Electricity [W] that sources could give before failures; None where it was not kept."""
        if "available" not in self.data.variables:
            return None
        carriers = self.names("carrier")
        electric = [carriers[self.flow_index[n]] == "electricity" for n in self.names("source")]
        if not any(electric):
            return None
        chosen = self.array("available")[:, np.array(electric, dtype=np.bool_)]
        return np.asarray(chosen.sum(axis=1, dtype=np.float64))

    # Demands

    @cached_property
    def _sinks(self) -> dict[str, NDArray[Any]]:
        carriers = self.names("carrier")
        flows = np.array([self.flow_index[n] for n in self.names("sink")], dtype=np.int64)
        electric = np.array([carriers[f] == "electricity" for f in flows], dtype=np.bool_)
        return {
            "flow": flows,
            "priority": self.array("priority").astype(int),
            "firm": electric
            & ~self.array("flexible").astype(bool)
            & ~self.array("dump").astype(bool),
            "flexible": electric & self.array("flexible").astype(bool),
            "dump": electric & self.array("dump").astype(bool),
        }

    @cached_property
    def priorities(self) -> list[int]:
        """Priorities of loads that are owed electricity."""
        return sorted({int(p) for p in self._sinks["priority"][self._sinks["firm"]]})

    @cache  # noqa: B019 - the series live as long as their page
    def owed(self, priority: int) -> tuple[Floats, Floats]:
        """Electricity [W] wanted and served at a priority, of loads with a profile."""
        chosen = self._sinks["firm"] & (self._sinks["priority"] == priority)
        wanted = self.wanted[:, chosen].sum(axis=1)
        return wanted, self.rate[:, self._sinks["flow"][chosen]].sum(axis=1)

    @cached_property
    def as_needed(self) -> Floats:
        """Electricity [W] of heaters and radios, which take what they need."""
        return self.rate[:, self._sinks["flow"][self._sinks["flexible"]]].sum(axis=1)

    @cached_property
    def needed(self) -> Floats:
        """Electricity [W] owed to loads with a profile, and what heaters and radios took."""
        return sum((self.owed(p)[0] for p in self.priorities), self.as_needed)

    @cached_property
    def unserved(self) -> Floats:
        """Electricity [W] owed and not given."""
        sums = [self.owed(p) for p in self.priorities]
        return sum((np.maximum(w - s, 0.0) for w, s in sums), np.zeros(self.count))

    # Stores

    @cached_property
    def _drawn_on(self) -> NDArray[np.int64]:
        """The stores that count in the reserve; the arrays below hold these alone."""
        return np.flatnonzero(self.array("reserve_weight"))

    def _above_floor(self, content: Floats, capacity: Floats) -> Floats:
        weight, floor = (self.array(n)[self._drawn_on] for n in ("reserve_weight", "floor"))
        return np.asarray(np.maximum(content - floor * capacity, 0.0) @ weight)

    @cached_property
    def fitted(self) -> Floats:
        """Electricity [J] that full stores of the reserve could give, with fade, down to floors."""
        return self._above_floor(self._capacity, self._capacity)

    @cached_property
    def held(self) -> Floats:
        """Electricity [J] that the stores of the reserve can still give at the end of a step."""
        return self._above_floor(self._content_here, self._capacity)

    def _share(self, content: Floats, capacity: Floats) -> Floats:
        held, full = self._above_floor(content, capacity), self._above_floor(capacity, capacity)
        return np.where(full > 0.0, held / np.maximum(full, 1e-300), np.nan)

    @cached_property
    def content(self) -> Floats:
        """Contents (count, stores) [unit]."""
        return self.array("content")

    @cached_property
    def _capacity(self) -> Floats:
        """Capacities with fade (count, stores), nothing before arrival."""
        here = np.arange(self.count)[:, None] >= self.array("store_arrival")[self._drawn_on]
        capacity, fade = self.array("capacity")[self._drawn_on], self.array("fade")
        return np.where(here, capacity * (1.0 - fade[:, self._drawn_on]), 0.0)

    @cached_property
    def _content_here(self) -> Floats:
        """Contents from arrival on (count, stores), nothing before."""
        return np.where(self._capacity > 0.0, self.content[:, self._drawn_on], 0.0)

    @cached_property
    def reserve(self) -> Floats:
        """Share of drawable energy left at the end of every step; NaN before any store is there."""
        return self._share(self._content_here, self._capacity)

    @cached_property
    def plan_ends(self) -> Steps:
        """The last step of every plan step."""
        return np.clip(self.stored.plan.first[1:] - 1, 0, self.count - 1)

    @cached_property
    def plan_reserve(self) -> Floats:
        """The plan's share of drawable energy at the ends of its steps, of the run's capacities."""
        plan = self.stored.plan
        names = self.names("store")
        columns = [plan.store_names.index(names[s]) for s in self._drawn_on]
        return self._share(plan.level[:, columns], self._capacity[self.plan_ends])

    # Light and view

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Places on the ground."""
        return self.names("place")

    def light(self, place: str, height: int) -> Floats:
        """Lit share of the Sun's disc at 2 or 10 m above a place."""
        name = "sun_area_fraction_10m" if height == 10 else "sun_area_fraction"
        return self.array(name)[:, self.places.index(place)]

    @cached_property
    def views(self) -> dict[tuple[str, str], int]:
        """Index of the view from one place to another."""
        pairs = [name.split(" to ", 1) for name in self.names("view")]
        return {(a, b): i for i, (a, b) in enumerate(pairs)}

    @cached_property
    def visible(self) -> Bools:
        """Views (count, views) that are open."""
        return self.array("visible").astype(bool)

    @cached_property
    def main(self) -> str | None:
        """The place the report looks from: where the data network is, else the first."""
        nodes = self.names("node")
        for ending in (DATA, ELECTRICITY):
            for place in self.places:
                if any(n.startswith(place + ending) for n in nodes):
                    return place
        return self.places[0] if self.places else None

    @cached_property
    def earths(self) -> set[str]:
        """Names of places that are the Earth."""
        rows = self.stored.summary.get("places", [])
        return {r["name"] for r in rows if r["kind"] == "earth"} or {"earth"}

    @cached_property
    def relays(self) -> list[str]:
        """Names of what is seen from the ground and is not the Earth."""
        ground = set(self.places)
        return sorted({b for a, b in self.views if a in ground} - self.earths)

    def sees_earth(self, place: str) -> Bools:
        """Steps in which a place sees the Earth's centre over its skyline."""
        if "earth_above_terrain" in self.data:
            above: Bools = self.array("earth_above_terrain")[:, self.places.index(place)] > 0.0
            return above
        return self._any([i for (a, b), i in self.views.items() if a == place and b in self.earths])

    def sees_relay(self, place: str) -> Bools:
        """Steps in which a place sees a relay."""
        return self._any([i for (a, b), i in self.views.items() if a == place and b in self.relays])

    def _any(self, columns: list[int]) -> Bools:
        return np.asarray(self.visible[:, columns].any(axis=1), dtype=np.bool_)

    @cached_property
    def contact(self) -> Bools:
        """Steps in which the station has a way to Earth, by itself or through a relay."""
        return np.asarray(self.array("contact"), dtype=np.bool_)
