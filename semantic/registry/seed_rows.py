"""Reads the rows of a seed for a registry generator, each with the place it stands in."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from semantic.compiler.errors import CompileError

__all__ = ["SeedRow", "seed_rows"]


@dataclass(frozen=True)
class SeedRow:
    """A row of a seed: column → text, and the file and line that errors name."""

    values: Mapping[str, str]
    file: Path
    line: int

    def text(self, column: str) -> str:
        """Return a value that must be there.

        Raises:
            CompileError: the column is missing or empty; names file, line and column.
        """
        value = self.values.get(column)
        if not value:
            raise self.error(column, "is empty: write it in the seed")
        return value

    def optional(self, column: str) -> str | None:
        """Return a value, or None where the cell is empty.

        Raises:
            CompileError: the seed has no such column.
        """
        if column not in self.values:
            raise self.error(column, "is not a column of the seed: add it to its header")
        return self.values[column] or None

    def chosen(self, column: str, allowed: Mapping[str, object]) -> str:
        """Return a value that must be one of `allowed`.

        Raises:
            CompileError: it is another; the message lists what is allowed.
        """
        value = self.text(column)
        if value not in allowed:
            raise self.error(column, f"is '{value}': one of {', '.join(sorted(allowed))} was expected")
        return value

    def error(self, column: str, problem: str) -> CompileError:
        """Return the error that says where and what."""
        return CompileError(f"{self.file}, line {self.line}: {column} {problem}")


def seed_rows(seeds: Path, name: str) -> list[SeedRow]:
    """Return the rows of `<seeds>/<name>.csv` (`name` with its folder: `registry/standard_costs`).

    Raises:
        CompileError: there is no such seed.
    """
    path = seeds / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            return [SeedRow(row, path, reader.line_num) for row in reader]
    except FileNotFoundError:
        raise CompileError(f"{path} does not exist: a registry of metrics is generated from it") from None
