"""The five primitives that every piece of equipment becomes, and the thermal mass.

Amounts are in the carrier's unit (J, kg, bit), caps in that unit per second. A profile is a number
or an array over the steps of the clock. Flows are never negative; direction is in the primitive.
Costs are in the plan's units: a kWh, a kg, a Gbit, and for what a store holds that times hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Profile = float | NDArray[np.float64]

KEEP_ALIVE = 0
"""The priority of what must never be shed; larger numbers are shed first."""


@dataclass(frozen=True)
class Source:
    """Brings a carrier in at `node`, up to `maximum` [unit/s], at least `minimum` of it (0..1).

    `products` are amounts that each unit brings to other nodes (waste heat, for example).
    """

    name: str
    node: str
    maximum: Profile
    minimum: float = 0.0
    cost: float = 0.0
    products: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Sink:
    """Takes a carrier out at `node`: `demand` [unit/s] of a priority.

    `flexible` sinks (heaters, dumps) are not owed their demand: nothing is unserved when they take
    less. `dump` sinks take only what is left over. `sleep_factor` scales the demand while the
    facility hibernates.
    """

    name: str
    node: str
    demand: Profile
    priority: int = 1
    flexible: bool = False
    dump: bool = False
    sleep_factor: float = 0.0
    group: str | None = None
    products: Mapping[str, float] = field(default_factory=dict)
    cost: float = 0.0


@dataclass(frozen=True)
class Store:
    """Holds a carrier of `node` up to `capacity` [unit], above `floor` (share of capacity).

    Charging `c` at the node adds `charge_efficiency * c` to the content; discharging `d` takes
    `d / discharge_efficiency`. What is lost becomes heat at `heat_node`. `loss_rate` [1/s] is
    self-discharge; `fade_rate` [1/s] and `fade_per_unit` [1/unit of discharge] shrink the capacity.
    `reserve_weight` [J/unit] counts the content as electricity that can still be drawn.
    `cost` is that of a unit discharged. `forward` marks a data store on the way to its destination;
    `fill` a store that surplus fills (otherwise it fills only with by-products); from the node of a
    `buffer` nobody draws but through the store, so that chains of processors end at their tanks. In
    a `heat_node` that is a thermal mass: the capacity that can be drawn falls linearly from all at
    `warm` to `cold_share` at `cold` [K], the rest staying in the store; `fade_rate` holds at
    293.15 K and doubles with every `fade_doubling` [K].
    """

    name: str
    node: str
    capacity: float
    initial: float
    floor: float = 0.0
    charge_maximum: float = np.inf
    discharge_maximum: float = np.inf
    charge_efficiency: float = 1.0
    discharge_efficiency: float = 1.0
    loss_rate: float = 0.0
    fade_rate: float = 0.0
    fade_per_unit: float = 0.0
    heat_node: str | None = None
    cold: float = 0.0
    cold_share: float = 1.0
    warm: float = 1.0
    fade_doubling: float = np.inf
    capacity_group: str | None = None
    reserve_weight: float = 0.0
    forward: bool = False
    fill: bool = True
    buffer: bool = False
    order: int = 0
    cost: float = 0.0
    holding_cost: float = 0.0


@dataclass(frozen=True)
class Converter:
    """Turns carriers into others in fixed ratios: `ratios` are amounts per unit of activity.

    Inputs are negative. `maximum` bounds the activity [unit/s]. Energy, mass and elements must
    close over the ratios; the network check says so by name when they do not.
    """

    name: str
    ratios: Mapping[str, float]
    maximum: Profile
    cost: float = 0.0


@dataclass(frozen=True)
class Link:
    """Moves a carrier from `origin` to `target`: `maximum` [unit/s] sent, `efficiency` arrives.

    `group` names a shared capacity (a radio carries all data classes). `heat_node` takes the loss.
    """

    name: str
    origin: str
    target: str
    maximum: Profile = np.inf
    efficiency: float = 1.0
    group: str | None = None
    heat_node: str | None = None
    delay: Profile = 0.0
    cost: float = 0.0


@dataclass(frozen=True)
class SharedCapacity:
    """A capacity several flows share: stores of one recorder [unit], links of one radio [unit/s].

    `powered_by` names the sink whose served share opens the capacity; `power` [W] is its full draw.
    """

    name: str
    maximum: Profile
    kind: str = "rate"
    powered_by: str | None = None
    power: float = 0.0


@dataclass(frozen=True)
class ThermalMass:
    """A lumped warm mass: heat node `node`, `capacity` [J/K], `initial` temperature [K].

    `absorbed` [W] comes from the Sun; `conductance` [W/K] leads to the ground at `ground` [K];
    `leak` [W/K^4] = emissivity * area * sigma radiates through the insulation to `surroundings`
    [K]. Temperature should stay within `minimum`..`maximum` [K].
    """

    name: str
    node: str
    capacity: float
    initial: float
    minimum: float
    maximum: float
    absorbed: Profile = 0.0
    conductance: float = 0.0
    ground: Profile = 0.0
    leak: float = 0.0
    surroundings: Profile = 0.0


@dataclass(frozen=True)
class Warmth:
    """Heat that nobody can turn off, into `mass_node`: `heat` [W], of isotopes or sunlight."""

    name: str
    mass_node: str
    heat: Profile


@dataclass(frozen=True)
class Radiator:
    """Radiates from `mass_node` to `sky` [K] with emissivity * area * sigma [W/K^4].

    A bimetal louver opens it linearly from `shut` at `cold` [K] to `open` at `hot` [K].
    """

    name: str
    mass_node: str
    shut: float
    open: float
    cold: float
    hot: float
    sky: float = 3.0


@dataclass(frozen=True)
class Thermostat:
    """A heater sink held by temperature: on below `setpoint` [K], `sleep_setpoint` in
    hibernation.
    """

    sink: str
    mass_node: str
    setpoint: float
    sleep_setpoint: float


@dataclass(frozen=True)
class Derating:
    """A flow's cap falls linearly with the temperature of `mass_node` from 1 at `full` to 0 at
    `none` [K].
    """

    flow: str
    mass_node: str
    none: float
    full: float


@dataclass(frozen=True)
class Ramp:
    """What a flow can do rises by `up` [unit/s2] at most from what it does; it may fall at once."""

    flow: str
    up: float


@dataclass(frozen=True)
class Hibernation:
    """When the sinks of `group` sleep and wake, by the share of the station's drawable energy."""

    group: str
    below: float
    above: float
    wake_time: float


