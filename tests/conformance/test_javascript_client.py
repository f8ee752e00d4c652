"""Cube's own JavaScript client, unmodified, makes the same of our answers as of Cube's.

Whatever a dashboard shows comes out of its `ResultSet`: tables, charts, series. The steps run in one process
for each server; what differs by nature (the text of the SQL, Cube's own internals) is looked at apart.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from semantic.server import ServerSettings

from ..server.conftest import MODEL, publish
from .conftest import served
from .cube_process import CubeServer, through_javascript

CubeServers = Callable[[Path, Path], CubeServer]
V = "indicatori."
TIME = V + "data_fine_periodo"
JANUARY, FEBRUARY = ["2025-01-01", "2025-01-31"], ["2025-02-01", "2025-02-28"]
MONTHLY = {"dimension": TIME, "granularity": "month"}
BY_STRUCTURE = {
    "measures": [V + "pervenuto", V + "produttivita"],
    "dimensions": [V + "direzione", V + "struttura"],
    "order": [[V + "direzione", "asc"], [V + "struttura", "asc"]],
}
OVER_TIME = {
    "measures": [V + "punti", V + "righe"],
    "dimensions": [V + "direzione"],
    "timeDimensions": [{**MONTHLY, "dateRange": ["2024-12-01", "2025-03-31"]}],
    "order": [[TIME, "asc"], [V + "direzione", "asc"]],
}
COMPARED = {
    "measures": [V + "righe"],
    "dimensions": [V + "direzione"],
    "timeDimensions": [{**MONTHLY, "compareDateRange": [JANUARY, FEBRUARY]}],
    "order": [[V + "direzione", "asc"]],
}
COMPARED_BY_DAY = {
    "measures": [V + "righe"],
    "timeDimensions": [{"dimension": TIME, "granularity": "day", "compareDateRange": [JANUARY, FEBRUARY]}],
}
BLENDED = [
    {"measures": [V + "righe"], "timeDimensions": [{**MONTHLY, "dateRange": ["2025-01-01", "2025-02-28"]}]},
    {"measures": [V + "punti"], "timeDimensions": [{**MONTHLY, "dateRange": ["2025-01-01", "2025-02-28"]}]},
]
PIVOTS = {
    "by_column": {"x": [V + "direzione"], "y": [V + "struttura", "measures"]},
    "unfilled": {"fillMissingDates": False},
}
STEPS: dict[str, dict[str, Any]] = {
    "table": {"call": "load", "query": BY_STRUCTURE, "pivots": {"by_column": PIVOTS["by_column"]}},
    "numbers": {"call": "load", "query": BY_STRUCTURE, "options": {"castNumerics": True}},
    "compact": {"call": "load", "query": BY_STRUCTURE, "format": "compact"},
    "columnar": {"call": "load", "query": BY_STRUCTURE, "format": "columnar"},
    "total": {"call": "load", "query": {**BY_STRUCTURE, "limit": 1, "total": True}},
    "post": {"call": "load", "query": BY_STRUCTURE, "method": "POST"},
    "over_time": {"call": "load", "query": OVER_TIME, "pivots": {"unfilled": PIVOTS["unfilled"]}},
    "compared": {"call": "load", "query": COMPARED},
    "compared_compact": {"call": "load", "query": COMPARED, "format": "compact"},
    "compared_by_day": {"call": "load", "query": COMPARED_BY_DAY},
    "blended": {"call": "load", "query": BLENDED},
    "subscribe": {"call": "subscribe", "query": BY_STRUCTURE},
    "meta": {"call": "meta", "member": V + "pervenuto"},
    "meta_views": {"call": "meta", "member": V + "pervenuto", "options": {"onlyViews": True}},
    "dry_run": {"call": "dryRun", "query": OVER_TIME},
    "dry_run_compared": {"call": "dryRun", "query": COMPARED},
    "dry_run_blended": {"call": "dryRun", "query": BLENDED},
    "sql": {"call": "sql", "query": BY_STRUCTURE},
    "sql_blended": {"call": "sql", "query": BLENDED},
    "unknown_measure": {"call": "load", "query": {"measures": [V + "puntii"]}},
    "no_query": {"call": "load", "query": {}},
}
# Told apart below: what is not the same by nature.
APART = ("dry_run", "sql", "unknown", "no_")
Outcomes = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def ours(small_model: Path, small_folder: Path) -> Outcomes:
    """What the client makes of our server's answers."""
    with served(small_model, small_folder) as server:
        return dict(zip(STEPS, through_javascript(server, list(STEPS.values())), strict=True))


