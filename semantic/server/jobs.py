"""One running query, shared by all requests that are identical.

queued ─► running ─► done            kept, and given to everyone who waits
   │         │
   └────┬────┘
        ▼
     stopped      its time is over, or nobody wants it any more
"""

import asyncio
import logging
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from semantic.planner import Plan, Statement
from semantic.server.errors import DatabaseFailure, QueryTimeout, QueryTooLarge
from semantic.server.publication import Database
from semantic.server.results import Completeness, Payload
from semantic.server.rows import RowWriter

__all__ = ["Job", "stopped"]

_LOG = logging.getLogger(__name__)
_NARROWER = "ask for fewer periods, structures or dimensions at a time"
_ROWS_AT_ONCE = 2048
_Rows = list[tuple[Any, ...]]


@dataclass(eq=False)
class Job:
    """A query on its way.

    Attributes:
        future: its result.
        waiting: requests that wait for it now.
        is_abandoned: whether it was stopped because nobody waited.
        expected_until: until when (of the loop's clock) a client that was told to wait may come back.
        watch: stops it then, if nobody does.
    """

    plan: Plan
    database: Database
    future: "asyncio.Future[Payload]" = field(init=False)
    waiting: int = 0
    is_abandoned: bool = False
    expected_until: float = 0.0
    watch: asyncio.TimerHandle | None = None
    _cursor: duckdb.DuckDBPyConnection | None = None
    _is_stopped: bool = False

    def run(self) -> Payload:
        """Run the plan to the end (in a worker thread).

        Raises:
            QueryTimeout: it was stopped.
            DatabaseFailure: the database refused it.
        """
        self._cursor = self.database.cursor()
        try:
            total = None
            if self.plan.total is not None:
                self._execute(self.plan.total)
                total = sum(int(row[0]) for rows in self._fetched(self.plan.total) for row in rows)
            return self._answered(total)
        finally:
            cursor, self._cursor = self._cursor, None
            cursor.close()

    def stop(self) -> None:
        """Stop the query: whoever waits for it is told."""
        self._is_stopped = True
        cursor = self._cursor
        if cursor is not None:
            cursor.interrupt()
        else:
            self.future.cancel()

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped before its end."""
        return self._is_stopped

    def _answered(self, total: int | None) -> Payload:
        """Run the statement, and encode its rows as they come."""
        plan = self.plan
        kinds = self._execute(plan.statement)
        writer = RowWriter(
            plan.query.response_format,
            plan.names,
            kinds,
            (*plan.bare_times, *plan.repeated),
            plan.constants,
        )
        counted = {name: [0, 0, 0] for name in plan.completeness}
        count = 0
        for rows in self._fetched(plan.statement):
            count += len(rows)
            writer.add(rows)
            for name, positions in plan.completeness.items():
                _count(counted[name], rows, *positions)
        return Payload(
            data=writer.finish(),
            rows=count,
            total=total,
            completeness={name: Completeness(*numbers) for name, numbers in counted.items()},
            published_at=self.database.published_at,
        )

    def _execute(self, statement: Statement) -> list[str]:
        """Start a statement, and return the types of its columns."""
        if self._is_stopped or self._cursor is None:
            raise stopped()
        try:
            self._cursor.execute(statement.sql, list(statement.parameters))
            return [str(column[1]) for column in self._cursor.description or ()]
        except duckdb.Error as error:
            raise self._failure(error, statement) from None

    def _fetched(self, statement: Statement) -> Iterator[_Rows]:
        """Yield the rows of the started statement, some at a time, to the end."""
        while not self._is_stopped and self._cursor is not None:
            try:
                rows = self._cursor.fetchmany(_ROWS_AT_ONCE)
            except duckdb.Error as error:
                raise self._failure(error, statement) from None
            if not rows:
                return
            yield rows
        raise stopped()

    def _failure(self, error: duckdb.Error, statement: Statement) -> Exception:
        if self._is_stopped:
            return stopped()
        if isinstance(error, duckdb.OutOfMemoryException):
            return QueryTooLarge("The query needs more memory than it may have", suggestion=_NARROWER)
        identifier = secrets.token_hex(8)
        sql, parameters = statement.sql, statement.parameters
        _LOG.error("database error %s: %s\n%s\n%s", identifier, error, sql, parameters)
        return DatabaseFailure(
            f"The database could not answer (error {identifier})",
            suggestion=f"the server's log has the reason under {identifier}",
        )


def stopped() -> QueryTimeout:
    """Say that a query was stopped, and what may be asked instead."""
    return QueryTimeout("The query was stopped", suggestion=_NARROWER)


def _count(counted: list[int], rows: Sequence[tuple[Any, ...]], expected_at: int, present_at: int) -> None:
    """Add the deliveries that some rows expect and have, and the rows in which some are missing."""
    for row in rows:
        expected, present = int(row[expected_at] or 0), int(row[present_at] or 0)
        counted[0] += expected
        counted[1] += present
        counted[2] += present != expected
