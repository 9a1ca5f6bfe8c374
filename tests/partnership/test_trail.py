"""The audit trail: every alteration is found, and a rebuilt one by a head that was kept."""

import datetime as dt
import hashlib
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ilrs.errors import IlrsError, UserError
from ilrs.partnership import head as heads
from ilrs.partnership.head import check_head, head_of, read_head, write_head
from ilrs.partnership.trail import (
    FILE,
    START,
    Actor,
    TrailError,
    append,
    canonical,
    read_trail,
)

OFFICE = Actor("Ada", "office", "Centre")
DAY = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def written(folder: Path, count: int = 5, *, note: str = "") -> Path:
    for n in range(count):
        moment = DAY + dt.timedelta(hours=n)
        append(folder, "move", OFFICE, f"payload-{n}", {"to": "review", "note": note}, now=moment)
    return folder


def lines(folder: Path) -> list[bytes]:
    return (folder / FILE).read_bytes().splitlines(keepends=True)


def broken(folder: Path, changed: list[bytes]) -> set[str]:
    (folder / FILE).write_bytes(b"".join(changed))
    return {b.why.key for b in read_trail(folder).breaks}


def test_a_trail_as_written_is_whole_and_its_links_are_what_they_claim(tmp_path: Path) -> None:
    trail = read_trail(written(tmp_path))
    assert not trail.breaks
    previous = START
    for line, event in zip(lines(tmp_path), trail.events, strict=True):
        data = json.loads(line)
        said = data.pop("hash")
        # Independent of the module's own: the hash of the sorted, compact text.
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == said == event.hash
        assert data["previous"] == previous
        previous = said
    assert trail.head == previous


def test_every_single_byte_that_is_changed_is_noticed(tmp_path: Path) -> None:
    raw = (written(tmp_path, 2) / FILE).read_bytes()
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 0x01
        (tmp_path / FILE).write_bytes(bytes(changed))
        trail = read_trail(tmp_path)
        assert trail.breaks, (at, bytes(changed[max(at - 9, 0) : at + 9]))


def test_what_is_taken_out_put_in_or_exchanged_is_noticed(tmp_path: Path) -> None:
    kept = lines(written(tmp_path))
    assert broken(tmp_path, kept[:2] + kept[3:]) >= {"trail.number", "trail.previous"}
    assert broken(tmp_path, [kept[0], kept[2], kept[1], *kept[3:]]) >= {"trail.previous"}
    assert broken(tmp_path, [*kept, kept[1]]) >= {"trail.number", "trail.previous", "trail.clock"}
    assert broken(tmp_path, [*kept[:-1], kept[-1][:-20]]) == {"trail.torn"}
    spaced = kept[0].replace(b'{"at"', b'{ "at"', 1)
    assert broken(tmp_path, [spaced, *kept[1:]]) == {"trail.form"}
    for odd in (
        b"{}\n",
        b"[]\n",
        b"\xff\n",
        b"NaN\n",
        b"\n",
        kept[0].replace(b'"n":0', b'"n":0.0'),
    ):
        assert broken(tmp_path, [odd, *kept[1:]]) == {"trail.unreadable"}, odd
    twice = kept[0].replace(b'"by":"Ada"', b'"by":"Eve","by":"Ada"')
    assert broken(tmp_path, [twice, *kept[1:]]) == {"trail.unreadable"}


def test_cutting_the_end_shows_only_against_a_head(tmp_path: Path) -> None:
    folder = written(tmp_path / "office")
    kept = tmp_path / "head.json"
    write_head(head_of(read_trail(folder)), kept)
    assert broken(folder, lines(folder)[:3]) == set()
    (check, *_) = check_head(read_trail(folder), kept)
    assert (check.passed, check.what.key) == (False, "head.shorter")


def test_a_trail_rebuilt_from_scratch_is_whole_but_not_that_of_the_head(tmp_path: Path) -> None:
    true = written(tmp_path / "true")
    kept = tmp_path / "head.json"
    write_head(head_of(read_trail(true)), kept)
    append(true, "move", OFFICE, "payload-9", {}, now=DAY + dt.timedelta(days=1))
    assert check_head(read_trail(true), kept)[0].passed  # it may grow

    false = written(tmp_path / "false", note="as it suits")
    assert not read_trail(false).breaks
    (check, *_) = check_head(read_trail(false), kept)
    assert (check.passed, check.what.key) == (False, "head.other_trail")

    # Rebuilt from its second event on: the beginning is still the same.
    late = tmp_path / "late"
    late.mkdir()
    (late / FILE).write_bytes(lines(true)[0])
    for n in range(1, 7):
        append(late, "move", OFFICE, "other", {}, now=DAY + dt.timedelta(hours=n))
    (check, *_) = check_head(read_trail(late), kept)
    assert (check.passed, check.what.key) == (False, "head.rebuilt")


