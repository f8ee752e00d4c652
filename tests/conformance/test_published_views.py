"""Over every published view our server answers as Cube: rows, values, types, annotations, totals, refusals.

Two thousand queries; `CRUSCOTTO_CONFORMANCE_QUERIES` and `CRUSCOTTO_CONFORMANCE_SEED` ask for more, or for
others. `DIFFERENCES` lists, one by one, where our server refuses what Cube takes.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from orchestration.paths import semantic_model_dir

from .conftest import served
from .cube_process import cube_running, install
from .published_file import PublishedFile
from .published_queries import FAULTS, Asked, QueryMaker, View, views_of

QUERIES = int(os.environ.get("CRUSCOTTO_CONFORMANCE_QUERIES", "2000"))
SEED = int(os.environ.get("CRUSCOTTO_CONFORMANCE_SEED", "1"))

GUARDS = {"REQUIRED_MEMBER", "OUT_OF_VALIDITY", "LEVEL_NOT_ALLOWED", "CUT_NOT_ALLOWED"}
"""Refusals that protect from a wrong number: Cube answers these queries."""

DIFFERENCES: dict[str, tuple[int, ...]] = {
    "order by an unknown member": (200,),
    "limit over the maximum": (500,),
    # DuckDB refuses the bound text 'Invalid date', unless it never comes to compare it.
    "a range that is no date": (400, 200),
}
"""Faults that our server refuses with 400, and Cube's statuses. Any other fault has one status on both."""

ADDED_TO_ANNOTATIONS = {"completeness", "definitions"}
"""What our annotations of measures have beside Cube's."""


@pytest.fixture(scope="module")
def ours(published_file: PublishedFile) -> Iterator[httpx.Client]:
    """Our server over the committed model and the published file, without any client of ours."""
    with (
        served(semantic_model_dir(), published_file.folder) as server,
        speaking(server.url, server.token) as http,
    ):
        yield http


@pytest.fixture(scope="module")
def cube(published_file: PublishedFile) -> Iterator[httpx.Client]:
    """Cube over the same two."""
    install()
    with (
        cube_running(semantic_model_dir(), published_file.file) as server,
        speaking(server.url, server.token) as http,
    ):
        yield http


def speaking(url: str, token: str) -> httpx.Client:
    """Open a plain HTTP client at a server's API."""
    return httpx.Client(base_url=f"{url}/cubejs-api/v1", headers={"Authorization": token}, timeout=120)


@pytest.fixture(scope="module")
def views(ours: httpx.Client) -> list[View]:
    """Every view, with some values of its text dimensions, the empty ones left out."""
    found = views_of(ours.get("/meta").json())
    for view in found:
        for name, item in view.dimensions.items():
            if item["type"] == "string":
                answer = ours.post("/load", json={"query": {"dimensions": [name], "limit": 40}})
                if answer.status_code == 200:
                    values = [row[name] for row in answer.json()["data"] if row[name] is not None]
                    view.values.update({name: values} if values else {})
    return found


def test_answers_and_refusals_are_those_of_cube(
    ours: httpx.Client, cube: httpx.Client, views: list[View]
) -> None:
    told: list[str] = []
    seen: Counter[str] = Counter()
    for asked in QueryMaker(views, SEED).queries(QUERIES):
        kind, difference = compared(asked, answer(ours, asked.query), answer(cube, asked.query))
        seen[kind] += 1
        if difference:
            told.append(f"{json.dumps(asked.query)}\n    {difference}")
    assert not told, f"{len(told)} of {QUERIES} differ:\n" + "\n".join(told[:5])
    assert seen["rows"] > QUERIES / 3, dict(seen)
    assert {kind for kind in seen if kind in FAULTS} == set(FAULTS), dict(seen)


def answer(http: httpx.Client, query: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Ask once, and again for as long as the answer is still being computed."""
    while True:
        response = http.post("/load", json={"query": query})
        body = response.json()
        if body.get("error") != "Continue wait":
            return response.status_code, body


def compared(
    asked: Asked, ours: tuple[int, dict[str, Any]], theirs: tuple[int, dict[str, Any]]
) -> tuple[str, str]:
    """Name what was compared, and say what differs ('' when nothing does)."""
    (our_status, our_body), (their_status, their_body) = ours, theirs
    if asked.fault:
        agreed = our_status == 400 and their_status in DIFFERENCES.get(asked.fault, (400,))
        return asked.fault, "" if agreed else f"{our_body} but {their_status} {their_body}"
    if our_body.get("code") in GUARDS:
        return our_body["code"], "" if (our_status, their_status) == (
            400,
            200,
        ) else f"{our_body} but {their_status}"
    if our_status != their_status:
        return "status", f"{our_status} {our_body} but {their_status} {their_body}"
    if our_status != 200:
        return "refused", ""
    for part in ("data", "total", "annotation", "dbType", "dataSource", "external", "slowQuery"):
        mine, other = comparable(part, our_body), comparable(part, their_body)
        if mine != other:
            return "rows", f"{part}: {mine} but {other}"
    return "rows" if rows_in(our_body) else "empty", ""


def comparable(part: str, body: Mapping[str, Any]) -> Any:
    """Give one part of an answer without what only our server adds; Cube names no members without rows."""
    value = body.get(part)
    if part == "data" and not rows_in(body):
        return None
    if part != "annotation" or not isinstance(value, dict):
        return value
    return {
        kind: {
            name: {key: item for key, item in about.items() if key not in ADDED_TO_ANNOTATIONS}
            for name, about in members.items()
        }
        for kind, members in value.items()
    }


def rows_in(body: Mapping[str, Any]) -> bool:
    """Say whether an answer has rows, in any of the three formats."""
    data = body["data"]
    if isinstance(data, list):
        return bool(data)
    return any(data.get("dataset") or data.get("columns") or [])
