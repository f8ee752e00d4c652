"""The SQL of a cube's members over the cube's own table, as the model says it: no query around it."""

import re
from itertools import pairwise

from semantic.model_reader import Cube, CubeRef, Measure, MemberRef, Segment, Template

__all__ = ["columns_read", "flattened", "member_sql", "quoted", "table_of", "written"]

_AGGREGATES = {"count_distinct": "count(DISTINCT {})"}
_COLUMN = re.compile(r'\.(?:"((?:[^"]|"")+)"|([A-Za-z_]\w*))')

Part = str | CubeRef


def quoted(name: str) -> str:
    """Write a name of the database."""
    return '"' + name.replace('"', '""') + '"'


def table_of(cube: Cube) -> str:
    """Write a cube's table."""
    return ".".join(quoted(part) for part in cube.table)


def member_sql(cube: Cube, name: str) -> str:
    """Write a member of a cube, to select from `table_of(cube)` under the cube's name."""
    return written(_member(cube, name))


def flattened(template: Template, cubes: dict[str, Cube]) -> list[Part]:
    """Put the expressions of the members that a template refers to in their places."""
    parts: list[Part] = []
    for part in template.parts:
        if isinstance(part, MemberRef):
            parts += ["(", *_member(cubes[part.cube], part.member), ")"]
        else:
            parts.append(part)
    return parts


def written(parts: list[Part]) -> str:
    """Write flattened parts as SQL."""
    return "".join(quoted(part.cube) if isinstance(part, CubeRef) else part for part in parts)


def columns_read(parts: list[Part], cube: str) -> list[str]:
    """Return the columns of a cube's table that flattened parts read, each once, in order."""
    found: dict[str, None] = {}
    for part, following in pairwise(parts):
        if isinstance(part, CubeRef) and part.cube == cube and isinstance(following, str):
            match = _COLUMN.match(following)
            if match:
                found[match.group(2) or match.group(1).replace('""', '"')] = None
    return list(found)


def _member(cube: Cube, name: str) -> list[Part]:
    member = cube.member(name)
    if member is None:
        raise LookupError(f"{cube.name} has no member {name}")
    own = {cube.name: cube}
    if not isinstance(member, Measure):
        parts = flattened(member.sql, own)
        return ["(", *parts, ")"] if isinstance(member, Segment) else parts
    if member.type == "number" and member.sql is not None:
        return flattened(member.sql, own)
    value = flattened(member.sql, own) if member.sql is not None else []
    if member.filters:
        conditions: list[Part] = []
        for item in member.filters:
            conditions += [" AND (" if conditions else "(", *flattened(item, own), ")"]
        value = ["CASE WHEN ", *conditions, " THEN ", *(value or ["1"]), " END"]
    before, after = _AGGREGATES.get(member.type, member.type + "({})").split("{}")
    return [before, *(value or ["*"]), after]
