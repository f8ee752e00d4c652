"""A light load generator: keep-alive connections that each ask again as soon as they are answered.

It shares the processor with the server that it measures, so it does as little as it can: requests are written
once, and of an answer it reads the status and the length.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Load", "percentile", "post", "run_at_rate", "run_pages", "run_steadily"]


Pages = Sequence[Sequence[Sequence[bytes]]]
"""For each user the pages, for each page the requests."""


@dataclass
class Load:
    """What was measured: seconds of each answer (or page), and how long the whole took."""

    seconds: list[float] = field(default_factory=list)
    wall_seconds: float = 0.0
    failures: int = 0

    def summary(self) -> dict[str, float]:
        """Return requests per second and percentiles in milliseconds."""
        milliseconds = sorted(value * 1000 for value in self.seconds)
        return {
            "answers": len(milliseconds),
            "failures": self.failures,
            "per_second": round(len(milliseconds) / self.wall_seconds, 1) if self.wall_seconds else 0.0,
            "p50_ms": round(statistics.median(milliseconds), 2) if milliseconds else 0.0,
            "p95_ms": round(percentile(milliseconds, 95), 2),
            "p99_ms": round(percentile(milliseconds, 99), 2),
        }


def percentile(ordered: Sequence[float], rank: float) -> float:
    """Return a percentile of sorted values (nearest rank); 0 of none."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * int(rank) // 100) - 1))]


def post(path: str, body: bytes, token: str) -> bytes:
    """Write a request as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run_steadily(
    host: str, port: int, requests: Sequence[bytes], connections: int, seconds: float, warm_up: float = 1.0
) -> Load:
    """Ask for some seconds over some connections, each its next request as soon as the last is answered."""
    return asyncio.run(_steadily(host, port, requests, connections, seconds, warm_up))


def run_at_rate(
    host: str, port: int, requests: Sequence[bytes], connections: int, seconds: float, per_second: float
) -> Load:
    """Ask at a rate, over some connections; a request that had to wait for its turn has waited.

    Time counts from when a request was due, not from when it was sent: a server that stops for a while makes
    all of them late that were due meanwhile.
    """
    return asyncio.run(_at_rate(host, port, requests, connections, seconds, per_second))


def run_pages(host: str, port: int, pages: Pages, connections: int, between: tuple[float, float]) -> Load:
    """Let users open pages one after the other.

    Args:
        host: of the server.
        port: of the server.
        pages: the pages of each user.
        connections: how many connections a user's browser opens; a page is done when all are answered.
        between: seconds between two pages of a user, at least and at most.
    """
    return asyncio.run(_pages(host, port, pages, connections, between))


class _Connection(asyncio.Protocol):
    """One connection; answers are read by `Content-Length` or by chunks."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._answered: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        status = _status_of(self._buffer)
        if status and self._answered is not None and not self._answered.done():
            self._buffer.clear()
            self._answered.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionError("the server hung up"))

    async def ask(self, request: bytes) -> int:
        """Send a request and return the status of its answer."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionError("the server hung up")
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def _status_of(buffer: bytearray) -> int:
    """Return the status of a whole answer; 0 while some of it is missing."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = bytes(buffer[:end]).lower()
    at = head.find(b"content-length:")
    if at >= 0:
        line_end = head.find(b"\r\n", at)
        length = int(head[at + 15 : line_end if line_end >= 0 else None])
        if len(buffer) < end + 4 + length:
            return 0
    elif not buffer.endswith(b"0\r\n\r\n"):
        return 0
    status = int(head[9:12])
    # "Continue wait" comes with status 200, and is no answer.
    return 599 if b'"Continue wait"' in buffer[end : end + 60] else status


async def _open(host: str, port: int) -> _Connection:
    _, connection = await asyncio.get_running_loop().create_connection(_Connection, host, port)
    return connection


async def _steadily(
    host: str, port: int, requests: Sequence[bytes], connections: int, seconds: float, warm_up: float
) -> Load:
    load = Load()
    started = time.perf_counter() + warm_up
    until = started + seconds

    async def work(first: int) -> None:
        connection = await _open(host, port)
        index = first
        while (now := time.perf_counter()) < until:
            status = await connection.ask(requests[index % len(requests)])
            index += 1
            if now >= started:
                load.seconds.append(time.perf_counter() - now)
                load.failures += status != 200
        connection.close()

    await asyncio.gather(*(work(number) for number in range(connections)))
    load.wall_seconds = seconds
    return load


async def _at_rate(
    host: str, port: int, requests: Sequence[bytes], connections: int, seconds: float, per_second: float
) -> Load:
    load = Load()
    opened = [await _open(host, port) for _ in range(connections)]
    started = time.perf_counter()

    async def work(number: int, connection: _Connection) -> None:
        for turn in range(number, int(seconds * per_second), connections):
            due = started + turn / per_second
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            load.failures += await connection.ask(requests[turn % len(requests)]) != 200
            load.seconds.append(time.perf_counter() - due)
        connection.close()

    await asyncio.gather(*(work(number, connection) for number, connection in enumerate(opened)))
    load.wall_seconds = time.perf_counter() - started
    return load


async def _pages(host: str, port: int, pages: Pages, connections: int, between: tuple[float, float]) -> Load:
    load = Load()
    chance = random.Random(1)  # noqa: S311 - the same pauses in each run
    started = time.perf_counter()

    async def open_pages(mine: Sequence[Sequence[bytes]]) -> None:
        for page in mine:
            await asyncio.sleep(chance.uniform(*between))
            waiting = list(reversed(page))

            async def read(waiting: list[bytes] = waiting) -> None:
                # A server hangs up on idle connections, so a page opens its own.
                connection = await _open(host, port)
                while waiting:
                    load.failures += await connection.ask(waiting.pop()) != 200
                connection.close()

            now = time.perf_counter()
            await asyncio.gather(*(read() for _ in range(connections)))
            load.seconds.append(time.perf_counter() - now)

    await asyncio.gather(*(open_pages(mine) for mine in pages))
    load.wall_seconds = time.perf_counter() - started
    return load
