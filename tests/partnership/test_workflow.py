"""Joining: states and moves as the workflow says, and every one of them in the trail."""

import datetime as dt
from pathlib import Path

import pytest

from ilrs.errors import RunError, ScenarioError, UserError
from ilrs.language import LANGUAGES
from ilrs.partnership.office import advance, kept, opened, standings, submit
from ilrs.partnership.reading import REFERENCE as PACKAGED
from ilrs.partnership.trail import FILE, Actor, TrailError, append, file_digest, read_trail
from ilrs.partnership.workflow import REFERENCE, read_workflow

NAME = "rover-35kg"
PROPOSAL = PACKAGED / "proposals" / f"{NAME}.yaml"
PARTNER = Actor("Amina", "partner", "SUPARCO")
OFFICE = Actor("Li Wei", "office", "DSEL")
REVIEWER = Actor("Ivan", "reviewer", "IKI")
COUNCIL = Actor("Chair", "council", "Committee")
OPERATOR = Actor("Shift", "operator", "Centre")
DAY = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF")
    return path


def test_the_whole_way_is_in_the_trail(tmp_path: Path, paper: Path) -> None:
    office = tmp_path / "office"
    submit(office, PROPOSAL, PARTNER)
    for to, actor, needs in (
        ("check", OFFICE, "letter"),
        ("review", OFFICE, "check"),
        ("agreement", COUNCIL, "review"),
        ("integration", COUNCIL, "agreement"),
        ("operation", OPERATOR, "acceptance"),
        ("completed", PARTNER, None),
    ):
        advance(office, NAME, to, actor, {needs: paper} if needs else {}, note="as agreed")
    way, (here,) = standings(office)
    assert here.state == "completed"
    assert way.states[here.state].ends
    trail = read_trail(office)
    assert [e.kind for e in trail.events] == ["workflow", "submitted", *["moved"] * 6]
    assert not trail.breaks
    assert kept(office, here).proposal.name == NAME
    with pytest.raises(UserError, match="it is at its end"):
        advance(office, NAME, "check", OFFICE, {})


def test_what_the_workflow_forbids_is_refused_and_leaves_no_trace(
    tmp_path: Path, paper: Path
) -> None:
    office = tmp_path / "office"
    submit(office, PROPOSAL, PARTNER)
    letter = {"letter": paper}
    for to, actor, documents, what in (
        ("agreement", COUNCIL, letter, "cannot go from letter_of_intent to agreement.*next may be"),
        ("chekc", OFFICE, letter, "no state 'chekc'.*nearest: check"),
        ("check", PARTNER, letter, "a partner may not.*it takes: office"),
        ("check", OFFICE, {}, "needs letter.*--document letter=FILE"),
        ("check", Actor("X", "offcie"), letter, "no role 'offcie'.*nearest: office"),
        ("check", Actor(" ", "office"), letter, "has a name"),
    ):
        with pytest.raises(UserError, match=what):
            advance(office, NAME, to, actor, documents)
    with pytest.raises(UserError, match=r"nobody submitted 'rover-35k'.*nearest: rover-35kg"):
        advance(office, "rover-35k", "check", OFFICE, letter)
    with pytest.raises(UserError, match="cannot be read"):
        advance(office, NAME, "check", OFFICE, {"letter": tmp_path / "none.pdf"})
    assert len(read_trail(office).events) == 2


def test_nobody_decides_in_their_own_matter(tmp_path: Path, paper: Path) -> None:
    office = tmp_path / "office"
    submit(office, PROPOSAL, PARTNER)
    advance(office, NAME, "check", OFFICE, {"letter": paper})
    advance(office, NAME, "review", OFFICE, {"check": paper})
    for actor in (
        Actor("amina ", "council", "Committee"),  # the same person in another role
        Actor("Someone", "council", "suparco"),  # of the same house
    ):
        with pytest.raises(UserError, match="another must make this move"):
            advance(office, NAME, "agreement", actor, {"review": paper})
    advance(office, NAME, "agreement", COUNCIL, {"review": paper})


def test_another_version_is_taken_while_the_state_allows_it(tmp_path: Path, paper: Path) -> None:
    office = tmp_path / "office"
    submit(office, PROPOSAL, PARTNER)
    with pytest.raises(UserError, match="handed in already"):
        submit(office, PROPOSAL, PARTNER)
    newer = tmp_path / "newer.yaml"
    newer.write_text(PROPOSAL.read_text(encoding="utf-8") + "# another word\n", encoding="utf-8")
    with pytest.raises(UserError, match="was handed in by SUPARCO"):
        submit(office, newer, Actor("Eve", "partner", "Other"))
    assert submit(office, newer, PARTNER).kind == "revised"
    assert (office / "proposals" / f"{NAME}.yaml").read_bytes() == newer.read_bytes()
    assert len(list((office / "proposals/earlier").iterdir())) == 1
    advance(office, NAME, "check", OFFICE, {"letter": paper})
    advance(office, NAME, "review", OFFICE, {"check": paper})
    with pytest.raises(UserError, match="takes no other version while it stands at review"):
        submit(office, PROPOSAL, PARTNER)


