"""Plans the comparisons of a query: one statement that puts them beside the rows that were asked.

    previousYear, previousPeriod   the same query in other periods
    programme                      the same query for the year to date, and the target to the same month
    target                         the target of each row
    clusterRank                    the same query for all structures, ranked within their cluster
    nationalShare                  the same query for the nation

Every part is a planned query of its own, under the same guards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from semantic.model_reader import Measure
from semantic.planner.comparisons import PERIOD_COMPARISONS, Added
from semantic.planner.composing import CURRENT, NOTHING, Composition, at, pairs
from semantic.planner.earlier import Bases, bases_of
from semantic.planner.errors import RefusedByGuard
from semantic.planner.guards import check_guards, pinned_values
from semantic.planner.ranking import COUNT, VALUES, add_ranks
from semantic.planner.rendering import Renderer, Statement, quoted
from semantic.planner.resolved import Column, ResolvedQuery
from semantic.planner.scope import at_periods, period_of, without_structure
from semantic.planner.targets import VIEW, TargetPlace, place_of, target_query

__all__ = ["Compared", "compare"]

_NATION = "national"
# The added columns that stand for a value with deliveries of its own: which part counts them.
_COUNTED = {
    "previousYear": "previousYear",
    "previousPeriod": "previousPeriod",
    "programmeActual": "programme",
    "clusterRank": VALUES,
    "nationalShare": _NATION,
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A query with its comparisons, planned.

    Attributes:
        statement: the query's columns, the added ones, then the hidden ones.
        hidden: measure that counts deliveries → its position among the hidden columns.
        completeness: added column → positions of its expected and present counts among the hidden columns.
        about: added column → what the annotation says of the comparison.
    """

    statement: Statement
    hidden: dict[str, int]
    completeness: dict[str, tuple[int, int]]
    about: dict[str, dict[str, Any]]


def compare(
    resolved: ResolvedQuery, renderer: Renderer, hidden: list[Measure], counted: dict[str, tuple[str, str]]
) -> Compared:
    """Plan a query with comparisons.

    Args:
        resolved: the query, which has passed the guards.
        renderer: writes the parts.
        hidden: the measures that count deliveries.
        counted: measure → the two of them that count its own.

    Raises:
        RefusedByGuard: a comparison makes no sense of the query, and what to change.
    """
    return _Comparing(Composition(resolved, renderer), hidden).run(counted)


