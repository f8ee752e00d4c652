"""Which conditions of a query are asked of the facts, below the joins, and which joins are left.

    direzione equals DR-UMBRIA      a condition on a joined dimension alone: of the facts, by the key that
                                    leads to it ("structure_key" IN (SELECT … WHERE directorate_code = ?))
    direzione notEquals DR-UMBRIA   keeps facts whose key leads nowhere: above the join

A join that only a pushed condition needs is not made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from semantic.model_reader import Cube, CubeRef, Dimension, Model, ViewMember
from semantic.planner.conditions import is_null_kept
from semantic.planner.resolved import Predicate, ResolvedQuery, Test

__all__ = ["Pushed", "key_columns", "pushed"]

_NAME = r'\.(?:"([^"]+)"|([A-Za-z_]\w*))'
_EQUALS = re.compile(_NAME + r"\s*=\s*")
_END = re.compile(_NAME + r"\s*")


@dataclass(frozen=True, slots=True)
class Pushed:
    """Where each condition of a query is asked.

    Attributes:
        segments: segments of the facts.
        below: conditions on the facts.
        semi_joins: joined cube → conditions on it that are asked of the facts' key.
        segments_above: segments of joined cubes.
        above: conditions that need the joins.
        joins: whether any join is left.
    """

    segments: tuple[ViewMember, ...]
    below: tuple[Predicate, ...]
    semi_joins: dict[str, tuple[Predicate, ...]]
    segments_above: tuple[ViewMember, ...]
    above: tuple[Predicate, ...]
    joins: bool


def pushed(resolved: ResolvedQuery, model: Model) -> Pushed:
    """Sort the conditions of a query on its dimensions and segments."""
    root = model.cubes[resolved.view.root]
    below: list[Predicate] = []
    above: list[Predicate] = []
    semi_joins: dict[str, list[Predicate]] = {}
    for predicate in resolved.where:
        paths = {test.member.path for test in _tests(predicate)}
        firsts = {path[1] if len(path) > 1 else "" for path in paths}
        cube = next(iter(firsts)) if len(firsts) == 1 else ""
        if firsts <= {""}:
            below.append(predicate)
        elif cube and key_columns(root, cube) and not _holds_for_none(predicate):
            semi_joins.setdefault(cube, []).append(predicate)
        else:
            above.append(predicate)
    segments = [member for member in resolved.segments if len(member.path) == 1]
    segments_above = [member for member in resolved.segments if len(member.path) > 1]
    reached = [*(column.member for column in resolved.columns), *segments_above]
    reached += [test.member for predicate in (*above, *resolved.having) for test in _tests(predicate)]
    return Pushed(
        segments=tuple(segments),
        below=tuple(below),
        semi_joins={cube: tuple(items) for cube, items in semi_joins.items()},
        segments_above=tuple(segments_above),
        above=tuple(above),
        joins=any(len(member.path) > 1 for member in reached),
    )


def key_columns(root: Cube, cube: str) -> tuple[str, str] | None:
    """Return the columns that a join makes equal, the root's and the other's; None when it says more."""
    parts = root.joins[cube].sql.parts if cube in root.joins else ()
    if len(parts) != 4:
        return None
    one, equals, other, end = parts
    if not isinstance(one, CubeRef) or not isinstance(other, CubeRef):
        return None
    left = _EQUALS.fullmatch(equals) if isinstance(equals, str) else None
    right = _END.fullmatch(end) if isinstance(end, str) else None
    if left is None or right is None or {one.cube, other.cube} != {root.name, cube}:
        return None
    names = (left.group(1) or left.group(2), right.group(1) or right.group(2))
    return names if one.cube == root.name else (names[1], names[0])


def _holds_for_none(predicate: Predicate) -> bool:
    """Say whether a condition may hold for a row that a left join found nothing for."""
    if isinstance(predicate, Test):
        return is_null_kept(predicate) or not _is_column(predicate.member)
    kept = [_holds_for_none(item) for item in predicate.items]
    return all(kept) if predicate.connective == "and" else any(kept)


def _is_column(member: ViewMember) -> bool:
    """Say whether a dimension is a column as it is: nothing where there is no row."""
    target = member.target
    if not isinstance(target, Dimension) or len(target.sql.parts) != 2:
        return False
    reference, name = target.sql.parts
    return isinstance(reference, CubeRef) and isinstance(name, str) and bool(_END.fullmatch(name))


def _tests(predicate: Predicate) -> Iterator[Test]:
    if isinstance(predicate, Test):
        yield predicate
    else:
        for item in predicate.items:
            yield from _tests(item)
