"""Runs plans: in threads, one database cursor each, joined when identical, interrupted when too slow.

request ─► kept result? ─► running already? ─► a worker thread ─► kept ─► answer
                                  │ not ready within the wait limit
                                  ▼
                           "Continue wait" (the query goes on; the same request joins it)
"""

import asyncio
import json
import logging
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import duckdb

from semantic.catalogue import Outcome, read_results
from semantic.planner import Plan
from semantic.server.encoding import Json, encode_column
from semantic.server.errors import ContinueWait, DatabaseFailure, NotReady, QueryTimeout, QueryTooLarge
from semantic.server.publication import Database, Publication
from semantic.server.results import Completeness, Key, Payload, ResultCache
from semantic.server.settings import ServerSettings

__all__ = ["Engine"]

_LOG = logging.getLogger(__name__)
_NARROWER = "ask for fewer periods, structures or dimensions at a time"


@dataclass(eq=False)
class _Job:
    """One running (or waiting) query; shared by all requests that are identical."""

    plan: Plan
    database: Database
    future: "asyncio.Future[Payload]" = field(init=False)
    cursor: duckdb.DuckDBPyConnection | None = None
    is_expired: bool = False
    waiting: int = 0

    def run(self) -> Payload:
        """Run the plan to the end (in a worker thread)."""
        self.cursor = self.database.cursor()
        try:
            total = None
            if self.plan.total is not None:
                rows, _ = self._fetch(self.plan.total.sql, self.plan.total.parameters)
                total = int(rows[0][0])
            rows, kinds = self._fetch(self.plan.statement.sql, self.plan.statement.parameters)
        finally:
            cursor, self.cursor = self.cursor, None
            cursor.close()
        return Payload(
            data=_data(self.plan, rows, kinds),
            rows=len(rows),
            total=total,
            completeness={name: _completeness(rows, *at) for name, at in self.plan.completeness.items()},
            published_at=self.database.published_at,
        )

    def expire(self) -> None:
        """Stop the query: its time is over."""
        self.is_expired = True
        cursor = self.cursor
        if cursor is not None:
            cursor.interrupt()
        else:
            self.future.cancel()

    def _fetch(self, sql: str, parameters: Sequence[Any]) -> tuple[list[tuple[Any, ...]], list[str]]:
        if self.is_expired or self.cursor is None:
            raise QueryTimeout("The query was stopped", suggestion=_NARROWER)
        try:
            self.cursor.execute(sql, list(parameters))
            kinds = [str(column[1]) for column in self.cursor.description or ()]
            return self.cursor.fetchall(), kinds
        except duckdb.InterruptException:
            raise QueryTimeout("The query was stopped", suggestion=_NARROWER) from None
        except duckdb.OutOfMemoryException:
            raise QueryTooLarge(
                "The query needs more memory than it may have", suggestion=_NARROWER
            ) from None
        except duckdb.Error as error:
            identifier = secrets.token_hex(8)
            _LOG.error("database error %s: %s\n%s\n%s", identifier, error, sql, parameters)
            raise DatabaseFailure(
                f"The database could not answer (error {identifier})",
                suggestion=f"the server's log has the reason under {identifier}",
            ) from None


