"""The other process: it ends with the one that started it, whatever that one died of."""

import os
import signal
import subprocess
import sys
import time

START = """
import os, sys, time
from ilrs.planning import apart
process = apart._process()
apart._write(process.stdin, ("time:sleep", (600,)))
print(process.pid, flush=True)
time.sleep(600)
"""


def test_a_killed_run_leaves_no_solver_behind(tmp_path):
    # `time.sleep` takes no `tell`, so the call is made by a module of its own
    (tmp_path / "slow.py").write_text("import time\ndef sleep(s, tell): time.sleep(s)\n")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    }
    with subprocess.Popen(
        [sys.executable, "-c", START.replace("time:sleep", "slow:sleep")],
        stdout=subprocess.PIPE,
        env=environment,
    ) as started:
        child = int(started.stdout.readline())
        os.kill(child, 0)
        time.sleep(0.5)
        started.send_signal(signal.SIGKILL)
    for _ in range(200):
        if not _alive(child):
            break
        time.sleep(0.05)
    assert not _alive(child)


def _alive(process):
    """Whether a process runs; one that ended and that nobody has asked after does not."""
    try:
        with open(f"/proc/{process}/stat") as told:
            return told.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
