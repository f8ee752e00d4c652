"""Several queries in one request: date ranges side by side, and blends over one time axis."""

import logging
from typing import Any

import pytest

from semantic.server import ServerSettings

from .conftest import Api, running
from .test_server_waiting import SLOW, WAIT, started

V = "indicatori."
DATE = V + "data_fine_periodo"
FIRST, SECOND = ["2024-01-01", "2024-03-31"], ["2024-04-01", "2024-06-30"]
BY_MONTH: dict[str, Any] = {
    "measures": [V + "righe"],
    "timeDimensions": [{"dimension": DATE, "granularity": "month"}],
}


def compared(*ranges: Any, **more: Any) -> dict[str, Any]:
    """A query that compares date ranges."""
    time = {"dimension": DATE, "granularity": "month", "compareDateRange": list(ranges)}
    return {"measures": [V + "righe"], "timeDimensions": [time], **more}


def ranged(days: Any, **more: Any) -> dict[str, Any]:
    """The query of one range."""
    return {**BY_MONTH, "timeDimensions": [{**BY_MONTH["timeDimensions"][0], "dateRange": days}], **more}


def test_date_ranges_are_answered_side_by_side(api: Api) -> None:
    """One result for each range, as if it were asked alone; each row says which range it is of."""
    answer = api.load(compared(FIRST, SECOND), queryType="multi")
    assert answer["queryType"] == "compareDateRangeQuery"
    for days, result in zip((FIRST, SECOND), answer["results"], strict=True):
        alone = api.load(ranged(days))
        label = f"{days[0]}T00:00:00.000 - {days[1]}T23:59:59.999"
        assert result["data"] == [row | {"compareDateRange": label} for row in alone["data"]]
        assert len(result["data"]) == 3
        assert {key: result[key] for key in ("query", "annotation")} == {
            key: alone[key] for key in ("query", "annotation")
        }
    pivot = answer["pivotQuery"]
    assert (pivot["queryType"], pivot["dimensions"]) == ("compareDateRangeQuery", ["compareDateRange"])
    assert pivot["timeDimensions"] == answer["results"][0]["query"]["timeDimensions"]


@pytest.mark.parametrize("response_format", ["compact", "columnar"])
def test_the_other_formats_name_the_range_last(api: Api, response_format: str) -> None:
    """The label is one more member."""
    query = compared(FIRST, "today", responseFormat=response_format)
    first, second = (result["data"] for result in api.load(query, queryType="multi")["results"])
    assert first["members"] == [DATE + ".month", V + "righe", DATE, "compareDateRange"]
    rows = first["dataset"] if response_format == "compact" else list(zip(*first["columns"], strict=True))
    assert [row[-1] for row in rows] == ["2024-01-01T00:00:00.000 - 2024-03-31T23:59:59.999"] * 3
    assert not (second["dataset"] if response_format == "compact" else any(second["columns"]))


def test_relative_ranges_are_resolved(api: Api) -> None:
    """Each range may be words, as `dateRange` may."""
    dry = api.post(compared("from 2024-01-01 to 2024-01-31", ["2024-02-29"]), "dry-run").json()
    assert [query["timeDimensions"][0]["dateRange"] for query in dry["normalizedQueries"]] == [
        ["2024-01-01T00:00:00.000", "2024-01-31T23:59:59.999"],
        ["2024-02-29T00:00:00.000", "2024-02-29T23:59:59.999"],
    ]
    assert dry["queryType"] == "compareDateRangeQuery"
    assert dry["pivotQuery"] == dry["normalizedQueries"][0]
    assert len(dry["queryOrder"]) == len(dry["transformedQueries"]) == 2


def test_a_blend_puts_queries_on_one_axis(api: Api) -> None:
    """Each answers as alone, with its time under the name that all share."""
    other = {
        "measures": [V + "importo"],
        "dimensions": [V + "linea"],
        "timeDimensions": [{"dimension": V + "caricato_il", "granularity": "month"}],
    }
    answer = api.load([BY_MONTH, other], queryType="multi")
    assert answer["queryType"] == "blendingQuery"
    for query, time, result in zip(
        (BY_MONTH, other), (DATE, V + "caricato_il"), answer["results"], strict=True
    ):
        alone = api.load(query)["data"]
        assert result["data"] == [row | {"time.month": row[time]} for row in alone]
        assert result["data"]
    assert answer["pivotQuery"] == {
        "measures": [V + "righe", V + "importo"],
        "dimensions": [V + "linea"],
        "timeDimensions": [{"dimension": "time", "granularity": "month"}],
        "queryType": "blendingQuery",
    }
    statements = api.post([BY_MONTH, other], "sql").json()
    assert [statement["sql"]["sql"][0] for statement in statements] == [
        api.post(query, "sql").json()["sql"]["sql"][0] for query in (BY_MONTH, other)
    ]


@pytest.mark.parametrize("query", [compared(FIRST, SECOND), [BY_MONTH, BY_MONTH]])
def test_clients_that_read_one_query_are_told(api: Api, query: Any) -> None:
    """The answer has another form: it is not sent to who did not ask for it."""
    refusal = api.refused(query)
    assert refusal["code"] == "QUERY_TYPE"
    assert "query type is not supported by the client" in refusal["error"]
    assert '"queryType": "multi"' in refusal["suggestion"]
    assert api.refused(query, queryType="single")["code"] == "QUERY_TYPE"


def test_equal_parts_run_once(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """Two equal queries of a blend share one run."""
    caplog.set_level(logging.DEBUG, logger="semantic.server")
    query = {**BY_MONTH, "limit": 7, "cache": "no-cache"}
    answer = api.load([query, query], queryType="multi")
    assert answer["results"][0]["data"] == answer["results"][1]["data"]
    assert started(caplog) == 1


def test_the_first_failure_is_told(api: Api) -> None:
    """One query that cannot be answered refuses the request, whatever the others are."""
    broken = {**BY_MONTH, "measures": [V + "rige"]}
    assert api.refused([BY_MONTH, broken], queryType="multi")["member"] == V + "rige"


def test_a_slow_part_makes_the_client_wait_for_all(published: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is run twice while the client asks again, not even by clients that want nothing kept."""
    caplog.set_level(logging.DEBUG, logger="semantic.server")
    slow = {
        **SLOW,
        "timeDimensions": [{"dimension": "lento.giorno", "granularity": "month"}],
        "cache": "no-cache",
    }
    quick = {**BY_MONTH, "cache": "no-cache"}
    with running(published, ServerSettings(wait_seconds=0.1, workers=2)) as api:
        assert api.load([slow, quick], queryType="multi") == WAIT
        while (answer := api.load([slow, quick], queryType="multi")) == WAIT:
            pass
    assert [len(result["data"]) for result in answer["results"]] == [10, 12]
    assert started(caplog) == 2
