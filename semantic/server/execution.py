"""Runs plans: in threads, one database cursor each, joined when identical, stopped when nobody wants them.

request ─► kept result? ─► running already? ─► a worker thread ─► kept ─► answer
                                  │ not ready within the wait limit
                                  ▼
                           "Continue wait" (the query goes on; the same request joins it)

A query is stopped when its time is over, when all who waited for it hung up, and when those who were told to
wait do not come back.
"""

import asyncio
import logging
from collections.abc import Sequence

from semantic.catalogue import Outcome, read_results
from semantic.planner import Plan
from semantic.server.callers import Caller
from semantic.server.errors import CallerGone, ContinueWait, NotReady
from semantic.server.jobs import Job, stopped
from semantic.server.lanes import Lanes
from semantic.server.past import PastPublications
from semantic.server.publication import Database, Publication
from semantic.server.register import Published
from semantic.server.results import Key, Payload, ResultCache
from semantic.server.settings import ServerSettings

__all__ = ["Engine"]

_LOG = logging.getLogger(__name__)
_STOP_SECONDS = 0.2


class Engine:
    """Answers plans from the current publication, and from former ones.

    Args:
        publication: what to read.
        past: what else may be read.
        settings: limits of time, memory and concurrency.
    """

    def __init__(self, publication: Publication, past: PastPublications, settings: ServerSettings) -> None:
        self._publication = publication
        self._past = past
        self._settings = settings
        self._lanes = Lanes(settings)
        self._cache = ResultCache(settings.cache_bytes)
        self._jobs: dict[Key, Job] = {}
        self._version = ""
        self._results: tuple[str, dict[str, Outcome]] = ("", {})

    async def answer_all(
        self, plans: Sequence[Plan], caller: Caller | None = None, source: Published | None = None
    ) -> list[Payload]:
        """Return the data of several plans, which run at once and on one publication.

        Args:
            plans: what to run.
            caller: who waits; None: somebody who does not hang up.
            source: the publication to answer from; None: the present one.

        Raises:
            ContinueWait: one is not ready within the wait limit; it goes on, and those that are will be given
                again.
            CallerGone: the caller hung up.
            NotReady: nothing is published, or too many queries are waiting.
            PublicationGone: the former publication cannot be read any more.
            QueryTimeout: one took too long.
            DatabaseFailure: the database refused one. Of several failures the first is raised.
        """
        until = self._deadline()
        database = await self._acquired(source, until)
        try:
            if len(plans) == 1:
                return [await self._answer(plans[0], database, caller, until)]
            outcomes = await asyncio.gather(
                *(self._answer(plan, database, caller, until) for plan in plans), return_exceptions=True
            )
        finally:
            database.release()
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if failures:
            for plan, outcome in zip(plans, outcomes, strict=True):
                if isinstance(outcome, Payload):
                    self._cache.give_back(_key(plan, database.version))
            raise min(failures, key=lambda failure: isinstance(failure, ContinueWait))
        return [outcome for outcome in outcomes if isinstance(outcome, Payload)]

    async def answer_each(
        self, plans: Sequence[Plan], sources: Sequence[Published], caller: Caller | None = None
    ) -> list[Payload]:
        """Return the data of several plans, each of a publication of its own, one after the other.

        Raises:
            As `answer_all`; what is ready is given again to the same request.
        """
        until = self._deadline()
        done: list[Payload] = []
        try:
            for plan, source in zip(plans, sources, strict=True):
                database = await self._acquired(source, until)
                try:
                    done.append(await self._answer(plan, database, caller, until))
                finally:
                    database.release()
        except Exception:
            for plan, source in zip(plans[: len(done)], sources, strict=False):
                self._cache.give_back(_key(plan, source.version))
            raise
        return done

    async def current_version(self) -> str:
        """Return the version of the current publication; '' before the first."""
        if not await self.ready():
            return ""
        database = self._publication.acquire()
        database.release()
        return database.version

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._settings.wait_seconds

    async def _acquired(self, source: Published | None, until: float) -> Database:
        """Return the database to read, with one more reader."""
        if self._publication.is_stale():
            await asyncio.to_thread(self._publication.refresh)
        if source is not None and not self._publication.serves(source.version):
            return await self._past.acquire(source, until)
        database = self._publication.acquire()
        if source is not None and database.version != source.version:
            # Another one was published in this very moment.
            database.release()
            return await self._past.acquire(source, until)
        self._follow(database.version)
        return database

    async def _answer(self, plan: Plan, database: Database, caller: Caller | None, until: float) -> Payload:
        key = _key(plan, database.version)
        kept = self._cache.get(key, fresh=plan.query.cache_mode == "no-cache")
        if isinstance(kept, Payload):
            return kept
        if kept is not None:
            raise kept
        job = self._jobs.get(key)
        if job is None or job.is_stopped:
            job = self._start(key, plan, database.acquire())
        return await self._wait(job, caller, until)

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
            self._stop(job)
        await asyncio.to_thread(self._lanes.close)
        self._past.close()
        self._publication.close()

    def _follow(self, version: str) -> None:
        if version != self._version:
            self._cache.clear()
            self._version = version

    def _start(self, key: Key, plan: Plan, database: Database) -> Job:
        if self._lanes.is_full:
            database.release()
            raise NotReady("The server is busy", code="BUSY", suggestion="ask again in a few seconds")
        _LOG.debug("running on version %s: %s", database.version, plan.statement.sql)
        job = Job(plan, database)
        job.future = self._lanes.submit(job.run)
        timer = asyncio.get_running_loop().call_later(self._settings.query_seconds, self._stop, job)
        self._jobs[key] = job

        def finish(future: "asyncio.Future[Payload]") -> None:
            timer.cancel()
            _cancel(job.watch)
            if self._jobs.get(key) is job:
                del self._jobs[key]
            database.release()
            self._keep(key, job, future)

        job.future.add_done_callback(finish)
        return job

    def _stop(self, job: Job) -> None:
        """Stop a query; again until it ends, since the database forgets it between two statements."""
        if not job.future.done():
            job.stop()
            asyncio.get_running_loop().call_later(_STOP_SECONDS, self._stop, job)

    def _keep(self, key: Key, job: Job, future: "asyncio.Future[Payload]") -> None:
        if future.cancelled():
            outcome: Payload | Exception = stopped()
        else:
            error = future.exception()
            outcome = error if isinstance(error, Exception) else future.result()
        is_served = job.database.is_past or job.database.version == self._version
        if is_served and not job.is_abandoned:
            self._cache.put(key, outcome, uncollected=job.waiting == 0)

    async def _wait(self, job: Job, caller: Caller | None, until: float) -> Payload:
        job.waiting += 1
        _cancel(job.watch)
        awaited: list[asyncio.Future[Payload] | asyncio.Task[None]] = [job.future]
        if caller is not None:
            awaited.append(caller.gone())
        loop = asyncio.get_running_loop()
        try:
            timeout = max(0.0, until - loop.time())
            await asyncio.wait(awaited, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if job.future.cancelled():
                raise stopped()
            if job.future.done():
                return job.future.result()
            if caller is not None and caller.gone().done():
                raise CallerGone
            job.expected_until = loop.time() + self._settings.abandoned_seconds
            raise ContinueWait
        finally:
            job.waiting -= 1
            if not job.waiting and not job.future.done():
                job.watch = loop.call_at(job.expected_until, self._abandon, job)

    def _abandon(self, job: Job) -> None:
        """Stop a query that nobody waits for."""
        if not job.waiting and not job.future.done():
            _LOG.info("stopped a query that nobody waits for any more")
            job.is_abandoned = True
            self._stop(job)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def _read_results(database: Database) -> dict[str, Outcome]:
    with database.cursor() as cursor:
        return read_results(cursor)


def _key(plan: Plan, version: str) -> Key:
    # The scope is a part of the key even where the statement is the same: a quick answer would tell that
    # somebody else has asked.
    scope = plan.resolved.access.key
    shown = (plan.query.response_format, plan.total is not None, plan.names, plan.repeated, plan.constants)
    return (scope, version, shown, plan.statement.sql, plan.statement.parameters)
