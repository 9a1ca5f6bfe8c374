"""heat1d's solvers on columns of the Moon, run by benchmarks.regolith in heat1d's environment.

Takes a JSON object {"solver", "latitudes_deg", "steps"} and prints one: seconds a column for a
settled lunar day (the first column, which compiles, is not timed), and surface temperatures [K]
with their local times [h].
"""

from __future__ import annotations

import copy
import json
import math
import sys
import time
from typing import Any

from heat1d import planets
from heat1d.config import Configurator
from heat1d.model import Model


def moon() -> Any:
    """The Moon of Hayne et al. (2017), on a circular orbit without obliquity."""
    body = copy.copy(planets.Moon)
    body.eccentricity, body.obliquity, body.H = 0.0, 0.0, 0.06
    return body


def column(solver: str, latitude_deg: float, steps: int) -> tuple[float, Any]:
    body = moon()
    config = Configurator(solver=solver, output_interval=body.day / steps)
    start = time.perf_counter()
    model = Model(planet=body, lat=math.radians(latitude_deg), ndays=1, config=config)
    model.run()
    return time.perf_counter() - start, model


def main() -> None:
    asked = json.loads(sys.argv[1])
    solver, steps = asked["solver"], asked["steps"]
    column(solver, 45.0, steps)
    runs = [column(solver, latitude, steps) for latitude in asked["latitudes_deg"]]
    print(
        json.dumps(
            {
                "seconds": [taken for taken, _ in runs],
                "hours": [list(map(float, model.lt)) for _, model in runs],
                "surface": [list(map(float, model.T[:, 0])) for _, model in runs],
                "layers": int(runs[0][1].N_z),
            }
        )
    )


if __name__ == "__main__":
    main()
