"""Who waits for an answer, and whether they still do."""

import asyncio

from starlette.requests import Request

__all__ = ["Caller"]


class Caller:
    """The other end of a request whose body has been read.

    Args:
        request: the request.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._gone: asyncio.Task[None] | None = None

    def gone(self) -> "asyncio.Task[None]":
        """Return a task that ends when the caller hangs up: only those who wait start it."""
        if self._gone is None:
            self._gone = asyncio.ensure_future(self._listen())
        return self._gone

    def close(self) -> None:
        """Stop listening."""
        if self._gone is not None:
            self._gone.cancel()

    async def _listen(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
