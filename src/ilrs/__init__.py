"""The open engineering model of the International Lunar Research Station (ILRS).

`ilrs.load("ilrs").run(seed=1)` goes from text to a judged run; see `ilrs.api`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ilrs.api import Result, Station, load
    from ilrs.operations.folder import read_run

__version__ = "0.1.0"
__all__ = ["Result", "Station", "__version__", "load", "read_run"]


def __getattr__(name: str) -> Any:
    """The names of the Python door, imported when they are first used."""
    if name in {"Result", "Station", "load"}:
        from ilrs import api

        return getattr(api, name)
    if name == "read_run":
        from ilrs.operations.folder import read_run

        return read_run
    raise AttributeError(f"module 'ilrs' has no attribute {name!r}")
