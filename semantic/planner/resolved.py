"""A query bound to the model: every name is a member, every filter value has the type of its member."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from semantic.model_reader import Measure, View, ViewMember
from semantic.planner.comparisons import Added
from semantic.planner.granularities import finest_unit
from semantic.planner.query import Query

__all__ = [
    "Both",
    "Column",
    "Predicate",
    "ResolvedQuery",
    "RowAccess",
    "Slot",
    "Test",
    "Value",
    "finest_times",
    "measures_used",
]

Value: TypeAlias = str | bool | Decimal | datetime


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the answer: a dimension, a time dimension at a granularity, or a measure."""

    member: ViewMember
    granularity: str = ""

    @property
    def name(self) -> str:
        """The name under which the answer shows it."""
        return f"{self.member.full_name}.{self.granularity}" if self.granularity else self.member.full_name

    @property
    def alias(self) -> str:
        """Its name in the SQL (Cube's: `view__member`)."""
        suffix = f"_{self.granularity}" if self.granularity else ""
        return f"{self.member.view}__{self.member.name}{suffix}"


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value in a query's shape: its number, and the SQL type that it is cast to ('': none)."""

    index: int
    kind: str


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on one member.

    Attributes:
        operator: an operator of the protocol.
        values: typed values to compare with, nulls left out; for dates: one instant, or start and end (UTC);
            in a shape: the slots for them.
        with_null: whether null was among the values.
        exact: compare numbers as decimals; else as binary floating point, as the member's own values are.
    """

    member: ViewMember
    operator: str
    values: tuple[Value | Slot, ...]
    with_null: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """Conditions joined by `and` or by `or`."""

    connective: Literal["and", "or"]
    items: tuple[Predicate, ...]


Predicate: TypeAlias = Test | Both


@dataclass(frozen=True, slots=True)
class RowAccess:
    """What the asker's scope says of one query's rows (see `access`); by default nothing.

    Attributes:
        predicates: conditions that every row read must meet.
        masked: names of the view's members whose mask is seen in their place.
        hides_small: whether values that rest on few people are withheld (`meta.riservatezza`).
        level: the finest structure level of the scope's nodes; '' for all structures.
        comparisons: what the scope may compare with beyond its structures.
        key: tells the scope from any other.
        restrict: adds the conditions of the same scope to another query.
        is_structural: whether a condition is about structures.
    """

    predicates: tuple[Predicate, ...] = ()
    masked: frozenset[str] = frozenset()
    hides_small: bool = False
    level: str = ""
    comparisons: frozenset[str] = frozenset()
    key: str = ""
    restrict: Callable[[ResolvedQuery], ResolvedQuery] = field(default=lambda query: query, compare=False)
    is_structural: Callable[[Predicate], bool] = field(default=lambda _: False, compare=False)

    @property
    def narrows(self) -> bool:
        """Whether the answer is about some structures only."""
        return any(self.is_structural(item) for item in self.predicates)

    def without_structures(self) -> RowAccess:
        """Return the same without the conditions on structures: for what the scope may see of all of them."""
        return replace(
            self, predicates=tuple(item for item in self.predicates if not self.is_structural(item)), level=""
        )


@dataclass(frozen=True, slots=True)
class ResolvedQuery:
    """What is asked of one view.

    Attributes:
        columns: what to select: dimensions, then time dimensions, then measures.
        where: conditions on dimensions (all must hold).
        having: conditions on measures (all must hold).
        segments: named conditions (all must hold).
        order: positions in `columns` and then `added` (from 0) and whether descending.
        added: the columns of comparisons, after `columns`.
        access: what the asker's scope says of the rows.
    """

    query: Query
    view: View
    columns: tuple[Column, ...]
    where: tuple[Predicate, ...]
    having: tuple[Predicate, ...]
    segments: tuple[ViewMember, ...]
    order: tuple[tuple[int, bool], ...]
    added: tuple[Added, ...] = ()
    access: RowAccess = RowAccess()

    @property
    def shown(self) -> tuple[Column | Added, ...]:
        """All columns that the answer shows."""
        return (*self.columns, *self.added)

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(column.name for column in self.shown)

    @property
    def dimensions(self) -> tuple[Column, ...]:
        """The columns that are grouped by."""
        return tuple(column for column in self.columns if column.member.kind == "dimension")

    @property
    def measures(self) -> tuple[Column, ...]:
        """The columns that are computed."""
        return tuple(column for column in self.columns if column.member.kind == "measure")


def finest_times(columns: Sequence[Column]) -> dict[str, int]:
    """Return, by bare name, the position of each time dimension's finest granularity."""
    found: dict[str, int] = {}
    for index, column in enumerate(columns):
        if column.granularity:
            name = column.member.full_name
            if name not in found or _unit(column) <= _unit(columns[found[name]]):
                found[name] = index
    return found


def _unit(column: Column) -> int:
    return finest_unit(column.member, column.granularity)


def measures_used(resolved: ResolvedQuery) -> tuple[tuple[ViewMember, Measure], ...]:
    """Return each measure that the query selects or filters by, once."""
    members = [column.member for column in resolved.measures]
    members += [test.member for test in _tests(resolved.having)]
    unique = {member.name: member for member in members}
    return tuple((member, member.target) for member in unique.values() if isinstance(member.target, Measure))


def _tests(predicates: tuple[Predicate, ...]) -> tuple[Test, ...]:
    found: list[Test] = []
    for predicate in predicates:
        if isinstance(predicate, Test):
            found.append(predicate)
        else:
            found += _tests(predicate.items)
    return tuple(found)