def test_nothing_is_added_to_a_broken_trail_or_before_its_end(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(TrailError, match="behind the last event"):
        append(tmp_path, "move", OFFICE, "x", {}, now=DAY)
    before = [*lines(tmp_path)[:2], b"rubbish\n"]
    (tmp_path / FILE).write_bytes(b"".join(before))
    with pytest.raises(TrailError, match=r"trail\.jsonl:3.*no event"):
        append(tmp_path, "move", OFFICE, "x", {})
    assert lines(tmp_path) == before


def test_many_write_at_once_and_every_link_holds(tmp_path: Path) -> None:
    def one(n: int) -> None:
        append(tmp_path, "move", OFFICE, f"p{n}", {}, now=DAY)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    trail = read_trail(tmp_path)
    assert (len(trail.events), trail.breaks) == (24, ())


def test_fractions_and_long_events_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        canonical({"mass": [0.1]})
    with pytest.raises(UserError, match="longer than"):
        append(tmp_path, "move", OFFICE, "x", {"note": "x" * 70_000})
    assert (tmp_path / FILE).read_bytes() == b""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two keys, and a file that lets `office` alone sign."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("office", "eve"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)],
            check=True,
        )
    public = (folder / "office.pub").read_text()
    (folder / "signers").write_text(f"office@station {public}")
    return folder


def test_only_the_offices_signature_of_this_head_passes(tmp_path: Path, keys: Path) -> None:
    trail = read_trail(written(tmp_path / "office"))
    signers = keys / "signers"

    def verdict(file: Path, who: Path | None = signers) -> tuple[bool | None, str]:
        check = check_head(trail, file, who)[1]
        return check.passed, check.what.key

    mine = tmp_path / "mine.json"
    assert write_head(head_of(trail), mine, keys / "office") == tmp_path / "mine.json.sig"
    assert verdict(mine) == (True, "head.signed")
    assert verdict(mine, None) == (None, "head.no_signers")

    eves = tmp_path / "eve.json"
    write_head(head_of(trail), eves, keys / "eve")
    assert verdict(eves) == (False, "head.stranger")

    bare = tmp_path / "bare.json"
    write_head(head_of(trail), bare)
    assert verdict(bare) == (False, "head.unsigned")
    assert verdict(bare, None) == (None, "head.unsigned")

    # A true signature beside another head.
    (tmp_path / "bare.json.sig").write_bytes((tmp_path / "mine.json.sig").read_bytes())
    bare.write_bytes(bare.read_bytes().replace(b'"events":5', b'"events":4'))
    assert verdict(bare) == (False, "head.forged")


def test_a_signature_for_another_purpose_does_not_pass(tmp_path: Path, keys: Path) -> None:
    trail = read_trail(written(tmp_path / "office"))
    file = tmp_path / "head.json"
    write_head(head_of(trail), file)
    subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-q", "-n", "mail", "-f", str(keys / "office"), str(file)],
        check=True,
        capture_output=True,
    )
    assert check_head(trail, file, keys / "signers")[1].passed is False


def test_heads_are_kept_and_mistakes_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trail = read_trail(written(tmp_path / "office"))
    file = tmp_path / "head.json"
    made = head_of(trail)
    with pytest.raises(UserError, match="no such key"):
        write_head(made, file, tmp_path / "nokey")
    (tmp_path / "bad").write_text("no key")
    with pytest.raises(UserError, match="cannot sign"):
        write_head(made, file, tmp_path / "bad")
    assert not file.exists()
    write_head(made, file)
    assert read_head(file) == made
    with pytest.raises(UserError, match="is there already"):
        write_head(made, file)
    for odd in ("", "[]", '{"form":"ilrs-trail-head-1"}', file.read_text().replace("5", '"5"')):
        wrong = tmp_path / "wrong.json"
        wrong.write_text(odd)
        with pytest.raises(UserError, match="not the head of an audit trail"):
            read_head(wrong)
    monkeypatch.setattr(heads.shutil, "which", lambda name: None)
    with pytest.raises(IlrsError, match="ssh-keygen is not on this system"):
        write_head(made, tmp_path / "other.json", file)
