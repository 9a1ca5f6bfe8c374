"""One simulator in a process of its own: it waits for a word, runs once, and tells time and memory.

Runs of several workers can then take turns, while each has its memory to itself. The worker's
process needs Python's own library only, since peers live in environments of their own. Time is the
processor's, so that other work on the machine does not count, and the clock's beside it for those
who use several cores.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def serve(run: Callable[[], Any], outcome: Callable[[], Any], **facts: Any) -> None:
    """In the worker: run once to warm up, then once for every line that comes in.

    `outcome` is what the last run came to, as JSON; `facts` are handed on.
    """
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever else is printed is no answer
    start = time.process_time()
    run()
    first = time.process_time() - start
    print(json.dumps({"first": first, "outcome": outcome(), **facts}), file=answers, flush=True)
    for _ in sys.stdin:
        gc.collect()
        start, begin = time.process_time(), time.perf_counter()
        run()
        clock = time.perf_counter() - begin
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        told = {"seconds": seconds, "clock": clock, "memory_mb": peak}
        print(json.dumps(told), file=answers, flush=True)


class Worker:
    """Outside: a simulator that was started and has run once."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        python: Path | str = sys.executable,
        **environment: str,
    ) -> None:
        self.name = module
        self.process = subprocess.Popen(
            [str(python), "-m", f"benchmarks.{module}", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.facts = self._answer()
        self.seconds: list[float] = []
        self.clock: list[float] = []
        self.memory_mb = 0.0

    def run(self) -> None:
        """Run once more."""
        assert self.process.stdin is not None
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        answer = self._answer()
        self.seconds.append(answer["seconds"])
        self.clock.append(answer["clock"])
        self.memory_mb = answer["memory_mb"]

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self.process.wait()} and no answer")
        answer: dict[str, Any] = json.loads(line)
        return answer
