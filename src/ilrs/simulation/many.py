"""Many lives of one station at once: the compiled kernel lets go of Python's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Case = TypeVar("Case")
Found = TypeVar("Found")


def at_once(
    live: Callable[[Case], Found],
    cases: Sequence[Case],
    *,
    threads: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> list[Found]:
    """What `live` finds of every case, in the cases' order, on `threads` threads (0: all cores).

    Each call needs state and record of its own. The answer does not depend on the threads.
    """
    found = []
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        for done, one in enumerate(pool.map(live, cases)):
            found.append(one)
            if progress:
                progress(done + 1, len(cases))
    return found
