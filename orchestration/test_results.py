"""Keeps each test's last result in the build database, so that the publication carries it.

A partial build (`--select`) renews the results of the tests it ran and leaves the others as they were.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from semantic.catalogue import RESULTS_TABLE
from semantic.compiler.guards import Guard, read_guards

__all__ = ["failed_tests", "record_results"]

_TABLE = ".".join(RESULTS_TABLE)
_CREATE = f"""
create table if not exists {_TABLE} (
    test_name varchar, kind varchar, indicator_code varchar, model_names varchar[],
    status varchar, failures bigint, run_at timestamp, invocation_id varchar
)
"""


def record_results(database: Path, manifest: Path, run_results: Path) -> None:
    """Write what one dbt run said of the tests it ran: a row per test and indicator that the test names.

    Tests that the project no longer has are forgotten. Neither messages nor SQL are kept: they may show rows.

    Args:
        database: the build database; nothing else may have it open.
        manifest: dbt's manifest of the run.
        run_results: dbt's results of the run.
    """
    guards = read_guards(json.loads(manifest.read_text(encoding="utf-8")))
    outcome = json.loads(run_results.read_text(encoding="utf-8"))
    said = {item["unique_id"]: item for item in outcome["results"]}
    invocation = str(outcome["metadata"]["invocation_id"])
    ran = [guard for guard in guards if guard.identifier in said]
    rows = [row for guard in ran for row in _rows(guard, said[guard.identifier], invocation)]
    with duckdb.connect(str(database)) as connection:
        connection.begin()
        connection.execute(f"create schema if not exists {RESULTS_TABLE[0]}")
        connection.execute(_CREATE)
        connection.execute(
            f"delete from {_TABLE}"
            " where list_contains($ran, test_name) or not list_contains($known, test_name)",
            {"ran": [guard.name for guard in ran], "known": [guard.name for guard in guards]},
        )
        if rows:
            connection.executemany(f"insert into {_TABLE} values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()


def failed_tests(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[str]:
    """Return the names of the tests whose last result is a failure, in an attached build database."""
    schema, table = RESULTS_TABLE
    present = connection.execute(
        "select 1 from duckdb_tables() where database_name = ? and schema_name = ? and table_name = ?",
        [catalog, schema, table],
    ).fetchone()
    if present is None:
        return []
    rows = connection.execute(
        f"select distinct test_name from {catalog}.{_TABLE} where status not in ('pass', 'warn') order by all"
    ).fetchall()
    return [name for (name,) in rows]


def _rows(guard: Guard, said: Mapping[str, Any], invocation: str) -> Iterator[list[Any]]:
    ended = [step["completed_at"] for step in said["timing"] if step["name"] == "execute"]
    run_at = datetime.fromisoformat(ended[0]) if ended else datetime.now(UTC)
    stamp = run_at.astimezone(UTC).replace(tzinfo=None)
    status, failures = str(said["status"]), int(said["failures"] or 0)
    for code in guard.indicators or (None,):
        yield [guard.name, guard.kind, code, list(guard.models), status, failures, stamp, invocation]
