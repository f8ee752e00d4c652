"""A hand-made model over a small real database, served by a real server on a real socket."""

import hashlib
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import httpx
import jwt
import pytest
import uvicorn
from starlette.applications import Starlette

from semantic.model_reader import Model, load_model, model_digest, model_files
from semantic.server import AuthSettings, ServerSettings, create_app

FOLDER = Path(__file__).parent
MODEL = FOLDER / "model"
SECRET = "a secret of this test suite, long enough"


ALL = {"structures": "*", "domains": "*", "comparisons": "*"}


def token(secret: str = SECRET, **claims: Any) -> str:
    """Return a token with these claims that grants everything, unless they say otherwise."""
    return jwt.encode(ALL | claims, secret, algorithm="HS256")


def publish(folder: Path, database: Path, version: str, **other: Any) -> None:
    """Publish a copy of a database as a release does: the file first, then the pointer, moved into place."""
    name = f"cruscotto-{version}.duckdb"
    shutil.copyfile(database, folder / name)
    pointer = {"file": name, "version": version, "published_at": "2025-04-01T08:00:00+02:00"} | other
    new = folder / "current.json.new"
    new.write_text(json.dumps(pointer), encoding="utf-8")
    new.replace(folder / "current.json")


def register(folder: Path, *published: dict[str, Any], served: list[tuple[str, str]]) -> None:
    """Write the register of publications as a load does: which there are, and which was served from when."""
    told = [
        {"sha256": hashlib.sha256((folder / item["file"]).read_bytes()).hexdigest(), "withdrawn": False}
        | {"definitions": "of then", "model": model_digest(model_files(MODEL))}
        | item
        for item in published
    ]
    content = {
        "publications": told,
        "served": [{"version": version, "from": moment} for moment, version in served],
    }
    (folder / "publications.json").write_text(json.dumps(content), encoding="utf-8")


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Run an application on a free port of this machine; yield its address."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    # The socket listens from here on: a request that comes before the server is up waits in its queue.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class Api:
    """What tests ask the server with."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, headers={"Authorization": token()}, timeout=60)

    def post(self, query: Any, path: str = "load", **beside: Any) -> httpx.Response:
        """Send a query in a body."""
        return self.http.post(f"/cubejs-api/v1/{path}", json={"query": query, **beside})

    def load(self, query: dict[str, Any], **beside: Any) -> dict[str, Any]:
        """Send a query that must be answered, and return the answer."""
        response = self.post(query, **beside)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def rows(self, query: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Send a query, and return its rows as tuples in the order of the query's members."""
        return [tuple(row) for row in self.load({**query, "responseFormat": "compact"})["data"]["dataset"]]

    def refused(self, query: Any, **beside: Any) -> dict[str, Any]:
        """Send a query that must be refused with 400, and return the refusal."""
        response = self.post(query, **beside)
        assert response.status_code == 400, response.text
        refusal: dict[str, Any] = response.json()
        assert refusal["requestId"] == response.headers["x-request-id"]
        return refusal


@contextmanager
def running(
    published: Path, settings: ServerSettings | None = None, auth: AuthSettings | None = None
) -> Iterator[Api]:
    """Serve the hand-made model over a folder of published files."""
    app = create_app(MODEL, published, auth or AuthSettings(secrets=(SECRET,)), settings)
    with serving(app) as address:
        api = Api(address)
        with api.http:
            yield api


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of the small database."""
    path = tmp_path_factory.mktemp("database") / "small.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute((FOLDER / "database.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture(scope="session")
def sql(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for hand-written SQL, on a copy (one process opens a file with one configuration)."""
    copy = database.with_name("by-hand.duckdb")
    shutil.copyfile(database, copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


@pytest.fixture
def published(database: Path, tmp_path: Path) -> Path:
    """A folder with the small database published in it."""
    publish(tmp_path, database, "1")
    return tmp_path


@pytest.fixture(scope="session")
def api(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A running server with the default settings."""
    folder = tmp_path_factory.mktemp("published")
    publish(folder, database, "1")
    with running(folder) as api:
        yield api


@pytest.fixture(scope="session")
def model() -> Model:
    """The hand-made model."""
    return load_model(MODEL)
