"""The roll-ups of dbt as pre-aggregations of the Cube model: which measures and dimensions each can answer.

    componenti_misure   month_key, …, measure_code, sum(misura_numeratore)
    →   pre_aggregations: [{name: misure, type: rollup, measures: [qualita_as_01__numeratore, …], …}]

A measure is covered when its sum over the roll-up's rows is its sum over the facts, to the last digit: it
adds up one component (or two that are null together), times what is the same for the rows summed up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

from semantic.compiler.lineage import ProjectLineage

__all__ = ["ROLLUPS", "rollup_nodes"]

Node = dict[str, Any]

ROLLUPS = "rollups"
"""The schema of their tables."""
_OWN = "{CUBE}."


@dataclass(frozen=True)
class _Table:
    """A roll-up's table: its keys, what it sums up, and which of that is null together."""

    keys: frozenset[str]
    sums: frozenset[str]
    together: tuple[frozenset[str], ...]


def rollup_nodes(
    cube: Node, origin: Mapping[str, Any], joined: Mapping[str, list[str]], lineage: ProjectLineage
) -> list[Node]:
    """Return the `pre_aggregations` of a cube of components.

    Args:
        cube: the compiled cube.
        origin: how its rows are made of the facts (`origin_meta`).
        joined: the dimensions of each cube that it joins.
        lineage: the project, with its compiled SQL.
    """
    columns = {name: _parsed(sql) for name, sql in origin["colonne"].items()}
    found = []
    for node in lineage.nodes.values():
        prefix = f"{cube['name']}_"
        if node["schema"] != ROLLUPS or not node["alias"].startswith(prefix):
            continue
        reader = _Reader(_table(node, lineage.sql(node)), columns, origin["nome"])
        dimensions = [
            item["name"]
            for item in cube["dimensions"]
            if not item.get("primary_key") and reader.is_key(item["sql"])
        ]
        joins = [join["name"] for join in cube["joins"] if reader.is_key(join["sql"].partition(" = ")[0])]
        measures = [
            item["name"] for item in cube["measures"] if item["type"] == "sum" and reader.covers(item)
        ]
        name = node["alias"].removeprefix(prefix)
        found.append(
            {
                "name": name,
                "type": "rollup",
                "measures": measures,
                "dimensions": [
                    *dimensions,
                    *(f"{join}.{item}" for join in joins for item in joined[join]),
                ],
            }
        )
    return sorted(found, key=lambda item: str(item["name"]))


def _table(node: Mapping[str, Any], sql: str) -> _Table:
    statement = sqlglot.parse_one(sql, dialect="duckdb")
    select = next(item for item in statement.find_all(exp.Select) if item.args.get("group"))
    summed = {item.alias_or_name for item in select.expressions if item.find(exp.Sum)}
    keys = {item.alias_or_name for item in select.expressions} - summed
    pairs = node["config"].get("meta", {}).get("insieme", [])
    return _Table(frozenset(keys), frozenset(summed), tuple(frozenset(pair) for pair in pairs))


@dataclass(frozen=True)
class _Reader:
    """Reads a cube's SQL as one over the columns of a roll-up's table."""

    table: _Table
    columns: Mapping[str, exp.Expr]
    facts: str

    def is_key(self, sql: str) -> bool:
        """Say whether an expression is the same for all facts in a row of the roll-up."""
        return self._is_fixed(_parsed(sql.replace(_OWN, "own.")))

    def covers(self, measure: Node) -> bool:
        """Say whether a sum over the roll-up's rows is that over the facts."""
        filters = [item["sql"] for item in measure.get("filters", ())]
        if not all(self.is_key(sql) for sql in filters):
            return False
        summed = self._summed(_parsed(measure["sql"].replace(_OWN, "own.")))
        return summed is not None and (len(summed) == 1 or summed in self.table.together)

    def _summed(self, expression: exp.Expr) -> frozenset[str] | None:
        """Return the components that an expression adds up; None when its sum is another of summed rows."""
        if isinstance(expression, exp.Paren | exp.Neg):
            return self._summed(expression.this)
        if isinstance(expression, exp.Add | exp.Sub):
            left, right = self._summed(expression.left), self._summed(expression.right)
            return None if left is None or right is None else left | right
        if isinstance(expression, exp.Mul):
            sides = (expression.left, expression.right)
            for one, other in (sides, sides[::-1]):
                if self._is_fixed(other):
                    return self._summed(one)
            return None
        if isinstance(expression, exp.Case):
            branches = expression.args["ifs"]
            default = expression.args.get("default")
            if expression.this is not None or default is not None or len(branches) != 1:
                return None
            return self._summed(branches[0].args["true"]) if self._is_fixed(branches[0].this) else None
        if isinstance(expression, exp.Column):
            if expression.table == "own" and expression.name in self.columns:
                return self._summed(self.columns[expression.name])
            is_fact = expression.table in ("own", self.facts)
            return frozenset([expression.name]) if is_fact and expression.name in self.table.sums else None
        return None

    def _is_fixed(self, expression: exp.Expr) -> bool:
        """Say whether all columns of an expression are keys of the roll-up, or of the period."""
        for column in expression.find_all(exp.Column):
            if column.table == "own" and column.name in self.columns:
                if not self._is_fixed(self.columns[column.name]):
                    return False
            elif column.table in ("own", self.facts) and column.name not in self.table.keys:
                return False
        return True


def _parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect="duckdb")
