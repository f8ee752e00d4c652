"""Puts answers together."""

import json
from typing import Any

from semantic.planner import Plan
from semantic.server.annotations import answer_head
from semantic.server.errors import BadRequest, IncompleteValues
from semantic.server.results import Payload

__all__ = ["dry_run_answer", "incomplete", "load_answer", "sql_answer"]

_REGULAR = "regularQuery"


def load_answer(plan: Plan, payload: Payload, *, is_multi: bool) -> bytes:
    """Return the JSON of an answer; in the form for several queries when the client reads that one."""
    head = _dumped(answer_head(plan, payload))
    single = head[:-1] + b',"data":' + payload.data + b"}"
    if not is_multi:
        return single
    pivot = _dumped(_pivot(plan))
    start = _dumped({"queryType": _REGULAR, "slowQuery": False})[:-1]
    return start + b',"pivotQuery":' + pivot + b',"results":[' + single + b"]}"


def sql_answer(plan: Plan) -> dict[str, Any]:
    """Return the statement of a plan in Cube's form, with what Cube tells beside it."""
    statement = plan.statement
    return {
        "sql": {
            "external": False,
            "sql": [statement.sql, list(statement.parameters)],
            "order": plan.order,
            "preAggregations": [],
            "dataSource": "default",
            "aliasNameToMember": {column.alias: column.name for column in plan.resolved.shown},
            "memberNames": [column.member.full_name for column in plan.columns],
        },
        "dataSource": "default",
    }


def dry_run_answer(plan: Plan) -> dict[str, Any]:
    """Return the normalised query and its order, without running it."""
    times = [
        [column.member.full_name, column.granularity]
        for column in plan.resolved.dimensions
        if column.granularity
    ]
    return {
        "queryType": _REGULAR,
        "normalizedQueries": [_pivot(plan)],
        "queryOrder": [plan.order],
        "transformedQueries": [
            {
                "sortedDimensions": sorted(plan.query.dimensions),
                "sortedTimeDimensions": sorted(times),
                "timeDimensions": times,
                "measures": list(plan.query.measures),
            }
        ],
        "pivotQuery": _pivot(plan),
    }


def incomplete(plan: Plan, payload: Payload) -> None:
    """Refuse an answer that is not complete, or of which nobody can say so.

    Raises:
        IncompleteValues: deliveries are missing.
        BadRequest: a measure has no count of deliveries.
    """
    compared = [column.name for column in plan.resolved.added if column.name in payload.completeness]
    for name in (*(column.name for column in plan.resolved.measures), *compared):
        counted = payload.completeness.get(name)
        if counted is None:
            raise BadRequest(
                f"Nothing counts the deliveries of {name}: it cannot be said to be complete",
                code="COMPLETENESS_UNKNOWN",
                member=name,
                suggestion="leave out 'completeOnly', or ask indicators that have meta.completezza",
            )
        if counted.incomplete_rows:
            missing = counted.expected - counted.present
            raise IncompleteValues(
                f"{name} is incomplete: {missing} of {counted.expected} deliveries are missing, "
                f"in {counted.incomplete_rows} of {payload.rows} rows",
                member=name,
                suggestion="leave out 'completeOnly' to see the values with their completeness",
            )


def _pivot(plan: Plan) -> dict[str, Any]:
    return plan.query.normalised | {"queryType": _REGULAR}


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
