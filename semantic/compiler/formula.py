"""Writes an indicator's formula as text, from its definition: what the catalogue and `/v1/meta` show."""

import re

from semantic.compiler.expansion import Expander
from semantic.compiler.manifest import Input, Metric

__all__ = ["formula_text"]

_DIMENSION = re.compile(r"\{\{\s*Dimension\('\w+__(\w+)'\)\s*\}\}")
_NULLIF = re.compile(r"nullif\((\w+), 0\)", re.IGNORECASE)


def formula_text(metric: Metric, expander: Expander) -> str:
    """Return the formula with sums over named components and their conditions.

    >>> formula_text(...)  # doctest: +SKIP
    'Σ definito_titolare / Σ pervenuto'
    """
    body = _text(metric, expander)
    return body if not metric.filters else f"{body}, con {_conditions(metric.filters)}"


def _text(metric: Metric, expander: Expander) -> str:
    if metric.kind == "simple":
        return _sum(metric.inputs[0])
    sides = {item.alias: _side(item, expander) for item in metric.inputs}
    if metric.kind == "ratio":
        return f"{sides['numeratore']} / {sides['denominatore']}"
    readable = _NULLIF.sub(r"\1", metric.expression or "").replace(" * ", " × ")
    return re.sub(r"\w+", lambda word: sides.get(word.group(0), word.group(0)), readable)


def _side(item: Input, expander: Expander) -> str:
    metric = expander.manifest.metrics[item.name]
    if metric.is_indicator:
        return item.name
    if metric.kind == "simple" and metric.inputs[0].name == metric.name and not metric.filters:
        return _sum(item)
    return f"({formula_text(metric, expander)})"


def _sum(item: Input) -> str:
    return f"Σ {item.name}" + (f" [{_conditions(item.filters)}]" if item.filters else "")


def _conditions(filters: tuple[str, ...]) -> str:
    text = " e ".join(_DIMENSION.sub(r"\1", one) for one in filters)
    return text.replace(" = true", "").replace(" and ", " e ").replace(" = false", " no")
