"""The conversation: waiting, retrying, refusing; on real sockets, and then flow by flow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from api_client import (
    AsyncClient,
    AuthError,
    Client,
    CruscottoError,
    IncompleteError,
    ProtocolError,
    QueryError,
    ServerError,
    TransportError,
    WaitTimeout,
)
from api_client.errors import nearest
from api_client.protocol import Flow, Pause, Policy, Request, Response, exchange, is_ready

from .scripted import TOKEN, Scripted, answer_of

QUERY = {"measures": ["indicatori.pervenuto"]}
ONE = answer_of([{"indicatori.pervenuto": "7"}])
WAIT = {"error": "Continue wait"}
REQUEST = Request("POST", "/v1/load", b"{}")


def test_a_query_goes_where_cube_expects_it(server: Scripted) -> None:
    server.says(ONE)
    with Client(server.url + "/", TOKEN) as client:
        assert client.load(QUERY)[0]["pervenuto"] == 7
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/cubejs-api/v1/load")
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["content-type"] == "application/json"
    assert asked.query == QUERY


@pytest.mark.parametrize("tail", ["", "/", "/cubejs-api", "/cubejs-api/v1", "/cubejs-api/v1/"])
def test_the_base_path_is_added_once(server: Scripted, tail: str) -> None:
    server.says(ONE)
    with Client(server.url + tail, f"Bearer {TOKEN}") as client:
        client.load(QUERY)
    assert server.asked[0].path == "/cubejs-api/v1/load"
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_continue_wait_sends_the_identical_request_again(server: Scripted) -> None:
    server.says(WAIT).says(WAIT).says(ONE)
    with Client(server.url, TOKEN) as client:
        assert client.load(QUERY).rows[0] == {"pervenuto": 7}
    assert len(server.asked) == 3
    assert len({asked.body for asked in server.asked}) == 1


def test_patience_ends(server: Scripted) -> None:
    server.says(WAIT)
    with (
        Client(server.url, TOKEN, wait=0.3) as client,
        pytest.raises(WaitTimeout, match="longer wait") as caught,
    ):
        client.load(QUERY)
    assert caught.value.waited <= 0.3
    assert len(server.asked) >= 2


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again(server: Scripted, status: int) -> None:
    server.says({"error": "busy"}, status).says(ONE)
    with Client(server.url, TOKEN) as client:
        assert len(client.load(QUERY)) == 1
    assert len(server.asked) == 2


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b'{"message": "down"}', b"[]"])
def test_a_proxy_in_trouble_is_asked_again_and_then_reported(server: Scripted, body: bytes) -> None:
    server.says(body, 502)
    with (
        Client(server.url, TOKEN, retries=2) as client,
        pytest.raises(ServerError, match="HTTP 502"),
    ):
        client.load(QUERY)
    assert len(server.asked) == 3


def test_an_error_of_the_server_is_not_repeated(server: Scripted) -> None:
    server.says({"error": "Internal error", "requestId": "r-17"}, 500)
    with (
        Client(server.url, TOKEN) as client,
        pytest.raises(ServerError, match=r"Internal error \[request r-17\]"),
    ):
        client.load(QUERY)
    assert len(server.asked) == 1


def test_an_error_under_http_200_is_an_error(server: Scripted) -> None:
    server.says({"error": "Error: something"})
    with Client(server.url, TOKEN) as client, pytest.raises(ServerError, match="something"):
        client.load(QUERY)


def test_a_refused_query_says_member_and_suggestion(server: Scripted) -> None:
    server.says(
        {
            "error": "unknown member",
            "code": "UNKNOWN_MEMBER",
            "member": "indicatori.indice_giacensa",
            "suggestion": "indicatori.indice_giacenza",
        },
        400,
        x_request_id="r-18",
    )
    with Client(server.url, TOKEN) as client, pytest.raises(QueryError) as caught:
        client.query("indice_giacensa")
    error = caught.value
    assert (error.code, error.member) == ("UNKNOWN_MEMBER", "indicatori.indice_giacensa")
    assert (error.suggestion, error.status, error.request_id) == ("indicatori.indice_giacenza", 400, "r-18")
    assert str(error) == (
        "unknown member [code UNKNOWN_MEMBER] [member indicatori.indice_giacensa] [request r-18] "
        "→ indicatori.indice_giacenza"
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthError), (403, AuthError), (409, IncompleteError), (413, QueryError), (418, ServerError)],
)
def test_each_status_has_its_exception(server: Scripted, status: int, kind: type[CruscottoError]) -> None:
    server.says({"error": "no"}, status)
    with Client(server.url, TOKEN) as client, pytest.raises(kind, match=r"^no$"):
        client.load(QUERY)


@pytest.mark.parametrize("status", [302, 404, 405])
def test_a_wrong_address_is_told(server: Scripted, status: int) -> None:
    server.says(b"", status)
    with Client(server.url, TOKEN) as client, pytest.raises(ProtocolError, match="base address"):
        client.load(QUERY)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"<html>sign in, please" + b"!" * 200, "not JSON.*sign in.*…"),
        (b'{"data": NaN}', "NaN is not a JSON number"),
        (b"[1]", "not a JSON object"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"{}", "no data or no annotation"),
    ],
)
def test_an_answer_that_is_no_answer(server: Scripted, body: bytes, complaint: str) -> None:
    server.says(body)
    with Client(server.url, TOKEN) as client, pytest.raises(ProtocolError, match=complaint):
        client.load(QUERY)


def test_an_answer_too_large_is_not_swallowed(server: Scripted) -> None:
    server.says(b" " * 5000 + json.dumps(ONE).encode())
    with (
        Client(server.url, TOKEN, max_bytes=4000) as client,
        pytest.raises(ProtocolError, match="4000 bytes"),
    ):
        client.load(QUERY)


def test_garbled_compression(server: Scripted) -> None:
    server.says(ONE, content_encoding="gzip")
    with Client(server.url, TOKEN) as client, pytest.raises(ProtocolError, match="decompressed"):
        client.load(QUERY)


def test_a_broken_line_is_tried_again(line: Callable[[list[bytes]], str]) -> None:
    body = json.dumps(ONE).encode()
    whole = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body) + body
    with Client(line([b"", whole[:-5], whole]), TOKEN) as client:
        assert client.load(QUERY)[0]["pervenuto"] == 7


def test_nobody_there(nobody: str) -> None:
    with Client(nobody, TOKEN, retries=1) as client:
        with pytest.raises(TransportError, match="the server is running") as caught:
            client.load(QUERY)
        assert not client.ready()
    assert caught.value.retryable


def test_a_silent_server_is_not_asked_the_same_again(server: Scripted) -> None:
    server.says(ONE)
    server.hold = 0.6
    with (
        Client(server.url, TOKEN, timeout=0.2) as client,
        pytest.raises(TransportError, match=r"no byte .* 0\.2 s"),
    ):
        client.load(QUERY)
    assert len(server.asked) == 1


def test_ready_asks_the_root_without_token(server: Scripted) -> None:
    server.says({"health": "HEALTH"}).says({"health": "DOWN"}, 503)
    with Client(server.url + "/cubejs-api", TOKEN) as client:
        assert client.ready()
        assert not client.ready()
    assert server.asked[0].path == "/readyz"
    assert "authorization" not in server.asked[0].headers


def test_the_token_is_never_shown(server: Scripted, nobody: str) -> None:
    server.says({"error": "Invalid token"}, 403)
    with Client(server.url, TOKEN) as client, Client(nobody, TOKEN, retries=0) as lost:
        shown = [repr(client), repr(client._server), str(client.__dict__)]
        for broken in (client, lost):
            with pytest.raises(CruscottoError) as caught:
                broken.load(QUERY)
            shown += [repr(caught.value), str(caught.value), repr(caught.value.__cause__)]
    assert repr(client) == f"Client('{server.url}')"
    assert not [text for text in shown if TOKEN in text]


def test_no_token_sends_no_header(server: Scripted) -> None:
    server.says(ONE)
    with Client(server.url) as client:
        client.load(QUERY)
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"url": "127.0.0.1:4000"}, "http"),
        ({"url": "ftp://example.org"}, "http"),
        ({"url": "http://"}, "http"),
        ({"url": "http://[::1"}, "not an address"),
        ({"url": None}, "not an address"),
        ({"url": "http://me:secret@example.org"}, "no credentials"),
        ({"url": "http://example.org/?a=b"}, "no credentials"),
        ({"token": " "}, "the token is empty"),
        ({"token": "a\nb"}, "the token is empty"),
        ({"timeout": 0}, "timeout=0"),
        ({"wait": -1}, "wait=-1"),
        ({"retries": -1}, "retries=-1"),
        ({"page_rows": 50_001}, "page_rows=50001"),
        ({"max_bytes": 0}, "max_bytes=0"),
    ],
)
def test_impossible_settings(arguments: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CruscottoError, match=complaint) as caught:
        Client(**{"url": "http://127.0.0.1:1", "token": TOKEN} | arguments)
    assert "secret" not in str(caught.value)


def test_a_query_that_json_cannot_say() -> None:
    with Client("http://127.0.0.1:1", TOKEN) as client, pytest.raises(QueryError, match="as JSON"):
        client.load({"measures": [float("nan")]})


def test_the_asyncio_client_speaks_the_same(server: Scripted) -> None:
    server.says(WAIT).says({"error": "busy"}, 503).says(ONE)

    async def ask() -> int:
        async with AsyncClient(server.url, TOKEN) as client:
            return len(await client.load(QUERY))

    assert asyncio.run(ask()) == 1
    assert len({asked.body for asked in server.asked}) == 1


def test_the_asyncio_client_reports_the_same(
    line: Callable[[list[bytes]], str], nobody: str, server: Scripted
) -> None:
    async def ask(url: str, **settings: Any) -> None:
        async with AsyncClient(url, TOKEN, **settings) as client:
            assert repr(client) == f"AsyncClient('{url}')"
            await client.load(QUERY)

    with pytest.raises(TransportError):
        asyncio.run(ask(nobody, retries=1))
    with pytest.raises(TransportError):
        asyncio.run(ask(line([b""]), retries=0))
    server.says(b" " * 100)
    with pytest.raises(ProtocolError, match="99 bytes"):
        asyncio.run(ask(server.url, max_bytes=99))


# Without a network: a flow is a plain generator, so time can be given to it.


class Clock:
    """Seconds that pass only when a flow pauses, or a server holds a request."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


