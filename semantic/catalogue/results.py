"""The last result of each test, as the publication carries it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["RESULTS_TABLE", "Outcome", "none_told", "read_results", "schema_summary"]

RESULTS_TABLE = ("reference", "test_results")
"""Schema and name of the table of results in the build database and in a publication."""

_TOLD = {"pass": "superata", "warn": "avvertimento", "fail": "non superata", "error": "errore"}


@dataclass(frozen=True)
class Outcome:
    """What a test said when it last ran: `failures` rows against it, at `run_at` (UTC), in which dbt run."""

    name: str
    kind: str
    models: frozenset[str]
    status: str
    failures: int
    run_at: datetime
    invocation: str

    @property
    def told(self) -> str:
        """The outcome in Italian, with the day it was reached."""
        outcome = _TOLD.get(self.status, self.status)
        rows = f", {self.failures} righe" if self.failures else ""
        return f"{outcome}{rows} il {self.run_at:%d/%m/%Y %H:%M} UTC"


def none_told(kind: str) -> str:
    """Return, in Italian, why a publication carries no result of a test of this kind."""
    if kind == "unita":
        return "provata a ogni modifica dei modelli, non a ogni carico"
    return "nessun esito pubblicato"


def read_results(connection: "duckdb.DuckDBPyConnection") -> dict[str, Outcome]:
    """Return the results that a published file carries, by the test's name; {} when it carries none."""
    schema, table = RESULTS_TABLE
    present = connection.execute(
        "select 1 from duckdb_tables() where schema_name = ? and table_name = ?", [schema, table]
    ).fetchone()
    if present is None:
        return {}
    rows = connection.execute(
        "select distinct on (test_name) test_name, kind, model_names, status, failures, run_at, invocation_id"
        f" from {schema}.{table} order by test_name"
    ).fetchall()
    return {
        name: Outcome(name, kind, frozenset(models), status, failures, run_at, invocation)
        for name, kind, models, status, failures, run_at, invocation in rows
    }


def schema_summary(results: Mapping[str, Outcome], models: Iterable[str]) -> tuple[int, int]:
    """Return how many declared properties of these models' columns were tested, and how many hold."""
    wanted = frozenset(models)
    tested = [item for item in results.values() if item.kind == "schema" and item.models & wanted]
    return len(tested), sum(item.status == "pass" for item in tested)
