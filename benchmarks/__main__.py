"""Every job against its peers: `python -m benchmarks [--json] [--no-write] [NAME ...]`.

Each job runs in a process of its own, so that one's memory and compiling are not another's. Its
rows of the table in docs/reference/benchmarks.md are written anew; those of jobs not run stay.
"""

from __future__ import annotations

import argparse
import json
import os
import pkgutil
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import benchmarks

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/benchmarks.md"
BEGIN, END = "<!-- table: written by make bench -->", "<!-- end of table -->"
HEAD = (
    "| Benchmark | Job | Size | Ours | Peer | Peer's | Ratio | Error "
    "| Memory, ours and peer's [MB] | Compiling [s] |",
    "|---|---|---|---|---|---|---|---|---|---|",
)
NOT_JOBS = {"__main__", "measure"}


def jobs() -> list[str]:
    """The benchmarks there are, by name."""
    found = {module.name for module in pkgutil.iter_modules(benchmarks.__path__)}
    return sorted(name for name in found - NOT_JOBS if not name.startswith("_"))


def run(name: str) -> list[dict[str, Any]]:
    """The results of one benchmark: a JSON object a line, one for each peer."""
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]


def rows(name: str, results: list[dict[str, Any]]) -> list[str]:
    """The rows of one benchmark in Markdown."""
    return [
        "| "
        + " | ".join(
            (
                name,
                str(r["job"]),
                r["size"] if isinstance(r["size"], str) else _number(r["size"]),
                f"{_number(r['ours'])} {r['unit']}",
                str(r["peer_name"]),
                "absent" if r.get("peer") is None else f"{_number(r['peer'])} {r['unit']}",
                "" if r.get("ratio") is None else f"**{_number(r['ratio'])}x**",
                "" if r.get("error") is None else _error(r),
                f"{_number(r.get('memory_mb'))}, {_number(r.get('peer_memory_mb'))}",
                _number(r.get("compile_s")),
            )
        )
        + " |"
        for r in results
    ]


def table(found: dict[str, list[str]]) -> str:
    """The rows of all benchmarks by name, with the machine they were measured on."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [row for name in sorted(found) for row in found[name]]
    return "\n".join([f"Measured on {machine}.", "", *HEAD, *lines])


def _number(value: Any) -> str:
    if value is None:
        return "-"
    size = abs(float(value))
    for limit, word in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= limit:
            return f"{value / limit:.3g} {word}"
    return f"{value:.3g}"


def _error(result: dict[str, Any]) -> str:
    return f"{result['error']:.1e} {result.get('error_unit', '')}".strip()


def write(found: dict[str, list[str]]) -> None:
    """Put the rows into the page's table, in place of those of the same benchmarks."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    standing, _, after = rest.partition(END)
    kept: dict[str, list[str]] = {}
    for line in standing.splitlines():
        name = line.split("|")[1].strip() if line.startswith("| ") else ""
        if name in jobs() and name not in found:
            kept.setdefault(name, []).append(line)
    PAGE.write_text(f"{before}{BEGIN}\n{table(kept | found)}\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Run all benchmarks, or those named, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*jobs(), []], help="only these")
    parser.add_argument("--json", action="store_true", help="print one JSON document only")
    parser.add_argument("--no-write", action="store_true", help="leave the page as it is")
    options = parser.parse_args()
    results: dict[str, list[dict[str, Any]]] = {}
    for name in options.names or jobs():
        print(f"{name} ...", file=sys.stderr, flush=True)
        results[name] = run(name)
    found = {name: rows(name, told) for name, told in results.items()}
    if options.json:
        every = [{"benchmark": name, **row} for name, told in results.items() for row in told]
        print(json.dumps({"benchmarks": every}, allow_nan=False))
    else:
        print(table(found))
    if not options.no_write:
        write(found)


if __name__ == "__main__":
    main()
