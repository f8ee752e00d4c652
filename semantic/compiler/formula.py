"""Reads an indicator's definition as mathematics: a tree of sums, fractions and references.

    indice_giacenza  →  Fraction(Sum(giacenza_finale_om × giorni, at the closing month), Sum(pervenuto_om))

`notation` writes the tree, as text and as MathML; nothing of a formula is typed by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic.compiler.conditions import dimension_names, said
from semantic.compiler.errors import CompileError
from semantic.compiler.manifest import Input, Measure, Metric, SemanticManifest, SemanticModel

__all__ = [
    "Binary",
    "Call",
    "Cases",
    "Formula",
    "FormulaReader",
    "Given",
    "Name",
    "Number",
    "Reference",
    "Sum",
    "Words",
]


@dataclass(frozen=True)
class Number:
    """A constant of the definition, as written."""

    text: str


@dataclass(frozen=True)
class Name:
    """What is added up in a sum: a component's column and what it is called."""

    code: str
    title: str


@dataclass(frozen=True)
class Words:
    """A formula told rather than computed here: of indicators that are no sums."""

    text: str


@dataclass(frozen=True)
class Sum:
    """A sum over the rows that satisfy the conditions; `moment` says which month of a stock."""

    body: "Formula"
    conditions: tuple[str, ...] = ()
    moment: str = ""


@dataclass(frozen=True)
class Reference:
    """Another indicator, with the conditions it is narrowed by and until when it is in force."""

    code: str
    title: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Binary:
    """`left operator right`; `/` is a fraction, without value where the denominator is 0."""

    operator: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True)
class Call:
    """A function of its arguments: `min`, `max`, `abs` and so on."""

    name: str
    arguments: tuple["Formula", ...]


@dataclass(frozen=True)
class Cases:
    """A family: one formula per stretch of time, as (from, to or None, formula)."""

    branches: tuple[tuple[str, str | None, "Formula"], ...]


@dataclass(frozen=True)
class Given:
    """A formula all of whose sums are narrowed by the same conditions."""

    body: "Formula"
    conditions: tuple[str, ...]


Formula: TypeAlias = Number | Name | Words | Sum | Reference | Binary | Call | Cases | Given

_OPERATORS: Mapping[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "−", exp.Mul: "×", exp.Div: "/"}
_FUNCTIONS = {"least": "min", "greatest": "max", "abs": "abs", "round": "arrotonda", "sqrt": "radice"}
_OTHER_COLUMNS = {"period_days": "giorni(periodo)", "period_months_n": "mesi(periodo)"}
_MOMENTS = {"chiusura": "al mese di chiusura", "apertura": "al primo mese"}


