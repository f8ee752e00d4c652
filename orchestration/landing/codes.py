"""The codes that a column may hold: from the raw tables of the masters and from the published tables.

Two questions are asked of a code: is it known at all, and is it valid in the month of the delivery. A master
is delivered whole each month, so a version ends on the day it declares, or with the last delivery that held
it.
"""

from datetime import date
from pathlib import Path

import duckdb

from orchestration.contracts import Column, Reference
from orchestration.landing.sql import identifier
from orchestration.paths import seeds_dir

__all__ = ["CodeLists", "seeds_root"]

_OPEN = "date '9999-12-31'"


def seeds_root() -> Path:
    """Return the folder that holds the published tables, in subfolders."""
    return seeds_dir().parent


class CodeLists:
    """Builds, for a column, the temporary tables of its known codes and of those valid in a month."""

    def __init__(self, database: duckdb.DuckDBPyConnection, raw: Path, seeds: Path) -> None:
        """Read masters below `raw`, published tables below `seeds`."""
        self._database = database
        self._raw = raw
        # Tables are read from disk once per load; those of masters again after each of their deliveries.
        self._read: set[str] = set()
        self._seeds = {path.stem: path for path in sorted(seeds.glob("*/*.csv"))}

    def forget(self, table: str) -> None:
        """Read the master `table` afresh next time: a delivery was loaded into it."""
        self._read.discard(table)

    def is_master(self, reference: Reference) -> bool:
        """Whether the codes come from a master that is landed, not from a published table."""
        return reference.table not in self._seeds

    def count(self, reference: Reference) -> int:
        """Return how many codes there are."""
        self._ensure_read(reference.table)
        found = self._database.execute(f"select count(*) from ({self._known(reference)})").fetchall()
        return int(found[0][0])

    def build(self, name: str, column: Column, first: date, last: date) -> bool:
        """Create `<name>_known` and, if validity counts, `<name>_valid`; each has one column, `code`.

        Args:
            name: prefix of the two tables.
            column: whose references are collected; a code must be in at least one.
            first: first day of the delivery's month (or year).
            last: its last day.

        Returns:
            Whether validity counts.
        """
        known, valid = identifier(f"{name}_known"), identifier(f"{name}_valid")
        self._database.execute(f"create or replace temp table {known} (code varchar)")
        self._database.execute(f"create or replace temp table {valid} (code varchar)")
        for reference in column.references:
            self._ensure_read(reference.table)
            self._database.execute(f"insert into {known} {self._known(reference)}")
            query, parameters = self._valid(reference, first, last)
            self._database.execute(f"insert into {valid} {query}", parameters)
        return any(reference.in_force or reference.regime for reference in column.references)

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

    def _valid(self, reference: Reference, first: date, last: date) -> tuple[str, dict[str, object]]:
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
