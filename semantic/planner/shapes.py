"""The shape of a query: what it asks, without the values that it asks it of.

    periodo equals ["2025-P10"]   ─►   periodo equals [value 0: text]      +      values ("2025-P10",)

Statements are written from shapes, so a value cannot come into their text, and queries of one shape share
one.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from semantic.planner.resolved import Both, Predicate, ResolvedQuery, Slot, Test, Value

__all__ = ["Bound", "Recipe", "Shape", "filled", "shape_of"]


@dataclass(frozen=True, slots=True)
class Bound:
    """One `?` of a statement: the value of a slot, for a pattern with what stands before and after it."""

    slot: Slot
    pattern: tuple[str, str] | None = None

    def value(self, values: Sequence[Value]) -> str | bool:
        """Return what is bound: text or boolean, so that the statement means the same in another engine."""
        value = values[self.slot.index]
        if isinstance(value, bool):
            return value
        if isinstance(value, datetime):
            return value.isoformat(sep=" ")
        if isinstance(value, Decimal):
            return format(value, "f")
        if self.pattern is None:
            return value
        before, after = self.pattern
        escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{before}{escaped}{after}"


Recipe = tuple[Bound | str, ...]
"""The parameters of a statement in order: values to come, and texts that belong to the shape."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A query whose conditions have slots for values, and a key that is equal for equal shapes."""

    resolved: ResolvedQuery
    key: Hashable


def shape_of(resolved: ResolvedQuery, *beside: Hashable) -> tuple[Shape, tuple[Value, ...]]:
    """Take the values out of a query.

    Args:
        resolved: the query.
        beside: what else tells its statement from others.
    """
    values: list[Value] = []
    # What the asker may read is asked like any other condition: whatever is done with those is done with it.
    where = _without_values((*resolved.access.predicates, *resolved.where), values)
    having = _without_values(resolved.having, values)
    query = resolved.query
    key = (
        resolved.view.name,
        resolved.columns,
        where,
        having,
        resolved.access.masked,
        resolved.access.hides_small,
        resolved.segments,
        resolved.order,
        query.timezone,
        query.ungrouped,
        query.limit,
        query.offset,
        *beside,
    )
    return Shape(replace(resolved, where=where, having=having), key), tuple(values)


def filled(recipe: Recipe, values: Sequence[Value]) -> tuple[str | bool, ...]:
    """Return a statement's parameters."""
    return tuple(item if isinstance(item, str) else item.value(values) for item in recipe)


def _without_values(predicates: Iterable[Predicate], values: list[Value]) -> tuple[Predicate, ...]:
    found: list[Predicate] = []
    for predicate in predicates:
        if isinstance(predicate, Both):
            found.append(Both(predicate.connective, _without_values(predicate.items, values)))
            continue
        slots = []
        for value in predicate.values:
            if isinstance(value, Slot):
                raise TypeError(f"{predicate.member.full_name} is tested by the slot of a shape")
            slots.append(Slot(len(values), _kind(predicate, value)))
            values.append(value)
        found.append(replace(predicate, values=tuple(slots)))
    return tuple(found)


def _kind(test: Test, value: Value) -> str:
    """Return the SQL type that a value is cast to; '' for text and booleans, which need none."""
    if isinstance(value, datetime):
        return "TIMESTAMP"
    if not isinstance(value, Decimal):
        return ""
    if not test.exact:
        return "DOUBLE"
    _, digits, exponent = value.as_tuple()
    scale = -exponent if isinstance(exponent, int) else 0
    return f"DECIMAL({max(len(digits), scale, 1)}, {scale})"
