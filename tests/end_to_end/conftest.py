"""A client of the demonstration's server, and the published file behind it."""

from collections.abc import Iterator

import duckdb
import pytest

from api_client import Client
from orchestration.publication import current_file
from orchestration.workspace import Workspace


@pytest.fixture(scope="session")
def client(demo_address: str, demo_token: str) -> Iterator[Client]:
    """A client with a valid token."""
    with Client(demo_address, demo_token) as opened:
        yield opened


@pytest.fixture(scope="session")
def published(demo_workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only."""
    with duckdb.connect(str(current_file(demo_workspace)), read_only=True) as connection:
        yield connection
