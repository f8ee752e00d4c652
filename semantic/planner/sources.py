"""Where the rows of a cube come from, below its table.

A cube of reporting periods reads a view: facts by month, joined to the months of each period. Its meta says
how (`origine`, written by the compiler from the view's own SQL), so that a statement reads the facts
themselves, with the columns that it needs and no others:

    SELECT periods.period_code, components.definito_om
    FROM marts.fct_components AS components
    JOIN (marts.bridge_period AS period_months JOIN marts.dim_period AS periods ON …) ON …

The period that a query pins is then looked up first, and its months are what the scan of the facts is for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from semantic.model_reader import Cube, CubeRef, Template

__all__ = ["Origin", "columns_of", "origin_of", "quoted", "table_text"]

_COLUMN = re.compile(r'\.(?:"([^"]+)"|([A-Za-z_]\w*))')


@dataclass(frozen=True, slots=True)
class Origin:
    """How the rows of a cube's table are made.

    Attributes:
        facts: the table of facts, schema and name.
        alias: what the other texts call it.
        joined: the tables that give each fact its periods, as SQL to join.
        condition: the SQL that joins them.
        columns: column of the cube's table → its SQL; one that is not here is the facts' of the same name.
        exact: whether all sums are of integers and decimals, so that they may be made in steps.
        rollups: the schema of the roll-ups' tables; '' where there are none.
    """

    facts: tuple[str, ...]
    alias: str
    joined: str
    condition: str
    columns: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    rollups: str = ""

    def text(self, columns: Iterable[str], facts: tuple[str, ...] | None = None) -> str:
        """Write the rows with some columns; `facts` may be another table with the facts summed up."""
        selected = [self._column(name) for name in sorted(columns)] or ["1"]
        lines = ["(", "  SELECT", ",\n".join(f"    {line}" for line in selected)]
        lines.append(f"  FROM {table_text(facts or self.facts)} AS {self.alias}")
        lines += [f"  JOIN ({self.joined})", f"    ON {self.condition}", ")"]
        return "\n".join(lines)

    def _column(self, name: str) -> str:
        if name in self.columns:
            return f"{self.columns[name]} AS {quoted(name)}"
        return f"{self.alias}.{quoted(name)}"


@lru_cache(maxsize=256)
def origin_of(cube: Cube) -> Origin | None:
    """Return how the rows of a cube's table are made.

    None where the model does not say, or where it cannot be told which columns the cube's SQL reads.
    """
    told = cube.meta.get("origine")
    if not isinstance(told, Mapping) or any(columns_of(sql, cube.name) is None for sql in _templates(cube)):
        return None
    return Origin(
        facts=tuple(str(told["fatti"]).split(".")),
        alias=str(told["nome"]),
        joined=str(told["periodi"]),
        condition=str(told["condizione"]),
        columns={str(name): str(sql) for name, sql in told["colonne"].items()},
        exact=told.get("somme") == "esatte",
        rollups=str(told.get("aggregati", "")),
    )


def columns_of(template: Template, cube: str) -> tuple[str, ...] | None:
    """Return the columns of a cube's table that a template reads itself; None when one cannot be told."""
    found = []
    for index, part in enumerate(template.parts):
        if isinstance(part, CubeRef) and part.cube == cube:
            following = template.parts[index + 1] if index + 1 < len(template.parts) else ""
            match = _COLUMN.match(following) if isinstance(following, str) else None
            if match is None:
                return None
            found.append(match.group(1) or match.group(2))
    return tuple(found)


def _templates(cube: Cube) -> Iterator[Template]:
    for join in cube.joins.values():
        yield join.sql
    yield from (dimension.sql for dimension in cube.dimensions.values())
    yield from (segment.sql for segment in cube.segments.values())
    for measure in cube.measures.values():
        yield from measure.filters
        if measure.sql is not None:
            yield measure.sql


def table_text(table: tuple[str, ...]) -> str:
    """Write a table's name."""
    return ".".join(quoted(part) for part in table)


def quoted(name: str) -> str:
    """Write a name of the database."""
    return '"' + name.replace('"', '""') + '"'
