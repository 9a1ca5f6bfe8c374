"""The peer's side of dispatch and sizing, run by the Python of its own environment.

`python benchmarks/_pypsa.py CASE.npz dispatch|sizing`: prints one JSON object with the seconds that
building and solving took together, and the objective. HiGHS with the options given in the case.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
import warnings

import numpy as np
import pypsa

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)


def network(case: dict, invest: bool) -> pypsa.Network:
    n = pypsa.Network()
    n.set_snapshots(range(len(case["pv"])))
    size = {"p_nom_extendable": True} if invest else {}

    def power(name: str) -> dict:
        mass = {"capital_cost": float(case[f"{name}_mass"])} if invest else {}
        return {**size, **mass} if invest else {"p_nom": float(case[f"{name}_kw"])}

    def energy(name: str) -> dict:
        if invest:
            return {"e_nom_extendable": True, "capital_cost": float(case[f"{name}_mass"])}
        return {"e_nom": float(case[f"{name}_kwh"])}

    n.add("Bus", ["dc", "cell", "h2"])
    cost = {} if invest else {"marginal_cost": float(case["pv_cost"])}
    n.add("Generator", "pv", bus="dc", p_max_pu=case["pv"], **power("pv"), **cost)
    n.add("Load", "load", bus="dc", p_set=case["load"])
    if not invest:
        n.add("Generator", "shed", bus="dc", p_nom=1e3, marginal_cost=float(case["shed_cost"]))
    n.add("Store", "battery", bus="cell", e_cyclic=True, **energy("battery"))
    n.add("Store", "tank", bus="h2", e_cyclic=True, **energy("tank"))
    eta = float(case["battery_efficiency"])
    links = {
        "charge": ("dc", "cell", eta),
        "discharge": ("cell", "dc", eta),
        "electrolyser": ("dc", "h2", float(case["split_efficiency"])),
        "fuel_cell": ("h2", "dc", float(case["burn_efficiency"])),
    }
    for name, (origin, target, efficiency) in links.items():
        wear = {} if invest else {"marginal_cost": float(case[f"{name}_cost"])}
        n.add("Link", name, bus0=origin, bus1=target, efficiency=efficiency, **power(name), **wear)
    return n


def main() -> None:
    case = dict(np.load(sys.argv[1]))
    options = json.loads(str(case["options"]))
    start = time.perf_counter()
    n = network(case, sys.argv[2] == "sizing")
    status = n.optimize(solver_name="highs", solver_options=options, log_to_console=False)
    seconds = time.perf_counter() - start
    out = {
        "seconds": seconds,
        "objective": float(n.objective),
        "status": list(map(str, status)),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "version": pypsa.__version__,
    }
    sys.stdout.write("\n" + json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
