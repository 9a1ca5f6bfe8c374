"""Every door through which a proposal leaves, walked by somebody who may not know its secrets."""

from pathlib import Path

import pytest
from tests.cli.conftest import Ilrs
from tests.cli.test_propose_match import SMALL_CALL

from ilrs.cli.propose import propose
from ilrs.partnership.feasibility import Bench
from ilrs.partnership.page import check_page
from ilrs.partnership.reading import REFERENCE, read_call, read_proposal
from ilrs.partnership.release import Audience, audience_of
from ilrs.partnership.survey import survey
from ilrs.partnership.survey_page import survey_page
from ilrs.partnership.withheld import check_for, survey_for
from ilrs.partnership.wording import verdict

ORGANISATION = "Canary institute"
SECRETS = ["Canary", "31.357", "32.92", "117.31", "A. Canary-Person", "987 W"]
"""What is in the proposal; 32.92 kg is its mass with growth."""
TEXT = (REFERENCE / "proposals/rover-35kg.yaml").read_text(encoding="utf-8").replace(
    "A rover of 35 kg for the ridge", "Canary rover"
).replace("A small rover with a camera", "Canary summary").replace(
    "A space agency in Pakistan (illustrative)", ORGANISATION
).replace("country: Pakistan", "country: Canary land").replace(
    "A consortium for space science (illustrative)", "Canary friends"
).replace("value: 35 kg", "value: 31.357 kg").replace(
    "charging: {mean: 120 W, peak: 160 W", "canary-mode: {mean: 117.31 W, peak: 987 W"
).replace("robot_setup: 3 h", "robot_setup: 3.33 h").replace(
    "  kind: agency", "  kind: agency\n  contact: A. Canary-Person", 1
) + "confidential: [title, summary, who, mass, power, needs]\n"
WALKED = {"check", "survey", "match", "rules", "status", "submit", "advance", "new"}
STATION = "\n".join(
    f"  {name}:\n    title: {name}\n    mission: ilrs-1\n    levels: [{levels}]\n"
    "    opens: 2026-01-01\n    closes: 2027-12-31\n    hardware_due: 0 d\n    loops: 10\n"
    "    mass: {total: 20 kg, each: 10 kg}\n    envelope: {length: 1 m, width: 1 m, height: 1 m}\n"
    "    power: {mean: 5 W, peak: 10 W, survival: 5 W, bus_least: 24 V, bus_most: 34 V}\n"
    for name, levels in (("in-the-way", "system"), ("for-others", "equipment"))
)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """The proposal in a folder of its own, and a call that no simulation answers."""
    path = tmp_path / "props" / "rover-35kg.yaml"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    (tmp_path / "call.yaml").write_text(SMALL_CALL + STATION, encoding="utf-8")
    return path


def test_a_door_more_is_walked_here() -> None:
    assert {c.name or c.callback.__name__ for c in propose.registered_commands} == WALKED  # type: ignore[union-attr]


def test_no_door_tells_a_secret(ilrs: Ilrs, secret: Path) -> None:
    reader = "partner:Somebody else"
    here = ["--call", "call.yaml", "--for", reader]
    ilrs("propose", "submit", secret, "--by", "A. Canary-Person", "--organisation", ORGANISATION,
         "--in", "office")  # fmt: skip
    ilrs("audit", "head", "office", "--out", "head.json")
    for words in (
        ["propose", "check", secret, *here, "--out", "checked"],
        ["propose", "survey", secret.parent, *here, "--out", "surveyed"],
        ["propose", "match", "office", *here, "--no-life", "--out", "matched"],
        ["propose", "rules", secret, "--for", reader],
        ["propose", "status", "rover-35kg", "--in", "office", "--for", reader],
        ["audit", "head", "office"],
        ["audit", "verify", "office", "--head", "head.json"],
    ):
        for told in (ilrs(*words), ilrs(*words, "--json")):
            assert told.code in (0, 1), told.err
            found = [s for s in SECRETS if s in told.out + told.err]
            assert not found, f"{words[:2]} tells {found}"
    left = [p for d in ("checked", "surveyed", "matched") for p in Path(d).iterdir()]
    for path in [*left, Path("head.json")]:
        text = path.read_text(encoding="utf-8")
        assert not [s for s in SECRETS if s in text], path
        assert '"mass_kg' not in text
        assert '"power_w' not in text
    assert {p.name for p in left} >= {"report.html", "check.json", "survey.html", "survey.json",
                                      "match.html", "match.json"}  # fmt: skip


def test_reviewers_and_the_partner_itself_get_all(ilrs: Ilrs, secret: Path) -> None:
    for reader in ("reviewers", f"partner:{ORGANISATION}"):
        told = ilrs("propose", "check", secret, "--call", "call.yaml", "--for", reader).out
        assert "Canary rover" in told
        data = ilrs("propose", "check", secret, "--call", "call.yaml", "--for", reader, "--json")
        keys = {row["key"] for row in data.data["opportunities"][-1]["compliance"]}
        assert {"mass.each", "power.mean"} <= keys


def test_a_refusal_for_a_confidential_reason_stays_a_refusal(ilrs: Ilrs, secret: Path) -> None:
    text = TEXT.replace("peaceful_use: true", "peaceful_use: false")
    assert text != TEXT
    secret.write_text(text.replace("[title, summary,", "[title, declared, summary,"), "utf-8")
    told = ilrs("propose", "rules", secret)
    assert (told.code, "for a reason that is confidential" in told.out) == (1, True)
    assert "Peaceful use" not in told.out
    found = ilrs("propose", "rules", secret, "--json")
    assert (found.code, found.data["refused"], found.data["for"]) == (1, True, "public")
    assert "Peaceful use" in ilrs("propose", "rules", secret, "--for", "reviewers").out


@pytest.mark.long
def test_a_check_and_a_survey_with_lives_tell_no_secret() -> None:
    bench = Bench(read_call(), seeds=(1, 2))
    read = read_proposal(TEXT)
    whole = bench.check(read, ["ilrs-2-rovers", "ground-network"])
    assert whole.best.losses
    surveyed = survey([read], bench)
    for audience in (Audience(), audience_of("partner:Somebody else")):
        found = check_for(whole, audience)
        assert [a.fits for a in found.answers] == [a.fits for a in whole.answers]
        assert not found.best.losses
        told = check_page(found, "zh") + verdict(found).text() + str(found.as_data())
        many = survey_for(surveyed, audience)
        told += survey_page(many) + str(many.as_data())
        assert not [s for s in SECRETS if s in told]
    assert check_for(whole, Audience(reviewers=True)) is whole
