"""All kinds of equipment: ours, and those that installed packages add."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points

from ilrs.components.ascent_vehicle import AscentVehicle
from ilrs.components.battery import Battery
from ilrs.components.biological_module import BiologicalModule
from ilrs.components.bus_tie import BusTie
from ilrs.components.cable import Cable
from ilrs.components.command_center import CommandCenter
from ilrs.components.component import Component
from ilrs.components.crew import Crew
from ilrs.components.cryogenic_tank import CryogenicTank
from ilrs.components.drill import CoreDrill
from ilrs.components.earth_observer import EarthObserver
from ilrs.components.excavator import Excavator
from ilrs.components.fission_reactor import FissionReactor
from ilrs.components.gravimeter import Gravimeter
from ilrs.components.ground_penetrating_radar import GroundPenetratingRadar
from ilrs.components.ground_station import GroundStation
from ilrs.components.heat_flow_probe import HeatFlowProbe
from ilrs.components.heater import Heater
from ilrs.components.hopper import Hopper
from ilrs.components.isru_plant import IsruPlant
from ilrs.components.load import Load
from ilrs.components.magnetotelluric import Magnetotelluric
from ilrs.components.mission_control import MissionControl
from ilrs.components.radiator import ZenithRadiator
from ilrs.components.radio import Radio
from ilrs.components.radio_array import RadioArray
from ilrs.components.radioisotope_generator import RadioisotopeGenerator
from ilrs.components.radioisotope_heater import RadioisotopeHeater
from ilrs.components.recorder import Recorder
from ilrs.components.regenerative_fuel_cell import RegenerativeFuelCell
from ilrs.components.relay import Relay
from ilrs.components.rover import Rover
from ilrs.components.sample_cache import SampleCache
from ilrs.components.sampler import Sampler
from ilrs.components.seismometer import Seismometer
from ilrs.components.solar_array import SolarArray
from ilrs.components.switchgear import Switchgear
from ilrs.components.telescope import Telescope
from ilrs.components.tether_robot import TetherRobot
from ilrs.components.thermal_mass import Box
from ilrs.errors import ScenarioError

OURS: tuple[type[Component], ...] = (
    SolarArray,
    Battery,
    RegenerativeFuelCell,
    FissionReactor,
    RadioisotopeGenerator,
    RadioisotopeHeater,
    Cable,
    BusTie,
    Switchgear,
    Load,
    CommandCenter,
    Box,
    Heater,
    ZenithRadiator,
    Recorder,
    Radio,
    Relay,
    GroundStation,
    MissionControl,
    Excavator,
    IsruPlant,
    CryogenicTank,
    BiologicalModule,
    Crew,
    Rover,
    Hopper,
    Seismometer,
    HeatFlowProbe,
    Magnetotelluric,
    Gravimeter,
    GroundPenetratingRadar,
    CoreDrill,
    TetherRobot,
    Sampler,
    SampleCache,
    AscentVehicle,
    Telescope,
    RadioArray,
    EarthObserver,
)


@lru_cache(maxsize=1)
def kinds() -> dict[str, type[Component]]:
    """Every kind by its name; a partner's kind may not take the name of another."""
    found = {kind.model_fields["kind"].default: kind for kind in OURS}
    for entry in entry_points(group="ilrs.components"):
        kind = entry.load()
        if not (isinstance(kind, type) and issubclass(kind, Component)):
            raise ScenarioError(
                f"entry point {entry.name!r} ({entry.value}) is not a component",
                remedy="name a subclass of ilrs.components.component.Component",
            )
        if entry.name in found:
            raise ScenarioError(
                f"entry point {entry.name!r} takes the name of a known kind", remedy="rename it"
            )
        found[entry.name] = kind
    return found
