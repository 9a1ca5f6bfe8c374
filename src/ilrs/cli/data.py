"""Verbs of data: what there is, and fetching what there is not."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any

import typer

from ilrs.cli.output import Interrupted, Json, console, emit, say, table

data = typer.Typer(name="data", invoke_without_command=True, rich_markup_mode=None)
_PAUSE = 10.0  # [s] between lines of progress where there is no terminal


@data.callback()
def _data(context: typer.Context) -> None:
    """What data there is, and fetching more.

    Both verbs take --json.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@data.command("list")
def data_list(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Only this product, with everything.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Every data product known, with its status.

    packaged: comes with ilrs. present: in the data folder. part: a fetch was begun. absent: to be
    fetched with ilrs data get. found: another file of the data folder, the one that ILRS_DATA_DIR
    names.
    """
    from ilrs.data import data_dir
    from ilrs.data.products import known, product

    rows = known()
    if name is not None:
        wanted = next((r["name"] for r in rows if r["name"] == name), None) or product(name).name
        rows = [row for row in rows if row["name"] == wanted]
    folder = data_dir()
    if as_json:
        emit({"folder": None if folder is None else str(folder), "products": rows})
    elif name is not None:
        _tell(rows[0])
    else:
        shown = table("Name", "Status", "Size", "What", "For", right=("Size",))
        for row in _grouped(rows):
            shown.add_row(
                row["name"], row["status"], _size(row["bytes"]), row["content"], row["purpose"]
            )
        console().print(shown)
        say(f"data folder: {folder or 'none (set ILRS_DATA_DIR)'}; fetch with ilrs data get NAME")


@data.command("get")
def data_get(
    name: Annotated[str, typer.Argument(help="A product, as ilrs data list names it.")],
    to: Annotated[
        Path | None,
        typer.Option(help="Folder to fetch into.", show_default="the one ILRS_DATA_DIR names"),
    ] = None,
    mirror: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="URL",
            help="Another place that holds the files.",
            show_default="ILRS_DATA_MIRROR, else the official one",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Fetch an official data product.

    A fetch that broke off goes on where it was. Nothing lies under a file's name before its size
    and SHA-256 are right; where no hash is on record it is taken now, kept beside the file and
    checked whenever the file has changed. Files that are there already are checked, not fetched,
    also those placed by hand.
    """
    from ilrs.data import exists, find
    from ilrs.data.download import fetch
    from ilrs.data.products import at_mirror, folder_for, product

    wanted = product(name)
    got: list[dict[str, Any]] = []
    with _Bars() as bars:
        for file in wanted.files:
            path = find(file.name) if to is None and exists(file.name) else None
            path = path or folder_for(to) / file.name
            url = at_mirror(file, mirror)
            told = bars.of(path.name)
            try:
                done = fetch(url, path, size=file.bytes, digest=file.sha256, told=told)
            except KeyboardInterrupt:
                raise Interrupted(
                    f"the fetch of {path.name} was stopped; what came is kept",
                    remedy="give the same command to go on",
                ) from None
            got.append(
                {
                    "name": file.name,
                    "path": str(done.path),
                    "bytes": done.bytes,
                    "sha256": done.sha256,
                    "fetched": done.fresh,
                    "url": url,
                }
            )
    if as_json:
        emit({"product": wanted.name, "files": got})
        return
    for row in got:
        word = "fetched" if row["fetched"] else "already there"
        print(f"{row['path']}  {word}, {_size(row['bytes'])}, SHA-256 {row['sha256']}")
    say(f"credit: {wanted.source}")


def _grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What can be fetched first; the many files of horizons as one row."""
    many = [r for r in rows if r["name"].startswith("horizons/")]
    few = [r for r in rows if r not in many]
    few.sort(key=lambda row: row["status"] == "packaged")
    for status in sorted({r["status"] for r in many}):
        group = [r for r in many if r["status"] == status]
        size = sum(r["bytes"] for r in group)
        content = f"{len(group)} files of computed horizons and their certificates"
        few.append({**group[0], "name": "horizons/", "bytes": size, "content": content})
    return few


def _tell(row: dict[str, Any]) -> None:
    print(f"{row['name']}: {row['content']}")
    for key in ("status", "purpose", "source", "licence"):
        if row[key]:
            print(f"  {key:<8} {row[key]}")
    for file in row["files"]:
        print(f"  file     {file['name']}, {_size(file['bytes'])}")
        for key in ("path", "url", "sha256"):
            if file[key]:
                print(f"    {key:<6} {file[key]}")


def _size(count: int | None) -> str:
    if count is None:
        return ""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1000.0:
            break
        size, unit = size / 1000.0, larger
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"


class _Bars:
    """A bar a file on a terminal, a line now and then anywhere else; on standard error."""

    def __init__(self) -> None:
        self.shown: Any = None

    def __enter__(self) -> _Bars:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        err = Console(stderr=True)
        if err.is_terminal:
            self.shown = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                DownloadColumn(),
                TransferSpeedColumn(),
                TimeRemainingColumn(),
                console=err,
            )
            self.shown.start()
        return self

    def of(self, name: str) -> Any:
        """What is told of the bytes of the file `name`."""
        return self._bar(name) if self.shown is not None else self._lines(name)

    def _bar(self, name: str) -> Any:
        task: list[Any] = []

        def told(done: int, total: int | None) -> None:
            if not task:
                task.append(self.shown.add_task(name, total=total))
            self.shown.update(task[0], completed=done, total=total)

        return told

    def _lines(self, name: str) -> Any:
        last = [time.monotonic()]

        def told(done: int, total: int | None) -> None:
            if time.monotonic() - last[0] >= _PAUSE:
                last[0] = time.monotonic()
                sys.stderr.write(f"ilrs: {name} {_size(done)} of {_size(total) or 'unknown'}\n")

        return told

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown is not None:
            self.shown.stop()
