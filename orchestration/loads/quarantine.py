"""What was not loaded, why, and what to do about it: summed up, row by row, and as a file for the sender."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import load_contracts
from orchestration.workspace import Workspace

__all__ = ["QuarantinedRow", "QuarantinedSum", "export_quarantine", "quarantine_rows", "quarantine_sums"]

_UNKNOWN_CODE = "unknown_code"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class QuarantinedSum:
    """Rows of one file set aside for one reason.

    Attributes:
        file: name of the landed file.
        contract: its contract.
        table: raw table.
        column: column at fault; None when it is the row as a whole.
        kind: `broken` or `unknown_code`.
        reason: what is wrong.
        rows: how many.
        values: the first of the values.
        remedy: what to do.
        share_pct: of the file's rows that the contract bears, for this kind.
    """

    file: str
    contract: str
    table: str
    column: str | None
    kind: str
    reason: str
    rows: int
    values: tuple[str, ...]
    remedy: str
    share_pct: float


@dataclass(frozen=True)
class QuarantinedRow:
    """One row that was set aside; `raw` is its text as it was written."""

    file: str
    line: int
    delivery: str
    load_id: str
    table: str
    column: str | None
    value: str | None
    kind: str
    reason: str
    raw: str


def quarantine_sums(workspace: Workspace) -> list[QuarantinedSum]:
    """Return what is in quarantine now, by file and reason, most rows first."""
    contracts = load_contracts()
    found = _query(
        workspace,
        """select _file, contract, table_name, column_name, kind, reason, count(*) as rows_n,
            list_sort(list(distinct value) filter (value is not null))[1:10]
        from read_parquet(?) group by all order by rows_n desc, _file, table_name, column_name, reason""",
    )
    sums = []
    for file, contract, table, column, kind, reason, rows, values in found:
        borne = contracts[contract].max_unknown_code_share
        if kind != _UNKNOWN_CODE:
            borne = contracts[contract].max_broken_share
        remedy = _remedy(contracts[contract].name, kind, column)
        shown = tuple(values or ())
        sums.append(
            QuarantinedSum(
                file, contract, table, column, kind, reason, rows, shown, remedy, float(borne * 100)
            )
        )
    return sums


def quarantine_rows(workspace: Workspace, file: str | None = None) -> Iterator[QuarantinedRow]:
    """Yield the rows in quarantine, in the order of file and line.

    Args:
        workspace: whose quarantine.
        file: name of a landed file; all when not given.
    """
    found = _query(
        workspace,
        """select _file, _line, _delivery, _load_id, table_name, column_name, value, kind, reason, raw
        from read_parquet(?) order by _file, _line, table_name""",
    )
    for row in found:
        if file in (None, row[0]):
            yield QuarantinedRow(*row)


def export_quarantine(workspace: Workspace, target: Path, file: str | None = None) -> int:
    """Write the rows in quarantine as CSV (UTF-8 with a mark, `;`), for the sender; return how many.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    written = 0
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["file", "riga", "tabella", "colonna", "valore", "motivo", "testo"])
        for row in quarantine_rows(workspace, file):
            cells = (row.file, row.line, row.table, row.column, row.value, row.reason, row.raw)
            writer.writerow([_harmless(cell) for cell in cells])
            written += 1
    return written


def _query(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    folder = workspace.raw / "quarantine"
    if not any(folder.glob("*.parquet")):
        return []
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        return connection.execute(query, [str(folder / "*.parquet")]).fetchall()


def _remedy(contract: str, kind: str, column: str | None) -> str:
    if kind == _UNKNOWN_CODE:
        return f"land a master that has the codes of {column}, then `cruscotto load --retry`"
    return f"ask the sender ({contract}) for a corrected delivery, named with the next _rNN"


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
