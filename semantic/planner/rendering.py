"""Writes the SQL of a resolved query.

One `SELECT` from the view's root, left-joined to the dimensions that are used and to no others: joins are
many-to-one, so they add columns and never rows. Values are bound; names come from the model alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from semantic.model_reader import Cube, CubeRef, Measure, MemberRef, Model, Segment, Template, ViewMember
from semantic.planner.resolved import Both, Column, Predicate, ResolvedQuery, Test, Value

__all__ = ["Statement", "page_lines", "quoted", "render_part", "render_query", "render_total"]

_AGGREGATE = {"sum": "sum({})", "min": "min({})", "max": "max({})", "count": "count({})"}
_SIMPLE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_DATE = {"beforeDate": "<", "beforeOrOnDate": "<=", "afterDate": ">", "afterOrOnDate": ">="}
_TYPES = {"string": "VARCHAR", "number": "DOUBLE", "boolean": "BOOLEAN", "time": "TIMESTAMP"}
_LIKE = {"contains": ("%", "%"), "startsWith": ("", "%"), "endsWith": ("%", "")}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and the values of its `?`, in order."""

    sql: str
    parameters: tuple[str | bool, ...] = ()


def render_query(resolved: ResolvedQuery, model: Model, hidden: Sequence[Measure] = ()) -> Statement:
    """Write the statement that answers a query, with hidden measures after its own columns."""
    return _Writer(resolved, model).statement(hidden, paged=True)


def render_part(resolved: ResolvedQuery, model: Model, hidden: Sequence[Measure] = ()) -> Statement:
    """Write a statement to be a part of another: all its rows, in no order."""
    return _Writer(resolved, model).statement(hidden, paged=False)


def render_total(resolved: ResolvedQuery, model: Model) -> Statement:
    """Write the statement that counts all rows of the answer, whatever its limit and offset."""
    inner = _Writer(resolved, model).statement((), paged=False)
    return Statement(f"SELECT count(*) AS total_count\nFROM (\n{inner.sql}\n) AS answer", inner.parameters)


def page_lines(resolved: ResolvedQuery) -> list[str]:
    """Order and cut; the dimensions that are not asked for break ties, so that pages never overlap."""
    lines = []
    asked = {index for index, _ in resolved.order}
    terms = [f"{index + 1} {'DESC' if desc else 'ASC'}" for index, desc in resolved.order]
    terms += [f"{index + 1} ASC" for index in range(len(resolved.dimensions)) if index not in asked]
    if terms:
        lines.append("ORDER BY " + ", ".join(terms))
    query = resolved.query
    lines.append(f"LIMIT {query.limit}" + (f" OFFSET {query.offset}" if query.offset else ""))
    return lines


def quoted(name: str) -> str:
    """Write a name of the database."""
    return '"' + name.replace('"', '""') + '"'


@dataclass
class _Writer:
    """Writes one statement; collects the parameters in the order in which they are written."""

    resolved: ResolvedQuery
    model: Model
    parameters: list[str | bool] = field(default_factory=list)
    joined: dict[str, str] = field(default_factory=dict)

    def statement(self, hidden: Sequence[Measure], *, paged: bool) -> Statement:
        """Write the whole statement."""
        columns = self.resolved.columns
        selected = [f"{self._column(column)} AS {quoted(column.alias)}" for column in columns]
        selected += [f"{self._measure(item)} AS {quoted(f'__{item.name}')}" for item in hidden]
        where = [f"({self._predicate(predicate)})" for predicate in self.resolved.access.predicates]
        where += [f"({self._member(member)})" for member in self.resolved.segments]
        where += [f"({self._predicate(predicate)})" for predicate in self.resolved.where]
        having = [f"({self._predicate(predicate)})" for predicate in self.resolved.having]
        groups = len(self.resolved.dimensions)
        root = self.model.cubes[self.resolved.view.root]
        lines = ["SELECT", ",\n".join(f"  {line}" for line in selected), f"FROM {self._table(root)}"]
        lines += self.joined.values()
        if where:
            lines.append("WHERE " + "\n  AND ".join(where))
        if groups:
            lines.append("GROUP BY " + ", ".join(str(index + 1) for index in range(groups)))
        if having:
            lines.append("HAVING " + "\n  AND ".join(having))
        if paged:
            lines += page_lines(self.resolved)
        return Statement("\n".join(lines), tuple(self.parameters))

    def _table(self, cube: Cube) -> str:
        return f"{'.'.join(quoted(part) for part in cube.table)} AS {quoted(cube.name)}"

    def _reach(self, path: tuple[str, ...]) -> None:
        """Join the cubes of a path, from the root on, that are not joined yet."""
        for parent, child in pairwise(path):
            if child not in self.joined:
                condition = self._expand(self.model.cubes[parent].joins[child].sql)
                self.joined[child] = f"LEFT JOIN {self._table(self.model.cubes[child])} ON {condition}"

    def _column(self, column: Column) -> str:
        if column.member.kind == "measure":
            return self._member(column.member)
        expression = self._member(column.member)
        if column.member.type != "time":
            return expression
        timezone = self.resolved.query.timezone
        moment = f"CAST({expression} AS TIMESTAMP)"
        if timezone != "UTC":
            moment = f"timezone({self.bind(timezone)}, CAST({expression} AS TIMESTAMPTZ))"
        return f"date_trunc('{column.granularity}', {moment})" if column.granularity else moment

    def _member(self, member: ViewMember) -> str:
        if member.name in self.resolved.access.masked:
            mask = f"CAST({self._mask(member)} AS {_TYPES[member.type]})"
            # Still an aggregate: a query of masked measures alone has one row.
            return f"max({mask})" if member.kind == "measure" else mask
        self._reach(member.path)
        if isinstance(member.target, Measure):
            return self._measure(member.target)
        return self._expand(member.target.sql)

    def _mask(self, member: ViewMember) -> str:
        """What is seen in the place of a member that an access policy masks; a literal, by default NULL."""
        mask = getattr(member.target, "mask", None)
        return self._expand(mask) if mask is not None else "NULL"

    def _measure(self, measure: Measure) -> str:
        if measure.type == "number" and measure.sql is not None:
            return self._expand(measure.sql)
        value = self._expand(measure.sql) if measure.sql is not None else ""
        if measure.filters:
            condition = " AND ".join(f"({self._expand(item)})" for item in measure.filters)
            value = f"CASE WHEN {condition} THEN {value or '1'} END"
        if measure.type == "count_distinct":
            return f"count(DISTINCT {value})"
        return _AGGREGATE[measure.type].format(value or "*")

    def _expand(self, template: Template) -> str:
        """Put the referred columns and members in their places."""
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
        column = self._member(predicate.member)
        return _Condition(self, predicate, column).text()

    def bind(self, value: str | bool) -> str:
        """Write one bound value."""
        self.parameters.append(value)
        return "?"


