"""Writes one statement out of several: the rows that were asked, with other statements joined to them.

    WITH "current" AS (SELECT …), "previousYear" AS (SELECT … the same, a year before)
    SELECT "current"…, "previousYear"… FROM "current" LEFT JOIN "previousYear" ON … ORDER BY … LIMIT …

Each part is a whole planned statement with its own bound values, which come in the order of the parts; the
statement around them binds none. Joins are on all the columns of a part's grain, so they add no rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from semantic.model_reader import Measure, Model
from semantic.planner.comparisons import Added
from semantic.planner.rendering import Renderer, Statement, page_lines, quoted
from semantic.planner.resolved import Column, ResolvedQuery

__all__ = ["CURRENT", "NOTHING", "Composition", "at", "pairs"]

CURRENT = "current"
NOTHING = "CAST(NULL AS DOUBLE)"


def at(part: str, column: str) -> str:
    """Write one column of one part."""
    return f"{quoted(part)}.{quoted(column)}"


def pairs(part: str, columns: Iterable[Column], other: str = CURRENT) -> list[str]:
    """Write the conditions that columns of two parts are equal, null included."""
    return [f"{at(part, one.alias)} IS NOT DISTINCT FROM {at(other, one.alias)}" for one in columns]


@dataclass
class Composition:
    """The statement as it grows: parts, joins, and one expression for each added column."""

    resolved: ResolvedQuery
    renderer: Renderer
    parts: list[str] = field(default_factory=list)
    parameters: list[str | bool] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    expressions: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)

    @property
    def model(self) -> Model:
        """The model that all parts are of."""
        return self.renderer.model

    def with_query(self, name: str, query: ResolvedQuery, hidden: Sequence[Measure] = ()) -> None:
        """Add a part: a planned query."""
        statement = self.renderer.part(query, hidden)
        self.with_sql(name, statement.sql, statement.parameters)

    def with_sql(self, name: str, sql: str, parameters: Iterable[str | bool] = ()) -> None:
        """Add a part: SQL over the parts before it."""
        self.parts.append(f"{quoted(name)} AS (\n{sql}\n)")
        self.parameters += parameters

    def has(self, name: str) -> bool:
        """Say whether there is a part of that name."""
        return any(text.startswith(f"{quoted(name)} AS (") for text in self.parts)

    def join(self, name: str, conditions: Sequence[str]) -> None:
        """Join a part to the current rows."""
        self.joins.append(f"LEFT JOIN {quoted(name)} ON " + (" AND ".join(conditions) or "TRUE"))

    def put(self, added: Added, expression: str) -> None:
        """Say what an added column is."""
        self.expressions[added.name] = expression

    def hide(self, part: str, column: str) -> int:
        """Select a column that the answer does not show; return its position among these."""
        expression = at(part, column)
        if expression not in self.hidden:
            self.hidden.append(expression)
        return self.hidden.index(expression)

    def statement(self) -> Statement:
        """Write the whole."""
        shown = [f"{at(CURRENT, column.alias)} AS {quoted(column.alias)}" for column in self.resolved.columns]
        shown += [f"{self.expressions[one.name]} AS {quoted(one.alias)}" for one in self.resolved.added]
        shown += [f"{text} AS {quoted(f'__{index}')}" for index, text in enumerate(self.hidden)]
        lines = ["WITH " + ",\n".join(self.parts), "SELECT", ",\n".join(f"  {line}" for line in shown)]
        lines += [f"FROM {quoted(CURRENT)}", *self.joins, *page_lines(self.resolved)]
        return Statement("\n".join(lines), tuple(self.parameters))
