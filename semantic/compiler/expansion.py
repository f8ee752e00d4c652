"""Turns a metric into an expression over filtered sums ("terms").

    produttivita_2021  →  {produttivita_2021__numeratore} / NULLIF({produttivita_2021__denominatore}, 0)
                          numeratore:   sum(definito_om + …) where is_productivity_area = true and …
                          denominatore: sum(fte) where …

The dbt macro `indicator_graph.sql` expands the same definitions for `ind_values`; a test compares both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from semantic.compiler.errors import CompileError
from semantic.compiler.manifest import Input, Measure, Metric, SemanticManifest, SemanticModel

__all__ = ["Expander", "Term", "qualified"]

_DIMENSION = re.compile(r"\{\{\s*Dimension\('(\w+)__(\w+)'\)\s*\}\}")
_WORD = re.compile(r"('[^']*')|\b([A-Za-z_]\w*)\b(?!\s*\()")
_SQL_WORDS = frozenset(
    {
        "and",
        "as",
        "case",
        "cast",
        "else",
        "end",
        "false",
        "in",
        "is",
        "not",
        "null",
        "or",
        "then",
        "true",
        "when",
    }
)


def qualified(expression: str) -> str:
    """Return the SQL with every column prefixed by Cube's `{CUBE}` (joined cubes may have the same columns).

    >>> qualified("case when is_direct_cost then costo end")
    'case when {CUBE}.is_direct_cost then {CUBE}.costo end'
    """

    def prefix(match: re.Match[str]) -> str:
        word = match.group(0)
        return word if match.group(1) or word.lower() in _SQL_WORDS else f"{{CUBE}}.{word}"

    return _WORD.sub(prefix, expression)


@dataclass(frozen=True)
class Term:
    """A sum of one measure under a fixed set of conditions; `name` is its measure in the Cube model."""

    name: str
    measure: Measure
    conditions: tuple[str, ...]


@dataclass
class Expander:
    """Expands metrics of one manifest and collects the terms they are made of, by name."""

    manifest: SemanticManifest
    base: SemanticModel
    terms: dict[str, Term] = field(default_factory=dict)

    def expression(self, metric: Metric) -> str:
        """Return the metric as Cube SQL over `{term}` references.

        Raises:
            CompileError: an input is unknown, a filter is not on a dimension of the base model, or the kind
                of metric has no translation.
        """
        return self._expand(metric, (), metric.name)

    def single_term(self, metric: Metric) -> Term | None:
        """Return the one term a simple metric is, or None for ratios and derived metrics."""
        if metric.kind != "simple":
            return None
        conditions = self._conditions(metric, metric.filters) + self._conditions(
            metric, metric.inputs[0].filters
        )
        return Term(metric.name, self._measure(metric, metric.inputs[0].name), _ordered(conditions))

    def measures(self, metric: Metric) -> tuple[Measure, ...]:
        """Return the measures at the leaves of a metric, each once, in order of name."""
        if metric.kind == "simple":
            return (self._measure(metric, metric.inputs[0].name),)
        found: dict[str, Measure] = {}
        for item in metric.inputs:
            found |= {measure.name: measure for measure in self.measures(self._input_metric(metric, item))}
        return tuple(found[name] for name in sorted(found))

    def _expand(self, metric: Metric, inherited: tuple[str, ...], path: str) -> str:
        conditions = inherited + self._conditions(metric, metric.filters)
        if metric.kind == "simple":
            measure = self._measure(metric, metric.inputs[0].name)
            own = self._conditions(metric, metric.inputs[0].filters)
            return "{" + self._term(measure, _ordered(conditions + own), path).name + "}"
        sides = {item.alias: self._side(metric, item, conditions, path) for item in metric.inputs}
        if metric.kind == "ratio":
            return f"{sides['numeratore']} / NULLIF({sides['denominatore']}, 0)"
        if metric.kind == "derived" and metric.expression:
            return _substitute(metric.expression, sides)
        raise CompileError(
            f"{metric.file}: metric '{metric.name}' of type '{metric.kind}' has no translation to Cube"
        )

    def _side(self, metric: Metric, item: Input, conditions: tuple[str, ...], path: str) -> str:
        """Return one input: a reference where it is an indicator as it stands, else its expansion."""
        source = self._input_metric(metric, item)
        added = conditions + self._conditions(metric, item.filters)
        if source.is_indicator and not added:
            return "{" + source.name + "}"
        expanded = self._expand(source, added, f"{path}__{item.alias}")
        return expanded if source.kind == "simple" else f"({expanded})"

    def _term(self, measure: Measure, conditions: tuple[str, ...], path: str) -> Term:
        if not conditions:
            return Term(measure.name, measure, ())
        return self.terms.setdefault(path, Term(path, measure, conditions))

    def _conditions(self, metric: Metric, filters: tuple[str, ...]) -> tuple[str, ...]:
        columns = {dimension.name: dimension.sql for dimension in self.base.dimensions}

        def column(match: re.Match[str]) -> str:
            name = match.group(2)
            if name not in columns:
                raise CompileError(
                    f"{metric.file}: metric '{metric.name}' filters on '{name}', which is no dimension of "
                    f"'{self.base.name}': declare it there or use one of {', '.join(sorted(columns))}"
                )
            return columns[name]

        return tuple(_DIMENSION.sub(column, text) for text in filters)

    def _measure(self, metric: Metric, name: str) -> Measure:
        for measure in self.base.measures:
            if measure.name == name:
                return measure
        raise CompileError(
            f"{metric.file}: metric '{metric.name}' uses measure '{name}', not one of '{self.base.name}'"
        )

    def _input_metric(self, metric: Metric, item: Input) -> Metric:
        try:
            return self.manifest.metrics[item.name]
        except KeyError:
            raise CompileError(
                f"{metric.file}: metric '{metric.name}' uses the unknown metric '{item.name}'"
            ) from None


def _ordered(conditions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(conditions)))


def _substitute(expression: str, sides: Mapping[str, str]) -> str:
    return re.sub(r"\w+", lambda word: sides.get(word.group(0), word.group(0)), expression)
