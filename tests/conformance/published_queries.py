"""Queries over the views that are published, made from what `/v1/meta` says of them and a seed.

Most are such as an analyst would send: measures at a level, cut and period that they allow. Some ask what a
measure does not allow, and some are wrong on purpose: `FAULTS` makes those.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["FAULTS", "Asked", "QueryMaker", "View", "views_of"]

Query = dict[str, Any]

PERIODS = ("2024-M05", "2024-T2", "2024-S1", "2024-P10", "2024-A", "2025-M11", "2025-T1", "2025-P12")
RANGES = (
    ["2024-01-01", "2024-12-31"],
    ["2025-01-01", "2025-03-31"],
    ["2024-05-31"],
    "from 2024-05-01 to 2025-01-31",
)
GRANULARITIES = ("day", "week", "month", "quarter", "year")
FORMATS = ("default", "compact", "columnar")
COMPARING = ("gt", "gte", "lt", "lte", "equals", "notEquals")
NUMBERS = ("0", "1", "50", "100.5", "-3", "1000000")
# Cube takes `%` and `_` for wildcards in these; our server looks for them as they are written.
PARTIAL = ("contains", "notContains", "startsWith", "notStartsWith", "endsWith", "notEndsWith")
PIECES = ("a", "DR", "o", "-A", "zz")


@dataclass(frozen=True)
class View:
    """A view as `/v1/meta` describes it; `values` holds some values of each text dimension."""

    name: str
    measures: dict[str, Mapping[str, Any]]
    dimensions: dict[str, Mapping[str, Any]]
    segments: tuple[str, ...]
    values: dict[str, list[str]] = field(default_factory=dict)

    def about(self, dimension: str) -> Mapping[str, Any]:
        """Give a dimension's meta: `livello` where it stands for a level, `taglio` for a cut."""
        return self.dimensions[dimension].get("meta") or {}

    def having(self, key: str) -> list[str]:
        """Give the dimensions whose meta has a key."""
        return [name for name in self.dimensions if key in self.about(name)]

    def required(self, measure: str) -> list[str]:
        """Give what a measure is a value of one of: to be pinned, or grouped by."""
        return list((self.measures[measure].get("meta") or {}).get("richiede", ()))

    @property
    def time(self) -> str | None:
        """The time dimension, when there is one."""
        return next((name for name, item in self.dimensions.items() if item["type"] == "time"), None)


@dataclass(frozen=True)
class Asked:
    """A query, and the fault that it was given on purpose ('' for none)."""

    query: Query
    fault: str = ""


def views_of(meta: Mapping[str, Any]) -> list[View]:
    """Read the views of `/v1/meta`."""
    return [
        View(
            name=view["name"],
            measures={item["name"]: item for item in view["measures"]},
            dimensions={item["name"]: item for item in view["dimensions"]},
            segments=tuple(item["name"] for item in view["segments"]),
        )
        for view in meta["cubes"]
    ]