def test_files_changed_behind_the_trail_are_noticed(tmp_path: Path) -> None:
    office = tmp_path / "office"
    submit(office, PROPOSAL, PARTNER)
    _, (here,) = standings(office)
    held = office / "proposals" / f"{NAME}.yaml"
    held.write_text(held.read_text(encoding="utf-8") + "#\n", encoding="utf-8")
    with pytest.raises(TrailError, match="not the version that was handed in"):
        kept(office, here)
    rules = office / "workflow.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("30 d", "1 d"), encoding="utf-8")
    with pytest.raises(TrailError, match="not the one that the trail holds"):
        opened(office)


def test_a_proposal_that_cannot_be_read_begins_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("proposal: 1\nname: x\n", encoding="utf-8")
    with pytest.raises(ScenarioError):
        submit(tmp_path / "office", wrong, PARTNER)
    assert not (tmp_path / "office").exists()


def test_whoever_may_not_begin_an_office_or_misspells_its_folder_leaves_nothing(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "offce"
    king = Actor("A. King", "king", "Court")
    with pytest.raises(UserError, match="no role 'king'"):
        submit(folder, PACKAGED / "proposals/imager.yaml", king)
    with pytest.raises(UserError, match="no audit trail"):
        advance(folder, "mine", "check", king, {})
    assert not folder.exists()


def test_a_state_lasts_as_long_as_it_should(tmp_path: Path) -> None:
    office = tmp_path / "office"
    submit(office, PROPOSAL, PARTNER, now=DAY)
    way, (here,) = standings(office)
    assert here.overdue(way, DAY + dt.timedelta(days=30)) is None
    assert here.overdue(way, DAY + dt.timedelta(days=31)) == 86400.0


def test_the_packaged_workflow_speaks_every_language() -> None:
    way = read_workflow()
    texts = [*way.roles.values(), *(state.title for state in way.states.values())]
    assert not [t.text("en") for t in texts if t.missing]
    for language in LANGUAGES:
        assert len({t.text(language) for t in texts}) == len(texts)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("begins: letter_of_intent", "begins: leter_of_intent", "nearest: letter_of_intent"),
        ("review: {by: [office], needs: [check]}", "reviw: {by: [office]}", "nearest: review"),
        ("by: [reviewer]", "by: [reviwer]", "nearest: reviewer"),
        ("ends: true", "within: 1 d", "leads nowhere"),
        ("within: 30 d", "within: 30", "unit"),
        ("{en: Check,", "{e: Check,", "workflow.yaml"),
        ("within: 30 d", "withing: 30 d", "nearest: within"),
    ],
)
def test_a_workflow_that_does_not_hang_together(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "workflow.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError, match=what):
        read_workflow(path)


def test_a_full_disk_enters_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = tmp_path / "office"
    submit(office, PROPOSAL, PARTNER)
    before = (office / FILE).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ilrs.partnership.trail.os.fsync", full)
    with pytest.raises(RunError, match="not entered: No space left"):
        append(office, "moved", OFFICE, NAME, {"to": "check"})
    assert (office / FILE).read_bytes() == before
    other = tmp_path / "other"
    with pytest.raises(RunError, match="nothing is entered: No space left"):
        submit(other, PROPOSAL, PARTNER)
    monkeypatch.undo()
    assert (other / FILE).read_bytes() == b""
    submit(other, PROPOSAL, PARTNER)
    assert [here.subject for here in standings(other)[1]] == [NAME]


def test_a_kill_between_event_and_file_loses_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = tmp_path / "office"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("ilrs.partnership.office._settle", killed)
        with pytest.raises(KeyboardInterrupt):
            submit(office, PROPOSAL, PARTNER)
    here = standings(office)[1][0]
    assert kept(office, here).proposal.name == NAME
    newer = tmp_path / "newer.yaml"
    newer.write_text(PROPOSAL.read_text() + "# another version\n")
    submit(office, newer, PARTNER)
    here = standings(office)[1][0]
    assert kept(office, here).sha256 == here.sha256 == file_digest(newer)


def test_a_trail_that_was_taken_away_is_not_begun_anew(tmp_path: Path) -> None:
    office = tmp_path / "office"
    submit(office, PROPOSAL, PARTNER)
    (office / FILE).write_bytes(b"")
    with pytest.raises(TrailError, match="workflow"):
        submit(office, PROPOSAL, PARTNER)