@dataclass
class _Comparing:
    composition: Composition
    hidden: list[Measure]
    about: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self, counted: dict[str, tuple[str, str]]) -> Compared:
        resolved = self.composition.resolved
        asked = resolved.query.comparisons
        counting = [COUNT] if "clusterRank" in asked else []
        self.composition.with_query(CURRENT, resolved, [*self.hidden, *counting])
        for comparison in asked:
            added = [one for one in resolved.added if one.comparison == comparison]
            for one in added:
                self.about[one.name] = {"kind": comparison, "of": one.member.full_name}
            self._add(comparison, added)
        positions = {item.name: self.composition.hide(CURRENT, f"__{item.name}") for item in self.hidden}
        completeness = {}
        for one in resolved.added:
            names, part = counted.get(one.member.full_name), _COUNTED.get(one.suffix)
            if names and part and self.composition.has(part):
                expected, present = (self.composition.hide(part, f"__{name}") for name in names)
                completeness[one.name] = (expected, present)
        return Compared(self.composition.statement(), positions, completeness, self.about)

    def _add(self, comparison: str, added: list[Added]) -> None:
        if comparison in PERIOD_COMPARISONS:
            self._periods(comparison, added)
        elif comparison == "target":
            self._targets(added)
        elif comparison == "clusterRank":
            add_ranks(self.composition, self.hidden, added)
        else:
            self._national(added)

    def _periods(self, comparison: str, added: list[Added]) -> None:
        """The same query in other periods, each row joined to the one it is compared with."""
        resolved, model = self.composition.resolved, self.composition.model
        bases = bases_of(resolved, comparison, model)
        place = place_of(resolved, model, comparison) if comparison == "programme" else None
        for one in added:
            notes = bases.notes.get(one.member.full_name, [])
            self.about[one.name] |= {"periods": dict(bases.codes), "notes": notes}
        if not bases.wanted:
            for one in added:
                self.composition.put(one, NOTHING)
            return
        moved = at_periods(resolved, bases.period, bases.wanted)
        self.composition.with_query(comparison, moved, self.hidden)
        keys = [column for column in resolved.dimensions if column is not bases.column]
        conditions = pairs(comparison, keys)
        if bases.column:
            self._map_periods(comparison, bases)
            conditions.append(f"{at(comparison, bases.column.alias)} = {at(f'{comparison}_periods', 'base')}")
        self.composition.join(comparison, conditions)
        for measure in resolved.measures:
            alias = measure.alias
            then = self._if_defined(comparison, measure, bases, at(comparison, alias))
            goal = NOTHING
            if place is not None:
                month = at(f"{comparison}_periods", "base") if bases.column else None
                name = self._join_target(comparison, measure, place, bases.wanted, month)
                goal = self._if_defined(comparison, measure, bases, at(name, f"{VIEW}__obiettivo"))
            for one in added:
                if one.member is measure.member:
                    self.composition.put(one, _of_periods(one, at(CURRENT, alias), then, goal))

    def _map_periods(self, comparison: str, bases: Bases) -> None:
        """A part that says with which period each period is compared, and which measures have a value."""
        measures = self.composition.resolved.measures
        rows, values = [], []
        for code, base in bases.codes.items():
            if base:
                flags = [str(base in bases.defined[column.name]).upper() for column in measures]
                rows.append(f"({', '.join(['CAST(? AS VARCHAR)', 'CAST(? AS VARCHAR)', *flags])})")
                values += [code, base]
        names = ["code", "base", *(f"has_{index}" for index in range(len(measures)))]
        listed = ", ".join(f"{quoted(name)}" for name in names)
        name = f"{comparison}_periods"
        sql = f"SELECT {listed} FROM (VALUES\n  " + ",\n  ".join(rows) + f"\n) AS periods({listed})"
        self.composition.with_sql(name, sql, values)
        if bases.column:
            self.composition.join(name, [f"{at(name, 'code')} = {at(CURRENT, bases.column.alias)}"])

    def _if_defined(self, comparison: str, measure: Column, bases: Bases, expression: str) -> str:
        """Nothing where no definition of the measure has a value in the other period."""
        if bases.defined[measure.name] >= set(bases.wanted):
            return expression
        if bases.column is None:
            return NOTHING
        index = self.composition.resolved.measures.index(measure)
        return f"CASE WHEN {at(f'{comparison}_periods', f'has_{index}')} THEN {expression} END"

    def _targets(self, added: list[Added]) -> None:
        """The target of each row's own period."""
        resolved, model = self.composition.resolved, self.composition.model
        place = place_of(resolved, model, "target")
        period = period_of(resolved)
        columns = [column for column in resolved.dimensions if column.member is period]
        pinned = pinned_values(resolved).get(period.name, frozenset()) if period else frozenset()
        month = at(CURRENT, columns[0].alias) if columns else None
        for measure in resolved.measures:
            name = self._join_target("target", measure, place, pinned, month)
            for one in added:
                if one.member is measure.member:
                    goal = at(name, f"{VIEW}__obiettivo")
                    self.composition.put(one, _of_target(one, at(CURRENT, measure.alias), goal))

    def _join_target(
        self,
        comparison: str,
        measure: Column,
        place: TargetPlace,
        periods: Sequence[str] | frozenset[str],
        month: str | None,
    ) -> str:
        """Join the targets of one measure; `month` is the period's expression, where rows differ in it."""
        code = str(measure.member.meta.get("codice") or measure.member.target.name)
        name = f"{comparison}_of_{measure.alias}"
        composition = self.composition
        composition.with_query(
            name, target_query(code, place, periods, composition.model, composition.resolved.access)
        )
        conditions = [
            f"{at(name, f'{VIEW}__{dimension}')} = {_prefixed(before, at(CURRENT, column.alias))}"
            for dimension, (column, before) in place.joined.items()
        ]
        if month is not None:
            conditions.append(f"{at(name, f'{VIEW}__periodo')} = {month}")
        self.composition.join(name, conditions)
        return name

    def _national(self, added: list[Added]) -> None:
        """The same query for all structures together, every other condition kept."""
        resolved, model = self.composition.resolved, self.composition.model
        nation = without_structure(resolved, model, "nationalShare")
        try:
            check_guards(nation, model)
        except RefusedByGuard as refusal:
            raise RefusedByGuard(
                f"nationalShare: {refusal}",
                code=refusal.code,
                member=refusal.member,
                suggestion=refusal.suggestion,
            ) from refusal
        self.composition.with_query(_NATION, nation, self.hidden)
        self.composition.join(_NATION, pairs(_NATION, nation.dimensions))
        for one in added:
            alias = f"{one.member.view}__{one.member.name}"
            whole = at(_NATION, alias)
            share = f"{at(CURRENT, alias)} / NULLIF({whole}, 0) * 100"
            self.composition.put(one, whole if one.suffix == "nationalValue" else share)


def _prefixed(before: str, expression: str) -> str:
    """A node's code with its kind before it; `before` is one of the model's own words."""
    return f"'{before}' || {expression}" if before else expression


def _of_periods(one: Added, now: str, then: str, goal: str) -> str:
    texts: dict[str, Callable[[], str]] = {
        f"{one.comparison}Change": lambda: f"{now} - {then}",
        f"{one.comparison}ChangePct": lambda: f"({now} - {then}) / NULLIF(abs({then}), 0) * 100",
        "programme": lambda: goal,
        "programmeDeviation": lambda: _deviation(one, then, goal),
    }
    return texts.get(one.suffix, lambda: then)()


def _of_target(one: Added, now: str, goal: str) -> str:
    return goal if one.suffix == "target" else _deviation(one, now, goal)


def _deviation(one: Added, actual: str, goal: str) -> str:
    """Polarity × (actual − target) / |target| × 100, never capped."""
    polarity = one.member.meta["polarita"]
    return f"{polarity} * (CAST({actual} AS DOUBLE) - {goal}) / NULLIF(abs({goal}), 0) * 100"
