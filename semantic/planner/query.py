"""A query of the protocol, checked for form (not yet against a model) and normalised as Cube does.

JSON  ──parse_query──►  Query  ──normalised──►  the `query` of the answer
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from semantic.model_reader import GRANULARITIES, OPERATORS

__all__ = [
    "CACHE_MODES",
    "DEFAULT_LIMIT",
    "GRANULARITIES",
    "MAX_LIMIT",
    "OPERATORS",
    "RESPONSE_FORMATS",
    "Condition",
    "DateRange",
    "Filter",
    "Group",
    "Order",
    "Query",
    "TimeDimension",
    "canonical_values",
]

DEFAULT_LIMIT = 10_000
MAX_LIMIT = 50_000
CACHE_MODES = ("stale-if-slow", "stale-while-revalidate", "must-revalidate", "no-cache")
RESPONSE_FORMATS = ("default", "compact", "columnar")

_TRAILING = re.compile(r"\.?0+$")


@dataclass(frozen=True, slots=True)
class DateRange:
    """From `start` to `end`, both included, as local times of the query's time zone (milliseconds)."""

    start: datetime
    end: datetime

    @property
    def json(self) -> list[str]:
        """The range as the protocol writes it."""
        return [moment.isoformat(timespec="milliseconds") for moment in (self.start, self.end)]


@dataclass(frozen=True, slots=True)
class TimeDimension:
    """A time dimension to group by (with a granularity) or to filter by (with a range), or both."""

    dimension: str
    granularity: str | None
    date_range: DateRange | None

    @property
    def json(self) -> dict[str, Any]:
        """The time dimension as the protocol writes it."""
        described: dict[str, Any] = {"dimension": self.dimension}
        if self.granularity:
            described["granularity"] = self.granularity
        if self.date_range:
            described["dateRange"] = self.date_range.json
        return described


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter on one member; `dates` is set when the operator is about dates and was resolved."""

    member: str
    operator: str
    values: tuple[str | None, ...]
    dates: DateRange | None = None

    @property
    def json(self) -> dict[str, Any]:
        """The filter as the protocol writes it."""
        described: dict[str, Any] = {"member": self.member, "operator": self.operator}
        if self.values:
            described["values"] = list(self.values)
        return described


@dataclass(frozen=True, slots=True)
class Group:
    """Filters joined by `and` or by `or`."""

    connective: Literal["and", "or"]
    items: tuple[Filter, ...]

    @property
    def json(self) -> dict[str, Any]:
        """The group as the protocol writes it."""
        return {self.connective: [item.json for item in self.items]}


Filter: TypeAlias = Condition | Group


@dataclass(frozen=True, slots=True)
class Order:
    """Order by one selected member."""

    member: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query, in the normal form; `order` is None when the client gave none.

    Attributes:
        ungrouped: whether the rows are those of the facts, none put together with another.
        as_of: the publication, load or time to answer from, as it was written; '': the present one. Which
            publication that is, is not the planner's to know.
        include_history: whether the former publications are to answer too.
    """

    measures: tuple[str, ...]
    dimensions: tuple[str, ...]
    segments: tuple[str, ...]
    filters: tuple[Filter, ...]
    time_dimensions: tuple[TimeDimension, ...]
    order: tuple[Order, ...] | None
    limit: int
    offset: int
    total: bool
    ungrouped: bool
    timezone: str
    response_format: str
    cache_mode: str
    complete_only: bool
    comparisons: tuple[str, ...]
    as_of: str
    include_history: bool
    written: Mapping[str, Any]

    @property
    def normalised(self) -> dict[str, Any]:
        """The query as Cube returns it with the answer: defaults filled in, dates and order resolved."""
        kept = {key: value for key, value in self.written.items() if key not in ("cache", "cacheMode")}
        normal: dict[str, Any] = {
            **kept,
            "cacheMode": self.cache_mode,
            "timezone": self.timezone,
            "limit": self.limit,
            "filters": [item.json for item in self.filters],
            "dimensions": list(self.dimensions),
            "timeDimensions": [item.json for item in self.time_dimensions],
            "rowLimit": self.limit,
        }
        if "offset" in kept:
            normal["offset"] = self.offset
        if self.comparisons:
            normal["comparisons"] = list(self.comparisons)
        if self.order is not None:
            normal["order"] = [{"id": item.member, "desc": item.descending} for item in self.order]
        return normal


def canonical_values(values: list[Any]) -> tuple[str | None, ...]:
    """Return filter values as the protocol keeps them: text, or None for null.

    >>> canonical_values([1, True, "a", None])
    ('1', 'true', 'a', None)
    """
    return tuple(_text(value) for value in values)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    text = format(value, "f")
    return _TRAILING.sub("", text) if "." in text else text
