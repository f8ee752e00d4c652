"""What the build database is a build of, so that the next build may compute only what changed since.

    warehouse/base.json     written after a build that ended well, removed before the next one begins

A build that was killed, or failed, leaves none: the next one computes everything. So it does where the file
was written after the record (its size and time say so), with other definitions, with another engine. What
changed in the rows is found by dbt itself, by content (`warehouse/models/touched`).
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from orchestration.definitions import current_versions
from orchestration.durable import write_text

__all__ = ["Base", "scope_of"]


class Base:
    """The record beside a build database."""

    def __init__(self, database: Path) -> None:
        """Look beside the database."""
        self._database = database
        self._path = database.with_name("base.json")

    def take(self) -> bool:
        """Remove the record: what follows changes the database. Return whether it was of this very file."""
        is_there = self.is_there()
        self._path.unlink(missing_ok=True)
        return is_there

    def is_there(self) -> bool:
        """Say whether there is a record, and of this very file."""
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return False
        return known is not None and known == self._present()

    def leave(self) -> None:
        """Record that the database is a whole build by the present definitions."""
        write_text(self._path, json.dumps(self._present()))

    def _present(self) -> dict[str, Any] | None:
        """Return what the record should say of the database as it is now; None where there is none."""
        if not self._database.is_file() or self._database.with_name(f"{self._database.name}.wal").exists():
            return None
        found = self._database.stat()
        return {
            "database": [found.st_size, found.st_mtime_ns],
            "definitions": current_versions()["definitions"],
            "engine": [duckdb.__version__, version("dbt-duckdb")],
        }


def scope_of(database: Path) -> str:
    """Return what the last build computed, as its tables tell it; empty where they were not built."""
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            scope = connection.execute("select is_full, reason from touched.int_build_scope").fetchone()
            months = connection.execute(
                "select distinct month_key from touched.int_touched_months order by all"
            ).fetchall()
        except duckdb.CatalogException:
            return ""
    if scope is None or scope[0]:
        return f"everything: {scope[1] if scope else 'nothing is known'}"
    return "months: " + (", ".join(str(month) for (month,) in months) or "none")
