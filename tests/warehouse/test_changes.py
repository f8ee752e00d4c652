"""A build of what changed gives what a build of everything gives, whatever arrived, in whatever order.

Real builds of the small warehouse. One sequence here; `make incremental` draws many, with masters and plans.
"""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.build import BuildReport, build, build_database
from orchestration.workspace import Workspace

from .deliveries import MASTERS, Deliveries

SEED = 20_260
CHANGES = 6


class Installation:
    """A workspace that is built change by change."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Begin with two thirds of the months, built."""
        self.chance = random.Random(seed)
        self._workspace = Workspace(folder).create()
        self.deliveries = Deliveries(self._workspace.raw, self.chance)
        for table, month in self.deliveries.all():
            if self.chance.random() < 2 / 3:
                self.deliveries.deliver(table, month)
        first = build(self._workspace, data_tests=False)
        assert first.scope.startswith("everything: ")

    def change(self, count: int, master: str = "") -> str:
        """Load, correct, deliver again or withdraw `count` months; return the scope that a build must have.

        Args:
            count: how many changes.
            master: a master, or the plan, that is delivered with them.
        """
        before = self._contents()
        for _ in range(count):
            table, month = self.chance.choice(self.deliveries.all())
            if (table, month) not in self.deliveries.present():
                self.deliveries.deliver(table, month)
            else:
                act = self.chance.choice(["correct", "correct", "deliver", "withdraw"])
                getattr(self.deliveries, act)(table, month)
        after = self._contents()
        months = {int(path.stem) for path, _ in before.items() ^ after.items()}
        if master:
            since = self.chance.choice([202502, 202504, 202506, 202509])
            self.deliveries.deliver_master(master, since)
            if master == "mst_prodotti":
                months |= {
                    month
                    for table, month in self.deliveries.present()
                    if month >= since and table == "pb_prod"
                }
        return "months: " + ", ".join(map(str, sorted(months)))

    def _contents(self) -> dict[Path, str]:
        return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in self.deliveries}

    def build(self) -> BuildReport:
        """Build what changed."""
        return build(self._workspace, data_tests=False)

    def long_sequence(self) -> None:
        """Any master and the plan change too, and everything is compared after each step."""
        for _ in range(5):
            self.change(self.chance.randint(1, 12), self.chance.choice([*MASTERS, *[""] * len(MASTERS)]))
            self.build()
            self.assert_same()

    def assert_same(self) -> None:
        """Build everything and compare every table with what was there, which is then put back."""
        former = self._workspace.home / "former"
        shutil.copytree(self._workspace.warehouse, former)
        whole = build(self._workspace, data_tests=False, full=True)
        assert whole.scope.startswith("everything: ")
        database = build_database(self._workspace)
        assert not differences(former / database.name, database)
        shutil.rmtree(self._workspace.warehouse)
        former.rename(self._workspace.warehouse)


def differences(found: Path, expected: Path) -> dict[str, tuple[int, int]]:
    """Return the tables of two build databases that differ: rows only here, rows only there."""
    differing = {}
    with duckdb.connect() as connection:
        for name, file in (("found", found), ("expected", expected)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'expected' and schema_name <> 'touched' and table_name <> 'test_results' "
            "order by all"
        ).fetchall()
        assert len(tables) > 100
        for schema, table in tables:
            here, there = (f'{name}."{schema}"."{table}"' for name in ("found", "expected"))
            counted = f"""select
                (select count(*) from (from {here} except all from {there})),
                (select count(*) from (from {there} except all from {here}))"""
            ((more, fewer),) = connection.execute(counted).fetchall()
            if more or fewer:
                differing[f"{schema}.{table}"] = (more, fewer)
    return differing


def test_what_changed_gives_what_everything_gives(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Months arrive, are corrected, come again and are withdrawn; a product gets another coefficient."""
    sequences = int(pytestconfig.getoption("--change-sequences"))
    for number in range(sequences):
        installation = Installation(tmp_path / str(number), SEED + number)
        touched = installation.change(CHANGES)
        assert installation.build().scope == touched
        touched = installation.change(CHANGES, "mst_prodotti")
        assert installation.build().scope == touched
        installation.assert_same()
        if sequences > 1:
            installation.long_sequence()
