"""`ilrs partner` as people call it."""

from __future__ import annotations

from tests.cli.conftest import Ilrs


def test_list_and_show_tell_who_brings_what(ilrs: Ilrs) -> None:
    data = ilrs("partner", "list", "--json").data
    assert {"china", "senegal", "apsco"} <= {p["name"] for p in data["partners"]}
    assert "terrain-rover" in ilrs("partner", "list").out
    told = ilrs("partner", "show", "pakistan", "--json").data
    assert [c["name"] for c in told["contributions"]] == ["terrain-rover"]
    assert "one of ten chosen" in ilrs("partner", "show", "terrain-rover").out
    wrong = ilrs("partner", "show", "terain-rover")
    assert wrong.code == 2
    assert "nearest: terrain-rover" in wrong.err


def test_budget_rolls_up(ilrs: Ilrs) -> None:
    data = ilrs("partner", "budget", "--depth", 1, "--json").data
    rows = {row["path"]: row for row in data["lines"]}
    assert rows["ilrs-1"]["mass_grown_kg"] > rows["ilrs-1"]["mass_kg"] > 1000.0
    assert "radio-array" in data["without_mass"]