class Engine:
    """Answers plans from the current publication.

    Args:
        publication: what to read.
        settings: limits of time, memory and concurrency.
    """

    def __init__(self, publication: Publication, settings: ServerSettings) -> None:
        self._publication = publication
        self._settings = settings
        self._executor = ThreadPoolExecutor(settings.workers, thread_name_prefix="query")
        self._cache = ResultCache(settings.cache_bytes)
        self._jobs: dict[Key, _Job] = {}
        self._version = ""
        self._results: tuple[str, dict[str, Outcome]] = ("", {})

    async def answer(self, plan: Plan) -> Payload:
        """Return the data of a plan.

        Raises:
            ContinueWait: not ready within the wait limit; the query goes on.
            NotReady: nothing is published, or too many queries are waiting.
            QueryTimeout: it took too long.
            DatabaseFailure: the database refused it.
        """
        if self._publication.is_stale():
            await asyncio.to_thread(self._publication.refresh)
        database = self._publication.acquire()
        try:
            self._follow(database.version)
            key = _key(plan, database.version)
            kept = self._cache.get(key, fresh=plan.query.cache_mode == "no-cache")
            if isinstance(kept, Payload):
                return kept
            if kept is not None:
                raise kept
            job = self._jobs.get(key) or self._start(key, plan, database.acquire())
        finally:
            database.release()
        return await self._wait(job)

    async def ready(self) -> bool:
        """Say whether a database is open."""
        if self._publication.is_stale():
            await asyncio.to_thread(self._publication.refresh)
        try:
            self._publication.acquire().release()
        except NotReady:
            return False
        return True

    async def test_results(self) -> tuple[str, dict[str, Outcome]]:
        """Return the version that is served and the last results of its tests; ("", {}) before the first."""
        if not await self.ready():
            return "", {}
        database = self._publication.acquire()
        try:
            if self._results[0] != database.version:
                self._results = (database.version, await asyncio.to_thread(_read_results, database))
            return self._results
        finally:
            database.release()

    async def close(self) -> None:
        """Stop all queries and let go of the database."""
        for job in list(self._jobs.values()):
            job.expire()
        await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)
        self._publication.close()

    def _follow(self, version: str) -> None:
        if version != self._version:
            self._cache.clear()
            self._version = version

    def _start(self, key: Key, plan: Plan, database: Database) -> _Job:
        if len(self._jobs) >= self._settings.workers + self._settings.waiting:
            database.release()
            raise NotReady("The server is busy", code="BUSY", suggestion="ask again in a few seconds")
        _LOG.debug("running on version %s: %s", database.version, plan.statement.sql)
        job = _Job(plan, database)
        loop = asyncio.get_running_loop()
        job.future = loop.run_in_executor(self._executor, job.run)
        timer = loop.call_later(self._settings.query_seconds, job.expire)
        self._jobs[key] = job

        def finish(future: "asyncio.Future[Payload]") -> None:
            timer.cancel()
            del self._jobs[key]
            database.release()
            self._keep(key, job, future)

        job.future.add_done_callback(finish)
        return job

    def _keep(self, key: Key, job: _Job, future: "asyncio.Future[Payload]") -> None:
        if future.cancelled():
            outcome: Payload | Exception = QueryTimeout("The query was stopped", suggestion=_NARROWER)
        else:
            error = future.exception()
            outcome = error if isinstance(error, Exception) else future.result()
        if job.database.version == self._version:
            self._cache.put(key, outcome, uncollected=job.waiting == 0)

    async def _wait(self, job: _Job) -> Payload:
        job.waiting += 1
        try:
            return await asyncio.wait_for(asyncio.shield(job.future), self._settings.wait_seconds)
        except TimeoutError:
            raise ContinueWait from None
        except asyncio.CancelledError:
            if job.is_expired:
                raise QueryTimeout("The query was stopped", suggestion=_NARROWER) from None
            raise
        finally:
            job.waiting -= 1


def _read_results(database: Database) -> dict[str, Outcome]:
    with database.cursor() as cursor:
        return read_results(cursor)


def _key(plan: Plan, version: str) -> Key:
    names = plan.names
    total = plan.total is not None
    # The scope is a part of the key even where the statement is the same: a quick answer would tell that
    # somebody else has asked.
    scope = plan.resolved.access.key
    return (
        scope,
        version,
        plan.query.response_format,
        total,
        names,
        plan.statement.sql,
        plan.statement.parameters,
    )


def _completeness(rows: list[tuple[Any, ...]], expected_at: int, present_at: int) -> Completeness:
    pairs = [(int(row[expected_at] or 0), int(row[present_at] or 0)) for row in rows]
    return Completeness(
        expected=sum(expected for expected, _ in pairs),
        present=sum(present for _, present in pairs),
        incomplete_rows=sum(present != expected for expected, present in pairs),
    )


def _data(plan: Plan, rows: list[tuple[Any, ...]], kinds: list[str]) -> bytes:
    """Encode the rows in the format that the query asks for."""
    names = list(plan.names)
    raw = list(zip(*rows, strict=True)) or [()] * len(names)
    columns = [encode_column(raw[index], kinds[index]) for index in range(len(names))]
    for name, index in plan.bare_times:
        names.append(name)
        columns.append(columns[index])
    return json.dumps(
        _shaped(plan.query.response_format, names, columns), ensure_ascii=False, separators=(",", ":")
    ).encode()


def _shaped(response_format: str, names: list[str], columns: list[Sequence[Json]]) -> object:
    if response_format == "columnar":
        return {"members": names, "columns": columns}
    table = zip(*columns, strict=True)
    if response_format == "compact":
        return {"members": names, "dataset": list(table)}
    return [dict(zip(names, values, strict=True)) for values in table]
