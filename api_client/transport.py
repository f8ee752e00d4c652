"""The only module that knows the HTTP library: requests out, whole responses in.

Replacing httpx by a successor means rewriting this file and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from api_client.errors import CruscottoError, ProtocolError, TransportError
from api_client.protocol import Request, Response

__all__ = ["AsyncTransport", "Server", "SyncTransport"]

CONNECT_SECONDS = 10.0
BASE_PATH = "/cubejs-api"
# A read that ran out of time is not tried again: the same query would run out of time again.
RETRYABLE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.RemoteProtocolError,
    httpx.ReadError,
    httpx.WriteError,
)


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API is, and under which limits it is spoken to.

    Attributes:
        root: scheme, host and any path before `/cubejs-api`; no slash at the end.
        headers: sent with every request of the API; never shown.
        timeout: seconds between two bytes of an answer.
        max_bytes: the longest answer accepted, after decompression.
    """

    root: str
    headers: Mapping[str, str]
    timeout: float
    max_bytes: int

    @classmethod
    def at(cls, url: str, token: str | None, *, timeout: float, max_bytes: int) -> Server:
        """Check the address and the token, and keep them.

        Raises:
            CruscottoError: the address is not one of a server, or the token cannot be a token.
        """
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, TypeError) as error:
            raise CruscottoError(f"{url!r} is not an address: {error}") from error
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise CruscottoError(
                f"{url!r} is not an http(s) address: write one such as http://127.0.0.1:4000"
            )
        if parsed.userinfo or parsed.query or parsed.fragment:
            raise CruscottoError(
                "the address must hold no credentials, query or fragment: give the token apart"
            )
        root = str(parsed).rstrip("/").removesuffix("/v1").removesuffix(BASE_PATH).rstrip("/")
        headers = {"accept": "application/json", "user-agent": "cruscotto-client"}
        if token is not None:
            token = token.strip().removeprefix("Bearer ").strip()
            if not token or not token.isascii() or not token.isprintable() or " " in token:
                raise CruscottoError("the token is empty or holds characters that a token cannot have")
            headers["authorization"] = f"Bearer {token}"
        return cls(root, headers, timeout, max_bytes)

    def __repr__(self) -> str:
        """Show the address alone: the headers hold the token."""
        return f"Server({self.root!r})"

    def arguments(self, request: Request) -> dict[str, Any]:
        """Give the keyword arguments of httpx's `stream` for a request."""
        if request.at_root:
            return {"method": request.method, "url": self.root + request.path}
        headers = dict(self.headers)
        if request.body is not None:
            headers["content-type"] = "application/json"
        url = self.root + BASE_PATH + request.path
        return {"method": request.method, "url": url, "headers": headers, "content": request.body}

    def options(self) -> dict[str, Any]:
        """Give the keyword arguments of httpx's clients."""
        return {"timeout": httpx.Timeout(self.timeout, connect=min(self.timeout, CONNECT_SECONDS))}

    def checked(self, received: int) -> None:
        """Refuse an answer that grew past the limit.

        Raises:
            ProtocolError: more than `max_bytes` arrived.
        """
        if received > self.max_bytes:
            raise ProtocolError(
                f"the answer is larger than {self.max_bytes} bytes: "
                "read it with iter_rows, ask for fewer rows, or raise max_bytes=…"
            )

    def broken(self, error: httpx.HTTPError) -> CruscottoError:
        """Say in our words what went wrong on the line."""
        if isinstance(error, httpx.DecodingError):
            return ProtocolError(f"the answer of {self.root} cannot be decompressed: {error}")
        what = str(error) or type(error).__name__
        remedy = (
            f"no byte came for {self.timeout:g} s; raise timeout=…"
            if isinstance(error, httpx.ReadTimeout)
            else "check the address, and that the server is running"
        )
        return TransportError(f"{self.root}: {what} ({remedy})", retryable=isinstance(error, RETRYABLE))


class SyncTransport:
    """Blocking HTTP over a pool of connections."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._http = httpx.Client(**server.options())

    def send(self, request: Request) -> Response:
        """Send a request and read the whole response.

        Raises:
            TransportError: the server could not be reached, or the line broke.
            ProtocolError: the response is too large, or garbled.
        """
        body = bytearray()
        try:
            with self._http.stream(**self._server.arguments(request)) as response:
                for chunk in response.iter_bytes():
                    body += chunk
                    self._server.checked(len(body))
        except httpx.HTTPError as error:
            raise self._server.broken(error) from error
        return Response(response.status_code, dict(response.headers), bytes(body))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


class AsyncTransport:
    """The same over asyncio."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._http = httpx.AsyncClient(**server.options())

    async def send(self, request: Request) -> Response:
        """Send a request and read the whole response; raises as `SyncTransport.send` does."""
        body = bytearray()
        try:
            async with self._http.stream(**self._server.arguments(request)) as response:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    self._server.checked(len(body))
        except httpx.HTTPError as error:
            raise self._server.broken(error) from error
        return Response(response.status_code, dict(response.headers), bytes(body))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