@dataclass
class _Condition:
    """Writes one test on one column."""

    writer: _Writer
    test: Test
    column: str

    def text(self) -> str:
        """Write the test; as in Cube, negations keep NULL, unless null is among the values."""
        operator = self.test.operator
        column = self.column
        values = self.test.values
        if operator == "set":
            return f"{column} IS NOT NULL"
        if operator == "notSet":
            return f"{column} IS NULL"
        if operator in _SIMPLE:
            return f"{column} {_SIMPLE[operator]} {self._value(values[0])}"
        if operator in _DATE:
            return f"{column} {_DATE[operator]} {self._value(values[0])}"
        if operator in ("inDateRange", "onTheDate"):
            return f"{column} >= {self._value(values[0])} AND {column} <= {self._value(values[1])}"
        if operator == "notInDateRange":
            return f"{column} < {self._value(values[0])} OR {column} > {self._value(values[1])}"
        if operator in ("equals", "in"):
            return self._any_of(self._members(negated=False))
        if operator in ("notEquals", "notIn"):
            return self._none_of(self._members(negated=True))
        negated = operator.startswith("not")
        base = operator.removeprefix("not")
        likes = [self._like(base[0].lower() + base[1:], value, negated=negated) for value in values]
        return self._none_of(" AND ".join(likes)) if negated else self._any_of(" OR ".join(likes))

    def _any_of(self, matched: str) -> str:
        null = f"{self.column} IS NULL"
        if not self.test.with_null:
            return matched
        return f"{matched} OR {null}" if matched else null

    def _none_of(self, unmatched: str) -> str:
        if not self.test.with_null:
            return f"{unmatched} OR {self.column} IS NULL"
        return unmatched or f"{self.column} IS NOT NULL"

    def _members(self, *, negated: bool) -> str:
        values = [self._value(value) for value in self.test.values]
        if not values:
            return ""
        if len(values) == 1:
            return f"{self.column} {'<>' if negated else '='} {values[0]}"
        return f"{self.column} {'NOT IN' if negated else 'IN'} ({', '.join(values)})"

    def _like(self, kind: str, value: Value, *, negated: bool) -> str:
        before, after = _LIKE[kind]
        escaped = str(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        placeholder = self.writer.bind(f"{before}{escaped}{after}")
        return f"{self.column} {'NOT ' if negated else ''}ILIKE {placeholder} ESCAPE '\\'"

    def _value(self, value: Value) -> str:
        """Bind a value as text or boolean, so that the statement of `/v1/sql` means the same elsewhere."""
        if isinstance(value, datetime):
            return f"CAST({self.writer.bind(value.isoformat(sep=' '))} AS TIMESTAMP)"
        if isinstance(value, Decimal):
            return f"CAST({self.writer.bind(format(value, 'f'))} AS {self._number_type(value)})"
        return self.writer.bind(value)

    def _number_type(self, value: Decimal) -> str:
        if not self.test.exact:
            return "DOUBLE"
        _, digits, exponent = value.as_tuple()
        scale = -exponent if isinstance(exponent, int) else 0
        return f"DECIMAL({max(len(digits), scale, 1)}, {scale})"
