"""The two clients: small loops that drive the flows, one blocking and one on asyncio."""

from __future__ import annotations

import abc
import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from api_client import flows
from api_client.catalogue import Metric
from api_client.errors import CruscottoError, TransportError
from api_client.flows import Sql
from api_client.protocol import Flow, Pause, Policy, Response
from api_client.question import QueryOptions, Question
from api_client.result import Result
from api_client.rows import Row
from api_client.transport import AsyncTransport, Server, SyncTransport

__all__ = ["AsyncClient", "Client"]

T = TypeVar("T")

TIMEOUT_SECONDS = 30.0
WAIT_SECONDS = 120.0
RETRIES = 4
MAX_BYTES = 256 * 1024 * 1024
PAGE_ROWS = 50_000


class _Settings(abc.ABC):
    """What both clients are made with: the server, the patience, the size of a page."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        timeout: float = TIMEOUT_SECONDS,
        wait: float = WAIT_SECONDS,
        retries: int = RETRIES,
        max_bytes: int = MAX_BYTES,
        page_rows: int = PAGE_ROWS,
    ) -> None:
        """Keep the settings; nothing is sent yet.

        Args:
            url: the server's base address, such as `http://127.0.0.1:4000`; `/cubejs-api` is added if absent.
            token: the JSON Web Token; None only for a server started without tokens, for development.
            timeout: seconds without a byte before an answer is given up; more than the ten for which
                a server holds a query that is still being computed.
            wait: seconds to go on asking for one answer that is still being computed.
            retries: how many times to send again after a broken connection, 429, 502, 503 or 504.
            max_bytes: the longest answer accepted.
            page_rows: rows to ask at once; no server gives more than 50,000.

        Raises:
            CruscottoError: the address, the token or a number is not possible.
        """
        if timeout <= 0 or wait < 0 or retries < 0 or max_bytes < 1 or not 1 <= page_rows <= PAGE_ROWS:
            raise CruscottoError(
                f"{timeout=}, {wait=}, {retries=}, {max_bytes=}, {page_rows=}: "
                f"all must be positive (wait and retries may be 0), and page_rows at most {PAGE_ROWS}"
            )
        self._server = Server.at(url, token, timeout=timeout, max_bytes=max_bytes)
        self._policy = Policy(wait=wait, retries=retries)
        self._page_rows = page_rows
        self._open()

    @abc.abstractmethod
    def _open(self) -> None:
        """Prepare the connections."""

    def __repr__(self) -> str:
        """Show the address, and never the token."""
        return f"{type(self).__name__}({self._server.root!r})"


class Client(_Settings):
    """A blocking client; a context manager, and safe to share between threads.

    ```
    with Client("http://127.0.0.1:4000", token) as client:
        for row in client.query("indice_giacenza", by=["direzione"], period="2025-P10"):
            print(row["direzione"], row["indice_giacenza"])
    ```
    Every method raises the exceptions of `api_client.errors`.
    """

    def _open(self) -> None:
        self._transport = SyncTransport(self._server)

    def query(self, metrics: str | Sequence[str], **options: Unpack[QueryOptions]) -> Result:
        """Ask for metrics by their codes.

        Args:
            metrics: one code, or several (`metrics()` lists them).
            **options: by, period, scenario, where, order, limit, view, complete_only, organisation, targets,
                compare, as_of, include_history: see `QueryOptions`.
        """
        question = Question.of(metrics, options)
        return self._run(flows.answer(question, self._policy, self._page_rows))

    def iter_rows(self, metrics: str | Sequence[str], **options: Unpack[QueryOptions]) -> Iterator[Row]:
        """Ask as `query` does, and give the rows as they arrive, one page in memory at a time."""
        return self._rows(flows.streamed(Question.of(metrics, options), self._policy, self._page_rows))

    def _rows(self, pages: flows.Pages) -> Iterator[Row]:
        while not pages.done:
            yield from self._run(pages.next_page())

    def load(self, query: Mapping[str, Any]) -> Result:
        """Send a query of the protocol as it is written; a limit past 50,000 is read page by page."""
        return self._run(flows.everything(query, self._policy, self._page_rows))

    def metrics(self, view: str | None = None) -> list[Metric]:
        """List the metrics of a view; without one, all indicators and components, composites included."""
        return self._run(flows.metrics(view, self._policy))

    def sql(self, query: Mapping[str, Any]) -> Sql:
        """Show the SQL that a query of the protocol compiles to."""
        return self._run(flows.compiled(query, self._policy))

    def dry_run(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """Show how the server understands a query of the protocol."""
        return self._run(flows.dry_run(query, self._policy))

    def meta(self) -> dict[str, Any]:
        """Give the model's whole description: views, members, hierarchies, folders."""
        return self._run(flows.meta(self._policy))

    def ready(self) -> bool:
        """Ask whether the server is ready to answer; False also when it cannot be reached."""
        return self._run(flows.ready())

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end."""
        answer: Response | None = None
        failure: TransportError | None = None
        while True:
            try:
                effect = flow.send(answer) if failure is None else flow.throw(failure)
            except StopIteration as end:
                result: T = end.value
                return result
            answer = failure = None
            if isinstance(effect, Pause):
                time.sleep(effect.seconds)
                continue
            try:
                answer = self._transport.send(effect)
            except TransportError as error:
                failure = error


class AsyncClient(_Settings):
    """The same on asyncio: every method of `Client`, awaited; an asynchronous context manager."""

    def _open(self) -> None:
        self._transport = AsyncTransport(self._server)

    async def query(self, metrics: str | Sequence[str], **options: Unpack[QueryOptions]) -> Result:
        """Ask for metrics by their codes, as `Client.query`."""
        question = Question.of(metrics, options)
        return await self._run(flows.answer(question, self._policy, self._page_rows))

    def iter_rows(self, metrics: str | Sequence[str], **options: Unpack[QueryOptions]) -> AsyncIterator[Row]:
        """Give the rows as they arrive, as `Client.iter_rows`."""
        return self._rows(flows.streamed(Question.of(metrics, options), self._policy, self._page_rows))

    async def _rows(self, pages: flows.Pages) -> AsyncIterator[Row]:
        while not pages.done:
            for row in await self._run(pages.next_page()):
                yield row

    async def load(self, query: Mapping[str, Any]) -> Result:
        """Send a query of the protocol, as `Client.load`."""
        return await self._run(flows.everything(query, self._policy, self._page_rows))

    async def metrics(self, view: str | None = None) -> list[Metric]:
        """List the metrics of a view."""
        return await self._run(flows.metrics(view, self._policy))

    async def sql(self, query: Mapping[str, Any]) -> Sql:
        """Show the SQL that a query compiles to."""
        return await self._run(flows.compiled(query, self._policy))

    async def dry_run(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """Show how the server understands a query."""
        return await self._run(flows.dry_run(query, self._policy))

    async def meta(self) -> dict[str, Any]:
        """Give the model's whole description."""
        return await self._run(flows.meta(self._policy))

    async def ready(self) -> bool:
        """Ask whether the server is ready to answer."""
        return await self._run(flows.ready())

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end."""
        answer: Response | None = None
        failure: TransportError | None = None
        while True:
            try:
                effect = flow.send(answer) if failure is None else flow.throw(failure)
            except StopIteration as end:
                result: T = end.value
                return result
            answer = failure = None
            if isinstance(effect, Pause):
                await asyncio.sleep(effect.seconds)
                continue
            try:
                answer = await self._transport.send(effect)
            except TransportError as error:
                failure = error
