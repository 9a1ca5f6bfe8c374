"""The scenario that `ilrs new` writes: small, commented, and it runs."""

from __future__ import annotations

_TEMPLATE = """\
# A scenario of ilrs: a station in words and numbers.
#
#   ilrs check THIS.yaml      finds mistakes, with line and remedy
#   ilrs run THIS.yaml        computes light and contacts, plans, simulates, judges, reports
#   ilrs components           lists the kinds of equipment and their keys
#
# Quantities carry their unit: 40 kW, 1.2 t, 3 d. A value may say where it comes from:
#   power: {value: 40 kW, source: vsat, status: secondary}
# with status confirmed, secondary, derived or assumed, and `vsat` a key of the table `sources`.
# To start from the reference station instead, write `extends: ilrs` and only what differs.
ilrs: 1 # version of this format
name: my-station
title: A small outpost on the connecting ridge
note: Written by `ilrs new`; every size in it is an assumption to be replaced.

sources:
  mine: Written into a template; replace it

# What a run covers (UTC, the end excluded), and in which steps.
period:
  begins: 2031-01-01
  ends: 2031-04-01
  step: 10 min
  plan_step: 1 h

phases:
  construction:
    title: Construction
    begins: 2031-01-01

# Missions bring facilities on their date, after the missions they depend on.
missions:
  first-landing:
    title: First landing
    date: 2031-01-01
    confidence: assumed # stated, assumed, uncertain, cancelled, done or lost
    phase: construction
    objectives:
      # A metric with a bound; a run shows margin and the date it was met.
      stay-alive:
        text: Keep-alive loads are always served.
        metric: served.keep_alive
        at_least: 99.9 %
        facilities: [outpost]
      report:
        text: Telemetry reaches Earth.
        metric: data.delivered.telemetry
        at_least: 95 %
        facilities: [outpost]

# Places on the Moon name the horizon computed for them; `ilrs horizons` computes new ones.
places:
  ridge-a:
    kind: ground
    latitude: -89.4511 deg
    longitude: 222.6627 deg
    horizon: ridge-a
  earth:
    kind: earth

# Facilities are boxes of components that land together. All components at one place share its
# electricity; a component of kind cable joins two places.
facilities:
  outpost:
    title: Outpost
    facility_class: long-term support
    mission: first-landing
    place: ridge-a
    hibernation: # asleep below this share of the energy left in the stores, awake above
      below: 0.2
      above: 0.5
    components:
      array: # vertical, turning after the Sun, between two heights above ground
        kind: solar_array
        area: {value: 3 m^2, source: mine, status: assumed}
        bottom: 2 m
        top: 10 m
      battery:
        kind: battery
        capacity: {value: 30 kWh, source: mine, status: assumed}
        charge_power: 1.5 kW
        discharge_power: 1.5 kW
      box: # what must be warm stands in one insulated box
        kind: thermal_mass
        heat_capacity: 200 kJ/K
        height: 1 m
        width: 1 m
        minimum: 263.15 K
        maximum: 313.15 K
      heater:
        kind: heater
        power: 150 W
        setpoint: 280.15 K
        hibernation: 270.15 K
      radiator:
        kind: radiator
        area: 1.5 m^2
      computer: # the controller on the Moon, with authority over the station
        kind: command_center
        power: 40 W
        hibernation: 20 W
        computers: 2
        telemetry: 500 bit/s
        beacon: 10 bit/s
        failures:
          computer: {mtbf: 4303 d}
      instruments: # a user of power: a floor that keeps it alive, and a service that makes data
        kind: load
        power: 300 W
        keep_alive: 20 W
        priority: 2 # 1 is shed last, 9 first
        telemetry: 1 kbit/s
        science: 50 kbit/s
      recorder:
        kind: recorder
        capacity: 200 Gbit
      radio: # straight to Earth, which is in view about half the time
        kind: radio
        to: earth
        power: 50 W
        frequency: 8.45 GHz
        eirp_dbw: 15
        receiver_g_over_t_dbk: 43.2
        maximum_rate: 256 kbit/s

  ground-network:
    title: Ground stations
    facility_class: ground support and application
    mission: first-landing
    place: earth
    components:
      kashgar:
        kind: ground_station
        country: China
        latitude: 38.4214 deg
        longitude: 76.7144 deg
        diameter: 35 m
      espacio-lejano:
        kind: ground_station
        country: Argentina
        latitude: -38.1914 deg
        longitude: -70.1495 deg
        diameter: 35 m

  mission-control:
    title: Mission control
    facility_class: ground support and application
    mission: first-landing
    place: earth
    components:
      centre:
        kind: mission_control
        intake: 100 Mbit/s

# What the station does: scheduled by `ilrs plan` and `ilrs run`, judged by what was truly done.
# An objective counts it: {metric: yield, of: images, at_least: 4}. Take the marks away to try.
# activities:
#   panorama:
#     title: Panorama in low light
#     mission: first-landing
#     instruments: [outpost/instruments] # or robots: [ROVER]
#     duration: 6 h
#     power: 40 W
#     requires: sun.area_fraction > 0.5 and earth.visible
#     every: 14 d
#     yields: {images: 1}

# Failures that happen for certain, besides the seeded ones.
faults:
  - component: outpost/radio
    mode: transmitter
    at: 2031-02-01T06:00
    repair: 1 d
"""


def template() -> str:
    """A commented scenario to start from: one place, one facility, Earth; it loads and runs."""
    return _TEMPLATE
