"""Functions called in a process of their own, for libraries that cannot be loaded side by side.

HiGHS of the dispatch and OR-tools' own older HiGHS have one name, and a process loads only one of
them. So whatever uses OR-tools runs in a second Python, which is started once and kept.
"""

from __future__ import annotations

import atexit
import importlib
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from threading import Thread
from typing import IO, Any

from ilrs.errors import PlanError

ORPHANED = 0.5
"""How often [s] the other process looks whether it is still wanted."""
_BEGIN = "from ilrs.planning.apart import serve; serve()"
_kept: list[subprocess.Popen[bytes]] = []


def call_apart(function: str, *arguments: Any, told: Callable[[Any], None] | None = None) -> Any:
    """What `function` (`module:name`) answers to `arguments`, called in the other process.

    The function is also given `tell`; what it tells goes to `told`. Its errors are raised here.
    """
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        _write(process.stdin, (function, arguments))
        while True:
            kind, content = pickle.load(process.stdout)
            if kind == "told":
                if told is not None:
                    told(content)
            elif kind == "failed":
                raise content
            else:
                return content
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        _end(process)
        raise PlanError(
            "the solver's process ended without an answer",
            remedy="give it more memory, or a shorter period",
        ) from error
    except BaseException as error:
        # Half an exchange is of no use to the next one.
        if not isinstance(error, Exception):
            _end(process)
        raise


def serve() -> None:
    """Answer calls from standard input until it ends; what is called must not print.

    Ends with the process that started it, also in the middle of a call and however that one ended.
    """
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    calls, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes where it disturbs nobody
    while True:
        try:
            function, arguments = pickle.load(calls)
        except EOFError:
            return
        module, _, name = function.partition(":")
        try:
            called = getattr(importlib.import_module(module), name)
            answer = ("done", called(*arguments, tell=lambda x: _write(answers, ("told", x))))
        except Exception as error:
            answer = ("failed", error)
        _write(answers, answer)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHANED)
    os._exit(1)


def _write(stream: IO[bytes], content: Any) -> None:
    # Whole or not at all: what cannot be handed over must leave nothing half written.
    stream.write(pickle.dumps(content))
    stream.flush()


def _process() -> subprocess.Popen[bytes]:
    if _kept and _kept[0].poll() is not None:
        _kept.clear()
    if not _kept:
        _kept.append(
            subprocess.Popen(
                [sys.executable, "-c", _BEGIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        )
        atexit.register(_end, _kept[0])
    return _kept[0]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    if process in _kept:
        _kept.remove(process)
