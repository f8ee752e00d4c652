"""The server as a process: it says where it listens, and stops when it is told to."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from semantic.server import AuthSettings, ServerSettings, create_app, serve

from .conftest import MODEL, SECRET, Api, serving, token

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from semantic.server import AuthSettings, serve
serve(
    Path(sys.argv[1]),
    Path(sys.argv[2]),
    AuthSettings(secrets=(sys.argv[3],)),
    port=0,
    on_ready=lambda address: print(address, flush=True),
)
print("stopped", flush=True)
"""


@contextmanager
def process(published: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the server as a process of its own; yield it and its address."""
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(MODEL), str(published), SECRET]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        try:
            yield running, address
        finally:
            if running.poll() is None:
                running.kill()


def sent(address: str, query: dict[str, Any]) -> socket.socket:
    """Send a query on a connection of its own, and do not wait for the answer."""
    url = httpx.URL(address)
    body = json.dumps({"query": query})
    lines = (
        "POST /cubejs-api/v1/load HTTP/1.1",
        f"Host: {url.host}",
        f"Authorization: {token()}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "",
        body,
    )
    connection = socket.create_connection((url.host, url.port or 80), timeout=60)
    connection.sendall("\r\n".join(lines).encode())
    return connection


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_in_order_when_told(published: Path, number: signal.Signals) -> None:
    """The request in flight is answered; then the process ends with status 0, silently."""
    slow = {"measures": ["lento.somma"], "dimensions": ["lento.cifra"]}
    with process(published) as (running, address), sent(address, slow) as connection:
        # Connections are taken in order: once a later one is answered twice, the earlier one is in flight.
        with httpx.Client(base_url=address) as client:
            assert [client.get("/readyz").status_code for _ in range(2)] == [200, 200]
        running.send_signal(number)
        answer = connection.makefile("rb").read()
        output, errors = running.communicate(timeout=30)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b'"lento.somma"' in answer
    assert (running.returncode, output, errors) == (0, "stopped\n", "")


def test_a_taken_port_is_said_at_once(published: Path) -> None:
    """An error, and not a server that nobody reaches."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        serve(MODEL, published, AuthSettings(secrets=(SECRET,)), port=taken.getsockname()[1])


def test_pages_of_other_origins_ask_when_they_may(published: Path) -> None:
    """Browsers are told that an origin may ask, only if it is set."""
    settings = ServerSettings(cors_origins=("https://bi.example.org",))
    app = create_app(MODEL, published, AuthSettings(secrets=(SECRET,)), settings)
    with serving(app) as address:
        headers = {"Origin": "https://bi.example.org", "Access-Control-Request-Method": "POST"}
        allowed = httpx.options(f"{address}/cubejs-api/v1/load", headers=headers)
        assert allowed.headers["access-control-allow-origin"] == "https://bi.example.org"
        assert "if-none-match" in allowed.headers["access-control-allow-headers"]
        asked = httpx.get(f"{address}/cubejs-api/v1/meta", headers={"Origin": "https://bi.example.org"})
        assert set(asked.headers["access-control-expose-headers"].split(", ")) == {
            "etag",
            "retry-after",
            "x-request-id",
        }
        other = httpx.options(
            f"{address}/cubejs-api/v1/load", headers=headers | {"Origin": "https://x.example"}
        )
        assert "access-control-allow-origin" not in other.headers


def test_no_origin_may_ask_by_default(api: Api) -> None:
    """Without a setting there is no CORS at all."""
    response = api.http.get("/livez", headers={"Origin": "https://bi.example.org"})
    assert "access-control-allow-origin" not in response.headers
