"""Puts answers together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from semantic.planner import BLENDING, HISTORY, REGULAR, Plan, Recent, Several
from semantic.server.annotations import answer_head
from semantic.server.errors import BadRequest, IncompleteValues
from semantic.server.results import Payload
from semantic.server.rows import json_bytes

__all__ = ["dry_run_answer", "incomplete", "load_answer", "sql_answer"]


# By the plan's identity: a plan that is kept here cannot be another one.
_HEADS: Recent[tuple[Plan, tuple[object, ...], bytes]] = Recent(1000)


def load_answer(
    several: Several,
    payloads: Sequence[Payload],
    *,
    is_multi: bool,
    omitted: Sequence[Mapping[str, Any]] = (),
) -> Iterator[bytes]:
    """Yield the JSON of an answer; in the form for several queries when the client reads that one.

    Args:
        several: the queries.
        payloads: their data.
        is_multi: whether the client reads the form for several.
        omitted: publications that history leaves out, and why.
    """
    if not is_multi:
        yield from _single(several.plans[0], payloads[0])
        return
    yield json_bytes({"queryType": several.query_type, "slowQuery": False})[:-1]
    if several.query_type == HISTORY:
        yield b',"omitted":' + json_bytes(list(omitted))
    yield b',"pivotQuery":' + json_bytes(several.pivot_query) + b',"results":['
    for index, (plan, payload) in enumerate(zip(several.plans, payloads, strict=True)):
        if index:
            yield b","
        yield from _single(plan, payload)
    yield b"]}"


def _single(plan: Plan, payload: Payload) -> Iterator[bytes]:
    yield _head(plan, payload)
    yield from payload.data
    yield b"}"


def _head(plan: Plan, payload: Payload) -> bytes:
    """Write all of an answer before its data; once while the plan and what is told of its data stay."""
    told = (payload.published_at, payload.total, payload.completeness)
    if plan.publication:
        # Until when it was in force changes without the plan: written anew each time.
        return json_bytes(answer_head(plan, payload))[:-1] + b',"data":'
    known = _HEADS.get(id(plan))
    if known is not None and known[0] is plan and known[1] == told:
        return known[2]
    head = json_bytes(answer_head(plan, payload))[:-1] + b',"data":'
    _HEADS.put(id(plan), (plan, told, head))
    return head


def sql_answer(several: Several) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the statement of each plan in Cube's form, with what Cube tells beside it."""
    answers = [_sql(plan) for plan in several.plans]
    return answers[0] if several.query_type == REGULAR else answers


def _sql(plan: Plan) -> dict[str, Any]:
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
        **({"publication": dict(plan.publication)} if plan.publication else {}),
    }


def dry_run_answer(several: Several) -> dict[str, Any]:
    """Return the normalised queries and their order, without running them."""
    pivot = several.pivot_query
    queries = [plan.query.normalised for plan in several.plans]
    publications = [dict(plan.publication) for plan in several.plans if plan.publication]
    return {
        "queryType": several.query_type,
        # But for a blend, the first is the pivot query itself: so Cube answers, and clients read it there.
        "normalizedQueries": queries if several.query_type == BLENDING else [pivot, *queries[1:]],
        "queryOrder": [plan.order for plan in several.plans],
        "transformedQueries": [_transformed(plan) for plan in several.plans],
        "pivotQuery": pivot,
        **({"publications": publications} if publications else {}),
    }


def _transformed(plan: Plan) -> dict[str, Any]:
    times = [
        [column.member.full_name, column.granularity]
        for column in plan.resolved.dimensions
        if column.granularity
    ]
    return {
        "sortedDimensions": sorted(plan.query.dimensions),
        "sortedTimeDimensions": sorted(times),
        "timeDimensions": times,
        "measures": list(plan.query.measures),
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
