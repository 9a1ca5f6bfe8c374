"""`ilrs export`: a folder for another tool, never over something that is there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from tests.cli.conftest import Ilrs

PERIOD = ("--from", "2031-03-01", "--to", "2031-03-03", "--step", "1 h")


def test_a_folder_for_pypsa(ilrs: Ilrs) -> None:
    told = ilrs("export", "pypsa", "--out", "net", *PERIOD, "--json")
    assert told.code == 0, told.err
    snapshots = pd.read_csv(Path("net/snapshots.csv"), index_col=0)
    assert len(snapshots) == told.data["snapshots"]
    assert snapshots["objective"].sum() == 48.0
    buses = set(pd.read_csv(Path("net/buses.csv"), index_col=0).index)
    links = pd.read_csv(Path("net/links.csv"), index_col=0)
    assert set(links["bus0"]) | set(links["bus1"]) <= buses
    again = ilrs("export", "pypsa", "--out", "net", *PERIOD)
    assert again.code == 2
    assert "not an empty folder" in again.err
