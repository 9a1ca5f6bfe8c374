"""The routes that ship with ilrs, computed for the reference scenario: by name or by their ends."""

from __future__ import annotations

from functools import lru_cache

from ilrs.data.routes import read_routes
from ilrs.errors import UserError
from ilrs.planning.route import Route, route_from
from ilrs.scenario.document import suggestion


@lru_cache(maxsize=1)
def shipped_routes() -> dict[str, Route]:
    """Every shipped route by its name, such as `ridge-garage to ridge-b`.

    They hold for ground that is lit all the way: light and contact are the asker's to look after.
    """
    return {row["name"]: route_from(row) for row in read_routes()["routes"]}


def shipped_route(name: str) -> Route:
    """The shipped route called `name`; its `duration` [s], `energy` [J] and `length` [m]."""
    known = shipped_routes()
    if name not in known:
        raise UserError(
            f"no route {name!r} ships with ilrs",
            remedy=suggestion(name, known) + "; or compute it: ilrs route FROM TO --at UTC",
        )
    return known[name]


def route_between(origin: str, target: str) -> Route | None:
    """The shipped route from one place to another, None where there is none."""
    return shipped_routes().get(f"{origin} to {target}")
