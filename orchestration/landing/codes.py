"""The codes that a column may hold: from the raw tables of the masters and from the published tables.

Two questions are asked of a code: is it known at all, and is it valid in the month of the delivery. A master
is delivered whole each month, so a version ends on the day it declares, or with the last delivery that held
it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path

import duckdb

from orchestration.contracts import Column, Reference
from orchestration.landing.sql import identifier
from orchestration.paths import seeds_dir

__all__ = ["CodeLists", "seeds_root"]

_OPEN = "date '9999-12-31'"
_Question = tuple[tuple[Reference, ...], date | None, date | None]
"""References that codes are collected of, and the days between which they must be valid, if they must be."""

_Query = tuple[str, Mapping[str, object]]
"""A query of codes and its parameters."""


def seeds_root() -> Path:
    """Return the folder that holds the published tables, in subfolders."""
    return seeds_dir().parent


class CodeLists:
    """Builds temporary tables of the codes that are known and of those valid in a month, each once."""

    def __init__(self, database: duckdb.DuckDBPyConnection, raw: Path, seeds: Path) -> None:
        """Read masters below `raw`, published tables below `seeds`."""
        self._database = database
        self._raw = raw
        # Tables are read from disk once per load; those of masters again after each of their deliveries.
        self._read: set[str] = set()
        self._built: dict[_Question, str] = {}
        self._numbers = count(1)
        self._seeds = {path.stem: path for path in sorted(seeds.glob("*/*.csv"))}

    def forget(self, table: str) -> None:
        """Read the master `table` afresh next time: a delivery was loaded into it."""
        self._read.discard(table)
        for question in [question for question in self._built if _names(question, table)]:
            self._database.execute(f"drop table {self._built.pop(question)}")

    def is_master(self, reference: Reference) -> bool:
        """Whether the codes come from a master that is landed, not from a published table."""
        return reference.table not in self._seeds

    def count(self, reference: Reference) -> int:
        """Return how many codes there are."""
        self._ensure_read(reference.table)
        found = self._database.execute(f"select count(*) from ({self._known(reference)})").fetchall()
        return int(found[0][0])

    def known(self, column: Column) -> str:
        """Return the temporary table (column `code`) of the codes of any of a column's references."""
        queries: list[_Query] = [(self._known(reference), {}) for reference in column.references]
        return self._table((column.references, None, None), queries)

    def valid(self, column: Column, first: date, last: date) -> str | None:
        """Return the temporary table of those valid in a stretch of time; None if validity does not count.

        Args:
            column: whose references are collected; a code must be valid by at least one.
            first: first day of the delivery's month (or year).
            last: its last day.
        """
        if not any(reference.in_force or reference.regime for reference in column.references):
            return None
        queries = [self._valid(reference, first, last) for reference in column.references]
        return self._table((column.references, first, last), queries)

    def _table(self, question: _Question, queries: Sequence[_Query]) -> str:
        """Return the table of what a question finds, made at the first time that it is asked."""
        if question not in self._built:
            for reference in question[0]:
                self._ensure_read(reference.table)
            name = f"codes_{next(self._numbers)}"
            self._database.execute(f"create temp table {name} (code varchar)")
            for query, parameters in queries:
                self._database.execute(f"insert into {name} {query}", parameters)
            self._built[question] = name
        return self._built[question]

    def _ensure_read(self, table: str) -> None:
        if table in self._read:
            return
        seed = self._seeds.get(table)
        reader = "read_csv(?, all_varchar = true)" if seed else "read_parquet(?)"
        source = str(seed or self._raw / table / "*.parquet")
        self._database.execute(f"create or replace temp table {_listed(table)} as from {reader}", [source])
        self._read.add(table)

    def _known(self, reference: Reference) -> str:
        """Return the query of all codes."""
        table, code = _listed(reference.table), identifier(reference.column)
        leaves = ""
        if reference.leaves_by is not None:
            parent = identifier(reference.leaves_by)
            leaves = f" and {code} not in (select {parent} from {table} where {parent} is not null)"
        return f"select distinct {code} from {table} where {code} is not null{leaves}"

    def _valid(self, reference: Reference, first: date, last: date) -> _Query:
        """Return the query, with its parameters, of the codes valid on a day between `first` and `last`."""
        known, days = self._known(reference), {"first": first, "last": last}
        if reference.regime is not None:
            self._ensure_read("regimes")
            query = f"""{known} and exists (
                select 1 from {_listed("regimes")}
                where regime_code = $regime and cast(valid_from as date) <= $last
                and coalesce(cast(valid_to as date), {_OPEN}) >= $first)"""
            return query, {**days, "regime": reference.regime}
        if not reference.in_force:
            return known, {}
        if not self.is_master(reference):
            query = f"""{known} and cast(valid_from as date) <= $last
                and coalesce(cast(valid_to as date), {_OPEN}) >= $first"""
            return query, {**days}
        return _valid_in_master(reference), {**days}


def _names(question: _Question, table: str) -> bool:
    return any(reference.table == table for reference in question[0])


def _listed(table: str) -> str:
    """Return the name of the temporary table that a list is read into."""
    return identifier(f"listed_{table}")


def _valid_in_master(reference: Reference) -> str:
    """Return the query of the codes of a master valid on some day between `$first` and `$last`."""
    code, table = identifier(reference.column), _listed(reference.table)
    # max_by over a struct, because max_by skips null values and an open version has a null end.
    return f"""
        select distinct code from (
            select
                {code} as code, valido_dal, max(_delivery) as last_seen,
                max_by({{'ends': valido_al}}, _delivery).ends as declared_end,
                (select max(_delivery) from {table}) as latest
            from {table} group by {code}, valido_dal
        )
        where valido_dal <= $last
            and coalesce(declared_end, {_OPEN}) >= $first
            and (last_seen = latest or last_day(strptime(last_seen || '01', '%Y%m%d')) >= $first)"""
