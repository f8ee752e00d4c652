"""What the answer says about its members: titles, types, meta, and how complete the values are."""

from decimal import ROUND_DOWN, Decimal
from typing import Any

from semantic.model_reader import ViewMember
from semantic.planner import Added, Column, InForce, Plan, custom_granularity
from semantic.server.catalogue import granularity_entries, granularity_entry
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
        small = column.member.target.meta.get("riservatezza")
        if small is not None and plan.resolved.access.hides_small:
            described["withheld"] = {
                "fewerThan": small["soglia"],
                "reason": f"null where the value would rest on fewer than {small['soglia']} people",
            }
        if column.name in plan.definitions:
            described["definitions"] = [_definition(item) for item in plan.definitions[column.name]]
        measures[column.name] = described
    for added in plan.resolved.added:
        measures[added.name] = _compared(added, plan, payload)
    dimensions = [column for column in plan.resolved.dimensions if not column.granularity]
    times: dict[str, dict[str, Any]] = {}
    for column in plan.resolved.dimensions:
        if column.granularity:
            times[column.name] = {
                **_described(column.member),
                "granularity": _granularity(column),
            }
    for name, index in plan.bare_times:
        times[name] = _described(plan.columns[index].member)
    return {
        "measures": measures,
        "dimensions": {
            column.name: _described(column.member) | granularity_entries(column.member)
            for column in dimensions
        },
        "segments": {member.full_name: _segment(member) for member in plan.resolved.segments},
        "timeDimensions": times,
        **({"publication": dict(plan.publication)} if plan.publication else {}),
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


def _definition(item: InForce) -> dict[str, Any]:
    """Say which definition of a family answers, since when, and in which of the periods asked."""
    rules = item.definition.rules
    return {
        "name": item.definition.name,
        "title": item.definition.title,
        "validFrom": rules.valid_from.isoformat() if rules.valid_from else None,
        "validTo": rules.valid_to.isoformat() if rules.valid_to else None,
        "periods": list(item.periods),
    }


def _compared(added: Added, plan: Plan, payload: Payload) -> dict[str, Any]:
    """Describe a column that a comparison adds, as measures are, with what it compares."""
    described: dict[str, Any] = {
        "title": f"{added.member.long_title}{added.title.removeprefix(added.member.title)}",
        "shortTitle": added.title,
        "type": "number",
        **({"format": added.format} if added.format else {}),
        "meta": added.meta,
        "comparison": dict(plan.comparisons[added.name]),
    }
    if added.name in payload.completeness:
        described["completeness"] = _completeness(payload.completeness[added.name])
    return described


def _granularity(column: Column) -> dict[str, str]:
    name = column.granularity
    custom = custom_granularity(column.member, name)
    return granularity_entry(custom) if custom else {"name": name, "title": name, "interval": f"1 {name}"}


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
