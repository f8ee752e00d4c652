"""From an analyst's words to a query of the protocol.

```
query("indice_giacenza", by=["direzione"], period="2025-P10", where={"area": "AMM-SOC"})
  → {"measures": ["indicatori.indice_giacenza"], "dimensions": ["indicatori.direzione"],
     "filters": [periodo equals 2025-P10, scenario equals consuntivo, area equals AMM-SOC],
     "order": [["indicatori.direzione", "asc"]], "responseFormat": "compact"}
```
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, TypedDict

from api_client.errors import QueryError, nearest

__all__ = ["AS_IS", "INDICATORS", "Order", "QueryOptions", "Question", "Where", "order_pairs", "total_order"]

Where: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Order: TypeAlias = str | Sequence[str] | Sequence[tuple[str, str]] | Mapping[str, str]

INDICATORS = "indicatori"
"""The view asked unless another is named."""

AS_IS = {"direzione": "direzione_attuale", "struttura": "struttura_attuale", "agenzia": "agenzia_attuale"}
ORGANISATIONS = ("as_was", "as_is")
DIRECTIONS = ("asc", "desc")


class QueryOptions(TypedDict, total=False):
    """The options of `query` and `iter_rows`.

    Attributes:
        by: dimensions to group by.
        period: one reporting period ("2025-P10"), or several, each then on its own row; None: all of them.
        scenario: one scenario, or several, each then on its own row; None: all of them.
        where: `{dimension: value | [values] | None}`, or the protocol's raw filters.
        order: "direzione", "-indice_giacenza" (descending), a list of such, pairs or a mapping.
        limit: at most so many rows; None: all, however many requests that takes.
        view: the view to ask.
        complete_only: refuse the answer when a structure is missing (`IncompleteError`).
        organisation: "as_was", under the organisation of each month; "as_is", under today's.
        compare: what to put beside each figure, by the embedded server: previousYear, previousPeriod,
            programme, target, clusterRank, nationalShare; one, or several.
        as_of: answer from a past publication, by the definitions of its time: the id of a load, a version, a
            day (what was in force when it ended) or a moment; None: the present.
        include_history: answer from every publication that counts (up to `as_of`): the column `publication`
            says which a row is of (`query` only).
        targets: add `<metric>_obiettivo`, `_scostamento`, `_soglia_minima`, `_soglia_massima`, `_esito`
            (`query` only).
    """

    by: Sequence[str]
    period: str | Sequence[str] | None
    scenario: str | Sequence[str] | None
    where: Where
    order: Order
    limit: int | None
    view: str
    complete_only: bool
    organisation: str
    targets: bool
    compare: str | Sequence[str]
    as_of: str | date | None
    include_history: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question, checked; `query` is what to send."""

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    period: tuple[str, ...] | None = None
    scenario: tuple[str, ...] | None = ("consuntivo",)
    where: Where = ()
    order: Order = ()
    limit: int | None = None
    view: str = INDICATORS
    complete_only: bool = False
    organisation: str = "as_was"
    targets: bool = False
    compare: tuple[str, ...] = ()
    as_of: str | None = None
    include_history: bool = False

    @classmethod
    def of(cls, metrics: str | Sequence[str], options: QueryOptions) -> Question:
        """Check and keep what the caller wrote.

        Raises:
            QueryError: an option is unknown, or has an impossible value.
        """
        unknown = sorted(set(options) - set(QueryOptions.__annotations__))
        if unknown:
            valid = nearest(unknown[0], QueryOptions.__annotations__)
            raise QueryError(f"there is no option {unknown[0]!r}: {valid}", code="UNKNOWN_OPTION")
        kept: dict[str, Any] = dict(options)
        for name in ("period", "scenario"):
            if name in kept:
                kept[name] = None if kept[name] is None else _names(kept[name], name)
        organisation = kept.get("organisation", "as_was")
        if organisation not in ORGANISATIONS:
            valid = nearest(str(organisation), ORGANISATIONS)
            raise QueryError(f"organisation={organisation!r}: {valid}", code="UNKNOWN_OPTION")
        limit = kept.get("limit")
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
            raise QueryError(
                f"limit={limit!r}: give a whole number from 1, or None for all", code="BAD_LIMIT"
            )
        if kept.get("as_of") is not None:
            kept["as_of"] = _moment(kept["as_of"])
        for name in ("by", "compare"):
            kept[name] = _names(kept.get(name, ()), name, 0)
        return cls(metrics=_names(metrics, "metrics"), **kept)

    @property
    def dimensions(self) -> list[str]:
        """The dimensions grouped by, with periodo and scenario where several values were asked."""
        names = [self.dimension(name) for name in self.by]
        for name, asked in (("periodo", self.period), ("scenario", self.scenario)):
            if name not in names and (asked is None or len(asked) > 1):
                names.append(name)
        return names

    @property
    def filters(self) -> list[dict[str, Any]]:
        """The filters, with full member names."""
        filters = [
            _equals(self.member(name), list(asked))
            for name, asked in (("periodo", self.period), ("scenario", self.scenario))
            if asked is not None
        ]
        if isinstance(self.where, Mapping):
            return filters + [_equals(self.member(name), value) for name, value in self.where.items()]
        return filters + [self._raw(condition) for condition in self.where]

    @property
    def query(self) -> dict[str, Any]:
        """The query to send."""
        query: dict[str, Any] = {
            "measures": [self.member(name) for name in self.metrics],
            "dimensions": [self.member(name) for name in self.dimensions],
            "filters": self.filters,
            "order": [[self.member(name), direction] for name, direction in order_pairs(self.order)],
            "responseFormat": "compact",
        }
        if self.limit is not None:
            query["limit"] = self.limit
        if self.complete_only:
            query["completeOnly"] = True
        if self.compare:
            query["comparisons"] = list(self.compare)
        if self.as_of is not None:
            query["asOf"] = self.as_of
        if self.include_history:
            query["includeHistory"] = True
        return query

    def dimension(self, name: str) -> str:
        """Give the dimension of that name under the organisation asked for."""
        return AS_IS.get(name, name) if self.organisation == "as_is" else name

    def member(self, name: str) -> str:
        """Give the full name of a member of the view; a full name stays as it is."""
        return name if "." in name else f"{self.view}.{self.dimension(name)}"

    def _raw(self, condition: Mapping[str, Any]) -> dict[str, Any]:
        """Complete the member names of a raw filter, at any depth."""
        raw = dict(condition)
        if "member" in raw:
            raw["member"] = self.member(str(raw["member"]))
        for both in ("and", "or"):
            if both in raw:
                raw[both] = [self._raw(inner) for inner in raw[both]]
        return raw


