"""Keeps a query from getting a wrong number: what a measure's meta allows, checked before any SQL is written.

    required members   the period and the scenario of an answer must be pinned to one value, or grouped by
    validity           a period outside a definition's validity has no value under it
    levels             an indicator is published at some structure levels only
    cuts               … and cut by some kinds of dimension only
    ungrouped rows     have sums of one row each, and no value of an indicator

A family (`produttivita`) stands for the definition in force in each period: its levels and cuts are those of
the definitions that answer the pinned periods, or of all of them when no period is pinned.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from semantic.model_reader import LEVELS, Measure, Model, View, ViewMember
from semantic.planner.errors import RefusedByGuard
from semantic.planner.periods import Period, parse_period
from semantic.planner.resolved import Both, Predicate, ResolvedQuery, Test, measures_used

__all__ = ["PERIOD", "InForce", "check_guards", "cutting", "definitions_at", "in_force", "pinned_values"]

# The dimension that holds reporting periods, in every cube that has them.
PERIOD = "periodo"
_EXAMPLES = {PERIOD: "2025-P10", "scenario": "consuntivo"}
_PINNING = ("equals", "in")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One measure that is asked for, and the definition that answers it (itself, or one of its family)."""

    member: ViewMember
    definition: Measure

    @property
    def label(self) -> str:
        """How refusals call it."""
        if self.member.target.name == self.definition.name:
            return self.member.full_name
        return f"{self.member.full_name} (here {self.definition.name})"


def check_guards(resolved: ResolvedQuery, model: Model) -> None:
    """Check a query against the rules of every measure that it selects or filters by.

    Raises:
        RefusedByGuard: naming the measure, what is wrong and what to add or leave out.
    """
    pinned = pinned_values(resolved)
    for member, measure in measures_used(resolved):
        if resolved.query.ungrouped:
            _check_ungrouped(member, measure)
        for name in measure.rules.requires:
            _check_required(resolved, member, name, pinned)
        periods = [] if PERIOD not in measure.rules.requires else _periods(resolved, measure, pinned)
        definitions_at(resolved, member, measure, periods, model)


def definitions_at(
    resolved: ResolvedQuery, member: ViewMember, measure: Measure, periods: list[Period], model: Model
) -> list[Measure]:
    """Return the definitions that answer a measure in some periods, checked for level and cut.

    Raises:
        RefusedByGuard: in one of the periods none is in force, or the one that is has no value at that level
            or cut.
    """
    pinned = pinned_values(resolved)
    definitions = _definitions(resolved, member, measure, periods, model)
    for definition in definitions:
        asked = _Asked(member, definition)
        _check_level(resolved, asked, pinned)
        _check_cuts(resolved, asked)
    return definitions


@dataclass(frozen=True, slots=True)
class InForce:
    """One definition of a family, and in which of the periods pinned it answers."""

    definition: Measure
    periods: tuple[str, ...]


def in_force(resolved: ResolvedQuery, model: Model) -> dict[str, tuple[InForce, ...]]:
    """Return, for each family asked, the definitions that answer it (all, when no period is pinned)."""
    pinned = pinned_values(resolved)
    found = {}
    for column in resolved.measures:
        measure = column.member.target
        if isinstance(measure, Measure) and measure.rules.family and PERIOD in measure.rules.requires:
            periods = _periods(resolved, measure, pinned)
            definitions = [model.cubes[measure.cube].measures[name] for name in measure.rules.family]
            answers = [
                InForce(item, tuple(one.code for one in periods if _in_force(item, one)))
                for item in definitions
            ]
            found[column.name] = tuple(item for item in answers if item.periods or not periods)
    return found


def pinned_values(resolved: ResolvedQuery) -> dict[str, frozenset[str]]:
    """Return the values to which conditions that always hold restrict each dimension, by view member."""
    found: dict[str, frozenset[str]] = {}
    for test in _always(resolved.where):
        if test.operator in _PINNING and not test.with_null:
            values = frozenset(str(value) for value in test.values)
            found[test.member.name] = found.get(test.member.name, values) & values
    return found


def _always(predicates: Iterable[Predicate]) -> Iterator[Test]:
    """Yield the tests that every row passes: those outside any `or` of several."""
    for predicate in predicates:
        if isinstance(predicate, Test):
            yield predicate
        elif predicate.connective == "and" or len(predicate.items) == 1:
            yield from _always(predicate.items)


