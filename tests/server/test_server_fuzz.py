"""Whatever is sent, the server answers as its published description says: no 500, and nothing of its inside.

Schemathesis makes requests from `openapi.yaml`: ones that the model can answer, ones that the description
allows, and wrong ones. The suite sends a fixed sample; `make fuzz` many more.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from semantic.model_reader import load_model
from semantic.planner import GRANULARITIES

from .conftest import MODEL, Api, publish, running
from .test_server_openapi import SPEC

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def spec_of_the_model() -> dict[str, Any]:
    """The published description, narrowed to queries that the model can answer: they reach the database."""
    members = [member for member in load_model(MODEL).views["indicatori"].members.values()]
    names = {
        kind: one_of(*(member.full_name for member in members if member.kind == kind))
        for kind in ("measure", "dimension", "segment")
    }
    times = [member.full_name for member in members if member.type == "time"]
    schemas = SPEC["components"]["schemas"]
    keys = schemas["Query"]["properties"] | {
        "measures": {"type": "array", "items": names["measure"], "minItems": 1, "maxItems": 3},
        "dimensions": {"type": "array", "items": names["dimension"], "maxItems": 3},
        "segments": {"type": "array", "items": names["segment"], "maxItems": 2},
        "filters": {"type": "array", "items": {"$ref": "#/components/schemas/Filter"}, "maxItems": 2},
        "timeDimensions": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/TimeDimension"},
            "maxItems": 2,
        },
        "order": {"type": "array", "maxItems": 0},
        "timezone": one_of("UTC", "Europe/Rome", "America/New_York"),
        "comparisons": {"type": "array", "maxItems": 0},
    }
    texts = {"type": "array", "items": {"type": "string", "maxLength": 8}, "minItems": 1, "maxItems": 3}
    text_operators = (
        "equals",
        "notEquals",
        "contains",
        "notContains",
        "startsWith",
        "notEndsWith",
        "in",
        "set",
    )
    condition = {
        "member": one_of(*(member.full_name for member in members if member.type == "string")),
        "operator": one_of(*text_operators),
        "values": texts,
    }
    dates = {"type": "array", "items": one_of("2024-01-01", "2024-06-30"), "minItems": 1, "maxItems": 1}
    words = one_of("last 2 years", "this month", "today", "from 2024-01-01 to 2024-06-30", "2024-02-29")
    time = schemas["TimeDimension"]["properties"] | {
        "dimension": one_of(*times),
        "granularity": one_of(*GRANULARITIES),
    }
    # One by one the queries run; lists of them are for the wrong requests, which are made from the whole.
    one_query = {"$ref": "#/components/schemas/Query"}
    known = {
        "Query": {**schemas["Query"], "properties": keys, "required": ["measures"]},
        "Queries": one_query,
        "Body": {**schemas["Body"], "properties": {**schemas["Body"]["properties"], "query": one_query}},
        "Condition": {
            "type": "object",
            "additionalProperties": False,
            "required": ["member", "operator", "values"],
            "properties": condition,
        },
        "DateRange": {"oneOf": [words, dates]},
        "TimeDimension": {**schemas["TimeDimension"], "properties": time},
    }
    return SPEC | {"components": SPEC["components"] | {"schemas": schemas | known}}


def one_of(*choices: str) -> dict[str, Any]:
    """Describe one of some texts."""
    return {"type": "string", "enum": list(choices)}


def operations(spec: dict[str, Any]) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """Read a description; `subscribe` is `load` under another name."""
    for result in schemathesis.openapi.from_dict(spec).get_all_operations():
        if "subscribe" not in result.ok().path:
            yield result.ok()


RIGHT, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
CASES = [
    *(pytest.param(item, RIGHT, id=f"{item.label}: answerable") for item in operations(spec_of_the_model())),
    *(pytest.param(item, RIGHT, id=f"{item.label}: as described") for item in operations(SPEC)),
    *(
        pytest.param(item, WRONG, id=f"{item.label}: wrong")
        for item in operations(SPEC)
        if item.query or item.headers or item.body
    ),
]


@pytest.fixture(scope="module")
def server(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Api, tuple[str, ...]]]:
    """A server, and what no answer of it may hold."""
    folder = tmp_path_factory.mktemp("fuzzed")
    publish(folder, database, "1")
    inside = (str(folder), str(MODEL.parent), "Traceback", ".duckdb", 'FROM "indicators"', "Binder Error")
    with running(folder) as api:
        yield api, inside


@pytest.mark.parametrize(("operation", "mode"), CASES)
def test_it_keeps_to_its_description(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    server: tuple[Api, tuple[str, ...]],
    pytestconfig: pytest.Config,
    request: pytest.FixtureRequest,
) -> None:
    api, inside = server
    statuses: list[int] = []

    @given(case=operation.as_strategy(mode))
    @settings(
        max_examples=pytestconfig.getoption("--fuzz"),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def send(case: schemathesis.Case) -> None:
        headers = {"Authorization": api.http.headers["authorization"]}
        response = case.call(base_url=str(api.http.base_url), headers=headers)
        case.validate_response(response, checks=CHECKS)
        if response.status_code != 200:
            assert not [text for text in inside if text in response.text]
        statuses.append(response.status_code)

    send()
    if "answerable" in request.node.name:
        assert statuses.count(200) >= len(statuses) / 4, "too few requests reach the database"
