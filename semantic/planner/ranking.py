"""The place of each structure among those of its economic cluster.

    direzione  cluster  value        rank  size  best  distance from the cluster's value
    DR-A       C        12           1     3     12    12 - 29/3
    DR-B       C        12           1     3     12    …           ties share the rank
    DR-C       C        5            3     3     12    …           the cluster's value is a ratio of sums
    DR-D       C        (none)             3                       what has no value has no rank

All structures of the cluster count, whatever structures the query keeps; its other conditions hold.
"""

from semantic.model_reader import LEVELS, Measure, Place, ViewMember
from semantic.planner.comparisons import Added
from semantic.planner.composing import CURRENT, Composition, at, pairs
from semantic.planner.errors import RefusedByGuard
from semantic.planner.rendering import quoted
from semantic.planner.resolved import Column, Predicate, ResolvedQuery, Test
from semantic.planner.scope import finest_level, is_structural, part, structures_of, without_structure

__all__ = ["COUNT", "VALUES", "add_ranks"]

_CLUSTER = "cluster_economico"
# What belongs to a directorate itself, at office level (`docs/decisions.md`): it is no office among offices.
_OWN = "/PROPRIA"
# Doubles that differ by less are the same value, computed in another order.
_DIGITS = 9
VALUES = "clusterRank_value"
_RANKED = "clusterRank"
_ALL = "clusterRank_all"
_SINGLE = "clusterRank_single"
# How many rows of the facts stand behind a value.
COUNT = Measure(
    cube="", name="rows", type="count", sql=None, title="", description="", place=Place("", 0), public=False
)
_ROWS = "__rows"


def add_ranks(composition: Composition, hidden: list[Measure], added: list[Added]) -> None:
    """Rank the rows of a query; the current part must count its rows (`COUNT`).

    Raises:
        RefusedByGuard: the rows are not structures of one level each with its cluster.
    """
    resolved, model = composition.resolved, composition.model
    node, cluster = _node_and_cluster(composition)
    everywhere = without_structure(resolved, model, "clusterRank")
    where: tuple[Predicate, ...] = (
        *everywhere.where,
        Test(node.member, "set", ()),
        Test(node.member, "notEndsWith", (_OWN,)),
    )
    wide = everywhere.dimensions
    clusters = part(everywhere, (cluster, *(one for one in wide if one != cluster)), where)
    grouped = resolved.dimensions if cluster in resolved.dimensions else (*resolved.dimensions, cluster)
    composition.with_query(_ALL, part(everywhere, grouped, where), (COUNT,))
    composition.with_query(VALUES, clusters, hidden)
    measures = [column for column in resolved.measures if any(one.member is column.member for one in added)]
    composition.with_sql(_SINGLE, _single(resolved, grouped, cluster))
    composition.with_sql(_RANKED, _ranked(resolved, cluster, wide, measures))
    composition.join(_RANKED, pairs(_RANKED, resolved.dimensions))
    composition.join(VALUES, pairs(VALUES, (cluster, *wide), _RANKED))
    for one in added:
        composition.put(one, _expression(one))


def _node_and_cluster(composition: Composition) -> tuple[Column, Column]:
    """The column whose values are the structures to rank, and that of their cluster."""
    resolved, model = composition.resolved, composition.model
    members = structures_of(resolved, model)
    cubes = {member.target.cube for member in members}
    if len(cubes) > 1:
        raise _refused("the query mixes the month's organisation with today's", members[0])
    level = LEVELS[finest_level(members)]
    drilled = {name for item in resolved.view.hierarchies for name in item.levels}
    nodes = [
        column
        for column in resolved.dimensions
        if is_structural(column.member, model)
        and column.member.meta.get("livello") == level
        and column.member.name in drilled
    ]
    if not nodes:
        raise _refused("the rows are not structures of one level", members[0] if members else None)
    cluster = resolved.view.member_of(nodes[0].member.target.cube, _CLUSTER)
    if cluster is None:
        raise _refused(f"{resolved.view.name} does not show the economic cluster", nodes[0].member)
    return nodes[0], Column(cluster)


def _refused(reason: str, member: ViewMember | None) -> RefusedByGuard:
    return RefusedByGuard(
        f"clusterRank: {reason}",
        code="NO_CLUSTER",
        member=member.full_name if member else "",
        suggestion="group by one level of the structure's hierarchy, at least as fine as the filters on it",
    )


def _single(resolved: ResolvedQuery, grouped: tuple[Column, ...], cluster: Column) -> str:
    """The structures that are of one cluster in all the rows behind their value."""
    names = [quoted(column.alias) for column in (*grouped, *resolved.measures)]
    keys = ", ".join(quoted(column.alias) for column in resolved.dimensions)
    return (
        f"SELECT {', '.join(names)}, {quoted(_ROWS)}\nFROM {quoted(_ALL)}\n"
        f"QUALIFY count(*) OVER (PARTITION BY {keys}) = 1 AND {quoted(cluster.alias)} IS NOT NULL"
    )


def _ranked(
    resolved: ResolvedQuery, cluster: Column, wide: tuple[Column, ...], measures: list[Column]
) -> str:
    peers = ", ".join(quoted(column.alias) for column in dict.fromkeys((cluster, *wide)))
    names = [quoted(column.alias) for column in dict.fromkeys((*resolved.dimensions, cluster))]
    lines = [*names, quoted(_ROWS)]
    for column in measures:
        value = quoted(column.alias)
        better, best = ("DESC", "max") if column.member.meta["polarita"] == 1 else ("ASC", "min")
        exact = column.member.meta.get("tipo") != "double"
        key = value if exact else f"round({value}, {_DIGITS})"
        order = f"PARTITION BY {peers} ORDER BY {key} {better} NULLS LAST"
        lines += [
            f"CASE WHEN {value} IS NOT NULL THEN rank() OVER ({order}) END "
            f"AS {quoted(f'{column.alias}__clusterRank')}",
            f"count({value}) OVER (PARTITION BY {peers}) AS {quoted(f'{column.alias}__clusterSize')}",
            f"{best}({value}) OVER (PARTITION BY {peers}) AS {quoted(f'{column.alias}__clusterBest')}",
        ]
    return "SELECT\n" + ",\n".join(f"  {line}" for line in lines) + f"\nFROM {quoted(_SINGLE)}"


def _expression(added: Added) -> str:
    """What an added column is; nothing where the query keeps only some rows of the structure's."""
    alias = f"{added.member.view}__{added.member.name}"
    value, polarity = at(CURRENT, alias), added.member.meta["polarita"]
    texts = {
        "clusterValue": at(VALUES, alias),
        "clusterDistance": f"{polarity} * ({value} - {at(VALUES, alias)})",
        "clusterBestDistance": f"{polarity} * ({value} - {at(_RANKED, f'{alias}__clusterBest')})",
    }
    text = texts.get(added.suffix) or at(_RANKED, f"{alias}__{added.suffix}")
    return f"CASE WHEN {at(_RANKED, _ROWS)} = {at(CURRENT, _ROWS)} THEN {text} END"
