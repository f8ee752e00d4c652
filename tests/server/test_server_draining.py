"""A server that was told to stop: what is in flight is answered, new requests are sent elsewhere."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from semantic.server.draining import Gate

from .conftest import MODEL, SECRET, token
from .test_server_serving import ROOT, sent
from .test_server_waiting import ENDLESS, QUICK, SLOW

PROGRAM = """
import sys
from pathlib import Path
from semantic.server import AuthSettings, ServerSettings, serve
serve(
    Path(sys.argv[1]),
    Path(sys.argv[2]),
    AuthSettings(secrets=(sys.argv[3],)),
    port=0,
    settings=ServerSettings(drain_seconds=float(sys.argv[4])),
    on_ready=lambda address: print(address, flush=True),
)
"""
LOAD = "/cubejs-api/v1/load"


@contextmanager
def process(published: Path, drain_seconds: float) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Run the server as a process; yield it and a client of it."""
    arguments = [str(MODEL), str(published), SECRET, str(drain_seconds)]
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        try:
            with httpx.Client(base_url=address, headers={"Authorization": token()}, timeout=60) as client:
                yield running, client
        finally:
            if running.poll() is None:
                running.kill()


def wait_for_down(client: httpx.Client) -> httpx.Response:
    """Ask `/readyz` until it says that the server stops."""
    deadline = time.monotonic() + 10
    while (response := client.get("/readyz")).status_code == 200:
        assert time.monotonic() < deadline
    return response


def test_new_requests_are_sent_elsewhere_while_old_ones_finish(published: Path) -> None:
    """503 with `Retry-After` and an id; DOWN for the balancer; the slow answer arrives; the process ends."""
    with (
        process(published, 0) as (running, client),
        sent(str(client.base_url), SLOW) as connection,
    ):
        assert [client.get("/readyz").status_code for _ in range(2)] == [200, 200]
        running.send_signal(signal.SIGTERM)
        down = wait_for_down(client)
        assert (down.status_code, down.json()) == (503, {"health": "DOWN"})
        assert down.headers["connection"] == "close"
        refused = client.post(LOAD, json={"query": QUICK}, headers={"X-Request-Id": "late-1"})
        assert (refused.status_code, refused.json()["code"]) == (503, "STOPPING")
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["requestId"] == refused.headers["x-request-id"] == "late-1"
        assert client.get("/livez").status_code == 200
        answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b'"lento.somma"' in answer
        assert (running.wait(timeout=30), running.stderr and running.stderr.read()) == (0, "")


def test_it_says_so_for_a_while_if_it_is_set(published: Path) -> None:
    """A balancer that asks every second sees DOWN before connections are refused."""
    with process(published, 0.8) as (running, client):
        started = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert wait_for_down(client).status_code == 503
        assert running.wait(timeout=30) == 0
        assert 0.7 < time.monotonic() - started < 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_twice_it_stops_at_once(published: Path, number: signal.Signals) -> None:
    """An endless query keeps a server for its grace, but not against a second signal."""
    with process(published, 60) as (running, client), sent(str(client.base_url), ENDLESS):
        assert [client.get("/readyz").status_code for _ in range(2)] == [200, 200]
        running.send_signal(signal.SIGTERM)
        wait_for_down(client)
        running.send_signal(number)
        if number == signal.SIGTERM:
            running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) == 0


def test_a_gate_remembers_when_it_was_closed() -> None:
    """Closing it again changes nothing."""
    gate = Gate()
    assert (gate.is_closed, gate.closed_seconds) == (False, 0.0)
    gate.close()
    first = gate.closed_seconds
    gate.close()
    assert gate.is_closed
    assert gate.closed_seconds >= first
