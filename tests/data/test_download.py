"""Fetching from a host that works, breaks off, forgets, lies or is not there."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import urllib.request
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.data.conftest import Host

from ilrs.data import download
from ilrs.data.download import fetch
from ilrs.data.hashes import file_sha256, record_path, recorded
from ilrs.errors import DataError

BODY = np.random.default_rng(7).bytes(3_000_000)
DIGEST = hashlib.sha256(BODY).hexdigest()
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def served(host: Host) -> Host:
    host.files["/big.tif"] = BODY
    return host


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def get(host: Host, path: Path, **more: Any) -> download.Fetched:
    return fetch(f"{host.url}big.tif", path, **{"waits": (0.0,), **more})


def test_a_whole_file_arrives_checked_and_recorded(served: Host, tmp_path: Path) -> None:
    heard: list[tuple[int, int | None]] = []
    path = tmp_path / "terrain" / "big.tif"
    done = get(served, path, size=len(BODY), digest=DIGEST, told=lambda *a: heard.append(a))
    assert path.read_bytes() == BODY
    assert (done.bytes, done.sha256, done.fresh) == (len(BODY), DIGEST, True)
    assert heard[-1] == (len(BODY), len(BODY))
    assert left(tmp_path) == {"big.tif", "big.tif.ilrs.json"}
    written = recorded(path)
    assert written is not None
    assert (written.sha256, written.bytes) == (DIGEST, len(BODY))
    assert written.source == f"{served.url}big.tif"
    assert served.asked[0]["User-Agent"].startswith("ilrs/")


def test_a_file_that_is_there_is_checked_and_not_fetched(served: Host, tmp_path: Path) -> None:
    path = tmp_path / "big.tif"
    get(served, path)
    again = get(served, path, size=len(BODY), digest=DIGEST)
    assert not again.fresh
    assert len(served.asked) == 1
    path.write_bytes(BODY[:-1] + b"x")
    with pytest.raises(DataError, match="is not the product"):
        get(served, path)
    assert path.exists()  # the user's file is the user's


def test_a_file_placed_by_hand_is_taken_up(served: Host, tmp_path: Path) -> None:
    path = tmp_path / "big.tif"
    path.write_bytes(BODY)
    assert not get(served, path, digest=DIGEST).fresh
    assert recorded(path) is not None
    assert served.asked == []


def test_a_broken_connection_is_gone_on_with(served: Host, tmp_path: Path) -> None:
    served.break_after = [1_000_000, 500_000]
    get(served, tmp_path / "big.tif", digest=DIGEST)
    assert (tmp_path / "big.tif").read_bytes() == BODY
    begins = [row.get("Range") for row in served.asked]
    assert begins == [None, "bytes=1000000-", "bytes=1500000-"]
    assert served.asked[1]["If-Range"] == '"v1"'


def test_a_later_call_goes_on_where_an_earlier_one_gave_up(served: Host, tmp_path: Path) -> None:
    served.break_after = [1_000_000, 0]
    path = tmp_path / "big.tif"
    with pytest.raises(DataError, match="1000000 bytes are kept") as caught:
        get(served, path)
    assert "goes on from there" in caught.value.remedy
    assert not path.exists()
    assert left(tmp_path) == {"big.tif.part", "big.tif.part.json"}
    get(served, path, digest=DIGEST)
    assert served.asked[-1]["Range"] == "bytes=1000000-"
    assert path.read_bytes() == BODY
    assert left(tmp_path) == {"big.tif", "big.tif.ilrs.json"}


def test_a_host_without_ranges_begins_again(served: Host, tmp_path: Path) -> None:
    served.ranges = False
    served.break_after = [1_000_000]
    get(served, tmp_path / "big.tif", digest=DIGEST)
    assert (tmp_path / "big.tif").read_bytes() == BODY
    assert len(served.asked) == 2


def test_a_host_that_names_no_version_is_asked_for_the_whole(served: Host, tmp_path: Path) -> None:
    served.etag = None
    served.break_after = [1_000_000]
    get(served, tmp_path / "big.tif", digest=DIGEST)
    assert (tmp_path / "big.tif").read_bytes() == BODY
    assert "Range" not in served.asked[1]


def test_a_file_that_changed_at_the_host_is_not_mixed(served: Host, tmp_path: Path) -> None:
    served.break_after = [1_000_000, 0]
    with pytest.raises(DataError, match="are kept"):
        get(served, tmp_path / "big.tif")
    other = BODY[::-1]
    served.files["/big.tif"], served.etag = other, '"v2"'
    get(served, tmp_path / "big.tif")
    assert (tmp_path / "big.tif").read_bytes() == other


def test_a_part_of_another_address_is_not_gone_on_with(served: Host, tmp_path: Path) -> None:
    (tmp_path / "big.tif.part").write_bytes(b"of elsewhere")
    notes = {"url": "https://elsewhere/big.tif", "validator": '"v1"', "total": 3_000_000}
    (tmp_path / "big.tif.part.json").write_text(json.dumps(notes))
    get(served, tmp_path / "big.tif", digest=DIGEST)
    assert "Range" not in served.asked[0]


@pytest.mark.parametrize("extra", [b"", b"and more"])
def test_a_part_as_long_as_the_file_or_longer(served: Host, tmp_path: Path, extra: bytes) -> None:
    url = f"{served.url}big.tif"
    (tmp_path / "big.tif.part").write_bytes(BODY + extra)
    notes = {"url": url, "validator": '"v1"', "total": len(BODY)}
    (tmp_path / "big.tif.part.json").write_text(json.dumps(notes))
    get(served, tmp_path / "big.tif", digest=DIGEST)
    assert (tmp_path / "big.tif").read_bytes() == BODY
    assert len(served.asked) == (2 if extra else 1)


def test_a_wrong_hash_leaves_nothing(served: Host, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected 000") as caught:
        get(served, tmp_path / "big.tif", digest="0" * 64)
    assert DIGEST in str(caught.value)
    assert left(tmp_path) == set()


def test_a_wrong_size_is_refused_before_anything_is_fetched(served: Host, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="offers 3000000 bytes, and the product has 4000000"):
        get(served, tmp_path / "big.tif", size=4_000_000)
    assert left(tmp_path) == set()


def test_a_file_that_ends_early_without_saying_its_length(served: Host, tmp_path: Path) -> None:
    served.length = False
    with pytest.raises(DataError, match="does not say how long"):
        get(served, tmp_path / "big.tif")
    served.break_after = [1000, 0]
    with pytest.raises(DataError, match="are kept"):
        get(served, tmp_path / "big.tif", size=len(BODY))
    get(served, tmp_path / "big.tif", size=len(BODY), digest=DIGEST)
    assert not (tmp_path / "big.tif.part").exists()


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_refusal_is_told_with_what_to_do(served: Host, tmp_path: Path, status: int) -> None:
    served.statuses = [status]
    with pytest.raises(DataError, match=f"answers {status}") as caught:
        get(served, tmp_path / "big.tif")
    assert str(tmp_path / "big.tif") in caught.value.remedy
    assert left(tmp_path) == set()
    assert len(served.asked) == 1


def test_a_busy_host_is_asked_again(served: Host, tmp_path: Path) -> None:
    served.statuses = [503]
    get(served, tmp_path / "big.tif", digest=DIGEST)
    served.statuses = [503, 503, 503]
    with pytest.raises(DataError, match="answers 503"):
        get(served, tmp_path / "other.tif")


def test_a_web_page_is_not_taken_for_the_file(served: Host, tmp_path: Path) -> None:
    served.content_type = "text/html; charset=utf-8"
    with pytest.raises(DataError, match="web page"):
        get(served, tmp_path / "big.tif")
    assert left(tmp_path) == set()


def test_a_host_that_cannot_be_reached_says_what_to_place_where(tmp_path: Path) -> None:
    path = tmp_path / "terrain" / "big.tif"
    with pytest.raises(DataError, match=r"127\.0\.0\.1:9 cannot be reached") as caught:
        fetch("http://127.0.0.1:9/big.tif", path, waits=())
    assert "http://127.0.0.1:9/big.tif" in caught.value.remedy
    assert str(path) in caught.value.remedy
    assert left(tmp_path) == set()


def test_a_disk_without_room_is_seen_before_the_fetch(
    served: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, 1_000_000))
    with pytest.raises(DataError, match="1000000 bytes free"):
        get(served, tmp_path / "big.tif")
    assert not (tmp_path / "big.tif").exists()


def test_a_disk_that_fills_keeps_the_part(
    served: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "big.tif"
    pour = download._pour

    def filling(answer: Any, file: Any, *rest: Any) -> None:
        file.write(answer.read(1_000_000))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "_pour", filling)
    with pytest.raises(DataError, match="the disk is full") as caught:
        get(served, path)
    assert "goes on" in caught.value.remedy
    assert not path.exists()
    monkeypatch.setattr(download, "_pour", pour)
    get(served, path, digest=DIGEST)
    assert served.asked[-1]["Range"] == "bytes=1000000-"
    assert path.read_bytes() == BODY


def test_two_fetches_of_one_file_do_not_mix(served: Host, tmp_path: Path) -> None:
    path = tmp_path / "big.tif"
    seen: list[DataError] = []

    def also(done: int, total: int | None) -> None:
        if not seen:
            with pytest.raises(DataError, match="another fetch") as caught:
                get(served, path)
            seen.append(caught.value)

    get(served, path, digest=DIGEST, told=also)
    assert seen
    assert path.read_bytes() == BODY


def test_an_answer_from_the_wrong_place_is_refused(
    served: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.break_after = [1000, 0]
    with pytest.raises(DataError, match="are kept"):
        get(served, tmp_path / "big.tif")
    opened = urllib.request.urlopen

    def shifted(*args: Any, **more: Any) -> Any:
        answer = opened(*args, **more)
        answer.headers.replace_header("Content-Range", "bytes 7-2999999/3000000")
        return answer

    monkeypatch.setattr(urllib.request, "urlopen", shifted)
    with pytest.raises(DataError, match="sends bytes from 7, asked for from 1000"):
        get(served, tmp_path / "big.tif")
    assert not (tmp_path / "big.tif").exists()


def test_a_recorded_file_is_hashed_again_only_when_it_changed(
    served: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "big.tif"
    get(served, path)
    from ilrs.data import hashes

    hashed: list[Path] = []
    real = hashes.sha256
    monkeypatch.setattr(hashes, "sha256", lambda p: (hashed.append(p), real(p))[1])
    assert file_sha256(path) == DIGEST
    assert hashed == []
    path.touch()
    assert file_sha256(path) == DIGEST
    assert hashed == [path]
    path.write_bytes(BODY[:-1] + b"!")
    with pytest.raises(DataError, match="has changed since it was recorded"):
        file_sha256(path)
    path.write_bytes(BODY[:100])
    with pytest.raises(DataError, match="has 100 bytes, but had 3000000"):
        file_sha256(path)
    record_path(path).write_text("{broken")
    with pytest.raises(DataError, match=r"record .* cannot be read"):
        file_sha256(path)


def test_a_hash_is_remembered_by_path_size_and_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from ilrs.data import hashes

    hashed: list[Path] = []
    real = hashes.sha256
    monkeypatch.setattr(hashes, "sha256", lambda p: (hashed.append(p), real(p))[1])
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    # just written: it may change again within a tick of the clock, so nothing is remembered
    assert file_sha256(path) == file_sha256(path) == hashlib.sha256(b"abc").hexdigest()
    assert len(hashed) == 2
    os.utime(path, (1e9, 1e9))
    file_sha256(path)
    file_sha256(path)
    assert len(hashed) == 3
    path.write_bytes(b"abd")
    assert file_sha256(path) == hashlib.sha256(b"abd").hexdigest()


def test_an_interruption_keeps_the_part_and_nothing_else(served: Host, tmp_path: Path) -> None:
    def stop(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(served, tmp_path / "big.tif", told=stop)
    assert left(tmp_path) == {"big.tif.part", "big.tif.part.json"}
    get(served, tmp_path / "big.tif", digest=DIGEST)
    assert served.asked[-1]["Range"] == f"bytes={download.CHUNK}-"
