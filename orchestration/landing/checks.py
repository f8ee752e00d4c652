"""One generated statement types and checks every row of a table.

    line, raw, cells ──► checked: line, one typed column per contract column, fault (NULL = sound)

Each fault that a row can have is a `Fault` with a number; a row keeps the first it meets, breaches of the
contract before codes that a master may still bring. Duplicate keys and references within the file need all
rows, so they are marked afterwards.
"""

from dataclasses import dataclass

import duckdb

from orchestration.contracts import Column, Table
from orchestration.landing.codes import CodeLists
from orchestration.landing.formats import description_of, parse
from orchestration.landing.naming import Landed
from orchestration.landing.sql import identifier, literal, string_list

__all__ = ["BROKEN", "UNKNOWN_CODE", "Fault", "RowChecks"]

BROKEN = "broken"
UNKNOWN_CODE = "unknown_code"


@dataclass(frozen=True)
class Fault:
    """Something that can be wrong with a row.

    Attributes:
        number: what `checked.fault` holds.
        kind: `broken`, or `unknown_code` when a later delivery of a master can mend it.
        column: column of the raw table; None when it is the row as a whole.
        position: place of its cell, from 1; None likewise.
        reason: what is wrong, for the quarantine and for messages.
    """

    number: int
    kind: str
    column: str | None
    position: int | None
    reason: str