def _check_required(
    resolved: ResolvedQuery, member: ViewMember, name: str, pinned: dict[str, frozenset[str]]
) -> None:
    required = _shown(resolved.view, member.target.cube, name)
    if any(column.member == required for column in resolved.dimensions):
        return
    values = pinned.get(required.name, frozenset())
    if len(values) == 1:
        return
    example = {"member": required.full_name, "operator": "equals", "values": [_EXAMPLES.get(name, "…")]}
    what = "reporting period" if name == PERIOD else name
    reason = "; summing over several periods counts months twice" if name == PERIOD else ""
    raise RefusedByGuard(
        f"{member.full_name} is a value of one {what}: group by {required.full_name} or filter it "
        f"to one value (e.g. {json.dumps(example, ensure_ascii=False)}){reason}",
        code="REQUIRED_MEMBER",
        member=required.full_name,
        suggestion=f"add {required.full_name} to 'dimensions', or the filter {json.dumps(example)}",
    )


def _periods(resolved: ResolvedQuery, measure: Measure, pinned: dict[str, frozenset[str]]) -> list[Period]:
    shown = _shown(resolved.view, measure.cube, PERIOD)
    codes = sorted(pinned.get(shown.name, ()))
    return [parse_period(code, shown.full_name) for code in codes]


def _shown(view: View, cube: str, name: str) -> ViewMember:
    member = view.member_of(cube, name)
    if member is None:
        # The model's reader refuses a view without a member that its measures require.
        raise LookupError(f"{view.name} does not show {cube}.{name}")
    return member


def _definitions(
    resolved: ResolvedQuery, member: ViewMember, measure: Measure, periods: list[Period], model: Model
) -> list[Measure]:
    """The definitions that answer: those in force in the pinned periods (all of a family when none is)."""
    cube = model.cubes[measure.cube]
    family = [cube.measures[name] for name in measure.rules.family] or [measure]
    if not periods:
        return family
    answering: list[Measure] = []
    for period in periods:
        in_force = [item for item in family if _in_force(item, period)]
        if not in_force:
            raise _out_of_validity(resolved.view, member, measure, period, model)
        answering += in_force
    return list(dict.fromkeys(answering))


def _in_force(measure: Measure, period: Period) -> bool:
    rules = measure.rules
    return (rules.valid_from is None or rules.valid_from <= period.first) and (
        rules.valid_to is None or period.last <= rules.valid_to
    )


def _out_of_validity(
    view: View, member: ViewMember, measure: Measure, period: Period, model: Model
) -> RefusedByGuard:
    rules = measure.rules
    since = f"from {rules.valid_from}" if rules.valid_from else ""
    until = f"to {rules.valid_to}" if rules.valid_to else ""
    validity = " ".join(text for text in (since, until) if text)
    cube = model.cubes[measure.cube]
    advice = f"ask a period {validity}"
    for name in rules.replaced_by:
        heir = view.member_of(cube.name, name)
        if heir is not None and _in_force(cube.measures[name], period):
            advice = f"ask {heir.full_name}, or a period {validity}"
    for family in cube.measures.values():
        for name in family.rules.family if measure.name in family.rules.family else ():
            other = view.member_of(cube.name, name)
            if other is not None and _in_force(cube.measures[name], period):
                shown = view.member_of(cube.name, family.name)
                by_family = (
                    f"{shown.full_name}, which answers with the definition in force, or " if shown else ""
                )
                advice = f"ask {by_family}{other.full_name}"
    ended = rules.valid_to is not None and period.last > rules.valid_to
    return RefusedByGuard(
        f"{member.full_name} is defined {validity}: it has no value in {period.code}"
        + (_end(view, measure) if ended else ""),
        code="OUT_OF_VALIDITY",
        member=member.full_name,
        suggestion=advice,
    )


def _end(view: View, measure: Measure) -> str:
    """What ended a definition and what took its place, as the acts say it."""
    rules = measure.rules
    shown = [view.member_of(measure.cube, name) for name in rules.replaced_by]
    names = [
        member.full_name if member else name for name, member in zip(rules.replaced_by, shown, strict=True)
    ]
    by = f"abolita da {rules.abolished_by}, " if rules.abolished_by else ""
    if names:
        return f" ({by}sostituita da {', '.join(names)})"
    return f" ({by}senza sostituto)" if by else ""


