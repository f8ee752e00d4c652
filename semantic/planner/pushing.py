"""Which conditions of a query are asked below its joins, and which joins are left.

    direzione equals DR-UMBRIA      holds for no fact without a structure: asked of the facts, joined to the
                                    structures that it names (an inner join)
    direzione notEquals DR-UMBRIA   holds for facts without a structure too: asked above the left join

A join that is needed by no column and by no condition is not made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from semantic.model_reader import CubeRef, Dimension, ViewMember
from semantic.planner.conditions import is_null_kept
from semantic.planner.resolved import Predicate, ResolvedQuery, Test

__all__ = ["Pushed", "pushed", "tests_of"]

_COLUMN = re.compile(r'\.(?:"[^"]+"|[A-Za-z_]\w*)\s*')


@dataclass(frozen=True, slots=True)
class Pushed:
    """Where the conditions of a query are asked.

    Attributes:
        segments: segments of the facts.
        below: conditions that can be asked of the facts.
        segments_above: segments of joined cubes.
        above: conditions that hold for facts without a joined row.
        inner: the cubes without a row of which no fact is wanted.
        joins: whether anything but the conditions below needs a join.
    """

    segments: tuple[ViewMember, ...]
    below: tuple[Predicate, ...]
    segments_above: tuple[ViewMember, ...]
    above: tuple[Predicate, ...]
    inner: frozenset[str]
    joins: bool


def pushed(resolved: ResolvedQuery) -> Pushed:
    """Sort the conditions of a query on its dimensions and segments."""
    below: list[Predicate] = []
    above: list[Predicate] = []
    inner: set[str] = set()
    for predicate in resolved.where:
        paths = {test.member.path for test in tests_of(predicate)}
        if all(len(path) == 1 for path in paths):
            below.append(predicate)
        elif len(paths) == 1 and not _holds_for_none(predicate):
            below.append(predicate)
            inner.update(cube for path in paths for cube in path[1:])
        else:
            above.append(predicate)
    segments = [member for member in resolved.segments if len(member.path) == 1]
    segments_above = [member for member in resolved.segments if len(member.path) > 1]
    reached = [*(column.member for column in resolved.columns), *segments_above]
    reached += [test.member for predicate in (*above, *resolved.having) for test in tests_of(predicate)]
    return Pushed(
        segments=tuple(segments),
        below=tuple(below),
        segments_above=tuple(segments_above),
        above=tuple(above),
        inner=frozenset(inner),
        joins=any(len(member.path) > 1 for member in reached),
    )


def tests_of(predicate: Predicate) -> Iterator[Test]:
    """Yield the tests of a condition, in order."""
    if isinstance(predicate, Test):
        yield predicate
    else:
        for item in predicate.items:
            yield from tests_of(item)


def _holds_for_none(predicate: Predicate) -> bool:
    """Say whether a condition may hold for a row that a left join found nothing for."""
    if isinstance(predicate, Test):
        return is_null_kept(predicate) or not _is_column(predicate.member)
    held = [_holds_for_none(item) for item in predicate.items]
    return all(held) if predicate.connective == "and" else any(held)


def _is_column(member: ViewMember) -> bool:
    """Say whether a dimension is a column as it is: nothing where there is no row."""
    target = member.target
    if not isinstance(target, Dimension) or len(target.sql.parts) != 2:
        return False
    reference, name = target.sql.parts
    return isinstance(reference, CubeRef) and isinstance(name, str) and bool(_COLUMN.fullmatch(name))
