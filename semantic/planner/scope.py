"""Widens or moves the scope of a query: the nation instead of a directorate, last year instead of this one.

A comparison never edits SQL: it asks the same measures of another `ResolvedQuery`, made here from the first.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from semantic.model_reader import LEVELS, Model, ViewMember
from semantic.planner.errors import NotGranted, RefusedByGuard
from semantic.planner.guards import PERIOD, cutting
from semantic.planner.resolved import Both, Column, Predicate, ResolvedQuery, Test

__all__ = [
    "at_periods",
    "finest_level",
    "is_structural",
    "part",
    "period_of",
    "structures_of",
    "without_structure",
]

# What shows the nation's values alone, and of no structure.
_OF_THE_NATION = ("nationalShare",)
_NATION = "nazionale"


def is_structural(member: ViewMember, model: Model) -> bool:
    """Whether a member describes the structure: it is of a cube some dimension of which has a level."""
    cube = model.cubes[member.target.cube]
    return any("livello" in item.meta for item in cube.dimensions.values())


def structures_of(resolved: ResolvedQuery, model: Model) -> list[ViewMember]:
    """Return the members about structures that the query groups or filters by."""
    return list(dict.fromkeys(member for member in cutting(resolved) if is_structural(member, model)))


def finest_level(members: Iterable[ViewMember]) -> int:
    """Return the position in `LEVELS` of the finest level among members (0, the nation, if there is none)."""
    found = [
        LEVELS.index(member.meta["livello"]) for member in members if member.meta.get("livello") in LEVELS
    ]
    return max(found, default=0)


def period_of(resolved: ResolvedQuery) -> ViewMember | None:
    """Return the member that holds the reporting period of the view's facts."""
    return resolved.view.member_of(resolved.view.root, PERIOD)


def part(resolved: ResolvedQuery, dimensions: Iterable[Column], where: Iterable[Predicate]) -> ResolvedQuery:
    """Ask the same measures by other dimensions and conditions: no order, no page, no condition on values."""
    return replace(
        resolved,
        columns=(*dimensions, *resolved.measures),
        where=tuple(where),
        having=(),
        order=(),
        added=(),
    )


def at_periods(resolved: ResolvedQuery, period: ViewMember, codes: Iterable[str]) -> ResolvedQuery:
    """Ask the same in other reporting periods.

    Raises:
        RefusedByGuard: the query filters by the period in a way that cannot be moved.
    """
    kept = _without(resolved.where, lambda member: member is period, "other periods")
    test = Test(period, "in", tuple(sorted(codes)))
    return part(resolved, resolved.dimensions, (*kept, test))


def without_structure(resolved: ResolvedQuery, model: Model, comparison: str) -> ResolvedQuery:
    """Ask the same of all structures, with every other condition kept; grouped by the rest alone.

    Raises:
        RefusedByGuard: one condition is on a structure or on something else.
    """
    kept = _without(resolved.where, lambda member: is_structural(member, model), comparison)
    dimensions = [column for column in resolved.dimensions if not is_structural(column.member, model)]
    segments = tuple(item for item in resolved.segments if not is_structural(item, model))
    access = resolved.access
    if access.narrows:
        if comparison not in _OF_THE_NATION or _NATION not in access.comparisons:
            raise NotGranted(
                f"{comparison}: the token grants some structures only, and no comparison with all of them",
                code="COMPARISON_NOT_GRANTED",
                suggestion="leave it out, or ask for a token whose claim 'comparisons' grants it",
            )
        access = access.without_structures()
    return replace(part(resolved, dimensions, kept), segments=segments, access=access)


def _without(
    predicates: Iterable[Predicate], leaves_out: Callable[[ViewMember], bool], comparison: str
) -> tuple[Predicate, ...]:
    """Leave out the conditions on some members; an `or` that mixes them with others cannot be split."""
    kept: list[Predicate] = []
    for predicate in predicates:
        if isinstance(predicate, Test):
            if not leaves_out(predicate.member):
                kept.append(predicate)
            continue
        items = _without(predicate.items, leaves_out, comparison)
        if items and len(items) < len(predicate.items) and predicate.connective == "or":
            raise RefusedByGuard(
                f"{comparison}: a filter joins by 'or' what is compared with something else, "
                "so what to compare with is not defined",
                code="COMPARISON_SCOPE",
                suggestion="write them as two filters, or ask two queries",
            )
        if items:
            kept.append(Both(predicate.connective, items))
    return tuple(kept)
