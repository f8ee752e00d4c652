"""Says the conditions of a definition in words, with the Italian labels of the dimensions.

{{ Dimension('componente__is_productivity_area') }} = true and {{ … is_inspector … }} = false
→  "Area della produttività", "non Personale ispettivo"
"""

import re
from collections.abc import Iterable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic.compiler.errors import CompileError

__all__ = ["dimension_names", "said"]

_DIMENSION = re.compile(r"\{\{\s*Dimension\('\w+?__(\w+)'\)\s*\}\}")
_COMPARISONS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "≠",
    exp.GT: ">",
    exp.GTE: "≥",
    exp.LT: "<",
    exp.LTE: "≤",
}


def dimension_names(filters: Iterable[str]) -> tuple[str, ...]:
    """Return the dimensions that MetricFlow filters name, each once, in order."""
    return tuple(dict.fromkeys(name for text in filters for name in _DIMENSION.findall(text)))


def said(filters: Iterable[str], labels: Mapping[str, str], where: str) -> tuple[str, ...]:
    """Return the conditions in words, one for each side of the ANDs.

    Args:
        filters: SQL conditions; dimensions as MetricFlow templates or as bare names.
        labels: what to call each name; a name without a label is refused.
        where: the definition, for messages.

    Raises:
        CompileError: a condition cannot be parsed, or names what has no label.
    """
    found: list[str] = []
    for text in filters:
        sql = _DIMENSION.sub(r"\1", text)
        try:
            tree = sqlglot.parse_one(sql, dialect="duckdb")
        except SqlglotError as error:
            raise CompileError(f"{where}: the condition '{sql}' cannot be read: {error}") from None
        parts = tree.flatten() if isinstance(tree, exp.And) else [tree]
        found += [_said(part, labels, where) for part in parts]
    return tuple(dict.fromkeys(found))


def _said(node: exp.Expr, labels: Mapping[str, str], where: str) -> str:
    def again(child: exp.Expr) -> str:
        return _said(child, labels, where)

    if isinstance(node, exp.Paren):
        return f"({again(node.this)})"
    if isinstance(node, exp.And | exp.Or):
        joint = " e " if isinstance(node, exp.And) else " o "
        return joint.join(again(part) for part in node.flatten())
    if isinstance(node, exp.Not):
        return f"non {again(node.this)}"
    if isinstance(node, exp.EQ | exp.NEQ) and isinstance(node.expression, exp.Boolean):
        is_true = bool(node.expression.this) == isinstance(node, exp.EQ)
        return again(node.this) if is_true else f"non {again(node.this)}"
    if type(node) in _COMPARISONS:
        return f"{again(node.this)} {_COMPARISONS[type(node)]} {again(node.expression)}"
    if isinstance(node, exp.In) and not node.args.get("query"):
        return f"{again(node.this)} in {', '.join(again(item) for item in node.expressions)}"
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return f"{again(node.this)} assente"
    if isinstance(node, exp.Literal):
        return str(node.this)
    if isinstance(node, exp.Column):
        if node.name not in labels:
            raise CompileError(
                f"{where}: '{node.name}' is used in a condition and has no label: give its dimension one in "
                "warehouse/models/indicators/_componenti.yml"
            )
        return labels[node.name]
    raise CompileError(
        f"{where}: the condition '{node.sql()}' has no words in semantic/compiler/conditions.py"
    )
