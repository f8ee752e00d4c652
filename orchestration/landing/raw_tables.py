"""The raw tables on disk: one Parquet file per delivery, replaced in one step, never half written.

raw/<table>/_schema.parquet          no rows; keeps a glob valid before the first delivery
raw/<table>/<delivery>.parquet       the rows of the current file of that delivery
raw/superseded/<table>/<delivery>~<load>.parquet   what a correction replaced
raw/quarantine/<file stem>.parquet   the rows that were not loaded, and why
"""

import os
from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.contracts import Contract, Table, load_contracts
from orchestration.landing.database import open_database
from orchestration.landing.sql import identifier, literal
from orchestration.workspace import Workspace

__all__ = ["QUARANTINE_COLUMNS", "STAMPS", "RawTables", "ensure_schemas"]

_BOOKKEEPING = {"_file": "VARCHAR", "_line": "INTEGER", "_load_id": "VARCHAR", "_delivery": "VARCHAR"}
STAMPS = tuple(_BOOKKEEPING)
"""Columns that the landing adds to every raw table: they are in no file and in no contract."""
QUARANTINE_COLUMNS = {
    **_BOOKKEEPING,
    "contract": "VARCHAR",
    "table_name": "VARCHAR",
    "column_name": "VARCHAR",
    "value": "VARCHAR",
    "kind": "VARCHAR",
    "reason": "VARCHAR",
    "raw": "VARCHAR",
}
_SCHEMA = "_schema.parquet"


def ensure_schemas(workspace: Workspace, contracts: dict[str, Contract] | None = None) -> None:
    """Write the empty file of every raw table and of the quarantine, where missing or of other columns.

    Args:
        workspace: where the raw tables are.
        contracts: the project's own when not given.
    """
    workspace.create()
    raw = RawTables(workspace)
    with open_database(workspace.raw / ".spill", (workspace.raw,)) as database:
        for contract in (contracts or load_contracts()).values():
            for table in contract.tables:
                raw.write_schema(database, table.name, _columns(table))
        raw.write_schema(database, "quarantine", QUARANTINE_COLUMNS)


class RawTables:
    """Reads and replaces the files of the raw tables of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        """Look below the workspace's `raw`."""
        self.folder = self._raw = workspace.raw

    def tables(self) -> list[str]:
        """Return the names of the raw tables, the quarantine among them."""
        return sorted(path.parent.name for path in self._raw.glob(f"*/{_SCHEMA}"))

    def glob(self, table: str) -> str:
        """Return the SQL expression that reads a whole table."""
        return f"read_parquet({literal(str(self._raw / table / '*.parquet'))})"

    def path(self, table: str, delivery: str) -> Path:
        """Return the file of a delivery."""
        return self._raw / table / f"{delivery}.parquet"

    def quarantine_path(self, file: str) -> Path:
        """Return the quarantine of a landed file, given its name."""
        return self._raw / "quarantine" / f"{Path(file).stem}.parquet"

    def write_schema(self, database: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> None:
        """Write the empty file of a table unless it is there with the same columns."""
        path = self._raw / table / _SCHEMA
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            found = database.execute(
                "describe select * from read_parquet($path)", {"path": str(path)}
            ).fetchall()
            if {row[0]: row[1] for row in found} == columns:
                return
        nothing = ", ".join(f"cast(null as {kind}) as {identifier(name)}" for name, kind in columns.items())
        staged, _ = self._stage(database, f"select {nothing} where false", path)
        staged.replace(path)

    def stage(
        self, database: duckdb.DuckDBPyConnection, table: Table, stamp: Mapping[str, str]
    ) -> tuple[Path, Path]:
        """Write the sound rows of the temporary table `checked` beside their place.

        Args:
            database: holds `checked`.
            table: the raw table.
            stamp: file, load and delivery, for every row.

        Returns:
            The staged file and its place, for `replace`.
        """
        columns = [*(identifier(column.name) for column in table.columns)]
        columns += ["line as _line", *(f"{literal(text)} as {name}" for name, text in stamp.items())]
        sound = f"select {', '.join(columns)} from checked where fault is null"
        names = ", ".join(identifier(name) for name in _columns(table))
        ordered = f"select {names} from ({sound}) order by _line"
        return self._stage(database, ordered, self.path(table.name, stamp["_delivery"]))

    def stage_quarantine(
        self, database: duckdb.DuckDBPyConnection, file: str, query: str
    ) -> tuple[Path, Path]:
        """Write the quarantined rows of a file beside their place; return both paths."""
        names = ", ".join(identifier(name) for name in QUARANTINE_COLUMNS)
        ordered = f"select {names} from ({query}) order by table_name, _line"
        return self._stage(database, ordered, self.quarantine_path(file))

    def replace(self, staged: Path, target: Path, load_id: str) -> None:
        """Put staged rows in their place; rows that were there are kept under `superseded`."""
        if target.exists():
            former = self._raw / "superseded" / target.parent.name / f"{target.stem}~{load_id}.parquet"
            former.parent.mkdir(parents=True, exist_ok=True)
            former.unlink(missing_ok=True)
            # A second name first, so that the rows are never without one.
            os.link(target, former)
        staged.replace(target)

    def retire_quarantine(self, file: str, load_id: str) -> None:
        """Keep the quarantine of a file that was replaced, or has nothing left in it, under `superseded`."""
        path = self.quarantine_path(file)
        if path.exists():
            former = self._raw / "superseded" / "quarantine" / f"{path.stem}~{load_id}.parquet"
            former.parent.mkdir(parents=True, exist_ok=True)
            path.replace(former)

    def _stage(self, database: duckdb.DuckDBPyConnection, query: str, target: Path) -> tuple[Path, Path]:
        # A glob over *.parquet must not see it.
        staged = target.with_name(f".{target.name}.part")
        database.execute(f"copy ({query}) to {literal(str(staged))} (format parquet, compression zstd)")
        with staged.open("rb") as stream:
            os.fsync(stream.fileno())
        return staged, target


def _columns(table: Table) -> dict[str, str]:
    """Return the columns of a raw table with their types."""
    return {**{column.name: column.physical_type for column in table.columns}, **_BOOKKEEPING}
