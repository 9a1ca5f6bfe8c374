"""People at the station: what they took to live, what loops gave back, what is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilrs.rendering.markup import Markup, section, table, tag
from ilrs.rendering.sections.stores import contents
from ilrs.rendering.series import RunSeries
from ilrs.rendering.view import View
from ilrs.rendering.wording import datum, say, spoken

DAY = 86400.0
LIFE = ".life"
"""Ends the name of the flow that is a crew's life."""
LIVED_ON = ("oxygen", "water", "food")


@dataclass(frozen=True)
class Account:
    """A carrier [kg] over a run: what people took, what loops gave and took, and what was let go;
    `left` is held at the end, `days` the time from the crew's first breath [d].
    """

    carrier: str
    taken: float
    given: float
    used: float
    left: float
    days: float

    @property
    def lasts(self) -> float:
        """How long the store lasts at the run's mean rate [s]; infinite where it does not fall."""
        falls = (self.taken + self.used - self.given) / (self.days * DAY)
        return self.left / falls if falls > 1e-12 else float("inf")


def accounts(series: RunSeries, own: str) -> list[Account]:
    """What the crew `own` (facility/component) lived on, a carrier each."""
    nodes, stores = series.names("node"), series.names("store")
    life = series.rate[:, series.flow_index[own + LIFE]]
    days = float(np.count_nonzero(life > 0.0)) * series.step / DAY
    amounts = series.rate.sum(axis=0) * series.step
    kinds = series.names("flow_kind")
    made = []
    for carrier in LIVED_ON:
        if f"{own}/{carrier}" not in nodes or not days:
            continue
        gain = series.incidence[nodes.index(f"{own}/{carrier}")]
        brought = {
            name: float(gain[f] * amounts[f])
            for name, f in series.flow_index.items()
            if gain[f] and kinds[f] in ("converter", "sink")
        }
        taken = -brought.pop(own + LIFE, 0.0)
        given = sum(kg for kg in brought.values() if kg > 0.0)
        used = -sum(kg for kg in brought.values() if kg < 0.0)
        left = float(series.content[-1, stores.index(f"{own}.{carrier}")])
        made.append(Account(carrier, taken, given, used, left, days))
    return made


def people(view: View) -> Markup:
    """The section; nothing for a station without a crew."""
    series = view.series
    crews = [name.removesuffix(LIFE) for name in series.flow_index if name.endswith(LIFE)]
    told = [(own, made) for own in crews if (made := accounts(series, own))]
    if not told:
        return Markup("")
    return section(
        "people",
        "People",
        [tag("div", _table(own, made), _stores(series, view, own)) for own, made in told],
        lead=" ".join(_sentence(own, made) for own, made in told),
    )


def _sentence(own: str, made: list[Account]) -> str:
    taken, given = (sum(getattr(a, k) for a in made) for k in ("taken", "given"))
    back = sum(a.given - a.used for a in made)
    shortest = min(made, key=lambda a: a.lasts)
    more = (
        f" The {shortest.carrier} left would last {say(shortest.lasts, 's')} more."
        if np.isfinite(shortest.lasts)
        else ""
    )
    return (
        f"{spoken(own.split('/', 1)[0]).capitalize()}: people took {say(taken, 'kg')} of oxygen, "
        f"water and dry food; loops gave {say(given, 'kg')}, less their own use "
        f"{say(back / taken, '')} of it.{more}"
    )


def _table(own: str, made: list[Account]) -> Markup:
    rows = [
        (
            a.carrier,
            *(datum(kg / a.days, "kg") for kg in (a.taken, a.given, a.used)),
            datum(a.left, "kg"),
            datum(a.lasts, "s") if np.isfinite(a.lasts) else "does not fall",
        )
        for a in made
    ]
    heads = ("A day", "People took", "Loops gave", "Loops used, or let go", "Left", "Lasts")
    return table(heads, rows, numbers=(1, 2, 3, 4, 5))


def _stores(series: RunSeries, view: View, own: str) -> Markup | None:
    names = series.names("store")
    return contents(view, [i for i, n in enumerate(names) if n.startswith(f"{own}.")])
