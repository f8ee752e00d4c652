"""Column lineage within one SQL statement: which columns that it reads make each column that it returns.

    select rows.pervenuto * products.coefficient as pervenuto_om from …
    pervenuto_om  ←  rows.pervenuto, products.coefficient

Only what makes the *value* counts: joins, filters, groupings and the conditions of a CASE choose rows and
make nothing. Where a value has no column of its own (`count(case when is_principal then 1 end)`) it is made
from its conditions; where it has not even those (`count(*)`), from the rows, written `*`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, build_scope

from semantic.compiler.errors import CompileError

__all__ = ["ROWS", "ColumnRef", "Relation", "SelectLineage"]

ROWS = "*"
"""Stands for a relation's rows where a value counts them."""

ColumnRef = tuple[str, str]
"""A relation's identifier (dbt's unique id) and one of its columns."""


@dataclass(frozen=True)
class Relation:
    """A relation that a statement reads: its identifier and its columns in order."""

    identifier: str
    columns: tuple[str, ...]


Finder = Callable[[exp.Table], Relation | None]
"""Finds the relation that a table expression of the statement names; None for none of ours."""


@dataclass(frozen=True)
class _Output:
    """One column of a select: an expression, or (from a star) a column of one of its sources."""

    name: str
    expression: exp.Expr | None = None
    source: str = ""


