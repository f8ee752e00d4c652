"""The reference of a load: the same raw files read by DuckDB's own readers, every number of them added up.

No contract, no control totals, no keys, nothing kept: the least that any load of these files does. Workbooks
are read by the reader that the landing uses, since the engine's own needs an extension that the wheel lacks.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook

__all__ = ["ReadBack", "read_raw"]

_AMOUNT = "replace(replace(trim(split_part(line, '|', -2)), '.', ''), ',', '.')"
_STATEMENTS = {
    ".csv": "SELECT count(*), sum(try_cast(columns(*) AS double))"
    " FROM read_csv(?, delim = ';', header = true, all_varchar = true, encoding = ?)",
    ".txt": f"SELECT count(*), sum(try_cast({_AMOUNT} AS double)) FROM read_csv(?, header = false,"
    " columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', encoding = ?)",
    ".jsonl": "SELECT count(*), sum(try_cast(columns(*) AS double)) FROM read_json(?)",
}
_LATIN = ("PB_PROD", "SAP_")


@dataclass(frozen=True)
class ReadBack:
    """What was read: rows (lines of lists, page breaks and all), bytes, seconds."""

    rows: int
    bytes: int
    seconds: float


def read_raw(files: Iterable[Path]) -> ReadBack:
    """Count the rows of some extracts and add up their numbers; control files are not read."""
    read = [path for path in files if path.suffix != ".ctl"]
    started = time.perf_counter()
    with duckdb.connect() as database:
        rows = sum(_rows(database, path) for path in read)
    return ReadBack(rows, sum(path.stat().st_size for path in read), time.perf_counter() - started)


def _rows(database: duckdb.DuckDBPyConnection, path: Path) -> int:
    if path.suffix == ".xlsx":
        workbook = CalamineWorkbook.from_path(path)
        return sum(len(workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names)
    encoding = "latin-1" if path.name.startswith(_LATIN) else "utf-8"
    values = [str(path)] if path.suffix == ".jsonl" else [str(path), encoding]
    ((count, *_),) = database.execute(_STATEMENTS[path.suffix], values).fetchall()
    return int(count)
