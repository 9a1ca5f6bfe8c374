"""Ports of a place over the years."""

import numpy as np

from ilrs.scenario.load import load_scenario
from ilrs.scenario.ports import ports_at


def test_who_comes_later_takes_a_port_later():
    scenario = load_scenario("ilrs").scenario
    by_year = {
        year: {p.place: p for p in ports_at(scenario, np.datetime64(f"{year}-06-01T00:00:00"))}
        for year in (2030, 2031, 2034)
    }
    assert by_year[2030] == {}
    early, late = by_year[2031], by_year[2034]
    assert "reactor/cable" not in early["ridge-a"].takers
    assert "reactor/cable" in late["ridge-a"].takers
    # Robots dock at the garage, which is itself on the command centre's cable.
    assert early["garage"].takers == ("command-centre/cable-garage",)
    assert set(early["garage"].takers) < set(late["garage"].takers)
    assert late["garage"].free == late["garage"].offered - len(late["garage"].takers)
    assert {p.place for p in ports_at(scenario)} == set(late)
