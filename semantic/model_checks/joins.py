"""Are joins really many-to-one: at most one row there for each row here, and how many find none?

```
fatti  k     strutture  k          rows  without a key  without a row there  with several
       A                A             4              1                    1             1
       B                B
       Z                B
       NULL
```
"""

from collections.abc import Set

import duckdb

from semantic.model_checks.expressions import columns_read, flattened, quoted, table_of, written
from semantic.model_checks.report import Check
from semantic.model_reader import Cube, Model
from semantic.model_reader.definitions import Join

__all__ = ["check_joins"]

_ROWS, _FOUND = "__rows", "__found"


def check_joins(model: Model, connection: duckdb.DuckDBPyConnection, known: Set[str]) -> Check:
    """Count, over the data, the rows that find none or several in each joined table.

    Args:
        model: the model.
        connection: the database.
        known: labels of cubes and joins with known problems: they are not looked at.
    """
    check = Check("joins", "is every join many-to-one, and does every row find its row?")
    for cube in model.cubes.values():
        for join in cube.joins.values():
            if {cube.name, join.target, f"{cube.name}.{join.target}"} & known:
                continue
            check.examined += 1
            try:
                _check(cube, join, model, connection, check)
            except duckdb.Error as error:
                message = f"the database does not take the condition: {str(error).splitlines()[0]}"
                check.fail(join.place, f"{cube.name}.{join.target}", message)
    return check


def _check(cube: Cube, join: Join, model: Model, connection: duckdb.DuckDBPyConnection, check: Check) -> None:
    parts = flattened(join.sql, dict(model.cubes))
    label = f"{cube.name}.{join.target}"
    keys = columns_read(parts, cube.name)
    there = columns_read(parts, join.target)
    if not keys or not there:
        check.fail(join.place, label, "the condition does not compare columns of the two tables")
        return
    listed = ", ".join(quoted(name) for name in keys)
    own = f"{quoted(cube.name)}."
    missing = " OR ".join(f"{own}{quoted(name)} IS NULL" for name in keys)
    shown = ", ".join(f"{own}{quoted(name)}" for name in keys)
    # Facts have few keys and many rows: they are counted by key before anything is joined.
    statement = f"""
        WITH met AS (
          SELECT {own}{_ROWS} AS many, count({quoted(join.target)}.{_FOUND}) AS found, {missing} AS keyless,
            concat_ws(', ', {shown}) AS shown
          FROM (
            SELECT {listed}, count(*) AS {_ROWS} FROM {table_of(cube)} GROUP BY ALL
          ) AS {quoted(cube.name)}
          LEFT JOIN (
            SELECT *, 1 AS {_FOUND} FROM {table_of(model.cubes[join.target])}
          ) AS {quoted(join.target)} ON {written(parts)}
          GROUP BY ALL
        )
        SELECT
          coalesce(sum(many), 0),
          coalesce(sum(many) FILTER (keyless), 0),
          coalesce(sum(many) FILTER (found = 0 AND NOT keyless), 0),
          coalesce(sum(many) FILTER (found > 1), 0),
          min(shown) FILTER (found = 0 AND NOT keyless),
          min(shown) FILTER (found > 1)
        FROM met"""
    row = connection.execute(statement).fetchone()
    if row is None:
        raise LookupError("an aggregate has one row")
    rows, keyless, orphans, several, orphan, repeated = row
    if several:
        message = f"{several} of {rows} rows find several in '{join.target}', such as {repeated}"
        check.fail(
            join.place, label, f"{message}: it would multiply them", f"make {', '.join(there)} unique there"
        )
    if orphans:
        check.note(
            join.place, label, f"{orphans} of {rows} rows find none in '{join.target}', such as {orphan}"
        )
    if keyless:
        check.note(join.place, label, f"{keyless} of {rows} rows have no key ({', '.join(keys)} is null)")
