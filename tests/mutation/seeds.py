"""Mutants of rows of seeds: weights, bounds and caps moved, dates shifted, flags flipped, codes exchanged.

Only a column that SQL reads is changed: its name stands in a model or a test that refers to the seed. Titles,
notes and sources are words for readers and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from .mutant import Mutant

__all__ = ["seed_mutants"]

ROWS_OF_REGULATION = 200
"""Rows that are mutated, per column, in the seeds that hold parameters; in the others (tables) a few."""
ROWS_OF_TABLES = 3
_PARAMETERS = re.compile(r"seeds/(registry|evaluation)/|cpp_punteggi|pesi_|parametri_|soglie_|ieep_voci")
_NOT_PARAMETERS = re.compile(r"known_rounding|line_registry|delivery_expectations")
_WORDS = re.compile(
    r"title|titolo|name|nome|note?$|nota|act$|atto|fonte|source$|reason|description|descrizione|testo|voce$|area$|struttura$"
    r"|denominazione|elemento|parametro|indicatore$|unita|unit$|stampat|ambito|finalita|rischio|soggetto|confronto|is_reading"
)


def seed_mutants(database: Path, seeds: Mapping[str, Mapping[str, Any]]) -> Iterator[Mutant]:
    """Give the mutants of every seed that something reads.

    Args:
        database: a DuckDB file into which dbt loaded the seeds.
        seeds: unique id → `name`, `schema`, `file` and `readers` (the texts of the nodes that refer to it).
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        for unique_id, seed in seeds.items():
            if not seed["readers"]:
                continue
            relation = connection.table(f"{seed['schema']}.{seed['name']}")
            types = dict(zip(relation.columns, [str(kind) for kind in relation.types], strict=True))
            rows = connection.sql(
                f"select rowid, * from {seed['schema']}.{seed['name']} order by rowid"
            ).fetchall()
            for position, (column, kind) in enumerate(types.items(), start=1):
                if _WORDS.search(column) or not any(
                    re.search(rf"\b{column}\b", text) for text in seed["readers"]
                ):
                    continue
                values = [row[position] for row in rows]
                for index in _chosen(seed["file"], len(rows)):
                    for operator, value in _changed(values[index], kind, values):
                        yield Mutant(
                            kind="seed",
                            operator=operator,
                            subject=seed["name"],
                            file=seed["file"],
                            before=f"row {index + 1}, {column}: {values[index]}",
                            after=f"{value}",
                            change={
                                "unique_id": unique_id,
                                "table": f"{seed['schema']}.{seed['name']}",
                                "column": column,
                                "rowid": rows[index][0],
                                "value": value,
                            },
                        )


def _chosen(file: str, count: int) -> Sequence[int]:
    parameters = _PARAMETERS.search(file) and not _NOT_PARAMETERS.search(file)
    limit = ROWS_OF_REGULATION if parameters else ROWS_OF_TABLES
    if count <= limit:
        return range(count)
    return [index * count // limit for index in range(limit)]


def _changed(value: Any, kind: str, values: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Wrong values in place of one; nothing in place of an empty cell."""
    if value is None:
        return
    if kind == "BOOLEAN":
        yield "flag_flipped", not value
    elif kind == "DATE":
        yield "date_moved", value.replace(year=value.year + 1)
        yield "date_moved", value.replace(year=value.year - 1)
    elif kind == "VARCHAR":
        other = next((one for one in values if one not in (value, None)), None)
        if value in ("+", "-"):
            yield "sign_flipped", "-" if value == "+" else "+"
        elif other is not None:
            yield "code_exchanged", other
    elif value in (1, -1) and set(values) <= {1, -1, None}:
        yield "polarity_flipped", -value
    else:
        yield "number_moved", value + 1
