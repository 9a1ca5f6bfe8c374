"""The sky's kinds of cases on the reference folder, and on cases that are not in it."""

import math
from pathlib import Path

import numpy as np
import pytest
import spiceypy
from ruamel.yaml import YAML

from ilrs.data import kernels
from ilrs.sky.time import read_utcs, tdb_from_utc
from ilrs.validation import validate

OURS = [
    "directions",
    "subpoints",
    "eclipse_catalogue",
    "relay_visibility",
    "orbit_state",
]


def write(folder: Path, *cases) -> Path:
    with (folder / "cases.yaml").open("w") as file:
        YAML().dump({"version": 1, "cases": list(cases)}, file)
    return folder


def test_the_reference_cases_of_the_sky(reference_dir) -> None:
    results = validate(reference_dir, OURS)
    assert [r.id for r in results if r.status == "fail"] == []
    not_run = {r.id: r.reason for r in results if r.status == "not_run"}
    # Only what needs an ephemeris before 2020 may be left out.
    assert set(not_run) <= {"directions-global-1969-1972", "orbit-halo-earth-moon-2002"}
    assert all("2020-01-01" in reason for reason in not_run.values())
    assert sum(r.status == "pass" for r in results) >= 7


def test_contacts_of_the_reference_eclipse(reference_dir) -> None:
    # The case's own time of full cover (1.0333 h) does not follow from the radii and kernels it
    # states: CSPICE with them gives 1.1833 h at its sampling, as we do (test_eclipses).
    (result,) = [
        r for r in validate(reference_dir, ["earth_eclipses"]) if r.id == "earth-eclipse-ridge-2026"
    ]
    assert result.worst["events"] == 0.0
    assert result.worst["seconds"] < 20.0


def test_directions_elsewhere_with_ranges_and_diameters(tmp_path) -> None:
    kernels.furnish()
    instants = ["2033-02-03T04:05:06", "2049-11-30T23:59:59.75"]
    rows = ["lat_deg,lon_deg,alt_m,utc,sun_az_deg,sun_el_deg,earth_range_au,sun_angdiam_arcsec"]
    for text, (lat, lon, alt) in zip(
        instants, [(45.0, -170.0, -1500.0), (0.0, 10.0, 0.0)], strict=True
    ):
        at = (1737.4 + alt / 1e3) * np.array(
            [
                math.cos(math.radians(lat)) * math.cos(math.radians(lon)),
                math.cos(math.radians(lat)) * math.sin(math.radians(lon)),
                math.sin(math.radians(lat)),
            ]
        )
        t = float(tdb_from_utc(read_utcs([text]))[0])
        seen = {
            body: np.array(
                spiceypy.spkcpo(
                    body, t, kernels.MOON_ME, "OBSERVER", "LT+S", at, "MOON", kernels.MOON_ME
                )[0][:3]
            )
            for body in ("SUN", "EARTH")
        }
        up = at / np.linalg.norm(at)
        east = np.cross([0, 0, 1.0], up)
        east /= np.linalg.norm(east)
        north, sun = np.cross(up, east), seen["SUN"]
        az = math.degrees(math.atan2(sun @ east, sun @ north)) % 360.0
        el = math.degrees(math.asin(sun @ up / np.linalg.norm(sun)))
        earth = np.linalg.norm(seen["EARTH"]) / 149597870.7
        diameter = 7200.0 * math.degrees(math.asin(695700.0 / np.linalg.norm(sun)))
        rows.append(f"{lat},{lon},{alt},{text},{az:.9f},{el:.9f},{earth:.12f},{diameter:.6f}")
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n")
    case = {
        "id": "elsewhere",
        "kind": "directions",
        "tolerance": {"angle_deg": 1e-4},
        "inputs": {"file": "t.csv"},
        "expect": {"columns": rows[0].split(",")[4:]},
    }
    (result,) = validate(write(tmp_path, case))
    assert result.status == "pass", result
    assert set(result.worst) == {"angle_deg", "range_relative", "diameter_arcsec"}


