"""With which period each period of a query is compared, and what is to be said of the two.

    previousYear       2025-P03 → 2024-P03      previousPeriod     2025-T1 → 2024-T4, 2025-P01 → none
    programme          2025-M03 → 2025-P03

Where no definition of a measure is in force in the other period, or the one that is has no value at the
query's level or cut, the comparison is empty and a note says why: it never refuses the answer's own values.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from semantic.model_reader import Measure, Model, ViewMember
from semantic.planner.errors import RefusedByGuard
from semantic.planner.guards import PERIOD, cutting, definitions_at, pinned_values
from semantic.planner.periods import Period, parse_period, previous_period, previous_year, year_to_date
from semantic.planner.resolved import Column, ResolvedQuery
from semantic.planner.scope import is_structural, period_of

__all__ = ["Bases", "bases_of"]

_BASES: dict[str, Callable[[Period], str | None]] = {
    "previousYear": previous_year,
    "previousPeriod": previous_period,
    "programme": year_to_date,
}
_SCENARIO = "scenario"
_WHY = {
    "OUT_OF_VALIDITY": "nessuna definizione in vigore",
    "LEVEL_NOT_ALLOWED": "non pubblicato a questo livello",
    "CUT_NOT_ALLOWED": "non pubblicato con questo taglio",
}


@dataclass(frozen=True, slots=True)
class Bases:
    """With which periods the rows of a query are compared.

    Attributes:
        period: the member that holds the period.
        column: the column that has each row's period; None: all rows are of the one that is pinned.
        codes: period → the one to compare with, None where there is none.
        defined: measure → the periods to compare with in which it has a value under some definition.
        notes: measure → what a reader must know, in Italian.
    """

    period: ViewMember
    column: Column | None
    codes: dict[str, str | None]
    defined: dict[str, set[str]] = field(default_factory=dict)
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The periods to compare with, each once."""
        return tuple(sorted({code for code in self.codes.values() if code}))


def bases_of(resolved: ResolvedQuery, comparison: str, model: Model) -> Bases:
    """Work out with which periods to compare the rows of a query.

    Raises:
        RefusedByGuard: the periods are not named, or the query depends on what does not move with them.
    """
    period = period_of(resolved)
    if period is None:
        raise RefusedByGuard(
            f"{comparison}: {resolved.view.name} has no reporting periods",
            code="COMPARISON_PERIODS",
            suggestion="ask a view that has the dimension 'periodo'",
        )
    _check_moves(resolved, period, comparison, model)
    columns = [column for column in resolved.dimensions if column.member is period]
    pinned = pinned_values(resolved).get(period.name)
    if pinned is None or (len(pinned) != 1 and not columns):
        raise RefusedByGuard(
            f"{comparison}: name the reporting periods to compare",
            code="COMPARISON_PERIODS",
            member=period.full_name,
            suggestion=f"filter {period.full_name} with 'equals' to the periods wanted"
            + ("" if columns else ", and add it to 'dimensions' when they are several"),
        )
    periods = [parse_period(code, period.full_name) for code in sorted(pinned)]
    codes = {one.code: _BASES[comparison](one) for one in periods}
    bases = Bases(period, columns[0] if columns else None, codes)
    for column in resolved.measures:
        if isinstance(column.member.target, Measure):
            _define(resolved, column, column.member.target, bases, model)
    return bases


def _check_moves(resolved: ResolvedQuery, period: ViewMember, comparison: str, model: Model) -> None:
    """Refuse what may depend on the period in an unknown way: a date, the kind of period.

    What a measure requires is the key of its values, and `meta.stabile` says so of what follows from the key.
    """
    measures = [column.member.target for column in resolved.measures]
    keys = {name for item in measures if isinstance(item, Measure) for name in item.rules.requires}
    for member in cutting(resolved):
        moves = (
            member is period
            or member.target.name == _SCENARIO
            or member.meta.get("taglio") is not None
            or member.meta.get("stabile") is True
            or member.target.name in keys
            or is_structural(member, model)
        )
        if not moves:
            raise RefusedByGuard(
                f"{comparison}: {member.full_name} does not say what it is in the other period",
                code="COMPARISON_SCOPE",
                member=member.full_name,
                suggestion=f"group and filter by {period.full_name} instead, structures and cuts",
            )


def _define(resolved: ResolvedQuery, column: Column, measure: Measure, bases: Bases, model: Model) -> None:
    """Note under which definition a measure has a value in each period, or why it has none."""
    defined = bases.defined.setdefault(column.name, set())
    notes = bases.notes.setdefault(column.name, [])
    for code, base in bases.codes.items():
        if base is None:
            notes.append({"period": code, "base": None, "note": f"{code} non ha un periodo precedente"})
            continue
        if PERIOD not in measure.rules.requires:
            # It has no definition by period: the guards do not look at one in the answer either.
            defined.add(base)
            continue
        try:
            then = definitions_at(resolved, column.member, measure, [parse_period(base, "")], model)
        except RefusedByGuard as refusal:
            why = _WHY.get(refusal.code, str(refusal))
            notes.append({"period": code, "base": base, "note": f"{base}: {why}, nessun confronto"})
            continue
        defined.add(base)
        now = definitions_at(resolved, column.member, measure, [parse_period(code, "")], model)
        if now != then:
            names = {code: now[0].name, base: then[0].name}
            told = " e ".join(f"{name} nel {when}" for when, name in names.items())
            note = f"definizioni diverse: {told}; ogni valore secondo la propria"
            notes.append({"period": code, "base": base, "definitions": names, "note": note})