@dataclass(frozen=True)
class FailureMode:
    """A way to fail: of `units` like units each takes `loss` (0..1) of the cap of `flows` with it.

    Each unit fails after an exponential time of mean `mtbf` [s] and is back after `repair` [s]
    (infinite: never). The cap left is product over modes of 1 - loss * failed units. A mode with a
    `bearing` [rad] (where what moves points, over the steps) holds it where it was at the failure:
    the Kelly cosine of the angle turned since then is left. `losses` (units, steps) are the shares
    lost with 1, 2, ... units failed, where they are not multiples of `loss`. A `node` stands for
    all flows that bring something there or take it away.
    """

    name: str
    flows: tuple[str, ...]
    mtbf: float
    repair: float = np.inf
    units: int = 1
    loss: float = 1.0
    bearing: NDArray[np.float64] | None = None
    losses: NDArray[np.float64] | None = None
    node: str | None = None
    gone: bool = False


@dataclass(frozen=True)
class Controller:
    """Who commands: `units` like computers, of which one must live, fed by the sink `powered_by`.

    After the loss of the unit in charge the next takes over within `failover` [s].
    """

    name: str
    failure: str
    powered_by: str
    units: int
    failover: float


Primitive = (
    Source
    | Sink
    | Store
    | Converter
    | Link
    | SharedCapacity
    | ThermalMass
    | Warmth
    | Radiator
    | Thermostat
    | Derating
    | Ramp
    | Hibernation
    | FailureMode
    | Controller
)
