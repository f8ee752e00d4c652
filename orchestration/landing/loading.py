"""From an archived file to its raw tables: read, check, judge, write.

Everything is staged beside its place before anything is replaced, so that a file which is refused, or a
process that is killed, leaves the month as it was.
"""

import shutil
from pathlib import Path

import duckdb

from orchestration.contracts import Table
from orchestration.landing.checks import RowChecks
from orchestration.landing.codes import CodeLists, seeds_root
from orchestration.landing.control import ControlFile
from orchestration.landing.errors import ControlMismatch, CountsDisagree
from orchestration.landing.judging import Judge
from orchestration.landing.layouts import check_printed_headers, rows_of
from orchestration.landing.naming import Landed
from orchestration.landing.raw_tables import QUARANTINE_COLUMNS, RawTables
from orchestration.landing.records import FileOutcome
from orchestration.landing.sql import identifier
from orchestration.landing.transcode import transcode
from orchestration.landing.workbook import read_workbook

__all__ = ["Loader"]


class Loader:
    """Loads archived files into the raw tables of one workspace, under one load."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        raw: RawTables,
        work: Path,
        load_id: str,
        seeds: Path | None = None,
    ) -> None:
        """Use a connection that may read the raw tables, the seeds and `work`.

        Args:
            database: the engine.
            raw: the raw tables.
            work: folder for files that last no longer than one load.
            load_id: what the rows are stamped with.
            seeds: folder of the published tables; the project's own when not given.
        """
        self._database, self._raw, self._load_id = database, raw, load_id
        self._parts = work / "parts"
        self._codes = CodeLists(database, raw.folder, seeds or seeds_root())

    def load(self, file: Landed, archived: Path, declared: ControlFile, outcome: FileOutcome) -> None:
        """Load a file and write its counts, totals, unknown codes and warnings into `outcome`.

        Args:
            file: what it is.
            archived: its content.
            declared: its control file.
            outcome: what is told of the file.

        Raises:
            FileRefused: the file is refused whole; nothing was replaced.
        """
        self._load(file, archived, declared, outcome, None)

    def load_archived(self, file: Landed, archived: Path, outcome: FileOutcome) -> None:
        """Load a file that was loaded once, for a rebuild; its control totals were found right then.

        Raises:
            FileRefused: the file is refused whole; nothing was replaced.
        """
        self._load(file, archived, None, outcome, None)

    def load_again(self, file: Landed, archived: Path, outcome: FileOutcome, former: FileOutcome) -> bool:
        """Load a file whose control totals were found right before, if a row can leave the quarantine.

        Args:
            file: what it is.
            archived: its content.
            outcome: what is told of the file.
            former: what was told of it when it was last loaded.

        Returns:
            Whether anything was replaced.

        Raises:
            FileRefused: the file is refused whole; nothing was replaced.
        """
        return self._load(file, archived, None, outcome, former)

    def _load(
        self,
        file: Landed,
        archived: Path,
        declared: ControlFile | None,
        outcome: FileOutcome,
        former: FileOutcome | None,
    ) -> bool:
        staged: list[tuple[Path, Path]] = []
        try:
            self._read(file, archived)
            self._database.execute("create or replace temp table quarantined as " + _nothing())
            judge = Judge(self._database, self._raw, self._codes, file, outcome)
            for table in file.contract.tables:
                staged.append(self._load_table(file, table, judge, declared, outcome))
            _check_counts(file, declared, outcome)
            if former is not None and outcome.rows_quarantined == former.rows_quarantined:
                return False
            if outcome.rows_quarantined:
                staged.append(self._raw.stage_quarantine(self._database, file.name, "from quarantined"))
            for rows, target in staged:
                self._raw.replace(rows, target, self._load_id)
                self._codes.forget(target.parent.name)
            return True
        finally:
            for rows, _ in staged:
                rows.unlink(missing_ok=True)
            shutil.rmtree(self._parts, ignore_errors=True)

    def _read(self, file: Landed, archived: Path) -> None:
        """Write the parts of the file that the engine reads, one folder per table."""
        if file.contract.layout.kind == "xlsx":
            read_workbook(archived, file.name, file.contract, self._parts)
        else:
            transcode(archived, file.name, file.contract, self._parts / file.contract.tables[0].name)

    def _load_table(
        self, file: Landed, table: Table, judge: Judge, declared: ControlFile | None, outcome: FileOutcome
    ) -> tuple[Path, Path]:
        """Check, judge and stage the rows of one table; return the staged file and its place."""
        self._database.execute("set variable parts = ?", [str(self._parts / table.name / "*.txt")])
        if file.contract.layout.kind == "alv":
            check_printed_headers(self._database, file.name, table)
        rows = rows_of(file.contract.layout, table)
        checks = RowChecks(file, table)
        checks.run(self._database, rows, self._codes)
        counted = self._database.execute(
            "select count(*), count(*) filter (fault is null) from checked"
        ).fetchall()
        read, sound = counted[0]
        if declared is not None:
            judge.compare(table, read, declared)
        stamp = {"_file": file.name, "_load_id": self._load_id, "_delivery": file.delivery}
        judge.set_aside(table, checks.faults, rows, read, stamp)
        judge.apply_rules(table)
        outcome.rows_read += read
        outcome.rows_loaded += sound
        return self._raw.stage(self._database, table, stamp)


def _check_counts(file: Landed, declared: ControlFile | None, outcome: FileOutcome) -> None:
    if declared is not None and declared.rows != outcome.rows_read:
        raise ControlMismatch(
            f"{file.name}: {outcome.rows_read} rows, the control file declares righe={declared.rows}: "
            "rows were lost or added on the way; ask the sender for a fresh copy"
        )
    if outcome.rows_read != outcome.rows_loaded + outcome.rows_quarantined:
        raise CountsDisagree(
            f"{file.name}: {outcome.rows_read} rows read, but {outcome.rows_loaded} sound and "
            f"{outcome.rows_quarantined} in quarantine; this is a defect of the landing, please report it"
        )


def _nothing() -> str:
    """Return the query of an empty quarantine."""
    columns = (f"cast(null as {kind}) as {identifier(name)}" for name, kind in QUARANTINE_COLUMNS.items())
    return f"select {', '.join(columns)} where false"
