"""Do the members' expressions have the types that the model declares?"""

import re
from collections.abc import Iterable, Iterator, Set

import duckdb

from semantic.model_checks.expressions import member_sql, quoted, table_of
from semantic.model_checks.report import Check
from semantic.model_reader import Cube, Dimension, Measure, Model, Segment

__all__ = ["check_types"]

_Member = Dimension | Measure | Segment
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_WHOLE = (*_INTEGERS, *(f"U{name}" for name in _INTEGERS))
# The types of DuckDB that a member's values may have, by the type that the model declares.
_FITTING = {
    "string": ("VARCHAR", "UUID", "ENUM"),
    "number": (*_WHOLE, "DECIMAL", "DOUBLE", "FLOAT"),
    "boolean": ("BOOLEAN",),
    "time": ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"),
}
# And by the exact type that its meta promises (`tipo`).
_PROMISED = {
    "integer": (*_WHOLE, "DECIMAL"),
    "decimal": ("DECIMAL",),
    "double": ("DOUBLE",),
    "date": ("DATE",),
}
_DECIMAL = re.compile(r"DECIMAL\(\d+,(\d+)\)")


def check_types(model: Model, connection: duckdb.DuckDBPyConnection, known: Set[str]) -> Check:
    """Bind every member's expression to the database, without running it, and compare its type.

    Args:
        model: the model.
        connection: the database.
        known: labels of cubes and members with known problems: they are not looked at.
    """
    check = Check("types", "have members' values the types that are declared?")
    for cube in model.cubes.values():
        rows: list[_Member] = [*cube.dimensions.values(), *cube.segments.values()]
        for members in (rows, [*cube.measures.values()]):
            group = [item for item in members if not {cube.name, f"{cube.name}.{item.name}"} & known]
            check.examined += len(group)
            for member, found in _bound(cube, group, connection, check):
                _compare(member, found, check)
    return check


def _bound(
    cube: Cube, members: Iterable[_Member], connection: duckdb.DuckDBPyConnection, check: Check
) -> Iterator[tuple[_Member, str]]:
    """Yield each member with its type in DuckDB; one that cannot be bound becomes a problem."""
    listed = list(members)
    if not listed:
        return
    selected = ", ".join(f"{member_sql(cube, item.name)} AS {quoted(item.name)}" for item in listed)
    statement = f"DESCRIBE SELECT {selected} FROM {table_of(cube)} AS {quoted(cube.name)}"
    try:
        types = [row[1] for row in connection.execute(statement).fetchall()]
    except duckdb.Error as error:
        if len(listed) > 1:
            for item in listed:
                yield from _bound(cube, [item], connection, check)
        else:
            [member] = listed
            message = f"the database does not take it: {str(error).splitlines()[0]}"
            check.fail(member.place, f"{cube.name}.{member.name}", message)
        return
    yield from zip(listed, types, strict=True)


def _compare(member: _Member, found: str, check: Check) -> None:
    kind = (
        "boolean" if isinstance(member, Segment) else "number" if isinstance(member, Measure) else member.type
    )
    base = found.partition("(")[0]
    label = f"{member.cube}.{member.name}"
    if base not in _FITTING[kind]:
        declared = "a segment is a boolean" if isinstance(member, Segment) else f"declared {kind}"
        check.fail(member.place, label, f"is a {found} in the database, {declared}", _remedy(base))
        return
    promised = str(member.meta.get("tipo", ""))
    if promised in _PROMISED and base not in _PROMISED[promised]:
        check.fail(member.place, label, f"is a {found} in the database, meta promises {promised}")
        return
    scale, decimal = member.meta.get("scala"), _DECIMAL.fullmatch(found)
    if promised in ("decimal", "integer") and decimal and int(decimal.group(1)) != (scale or 0):
        check.fail(
            member.place, label, f"is a {found} in the database, meta promises a scale of {scale or 0}"
        )


def _remedy(base: str) -> str:
    fitting = [kind for kind, types in _FITTING.items() if base in types]
    return f"declare type: {fitting[0]}" if fitting else "cast it in the dbt model"
