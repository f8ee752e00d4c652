"""Deliveries of the small warehouse that arrive, are corrected and are withdrawn in any order.

The rows are those of `tests/conformance/warehouse/raw.sql`; a delivery is written as the landing would, one
Parquet file per table and month.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tests.conformance.published_file import write_raw

__all__ = ["MASTERS", "Deliveries"]

_YEARLY = "esercizio * 100 + periodo"
# Of each monthly table: its month, and the number that a correction changes.
_MONTHLY = {
    "pb_prod": ("anno * 100 + mese", "pervenuto"),
    "hr_pres": ("periodo", "ore_presenza"),
    "sap_coan": (_YEARLY, "importo"),
    "sap_ieep": (_YEARLY, "importo"),
    "ctrl_cpp": ("periodo", "controllate"),
    "ctrl_ac": ("periodo", "controllate"),
    "ctrl_audit": ("periodo", "accessi_svolti"),
    "mis": ("periodo", "numeratore"),
}
# What a later delivery of a master says otherwise: table → (column, expression, rows).
MASTERS = {
    "mst_prodotti": (
        "coefficiente",
        "coefficiente + 0.5",
        "cod_modello in ('X101', 'X104') and valido_al is null",
    ),
    "mst_allocazioni": ("valido_al", "date '2025-03-31'", "cod_linea = 'VIG-ISP'"),
    "mst_strutture": ("codice_padre", "'DP-PERUGIA'", "codice = 'AG-ORVIETO'"),
    "piano_volumi": ("definito_om", "definito_om + 1", "mese = 3"),
}
_FIRST_MASTERS = "202401"


class Deliveries:
    """The raw folder of a workspace, and what may be delivered into it."""

    def __init__(self, raw: Path, chance: random.Random) -> None:
        """Deliver the masters and plans as they were at first, and no month.

        Args:
            raw: an empty folder.
            chance: draws the rows of corrections.
        """
        self._raw, self._chance = raw, chance
        self._load = 0
        write_raw(raw)
        self._rows = duckdb.connect()
        self._months = {}
        for table in sorted(path.name for path in raw.iterdir()):
            file = raw / table / "all.parquet"
            self._rows.execute(f"create table {table} as select * from read_parquet(?)", [str(file)])
            if table in _MONTHLY:
                months = f"select distinct {_MONTHLY[table][0]} from {table} order by all"
                self._months[table] = [month for (month,) in self._rows.execute(months).fetchall()]
                self._write(table, "_schema", "where false")
            else:
                self._write(table, _FIRST_MASTERS)
            file.unlink()

    def all(self) -> list[tuple[str, int]]:
        """Return every delivery of a monthly table: table and month."""
        return [(table, month) for table, months in self._months.items() for month in months]

    def present(self) -> list[tuple[str, int]]:
        """Return those that are there."""
        return [(table, month) for table, month in self.all() if self._path(table, str(month)).exists()]

    def missing(self) -> list[tuple[str, int]]:
        """Return those that are not."""
        return sorted(set(self.all()) - set(self.present()))

    def deliver(self, table: str, month: int) -> None:
        """Deliver a month as it is at first; once more with the same rows when it is there."""
        self._write(table, str(month), f"where {_MONTHLY[table][0]} = {month}")

    def correct(self, table: str, month: int) -> None:
        """Deliver a month with a few rows fewer and a few other numbers."""
        key, number = _MONTHLY[table]
        salt = self._chance.randrange(1_000_000)
        drawn = f"hash(rowid, {salt}) % 10"
        self._write(
            table,
            str(month),
            f"where {key} = {month} and {drawn} > 0",
            f"{number} + case when {drawn} = 1 then 1 else 0 end as {number}",
        )

    def withdraw(self, table: str, month: int) -> None:
        """Take a month back, as a rollback does."""
        self._path(table, str(month)).unlink()

    def deliver_master(self, table: str, month: int) -> None:
        """Deliver a master, or the plan, as it is from `month` on (yyyymm)."""
        column, changed, rows = MASTERS[table]
        replaced = f"case when {rows} then {changed} else {column} end as {column}"
        delivery = str(month) if table.startswith("mst_") else _FIRST_MASTERS
        self._write(table, delivery, "", replaced)

    def close(self) -> None:
        """Let the rows go."""
        self._rows.close()

    def __iter__(self) -> Iterator[Path]:
        """Give the files that are there."""
        return iter(sorted(self._raw.glob("*/*.parquet")))

    def _write(self, table: str, delivery: str, where: str = "", replaced: str = "") -> None:
        self._load += 1
        given = [
            f"'{delivery}' as _delivery",
            f"'{self._load}' as _load_id",
            *([replaced] if replaced else []),
        ]
        rows = self._rows.sql(f"select * replace ({', '.join(given)}) from {table} {where}")
        staged = self._path(table, f".{delivery}")
        # Beside its place first, as the landing does: a raw file is replaced, never changed.
        rows.write_parquet(str(staged))
        staged.replace(self._path(table, delivery))

    def _path(self, table: str, delivery: str) -> Path:
        return self._raw / table / f"{delivery}.parquet"
