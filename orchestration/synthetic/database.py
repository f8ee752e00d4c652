"""The in-memory database that computes the extracts.

All arithmetic is on integers (thousandths of a piece, cents, minutes, ten-thousandths of a point) and every
text is written in a total order, so that the bytes do not depend on threads or platform.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import duckdb

from orchestration.paths import seeds_dir
from orchestration.synthetic.months import Month, working_days
from orchestration.synthetic.scales import Scale

__all__ = ["Database", "Table"]

# Received work by calendar month, per mille of the mean month; the year sums to 12,000.
_SEASON = (1030, 990, 1090, 1000, 1040, 1000, 980, 640, 1050, 1120, 1070, 990)
# Holidays and permits by calendar month, per mille of the working days.
_LEAVE = (100, 70, 60, 110, 80, 120, 170, 400, 80, 60, 70, 150)
_GROWTH_FROM = 2021 * 12
_LAYOUT = (
    "macros",
    "structures",
    "products",
    "production",
    "staff",
    "costs",
    "results",
    "controls",
    "balances",
    "measures",
)
_PACKAGE = "orchestration.synthetic"


@dataclass(frozen=True)
class Table:
    """The result of a query: the names of its columns and its rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def total(self, column: str) -> Any:
        """Return the sum of a column of integers or decimals."""
        position = self.columns.index(column)
        return sum(row[position] for row in self.rows)


class Database:
    """An in-memory DuckDB with the institute's layout, and the SQL files of this package to run on it."""

    def __init__(self, scale: Scale, seed: int, *, threads: int | None = None) -> None:
        """Compute the layout: structures, models, allocations, mean volumes, people.

        Args:
            scale: size of the institute.
            seed: any integer; another seed gives another institute of the same size.
            threads: DuckDB's threads; its own default when not given. The bytes do not depend on it.
        """
        settings: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        self._connection = duckdb.connect(":memory:", config=settings)
        if threads is not None:
            self._connection.execute("set threads = ?", [threads])
        self.set(_institute(scale, seed))
        for name in _LAYOUT:
            self.run(name)

    def set(self, variables: Mapping[str, object]) -> None:
        """Set the variables that the SQL files read with `getvariable`."""
        for name, value in variables.items():
            # The names are this package's own keys, never the caller's text.
            self._connection.execute(f'set variable "{name}" = ?', [value])

    def set_month(self, month: Month) -> None:
        """Make `month` the one that the SQL files compute, with the rhythm of it and of the one before."""
        self.set(
            {
                "idx": month.index,
                "year": month.year,
                "month": month.month,
                "first_day": month.first_day,
                "last_day": month.last_day,
            }
        )
        self._connection.execute(
            "create or replace temp table pulse (idx integer, season bigint, growth bigint, leave bigint, "
            "working_days bigint)"
        )
        for at in (Month.at(month.index - 1), month):
            growth = 1000 + (at.index - _GROWTH_FROM) * 6 // 10
            rhythm = [at.index, _SEASON[at.month - 1], growth, _LEAVE[at.month - 1], working_days(at)]
            self._connection.execute("insert into pulse values (?, ?, ?, ?, ?)", rhythm)

    def run(self, name: str) -> None:
        """Execute every statement of `sql/<name>.sql`."""
        self._connection.execute(_sql(name))

    def row(self, name: str) -> dict[str, Any]:
        """Return the single row of `sql/<name>.sql`, by column."""
        table = self.table(name)
        return dict(zip(table.columns, table.rows[0], strict=True))

    def table(self, name: str) -> Table:
        """Return the columns and rows of `sql/<name>.sql`."""
        cursor = self._connection.execute(_sql(name))
        columns = tuple(column[0] for column in cursor.description or ())
        return Table(columns, cursor.fetchall())

    def close(self) -> None:
        """Free the memory."""
        self._connection.close()


def _sql(name: str) -> str:
    return files(_PACKAGE).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _institute(scale: Scale, seed: int) -> dict[str, object]:
    """Return the variables that describe the institute to the SQL files."""
    return {
        "seed": seed,
        "acts": str(seeds_dir()),
        "registry": str(seeds_dir().parent / "registry"),
        "divisor": scale.divisor,
        "agencies": scale.agencies,
        "all_models": scale.all_models,
        "office_share": scale.office_share,
        "agency_share": scale.agency_share,
        "documents": scale.documents,
        "controlled_models": scale.controlled_models,
        "seasons": list(_SEASON),
        "directorates": ",".join(scale.directorates),
        "offices": scale.offices,
    }
