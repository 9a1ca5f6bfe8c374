"""Each kind of equipment at a small place of its own: the primitives it becomes."""

import numpy as np
import pytest
from tests.components.place import ONE, of, only

from ilrs.components.battery import Battery
from ilrs.components.cable import Cable
from ilrs.components.command_center import CommandCenter
from ilrs.components.component import Failure
from ilrs.components.fission_reactor import FissionReactor
from ilrs.components.heater import Heater
from ilrs.components.load import Load
from ilrs.components.radiator import ZenithRadiator
from ilrs.components.radio import Radio
from ilrs.components.recorder import Recorder
from ilrs.components.regenerative_fuel_cell import RegenerativeFuelCell
from ilrs.components.registry import kinds
from ilrs.components.relay import Relay
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.components.solar_array import SolarArray
from ilrs.components.thermal_mass import Box
from ilrs.errors import ScenarioError
from ilrs.flows.primitives import (
    KEEP_ALIVE,
    Converter,
    Link,
    Radiator,
    SharedCapacity,
    Sink,
    Source,
    Store,
    ThermalMass,
)


def test_light_is_the_mean_over_bands_between_two_heights(at):
    light = at.ground().light(2.0, 10.0)
    assert light == pytest.approx([0.5, 0.5, 0.75, 1.0])
    assert at.ground().light(10.0, 10.0) == pytest.approx(ONE)
    with pytest.raises(ScenarioError, match="horizons reach from 2 m to 10 m"):
        at.ground().light(0.0, 5.0)


def test_an_array_gives_flux_times_area_times_efficiency_once_it_is_there(at):
    array = SolarArray(
        area=10.0,
        bottom=2.0,
        top=10.0,
        temperature_coefficient=0.0,
        yearly_loss=0.1,
        dead_band=0.0,
    )
    source = only(array.primitives(at), Source)
    full = 10.0 * 1361.0 * 0.30 * 0.95
    assert source.maximum == pytest.approx([0.0, 0.5 * full, 0.75 * 0.9 * full, 0.81 * full])


def test_an_array_upside_down_is_refused():
    with pytest.raises(ValueError, match=r"the top \(2 m\) must be above"):
        SolarArray(area=1.0, bottom=4.0, top=2.0)


def test_a_battery_keeps_to_its_depth_of_discharge(at):
    battery = Battery(capacity=100.0, charge_power=5.0, discharge_power=6.0, round_trip=0.81)
    store = only(battery.primitives(at), Store)
    assert store.floor == pytest.approx(0.2)
    assert store.charge_efficiency * store.discharge_efficiency == pytest.approx(0.81)
    assert store.initial == 100.0


def test_a_fuel_cells_tanks_hold_exactly_each_others_water(at):
    cell = RegenerativeFuelCell(electrolyser_power=10.0, cell_power=5.0, hydrogen=2.0, initial=0.5)
    stores = {s.name.rsplit(".", 1)[1]: s for s in of(cell.primitives(at), Store)}
    assert stores["hydrogen"].initial + stores["oxygen"].initial == pytest.approx(
        stores["water"].capacity - stores["water"].initial
    )
    for converter in of(cell.primitives(at), Converter):
        assert converter.maximum[0] == 0.0, "not there yet"


def test_a_reactor_must_run_and_dumps_what_is_left(at):
    made = FissionReactor(power=40e3, efficiency=0.25, yearly_loss=0.0).primitives(at)
    source = only(made, Source)
    assert source.minimum == 1.0
    assert source.products == {SURROUNDINGS_HEAT: pytest.approx(3.0)}
    assert only(made, Sink).dump


def test_a_cable_loses_what_ohm_says_and_refuses_to_lose_half(at):
    cable = Cable(to="far", power=10e3, length=1000.0, voltage=1000.0, section=1e-5)
    link = only(cable.primitives(at), Link)
    assert 1.0 - link.efficiency == pytest.approx(10e3 * 2 * 2.65e-8 * 1000 / 1e-5 / 1e6)
    with pytest.raises(ValueError, match="larger section or a higher voltage"):
        Cable(to="far", power=10e3, length=1000.0, voltage=100.0, section=1e-5)
    with pytest.raises(ValueError, match=r"no section carries nothing: 106 mm\^2 would lose 5 %"):
        Cable(to="far", power=10e3, length=1000.0, voltage=316.2277, section=0.0)


