"""Writes the SQL of a resolved query, from its shape.

One pass over the facts, whatever the number of measures; left joins to the dimensions that are used and to
no others (they are many-to-one, so they add columns and never rows). Where sums are exact, the facts are
summed up first, by their own keys, and the dimensions joined to the few rows that are left:

    SELECT "strutture".directorate_code, sum("componenti"."sum(fte)")
    FROM (SELECT structure_key, sum(fte) AS "sum(fte)" FROM … WHERE … GROUP BY 1) AS "componenti"
    LEFT JOIN "marts"."dim_structure" AS "strutture" ON … GROUP BY 1

Values are bound; names come from the model alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Lock
from typing import Any

from semantic.model_reader import Cube, CubeRef, Measure, MemberRef, Model, Segment, Template, ViewMember
from semantic.planner.conditions import write_test
from semantic.planner.granularities import step_of
from semantic.planner.pushing import Pushed, pushed, tests_of
from semantic.planner.resolved import Both, Column, Predicate, ResolvedQuery
from semantic.planner.shapes import Bound, Recipe, filled, shape_of
from semantic.planner.sources import Origin, columns_of, origin_of, quoted, table_text

__all__ = ["Renderer", "Statement", "page_lines", "quoted"]

_AGGREGATE = {"sum": "sum({})", "min": "min({})", "max": "max({})", "count": "count({})"}
_TYPES = {"string": "VARCHAR", "number": "DOUBLE", "boolean": "BOOLEAN", "time": "TIMESTAMP"}
# How an aggregate of parts becomes that of the whole.
_AGAIN = {
    "sum": "sum({})",
    "min": "min({})",
    "max": "max({})",
    "count": "CAST(coalesce(sum({}), 0) AS BIGINT)",
}
_KEPT_SHAPES = 2000


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and the values of its `?`, in order."""

    sql: str
    parameters: tuple[str | bool, ...] = ()


class Renderer:
    """Writes statements over one model; those of one shape are written once. Serves all threads."""

    def __init__(self, model: Model, most_shapes: int = _KEPT_SHAPES) -> None:
        self.model = model
        self._most = most_shapes
        self._written: OrderedDict[Any, tuple[str, Recipe]] = OrderedDict()
        self._lock = Lock()

    def query(self, resolved: ResolvedQuery, hidden: Sequence[Measure] = ()) -> Statement:
        """Write the statement that answers a query, with hidden measures after its own columns."""
        return self._statement(resolved, tuple(hidden), paged=True)

    def part(self, resolved: ResolvedQuery, hidden: Sequence[Measure] = ()) -> Statement:
        """Write a statement to be a part of another: all its rows, in no order."""
        return self._statement(resolved, tuple(hidden), paged=False)

    def total(self, resolved: ResolvedQuery) -> Statement:
        """Write the statement that counts all rows of the answer, whatever its limit and offset."""
        inner = self.part(resolved)
        return Statement(
            f"SELECT count(*) AS total_count\nFROM (\n{inner.sql}\n) AS answer", inner.parameters
        )

    @property
    def shapes(self) -> int:
        """How many shapes are kept."""
        return len(self._written)

    def _statement(self, resolved: ResolvedQuery, hidden: tuple[Measure, ...], *, paged: bool) -> Statement:
        shape, values = shape_of(resolved, hidden, paged)
        with self._lock:
            written = self._written.get(shape.key)
            if written is not None:
                self._written.move_to_end(shape.key)
        if written is None:
            written = _Writer(shape.resolved, self.model).write(hidden, paged=paged)
            with self._lock:
                self._written[shape.key] = written
                if len(self._written) > self._most:
                    self._written.popitem(last=False)
        sql, recipe = written
        return Statement(sql, filled(recipe, values))


def page_lines(resolved: ResolvedQuery, keys: Sequence[str] = ()) -> list[str]:
    """Order and cut; the dimensions that are not asked for, and the keys, break ties: pages never overlap."""
    lines = []
    asked = {index for index, _ in resolved.order}
    terms = [f"{index + 1} {'DESC' if desc else 'ASC'}" for index, desc in resolved.order]
    terms += [f"{index + 1} ASC" for index in range(len(resolved.dimensions)) if index not in asked]
    terms += [f"{key} ASC" for key in keys]
    if terms:
        lines.append("ORDER BY " + ", ".join(terms))
    query = resolved.query
    lines.append(f"LIMIT {query.limit}" + (f" OFFSET {query.offset}" if query.offset else ""))
    return lines


