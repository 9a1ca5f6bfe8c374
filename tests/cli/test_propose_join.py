"""`ilrs propose submit|advance|status`: the way into the station from the command line."""

from pathlib import Path

from tests.cli.conftest import Ilrs

from ilrs.partnership.reading import REFERENCE

PROPOSAL = REFERENCE / "proposals/rover-35kg.yaml"


def test_from_hand_in_to_check(ilrs: Ilrs, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("we would")
    first = ilrs("propose", "submit", PROPOSAL, "--by", "Amina", "--in", "office", "--json").data
    assert (first["kind"], first["state"], first["event"]) == ("submitted", "letter_of_intent", 1)
    refused = ilrs("propose", "advance", "rover-35kg", "check", "--by", "Li", "--role", "office",
                   "--in", "office")  # fmt: skip
    assert refused.code == 2
    assert "--document letter=FILE" in refused.err
    moved = ilrs("propose", "advance", "rover-35kg", "check", "--by", "Li", "--role", "office",
                 "--in", "office", "--document", "letter=letter.txt", "--lang", "ru")  # fmt: skip
    assert moved.code == 0
    assert "rover-35kg: переведена → check, событие 2" in moved.out
    told = ilrs("propose", "status", "rover-35kg", "--in", "office", "--json").data
    (row,) = told["proposals"]
    assert (row["state"], row["next"][0]) == ("check", "letter_of_intent")
    assert [e["kind"] for e in row["events"]] == ["submitted", "moved"]
    assert len(row["events"][1]["documents"]["letter"]) == 64
    shown = ilrs("propose", "status", "rover-35kg", "--in", "office", "--lang", "zh").out
    assert "符合性检查" in shown
    assert "协调办公室" in shown
    assert "未逾期" in shown
    assert ilrs("audit", "verify", "office").code == 0


def test_mistakes(ilrs: Ilrs, tmp_path: Path) -> None:
    ilrs("propose", "submit", PROPOSAL, "--by", "Amina", "--in", "office")
    act = ["propose", "advance", "rover-35kg", "check", "--by", "Li", "--role", "office"]
    for words, what in (
        (["propose", "status"], "holds no audit trail"),
        (["propose", "status", "rover", "--in", "office"], "nobody submitted 'rover'"),
        (["propose", "submit", "none.yaml", "--by", "A"], "no such file"),
        ([*act, "--in", "office", "--document", "letter"], "--document NAME=FILE"),
        ([*act, "--in", "office", "--lang", "zh"], "转入 check 需要文件：letter"),
        ([*act, "--in", "office", *["--document", "a=b"] * 2], "given twice"),
        (["propose", "submit", str(PROPOSAL), "--by", "A", "--role", "x", "--in", "o"], "no role"),
    ):
        told = ilrs(*words)
        assert (told.code, what in told.err) == (2, True), (words, told.err)
