"""What the answer says about its members: titles, types, meta, and how complete the values are."""

from decimal import ROUND_DOWN, Decimal
from typing import Any

from semantic.model_reader import ViewMember
from semantic.planner import Plan
from semantic.server.results import Completeness, Payload

__all__ = ["annotation", "answer_head"]

_SHARE = Decimal("0.0001")


def answer_head(plan: Plan, payload: Payload) -> dict[str, Any]:
    """Return all of an answer but its `data`, as Cube has it."""
    return {
        "query": plan.query.normalised,
        "lastRefreshTime": payload.published_at,
        "annotation": annotation(plan, payload),
        "dataSource": "default",
        "dbType": "duckdb",
        "external": False,
        "slowQuery": False,
        "total": payload.total,
    }


def annotation(plan: Plan, payload: Payload) -> dict[str, dict[str, Any]]:
    """Describe each member of an answer, by kind and full name."""
    measures = {}
    for column in plan.resolved.measures:
        described = {
            **_described(column.member),
            "drillMembers": [],
            "drillMembersGrouped": {"measures": [], "dimensions": []},
        }
        if column.name in payload.completeness:
            described["completeness"] = _completeness(payload.completeness[column.name])
        measures[column.name] = described
    dimensions = [column for column in plan.resolved.dimensions if not column.granularity]
    times: dict[str, dict[str, Any]] = {}
    for column in plan.resolved.dimensions:
        if column.granularity:
            times[column.name] = {
                **_described(column.member),
                "granularity": _granularity(column.granularity),
            }
    for name, index in plan.bare_times:
        times[name] = _described(plan.columns[index].member)
    return {
        "measures": measures,
        "dimensions": {column.name: _described(column.member) for column in dimensions},
        "segments": {member.full_name: _segment(member) for member in plan.resolved.segments},
        "timeDimensions": times,
    }


def _described(member: ViewMember) -> dict[str, Any]:
    return {**_segment(member), "type": member.type} | ({"format": member.format} if member.format else {})


def _segment(member: ViewMember) -> dict[str, Any]:
    described: dict[str, Any] = {"title": member.long_title, "shortTitle": member.title}
    if member.description:
        described["description"] = member.description
    if member.meta:
        described["meta"] = dict(member.meta)
    return described


def _granularity(name: str) -> dict[str, str]:
    return {"name": name, "title": name, "interval": f"1 {name}"}


def _completeness(counted: Completeness) -> dict[str, Any]:
    """`share` has four digits, rounded down: "1.0000" is never said of an incomplete answer."""
    share = None
    if counted.expected:
        share = str((Decimal(counted.present) / counted.expected).quantize(_SHARE, ROUND_DOWN))
    return {
        "expected": counted.expected,
        "present": counted.present,
        "share": share,
        "complete": counted.incomplete_rows == 0,
    }
