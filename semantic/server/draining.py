"""Stops in order: requests in flight are answered, new ones are sent elsewhere.

open ──close()──► closed: `/readyz` says DOWN, queries get 503 and `Retry-After` ──nothing in flight──► exit
"""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from semantic.server.errors import NotReady
from semantic.server.responses import refusal, request_id_of

__all__ = ["Gate", "GateMiddleware"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Gate:
    """Counts the requests in flight, and lets no more in once it is closed."""

    def __init__(self) -> None:
        self.in_flight = 0
        self._closed_at: float | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the server is stopping."""
        return self._closed_at is not None

    @property
    def closed_seconds(self) -> float:
        """For how long it has been closed."""
        return 0.0 if self._closed_at is None else time.monotonic() - self._closed_at

    def close(self) -> None:
        """Let no more requests in."""
        if self._closed_at is None:
            self._closed_at = time.monotonic()


class GateMiddleware:
    """Refuses requests while the gate is closed, all but those of `open_paths`.

    Args:
        app: the application behind it.
        gate: the gate.
        open_paths: what is answered also by a server that stops.
    """

    def __init__(self, app: App, gate: Gate, open_paths: frozenset[str]) -> None:
        self._app = app
        self._gate = gate
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._gate.is_closed and scope["path"] not in self._open_paths:
            error = NotReady("The server is stopping", code="STOPPING", suggestion="ask again in a moment")
            response = refusal(error, request_id_of(scope))
            response.headers["connection"] = "close"
            await response(scope, receive, send)
            return
        self._gate.in_flight += 1
        try:
            await self._app(scope, receive, self._last(send))
        finally:
            self._gate.in_flight -= 1

    def _last(self, send: Send) -> Send:
        """Tell the clients of a server that stops to open their next connection elsewhere."""

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and self._gate.is_closed:
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        return sending