def test_one_instant_written_in_the_case(tmp_path) -> None:
    base = {
        "kind": "directions",
        "tolerance": {"angle_deg": 0.001},
        "inputs": {
            "latitude_deg": 0.6741,
            "longitude_deg": 23.4731,
            "utc": "2026-08-19T12:00:00Z",
        },
    }
    # JPL Horizons, Tranquility Base.
    right = base | {"id": "right", "expect": {"sun_az_deg": 90.048533, "sun_el_deg": 12.206758}}
    wrong = base | {"id": "wrong", "expect": {"sun_az_deg": 90.048533, "sun_el_deg": 12.306758}}
    assert [r.status for r in validate(write(tmp_path, right, wrong))] == ["pass", "fail"]


def test_subpoints_from_a_tool(tmp_path) -> None:
    kernels.furnish()
    text = "2051-07-08T09:10:11"
    t = float(tdb_from_utc(read_utcs([text]))[0])
    cells = [text]
    for body in ("SUN", "EARTH"):
        x, y, z = spiceypy.spkpos(body, t, kernels.MOON_ME, "LT+S", "MOON")[0]
        # Longitudes from 0 to 360 mean the same as those to 180.
        cells.append(f"{math.degrees(math.atan2(y, x)) % 360.0:.7f}")
        cells.append(f"{math.degrees(math.atan2(z, math.hypot(x, y))):.7f}")
    header = "utc,subsolar_lon_e,subsolar_lat,subearth_lon_e,subearth_lat"
    (tmp_path / "s.csv").write_text(f"{header}\n{','.join(cells)}\n")
    case = {
        "id": "s",
        "kind": "subpoints",
        "tolerance": {"angle_deg": 1e-5},
        "inputs": {"file": "s.csv"},
        "expect": {"columns": header.split(",")[1:]},
    }
    (result,) = validate(write(tmp_path, case))
    assert result.status == "pass", result


def catalogue(folder: Path, rows: str, columns: list[str], **tolerance: float) -> Path:
    (folder / "e.csv").write_text("date,td_greatest,type,umbral_phase_duration\n" + rows)
    return write(
        folder,
        {
            "id": "e",
            "kind": "eclipse_catalogue",
            "tolerance": tolerance,
            "inputs": {"file": "e.csv"},
            "expect": {"columns": columns},
        },
    )


# NASA/GSFC lunar eclipse catalogue (Espenak).
KNOWN = "2028-12-31,16:53:15,Total,3h29m\n2038-12-11,17:44:60,Penumbral,\n"


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (KNOWN, "pass"),
        (KNOWN.replace("16:53:15", "16:53:45"), "fail"),
        (KNOWN.replace("Total", "Partial"), "fail"),
        (KNOWN.replace("3h29m", "3h39m"), "fail"),
        (KNOWN.replace("2038-12-11", "2038-11-11"), "fail"),
        (KNOWN.replace("2038", "1938"), "not_run"),
    ],
)
def test_a_sparse_catalogue(tmp_path, rows, status) -> None:
    columns = ["td_greatest", "type", "umbral_phase_duration"]
    (result,) = validate(catalogue(tmp_path, rows, columns, seconds=10))
    assert result.status == status, result


def eclipse_case(events, **inputs):
    place = {"latitude_deg": -89.463163, "longitude_deg": 222.510447, "altitude_m": 1944.8}
    return {
        "id": "x",
        "kind": "earth_eclipses",
        "tolerance": {"seconds": 60, "hours": 0.02},
        "inputs": place | {"from": "2026-01-01", "to": "2026-06-01"} | inputs,
        "expect": {"events": events},
    }


