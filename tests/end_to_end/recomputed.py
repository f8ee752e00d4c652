"""Computes indicators in Python, from the sums of single structures and the formula of the compiled model.

The third engine of the property test: DuckDB gives only the sums of each structure; adding them up, dividing
and choosing a family's definition happen here, in exact arithmetic.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.paths import semantic_model_dir

__all__ = ["Formulas"]

_REFERENCE = re.compile(r"\{(\w+)\}")
_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
Number = Decimal | float | None


class Formulas:
    """The measures of the compiled components cube."""

    def __init__(self, folder: Path | None = None) -> None:
        path = (folder or semantic_model_dir()) / "cubes" / "componenti.yml"
        cube = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["cubes"][0]
        self.measures: dict[str, dict[str, Any]] = {item["name"]: item for item in cube["measures"]}

    def indicators(self) -> dict[str, dict[str, Any]]:
        """Return the indicators that divide, by name, with their meta."""
        return {
            name: measure["meta"]
            for name, measure in self.measures.items()
            if measure["type"] == "number" and "formula" in measure.get("meta", {})
        }

    def terms(self, name: str) -> set[str]:
        """Return the names of the sums that a measure is made of."""
        measure = self.measures[name]
        if measure["type"] == "sum":
            return {name}
        return set().union(*(self.terms(part) for part in _REFERENCE.findall(measure["sql"])))

    def sums(
        self, connection: duckdb.DuckDBPyConnection, name: str, where: str, values: list[str]
    ) -> dict[str, Number]:
        """Return each term, added up in Python over the structures that the condition keeps."""
        terms = sorted(self.terms(name))
        columns = ", ".join(f"sum({self._argument(term)})" for term in terms)
        rows = connection.execute(
            f"select {columns} from indicators.ind_components_by_period as c"
            " join marts.dim_structure as s using (structure_key) join marts.dim_area as a using (area_key)"
            f" where c.scenario_code = 'consuntivo' and {where} group by c.structure_key",
            values,
        ).fetchall()
        totals: dict[str, Number] = {}
        for position, term in enumerate(terms):
            present = [Decimal(row[position]) for row in rows if row[position] is not None]
            totals[term] = sum(present, Decimal()) if present else None
        return totals

    def value(self, name: str, sums: Mapping[str, Number]) -> Number:
        """Return the value of a measure whose terms have these sums."""
        measure = self.measures[name]
        if measure["type"] == "sum":
            return sums[name]
        expression = _REFERENCE.sub(r"\1", measure["sql"])
        return self._evaluate(ast.parse(expression.lower(), mode="eval").body, sums)

    def _argument(self, term: str) -> str:
        measure = self.measures[term]
        body = measure["sql"].replace("{CUBE}.", "c.")
        conditions = [item["sql"].replace("{CUBE}.", "c.") for item in measure.get("filters", [])]
        return f"case when {' and '.join(conditions)} then {body} end" if conditions else body

    def _evaluate(self, node: ast.expr, sums: Mapping[str, Number]) -> Number:
        match node:
            case ast.Constant(value=int() | float() as number):
                return Decimal(str(number))
            case ast.Name(id=name):
                return self.value(name, sums)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._evaluate(operand, sums)
                return None if inner is None else -inner
            case ast.Call(func=ast.Name(id="nullif"), args=[argument, _]):
                inner = self._evaluate(argument, sums)
                return inner if inner else None
            case ast.Call(func=ast.Name(id="coalesce"), args=arguments):
                found = [self._evaluate(argument, sums) for argument in arguments]
                return next((item for item in found if item is not None), None)
            case ast.BinOp(left=left, op=operation, right=right):
                return _combined(operation, self._evaluate(left, sums), self._evaluate(right, sums))
        raise AssertionError(f"the formula has a {ast.dump(node)}, which this evaluator does not know")


def _combined(operation: ast.operator, left: Number, right: Number) -> Number:
    if left is None or right is None:
        return None
    if isinstance(operation, ast.Div):
        return float(left) / float(right)
    # Exact as long as both are; a quotient makes the rest of its formula a float, as in the warehouse.
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return Decimal(_OPERATIONS[type(operation)](left, right))
    return float(_OPERATIONS[type(operation)](float(left), float(right)))
