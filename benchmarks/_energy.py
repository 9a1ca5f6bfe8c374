"""The energy case that dispatch and sizing share: hours of light on the ridge and a small plant."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.horizons import load_horizon
from ilrs.flows.clock import Clock
from ilrs.planning.sizing.place import compute_sky
from ilrs.planning.sizing.request import ground_of
from ilrs.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv-pypsa/bin/python"
OPTIONS = {"solver": "hipo", "run_crossover": "off", "threads": 1}
"""HiGHS's, ours and the peer's."""


def light(begins: str, hours: int) -> NDArray[np.float64]:
    """Share of the Sun's light 10 m above the ridge, every hour from `begins`."""
    ground = ground_of(load_scenario("ilrs").scenario, "ridge-a")
    horizon = load_horizon(ground.horizon, ground.latitude, ground.longitude)
    start = np.datetime64(begins)
    clock = Clock.over(start, start + np.timedelta64(hours, "h"), 3600)
    return compute_sky([horizon], [], [], clock).light(0, np.array([10.0]))[0]


def peer(case: dict[str, Any], job: str, limit: float = 900.0) -> dict[str, Any] | None:
    """What PyPSA says of a case, or None where it is absent."""
    if not PYTHON.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.npz"
        np.savez(path, **case, options=json.dumps(OPTIONS))
        done = subprocess.run(
            [PYTHON, ROOT / "benchmarks/_pypsa.py", path, job],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=limit,
            check=True,
        )
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))
