"""Where the target of each row of a query is: a query on the view of reported values, and how to join it.

    indicatori: direzione, indice_giacenza          valori: nodo, obiettivo
    DR-UMBRIA   38.2                          +     DR-UMBRIA   40

`valori` has one structure node, one area node and one period per row. An area node is spelled with its kind
(`linea:AMM-SOC`); `TOT` is all areas together. What cuts otherwise has no target, and is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from semantic.model_reader import LEVELS, Model, ViewMember
from semantic.planner.errors import RefusedByGuard
from semantic.planner.guards import check_guards, cutting, pinned_values
from semantic.planner.parsing import parse_query
from semantic.planner.query import MAX_LIMIT
from semantic.planner.resolved import Column, ResolvedQuery, RowAccess
from semantic.planner.resolving import resolve
from semantic.planner.scope import finest_level, is_structural, period_of

__all__ = ["VIEW", "TargetPlace", "place_of", "target_query"]

VIEW = "valori"
_SCENARIO = "scenario"
_ALL_AREAS = "TOT"
_AREA_KINDS = ("linea", "area", "macroarea", "area_obiettivo")
_NATION = "NAZIONALE"
_TODAY = "_attuali"


@dataclass(frozen=True, slots=True)
class TargetPlace:
    """Where the targets of a query's rows are, but for the indicator and the period.

    Attributes:
        fixed: dimension of `valori` → the one value that all rows share.
        joined: dimension of `valori` → the column that has it in each row, and what stands before its value.
    """

    fixed: dict[str, tuple[str, ...]]
    joined: dict[str, tuple[Column, str]]


def place_of(resolved: ResolvedQuery, model: Model, comparison: str) -> TargetPlace:
    """Work out where the targets of a query's rows are.

    Raises:
        RefusedByGuard: the query cuts or filters by something that targets are not set for.
    """
    if VIEW not in model.views:
        raise _refused(comparison, f"the model has no view '{VIEW}', where targets are")
    known = {item for item in (period_of(resolved), _scenario(resolved)) if item is not None}
    structures, areas = [], []
    for member in dict.fromkeys(cutting(resolved)):
        if member in known:
            continue
        if is_structural(member, model):
            structures.append(member)
        elif member.kind == "dimension" and member.meta.get("taglio") in _AREA_KINDS:
            areas.append(member)
        else:
            raise _refused(
                comparison,
                f"targets are not set by {member.full_name}",
                member,
                "leave it out, or the comparison",
            )
    place = TargetPlace({}, {})
    _place_structure(resolved, structures, comparison, place)
    _place_area(resolved, areas, comparison, place)
    _place(resolved, _scenario(resolved), _SCENARIO, "", comparison, place)
    return place


def target_query(
    indicator: str, place: TargetPlace, periods: Iterable[str], model: Model, access: RowAccess
) -> ResolvedQuery:
    """Return the query on `valori` for one indicator, by the joined dimensions and the period.

    Args:
        indicator: its code.
        place: where the targets are.
        periods: the periods to look in; none: all.
        model: the model.
        access: what the asker's scope says of rows.
    """
    fixed = {"indicatore": (indicator,), **place.fixed}
    if codes := tuple(sorted(periods)):
        fixed["periodo"] = codes
    written: dict[str, Any] = {
        "measures": [f"{VIEW}.obiettivo"],
        "dimensions": [f"{VIEW}.{name}" for name in ("periodo", *place.joined)],
        "filters": [
            {"member": f"{VIEW}.{name}", "operator": "equals", "values": list(values)}
            for name, values in fixed.items()
        ],
        "limit": MAX_LIMIT,
    }
    found = access.restrict(resolve(parse_query(written, datetime.now(UTC)), model))
    check_guards(found, model)
    return found


def _scenario(resolved: ResolvedQuery) -> ViewMember | None:
    return resolved.view.member_of(resolved.view.root, _SCENARIO)


def _place_structure(
    resolved: ResolvedQuery, members: list[ViewMember], comparison: str, place: TargetPlace
) -> None:
    cubes = {member.target.cube for member in members}
    if len(cubes) > 1:
        raise _refused(comparison, "the query mixes the month's organisation with today's", members[0])
    today = any(cube.endswith(_TODAY) for cube in cubes)
    place.fixed["organizzazione"] = ("as_is" if today else "as_was",)
    level = finest_level(members)
    place.fixed["livello"] = (LEVELS[level],)
    if not members and resolved.access.narrows:
        raise _refused(
            comparison, "the answer is about the token's structures together, which have no target"
        )
    if not members:
        place.fixed["nodo"] = (_NATION,)
        return
    drilled = {name for item in resolved.view.hierarchies for name in item.levels}
    nodes = [item for item in members if item.meta.get("livello") == LEVELS[level] and item.name in drilled]
    if not nodes:
        raise _refused(
            comparison,
            f"{members[0].full_name} names no node of the structure",
            members[0],
            "group by or filter a level of the structure's hierarchy",
        )
    _place(resolved, nodes[0], "nodo", "", comparison, place)


def _place_area(
    resolved: ResolvedQuery, members: list[ViewMember], comparison: str, place: TargetPlace
) -> None:
    kinds = sorted({str(member.meta["taglio"]) for member in members})
    if len(kinds) > 1:
        raise _refused(
            comparison, f"targets are set by one kind of area, not by {' and '.join(kinds)}", members[0]
        )
    place.fixed["tipo_nodo_area"] = (kinds[0] if kinds else _ALL_AREAS,)
    if not kinds:
        place.fixed["nodo_area"] = (_ALL_AREAS,)
        return
    codes = [member for member in members if member.name == kinds[0]]
    if not codes:
        raise _refused(
            comparison,
            f"{members[0].full_name} names no node of the areas",
            members[0],
            f"group by or filter {resolved.view.name}.{kinds[0]} beside it",
        )
    _place(resolved, codes[0], "nodo_area", f"{kinds[0]}:", comparison, place)


def _place(
    resolved: ResolvedQuery,
    member: ViewMember | None,
    name: str,
    before: str,
    comparison: str,
    place: TargetPlace,
) -> None:
    """Note where one dimension of `valori` comes from: a column, or the one value that is pinned."""
    if member is None:
        raise _refused(comparison, f"{resolved.view.name} has no {name}")
    for column in resolved.dimensions:
        if column.member is member:
            place.joined[name] = (column, before)
            return
    values = pinned_values(resolved).get(member.name, frozenset())
    if len(values) != 1:
        raise _refused(
            comparison,
            f"the rows are not of one {member.full_name} each",
            member,
            f"add {member.full_name} to 'dimensions', or filter it to one value",
        )
    place.fixed[name] = (before + next(iter(values)),)


def _refused(
    comparison: str, reason: str, member: ViewMember | None = None, suggestion: str = ""
) -> RefusedByGuard:
    return RefusedByGuard(
        f"{comparison}: {reason}",
        code="NO_TARGETS",
        member=member.full_name if member else "",
        suggestion=suggestion
        or f"group by or filter one level of the structure and at most one of {', '.join(_AREA_KINDS)}",
    )
