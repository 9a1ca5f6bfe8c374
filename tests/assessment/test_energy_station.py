"""A station with every kind of energy equipment, lived and audited."""

import numpy as np
import pytest

from ilrs.assessment.audit import audit
from ilrs.operations.dataset import to_dataset
from ilrs.operations.run import run, with_period
from ilrs.scenario.load import load_scenario

STATION = """\
extends: ilrs
name: energy
places:
  ridge-a:
    objects:
      lander: {east: 40 m, north: -30 m, width: 4 m, height: 6 m}
facilities:
  reactor:
    mission: ilrs-1
  command-centre:
    components:
      isotopes: {kind: radioisotope_heater, units: 40}
      generator: {kind: radioisotope_generator, heat_inside: 0.05, mass: 45 kg}
      gear: {kind: switchgear, sections: 3}
      fuel-cell: {water_tank: outside, standby_power: 20 W, mass: 300 kg}
      battery: {chemistry: lfp, mass: 600 kg}
  power-tower-a:
    components:
      array: {layout: up, drive_power: 20 W, dust: 2 %, mast_mass: 20 kg}
      fixed: {kind: solar_array, area: 2 m^2, bottom: 2 m, top: 4 m, tracking: fixed,
              azimuth: 90 deg}
  rover-garage:
    bus: shed
    components:
      tie: {kind: bus_tie, power: 4 kW}
  power-tower-b:
    components:
      cable: {converter: 0.97, circuits: 2}
faults:
  - {component: power-tower-a/array, mode: drive_stuck, at: 2031-01-06T00:00, repair: 4 d}
  - {component: power-tower-b/array, mode: string_open, at: 2031-01-03T00:00, units: 2, repair: 5 d}
  - {component: command-centre/gear, mode: section, at: 2031-01-12T00:00, repair: 1 d}
  - {component: reactor/unit, mode: trip, at: 2031-01-08T00:00, repair: 1 d}
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    file = tmp_path_factory.mktemp("energy") / "energy.yaml"
    file.write_text(STATION)
    loaded = load_scenario(str(file))
    begins, ends = np.datetime64("2031-01-01T00:00:00"), np.datetime64("2031-01-16T00:00:00")
    return run(with_period(loaded, begins, ends, 600.0), 3)


def rate(lived, name):
    return lived.record.flow[:, lived.network.flows.index(name)]


def test_every_balance_closes(lived):
    checks = audit(to_dataset(lived))
    assert len(checks) > 30
    assert [c for c in checks if not c.passed] == []
    assert max(c.worst for c in checks) <= 1e-9


def test_every_part_had_its_work(lived):
    hours = 6
    generator = rate(lived, "command-centre/generator")
    isolated = slice(11 * 24 * hours, 12 * 24 * hours)
    assert generator[isolated] == pytest.approx(generator[0] * 2 / 3, rel=0.01), "one section of 3"
    assert np.delete(generator, isolated).min() > 100.0
    assert rate(lived, "rover-garage/tie.back").max() > 0.0, "the shed lives by its tie"
    assert rate(lived, "command-centre/fuel-cell.water_heater").max() > 0.0
    water = lived.network.masses.names.index("command-centre/fuel-cell.water_tank")
    assert lived.record.temperature[:, water].min() > 273.15
    trip = 7 * 24 * hours
    reactor = rate(lived, "reactor/unit")
    assert reactor[trip : trip + 24 * hours].max() == 0.0
    back = reactor[trip + 24 * hours :][:12]
    assert np.all(np.diff(back) > 0.0)
    assert back[-1] == pytest.approx(reactor[trip - 1], rel=0.01)


def test_objects_are_in_the_certificate(lived):
    objects = lived.certificate()["environment"]["objects"]
    assert "lander" in objects["ridge-a"]
    assert "power-tower-a/array" in objects["garage"]
