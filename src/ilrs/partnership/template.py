"""The proposal that `ilrs propose new` writes: commented, and it can be checked as it is."""

from __future__ import annotations

_TEMPLATE = """\
# A proposal: what you would bring to the station, and what that would need of it.
#
#   ilrs propose check THIS.yaml   says whether, where and when it fits, what binds, what would help
#   ilrs schema proposal           every key, for editors
#
# Quantities carry their unit: 12 W, 4.5 kg, 2 Gbit/d, 20 h. Percentages are shares: 80 %.
# A value may say where it comes from and how sure it is:
#   body: {value: 4.5 kg, source: weighed, status: confirmed}
# with status confirmed, secondary, derived or assumed, and `weighed` a key of the table `sources`.
# `figures` says it once for all that do not say it themselves.
# What you leave out is taken as not needed. Every figure below is to be replaced.
proposal: 1 # version of this format
name: my-payload # small letters, digits and hyphens
title: A dust camera for the lit ridge
summary: One or two sentences that a reviewer remembers.

who:
  organisation: Our institute
  country: Ours
  kind: institute # agency, institute, university, company, international organisation, association
  partners: []
  contact: team@example.org

# mission (own launch), system (separates and works alone), subsystem, equipment (stays attached),
# ground (antennas on Earth) or application (data, training, software on Earth)
level: equipment
stages: [development, implementation, operation]
# answers: [ilrs-2-ridge] # opportunities you answer; left out, all are tried

# As the call counts: what holds, releases and wires it is included, and growth is added.
mass:
  body: 4.5 kg
  interface: 0.6 kg
  separation: 0 kg
  cables: 0.3 kg
  margin: 20 % # 20 % for a concept, 5 % for a flight unit
  modules: 1 # independent modules it comes in
envelope: {length: 0.3 m, width: 0.3 m, height: 0.4 m}

power:
  bus: 28 V
  survival: 2 W # never to be shed
  least_served: 70 % # of the energy of its modes it must get, in its darkest weeks too
  modes: # duties add to 100 % at most; the survival power is part of each mode
    observing: {mean: 15 W, peak: 22 W, duty: 50 %}
    resting: {mean: 2 W, duty: 50 %}

data:
  protocol: CCSDS space packets
  science: 6 kbit/s # on average
  telemetry: 100 bit/s
  least_delivered: 90 %

thermal:
  operating: {minimum: 253 K, maximum: 323 K}
  survival: {minimum: 223 K, maximum: 343 K}
  unpowered: 8 h # it lives this long without power on the surface
  cruise_unpowered: 24 h # and this long in flight

views: # cones that must be clear; terrain and station are looked at
  horizon:
    towards: azimuth # or zenith, earth, sun
    azimuth: 180 deg # clockwise from north
    elevation: 10 deg
    half_angle: 8 deg
    height: 1.5 m # of the aperture above ground
    clear: 90 % # of the cone
    sun_out: 20 deg # least angle between axis and Sun while it works
    usable: 50 % # of the time
pointing: {accuracy: 2 deg}

electromagnetic:
  transmits: {} # name: {lowest: 2.50 GHz, highest: 2.65 GHz, eirp: -10 dBW, use: local link}
  emits: {} # bands its converters disturb: name: {lowest: 10 kHz, highest: 30 MHz}
  listens: {} # bands it must have quiet: name: {lowest: 1 MHz, highest: 10 MHz, apart: 2 km}

commanding:
  loops: 0.5 # of look, decide and command, a day
models: # handed over before launch
  - {model: structural, before_launch: 1100 d}
  - {model: electrical, before_launch: 950 d}
  - {model: thermal, before_launch: 950 d}
disposal: Switched off and left where it stands.

needs:
  # places: [ridge-b] # left out: any
  light: 30 % # of the time
  # dark: 10 %
  # earth: 30 % # Earth in view
  contact: 50 % # a way for data to Earth
  quiet: [] # seismic, radio, dust, light: what others must not make near it
  makes: []
  robot_setup: 2 h
  robot_monthly: 0 h
  samples: 0
  ground: true

figures: {source: our estimate before any hardware, status: assumed}
gives:
  - {what: Images of lofted dust at sunrise, kind: science, amount: open after a year}

schedule:
  ready: 2029-06-01
  works: 730 d

declared:
  peaceful_use: true
  planetary_protection: II
  export_control: []

# Seen by you and the reviewers alone, and absent from everything that is published:
confidential: [who.contact]

# Where you know your equipment in the station's own terms (see `ilrs components`), say it here, and
# it is simulated instead of the figures of `power` and `data`:
# components:
#   camera: {kind: load, power: 15 W, keep_alive: 2 W, science: 12 kbit/s, duty: 50 %}
# activities: # `self` is your own facility, or your mission
#   look: {title: A look, mission: self, instruments: [self/camera], duration: 2 h, power: 5 W}
"""


def template() -> str:
    """The text of a proposal to start from."""
    return _TEMPLATE