def drive(
    flow: Flow[Any], answers: list[Response | TransportError], clock: Clock, held: float = 0.0
) -> list[float]:
    """Run a flow on prepared answers; give the pauses it took, and what it returned or raised at the end."""
    pauses: list[float] = []
    effect = next(flow)
    try:
        while True:
            if isinstance(effect, Pause):
                pauses.append(effect.seconds)
                clock.now += effect.seconds
                effect = flow.send(None)
                continue
            clock.now += held
            answer = answers.pop(0)
            effect = flow.throw(answer) if isinstance(answer, TransportError) else flow.send(answer)
    except StopIteration:
        return pauses


def response(payload: Any, status: int = 200, **headers: str) -> Response:
    return Response(status, headers, json.dumps(payload).encode())


def test_pauses_double_and_are_capped() -> None:
    clock = Clock()
    policy = Policy(wait=1000, retries=9, clock=clock, jitter=lambda: 1.0)
    answers: list[Response | TransportError] = [TransportError("lost", retryable=True) for _ in range(8)]
    pauses = drive(exchange(REQUEST, policy), [*answers, response({"ok": 1})], clock)
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_half_of_a_pause_is_random() -> None:
    assert Policy(jitter=lambda: 0.0).pause(0) == 0.05
    assert 0.05 <= Policy().pause(0) < 0.1