class QueryMaker:
    """Makes queries; the same seed and views make the same ones."""

    def __init__(self, views: list[View], seed: int) -> None:
        """Draw from `views`, each as often as the others."""
        self._views, self._draw = views, random.Random(seed)

    def queries(self, count: int) -> Iterator[Asked]:
        """Make `count` queries, one in twelve of them wrong on purpose."""
        faults = list(FAULTS)
        for number in range(count):
            query = self._query(self._views[number % len(self._views)])
            if number % 12 == 11:
                fault = faults[number // 12 % len(faults)]
                yield Asked(FAULTS[fault](query), fault)
            else:
                yield Asked(query)

    def _query(self, view: View) -> Query:
        period = self._draw.choice(PERIODS)
        dimensions = self._dimensions(view)
        if not any(_allows(view, name, dimensions, int(period[:4])) for name in view.measures):
            dimensions = [name for name in dimensions if "taglio" not in view.about(name)]
        measures = self._measures(view, dimensions, period)
        query: Query = {"measures": measures, "dimensions": dimensions, "filters": []}
        required = [name for measure in measures for name in view.required(measure)]
        for name in dict.fromkeys(["periodo", "scenario", *required]):
            self._settle(view, query, name, period)
        query["filters"] += self._filters(view, measures, dimensions)
        self._time(view, query)
        if view.segments and self._chance(8):
            query["segments"] = [self._draw.choice(view.segments)]
        return self._finish(query)

    def _dimensions(self, view: View) -> list[str]:
        """Choose one level and one cut at most, as indicators allow, and some of the others."""
        chosen: list[str] = []
        for key, one_in in (("livello", 2), ("taglio", 4)):
            names = view.having(key)
            if names and self._chance(one_in):
                chosen.append(self._draw.choice(names))
        free = [
            name
            for name, item in view.dimensions.items()
            if item["type"] != "time" and not {"livello", "taglio"} & set(view.about(name))
        ]
        chosen += self._draw.sample(free, min(len(free), self._draw.choice((0, 0, 1, 2))))
        return list(dict.fromkeys(chosen))

    def _measures(self, view: View, dimensions: list[str], period: str) -> list[str]:
        """Choose measures that allow the dimensions and the period; one time in eight, any."""
        names = list(view.measures)
        if not self._chance(8):
            names = [name for name in names if _allows(view, name, dimensions, int(period[:4]))] or names
        return self._draw.sample(names, min(len(names), self._draw.choice((1, 1, 2, 3))))

    def _settle(self, view: View, query: Query, name: str, period: str) -> None:
        """Pin a member that measures are values of one of, or group by it; seldom leave it free."""
        member = f"{view.name}.{name}"
        if member not in view.dimensions or self._chance(40):
            return
        usual = {"periodo": period, "scenario": "consuntivo"}
        if member in query["dimensions"]:
            if name == "periodo":
                some = self._draw.sample(PERIODS, 2)
                query["filters"].append({"member": member, "operator": "equals", "values": some})
        elif name in usual or (view.values.get(member) and self._chance(2)):
            value = usual.get(name) or self._draw.choice(view.values[member])
            query["filters"].append({"member": member, "operator": "equals", "values": [value]})
        else:
            query["dimensions"].append(member)

    def _filters(self, view: View, measures: list[str], dimensions: list[str]) -> list[Query]:
        filters = []
        free = [name for name in view.values if not {"livello", "taglio"} & set(view.about(name))]
        texts = [name for name in dimensions if name in view.values] or (free if self._chance(2) else [])
        if texts and self._chance(2):
            some = [
                self._on_text(view, self._draw.choice(texts)) for _ in range(self._draw.choice((1, 1, 2)))
            ]
            filters.append(self._joined(some))
        if self._chance(4):
            some = [self._on_measure(self._draw.choice(measures)) for _ in range(self._draw.choice((1, 2)))]
            filters.append(self._joined(some))
        return filters

    def _joined(self, conditions: list[Query]) -> Query:
        if len(conditions) == 1 and not self._chance(4):
            return conditions[0]
        return {self._draw.choice(("and", "or")): conditions}

    def _on_text(self, view: View, member: str) -> Query:
        kind = self._draw.choice(("exact", "exact", "partial", "set"))
        if kind == "set":
            return {"member": member, "operator": self._draw.choice(("set", "notSet"))}
        if kind == "partial":
            return {
                "member": member,
                "operator": self._draw.choice(PARTIAL),
                "values": self._draw.sample(PIECES, self._draw.choice((1, 2))),
            }
        known = view.values[member]
        return {
            "member": member,
            "operator": self._draw.choice(("equals", "notEquals", "in", "notIn")),
            "values": self._draw.sample(known, min(len(known), self._draw.choice((1, 2, 3)))),
        }

    def _on_measure(self, member: str) -> Query:
        if self._chance(4):
            return {"member": member, "operator": self._draw.choice(("set", "notSet"))}
        return {
            "member": member,
            "operator": self._draw.choice(COMPARING),
            "values": [self._draw.choice(NUMBERS)],
        }

    def _time(self, view: View, query: Query) -> None:
        """Group by a granularity, or keep a range of days."""
        if view.time is None or not self._chance(4):
            return
        asked: Query = {"dimension": view.time, "dateRange": self._draw.choice(RANGES)}
        if self._chance(2):
            asked["granularity"] = self._draw.choice(GRANULARITIES)
        query["timeDimensions"] = [asked]

    def _finish(self, query: Query) -> Query:
        """Give the rows one order (every dimension takes part in it), a limit, a format."""
        dimensions, times = query["dimensions"], query.get("timeDimensions", [])
        grouped = [item["dimension"] for item in times if "granularity" in item]
        first = [self._draw.choice(query["measures"])] if self._chance(3) else []
        order = [[name, self._draw.choice(("asc", "desc"))] for name in [*first, *dimensions, *grouped]]
        if order:
            query["order"] = dict(order) if self._chance(3) else order
        if dimensions or grouped:
            query["limit"] = self._draw.choice((1, 3, 20, 500))
            if self._chance(5):
                query["offset"] = self._draw.choice((1, 4))
        if self._chance(5):
            query["total"] = True
        query["responseFormat"] = self._draw.choice(FORMATS)
        return query

    def _chance(self, one_in: int) -> bool:
        return self._draw.randrange(one_in) == 0


def _allows(view: View, measure: str, dimensions: list[str], year: int) -> bool:
    """Say whether a measure's meta allows it to be grouped so, in that year."""
    meta = view.measures[measure].get("meta") or {}
    asked = [view.about(name) for name in dimensions]
    levels = [about["livello"] for about in asked if "livello" in about] or ["nazionale"]
    cuts = [about["taglio"] for about in asked if "taglio" in about]
    if view.having("livello") and not set(levels) <= set(meta.get("livelli", ())):
        return False
    if not set(cuts) <= set(meta.get("tagli", ())):
        return False
    first, last = meta.get("valido_dal") or "0000", meta.get("valido_al") or "9999"
    return int(first[:4]) <= year <= int(last[:4])


def _with(query: Query, **changes: Any) -> Query:
    return query | changes


def _view(query: Query) -> str:
    return str(query["measures"][0]).split(".")[0]


FAULTS: dict[str, Callable[[Query], Query]] = {
    "unknown measure": lambda query: _with(query, measures=[f"{_view(query)}.nessuna"]),
    "unknown dimension": lambda query: _with(query, dimensions=[f"{_view(query)}.nessuna"]),
    "unknown view": lambda query: _with(query, measures=["nessuna.misura"], order=[]),
    "unknown segment": lambda query: _with(query, segments=[f"{_view(query)}.nessuno"]),
    "unknown operator": lambda query: _with(
        query, filters=[{"member": query["measures"][0], "operator": "like", "values": ["1"]}]
    ),
    "filter without values": lambda query: _with(
        query, filters=[{"member": f"{_view(query)}.periodo", "operator": "equals"}]
    ),
    "unknown key": lambda query: _with(query, having=[]),
    "unknown granularity": lambda query: _with(
        query, timeDimensions=[{"dimension": f"{_view(query)}.data_fine_periodo", "granularity": "fortnight"}]
    ),
    "limit that is text": lambda query: _with(query, limit="ten"),
    "no members": lambda query: {"limit": 5},
    "order by an unknown member": lambda query: _with(query, order=[[f"{_view(query)}.nessuna", "asc"]]),
    "limit over the maximum": lambda query: _with(query, limit=50_001),
    "a range that is no date": lambda query: _with(
        query,
        timeDimensions=[
            {"dimension": f"{_view(query)}.data_fine_periodo", "dateRange": ["l'altro ieri", "oggi"]}
        ],
    ),
}
"""Ways to break a query: name → what makes the broken one from a sound one."""
