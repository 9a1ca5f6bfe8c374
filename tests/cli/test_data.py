"""ilrs data: what there is, and fetching what there is not from a host of the test's own."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest
from tests.cli.conftest import Ilrs
from tests.data.conftest import Host, host  # noqa: F401

from ilrs.data import products as catalogue
from ilrs.data import provenance

FILE = "terrain/Site01_final_adj_5mpp_surf.tif"
OFFICIAL = [
    *("LDEM_80S_20MPP_ADJ", "LDEM_80S_40MPP_ADJ", "LDEM_80S_80MPP_ADJ", "LDEM_83S_10MPP_ADJ"),
    *("LDEM_60S_240MPP_ADJ", "Site01", "87S", "ldem_80s_80m", "ldem_85s_10m"),
    *("AVGVISIB_85S_060M_201608", "AVGVISIB_85S_060M_201608_EARTH", "LPSR_85S_060M_201608"),
    *("DE440", "DE440S"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder."""
    made = tmp_path / "data"
    made.mkdir()
    monkeypatch.setenv("ILRS_DATA_DIR", str(made))
    return made


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Site01 of three bytes and DE440S of known hash, instead of 41 MB and 45 MB."""
    text = catalogue._CATALOGUE.read_text(encoding="utf-8").replace("40980810", "3")
    for size in ("32726016", "12863488"):
        text = text.replace(f"bytes = {size}, ", "")
    table = tomllib.loads(text)
    for file in table["products"]["DE440S"]["files"]:
        file["sha256"] = hashlib.sha256(file["name"].encode()).hexdigest()
    made = {n: catalogue._product(n, row, table) for n, row in table["products"].items()}
    monkeypatch.setattr(catalogue, "products", lambda: made)


def test_the_catalogue_holds_the_official_products() -> None:
    found = catalogue.products()
    assert set(OFFICIAL) <= set(found)
    for entry in found.values():
        assert entry.content
        assert entry.purpose
        assert entry.source
        assert entry.licence
        assert entry.page.startswith("https://")
        for file in entry.files:
            assert file.url.startswith("https://")
            assert file.url.endswith("/" + Path(file.name).name)
            assert file.sha256 is None or len(bytes.fromhex(file.sha256)) == 32
    assert found["87S"].files[0].url == (
        "https://pgda.gsfc.nasa.gov/data/LOLA_5mpp/87S/ldem_87s_5mpp.tif"
    )


@pytest.mark.usefixtures("folder")
def test_list_tells_every_product_and_its_status(ilrs: Ilrs, folder: Path) -> None:
    (folder / "terrain").mkdir()
    (folder / "terrain" / "mine.tif").write_bytes(b"mine")
    (folder / "terrain" / "LDEM_80S_80MPP_ADJ.TIF").write_bytes(b"there")
    (folder / "terrain" / "LDEM_80S_20MPP_ADJ.TIF.part").write_bytes(b"begun")
    told = ilrs("data", "list", "--json")
    assert (told.code, told.err) == (0, "")
    rows = {row["name"]: row for row in told.data["products"]}
    assert told.data["folder"] == str(folder)
    assert {*OFFICIAL, *provenance(), "terrain/mine.tif"} <= set(rows)
    status = {name: row["status"] for name, row in rows.items()}
    assert status["terrain/lola_south_70S_1600m.tif"] == "packaged"
    assert status["terrain/mine.tif"] == "found"
    assert status["LDEM_80S_80MPP_ADJ"] == "present"
    assert status["LDEM_80S_20MPP_ADJ"] == "part"
    assert status["Site01"] == "absent"
    assert rows["DE440S"]["files"][0]["sha256"].startswith("c1c7feea")
    keys = {"name", "status", "content", "purpose", "bytes", "source", "licence", "files"}
    assert all(set(row) == keys for row in rows.values())
    people = ilrs("data", "list")
    assert people.code == 0
    assert "Site01" in people.out
    assert "mine.tif" in people.out


@pytest.mark.usefixtures("only_packaged")
def test_list_works_without_a_data_folder(ilrs: Ilrs) -> None:
    told = ilrs("data", "list", "site01", "--json")
    assert told.data["folder"] is None
    assert [row["name"] for row in told.data["products"]] == ["Site01"]
    people = ilrs("data", "list", "Site01")
    assert "https://pgda.gsfc.nasa.gov/data/LOLA_5mpp/Site01/" in people.out
    assert "public domain" in people.out


@pytest.mark.usefixtures("small")
def test_get_fetches_into_the_data_folder(ilrs: Ilrs, folder: Path, host: Host) -> None:  # noqa: F811
    host.files["/Site01_final_adj_5mpp_surf.tif"] = b"abc"
    told = ilrs("data", "get", "Site01", "--from", host.url, "--json")
    assert told.code == 0
    (row,) = told.data["files"]
    assert row["fetched"]
    assert row["sha256"] == hashlib.sha256(b"abc").hexdigest()
    assert (folder / FILE).read_bytes() == b"abc"
    listed = ilrs("data", "list", "Site01", "--json").data["products"][0]
    assert listed["status"] == "present"
    assert listed["files"][0]["sha256"] == row["sha256"]
    again = ilrs("data", "get", "site01", "--from", host.url, "--json")
    assert not again.data["files"][0]["fetched"]
    assert len(host.asked) == 1
    assert "already there" in ilrs("data", "get", "Site01").out


@pytest.mark.usefixtures("small", "only_packaged")
def test_get_to_a_folder_from_the_mirror_of_the_environment(
    ilrs: Ilrs,
    tmp_path: Path,
    host: Host,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ILRS_DATA_MIRROR", host.url.rstrip("/"))
    for name in ("de440s.bsp", "moon_pa_de440_200625.bpc"):
        host.files[f"/{name}"] = name.encode()
    told = ilrs("data", "get", "DE440S", "--to", tmp_path / "there")
    assert told.code == 0
    assert "SHA-256" in told.out
    assert "NAIF" in told.err
    assert (tmp_path / "there" / "ephemeris" / "de440s.bsp").read_bytes() == b"de440s.bsp"
    host.files["/moon_pa_de440_200625.bpc"] = b"something else"
    wrong = ilrs("data", "get", "DE440S", "--to", tmp_path / "other", "--json")
    assert wrong.code == 1
    assert wrong.data["error"]["family"] == "DataError"
    assert "SHA-256" in wrong.data["error"]["message"]
    assert (tmp_path / "other" / "ephemeris" / "de440s.bsp").exists()
    assert not (tmp_path / "other" / "ephemeris" / "moon_pa_de440_200625.bpc").exists()


@pytest.mark.usefixtures("only_packaged")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["LDEM_80S_20MPP"], "LDEM_80S_20MPP_ADJ"),
        (["nothing like it"], "ilrs data list"),
        (["terrain/lola_south_70S_1600m.tif"], "packaged"),
        (["Site01"], "no data folder"),
        (["Site01", "--to", "x", "--from", "ftp://host/"], "no address"),
        (["Site01", "--to", "x", "--from", "there"], "no address"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(ilrs: Ilrs, words: list[str], says: str) -> None:
    told = ilrs("data", "get", *words)
    assert told.code == 2
    assert says in told.err
    assert told.out == ""


def test_without_a_connection_it_says_what_to_place_where(ilrs: Ilrs, tmp_path: Path) -> None:
    told = ilrs("data", "get", "Site01", "--to", tmp_path, "--from", "http://127.0.0.1:9/")
    assert told.code == 1
    assert "cannot be reached" in told.err
    assert str(tmp_path / FILE) in told.err
    assert not (tmp_path / FILE).exists()


def test_the_group_shows_its_help(ilrs: Ilrs) -> None:
    told = ilrs("data")
    assert told.code == 0
    assert told.out.startswith("Usage: ilrs data")
    for verb in ("list", "get"):
        assert "--json" in ilrs("data", verb, "--help").out
