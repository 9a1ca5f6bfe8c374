"""`ilrs audit` beside runs: the head of a trail, and its verification."""

import json
from pathlib import Path

from tests.cli.conftest import Ilrs

from ilrs.partnership.trail import Actor, append

BY = Actor("Ada", "office")


def test_head_and_verify(ilrs: Ilrs, tmp_path: Path) -> None:
    for name in ("one", "two"):
        append(tmp_path / "joining", "move", BY, name, {})
    told = ilrs("audit", "head", "joining", "--out", "head.json", "--json").data
    assert told["events"] == 2
    assert json.loads(Path("head.json").read_text())["hash"] == told["hash"]

    alone = ilrs("audit", "verify", "joining")
    assert alone.code == 0
    assert "only a head exported earlier" in alone.out
    held = ilrs("audit", "verify", "joining", "--head", "head.json", "--json", "--lang", "ru")
    assert held.code == 0
    assert held.data["passed"] is True
    assert "совпадают с заголовком" in held.data["checks"][1]["what"]["text"]

    Path("joining/trail.jsonl").unlink()
    for name in ("one", "three"):
        append(tmp_path / "joining", "move", BY, name, {})
    rebuilt = ilrs("audit", "verify", "joining", "--head", "head.json")
    assert rebuilt.code == 1
    assert "DOES NOT HOLD" in rebuilt.out
    assert ilrs("audit", "verify", "joining").code == 0

    text = Path("joining/trail.jsonl").read_text().replace("three", "threx")
    Path("joining/trail.jsonl").write_text(text)
    altered = ilrs("audit", "verify", "joining", "--json")
    assert altered.code == 1
    assert altered.data["checks"][0]["what"]["key"] == "trail.altered"
    refused = ilrs("audit", "head", "joining", "--lang", "zh")
    assert refused.code == 1
    assert "被改动" in refused.err

    Path("joining/trail.jsonl").write_bytes(b"")
    nothing = ilrs("audit", "verify", "joining")
    assert (nothing.code, "nothing to verify" in nothing.out) == (1, True)
    assert "whole in itself" not in nothing.out
    emptied = ilrs("audit", "verify", "joining", "--head", "head.json", "--json").data
    assert [c["what"]["key"] for c in emptied["checks"]][:2] == ["trail.empty", "head.emptied"]


def test_mistakes(ilrs: Ilrs, tmp_path: Path) -> None:
    for words, what in (
        (["audit", "verify", "nowhere"], "holds no audit trail"),
        (["audit", "head", "nowhere"], "holds no audit trail"),
        (["audit", "head", "nowhere", "--sign", "key"], "name one with --out"),
        (["audit", "verify", "nowhere", "--lang", "fr"], "known: en, zh, ru"),
        (["audit", "./verify"], "not the folder of a finished run"),
        (["audit"], "missing argument 'RUN'"),
    ):
        told = ilrs(*words)
        assert (told.code, what in told.err) == (2, True), (words, told.err)