@pytest.fixture(scope="module")
def theirs(cube_address: CubeServers, small_model: Path, small_file: Path) -> Outcomes:
    """What it makes of Cube's."""
    server = cube_address(small_model, small_file)
    return dict(zip(STEPS, through_javascript(server, list(STEPS.values())), strict=True))


@pytest.mark.parametrize("step", [name for name in STEPS if not name.startswith(APART)])
def test_the_client_makes_the_same_of_both(step: str, ours: Outcomes, theirs: Outcomes) -> None:
    assert "refused" not in theirs[step]
    assert ours[step] == theirs[step]


@pytest.mark.parametrize("step", ["dry_run", "dry_run_compared", "dry_run_blended"])
def test_a_dry_run_tells_the_same(step: str, ours: Outcomes, theirs: Outcomes) -> None:
    """`transformedQueries` beside: Cube adds what its own pre-aggregations are matched by."""
    mine, other = ours[step]["result"], theirs[step]["result"]
    transformed = mine.pop("transformedQueries")
    for query, full in zip(transformed, other.pop("transformedQueries"), strict=True):
        assert query == {key: full[key] for key in query}
    assert mine == other


@pytest.mark.parametrize("step", ["sql", "sql_blended"])
def test_the_sql_comes_in_the_same_form(step: str, ours: Outcomes, theirs: Outcomes) -> None:
    """A statement for each query; beside it Cube tells more of its own cache."""
    mine, other = ours[step]["result"], theirs[step]["result"]
    assert len(mine) == len(other)
    for query, full in zip(mine, other, strict=True):
        assert "\nFROM" in query["sql"]
        assert set(query["keys"]) <= set(full["keys"])


def test_refusals_reach_the_page(ours: Outcomes, theirs: Outcomes) -> None:
    """The same words and status, with what helps to write it right."""
    for step in ("unknown_measure", "no_query"):
        mine, other = ours[step]["refused"], theirs[step]["refused"]
        assert (mine["message"], mine["status"]) == (other["message"], other["status"])
    response = ours["unknown_measure"]["refused"]["response"]
    assert (response["code"], response["suggestion"]) == ("UNKNOWN_MEMBER", "did you mean punti?")


@pytest.fixture(scope="module")
def slow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CubeServer]:
    """Our server, with queries that take long, and little patience."""
    folder = tmp_path_factory.mktemp("slow")
    with duckdb.connect(str(folder / "numbers.duckdb")) as connection:
        connection.execute((MODEL.parent / "database.sql").read_text(encoding="utf-8"))
    publish(folder, folder / "numbers.duckdb", "1")
    with served(MODEL, folder, ServerSettings(wait_seconds=0.1, abandoned_seconds=1)) as server:
        yield server


def test_the_client_waits_for_a_slow_answer(slow_server: CubeServer) -> None:
    """To it "Continue wait" is progress, and no answer; the answer comes."""
    query = {"measures": ["lento.somma"], "dimensions": ["lento.cifra"], "order": {"lento.cifra": "asc"}}
    [outcome] = through_javascript(slow_server, [{"call": "load", "query": query}])
    assert outcome["result"]["waits"] >= 1
    [rows] = outcome["result"]["raw"]
    assert [row["lento.cifra"] for row in rows] == [str(digit) for digit in range(10)]


def test_an_answer_that_is_given_up_is_computed_no_longer(
    slow_server: CubeServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The page hangs up: the client says so, and the server stops the query."""
    caplog.set_level(logging.INFO, logger="semantic.server")
    endless = {"call": "load", "query": {"measures": ["infinito.somma"]}, "abortAfter": 400}
    [outcome] = through_javascript(slow_server, [endless])
    assert outcome["refused"]["message"] == "aborted"
    deadline = time.monotonic() + 40
    while not any("nobody waits" in record.getMessage() for record in caplog.records):
        assert time.monotonic() < deadline
        time.sleep(0.05)