def test_a_load_splits_into_floor_and_service_and_its_data_follow_the_service(at):
    load = Load(power=100.0, keep_alive=40.0, hibernation=10.0, priority=3, science=6000.0)
    floor, service = of(load.primitives(at), Sink)
    assert (floor.priority, service.priority) == (KEEP_ALIVE, 3)
    assert floor.demand == pytest.approx([0.0, 40.0, 40.0, 40.0])
    assert floor.sleep_factor == pytest.approx(0.25)
    assert service.demand[1] * service.products["ridge/data.science"] == pytest.approx(6000.0)
    assert service.products["base/heat"] == 1.0


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"power": 10.0, "keep_alive": 20.0}, "exceeds power"),
        ({"power": 10.0, "keep_alive": 5.0, "hibernation": 6.0}, "exceeds keep_alive"),
    ],
)
def test_a_load_whose_figures_contradict_is_refused(figures, message):
    with pytest.raises(ValueError, match=message):
        Load(**figures)


def test_data_without_power_to_make_them_are_refused(at):
    with pytest.raises(ValueError, match="no service power"):
        Load(power=10.0, keep_alive=10.0, science=5.0).primitives(at)


def test_a_radio_opens_only_in_view_and_names_an_unknown_partner(at):
    figures = {
        "power": 40.0,
        "frequency": 8.45e9,
        "eirp_dbw": 30.0,
        "receiver_g_over_t_dbk": 40.0,
        "maximum_rate": 1e6,
    }
    shared = only(Radio(to="earth", **figures).primitives(at), SharedCapacity)
    assert shared.maximum[0] == 0.0, "not there yet"
    assert shared.maximum[1] == 0.0, "Earth below the horizon"
    assert 0.0 < shared.maximum[2] <= 1e6
    with pytest.raises(ScenarioError, match=r"'mars', which is not known.*earth, relay"):
        Radio(to="mars", **figures).primitives(at)


def test_a_recorder_shares_one_memory_between_the_classes(at):
    made = Recorder(capacity=1e9).primitives(at)
    shared = only(made, SharedCapacity)
    assert shared.maximum == 1e9
    assert {s.capacity_group for s in of(made, Store)} == {shared.name}
    assert len(of(made, Store)) == 3


def test_a_relay_forwards_to_earth(at):
    made = Relay(capacity=1e9, downlink=1e6).primitives(at)
    assert all(s.forward for s in of(made, Store))
    assert {link.target for link in of(made, Link)} == {
        f"earth/data.{c}" for c in ("emergency", "telemetry", "science")
    }


def test_the_box_its_heater_and_its_radiator_stand_on_one_node(at):
    box = Box(heat_capacity=1e5, height=2.0, width=1.0, minimum=250.0, maximum=310.0)
    mass = only(box.primitives(at), ThermalMass)
    heater = Heater(power=100.0, setpoint=280.0, hibernation=260.0).primitives(at)
    radiator = only(ZenithRadiator(area=2.0).primitives(at), Radiator)
    assert mass.node == radiator.mass_node == "base/heat"
    assert only(heater, Sink).products == {"base/heat": 1.0}
    assert mass.ground == pytest.approx(np.full(4, 100.0))
    with pytest.raises(ValueError, match="let it sleep no warmer than it works"):
        Heater(power=1.0, setpoint=250.0, hibernation=260.0)
    with pytest.raises(ValueError, match="below where it shuts"):
        ZenithRadiator(area=1.0, cold=300.0, hot=290.0)


def test_a_command_centre_is_keep_alive_and_tells_of_itself(at):
    centre = CommandCenter(power=200.0, hibernation=50.0, telemetry=1000.0, beacon=10.0)
    sink = only(centre.primitives(at), Sink)
    assert sink.priority == KEEP_ALIVE
    assert sink.products["ridge/data.telemetry"] * 200.0 == pytest.approx(1000.0)
    assert sink.products["ridge/data.emergency"] * 200.0 == pytest.approx(10.0)


def test_ground_equipment_off_the_ground_is_refused(at):
    orbit = Setting(**{**vars(at), "surroundings": None})
    with pytest.raises(ScenarioError, match="needs a place on the Moon's surface"):
        SolarArray(area=1.0, bottom=2.0, top=4.0).primitives(orbit)


def test_failures_given_by_the_scenario_reach_their_flows(at):
    array = SolarArray(
        area=1.0, bottom=2.0, top=4.0, strings=4, failures={"string_open": Failure(mtbf=1e6)}
    )
    modes = {m.name: m for m in array.primitives(at) if type(m).__name__ == "FailureMode"}
    mode = modes["base/thing.string_open"]
    assert (mode.units, mode.loss, mode.mtbf) == (4, 0.25, 1e6)
    assert np.isinf(modes["base/thing.drive_stuck"].mtbf)


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_says_what_it_is_and_where_it_holds(kind):
    cls = kinds()[kind]
    assert cls.__doc__
    assert cls.VALIDITY
    for name, field in cls.model_fields.items():
        assert field.description or name == "kind", f"{kind}.{name}"
        if isinstance(field.default, float) and field.default not in (0.0,):
            extra = field.json_schema_extra or {}
            assert extra.get("source"), f"{kind}.{name} has a default without source"
            assert extra.get("status") in {"confirmed", "secondary", "derived", "assumed"}