class RowChecks:
    """The checks of one table for one delivery."""

    def __init__(self, file: Landed, table: Table) -> None:
        """Prepare the checks of one of the tables that `file` fills."""
        self._layout, self._table, self._delivery = file.contract.layout, table, file.delivery
        self._first, self._last = file.days
        self.faults: list[Fault] = []

    def run(self, database: duckdb.DuckDBPyConnection, rows: str, codes: CodeLists) -> None:
        """Create the temporary table `checked` from the query `rows`, and mark every fault in it."""
        conditions = [("cells is null", self._wrong_width())]
        for position, column in enumerate(self._table.columns, 1):
            conditions += self._value_conditions(position, column)
        conditions += self._delivery_conditions()
        for position, column in enumerate(self._table.columns, 1):
            conditions += self._code_conditions(position, column, codes)
        cuts = ", ".join(
            f"nullif(trim(cells[{place}]), '') as c{place}"
            for place in range(1, len(self._table.columns) + 1)
        )
        typed = ", ".join(
            f"{parse(column, f'c{place}')} as {identifier(column.name)}"
            for place, column in enumerate(self._table.columns, 1)
        )
        names = ", ".join(identifier(column.name) for column in self._table.columns)
        cases = " ".join(f"when {condition} then {number}" for condition, number in conditions)
        database.execute(
            f"""create or replace temp table checked as
            with shaped as (
                select line, case when len(cells) = {len(self._table.columns)} then cells end as cells
                from ({rows})
            ),
            cut as (select line, cells, {cuts} from shaped),
            typed as (select *, {typed} from cut)
            select line, {names}, cast(case {cases} end as smallint) as fault from typed"""
        )
        self._mark_own_references(database)
        self._mark_duplicates(database)

    def _fault(
        self, kind: str, reason: str, column: Column | None = None, position: int | None = None
    ) -> int:
        name = column.name if column is not None else None
        fault = Fault(len(self.faults) + 1, kind, name, position, reason)
        self.faults.append(fault)
        return fault.number

    def _wrong_width(self) -> int:
        if self._layout.kind == "jsonl":
            keys = ", ".join(self._table.headers)
            return self._fault(BROKEN, f"it is not a JSON object with the contract's keys: {keys}")
        return self._fault(BROKEN, f"it does not have the contract's {len(self._table.columns)} cells")

    def _value_conditions(self, position: int, column: Column) -> list[tuple[str, int]]:
        """Return the conditions on one value, each with its fault."""
        cell, value = f"c{position}", identifier(column.name)
        found: list[tuple[str, str]] = []
        if column.required:
            found.append((f"{cell} is null", "it is blank"))
        if not column.is_text:
            found.append((f"{cell} is not null and {value} is null", f"it is not {description_of(column)}"))
        if column.minimum is not None:
            found.append((f"{value} < {column.minimum}", f"it is less than {column.minimum}"))
        if column.maximum is not None:
            found.append((f"{value} > {column.maximum}", f"it is more than {column.maximum}"))
        if column.allowed:
            found.append(
                (
                    f"{value} not in {string_list(column.allowed)}",
                    f"it is none of {', '.join(column.allowed)}",
                )
            )
        if column.max_length is not None:
            found.append(
                (
                    f"length({value}) > {column.max_length}",
                    f"it is longer than {column.max_length} characters",
                )
            )
        if column.pattern is not None:
            found.append(
                (
                    f"not regexp_matches({value}, {literal(column.pattern)})",
                    f"it does not match {column.pattern}",
                )
            )
        elif column.is_text:
            found.append((f"regexp_matches({value}, '[\\x00-\\x1f\\x7f]')", "it holds a control character"))
            # What a spreadsheet would run as a formula, should the text ever be exported to one.
            found.append((f"regexp_matches({value}, '^([=+@]|-[^0-9])')", "it begins like a formula"))
        return [(condition, self._fault(BROKEN, reason, column, position)) for condition, reason in found]

    def _delivery_conditions(self) -> list[tuple[str, int]]:
        """Return the condition that the row belongs to the file's month, or to its plan."""
        columns = [self._table.column(name) for name in self._table.delivery_columns]
        if not columns:
            return []
        names = [identifier(column.name) for column in columns]
        value = names[0] if len(names) == 1 else f"{names[0]} * 100 + {names[1]}"
        position = self._table.columns.index(columns[-1]) + 1
        fault = self._fault(BROKEN, f"the file is of {self._delivery}", columns[-1], position)
        return [(f"cast({value} as varchar) <> {literal(self._delivery)}", fault)]

    def _code_conditions(self, position: int, column: Column, codes: CodeLists) -> list[tuple[str, int]]:
        if not column.references or self._is_own(column):
            return []
        value = identifier(column.name)
        source = " or ".join(f"{reference.table}.{reference.column}" for reference in column.references)
        known = self._fault(UNKNOWN_CODE, f"the code is not in {source}", column, position)
        found = [(f"{value} not in (select code from {codes.known(column)})", known)]
        in_force = codes.valid(column, self._first, self._last)
        if in_force is not None:
            when = f"{self._first:%Y-%m}" if self._first.month == self._last.month else f"{self._first:%Y}"
            valid = self._fault(
                UNKNOWN_CODE, f"the code is in {source}, but not valid in {when}", column, position
            )
            found.append((f"{value} not in (select code from {in_force})", valid))
        return found

    def _is_own(self, column: Column) -> bool:
        return any(reference.table == self._table.name for reference in column.references)

    def _mark_own_references(self, database: duckdb.DuckDBPyConnection) -> None:
        """Mark the rows that refer to a row of the same file which is not there."""
        for position, column in enumerate(self._table.columns, 1):
            for reference in column.references:
                if reference.table == self._table.name:
                    reason = f"the code is not among the {reference.column} of this file"
                    fault = self._fault(BROKEN, reason, column, position)
                    value, target = identifier(column.name), identifier(reference.column)
                    database.execute(
                        f"""update checked set fault = {fault} where fault is null and {value} is not null
                        and {value} not in (select {target} from checked where {target} is not null)"""
                    )

    def _mark_duplicates(self, database: duckdb.DuckDBPyConnection) -> None:
        """Mark every copy of a key after the first."""
        if not self._table.key:
            return
        fault = self._fault(BROKEN, f"the key ({', '.join(self._table.key)}) is already in the file")
        keys = ", ".join(identifier(name) for name in self._table.key)
        sound = f"fault is null or fault in {self._numbers(UNKNOWN_CODE)}"
        copies = database.execute(
            f"""create or replace temp table copied as
            select {keys}, min(line) as first_line from checked
            where {sound} group by {keys} having count(*) > 1"""
        ).fetchall()
        if copies == [(0,)]:
            return
        matches = " and ".join(
            f"checked.{identifier(name)} is not distinct from copied.{identifier(name)}"
            for name in self._table.key
        )
        database.execute(
            f"""update checked set fault = {fault} from copied
            where {matches} and line > first_line and ({sound})"""
        )

    def _numbers(self, kind: str) -> str:
        return (
            "(" + ", ".join(["-1", *(str(fault.number) for fault in self.faults if fault.kind == kind)]) + ")"
        )
