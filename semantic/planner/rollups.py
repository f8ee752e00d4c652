"""Which roll-up answers a query: one that holds every sum and every dimension that the query asks for.

The model declares them as `pre_aggregations`. Their tables, of the published file, have the facts' own
columns summed up, so that a statement reads one in place of the facts and is otherwise the same.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from semantic.model_reader import Cube, Measure, Model, Rollup
from semantic.planner.pushing import tests_of
from semantic.planner.resolved import ResolvedQuery

__all__ = ["aggregates_of", "covering"]


def covering(resolved: ResolvedQuery, model: Model, hidden: Sequence[Measure]) -> Rollup | None:
    """Return the smallest roll-up that covers a query; None when none does."""
    root = model.cubes[resolved.view.root]
    if not root.rollups or resolved.query.ungrouped or resolved.segments:
        return None
    aggregates = aggregates_of(resolved, model, hidden)
    if any(item.type != "sum" or item.cube != root.name for item in aggregates):
        return None
    members = [column.member for column in resolved.dimensions]
    members += [test.member for predicate in resolved.where for test in tests_of(predicate)]
    sums = {item.name for item in aggregates}
    asked = {(member.path, member.target.name) for member in members}
    for rollup, measures, dimensions in _by_size(root):
        if sums <= measures and asked <= dimensions:
            return rollup
    return None


def aggregates_of(resolved: ResolvedQuery, model: Model, hidden: Sequence[Measure]) -> tuple[Measure, ...]:
    """Return the aggregates that a query's measures and conditions are computed from, each once."""
    pending: list[Any] = [column.member.target for column in resolved.measures]
    pending += [test.member.target for predicate in resolved.having for test in tests_of(predicate)]
    pending += hidden
    found: dict[int, Measure] = {}
    seen: set[int] = set()
    while pending:
        measure = pending.pop()
        if not isinstance(measure, Measure) or id(measure) in seen:
            continue
        seen.add(id(measure))
        if resolved.access.hides_small and (small := measure.meta.get("riservatezza")):
            # What counts the people rests on a count of people, which is withheld by the same rule.
            pending.append(model.cubes[measure.cube].measures[small["persone"]])
        if measure.type == "number" and measure.sql is not None:
            pending += [model.cubes[ref.cube].member(ref.member) for ref in measure.sql.member_refs]
        else:
            found[id(measure)] = measure
    return tuple(found.values())


@lru_cache(maxsize=64)
def _by_size(
    cube: Cube,
) -> tuple[tuple[Rollup, frozenset[str], frozenset[tuple[tuple[str, ...], str]]], ...]:
    """Return the roll-ups of a cube, those with the fewest measures first, and what they hold."""
    return tuple(
        (
            rollup,
            frozenset(item.name for item in rollup.measures),
            frozenset((item.path, item.name) for item in rollup.dimensions),
        )
        for rollup in sorted(cube.rollups.values(), key=lambda item: len(item.measures))
    )
