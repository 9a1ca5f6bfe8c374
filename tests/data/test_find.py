"""Data files are found by name, in the data folder first, then among the packaged ones."""

import hashlib
from pathlib import Path

import pytest

from ilrs import data
from ilrs.errors import DataError

NAME = "ephemeris/naif_leapseconds_latest.tls"


def test_every_packaged_file_has_its_provenance_and_matches_it() -> None:
    own = {"provenance.toml"}
    found = {
        path.relative_to(data.PACKAGED).as_posix()
        for path in data.PACKAGED.rglob("*")
        if path.is_file()
    }
    assert found - own == set(data.provenance())
    assert data.verify() == []
    for row in data.provenance().values():
        assert row.source
        assert row.licence
        assert row.content
        assert (data.PACKAGED / row.name).stat().st_size == row.bytes


def test_verify_names_a_changed_and_an_absent_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = data.provenance()
    kept = "ephemeris/moon_de440_min.tf"
    (tmp_path / "ephemeris").mkdir()
    (tmp_path / NAME).write_text("changed")
    (tmp_path / kept).write_bytes((data.PACKAGED / kept).read_bytes())
    monkeypatch.setattr(data, "PACKAGED", tmp_path)
    faults = data.verify()
    assert len(faults) == len(rows) - 1
    assert f"{NAME} does not match its recorded SHA-256" in faults
    assert not any(kept in fault for fault in faults)


@pytest.mark.usefixtures("only_packaged")
def test_packaged_files_are_found_without_a_data_folder() -> None:
    assert data.find(NAME) == data.PACKAGED / NAME
    assert not data.exists("terrain/shackleton_51km_25m.tif")


@pytest.mark.parametrize("part", ["", "ship", "local"])
def test_the_data_folder_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    path = tmp_path / part / NAME
    path.parent.mkdir(parents=True)
    path.write_text("other")
    monkeypatch.setenv("ILRS_DATA_DIR", str(tmp_path))
    assert data.find(NAME) == path
    assert data.find("ephemeris/moon_de440_min.tf").parent == data.PACKAGED / "ephemeris"


def test_an_absent_file_says_what_to_place_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ILRS_DATA_DIR", str(tmp_path))
    with pytest.raises(DataError) as caught:
        data.find("terrain/none.tif")
    assert "terrain/none.tif" in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    monkeypatch.setenv("ILRS_DATA_DIR", "")
    with pytest.raises(DataError, match="ILRS_DATA_DIR"):
        data.find("terrain/none.tif")


def test_a_named_folder_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILRS_DATA_DIR", "/nowhere/at/all")
    with pytest.raises(DataError, match="not a folder"):
        data.find(NAME)


@pytest.mark.parametrize("name", ["/etc/passwd", "../secret", "terrain/../../x", ""])
def test_names_stay_inside_the_folders(name: str) -> None:
    with pytest.raises(DataError, match="not the name of a data file"):
        data.exists(name)


def test_sha256_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    assert data.sha256(path) == hashlib.sha256(b"abc").hexdigest()
    with pytest.raises(DataError, match="cannot read"):
        data.sha256(tmp_path / "none")
