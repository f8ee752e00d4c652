"""The other engines, real: Cube as a child process, MetricFlow as a library."""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import jwt
import pytest
import uvicorn

from api_client import Client
from semantic.server import AuthSettings, ServerSettings, create_app

from .cube_process import CubeServer, cube_running, install
from .published_file import PublishedFile, make_published_file

# Both servers are asked about everything.
GRANTS_ALL = {"structures": "*", "domains": "*", "comparisons": "*"}
# Less than the clients of these tests wait.
PATIENT_SECONDS = 50.0
CubeClients = Callable[[Path, Path], Client]
CubeServers = Callable[[Path, Path], CubeServer]
EmbeddedClients = Callable[[Path, Path], Client]


@pytest.fixture(scope="session")
def cube_address() -> Iterator[CubeServers]:
    """`cube_address(model, file)` is where a real Cube serves them: one process per pair and session."""
    install()
    running: dict[tuple[Path, Path], CubeServer] = {}
    with ExitStack() as stack:

        def start(model: Path, file: Path) -> CubeServer:
            if (model, file) not in running:
                running[model, file] = stack.enter_context(cube_running(model, file))
            return running[model, file]

        yield start


@pytest.fixture(scope="session")
def cube_server(cube_address: CubeServers) -> Iterator[CubeClients]:
    """`cube_server(model, file)` is a client of a real Cube that has compiled the model.

    A model that Cube refuses raises `api_client.ServerError`.
    """
    running: dict[tuple[Path, Path], Client] = {}
    with ExitStack() as stack:

        def start(model: Path, file: Path) -> Client:
            if (model, file) not in running:
                server = cube_address(model, file)
                client = stack.enter_context(Client(server.url, server.token))
                client.meta()
                running[model, file] = client
            return running[model, file]

        yield start


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DuckDB file of three structures and nine rows, written by hand.

    ```
    structure  directorate   period    scenario    points      fte    productive
    1 Roma     DR-LAZIO      2025-M01  consuntivo  1200.5000   10.50  yes
    1 Roma     DR-LAZIO      2025-M01  consuntivo     0.1000    0.20  yes
    1 Roma     DR-LAZIO      2025-M01  consuntivo   100.0000    1.00  no
    2 Latina   DR-LAZIO      2025-M01  consuntivo   300.0000    3.00  yes
    3 Terni    DR-UMBRIA     2025-M01  consuntivo    50.0000    0.00  yes        a zero denominator
    1 Roma     DR-LAZIO      2025-M02  consuntivo   NULL        2.00  yes        a missing value
    …
    ```
    """
    file = tmp_path_factory.mktemp("small") / "small.duckdb"
    with duckdb.connect(str(file)) as database:
        database.execute((Path(__file__).parent / "small" / "small.sql").read_text())
    return file


@pytest.fixture(scope="session")
def small_model() -> Path:
    """A model written by hand over the small file, in the shape of the compiled one."""
    return Path(__file__).parent / "small" / "model"


@pytest.fixture(scope="session")
def small_folder(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the small file is published."""
    folder = tmp_path_factory.mktemp("small_published")
    (folder / small_file.name).hardlink_to(small_file)
    pointer = {"file": small_file.name, "version": "1", "published_at": "2025-03-01T00:00:00+00:00"}
    (folder / "current.json").write_text(json.dumps(pointer))
    return folder


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> PublishedFile:
    """A published file built by dbt from the small nation of `warehouse/raw.sql`."""
    return make_published_file(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[EmbeddedClients]:
    """`embedded_server(model, folder)` is a client of our own server."""
    with ExitStack() as stack:

        def start(model: Path, folder: Path) -> Client:
            return stack.enter_context(serving(model, folder))

        yield start


@contextmanager
def serving(model: Path, folder: Path) -> Iterator[Client]:
    """Serve in a thread for as long as the context lasts, and give a client."""
    with served(model, folder) as server, Client(server.url, server.token) as client:
        yield client


@contextmanager
def served(model: Path, folder: Path, settings: ServerSettings | None = None) -> Iterator[CubeServer]:
    """Serve on a free port of loopback, in a thread, for as long as the context lasts.

    Without settings it keeps its callers waiting: a busy machine shall not be told apart from a quick one.
    """
    secret = secrets.token_hex(32)
    limits = settings or ServerSettings(wait_seconds=PATIENT_SECONDS)
    app = create_app(model, folder, AuthSettings(secrets=(secret,)), limits)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # As `semantic.server.serve` does: without it each small answer waits for a delayed acknowledgement.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            token = jwt.encode(GRANTS_ALL, secret, algorithm="HS256")
            yield CubeServer(f"http://127.0.0.1:{listening.getsockname()[1]}", token, secret)
        finally:
            server.should_exit = True
            thread.join()