@dataclass
class SelectLineage:
    """The lineage of one statement.

    Attributes:
        label: what messages call the statement.
        sql: the statement, in DuckDB's dialect.
        find: finds the relations that it reads.
    """

    label: str
    sql: str
    find: Finder
    _outputs: dict[int, list[_Output]] = field(default_factory=dict)
    _traced: dict[tuple[int, str], frozenset[ColumnRef]] = field(default_factory=dict)
    _root: Scope = field(init=False)
    _scopes: dict[int, Scope] = field(init=False)

    def __post_init__(self) -> None:
        """Parse the statement.

        Raises:
            CompileError: it cannot be parsed, or selects nothing.
        """
        try:
            root = build_scope(sqlglot.parse_one(self.sql, dialect="duckdb"))
        except SqlglotError as error:
            raise CompileError(f"{self.label}: its SQL cannot be read for lineage: {error}") from None
        if root is None:
            raise CompileError(f"{self.label}: its SQL is not a select, so it has no lineage")
        self._root = root
        self._scopes = {id(scope.expression): scope for scope in root.traverse()}

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns that the statement returns, in order."""
        return tuple(output.name for output in self._list(self._root))

    def values(self, column: str) -> frozenset[ColumnRef]:
        """Return the columns (of the relations read) that make the values of a column.

        Raises:
            CompileError: the statement returns no such column.
        """
        if column != ROWS and column not in self.columns():
            raise CompileError(f"{self.label}: returns no column '{column}'")
        return self._trace(self._root, column)

    def conditions(self, column: str) -> frozenset[str]:
        """Return the names of the columns in the CASE conditions that decide over a column, in any CTE."""
        found: set[str] = set()
        for scope in self._root.traverse():
            if isinstance(scope.expression, exp.Select):
                found |= {
                    named.name
                    for output in self._list(scope)
                    if output.name == column and output.expression is not None
                    for branch in output.expression.find_all(exp.If)
                    for named in branch.this.find_all(exp.Column)
                }
        return frozenset(found)

    def _trace(self, scope: Scope, column: str) -> frozenset[ColumnRef]:
        key = (id(scope), column)
        if key not in self._traced:
            # Whatever asks for itself while it is traced adds nothing to its own origin.
            self._traced[key] = frozenset()
            self._traced[key] = frozenset(self._origins(scope, column))
        return self._traced[key]

    def _origins(self, scope: Scope, column: str) -> Iterator[ColumnRef]:
        if isinstance(scope.expression, exp.SetOperation):
            names = [output.name for output in self._list(scope)]
            for branch in scope.set_operation_scopes:
                own = column
                if column != ROWS and not scope.expression.args.get("by_name"):
                    own = self._list(branch)[names.index(column)].name
                if own == ROWS or own in {output.name for output in self._list(branch)}:
                    yield from self._trace(branch, own)
        elif column == ROWS:
            first = scope.expression.args.get("from_") or scope.expression.args.get("from")
            if first is not None:
                yield from self._from_source(scope, first.this.alias_or_name, ROWS)
        else:
            for output in self._list(scope):
                if output.name == column and output.expression is None:
                    yield from self._from_source(scope, output.source, column)
                elif output.name == column and output.expression is not None:
                    yield from self._from_expression(scope, output.expression, column)

    def _from_expression(self, scope: Scope, expression: exp.Expr, own: str) -> Iterator[ColumnRef]:
        inner = {id(child.expression): child for child in scope.subquery_scopes}
        parts = list(_value_parts(expression)) or list(expression.find_all(exp.Column))
        if not parts and expression.find(exp.Star):
            yield from self._trace(scope, ROWS)
        for part in parts:
            if isinstance(part, exp.Column):
                yield from self._from_column(scope, part, own)
            elif id(part) in inner:
                child = inner[id(part)]
                for output in self._list(child)[:1]:
                    yield from self._trace(child, output.name)

    def _from_column(self, scope: Scope, column: exp.Column, own: str) -> Iterator[ColumnRef]:
        if column.table:
            yield from self._from_source(scope, column.table, column.name)
            return
        for name in scope.selected_sources:
            if column.name in self._source_columns(scope, name):
                yield from self._from_source(scope, name, column.name)
                return
        # DuckDB lets a column use another one of the same select by its name.
        if column.name != own and any(output.name == column.name for output in self._list(scope)):
            yield from self._trace(scope, column.name)
        elif scope.is_subquery and scope.parent is not None:
            yield from self._from_column(scope.parent, column, own)
        elif all(self._source_columns(scope, name) for name in scope.selected_sources):
            raise CompileError(f"{self.label}: no relation that it reads has a column '{column.name}'")
        # Else a table function made it (`range`, `unnest`): it has no origin.

    def _from_source(self, scope: Scope, name: str, column: str) -> Iterator[ColumnRef]:
        source = self._source(scope, name)
        if isinstance(source, Scope):
            columns = self._source_columns(scope, name)
            if column != ROWS and columns and column not in columns:
                raise CompileError(f"{self.label}: '{name}' has no column '{column}'")
            yield from self._trace(source, column)
        elif isinstance(source, exp.Table):
            relation = self.find(source)
            if relation is not None:
                yield (relation.identifier, column)
        elif source is None and scope.parent is not None:
            yield from self._from_source(scope.parent, name, column)

    def _source(self, scope: Scope, name: str) -> "Scope | exp.Table | None":
        """Return what a select reads under a name; `scope.sources` alone would hold every CTE before it."""
        found = scope.selected_sources.get(name)
        if found is None or isinstance(found[1], exp.Table):
            return found and found[1]
        # What a recursive CTE reads of itself is a scope beside the real one, of the same select.
        return self._scopes.get(id(found[1].expression), found[1])

    def _source_columns(self, scope: Scope, name: str) -> tuple[str, ...]:
        source = self._source(scope, name)
        if isinstance(source, Scope):
            return tuple(output.name for output in self._list(source))
        relation = self.find(source) if isinstance(source, exp.Table) else None
        return relation.columns if relation else ()

    def _list(self, scope: Scope) -> list[_Output]:
        """Return the columns of a scope, stars spelled out."""
        kept = self._outputs.get(id(scope))
        if kept is None:
            self._outputs[id(scope)] = []
            if isinstance(scope.expression, exp.SetOperation):
                kept = self._union_outputs(scope)
            elif isinstance(scope.expression, exp.UDTF):
                kept = []
            else:
                kept = [
                    output for item in _selects(scope.expression) for output in self._projection(scope, item)
                ]
            self._outputs[id(scope)] = kept
        return kept

    def _union_outputs(self, scope: Scope) -> list[_Output]:
        branches = [self._list(branch) for branch in scope.set_operation_scopes]
        names = dict.fromkeys(output.name for output in branches[0])
        if scope.expression.args.get("by_name"):
            names |= dict.fromkeys(output.name for branch in branches for output in branch)
        return [_Output(name) for name in names]

    def _projection(self, scope: Scope, item: exp.Expr) -> Iterator[_Output]:
        if not item.is_star:
            yield _Output(item.alias_or_name, item)
            return
        star = item if isinstance(item, exp.Star) else item.this
        left_out = {one.name for one in star.args.get("except_") or star.args.get("except") or ()}
        replaced = star.args.get("replace") or ()
        renewed = {one.alias: one for one in replaced}
        names = [item.table] if isinstance(item, exp.Column) else list(scope.selected_sources)
        for source in names:
            for column in self._source_columns(scope, source):
                if column in renewed:
                    yield _Output(column, renewed[column])
                elif column not in left_out:
                    yield _Output(column, source=source)


def _selects(expression: exp.Expr) -> list[exp.Expr]:
    return list(expression.selects) if isinstance(expression, exp.Query) else []


def _value_parts(expression: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the columns and subqueries that make a value: not what only decides which value it is."""
    if isinstance(expression, exp.Column):
        yield expression
    elif isinstance(expression, exp.Subquery):
        yield expression.this
    elif isinstance(expression, exp.Case):
        branches = [branch.args["true"] for branch in expression.args["ifs"]]
        for child in (*branches, expression.args.get("default")):
            if child is not None:
                yield from _value_parts(child)
    elif isinstance(expression, exp.If):
        for child in (expression.args["true"], expression.args.get("false")):
            if child is not None:
                yield from _value_parts(child)
    elif isinstance(expression, exp.Window | exp.Filter | exp.WithinGroup):
        yield from _value_parts(expression.this)
    else:
        for child in expression.iter_expressions():
            yield from _value_parts(child)