@dataclass
class _Writer:
    """Writes one statement.

    Attributes:
        split: where the conditions are asked.
        joined: cube → the join that reaches it, in order.
        read: columns of the root's rows that have been written so far.
        steps: aggregates of the facts, by their column, when they are summed up first; else None.
        bound: the parameters of what is being written.
    """

    resolved: ResolvedQuery
    model: Model
    split: Pushed = field(init=False)
    joined: dict[str, str] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    steps: dict[str, Measure] | None = None
    bound: list[Bound | str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sort the conditions."""
        self.split = pushed(self.resolved)

    @property
    def root(self) -> Cube:
        """The cube of the facts."""
        return self.model.cubes[self.resolved.view.root]

    @property
    def is_ungrouped(self) -> bool:
        """Whether the rows themselves are asked for."""
        return self.resolved.query.ungrouped

    def write(self, hidden: Sequence[Measure], *, paged: bool) -> tuple[str, Recipe]:
        """Write the whole statement, and say what its parameters are."""
        origin = origin_of(self.root)
        if origin is not None and origin.exact and self.split.joins and self._is_additive(hidden):
            self.steps = None if self.is_ungrouped else {}
        select, of_select = self._section(
            lambda: [
                *(f"{self._column(column)} AS {quoted(column.alias)}" for column in self.resolved.columns),
                *(f"{self._measure(item)} AS {quoted(f'__{item.name}')}" for item in hidden),
            ]
        )
        where, of_where = self._section(
            lambda: [*(self._below() if self.steps is None else []), *self._above()]
        )
        having, of_having = self._section(
            lambda: [f"({self._predicate(predicate)})" for predicate in self.resolved.having]
        )
        keys = self._keys() if self.is_ungrouped and paged else ()
        of_rows: list[Bound | str] = []
        if self.steps is None:
            rows = self._rows(origin)
        else:
            joined, self.joined = self.joined, {}
            rows, of_rows = self._summed(origin)
            self.joined = joined
        lines = [*self._comments(), "SELECT", ",\n".join(f"  {line}" for line in select)]
        lines += [f"FROM {rows}", *self.joined.values()]
        if where:
            lines.append("WHERE " + "\n  AND ".join(where))
        if (groups := len(self.resolved.dimensions)) and not self.is_ungrouped:
            lines.append("GROUP BY " + ", ".join(str(index + 1) for index in range(groups)))
        if having:
            lines.append("HAVING " + "\n  AND ".join(having))
        if paged:
            lines += page_lines(self.resolved, keys)
        return "\n".join(lines), (*of_select, *of_rows, *of_where, *of_having)

    def _keys(self) -> list[str]:
        """What tells the rows of the facts apart."""
        return [self._expand(item.sql) for item in self.root.dimensions.values() if item.primary_key]

    def _comments(self) -> list[str]:
        """Say what is computed: names and titles of the measures."""
        measures = self.resolved.measures
        return [f"-- {column.member.full_name}: {_one_line(column.member.title)}" for column in measures]

    def _section(self, write: Callable[[], list[str]]) -> tuple[list[str], list[Bound | str]]:
        """Write a part, with the parameters that it binds."""
        self.bound = []
        return write(), self.bound

    def _below(self) -> list[str]:
        """Write what is asked of the facts."""
        return [
            *(f"({self._member(member)})" for member in self.split.segments),
            *(f"({self._predicate(predicate)})" for predicate in self.split.below),
        ]

    def _above(self) -> list[str]:
        """Write what is asked of the joined rows."""
        return [
            *(f"({self._member(member)})" for member in self.split.segments_above),
            *(f"({self._predicate(predicate)})" for predicate in self.split.above),
        ]

    def _summed(self, origin: Origin | None) -> tuple[str, list[Bound | str]]:
        """Write the facts summed up by the keys that the rest reads, to the aggregates that it needs."""
        keys, steps = sorted(self.read), self.steps or {}
        self.steps = None
        where, bound = self._section(self._below)
        name = quoted(self.root.name)
        selected = [f"{name}.{quoted(key)}" for key in keys]
        selected += [f"{self._measure(measure)} AS {quoted(alias)}" for alias, measure in steps.items()]
        lines = ["SELECT", ",\n".join(f"  {line}" for line in selected)]
        lines += [f"FROM {self._rows(origin)}", *self.joined.values()]
        if where:
            lines.append("WHERE " + "\n  AND ".join(where))
        lines.append("GROUP BY " + ", ".join(str(index + 1) for index in range(len(keys))))
        text = "\n".join(lines).replace("\n", "\n  ")
        return f"(\n  {text}\n) AS {name}", bound

    def _rows(self, origin: Origin | None) -> str:
        """Write where the root's rows come from."""
        if origin is None:
            return self._table(self.root)
        return f"{origin.text(self.read)} AS {quoted(self.root.name)}"

    def _is_additive(self, hidden: Sequence[Measure]) -> bool:
        """Say whether every aggregate can be computed from those of parts."""
        pending: list[Any] = [column.member.target for column in self.resolved.measures]
        pending += [test.member.target for predicate in self.resolved.having for test in tests_of(predicate)]
        pending += hidden
        while pending:
            measure = pending.pop()
            if not isinstance(measure, Measure) or measure.cube not in ("", self.root.name):
                return False
            if measure.type == "number" and measure.sql is not None:
                cubes = self.model.cubes
                pending += [cubes[ref.cube].member(ref.member) for ref in measure.sql.member_refs]
            elif measure.type not in _AGAIN:
                return False
        return True

    def _table(self, cube: Cube) -> str:
        return f"{table_text(cube.table)} AS {quoted(cube.name)}"

    def _reach(self, path: tuple[str, ...]) -> None:
        """Join the cubes of a path, from the root on, that are not joined yet."""
        for parent, child in pairwise(path):
            if child not in self.joined:
                condition = self._expand(self.model.cubes[parent].joins[child].sql)
                # A condition that is asked below leaves no fact without the row that it is asked of.
                kind = "JOIN" if child in self.split.inner and self.steps is None else "LEFT JOIN"
                self.joined[child] = f"{kind} {self._table(self.model.cubes[child])} ON {condition}"

    def _column(self, column: Column) -> str:
        if column.member.kind == "measure":
            return self._member(column.member)
        expression = self._member(column.member)
        if column.member.type != "time":
            return expression
        timezone = self.resolved.query.timezone
        moment = f"CAST({expression} AS TIMESTAMP)"
        if timezone != "UTC":
            moment = f"timezone({self._bind(timezone)}, CAST({expression} AS TIMESTAMPTZ))"
        return step_of(moment, column.member, column.granularity) if column.granularity else moment

    def _member(self, member: ViewMember) -> str:
        if member.name in self.resolved.access.masked:
            mask = f"CAST({self._mask(member)} AS {_TYPES[member.type]})"
            # Still an aggregate: a query of masked measures alone has one row.
            return f"max({mask})" if member.kind == "measure" and not self.is_ungrouped else mask
        self._reach(member.path)
        if isinstance(member.target, Measure):
            return self._withheld(member.target)
        return self._expand(member.target.sql)

    def _withheld(self, measure: Measure) -> str:
        """Write a measure; nothing where it rests on fewer people than its meta says, if that counts."""
        value, small = self._measure(measure), measure.meta.get("riservatezza")
        if small is None or not self.resolved.access.hides_small:
            return value
        enough = self.model.cubes[measure.cube].measures[small["persone"]]
        return f"CASE WHEN ({self._measure(enough)}) = 1 THEN {value} END"

    def _mask(self, member: ViewMember) -> str:
        """What is seen in the place of a member that an access policy masks; a literal, by default NULL."""
        mask = None if isinstance(member.target, Segment) else member.target.mask
        return self._expand(mask) if mask is not None else "NULL"

    def _measure(self, measure: Measure) -> str:
        if measure.type == "number" and measure.sql is not None:
            return self._expand(measure.sql)
        if self.steps is not None:
            alias = f"{measure.type}({measure.name})"
            self.steps[alias] = measure
            return _AGAIN[measure.type].format(f"{quoted(self.root.name)}.{quoted(alias)}")
        value = self._expand(measure.sql) if measure.sql is not None else ""
        if measure.filters:
            condition = " AND ".join(f"({self._expand(item)})" for item in measure.filters)
            value = f"CASE WHEN {condition} THEN {value or '1'} END"
        if self.resolved.query.ungrouped:
            return _of_one_row(measure, value)
        if measure.type == "count_distinct":
            return f"count(DISTINCT {value})"
        return _AGGREGATE[measure.type].format(value or "*")

    def _expand(self, template: Template) -> str:
        """Put the referred columns and members in their places."""
        self.read.update(columns_of(template, self.root.name) or ())
        text = []
        for part in template.parts:
            if isinstance(part, str):
                text.append(part)
            elif isinstance(part, CubeRef):
                text.append(quoted(part.cube))
            else:
                text.append(self._reference(part))
        return "".join(text)

    def _reference(self, ref: MemberRef) -> str:
        member = self.model.cubes[ref.cube].member(ref.member)
        if isinstance(member, Measure):
            # An aggregate is one term; an expression over aggregates needs its parentheses.
            text = self._measure(member)
            return f"({text})" if member.type == "number" else text
        if member is None:
            raise LookupError(f"{ref.cube}.{ref.member} is not in the model")
        text = self._expand(member.sql)
        return f"({text})" if isinstance(member, Segment) else text

    def _predicate(self, predicate: Predicate) -> str:
        if isinstance(predicate, Both):
            joint = f" {predicate.connective.upper()} "
            return joint.join(f"({self._predicate(item)})" for item in predicate.items)
        return write_test(predicate, self._member(predicate.member), self._bind)

    def _bind(self, value: Bound | str) -> str:
        """Write one bound value."""
        self.bound.append(value)
        return "?"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _of_one_row(measure: Measure, value: str) -> str:
    """A measure of one row: what it adds; a count adds one where it has something to count (as in Cube)."""
    if measure.type not in ("count", "count_distinct"):
        return value
    return f"CASE WHEN ({value}) IS NOT NULL THEN 1 END" if value else "1"