def _names(value: str | Iterable[str], option: str, at_least: int = 1) -> tuple[str, ...]:
    """Read one name or several."""
    names = (value,) if isinstance(value, str) else tuple(value)
    if len(names) < at_least or not all(isinstance(name, str) and name for name in names):
        raise QueryError(f"{option}={value!r}: give a name, or a list of names", code="BAD_NAMES")
    return names


def _moment(value: str | date) -> str:
    """Read an id, a day or a moment as the protocol writes it."""
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str) or not text.strip():
        raise QueryError(
            f"as_of={value!r}: give the id of a load, a version, a day or a moment", code="BAD_AS_OF"
        )
    return text


def _equals(member: str, value: Any) -> dict[str, Any]:
    """Build the filter of one member on one value, any of several, or none at all."""
    if value is None:
        return {"member": member, "operator": "notSet"}
    if isinstance(value, bool):
        value = "true" if value else "false"
    several = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    return {"member": member, "operator": "equals", "values": [str(one) for one in several]}


def order_pairs(order: Order) -> list[tuple[str, str]]:
    """Read an order in any of its four forms as (name, direction) pairs.

    Raises:
        QueryError: a direction is neither asc nor desc.
    """
    if isinstance(order, str):
        order = [order]
    items: Iterable[Any] = order.items() if isinstance(order, Mapping) else order
    pairs = []
    for item in items:
        if isinstance(item, str):
            pairs.append((item.removeprefix("-"), "desc" if item.startswith("-") else "asc"))
            continue
        name, direction = item
        if direction not in DIRECTIONS:
            raise QueryError(f"order of {name}: {nearest(str(direction), DIRECTIONS)}", code="BAD_ORDER")
        pairs.append((name, direction))
    return pairs


def total_order(query: Mapping[str, Any]) -> list[list[str]]:
    """Give the order of a query, made total: no two rows tie, so that pages neither overlap nor miss.

    Grouped rows differ in some dimension: ordering by all of them, after what the caller asked, is enough.
    """
    order = query.get("order") or []
    pairs = [list(pair) for pair in (order.items() if isinstance(order, Mapping) else order)]
    times = [
        time["dimension"] for time in query.get("timeDimensions") or [] if time.get("granularity") is not None
    ]
    ordered = {name for name, _ in pairs}
    return pairs + [
        [name, "asc"] for name in [*times, *(query.get("dimensions") or [])] if name not in ordered
    ]
