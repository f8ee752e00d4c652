"""What is no query of the protocol is refused with 400, never ignored; texts are Cube's where it has them."""

import json
from typing import Any

import pytest
import yaml

from .conftest import FOLDER, Api

V = "indicatori."
BASE: dict[str, Any] = {"measures": [V + "righe"], "dimensions": [V + "linea"]}


REFUSALS = yaml.safe_load((FOLDER / "refusals.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case['code']}: {case['says']}"[:60])
def test_refused_with_code_and_suggestion(api: Api, case: dict[str, Any]) -> None:
    """400, the reason in words, its code, and what to write instead; `/sql` and `/dry-run` refuse alike."""
    refusal = api.refused(case["query"])
    assert refusal["code"] == case["code"]
    assert case["says"] in refusal["error"]
    assert case.get("suggests", "") in refusal.get("suggestion", "")
    for path in ("sql", "dry-run"):
        assert api.post(case["query"], path).json()["error"] == refusal["error"]


def test_whole_numbers_may_be_written_as_decimals(api: Api) -> None:
    """10.0 is an integer of JSON; 10.5, and what no computer can count to, are none."""
    query = api.load({**BASE, "limit": 1.0, "offset": 0.0})["query"]
    assert [repr(query[key]) for key in ("limit", "rowLimit", "offset")] == ["1", "1", "0"]
    for number in ("10.5", "1e400", "-1.0", "1e19"):
        text = json.dumps({"query": {**BASE, "limit": 0}}).replace('"limit": 0', f'"limit": {number}')
        assert api.http.post("/cubejs-api/v1/load", content=text).json()["code"] == "INVALID_QUERY"


def test_nesting_is_bounded(api: Api) -> None:
    """A filter of twenty levels is answered, one of thirty is a mistake or an attack."""
    condition: dict[str, Any] = {"member": V + "linea", "operator": "set"}
    codes = []
    for _ in range(30):
        condition = {"or": [condition]}
        codes.append(api.post({**BASE, "filters": [condition]}).status_code)
    assert codes == [200] * 20 + [400] * 10


def test_a_time_dimension_that_says_nothing_is_taken(api: Api) -> None:
    """Neither granularity nor range: as in Cube, it changes nothing."""
    assert (
        api.load({**BASE, "timeDimensions": [{"dimension": V + "linea"}]})["data"] == api.load(BASE)["data"]
    )


def test_cache_beside_the_query_is_checked_too(api: Api) -> None:
    """`cache` beside the query wins over the one inside."""
    assert api.refused(BASE, cache="forever")["code"] == "INVALID_QUERY"
    assert (
        api.load({**BASE, "cache": "no-cache"}, cache="must-revalidate")["query"]["cacheMode"]
        == "must-revalidate"
    )
    assert api.load({**BASE, "cache": "no-cache"})["query"]["cacheMode"] == "no-cache"


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        (b"", "BAD_REQUEST", "Query param is required"),
        (b"{}", "BAD_REQUEST", "Query param is required"),
        (b'{"query": "undefined"}', "BAD_REQUEST", "Query param is required"),
        (b'{"query": ', "NOT_JSON", "Unable to decode the body as JSON"),
        (b'{"query": "{"}', "NOT_JSON", "Unable to decode query param as JSON"),
        (b'{"query": {"limit": NaN}}', "NOT_JSON", "NaN is no JSON number"),
        (b"[" * 100_000, "NOT_JSON", "Unable to decode the body as JSON"),
        (b'{"query": {"measures": ["\\ud800.a"]}}', "NOT_JSON", "unpaired surrogate"),
        (b"[]", "BAD_REQUEST", "must be a JSON object"),
        (b"\xff\xfe", "BAD_REQUEST", "not UTF-8"),
        (b'{"query": "select 1", "format": "sql"}', "NOT_JSON", "Unable to decode"),
        (b'{"query": {}, "format": "sql"}', "BAD_REQUEST", "Only the JSON form"),
    ],
)
def test_unreadable_bodies(api: Api, body: bytes, code: str, text: str) -> None:
    """Malformed requests are the client's mistake: 400, where Cube says 500."""
    response = api.http.post("/cubejs-api/v1/load", content=body)
    assert response.status_code == 400
    assert response.json()["code"] == code
    assert text in response.json()["error"]


def test_bodies_are_bounded(api: Api) -> None:
    """One mebibyte is read, and no more, whether or not the length is announced."""
    response = api.http.post("/cubejs-api/v1/load", content=b'{"query": "' + b"x" * (1024 * 1024))
    assert (response.status_code, response.json()["code"]) == (413, "BODY_TOO_LARGE")
    chunked = api.http.post("/cubejs-api/v1/load", content=(b" " * 65536 for _ in range(17)))
    assert chunked.status_code == 413


def test_unknown_paths_and_methods(api: Api) -> None:
    """404 and 405 have the shape of all refusals."""
    unknown = api.http.get("/cubejs-api/v1/cubesql")
    assert (unknown.status_code, unknown.json()["error"]) == (404, "Cannot GET /cubejs-api/v1/cubesql")
    method = api.http.delete("/cubejs-api/v1/load")
    assert (method.status_code, method.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in method.headers["allow"]


def test_request_ids_are_given_back(api: Api) -> None:
    """The client's own id, when it is one; else a new one, also on refusals."""
    headers = {"X-Request-Id": "load-42"}
    assert api.http.get("/cubejs-api/v1/meta", headers=headers).headers["x-request-id"] == "load-42"
    refused = api.http.get("/cubejs-api/v1/load", headers=headers)
    assert refused.json()["requestId"] == "load-42"
    for odd in ("two words", "undefined", "null", ""):
        answer = api.http.get("/cubejs-api/v1/load", headers={"X-Request-Id": odd}).json()
        assert len(answer["requestId"]) == 36
    traced = api.http.get("/cubejs-api/v1/load", headers={"traceparent": "00-4bf9-00f0-01"})
    assert traced.json()["requestId"] == "00-4bf9-00f0-01"
    assert api.http.get("/nowhere", headers=headers).headers["x-request-id"] == "load-42"


def test_database_errors_tell_no_sql(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """The answer has an id, and the log has the SQL under it."""
    response = api.post({"measures": ["rotto.somma"]})
    refusal = response.json()
    assert (response.status_code, refusal["code"]) == (500, "DATABASE_ERROR")
    assert "missing_column" not in response.text
    assert "select" not in json.dumps(refusal).lower()
    identifier = refusal["error"].split("error ")[1].rstrip(")")
    (record,) = [record for record in caplog.records if identifier in record.getMessage()]
    assert "missing_column" in record.getMessage()
