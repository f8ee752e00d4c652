"""Whether the checked rows of a file may be loaded: control totals, shares of faulty rows, rules."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from string import Template

import duckdb

from orchestration.contracts import Column, Table
from orchestration.landing.checks import BROKEN, UNKNOWN_CODE, Fault
from orchestration.landing.codes import CodeLists
from orchestration.landing.control import ControlFile
from orchestration.landing.errors import ControlMismatch, RowsRefused
from orchestration.landing.naming import Landed
from orchestration.landing.raw_tables import RawTables
from orchestration.landing.records import FileOutcome
from orchestration.landing.sql import identifier, literal

__all__ = ["Judge"]

_EXAMPLES = 3
_MOST_CODES = 100


class Judge:
    """Judges one file, table by table, from the temporary table `checked`."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        raw: RawTables,
        codes: CodeLists,
        file: Landed,
        outcome: FileOutcome,
    ) -> None:
        """Judge `file`, telling what is found in `outcome`."""
        self._database, self._raw, self._codes = database, raw, codes
        self._file, self._outcome = file, outcome

    def compare(self, table: Table, read: int, declared: ControlFile) -> None:
        """Compare rows and sums with the declared ones. Every row counts, sound or not.

        Raises:
            ControlMismatch: they differ.
        """
        where = self._where(table)
        if table.rows_key != "righe" and declared.totals[table.rows_key] != read:
            raise ControlMismatch(
                f"{where}: {read} rows, the control file declares {table.rows_key}="
                f"{declared.totals[table.rows_key]}; ask the sender for a fresh copy"
            )
        for total in table.control_totals:
            # Wide integers, because a faulty row may hold any number that fits its type.
            terms = " + ".join(_wide(table.column(name)) for name in total.columns)
            query = f"select coalesce(sum({terms}), 0), count(*) - count({terms}) from checked"
            found, unread = self._database.execute(query).fetchall()[0]
            if Decimal(found) != declared.totals[total.key]:
                hint = f" ({unread} rows hold no readable number there)" if unread else ""
                raise ControlMismatch(
                    f"{where}: control total broken: {total.key} is {found} in the file{hint}, "
                    f"{declared.totals[total.key]} in the control file; ask the sender for a fresh copy"
                )
            self._outcome.control_totals[total.key] = str(found)

    def set_aside(
        self, table: Table, faults: Sequence[Fault], rows: str, read: int, stamp: Mapping[str, str]
    ) -> None:
        """Add the faulty rows to the temporary table `quarantined`.

        Args:
            table: the raw table.
            faults: what `checked.fault` means.
            rows: query of the file's rows, for their text.
            read: how many there are.
            stamp: file, load and delivery.

        Raises:
            RowsRefused: there are more of them than the contract bears.
        """
        if not self._insert_faulty(table, faults, rows, stamp):
            return
        contract = self._file.contract
        broken, unknown = self._count(table, BROKEN), self._count(table, UNKNOWN_CODE)
        if broken > contract.max_broken_share * read:
            message = self._refusal(table, BROKEN, broken, read, contract.max_broken_share)
            raise RowsRefused(f"{message}; ask the sender for a corrected file")
        self._collect_codes(table)
        if unknown > contract.max_unknown_code_share * read:
            message = self._refusal(table, UNKNOWN_CODE, unknown, read, contract.max_unknown_code_share)
            raise RowsRefused(f"{message}; land the masters first, then this file{self._never_landed(table)}")
        self._outcome.rows_quarantined += broken + unknown

    def apply_rules(self, table: Table) -> None:
        """Count the breaches of the rules on the delivery as a whole, and report them.

        Raises:
            RowsRefused: a rule whose breach is fatal does not hold.
        """
        self._database.execute(
            "create or replace temp view sound as select * from checked where fault is null"
        )
        tables = {name: self._raw.glob(name) for name in self._raw.tables()} | {"table": "sound"}
        before = self._file.previous_delivery
        if before is not None and (previous := self._raw.path(table.name, before)).exists():
            tables["previous"] = f"read_parquet({literal(str(previous))})"
        for rule in table.rules:
            template = Template(rule.query)
            if "previous" in template.get_identifiers() and "previous" not in tables:
                continue
            breaches = self._database.execute(template.substitute(tables)).fetchall()[0][0]
            if not breaches:
                continue
            message = f"{self._where(table)}: {rule.name}: {breaches} breaches. {rule.description}"
            if rule.is_fatal:
                raise RowsRefused(f"{message} Ask the sender for a corrected file")
            self._outcome.warnings.append(message)

    def _insert_faulty(
        self, table: Table, faults: Sequence[Fault], rows: str, stamp: Mapping[str, str]
    ) -> bool:
        """Copy the faulty rows with the text they came from; return whether there were any."""
        found = self._database.execute("select 1 from checked where fault is not null limit 1").fetchall()
        if not found:
            return False
        self._database.execute(
            "create or replace temp table faults (number smallint, kind varchar, column_name varchar, "
            "position integer, reason varchar)"
        )
        self._database.executemany(
            "insert into faults values (?, ?, ?, ?, ?)",
            [(fault.number, fault.kind, fault.column, fault.position, fault.reason) for fault in faults],
        )
        self._database.execute(
            f"""insert into quarantined by name
            select
                $file as _file, $load as _load_id, $delivery as _delivery, line as _line,
                $contract as contract, $table as table_name, column_name,
                nullif(left(trim(cells[position]), 200), '') as value, kind, reason, raw
            from checked
            join faults on checked.fault = faults.number
            join ({rows}) as source using (line)""",
            {
                "file": stamp["_file"],
                "load": stamp["_load_id"],
                "delivery": stamp["_delivery"],
                "contract": self._file.contract.id,
                "table": table.name,
            },
        )
        return True

    def _count(self, table: Table, kind: str) -> int:
        query = "select count(*) from quarantined where table_name = ? and kind = ?"
        return int(self._database.execute(query, [table.name, kind]).fetchall()[0][0])

    def _refusal(self, table: Table, kind: str, found: int, read: int, share: Decimal) -> str:
        """Return what is wrong with too many rows, and show the first of them."""
        examples = self._database.execute(
            f"""select _line, column_name, value, reason from quarantined
            where table_name = $table and kind = $kind order by _line limit {_EXAMPLES}""",
            {"table": table.name, "kind": kind},
        ).fetchall()
        what = "break the contract" if kind == BROKEN else "hold a code that no master has"
        lines = "; ".join(
            f"line {line}: {reason}" if column is None else f"line {line}, {column} {value!r}: {reason}"
            for line, column, value, reason in examples
        )
        limit = format((share * 100).normalize(), "f")
        return f"{self._where(table)}: {found} of {read} rows {what} (the contract bears {limit} %): {lines}"

    def _never_landed(self, table: Table) -> str:
        """Return a remark on the masters of which nothing was ever landed."""
        missing = {
            reference.table
            for column in table.columns
            for reference in column.references
            if self._codes.is_master(reference) and not self._codes.count(reference)
        }
        return f" (never landed: {', '.join(sorted(missing))})" if missing else ""

    def _collect_codes(self, table: Table) -> None:
        found = self._database.execute(
            f"""select column_name, list_sort(list(distinct value))[1:{_MOST_CODES}] from quarantined
            where table_name = $table and kind = $kind group by column_name order by column_name""",
            {"table": table.name, "kind": UNKNOWN_CODE},
        ).fetchall()
        self._outcome.unknown_codes |= {f"{table.name}.{column}": values for column, values in found}

    def _where(self, table: Table) -> str:
        return f"{self._file.name}, sheet {table.sheet}" if table.sheet else self._file.name


def _wide(column: Column) -> str:
    name = identifier(column.name)
    return f"cast({name} as hugeint)" if column.physical_type == "INTEGER" else name
