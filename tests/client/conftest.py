"""Real servers on loopback that answer what a test tells them to, and keep what they were asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from .scripted import Scripted, answer_of


@pytest.fixture
def server(running: Scripted) -> Scripted:
    """The scripted server, with nothing prepared and nothing asked yet."""
    running.answers, running.asked, running.hold = [], [], 0.0
    return running


@pytest.fixture(scope="session")
def running() -> Iterator[Scripted]:
    """A uvicorn server on a free port of loopback; the socket listens before the thread starts."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # Without it each small answer waits 40 ms for a delayed acknowledgement.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        scripted = Scripted(f"http://127.0.0.1:{listening.getsockname()[1]}")
        route = Route("/{path:path}", scripted.respond, methods=["GET", "POST"])
        config = uvicorn.Config(Starlette(routes=[route]), log_level="error", ws="none", lifespan="off")
        served = uvicorn.Server(config)
        thread = threading.Thread(target=served.run, kwargs={"sockets": [listening]})
        thread.start()
        yield scripted
        served.should_exit = True
        thread.join()


@pytest.fixture
def line() -> Iterator[Callable[[list[bytes]], str]]:
    """A socket that writes raw bytes to each caller in turn and hangs up; `line([…])` is its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threads: list[threading.Thread] = []

        def serve(scripts: list[bytes]) -> None:
            for script in scripts:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(script)

        def start(scripts: list[bytes]) -> str:
            threads.append(threading.Thread(target=serve, args=(scripts,)))
            threads[-1].start()
            return f"http://127.0.0.1:{listening.getsockname()[1]}"

        yield start
        for thread in threads:
            thread.join()


@pytest.fixture
def nobody() -> str:
    """An address of loopback where no one listens."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        return f"http://127.0.0.1:{once.getsockname()[1]}"


@pytest.fixture
def compact() -> dict[str, Any]:
    """Two directorates, three measures, one value missing."""
    members = [
        "indicatori.direzione",
        "indicatori.indice_giacenza",
        "indicatori.definito_om",
        "indicatori.pervenuto",
    ]
    dataset = [["DR-LAZIO", "38.25", "1200.5000", "77"], ["DR-UMBRIA", None, "0.1000", "0"]]
    return answer_of({"members": members, "dataset": dataset}, lastRefreshTime="2025-11-02T06:00:00.000Z")