def test_a_server_that_held_the_request_is_asked_again_at_once() -> None:
    clock = Clock()
    flow = exchange(REQUEST, Policy(clock=clock))
    assert drive(flow, [response(WAIT), response(WAIT), response({"ok": 1})], clock, held=10.0) == []


@pytest.mark.parametrize("kind", ["seconds", "date", "zoneless date", "nonsense", "a year too far"])
def test_retry_after_is_honoured(kind: str) -> None:
    clock = Clock()
    later = datetime.now(UTC) + timedelta(seconds=30)
    header = {
        "seconds": "30",
        "date": format_datetime(later, usegmt=True),
        "zoneless date": format_datetime(later.replace(tzinfo=None)),
        "nonsense": "soon",
        "a year too far": "Mon, 99 Jan 2025 00:00:00 GMT",
    }[kind]
    busy = response({"error": "slow down"}, 429, **{"retry-after": header})
    [pause] = drive(exchange(REQUEST, Policy(clock=clock)), [busy, response({"ok": 1})], clock)
    assert 28 <= pause <= 30 if kind in ("seconds", "date", "zoneless date") else pause <= 0.1


def test_a_retry_after_past_the_patience_is_an_error_at_once() -> None:
    clock = Clock()
    busy = response({"error": "slow down"}, 503, **{"retry-after": "3600"})
    with pytest.raises(ServerError, match="slow down") as caught:
        drive(exchange(REQUEST, Policy(clock=clock)), [busy], clock)
    assert caught.value.retry_after == 3600
    assert clock.now == 0


def test_a_driver_must_answer() -> None:
    flow = is_ready(REQUEST)
    assert next(flow) == REQUEST
    with pytest.raises(RuntimeError, match="answers every Request"):
        flow.send(None)


def test_did_you_mean() -> None:
    assert nearest("as_iss", ["as_was", "as_is"]) == "did you mean 'as_is'? Valid values: as_was, as_is"
    assert nearest("zzz", ["as_was"]) == "Valid values: as_was"
