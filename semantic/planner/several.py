"""One request that is several queries: a comparison of date ranges, or a blend of queries over one time axis.

{timeDimensions: [{compareDateRange: [a, b]}]} ─► one query for each range   (compareDateRangeQuery)
[q1, q2]                                       ─► the queries, as they are   (blendingQuery)
{…}                                            ─► itself                     (regularQuery)
{…, includeHistory: true}                      ─► one for each publication   (historyQuery, ours)

Source: `getNormalizedQueries` and `getPivotQuery` of Cube 1.7's gateway, and its `query_result_transform`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from semantic.planner.errors import InvalidQuery
from semantic.planner.planning import Plan

__all__ = ["BLENDING", "COMPARE_DATE_RANGE", "HISTORY", "MOST_QUERIES", "REGULAR", "Several", "plan_request"]

REGULAR = "regularQuery"
COMPARE_DATE_RANGE = "compareDateRangeQuery"
BLENDING = "blendingQuery"
HISTORY = "historyQuery"
MOST_QUERIES = 20
"""Queries that one request may stand for."""
_RANGE = "compareDateRange"
_TIME = "time"
_PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class Several:
    """All queries of a request, and what kind of request it is."""

    query_type: str
    plans: tuple[Plan, ...]

    @property
    def pivot_query(self) -> dict[str, Any]:
        """The one query by which a client lays out the rows of all parts."""
        queries = [plan.query.normalised for plan in self.plans]
        if self.query_type == COMPARE_DATE_RANGE:
            pivot = queries[0] | {"dimensions": [_RANGE, *queries[0]["dimensions"]]}
        elif self.query_type == HISTORY:
            pivot = queries[0] | {"dimensions": [_PUBLICATION, *queries[0]["dimensions"]]}
        elif self.query_type == BLENDING:
            granularity = queries[0]["timeDimensions"][0]["granularity"]
            pivot = {
                "measures": _united(query.get("measures", []) for query in queries),
                "dimensions": _united(query["dimensions"] for query in queries),
                "timeDimensions": [{"dimension": _TIME, "granularity": granularity}],
            }
        else:
            pivot = queries[0]
        return pivot | {"queryType": self.query_type}


def plan_request(written: Any, plan: Callable[[Any], Plan]) -> Several:
    """Plan every query of a request.

    Args:
        written: what the request holds under `query`, as decoded from JSON.
        plan: plans one query.

    Raises:
        QueryError: a query is refused, or they do not go together.
    """
    if isinstance(written, list):
        return _blended(written, plan)
    index, ranges = _compared(written)
    if index is None:
        return Several(REGULAR, (plan(written),))
    plans = []
    for one in ranges:
        planned = plan(_with_range(written, index, one))
        span = planned.query.time_dimensions[index].date_range
        text = " - ".join(span.json if span else [])
        plans.append(replace(planned, constants=((_RANGE, text),)))
    return Several(COMPARE_DATE_RANGE, tuple(plans))


def _compared(written: Any) -> tuple[int | None, Sequence[Any]]:
    """Find the time dimension that compares date ranges; what is no query is refused when it is planned."""
    times = written.get("timeDimensions") if isinstance(written, dict) else None
    found = [
        (index, item)
        for index, item in enumerate(times if isinstance(times, list) else [])
        if isinstance(item, dict) and item.get(_RANGE) is not None
    ]
    if not found:
        return None, ()
    if len(found) > 1:
        raise InvalidQuery("compareDateRange can only exist for one timeDimension")
    index, item = found[0]
    label = f"timeDimensions[{index}]"
    if item.get("dateRange") is not None:
        raise InvalidQuery(
            f'Invalid query format: "{label}" contains a conflict between optional exclusive peers '
            "[dateRange, compareDateRange]",
            suggestion="keep one of the two",
        )
    ranges = item[_RANGE]
    if not isinstance(ranges, list) or not ranges or not all(ranges):
        raise InvalidQuery(
            f'Invalid query format: "{label}.compareDateRange" must be a list of date ranges',
            suggestion='such as [["2025-01-01", "2025-03-31"], "last quarter"]',
        )
    _check_count(ranges, f"{label}.compareDateRange")
    return index, ranges


def _with_range(written: dict[str, Any], index: int, one: Any) -> dict[str, Any]:
    times = list(written["timeDimensions"])
    kept = {key: value for key, value in times[index].items() if key != _RANGE}
    times[index] = kept | {"dateRange": one}
    return written | {"timeDimensions": times}


def _blended(written: list[Any], plan: Callable[[Any], Plan]) -> Several:
    _check_count(written, "query")
    for index, one in enumerate(written):
        if _compared(one)[0] is not None:
            raise InvalidQuery(
                f"Query {index} of the list compares date ranges: a list of queries is blended as it is",
                suggestion="send it alone",
            )
    plans = [plan(one) for one in written]
    granularities = {_axis(item) for item in plans} or {None}
    if None in granularities:
        raise InvalidQuery(
            "Data blending query without granularity is not supported",
            suggestion="give the first time dimension of every query the same granularity",
        )
    if len(granularities) > 1:
        raise InvalidQuery(
            "Data blending query granularities must match",
            suggestion=f"choose one of {', '.join(sorted(filter(None, granularities)))}",
        )
    return Several(BLENDING, tuple(replace(item, repeated=(_time_axis(item),)) for item in plans))


def _axis(plan: Plan) -> str | None:
    times = plan.query.time_dimensions
    return times[0].granularity if times else None


def _time_axis(plan: Plan) -> tuple[str, int]:
    first = plan.query.time_dimensions[0]
    return f"{_TIME}.{first.granularity}", plan.names.index(f"{first.dimension}.{first.granularity}")


def _check_count(items: Sequence[Any], label: str) -> None:
    if len(items) > MOST_QUERIES:
        raise InvalidQuery(
            f'"{label}" holds {len(items)} queries: one request answers at most {MOST_QUERIES}',
            code="LIMIT_EXCEEDED",
            suggestion="send them in several requests",
        )


def _united(lists: Any) -> list[str]:
    return list(dict.fromkeys(name for names in lists for name in names))
