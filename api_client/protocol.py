"""Cube's REST protocol with no input or output: what to send next, given what came back.

A *flow* is a generator. It yields a `Request` (to be sent) or a `Pause` (to be slept), is resumed
with the `Response` (or with None after a pause, or with a thrown `TransportError`), and returns
its result. The synchronous and the asynchronous client are two small loops that drive the same flows:

    flow ── Request ──► driver ── HTTP ──► server
    flow ◄─ Response ── driver ◄────────── server
    flow ── Pause ────► driver (sleeps)
    flow ── return ───► the caller
"""

from __future__ import annotations

import email.utils
import json
import random
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias, TypeVar

from api_client.errors import (
    ApiError,
    AuthError,
    IncompleteError,
    ProtocolError,
    QueryError,
    ServerError,
    TransportError,
    WaitTimeout,
)

__all__ = ["Flow", "Pause", "Policy", "Request", "Response", "exchange", "is_ready", "post", "read"]

T = TypeVar("T")

CONTINUE_WAIT = "Continue wait"
RETRIED_STATUSES = frozenset({429, 502, 503, 504})
REFUSALS: Mapping[int, type[ApiError]] = {
    400: QueryError,
    401: AuthError,
    403: AuthError,
    409: IncompleteError,
    410: QueryError,
    413: QueryError,
    422: QueryError,
    429: ServerError,
}
# A server that holds a request before saying "Continue wait" (ten seconds) has done the waiting itself.
HELD_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
EXCERPT_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; `path` is relative to the API's base, or to the server's root when `at_root`."""

    method: str
    path: str
    body: bytes | None = None
    at_root: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """One whole HTTP response; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """A wish to sleep, in seconds."""

    seconds: float


Flow: TypeAlias = Generator[Request | Pause, Response | None, T]


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient a client is.

    Attributes:
        wait: seconds to go on asking, over waiting and retrying together, for one answer.
        retries: how many times a failed request is sent again.
        clock: monotonic seconds.
        jitter: a number in [0, 1), drawn for each pause, so that many clients do not come back at once.
    """

    wait: float = 120.0
    retries: int = 4
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = field(default_factory=lambda: random.SystemRandom().random)

    def pause(self, attempt: int) -> float:
        """Give the seconds before attempt number `attempt` + 2: doubling, capped, half of it random."""
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0**attempt)
        return longest * (0.5 + self.jitter() / 2)


def post(path: str, query: Mapping[str, Any], **beside: str) -> Request:
    """Build the POST of one query; the body's bytes depend on what is given alone.

    Args:
        path: of the API.
        query: of the protocol.
        **beside: what stands beside the query in the body.

    Raises:
        QueryError: when the query holds something that JSON cannot say.
    """
    try:
        body = json.dumps(
            {"query": query, **beside}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
    except (TypeError, ValueError) as error:
        raise QueryError(f"the query cannot be written as JSON: {error}", code="NOT_JSON") from error
    return Request("POST", path, body.encode())


def exchange(request: Request, policy: Policy) -> Flow[dict[str, Any]]:
    """Send a request until there is an answer: waits, retries, and turns refusals into exceptions.

    All requests of this protocol read and none writes, so each may be sent again without harm.

    Returns:
        The answer's JSON object; fractional numbers are `Decimal`.

    Raises:
        TransportError: the server could not be reached within the retries.
        ProtocolError: the answer is not in the protocol.
        ApiError: the server refused (see the subclasses).
        WaitTimeout: the answer was not ready within `policy.wait`.
    """
    started = policy.clock()
    failures = waits = 0
    while True:
        sent = policy.clock()
        try:
            payload = read((yield from _ask(request)))
        except (TransportError, ServerError) as error:
            pause = _pause_before_retry(error, failures, policy)
            if pause is None or policy.clock() + pause - started > policy.wait:
                raise
            failures += 1
        else:
            if payload.get("error") != CONTINUE_WAIT:
                return payload
            held = policy.clock() - sent >= HELD_SECONDS
            pause = 0.0 if held else policy.pause(waits)
            if policy.clock() + pause - started > policy.wait:
                raise WaitTimeout(policy.clock() - started)
            waits += 1
        if pause:
            yield Pause(pause)


def is_ready(request: Request) -> Flow[bool]:
    """Ask once whether the server is ready to answer; an unreachable server is not."""
    try:
        response = yield from _ask(request)
    except TransportError:
        return False
    return response.status == 200


def _ask(request: Request) -> Flow[Response]:
    """Send one request, once."""
    response = yield request
    if response is None:
        raise RuntimeError("a driver answers every Request with a Response")
    return response


def _pause_before_retry(error: TransportError | ServerError, failures: int, policy: Policy) -> float | None:
    """Give the seconds to wait before trying again, or None when it is no use."""
    if failures >= policy.retries:
        return None
    if isinstance(error, TransportError):
        return policy.pause(failures) if error.retryable else None
    if error.status not in RETRIED_STATUSES:
        return None
    return max(policy.pause(failures), error.retry_after)


def read(response: Response) -> dict[str, Any]:
    """Turn a response into its JSON object.

    Raises:
        ProtocolError: the body is not a JSON object, or the status is not one of the protocol's.
        ApiError: the status, or the body, says that the server refused.
    """
    if 300 <= response.status < 400 or response.status in (404, 405):
        raise ProtocolError(
            f"HTTP {response.status}: no such endpoint here. Give the server's base address, "
            "such as http://127.0.0.1:4000, and check that no proxy or login page stands before it"
        )
    try:
        payload = json.loads(response.body, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        if response.status >= 400:
            raise _refusal(response, {}) from error
        raise ProtocolError(f"the answer is not JSON ({error}): {_excerpt(response.body)}") from error
    if not isinstance(payload, dict):
        if response.status >= 400:
            raise _refusal(response, {})
        raise ProtocolError(f"the answer is not a JSON object: {_excerpt(response.body)}")
    if response.status >= 400 or ("error" in payload and payload["error"] != CONTINUE_WAIT):
        raise _refusal(response, payload)
    return payload


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _excerpt(body: bytes) -> str:
    text = body[: EXCERPT_CHARACTERS * 4].decode("utf-8", "replace")
    return repr(text[:EXCERPT_CHARACTERS]) + ("…" if len(text) > EXCERPT_CHARACTERS else "")


def _refusal(response: Response, payload: Mapping[str, Any]) -> ApiError:
    """Build the exception of an error answer, with all that the server said."""
    said = {key: str(payload[key]) for key in ("code", "member", "suggestion") if payload.get(key)}
    sentence = payload.get("error") or f"HTTP {response.status}"
    request_id = payload.get("requestId") or response.headers.get("x-request-id")
    error = REFUSALS.get(response.status, ServerError)(
        str(sentence), status=response.status, request_id=str(request_id) if request_id else None, **said
    )
    if isinstance(error, ServerError):
        error.retry_after = _retry_after(response.headers.get("retry-after"))
    return error


def _retry_after(header: str | None) -> float:
    """Read `Retry-After` (seconds, or a date) as seconds from now; an unreadable one counts as none."""
    if header is None:
        return 0.0
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