@dataclass(frozen=True)
class FormulaReader:
    """Reads the metrics of one manifest.

    Attributes:
        manifest: all definitions.
        base: the semantic model of the components.
    """

    manifest: SemanticManifest
    base: SemanticModel

    def read(self, metric: Metric) -> Formula:
        """Return the formula of a metric.

        Raises:
            CompileError: the definition uses something that has no notation.
        """
        if metric.meta.get("composito"):
            return Words("valore composito: media ponderata dei risultati delle sue parti, secondo l'atto")
        if "definizioni" in metric.meta:
            return Cases(tuple(self._branch(metric, name) for name in metric.meta["definizioni"]))
        own = self._said(metric, metric.filters)
        if metric.kind == "simple" or not own:
            return self._read(metric, own)
        return Given(self._read(metric, ()), own)

    def conditions(self, metric: Metric) -> tuple[str, ...]:
        """Return the names of the dimensions that a metric and all its inputs filter on."""
        found = dict.fromkeys(dimension_names(metric.filters))
        for item in metric.inputs:
            found |= dict.fromkeys(dimension_names(item.filters))
            if metric.kind != "simple":
                found |= dict.fromkeys(self.conditions(self._metric(metric, item.name)))
        return tuple(found)

    def _branch(self, metric: Metric, name: str) -> tuple[str, str | None, Formula]:
        one = self._metric(metric, name)
        return one.meta["valido_dal"], one.meta["valido_al"], Reference(one.name, one.label)

    def _read(self, metric: Metric, inherited: tuple[str, ...]) -> Formula:
        if metric.kind == "simple":
            item = metric.inputs[0]
            return self._sum(metric, item, inherited + self._said(metric, item.filters))
        sides = {item.alias: self._input(metric, item, inherited) for item in metric.inputs}
        if metric.kind == "ratio":
            return Binary("/", sides["numeratore"], sides["denominatore"])
        return _tree(metric.expression or "", sides, f"{metric.file}: {metric.name}")

    def _input(self, metric: Metric, item: Input, inherited: tuple[str, ...]) -> Formula:
        """Return an indicator as a reference, anything else expanded."""
        source = self._metric(metric, item.name)
        added = inherited + self._said(metric, item.filters)
        if source.is_indicator:
            return Reference(source.name, source.label, added)
        return self._read(source, added + self._said(source, source.filters))

    def _sum(self, metric: Metric, item: Input, conditions: tuple[str, ...]) -> Formula:
        measures = [measure for measure in self.base.measures if measure.name == item.name]
        if not measures:
            raise CompileError(
                f"{metric.file}: metric '{metric.name}' uses '{item.name}', "
                f"which is no measure of '{self.base.name}'"
            )
        (measure,) = measures
        body, own = self._body(measure)
        moment = measure.meta.get("momento", "chiusura") if measure.meta["natura"] == "stock" else ""
        if moment and moment not in _MOMENTS:
            raise CompileError(
                f"measure '{measure.name}': momento '{moment}' is not one of {', '.join(_MOMENTS)}"
            )
        return Sum(body, tuple(dict.fromkeys(conditions + own)), _MOMENTS.get(moment, ""))

    def _body(self, measure: Measure) -> tuple[Formula, tuple[str, ...]]:
        """Return what a measure adds up and the conditions written into it (`case when … then x end`)."""
        where = f"measure '{measure.name}'"
        tree = _parsed(measure.sql, where)
        own: tuple[str, ...] = ()
        if isinstance(tree, exp.Case) and len(tree.args["ifs"]) == 1 and tree.args.get("default") is None:
            (branch,) = tree.args["ifs"]
            own = said([branch.this.sql(dialect="duckdb")], self._labels(), where)
            tree = branch.args["true"]
        names: dict[str, Formula] = {}
        for one in sorted(self.base.measures, key=lambda one: one.sql != one.name):
            if one.sql.isidentifier():
                names.setdefault(one.sql, Name(one.name, one.label))
        names |= {column: Name(text, text) for column, text in _OTHER_COLUMNS.items()}
        for column in tree.find_all(exp.Column):
            names.setdefault(column.name, Name(column.name, column.name.replace("_", " ")))
        return _from(tree, names, where), own

    def _said(self, metric: Metric, filters: tuple[str, ...]) -> tuple[str, ...]:
        return said(filters, self._labels(), f"{metric.file}: {metric.name}")

    def _labels(self) -> dict[str, str]:
        """Return the labels of the dimensions, by name and by column; one left unlabelled has none."""
        labelled = [item for item in self.base.dimensions if item.label != item.name]
        return {item.sql: item.label for item in labelled} | {item.name: item.label for item in labelled}

    def _metric(self, user: Metric, name: str) -> Metric:
        if name not in self.manifest.metrics:
            raise CompileError(f"{user.file}: metric '{user.name}' uses the unknown metric '{name}'")
        return self.manifest.metrics[name]


def _parsed(sql: str, where: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(sql, dialect="duckdb")
    except SqlglotError as error:
        raise CompileError(f"{where}: '{sql}' cannot be read as a formula: {error}") from None


def _tree(sql: str, names: Mapping[str, Formula], where: str) -> Formula:
    return _from(_parsed(sql, where), names, where)


def _from(node: exp.Expr, names: Mapping[str, Formula], where: str) -> Formula:
    def again(child: exp.Expr) -> Formula:
        return _from(child, names, where)

    if isinstance(node, exp.Paren | exp.Cast):
        return again(node.this)
    if isinstance(node, exp.Literal):
        return Number(str(node.this))
    if isinstance(node, exp.Neg):
        return Binary("−", Number("0"), again(node.this))
    if isinstance(node, exp.Column) and node.name in names:
        return names[node.name]
    if isinstance(node, exp.Nullif):
        # "No value where the denominator is 0" is said once for every fraction.
        return again(node.this)
    if type(node) in _OPERATORS:
        return Binary(_OPERATORS[type(node)], again(node.this), again(node.expression))
    if isinstance(node, exp.Coalesce):
        return Call("primo valore presente", tuple(again(item) for item in (node.this, *node.expressions)))
    arguments = (node.this, *node.expressions) if isinstance(node.this, exp.Expr) else node.expressions
    name = (
        node.name
        if isinstance(node, exp.Anonymous)
        else node.sql_name()
        if isinstance(node, exp.Func)
        else ""
    )
    if name.lower() in _FUNCTIONS:
        return Call(_FUNCTIONS[name.lower()], tuple(again(item) for item in arguments))
    raise CompileError(f"{where}: '{node.sql()}' has no notation in semantic/compiler/formula.py")
