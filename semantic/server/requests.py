"""Reads requests: the query out of the URL or the body, with limits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from starlette.requests import Request

from semantic.server.errors import BadRequest, BodyTooLarge

__all__ = ["QueryRequest", "read_request"]

_MULTI = "multi"


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query and what stands beside it.

    Attributes:
        query: as decoded from JSON.
        is_multi: whether the client reads the answer in the form for several queries.
        cache_mode: how fresh the answer must be.
    """

    query: Any
    is_multi: bool
    cache_mode: str | None


async def read_request(request: Request, most_bytes: int) -> QueryRequest:
    """Read the query of a GET (in the URL) or POST (in the body) request.

    Raises:
        BadRequest: there is no query, or it is not JSON.
        BodyTooLarge: the body is larger than `most_bytes`.
    """
    fields: Mapping[str, Any] = request.query_params
    if request.method == "POST":
        fields = _body(await _read(request, most_bytes))
    query = fields.get("query")
    if query is None or query in ("", "undefined"):
        raise BadRequest("Query param is required", suggestion="send the query as JSON under 'query'")
    if isinstance(query, str):
        query = _decoded(query, "Unable to decode query param as JSON, error: ")
    if fields.get("format") not in (None, "", "json"):
        raise BadRequest("Only the JSON form of queries is supported", suggestion="leave out 'format'")
    mode = fields.get("cache")
    return QueryRequest(query, fields.get("queryType") == _MULTI, None if mode is None else str(mode))


async def _read(request: Request, most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise BodyTooLarge(
                f"The body is larger than {most_bytes} bytes", suggestion="filter by fewer values at a time"
            )
    return bytes(body)


def _body(body: bytes) -> Mapping[str, Any]:
    if not body.strip():
        return {}
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: {error.reason} at byte {error.start}") from None
    fields = _decoded(text, "Unable to decode the body as JSON, error: ")
    if not isinstance(fields, dict):
        raise BadRequest("The body must be a JSON object", suggestion='send {"query": {…}}')
    return fields


def _decoded(text: str, message: str) -> Any:
    """Decode JSON; fractions stay decimals, so that `0.1` in a filter is a tenth."""
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
        if "\\u" in text:
            _check_texts(value)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"{message}{error}", code="NOT_JSON") from None
    return value


def _check_texts(value: Any) -> None:
    """Refuse half a character (U+D800 alone): no UTF-8 text, hence no answer, can hold it."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise ValueError("it holds an unpaired surrogate") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
