"""What a change moves, who loses what, and who no longer fits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from ilrs.errors import IlrsError, UserError
from ilrs.language import LANGUAGES, Language, Words, catalogue, recognised
from ilrs.partnership.release import audience_of
from ilrs.roadmap.applied import Wanted, applied, change_of, with_faults
from ilrs.roadmap.arrival import dates_of
from ilrs.roadmap.change import Change, apply_change, in_order
from ilrs.roadmap.difference import difference
from ilrs.roadmap.fits import PACKAGED, misfits, read_accepted
from ilrs.roadmap.manifest import Item
from ilrs.roadmap.overlay import changes, overlay_text
from ilrs.roadmap.programme import Standing, read
from ilrs.roadmap.replan import as_day, laid_out, problem_of, replan
from ilrs.roadmap.spoken import in_language
from ilrs.roadmap.story import Story, overloads
from ilrs.roadmap.story_page import story_page, verdict
from ilrs.scenario.load import load_scenario
from ilrs.scenario.schema import NEVER
from ilrs.units import to_si


@pytest.fixture(scope="module")
def base() -> Standing:
    return read()


@pytest.fixture(scope="module")
def slip() -> tuple[Story, str]:
    return applied(Wanted(slips=("ilrs-2=18 month",)), samples=500)


def date(text: str) -> np.datetime64:
    return np.datetime64(text, "s")


def test_a_slip_moves_those_that_wait_less_the_slack_between(base: Standing) -> None:
    changed, moves = apply_change(base, Change({"ilrs-2": to_si("18 month", "s")}))
    assert [(m.mission, str(m.after)[:10], m.waits_for) for m in moves] == [
        ("ilrs-2", "2033-07-01", None),
        ("ilrs-3", "2034-01-01", "ilrs-2"),
        ("ilrs-4", "2034-07-01", "ilrs-3"),
    ]
    assert changed.programme.missions["ilrs-5"] == base.programme.missions["ilrs-5"]
    said = changed.source("missions", "ilrs-3", "date")
    assert said is not None
    assert said.status == "assumed"
    assert "ILRS-2 slips by 18 months" in said.source


def test_a_slip_that_the_slack_takes_moves_nobody_else(base: Standing) -> None:
    _, moves = apply_change(base, Change({"ilrs-2": to_si("6 month", "s")}))
    assert [m.mission for m in moves] == ["ilrs-2"]


def test_a_cancelled_mission_takes_with_it_what_stands_on_it(base: Standing) -> None:
    changed, _ = apply_change(base, Change(cancelled=["ilrs-1"]))
    dates = dates_of(changed.programme)
    assert dates.facilities["rover-garage"] == NEVER
    assert dates.facilities["profiling-rover"] == NEVER, "it stands on the garage"
    assert dates.objectives["ilrs-2", "profiling-radar"] == NEVER
    assert dates.milestones["basic-model"] == NEVER


def test_a_facility_that_moves_comes_with_its_new_mission(base: Standing) -> None:
    changed, moves = apply_change(base, Change(moved={"sample-depot": "ilrs-4"}))
    dates = dates_of(changed.programme)
    assert moves == []
    assert dates.facilities["sample-depot"] == date("2034-01-01")
    assert dates.facilities["sampling-rover"] == date("2034-01-01"), "it stands on the depot"
    assert dates.facilities["profiling-rover"] == date("2032-01-01")


@pytest.mark.parametrize(
    ("change", "what", "remedy"),
    [
        (Change({"ilrs-22": 1.0}), "no mission 'ilrs-22'", "nearest: ilrs-2"),
        (Change(cancelled=["irls-2"]), "no mission 'irls-2'", "nearest: ilrs-2"),
        (Change(moved={"smaple-depot": "ilrs-2"}), "no facility", "nearest: sample-depot"),
        (Change({"change-4": 1.0}), "cannot slip: it is done", "to come"),
        (Change(cancelled=["change-6"]), "be cancelled: it is done", "to come"),
        (Change(cancelled=["change-8"]), "it is cancelled already", "ilrs propose survey"),
        (Change({"ilrs-2": 1.0}, ["ilrs-2"]), "slips and is cancelled", "one of the two"),
        (Change(moved={"telescopes": "change-4"}), "brings no cargo", "ilrs-5"),
        (Change(moved={"mission-control": "ilrs-2"}), "stays on Earth", "of the Moon"),
        (Change({"ilrs-3": -8e7}), "before its predecessor 'ilrs-2'", "date it later"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    base: Standing, change: Change, what: str, remedy: str
) -> None:
    with pytest.raises(IlrsError) as caught:
        apply_change(base, change)
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert caught.value.exit_code == 2


def test_missions_that_never_come_stand_in_nobodys_way(base: Standing) -> None:
    late = Change({"ilrs-2": to_si("18 month", "s")}, ["ilrs-3"])
    _, moves = apply_change(base, late)
    assert [m.mission for m in moves] == ["ilrs-2"], "ILRS-4 does not wait for what never comes"
    changed, _ = apply_change(base, Change({"change-7": to_si("5 year", "s")}))
    missions = changed.programme.missions
    assert missions["change-8"].date < missions["change-7"].date


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        (Wanted(slips=("ilrs-2=1 month", "ilrs-2=2 month")), "'ilrs-2' slips 2 times"),
        (Wanted(slips=("ilrs-2=2000 year",)), "more than a hundred years"),
    ],
)
def test_slips_that_cannot_be_meant_are_refused(wanted: Wanted, what: str) -> None:
    with pytest.raises(UserError, match=what):
        change_of(wanted)


def problem(base: Standing, change: Change) -> dict[str, Item]:
    changed, moves = apply_change(base, change)
    own = {m.mission: m.after for m in moves if m.waits_for is None}
    found = problem_of(base.programme, changed.programme, {}, own)
    return {i.name: i for i in found.items}


def test_what_stands_on_earth_needs_no_launch(base: Standing) -> None:
    changed, _ = apply_change(base, Change(cancelled=["ilrs-1"]))
    assert dates_of(changed.programme).facilities["mission-control"] == date("2031-01-01")


def test_cargo_of_a_cancelled_launch_may_fly_on_another(base: Standing) -> None:
    items = problem(base, Change(cancelled=["ilrs-1", "queqiao-pilot"]))
    assert not items["facility/command-centre"].only
    assert items["facility/relay"].only, "no launcher is said for it: it is no cargo"


def test_cargo_of_a_flight_that_comes_earlier_is_ready_earlier(base: Standing) -> None:
    items = problem(base, Change({"ilrs-2": -to_si("6 month", "s")}))
    assert items["facility/physics-station"].ready == as_day(date("2031-07-01"))


def test_a_manifest_that_somebody_changed_is_kept_where_it_can_be_lifted(base: Standing) -> None:
    assert problem(base, Change(moved={"reactor": "ilrs-2"}))["facility/reactor"].only
    heavy = problem(base, Change(moved={"command-centre": "landing-2030"}))
    assert not heavy["facility/command-centre"].only


def test_circles_are_refused(base: Standing) -> None:
    missions = dict(base.programme.missions)
    missions["ilrs-1"] = missions["ilrs-1"].model_copy(update={"after": ["ilrs-3"]})
    with pytest.raises(UserError, match=r"in a circle: .*ilrs-1"):
        in_order(base.programme.model_copy(update={"missions": missions}))


def test_the_story_names_who_no_longer_fits_and_where_they_may(slip: tuple[Story, str]) -> None:
    data = slip[0].data
    lost = {r["name"]: r["flies_on"] for r in data["proposals"]["no_longer_fit"]}
    assert lost == {"radio-array": "ilrs-3", "ion-analyser": "ilrs-3", "heat-probe": None}
    assert data["proposals"]["fit"] == 7
    assert data["replan"]["proven"]
    assert data["replan"]["score"]["lost"] == 0
    by_mission = {f["mission"]: f for f in data["replan"]["flights"]}
    aboard = {c["name"] for c in by_mission["ilrs-3"]["cargo"]}
    assert {"physics-station", "profiling-rover", "resource-plant"} <= aboard
    for flight in data["replan"]["flights"]:
        assert flight["mass_kg"] <= flight["room_kg"]
        assert flight["partner_mass_kg"] <= flight["partners_kg"]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_story_is_told_in_every_language(slip: tuple[Story, str], language: Language) -> None:
    data = in_language(slip[0].data, language)
    letters = {"zh": "\u4e00-\u9fff", "ru": "а-яё"}[language]
    lost, moved = data["proposals"]["no_longer_fit"], data["replan"]["moved"]
    told = [data["change"], *(w for row in lost for w in (*row["reasons"], *row["why_not"]))]
    told += [w for row in moved for w in row["why_not_earlier"]]
    assert len(told) > 5
    assert [words for words in told if not re.search(f"[{letters}]", words)] == []
    page = story_page(data, language)
    english = {
        piece
        for key, words in catalogue("en").items()
        if key.startswith("story.")
        for piece in re.split(r"\{\w+\}", words)
        if len(piece.split()) > 3 and piece not in catalogue(language)[key]
    }
    assert len(english) > 30
    assert [piece for piece in english if piece in page] == []
    assert "2033-07-01" in page


def test_a_change_is_recognised_by_its_words(base: Standing) -> None:
    months = {"ilrs-2": to_si("18 month", "s"), "ilrs-3": -to_si("1 month", "s")}
    days = {"ilrs-4": to_si("5 d", "s"), "ilrs-5": -to_si("5 d", "s")}
    change = Change(months | days, ["ilrs-1"], {"sample-depot": "ilrs-4"})
    keys = [recognised(w, "story.change") for w in change.words(base.programme).split(", ")]
    assert [k and k.key.rpartition(".")[2] for k in keys] == [
        "slips_months", "earlier_months", "slips_days", "earlier_days", "cancelled", "moves",
    ]  # fmt: skip


def test_the_answer_comes_first_and_names_who_no_longer_fits(slip: tuple[Story, str]) -> None:
    moves, fits, order, late, odds = verdict(slip[0].data, Words("story", "en"))
    assert moves == (
        "ILRS-3 (+12 months) and ILRS-4 (+6 months) move with it. "
        "Slack takes the rest before ILRS-5."
    )
    assert "3 of 10 accepted" in fits
    assert "Low-frequency radio array (ILRS-3)" in fits
    assert "Second heat-flow probe (no flight)" in fits
    assert "ILRS-3 2033-01-01, ILRS-2 2033-07-01, ILRS-4 2034-01-01" in order
    assert late.startswith("23 objectives")
    means = [float(n) for n in re.findall(r"(\d+\.\d) (?:as|after|in)", odds)]
    assert means[1] < means[2] < means[0], "the new order wins back a part, and no more"


def test_a_mission_that_flew_in_an_earlier_version_may_be_cancelled_there(tmp_path: Path) -> None:
    nobody = tmp_path / "nobody.yaml"
    nobody.write_text("accepted: {}\n", encoding="utf-8")
    wanted = Wanted(cancelled=("change-8",), since="2025-04")
    story, _ = applied(wanted, nobody, samples=100)
    (gone,) = story.data["gone"]
    assert (gone["mission"], gone["survey"]) == ("change-8", "change-8")
    assert "ilrs propose survey change-8" in " ".join(verdict(story.data, Words("story", "en")))


def test_a_manifest_too_heavy_is_told_with_both_masses(
    base: Standing, slip: tuple[Story, str]
) -> None:
    changed, _ = apply_change(base, Change(moved={"reactor": "landing-2030"}))
    (row,) = overloads(changed.programme)
    assert row["mass_kg"] > row["room_kg"] == 415.0
    told = verdict(slip[0].data | {"overloads": [row]}, Words("story", "en"))
    assert "it cannot fly so" in " ".join(told)


def test_the_expected_number_has_the_error_of_its_samples(slip: tuple[Story, str]) -> None:
    told = slip[0].data["odds"]["expected"]
    by_hand = sum(
        row["by_horizon"]["as_written"] * count
        for row in slip[0].data["odds"]["objectives"]
        if (count := _how_many(slip[0].base, row))
    )
    assert told["of"] == 43
    assert told["mean"]["as_written"] == pytest.approx(by_hand, abs=0.05)
    assert 0.1 < told["error"]["as_written"] < 43 / 2 / np.sqrt(500)


def _how_many(standing: Standing, row: dict[str, str]) -> int:
    objectives = standing.programme.missions[row["mission"]].objectives.values()
    return sum((o.words or o.text) == row["words"] for o in objectives)


def test_the_waterfall_closes(slip: tuple[Story, str]) -> None:
    rows = {r["mission"]: r for r in slip[0].data["waterfall"]}
    assert list(rows) == ["ilrs-2", "ilrs-3", "ilrs-4", "ilrs-5"]
    for row in rows.values():
        assert row["own"] or row["from_before"] - row["absorbed"] == row["days"]
    assert rows["ilrs-5"]["days"] == 0


def test_the_new_order_is_never_worse_than_the_slip(slip: tuple[Story, str]) -> None:
    for row in slip[0].data["objectives"]:
        assert row["days_replanned"] <= row["days"], row["objective"]
    for row in slip[0].data["odds"]["objectives"]:
        for plan in ("as_written", "changed", "replanned"):
            assert (np.diff(row[plan]) >= 0.0).all()


def test_the_overlay_is_a_scenario_that_comes_later(slip: tuple[Story, str]) -> None:
    scenario = load_scenario(slip[1]).scenario
    assert scenario.missions["ilrs-3"].date == date("2034-01-01")
    assert scenario.missions["ilrs-1"].date == date("2031-01-01")


def test_flights_of_the_new_order_wait_for_each_other(slip: tuple[Story, str]) -> None:
    missions = slip[0].replanned.programme.missions
    after = {name: missions[name].after for name in ("ilrs-3", "ilrs-2", "ilrs-4", "ilrs-5")}
    assert after == {
        "ilrs-3": ["ilrs-1"],
        "ilrs-2": ["ilrs-1", "ilrs-3"],
        "ilrs-4": ["ilrs-2"],
        "ilrs-5": ["ilrs-4"],
    }


def test_a_launch_that_brings_nothing_keeps_its_date_and_waits_for_none(base: Standing) -> None:
    changed, _ = apply_change(base, Change({"ilrs-2": to_si("18 month", "s")}))
    late = {"ilrs-2": changed.programme.missions["ilrs-2"].date}
    found = replan(base.programme, changed.programme, {}, late)
    new = laid_out(changed, found)
    assert new.programme.missions["ilrs-2"].after == ["ilrs-1"]
    assert new.programme.missions["ilrs-4"].after == ["ilrs-3"]
    assert found.dates.milestones["basic-model"] == date("2035-01-01"), "others bring its cargo"


def test_a_difference_tells_which_mission_brings_what(slip: tuple[Story, str]) -> None:
    rows = difference(slip[0].changed, slip[0].replanned)["rows"]
    moved = {r["name"]: (r["before"], r["after"]) for r in rows if r["part"] == "facility"}
    assert moved["physics-station"] == ("ilrs-2", "ilrs-3")


def test_the_new_order_is_a_scenario_too(slip: tuple[Story, str]) -> None:
    _, text = applied(Wanted(slips=("ilrs-2=18 month",)), replanned=True, samples=100)
    scenario = load_scenario(text).scenario
    assert scenario.facilities["physics-station"].mission == "ilrs-3"
    assert scenario.missions["ilrs-3"].date == date("2033-01-01")


def test_faults_wait_for_what_they_befall(base: Standing) -> None:
    changed, _ = apply_change(base, Change({"ilrs-1": to_si("24 month", "s")}))
    moved = with_faults(base, changed)
    load_scenario(overlay_text("ilrs", "later", "Later", changes(base.document, moved)))
    faults = moved.data["faults"]
    written = base.document.data["faults"]
    assert [f["component"] for f in faults] == [f["component"] for f in written]
    for fault in faults:
        box = changed.programme.facilities[fault["component"].partition("/")[0]]
        assert date(str(fault["at"]).rstrip("Z")) >= changed.programme.missions[box.mission].date


def test_the_plan_of_2021_lacks_missions_that_proposals_fly_on(base: Standing) -> None:
    then = read("v1.0").programme
    found = misfits(read_accepted(), then, dates_of(then))
    assert [r.words for r in found["terrain-rover"]] == ["this plan has no mission landing-2030"]


def test_cargo_that_is_late_itself_waits_for_its_flight(base: Standing) -> None:
    changed, moves = apply_change(base, Change({"ilrs-2": to_si("18 month", "s")}))
    own = {"ilrs-2": moves[0].after}
    free = replan(base.programme, changed.programme, {}, own)
    held = replan(base.programme, changed.programme, {}, own, {"ilrs-2"})
    assert free.dates.facilities["physics-station"] == date("2033-01-01")
    assert held.dates.facilities["physics-station"] == date("2033-07-01")


def test_misfits_name_every_reason(base: Standing, tmp_path: Path) -> None:
    file = tmp_path / "fits.yaml"
    file.write_text(
        "accepted:\n"
        "  early: {title: E, mission: ilrs-2, mass: 150 kg, ends: 2031-06-01}\n"
        "  late: {title: L, mission: ilrs-2, mass: 90 kg, begins: 2032-06-01}\n"
        "  gone: {title: G, mission: change-8, mass: 1 kg}\n"
        "  needs: {title: N, mission: ilrs-2, mass: 0 kg, needs: [telescopes]}\n"
        "  fits: {title: F, mission: ilrs-4, mass: 200 kg}\n"
    )
    found = misfits(read_accepted(file), base.programme, dates_of(base.programme))
    assert set(found) == {"early", "late", "gone", "needs"}
    assert "after its window ends" in found["early"][0].words
    assert "240 kg of partners' payloads where 200 kg may fly" in found["early"][1].words
    assert "before it is ready" in found["late"][0].words
    assert [r.words for r in found["gone"]] == ["Chang'e-8 is cancelled"]
    assert "there on 2035-01-01" in found["needs"][0].words
    for reasons in found.values():
        assert all(recognised(r.words, "story.reason") for r in reasons)


def test_proposals_on_unknown_missions_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "fits.yaml"
    file.write_text("accepted:\n  a: {title: A, mission: ilrs-22, mass: 1 kg}\n")
    with pytest.raises(UserError, match=r"ilrs-22.*nearest: ilrs-2"):
        applied(Wanted(slips=("ilrs-2=1 month",)), file, samples=100)


def test_a_story_tells_no_secret_but_to_its_partner_and_the_reviewers(tmp_path: Path) -> None:
    text = PACKAGED.read_text(encoding="utf-8")
    for old, new in (
        (
            "  heat-probe:\n    title: Second heat-flow probe\n",
            "  heat-probe:\n    title: Canary\n    partner: Canary institute\n"
            "    confidential: [title, partner, mass, window, needs]\n",
        ),
        ("value: 13 kg", "value: 13.317 kg"),
        ("value: 2032-12-31", "value: 2032-12-17"),
    ):  # fmt: skip
        assert text.count(old) == 1
        text = text.replace(old, new)
    file = tmp_path / "accepted.yaml"
    file.write_text(text, encoding="utf-8")
    wanted = Wanted(slips=("ilrs-2=18 month",))
    told = {
        who: applied(wanted, file, audience=audience_of(who), samples=100)[0].data
        for who in ("public", "partner:Canary institute")
    }
    secrets = ("Canary", "13.317", "2032-12-17", "profiling-rover is")
    public = told["public"]
    written = json.dumps(public) + story_page(public)
    assert [s for s in secrets if s in written] == []
    rows = [{r["name"]: r for r in told[who]["proposals"]["no_longer_fit"]} for who in told]
    assert set(rows[0]) == set(rows[1])
    assert "mass_kg" not in rows[0]["heat-probe"]
    assert rows[1]["heat-probe"]["title"] == "Canary"
    assert rows[1]["heat-probe"]["mass_kg"] == pytest.approx(13.317)
    for flight in public["replan"]["flights"]:
        aboard = {c["name"] for c in flight["cargo"]}
        assert ("mass_kg" in flight) == ("heat-probe" not in aboard)


@pytest.mark.parametrize(
    ("overlay", "what"),
    [
        ("missions:\n  ilrs-2: {after: [ilrs-9]}\n", r"mine.yaml:2: .*no mission 'ilrs-9'"),
        ("missions:\n  ilrs-2: {after: [ilrs-4]}\n", "comes after itself"),
        ("facilities:\n  telescopes: {mission: ilrs-9}\n", "mine.yaml:2: .*no mission 'ilrs-9'"),
        ("roadmap:\n  flights:\n    ilrs-2: {launcher: cz-99}\n", "mine.yaml:3: .*no launcher"),
    ],
)
def test_an_overlay_that_names_what_there_is_not_is_refused_at_its_line(
    tmp_path: Path, overlay: str, what: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(overlay, encoding="utf-8")
    with pytest.raises(IlrsError, match=what):
        applied(Wanted(overlay=str(path)))