def _check_level(resolved: ResolvedQuery, asked: _Asked, pinned: dict[str, frozenset[str]]) -> None:
    allowed = asked.definition.rules.levels
    if allowed is None:
        return
    rows = _level_of_rows(resolved.view, asked.definition.cube)
    if rows is not None:
        _check_level_of_rows(asked, rows, pinned.get(rows.name, frozenset()), allowed)
        return
    level, member = _finest_level(resolved)
    if level in allowed:
        return
    ways = [f"{one} ({_ways(resolved.view, one)})" for one in LEVELS if one in allowed]
    raise RefusedByGuard(
        f"{asked.label} is not published at level {level}: only at {', '.join(allowed)}",
        code="LEVEL_NOT_ALLOWED",
        member=member.full_name if member else asked.member.full_name,
        suggestion=f"levels: {'; '.join(ways)}",
    )


def _check_ungrouped(member: ViewMember, measure: Measure) -> None:
    """A row of the facts is of the finest level, and holds one of the terms of a ratio at most."""
    rules = measure.rules
    if measure.type == "number" and (rules.levels is not None or rules.requires or rules.family):
        raise RefusedByGuard(
            f"{member.full_name} is computed from sums over many rows: a single row has no value of it",
            code="UNGROUPED_NOT_ALLOWED",
            member=member.full_name,
            suggestion="leave out 'ungrouped', or ask the components that it is computed from",
        )
    if rules.levels is not None and LEVELS[-1] not in rules.levels:
        raise RefusedByGuard(
            f"{member.full_name} is not published at level {LEVELS[-1]}, which ungrouped rows are of",
            code="UNGROUPED_NOT_ALLOWED",
            member=member.full_name,
            suggestion=f"leave out 'ungrouped'; it is published at {', '.join(rules.levels)}",
        )


def _level_of_rows(view: View, cube: str) -> ViewMember | None:
    """The dimension that holds each row's level, in a cube of values computed per node."""
    for member in view.members.values():
        if member.target.cube == cube and member.meta.get("livello_della_riga"):
            return member
    return None


def _check_level_of_rows(
    asked: _Asked, rows: ViewMember, wanted: frozenset[str], allowed: tuple[str, ...]
) -> None:
    wrong = sorted(wanted - set(allowed))
    if wrong:
        raise RefusedByGuard(
            f"{asked.label} is not published at level {', '.join(wrong)}: only at {', '.join(allowed)}",
            code="LEVEL_NOT_ALLOWED",
            member=rows.full_name,
            suggestion=f"filter {rows.full_name} to {' or '.join(allowed)}",
        )


def _finest_level(resolved: ResolvedQuery) -> tuple[str, ViewMember | None]:
    """The level of the answer's rows: the finest that the query groups or filters by, else the nation.

    Where the asker sees some structures only, the rows are of those: no coarser than they are.
    """
    access = resolved.access
    finest: tuple[str, ViewMember | None] = (access.level if access.narrows else LEVELS[0], None)
    for member in cutting(resolved):
        level = member.meta.get("livello")
        if level in LEVELS and LEVELS.index(level) > LEVELS.index(finest[0]):
            finest = (level, member)
    return finest


def _ways(view: View, level: str) -> str:
    if level == LEVELS[0]:
        return "no structure dimension at all"
    names = [member.full_name for member in view.members.values() if member.meta.get("livello") == level]
    listed = " or ".join(names[:3]) + (" …" if len(names) > 3 else "")
    return f"group by or filter {listed}" if names else "not in this view"


def _check_cuts(resolved: ResolvedQuery, asked: _Asked) -> None:
    allowed = asked.definition.rules.cuts
    if allowed is None:
        return
    for member in cutting(resolved):
        cut = member.meta.get("taglio")
        if cut is not None and cut not in allowed:
            names = [
                item.full_name
                for item in resolved.view.members.values()
                if item.meta.get("taglio") in allowed
            ]
            raise RefusedByGuard(
                f"{asked.label} cannot be cut by {cut}",
                code="CUT_NOT_ALLOWED",
                member=member.full_name,
                suggestion=f"leave out {member.full_name}; "
                + (f"it may be cut by {', '.join(names)}" if names else "it has no finer cut"),
            )


def cutting(resolved: ResolvedQuery) -> Iterator[ViewMember]:
    """Yield the members that select some rows rather than others, or tell rows apart."""
    for column in resolved.dimensions:
        yield column.member
    yield from resolved.segments
    yield from _filtered(resolved.where)


def _filtered(predicates: Iterable[Predicate]) -> Iterator[ViewMember]:
    for predicate in predicates:
        if isinstance(predicate, Both):
            yield from _filtered(predicate.items)
        else:
            yield predicate.member
