"""The forms of a request beyond one grouped query, answered as Cube answers them: whole answers are compared.

Several queries at once (date ranges side by side, blends), ungrouped rows, formats, totals, time zones,
relative ranges. Only when the data was refreshed is each one's own to say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import served
from .cube_process import CubeServer
from .test_generated_queries import MEASURES, TEXTS, TIME, member, nested, on_texts, on_times

Query = dict[str, Any]
FORMATS = ["default", "compact", "columnar"]
RANGES: list[Any] = [
    ["2025-01-01", "2025-01-31"],
    ["2025-02-01", "2025-02-28"],
    ["2025-01-31"],
    ["2024-12-31", "2025-02-28"],
    ["2025-01-31T00:00:00", "2025-02-28T00:00:00.000"],
    "this year",
    "last 30 months",
    "from 2025-01-01 to 2025-01-31",
    "today",
]
ZONES = ["UTC", "Europe/Rome", "America/New_York", "Pacific/Auckland"]
RELATIVE = [
    f"{which} {count}{unit}"
    for which, counts in (("this", ("",)), ("last", ("", "3 ")), ("next", ("", "2 ")))
    for count in counts
    for unit in ("day", "week", "month", "quarter", "year")
] + ["today", "yesterday", "tomorrow", "from 2025-01-01 to 2025-02-28", "2 months ago"]
SETTINGS = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


class Both:
    """Our server and Cube over the small model and file."""

    def __init__(self, ours: httpx.Client, theirs: httpx.Client) -> None:
        self.clients = (ours, theirs)

    def ask(self, query: Any, path: str = "load") -> tuple[Any, Any]:
        """Send one request to both, and return what they answered, without what is each one's own."""
        body = {"query": query, "queryType": "multi"}
        ours, theirs = (client.post(f"/cubejs-api/v1/{path}", json=body) for client in self.clients)
        assert ours.status_code == theirs.status_code, (ours.text, theirs.text)
        mine, other = ours.json(), theirs.json()
        for answer in (mine, other):
            for result in answer.get("results", ()):
                result.pop("lastRefreshTime")
        return mine, other


@pytest.fixture(scope="module")
def both(
    cube_address: Callable[[Path, Path], CubeServer], small_model: Path, small_file: Path, small_folder: Path
) -> Iterator[Both]:
    """Clients of the two."""
    theirs = cube_address(small_model, small_file)
    with served(small_model, small_folder) as ours, _client(ours) as one, _client(theirs) as other:
        yield Both(one, other)


def _client(server: CubeServer) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers={"Authorization": server.token}, timeout=60)


def members_of(names: list[str], least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=least, max_size=3, unique=True).map(
        lambda chosen: [member(name) for name in chosen]
    )


@st.composite
def over_time(draw: st.DrawFn) -> Query:
    """A query of one time dimension, whose rows have one order."""
    dimensions = draw(members_of([*TEXTS, "chiusura"]))
    granularity = draw(st.sampled_from(["day", "week", "month", "quarter", "year"]))
    return {
        "measures": draw(members_of(MEASURES, least=1)),
        "dimensions": dimensions,
        "filters": draw(st.lists(nested(on_texts), max_size=1)),
        "timeDimensions": [{"dimension": TIME, "granularity": granularity}],
        "order": [[TIME, draw(st.sampled_from(["asc", "desc"]))], *([name, "asc"] for name in dimensions)],
        "timezone": draw(st.sampled_from(ZONES)),
        "total": draw(st.booleans()),
    }


@given(data=st.data())
@settings(SETTINGS, max_examples=60)
def test_date_ranges_side_by_side(both: Both, data: st.DataObject) -> None:
    query = data.draw(over_time())
    ranges = data.draw(st.lists(st.sampled_from(RANGES), min_size=1, max_size=3))
    query["timeDimensions"][0]["compareDateRange"] = ranges
    query["responseFormat"] = data.draw(st.sampled_from(FORMATS))
    assert_same(*both.ask(query), query["responseFormat"])


@given(data=st.data())
@settings(SETTINGS, max_examples=40)
def test_blends(both: Both, data: st.DataObject) -> None:
    queries = data.draw(st.lists(over_time(), min_size=1, max_size=3))
    for query in queries:
        query["timeDimensions"] = queries[0]["timeDimensions"]
    assert_same(*both.ask(queries), "default")


@st.composite
def ungrouped(draw: st.DrawFn) -> Query:
    """A query of the rows of the facts: of measures that a row has, in the order that Cube gives."""
    measures = draw(members_of(["pervenuto", "punti", "righe"]))
    dimensions = draw(members_of([*TEXTS, "chiusura"], least=0 if measures else 1))
    query: Query = {
        "measures": measures,
        "dimensions": dimensions,
        "filters": draw(st.lists(nested(on_texts | on_times), max_size=1)),
        "responseFormat": draw(st.sampled_from(FORMATS)),
        "total": draw(st.booleans()),
        "timezone": draw(st.sampled_from(ZONES)),
        "ungrouped": True,
    }
    if draw(st.booleans()):
        query["timeDimensions"] = [
            {"dimension": TIME, "granularity": draw(st.sampled_from(["day", "month"]))}
        ]
    if draw(st.booleans()):
        query["segments"] = [member("chiusi")]
    return query


@given(query=ungrouped())
@settings(SETTINGS, max_examples=60)
def test_ungrouped_rows(both: Both, query: Query) -> None:
    mine, other = both.ask(query)
    for answer in (mine, other):
        [result] = answer["results"]
        # Cube leaves the order of equal rows to chance.
        result["data"] = sorted(map(json.dumps, rows_of(result["data"], query["responseFormat"])))
    assert mine == other


@pytest.mark.parametrize("zone", ZONES)
def test_relative_ranges(both: Both, zone: str) -> None:
    """Resolved to the same days, in the query's time zone, as ranges and as filters."""
    for words in RELATIVE:
        query: Query = {
            "measures": [member("righe")],
            "timeDimensions": [{"dimension": TIME, "dateRange": words}],
            "filters": [{"member": TIME, "operator": "inDateRange", "values": [words]}],
            "timezone": zone,
        }
        mine, other = both.ask(query, "dry-run")
        for answer in (mine, other):
            del answer["transformedQueries"]
        assert mine == other, words


def rows_of(data: Any, response_format: str) -> list[dict[str, Any]]:
    """Read the rows of any format; Cube names no members where there are no rows."""
    if response_format == "default":
        return list(data)
    table = data["dataset"] if response_format == "compact" else zip(*data["columns"], strict=True)
    return [dict(zip(data["members"], values, strict=True)) for values in table]


def assert_same(mine: dict[str, Any], other: dict[str, Any], response_format: str) -> None:
    """Compare whole answers; of an answer without rows, not the names of its members."""
    for answer in (mine, other):
        for result in answer["results"]:
            if not rows_of(result["data"], response_format):
                result["data"] = []
    assert mine == other
