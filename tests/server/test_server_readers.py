"""Readers during publication: no error, and every answer wholly from one version."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from .conftest import publish, running, token

CONNECTIONS, PUBLICATIONS = 64, 50
# Every row of a version holds its number, so a group, a measure or a time of another version shows.
QUERY: dict[str, Any] = {
    "measures": ["indicatori.prima_priorita", "indicatori.ultima_priorita", "indicatori.righe"],
    "dimensions": ["indicatori.periodo", "indicatori.scenario"],
}


@pytest.fixture(scope="module")
def versions(database: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The small database once per version, numbered from 1."""
    folder = tmp_path_factory.mktemp("versions")
    paths = []
    for number in range(1, PUBLICATIONS + 2):
        path = folder / f"{number}.duckdb"
        path.write_bytes(database.read_bytes())
        with duckdb.connect(str(path)) as connection:
            connection.execute("update indicators.components set priority = ?", [number])
        paths.append(path)
    return paths


def _published_at(number: int) -> str:
    return f"2025-05-01T08:00:{number:02d}+00:00"


def _ask(address: str, done: threading.Event, offset: int) -> Iterator[int]:
    """Ask over one connection until told to stop; yield the version that each answer is wholly of."""
    with httpx.Client(base_url=address, headers={"Authorization": token()}, timeout=60) as http:
        while not done.is_set():
            # Queries that differ are not answered from each other's results.
            body = {"query": {**QUERY, "limit": 1000 + offset}}
            response = http.post("/cubejs-api/v1/load", json=body)
            assert response.status_code == 200, response.text
            answer = response.json()
            if answer.get("error") == "Continue wait":
                continue
            rows = answer["data"]
            told = {int(row[f"indicatori.{name}_priorita"]) for row in rows for name in ("prima", "ultima")}
            (version,) = told
            assert sum(int(row["indicatori.righe"]) for row in rows) == 240
            assert answer["lastRefreshTime"] == _published_at(version).replace("+00:00", ".000Z")
            yield version


def test_readers_during_publication(versions: list[Path], tmp_path: Path) -> None:
    """Sixty-four connections ask while fifty publications happen; superseded files are removed meanwhile."""
    done = threading.Event()
    publish(tmp_path, versions[0], "1", published_at=_published_at(1))

    def read(offset: int) -> list[int]:
        return list(_ask(api.http.base_url.__str__(), done, offset))

    with running(tmp_path) as api, ThreadPoolExecutor(CONNECTIONS) as people:
        futures = [people.submit(read, offset) for offset in range(CONNECTIONS)]
        for number in range(2, PUBLICATIONS + 2):
            publish(tmp_path, versions[number - 1], str(number), published_at=_published_at(number))
            (tmp_path / f"cruscotto-{number - 1}.duckdb").unlink()
            time.sleep(0.1)
        time.sleep(0.5)
        done.set()
        seen = [future.result() for future in futures]
    assert all(seen), "a connection got no answer"
    assert all(asked == sorted(asked) for asked in seen), "a reader went back to an older version"
    assert max(max(asked) for asked in seen) == PUBLICATIONS + 1
    assert len(set().union(*seen)) > PUBLICATIONS // 2
