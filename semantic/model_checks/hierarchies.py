"""Do the levels of hierarchies nest: has every value of a level one value above it?

Where a cube's rows are versions of one thing (`meta.validita`: the columns of their first and last day), one
value above at a time is enough: a line may move to another area with a reorganisation.
"""

from collections.abc import Set
from itertools import pairwise

import duckdb

from semantic.model_checks.expressions import member_sql, quoted, table_of
from semantic.model_checks.report import Check
from semantic.model_reader import Cube, Model
from semantic.model_reader.definitions import Hierarchy

__all__ = ["check_hierarchies"]


def check_hierarchies(model: Model, connection: duckdb.DuckDBPyConnection, known: Set[str]) -> Check:
    """Look, for each two levels that follow each other, for values with several above them, or none.

    Args:
        model: the model.
        connection: the database.
        known: labels of cubes and members with known problems: they are not looked at.
    """
    check = Check("hierarchies", "does every value of a level have one value above it?")
    for cube in model.cubes.values():
        for hierarchy in cube.hierarchies.values():
            labels = {cube.name, *(f"{cube.name}.{level}" for level in hierarchy.levels)}
            if labels & known:
                continue
            check.examined += 1
            for above, level in pairwise(hierarchy.levels):
                try:
                    _check(cube, hierarchy, above, level, connection, check)
                except duckdb.Error as error:
                    message = f"'{above}' over '{level}': {str(error).splitlines()[0]}"
                    check.fail(hierarchy.place, f"{cube.name}.{hierarchy.name}", message)
    return check


def _check(
    cube: Cube,
    hierarchy: Hierarchy,
    above: str,
    level: str,
    connection: duckdb.DuckDBPyConnection,
    check: Check,
) -> None:
    since, until = "NULL", "NULL"
    validity = cube.meta.get("validita")
    if validity is not None:
        since, until = (f"{quoted(cube.name)}.{quoted(str(name))}" for name in validity)
    statement = f"""
        WITH pairs AS (
          SELECT DISTINCT {member_sql(cube, level)} AS value, {member_sql(cube, above)} AS parent,
            coalesce({since}, DATE '0001-01-01') AS since, coalesce({until}, DATE '9999-12-31') AS until
          FROM {table_of(cube)} AS {quoted(cube.name)}
        ),
        torn AS (
          SELECT DISTINCT one.value
          FROM pairs AS one
          JOIN pairs AS other ON one.value = other.value AND one.parent < other.parent
            AND one.since <= other.until AND other.since <= one.until
        )
        SELECT
          (SELECT count(*) FROM torn),
          (SELECT min(CAST(value AS VARCHAR)) FROM torn),
          (SELECT count(DISTINCT value) FROM pairs WHERE parent IS NULL AND value IS NOT NULL),
          (SELECT min(CAST(value AS VARCHAR)) FROM pairs WHERE parent IS NULL AND value IS NOT NULL)"""
    row = connection.execute(statement).fetchone()
    if row is None:
        raise LookupError("a select of counts has one row")
    torn, example, loose, without = row
    label = f"{cube.name}.{hierarchy.name}"
    if torn:
        message = f"{torn} values of '{level}' are under several of '{above}' at once, such as {example}"
        check.fail(hierarchy.place, label, message, f"leave out '{above}', or put it below '{level}'")
    if loose:
        check.note(
            hierarchy.place,
            label,
            f"{loose} values of '{level}' have none of '{above}' above, such as {without}",
        )
