"""Progress on standard error: a bar a stage on a terminal, a line a stage anywhere else."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from ilrs.language import Language, catalogue, text


class Bars:
    """Told how far each stage is, it shows people; a progress as `ilrs.operations.run` wants."""

    def __init__(self, lang: Language = "en") -> None:
        """Nothing is shown before the first stage is announced; stages are told in `lang`."""
        self.lang: Language = lang
        self.shown: Any = None
        self.tasks: dict[str, Any] = {}
        self.began: dict[str, float] = {}

    def __enter__(self) -> Bars:
        """Begin; the bars end with the block."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        if console.is_terminal:
            self.shown = Progress(
                TextColumn("{task.description:<12}"),
                BarColumn(),
                TextColumn("{task.completed:>7.0f}/{task.total:.0f}"),
                TimeElapsedColumn(),
                console=console,
            )
            self.shown.start()
        return self

    def __call__(self, stage: str, done: int, of: int) -> None:
        """Told that `stage` has done `done` of `of`."""
        began = self.began.setdefault(stage, time.monotonic())
        if self.shown is None:
            if done >= of:
                seconds = f"{time.monotonic() - began:.1f}"
                done_in = text("cli.done", self.lang, stage=self._told(stage), seconds=seconds)
                sys.stderr.write(f"ilrs: {done_in}\n")
            return
        if stage not in self.tasks:
            self.tasks[stage] = self.shown.add_task(self._told(stage), total=of)
        self.shown.update(self.tasks[stage], completed=done, total=of)

    def _told(self, stage: str) -> str:
        key = "stage." + stage.replace(" ", "_")
        return catalogue(self.lang).get(key, stage)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last state of every bar standing."""
        if self.shown is not None:
            self.shown.stop()
