"""Any query that our server answers, Cube answers with the same rows in the same order.

The queries are generated: measures, dimensions, filters of every operator (nested too), segments, time
dimensions, limits and offsets, over the small model. Left out are the characters that Cube takes for
wildcards in `contains` and its kin: our server looks for them as they are written.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api_client import Client

Clients = Callable[[Path, Path], Client]
Conditions = st.SearchStrategy[dict[str, Any]]

MEASURES = ["pervenuto", "punti", "righe", "produttivita"]
TEXTS = {
    "periodo": ["2025-M01", "2025-M02"],
    "scenario": ["consuntivo", "V0_2025"],
    "direzione": ["DR-LAZIO", "DR-UMBRIA", "d'altra"],
    "struttura": ["DP-ROMA", "DP-LATINA", "DP-TERNI", "dp"],
    "struttura_attuale": ["DP-ROMA", "DP-TERNI", ""],
}
EXACT = ["equals", "notEquals", "in", "notIn"]
COMPARING = ["gt", "gte", "lt", "lte", "equals", "notEquals"]
PARTIAL = ["contains", "notContains", "startsWith", "notStartsWith", "endsWith", "notEndsWith"]
PIECES = ["DR", "o", "roma", "-M0", "'", "zz"]
NUMBERS = ["0", "50", "100", "1300.6", "-1", "12345678901309.5678"]
DAYS = ["2025-01-01", "2025-01-31", "2025-02-01", "2025-02-28", "2025-03-01"]
TIME = "indicatori.data_fine_periodo"


def member(name: str) -> str:
    return f"indicatori.{name}"


def condition(name: str, operators: list[str], values: list[str], most: int = 3) -> Conditions:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)
    return st.builds(
        lambda operator, chosen: {"member": member(name), "operator": operator, "values": chosen},
        st.sampled_from(operators),
        some,
    )


def is_set(name: str) -> Conditions:
    return st.sampled_from(["set", "notSet"]).map(
        lambda operator: {"member": member(name), "operator": operator}
    )


on_texts = st.one_of(
    *(condition(name, EXACT, values) for name, values in TEXTS.items()),
    *(condition(name, PARTIAL, PIECES) for name in TEXTS),
    *(is_set(name) for name in TEXTS),
    condition("chiusura", ["equals", "notEquals"], ["true", "false"], most=1),
)
on_times = st.one_of(
    condition("data_fine_periodo", ["beforeDate", "beforeOrOnDate", "afterDate"], DAYS, most=1),
    condition("data_fine_periodo", ["afterOrOnDate"], DAYS, most=1),
    st.builds(
        lambda operator, days: {"member": TIME, "operator": operator, "values": sorted(days)},
        st.sampled_from(["inDateRange", "notInDateRange"]),
        st.lists(st.sampled_from(DAYS), min_size=2, max_size=2),
    ),
)
on_measures = st.one_of(
    *(
        condition(name, ["gt", "gte", "lt", "lte", "equals", "notEquals"], NUMBERS, most=1)
        for name in MEASURES
    ),
    *(is_set(name) for name in MEASURES),
)


def nested(conditions: Conditions) -> Conditions:
    """Conditions, and `and`/`or` of them."""
    return st.recursive(
        conditions,
        lambda inner: st.builds(
            lambda joint, parts: {joint: parts},
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=4,
    )


times = (
    st.none()
    | st.none()
    | st.builds(
        lambda granularity, days: {"dimension": TIME, "granularity": granularity, "dateRange": days},
        st.sampled_from(["day", "week", "month", "quarter", "year"]),
        st.sampled_from(
            [["2025-01-01", "2025-01-31"], ["2025-01-31", "2025-02-28"], ["2024-12-31", "2025-02-01"]]
        ),
    )
)


@st.composite
def queries(draw: st.DrawFn) -> dict[str, Any]:
    """Build a query whose rows have one order: every dimension takes part in it."""
    measures = draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=3, unique=True))
    dimensions = draw(st.lists(st.sampled_from([*TEXTS, "chiusura"]), max_size=3, unique=True))
    filters = draw(st.lists(nested(on_texts | on_times), max_size=1))
    if draw(st.integers(0, 2)) == 0:
        filters.append(draw(nested(on_measures)))
    query: dict[str, Any] = {
        "measures": [member(name) for name in measures],
        "dimensions": [member(name) for name in dimensions],
        "filters": filters,
    }
    first = draw(st.lists(st.sampled_from([*measures, *dimensions]), max_size=1)) + dimensions
    ordered = [[member(name), draw(st.sampled_from(["asc", "desc"]))] for name in dict.fromkeys(first)]
    if time := draw(times):
        query["timeDimensions"] = [time]
        ordered.append([TIME, "asc"])
    if draw(st.booleans()):
        query["segments"] = [member("chiusi")]
    if dimensions or time:
        query |= {"limit": draw(st.integers(1, 6)), "offset": draw(st.sampled_from([0, 0, 0, 1]))}
    return query | {
        "order": ordered,
        "responseFormat": draw(st.sampled_from(["default", "compact", "columnar"])),
    }


@pytest.fixture(scope="module")
def servers(
    cube_server: Clients,
    embedded_server: Clients,
    small_model: Path,
    small_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Client, Client]:
    """Our server and Cube over the small model and file."""
    folder = tmp_path_factory.mktemp("published")
    (folder / small_file.name).hardlink_to(small_file)
    pointer = {"file": small_file.name, "version": "1", "published_at": "2025-03-01T00:00:00+00:00"}
    (folder / "current.json").write_text(json.dumps(pointer))
    return embedded_server(small_model, folder), cube_server(small_model, small_file)


@given(query=queries())
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_our_server_answers_as_cube_does(servers: tuple[Client, Client], query: dict[str, Any]) -> None:
    ours, theirs = (answer(client, query) for client in servers)
    assert ours == theirs


def answer(client: Client, query: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Give the members and the rows, each value as it was written; Cube names no members without rows."""
    result = client.load(query)
    rows = [[repr(row[column.name]) for column in result.columns] for row in result]
    return [column.member for column in result.columns] if rows else [], rows
