"""Cube with the configuration of production (`semantic/cube/`), really run: what it refuses and shows."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import httpx
import jwt
import pytest

from .cube_process import install, production_running

MODEL = Path(__file__).parent / "production" / "model"
SECRET = secrets.token_hex(32)
NATION = {"structures": "*", "domains": "*"}
LAZIO = {"structures": {"direzione": ["DR-LAZIO"]}, "domains": "*"}
TERNI = {"structures": {"sede": ["DP-TERNI"]}}


def publish(folder: Path, database: Path, version: str) -> None:
    """Publish as a release does: the file first, then the pointer, moved into place."""
    file = f"cruscotto-{version}.duckdb"
    shutil.copyfile(database, folder / file)
    (folder / "current.part").write_text(json.dumps({"file": file, "version": version}), encoding="utf-8")
    (folder / "current.part").replace(folder / "current.json")


@pytest.fixture(scope="module")
def folder(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of published files, with the small one published in it."""
    found = tmp_path_factory.mktemp("published")
    publish(found, small_file, "1")
    return found


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """Cube as it runs in production."""
    install()
    with production_running(MODEL, folder, SECRET) as address:
        yield f"{address}/cubejs-api/v1"


def ask(url: str, query: Any, claims: dict[str, Any] | None = None, *, path: str = "load") -> httpx.Response:
    """Send a query as the holder of a token with these claims (the nation's, when none are given)."""
    key = jwt.encode(NATION if claims is None else claims, SECRET, algorithm="HS256")
    return httpx.post(f"{url}/{path}", json={"query": query}, headers={"Authorization": key}, timeout=60)


def rows(url: str, query: Any, claims: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Send a query that must be answered; return its rows."""
    answer = ask(url, {**query, "responseFormat": "compact"}, claims)
    assert answer.status_code == 200, answer.text
    return [tuple(row) for row in answer.json()["data"]["dataset"]]


def member(name: str) -> str:
    return f"indicatori.{name}"


def at(period: str) -> dict[str, Any]:
    return {"member": member("periodo"), "operator": "equals", "values": [period]}


POINTS = {"measures": [member("punti")], "filters": [at("2025-M01")]}
BY_DIRECTORATE = {**POINTS, "dimensions": [member("direzione")], "order": [[member("direzione"), "asc"]]}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"measures": [member("punti")]}, "is a value of one periodo"),
        ({**POINTS, "filters": [at("2025-P13")]}, "'2025-P13' is no reporting period"),
        (
            {**POINTS, "measures": [member("pervenuto")], "dimensions": [member("direzione")]},
            "level direzione",
        ),
        ({**POINTS, "order": {member("righe"): "asc"}}, "which the query does not select"),
    ],
)
@pytest.mark.parametrize("path", ["load", "sql", "dry-run"])
def test_a_guarded_query_is_refused(url: str, query: Any, says: str, path: str) -> None:
    """With the status of a wrong question and what to do, wherever it is asked."""
    refused = ask(url, query, path=path)
    assert refused.status_code == 400, refused.text
    assert says in refused.json()["error"]


def test_one_guarded_query_of_several(url: str) -> None:
    """All queries of a request are looked at."""
    key = jwt.encode(NATION, SECRET, algorithm="HS256")
    body = {"query": [POINTS, {"measures": [member("punti")]}], "queryType": "multi"}
    refused = httpx.post(f"{url}/load", json=body, headers={"Authorization": key}, timeout=60)
    assert refused.status_code == 400, refused.text


def test_a_token_sees_its_own_rows(url: str) -> None:
    """Rows, sums, totals are those of its structures; the guards do not take its conditions for questions."""
    assert rows(url, BY_DIRECTORATE) == [("DR-LAZIO", "1600.6"), ("DR-UMBRIA", "50")]
    assert rows(url, BY_DIRECTORATE, LAZIO) == [("DR-LAZIO", "1600.6")]
    assert rows(url, BY_DIRECTORATE, TERNI) == [("DR-UMBRIA", "50")]
    assert rows(url, POINTS, LAZIO) == [("1600.6",)]
    assert ask(url, {**BY_DIRECTORATE, "total": True}, LAZIO).json()["total"] == 1


def test_a_level_coarser_than_the_token(url: str) -> None:
    """What is published for the nation only is not computed from some structures."""
    national = {**POINTS, "measures": [member("pervenuto")]}
    assert rows(url, national) == [("150",)]
    refused = ask(url, national, LAZIO)
    assert (refused.status_code, "level direzione" in refused.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"structures": None},
        {"structures": {"direzione": ["undefined"]}},
        {"structures": {"direzione": "DR-LAZIO"}},
        {"structures": {"regione": ["LAZIO"]}},
        {"structures": {}},
    ],
)
def test_claims_that_grant_nothing(url: str, claims: dict[str, Any]) -> None:
    """A missing or malformed claim refuses the token: it is never the text 'undefined'."""
    assert ask(url, POINTS, claims).status_code == 403


def test_groups_that_no_policy_knows(url: str) -> None:
    """A token of domains that the model does not have is in no group, and sees nothing."""
    answer = ask(url, POINTS, {"structures": "*", "domains": ["altro"]})
    assert "1650" not in answer.text


def test_only_what_has_guards(url: str) -> None:
    """GraphQL is closed; no token, no answer."""
    key = {"Authorization": jwt.encode(NATION, SECRET, algorithm="HS256")}
    base = url.removesuffix("/v1")
    closed = httpx.post(f"{base}/graphql", json={"query": "{ cube { indicatori { righe } } }"}, headers=key)
    assert closed.status_code == 403
    assert httpx.get(f"{url}/meta", headers=key).status_code == 200
    assert httpx.get(f"{url}/meta").status_code == 403


def test_another_process_reads_the_file(url: str, folder: Path) -> None:
    """While Cube has it attached; and nothing that Cube runs could write to it."""
    assert rows(url, POINTS) == [("1650.6",)]
    with duckdb.connect(str(folder / "cruscotto-1.duckdb"), read_only=True) as reader:
        assert reader.sql("from indicators.ind_components_by_period").count("*").fetchone() == (9,)


def test_a_release_is_served_without_a_restart(
    url: str, folder: Path, small_file: Path, tmp_path: Path
) -> None:
    """The pointer moves to a file with twice the points: so do the answers, past Cube's cache."""
    assert rows(url, POINTS) == [("1650.6",)]
    changed = tmp_path / "changed.duckdb"
    shutil.copyfile(small_file, changed)
    with duckdb.connect(str(changed)) as database:
        database.execute("update marts.fct_components set points = points * 2")
    publish(folder, changed, "2")
    assert rows(url, POINTS) == [("3301.2",)]
    publish(folder, small_file, "1")


def test_nothing_published(tmp_path: Path) -> None:
    """Without a pointer Cube starts, and answers no query."""
    install()
    with production_running(MODEL, tmp_path, SECRET) as address:
        answer = ask(f"{address}/cubejs-api/v1", POINTS)
    assert answer.status_code == 500
