"""The pointer: a release takes effect between two requests, and disturbs none."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from semantic.server import ServerSettings

from .conftest import Api, publish, running

COUNT: dict[str, Any] = {"measures": ["indicatori.righe"]}
SLOW: dict[str, Any] = {"measures": ["lento.somma"], "dimensions": ["lento.cifra"]}


@pytest.fixture(scope="module")
def smaller(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another release of the same tables, with 100 rows less."""
    path = tmp_path_factory.mktemp("smaller") / "smaller.duckdb"
    path.write_bytes(database.read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from indicators.components where row_id >= 140")
    return path


@pytest.fixture
def following(published: Path) -> Iterator[Api]:
    """A server over a folder that the test publishes to."""
    with running(published, ServerSettings(wait_seconds=0.05)) as api:
        yield api


def rows(api: Api) -> str:
    """The number of rows that the server sees, as soon as it says."""
    while "data" not in (answer := api.load(COUNT)):
        pass
    count: str = answer["data"][0]["indicatori.righe"]
    return count


def test_a_release_is_seen_by_the_next_request(following: Api, published: Path, smaller: Path) -> None:
    """Also results that were kept are of the new version."""
    assert rows(following) == "240"
    publish(published, smaller, "2", published_at="2025-05-01T08:00:00+00:00")
    assert rows(following) == "140"
    assert following.load(COUNT)["lastRefreshTime"] == "2025-05-01T08:00:00.000Z"


def test_rolling_back_is_a_release_too(
    following: Api, published: Path, database: Path, smaller: Path
) -> None:
    """The pointer may move back to a file that is still there."""
    publish(published, smaller, "2")
    assert rows(following) == "140"
    publish(published, database, "1")
    assert rows(following) == "240"


def test_rolling_back_to_a_file_that_is_still_read(following: Api, published: Path, smaller: Path) -> None:
    """A query in flight on the file holds it open, with its settings locked: it is opened a second time."""
    pointer = (published / "current.json").read_bytes()
    assert following.load(SLOW) == {"error": "Continue wait"}
    publish(published, smaller, "2")
    assert rows(following) == "140"
    (published / "current.json.new").write_bytes(pointer)
    (published / "current.json.new").replace(published / "current.json")
    assert rows(following) == "240"


def test_requests_in_flight_keep_their_database(following: Api, published: Path, smaller: Path) -> None:
    """A query that started before the release ends on the old file, even if that is deleted."""
    assert following.load(SLOW) == {"error": "Continue wait"}
    publish(published, smaller, "2")
    (published / "cruscotto-1.duckdb").unlink()
    assert rows(following) == "140"
    answer = following.load(SLOW)
    while answer == {"error": "Continue wait"}:
        answer = following.load(SLOW)
    assert len(answer["data"]) == 10


def test_no_request_is_dropped_while_releases_come(published: Path, database: Path, smaller: Path) -> None:
    """Ten releases under load: every request is answered, with one version or the other."""
    done = threading.Event()

    def ask(api: Api) -> set[str]:
        seen = {rows(api)}
        while not done.is_set():
            seen.add(rows(api))
        return seen

    with running(published) as api, ThreadPoolExecutor(4) as people:
        futures = [people.submit(ask, api) for _ in range(4)]
        for number in range(2, 12):
            publish(published, smaller if number % 2 == 0 else database, str(number))
            rows(api)
        done.set()
        assert set().union(*(future.result() for future in futures)) == {"240", "140"}


def test_queries_of_one_request_are_answered_by_one_release(
    published: Path, database: Path, smaller: Path
) -> None:
    """Ranges side by side are of one publication, whatever is published meanwhile."""
    ranges = [["2024-01-01", f"202{year}-12-31"] for year in (5, 6, 7)]
    time = {"dimension": "indicatori.data_fine_periodo", "compareDateRange": ranges}
    query = {"measures": ["indicatori.righe"], "timeDimensions": [time], "cache": "no-cache"}
    done = threading.Event()

    def ask(api: Api) -> set[tuple[str, ...]]:
        seen = set()
        while not done.is_set():
            results = api.load(query, queryType="multi")["results"]
            seen.add(tuple(result["data"][0]["indicatori.righe"] for result in results))
        return seen

    with running(published) as api, ThreadPoolExecutor(2) as people:
        futures = [people.submit(ask, api) for _ in range(2)]
        for number in range(2, 22):
            publish(published, smaller if number % 2 == 0 else database, str(number))
            rows(api)
        done.set()
        assert set().union(*(future.result() for future in futures)) <= {("240",) * 3, ("140",) * 3}


@pytest.mark.parametrize(
    "pointer",
    [
        "{",
        "[]",
        "{}",
        json.dumps({"file": "missing.duckdb", "version": "9", "published_at": "2025-04-01T08:00:00"}),
        json.dumps({"file": "../other.duckdb", "version": "9", "published_at": "2025-04-01T08:00:00"}),
        json.dumps({"file": "not-a-database.duckdb", "version": "9", "published_at": "2025-04-01T08:00:00"}),
        json.dumps({"file": "cruscotto-1.duckdb", "version": "9", "published_at": "yesterday"}),
    ],
)
def test_a_broken_pointer_changes_nothing(
    following: Api, published: Path, pointer: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The open database goes on serving, and the log says what is wrong."""
    assert rows(following) == "240"
    (published / "not-a-database.duckdb").write_text("no", encoding="utf-8")
    (published / "current.json").write_text(pointer, encoding="utf-8")
    assert rows(following) == "240"
    assert following.http.get("/readyz").status_code == 200
    assert any("cannot follow" in record.getMessage() for record in caplog.records)


def test_ready_when_something_is_published(tmp_path: Path, database: Path) -> None:
    """Before the first release the server lives and is not ready; then it is."""
    with running(tmp_path) as api:
        assert api.http.get("/livez").status_code == 200
        ready = api.http.get("/readyz")
        assert (ready.status_code, ready.json()) == (503, {"health": "DOWN"})
        refused = api.post(COUNT)
        assert (refused.status_code, refused.json()["code"]) == (503, "NOT_PUBLISHED")
        publish(tmp_path, database, "1")
        assert api.http.get("/readyz").json() == {"health": "HEALTH"}
        assert rows(api) == "240"


def test_the_file_is_not_locked(following: Api, published: Path) -> None:
    """Other processes may read the published file, and the folder keeps no trace of the server."""
    rows(following)
    assert sorted(path.name for path in published.iterdir()) == ["cruscotto-1.duckdb", "current.json"]
