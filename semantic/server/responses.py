"""HTTP responses in the protocol's form, and the id under which a request is found in the log."""

import re
import uuid
from collections.abc import AsyncIterator, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse

from semantic.planner import QueryError
from semantic.server.errors import ApiError, TooManyRequests
from semantic.server.rows import json_bytes

__all__ = ["json_response", "pieces_response", "refusal", "request_id_of"]

_JSON = "application/json"
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
# What JavaScript writes of an id that it does not have.
_NO_ID = ("undefined", "null")
_RETRY_SECONDS = "2"
# An answer up to here is sent at once; a larger one in pieces, between which others are answered.
_ONE_PIECE_BYTES = 512 * 1024


def request_id_of(scope: MutableMapping[str, Any]) -> str:
    """Return the client's `x-request-id` (or `traceparent`, as Cube does), or a new id."""
    headers = Headers(scope=scope)
    for name in ("x-request-id", "traceparent"):
        given = headers.get(name, "")
        if _REQUEST_ID.fullmatch(given) and given not in _NO_ID:
            return given
    return str(uuid.uuid4())


def json_response(body: Any, status: int = HTTPStatus.OK) -> Response:
    """Return a response with a JSON body."""
    return Response(json_bytes(body), status, media_type=_JSON)


def pieces_response(pieces: Iterable[bytes]) -> Response:
    """Return a response whose JSON body is given in pieces; a large one is sent piece by piece."""
    body = list(pieces)
    size = sum(map(len, body))
    if size <= _ONE_PIECE_BYTES:
        return Response(b"".join(body), media_type=_JSON)
    return StreamingResponse(_sent(body), media_type=_JSON)


async def _sent(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def refusal(error: ApiError | QueryError, request_id: str) -> Response:
    """Return what a client is told: `error` as in Cube, and what helps to write it right."""
    body = {"error": str(error), "code": error.code, "requestId": request_id}
    if error.member:
        body["member"] = error.member
    if error.suggestion:
        body["suggestion"] = error.suggestion
    response = json_response(body, error.status)
    response.headers["x-request-id"] = request_id
    if isinstance(error, TooManyRequests):
        response.headers["retry-after"] = str(error.retry_after)
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["retry-after"] = _RETRY_SECONDS
    return response
