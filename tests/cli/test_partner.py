"""`ilrs partner` as people call it."""

from __future__ import annotations

from typing import get_args

from tests.cli.conftest import Ilrs

from ilrs.language import catalogue
from ilrs.partnership.contributions import Gives, State
from ilrs.partnership.proposal import OrganisationKind
from ilrs.partnership.registry import Role


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


def test_list_and_budget_speak_chinese_and_russian(ilrs: Ilrs) -> None:
    listed = ilrs("partner", "list", "--lang", "zh").out
    shown = ilrs("partner", "show", "terrain-rover", "--lang", "ru").out
    assert "согласовано" in shown
    assert "Луноход" in shown
    assert "没有名为 'nobody' 的" in ilrs("partner", "show", "nobody", "--lang", "zh").err
    assert "发起方、签署方" in listed
    assert "已商定" in listed
    assert "signatory" not in listed
    budget = ilrs("partner", "budget", "--depth", 1, "--lang", "ru").out
    assert "со всеми запасами" in budget
    assert "Масса не указана" in budget


def test_every_word_that_a_registry_may_choose_is_in_the_catalogue() -> None:
    chosen = {"gives": get_args(Gives), "standing": get_args(State), "role": get_args(Role)}
    chosen["organisation"] = (*get_args(OrganisationKind), "state")
    for kind, words in chosen.items():
        for word in words:
            key = f"partner.word.{kind}." + word.replace(" ", "_").replace("-", "_")
            assert catalogue("en")[key] == word
