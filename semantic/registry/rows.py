"""Reads a registry seed row by row, so that what a row lacks is said with its file, line and column."""

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from semantic.compiler.errors import CompileError

__all__ = ["SeedRow", "read_rows"]


@dataclass(frozen=True)
class SeedRow:
    """One row of a seed: its cells by column, and where it stands."""

    path: Path
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return the cell as written; empty where the row says nothing."""
        return self.cells[column]

    def error(self, column: str, remedy: str) -> CompileError:
        """Return the error of a cell: file, line, column, value and what to write instead."""
        return CompileError(f"{self.path}:{self.line}: column '{column}' is '{self.cells[column]}': {remedy}")

    def text(self, column: str, *, at_least: int = 1) -> str:
        """Return the cell, which must have `at_least` characters."""
        if len(self[column].strip()) < at_least:
            raise self.error(column, f"write at least {at_least} characters")
        return self[column].strip()

    def matching(self, column: str, pattern: str, meaning: str) -> str:
        """Return the cell, which must match the whole `pattern`."""
        if not re.fullmatch(pattern, self[column]):
            raise self.error(column, f"write {meaning}")
        return self[column]

    def choice(self, column: str, allowed: Collection[str]) -> str:
        """Return the cell, which must be one of `allowed`."""
        if self[column] not in allowed:
            raise self.error(column, f"write one of {', '.join(sorted(allowed))}")
        return self[column]

    def number(self, column: str) -> Decimal | None:
        """Return the cell as an exact number; None where it is empty."""
        if not self[column]:
            return None
        try:
            value = Decimal(self[column])
        except InvalidOperation:
            raise self.error(column, "write a number with a decimal point, or nothing") from None
        if not value.is_finite():
            raise self.error(column, "write a finite number, or nothing")
        return value

    def day(self, column: str) -> str | None:
        """Return the cell as an ISO date; None where it is empty."""
        if not self[column]:
            return None
        try:
            return date.fromisoformat(self[column]).isoformat()
        except ValueError:
            raise self.error(column, "write a date as YYYY-MM-DD, or nothing") from None


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[SeedRow]:
    """Yield the rows of a seed, whose header must be `columns` in that order.

    Raises:
        CompileError: the header is another one, or a row has more or fewer cells.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        if header != list(columns):
            raise CompileError(f"{path}:1: the header must be {','.join(columns)}; it is {','.join(header)}")
        for cells in reader:
            if len(cells) != len(header):
                raise CompileError(
                    f"{path}:{reader.line_num}: {len(cells)} cells, the header has {len(header)}: "
                    "quote the text that holds a comma"
                )
            yield SeedRow(path, reader.line_num, dict(zip(header, cells, strict=True)))
