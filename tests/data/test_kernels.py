"""Fetched kernels lengthen the period that answers reach."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import spiceypy

from ilrs.data import PACKAGED, kernels
from ilrs.data.products import product
from ilrs.errors import EphemerisRangeError

SPK, PCK = kernels._PAIRS[0]
YEAR = 365.25 * 86400.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder where 2030 is all that the packaged kernels cover."""
    short = tmp_path / "ephemeris" / "short.bsp"
    short.parent.mkdir()
    handle = spiceypy.dafopr(str(PACKAGED / SPK))
    new = spiceypy.spkopn(str(short), "short", 0)
    spiceypy.dafbfs(handle)
    while spiceypy.daffna():
        summary = spiceypy.dafgs(5)
        spiceypy.spksub(handle, summary, "segment", 30.0 * YEAR, 31.0 * YEAR, new)
    spiceypy.spkcls(new)
    spiceypy.dafcls(handle)
    monkeypatch.setenv("ILRS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(kernels, "_PAIRS", (("ephemeris/short.bsp", PCK), *kernels._PAIRS[1:]))
    kernels._load.cache_clear()
    yield tmp_path
    kernels._load.cache_clear()


def test_coverage_grows_with_what_is_fetched(folder: Path) -> None:
    first, last = kernels.coverage()
    assert (first, last) == (30.0 * YEAR, 31.0 * YEAR)
    with pytest.raises(EphemerisRangeError, match="lies outside the ephemeris") as caught:
        kernels.load_kernels(25.0 * YEAR, 40.0 * YEAR)
    assert "ilrs data get DE440" in caught.value.remedy
    # NAIF's files lie where `ilrs data get DE440S` puts them
    wanted = [file.name for file in product("DE440S").files]
    assert set(wanted) == set(kernels._PAIRS[2])
    for name, packaged in zip(wanted, (SPK, PCK), strict=True):
        shutil.copy(PACKAGED / packaged, folder / name)
    assert kernels.coverage()[1] - kernels.coverage()[0] > 30.0 * YEAR
    assert kernels.load_kernels(25.0 * YEAR, 40.0 * YEAR).names[-1] == "ephemeris/de440s.bsp"
    assert kernels.load_kernels(30.2 * YEAR, 30.5 * YEAR).names[-1] == "ephemeris/short.bsp"