@pytest.mark.parametrize(
    ("events", "inputs", "status"),
    [
        # CSPICE, LT+S, sampled every 20 s with the radii of the kind.
        (
            [{"first": "2026-03-03T09:26:20", "last": "2026-03-03T13:33:00", "total_h": 1.1833}],
            {},
            "pass",
        ),
        (
            [{"first": "2026-03-03T09:26:20", "last": "2026-03-03T13:33:00", "total_h": 1.30}],
            {},
            "fail",
        ),
        ([{"first": "2026-03-03T09:36:20", "last": "2026-03-03T13:33:00"}], {}, "fail"),
        ([], {}, "fail"),
        ([], {"to": "2026-02-01"}, "pass"),
        ([], {"from": "1999-01-01", "to": "1999-02-01"}, "not_run"),
        # An Earth a tenth of its size still crosses the Sun's edge, but can never cover it.
        ([{"total_h": 0.0}], {"earth_radius_km": 4300.0}, "pass"),
    ],
)
def test_eclipses_of_the_sun(tmp_path, events, inputs, status) -> None:
    (result,) = validate(write(tmp_path, eclipse_case(events, **inputs)))
    assert result.status == status, result


def test_relays_seen_from_elsewhere(tmp_path) -> None:
    # A circular equatorial orbit of 2 R about an equatorial place is up acos(1/2)/pi = 1/3 of the
    # time at 0 deg, by the triangle of place, centre and relay; a polar place never sees it.
    case = {
        "kind": "relay_visibility",
        "tolerance": {"points": 0.05},
        "inputs": {"a_km": 3474.8, "i_deg": 0.0, "latitude_deg": 0.0},
        "expect": {"percent_above": {"0": 100.0 / 3.0}},
    }
    pole = case | {
        "id": "pole",
        "inputs": {"a_km": 3474.8, "i_deg": 0.0},
        "expect": {"percent_above": {"0": 0.0, "-50": 100.0}},
    }
    results = validate(write(tmp_path, case | {"id": "equator"}, pole))
    assert [r.status for r in results] == ["pass", "pass"], results


def test_orbits_of_other_shapes_and_centres(tmp_path) -> None:
    hyperbola = {
        "id": "vallado",
        "kind": "orbit_state",
        "tolerance": {"metres": 5.0, "metres_per_second": 0.01},
        # Vallado, example 2-4.
        "inputs": {
            "gm_km3_s2": 398600.4415,
            "r0_km": [1131.34, -2282.343, 6672.423],
            "v0_km_s": [-5.64305, 4.30333, 2.42879],
            "seconds": 2400,
        },
        "expect": {
            "r_km": [-4219.7527, 4363.0292, -3958.7666],
            "v_km_s": [3.689866, -1.916735, -6.112511],
        },
    }
    moon = {
        "id": "moon",
        "kind": "orbit_state",
        "tolerance": {"metres": 1.0},
        # Half a period of a circle about the Moon with the standard GM ends opposite.
        "inputs": {
            "centre": "moon",
            "r0_km": [5000.0, 0, 0],
            "v0_km_s": [0, math.sqrt(4902.800118 / 5000.0), 0],
            "seconds": math.pi * math.sqrt(5000.0**3 / 4902.800118),
        },
        "expect": {"r_km": [-5000.0, 0.0, 0.0]},
    }
    assert [r.status for r in validate(write(tmp_path, hyperbola, moon))] == ["pass", "pass"]


def test_published_values_of_a_propellant_business(tmp_path: Path) -> None:
    """Kornuta and others 2019 within a million dollars; revenues are those their values imply."""
    terms = {"invested_musd": 4050.0, "running_musd": 129.0, "rate": 0.10, "years": 10}
    cases = [
        {"id": f"kornuta-{k}", "kind": "economics", "inputs": {**terms, "income_musd": income},
         "expect": {"npv_musd": value}}
        for k, (income, value) in enumerate(((750.0, -234.0), (1050.0, 1609.0), (630.0, -972.0)))
    ]  # fmt: skip
    cases.append({"id": "wrong", "kind": "economics", "inputs": {**terms, "income_musd": 750.0},
                  "expect": {"npv_musd": -231.0}})  # fmt: skip
    found = validate(write(tmp_path, *cases), ["economics"])
    assert [r.status for r in found] == ["pass", "pass", "pass", "fail"]
