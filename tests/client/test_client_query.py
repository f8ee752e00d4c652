"""What a question becomes on the wire, and what an answer becomes in Python."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from api_client import AsyncClient, Client, Column, ProtocolError, QueryError, Row
from api_client.result import parse_result

from .scripted import ANNOTATION, TOKEN, Asked, Scripted, answer_of

PERIOD = {"member": "indicatori.periodo", "operator": "equals", "values": ["2025-P10"]}
SCENARIO = {"member": "indicatori.scenario", "operator": "equals", "values": ["consuntivo"]}


def asked(server: Scripted, compact: dict[str, Any], metrics: Any, **options: Any) -> dict[str, Any]:
    server.says(compact)
    with Client(server.url, TOKEN) as client:
        client.query(metrics, **options)
    return server.asked[-1].query


def test_one_period_is_a_filter(server: Scripted, compact: dict[str, Any]) -> None:
    query = asked(server, compact, "indice_giacenza", by=["direzione"], period="2025-P10")
    assert query == {
        "measures": ["indicatori.indice_giacenza"],
        "dimensions": ["indicatori.direzione"],
        "filters": [PERIOD, SCENARIO],
        "order": [["indicatori.direzione", "asc"]],
        "responseFormat": "compact",
        "limit": 50_000,
        "offset": 0,
    }


def test_several_periods_are_grouped(server: Scripted, compact: dict[str, Any]) -> None:
    months = ["2025-M01", "2025-M02"]
    query = asked(
        server, compact, ["definito_om", "pervenuto"], period=months, scenario=("V0_2025", "consuntivo")
    )
    assert query["measures"] == ["indicatori.definito_om", "indicatori.pervenuto"]
    assert query["dimensions"] == ["indicatori.periodo", "indicatori.scenario"]
    assert query["filters"][0]["values"] == months
    assert query["filters"][1]["values"] == ["V0_2025", "consuntivo"]


def test_no_period_means_each_of_them(server: Scripted, compact: dict[str, Any]) -> None:
    query = asked(server, compact, "pervenuto", by=["periodo"], scenario=None)
    assert query["dimensions"] == ["indicatori.periodo", "indicatori.scenario"]
    assert query["filters"] == []


@pytest.mark.parametrize(
    ("where", "filters"),
    [
        ({"area": "AMM-SOC"}, [{"member": "v.area", "operator": "equals", "values": ["AMM-SOC"]}]),
        ({"area": ["A", "B"]}, [{"member": "v.area", "operator": "equals", "values": ["A", "B"]}]),
        ({"area": None}, [{"member": "v.area", "operator": "notSet"}]),
        ({"chiuso": True}, [{"member": "v.chiuso", "operator": "equals", "values": ["true"]}]),
        ({"chiuso": False}, [{"member": "v.chiuso", "operator": "equals", "values": ["false"]}]),
        ({"anno": 2025}, [{"member": "v.anno", "operator": "equals", "values": ["2025"]}]),
        (
            [
                {
                    "or": [
                        {"member": "area", "operator": "set"},
                        {"and": [{"member": "x.y", "operator": "set"}]},
                    ]
                }
            ],
            [
                {
                    "or": [
                        {"member": "v.area", "operator": "set"},
                        {"and": [{"member": "x.y", "operator": "set"}]},
                    ]
                }
            ],
        ),
    ],
)
def test_where(server: Scripted, compact: dict[str, Any], where: Any, filters: list[Any]) -> None:
    query = asked(server, compact, "pervenuto", period=None, scenario=None, where=where, view="v")
    assert query["filters"] == filters


@pytest.mark.parametrize(
    ("order", "pairs"),
    [
        ("-pervenuto", [["indicatori.pervenuto", "desc"]]),
        (["-pervenuto", "periodo"], [["indicatori.pervenuto", "desc"], ["indicatori.periodo", "asc"]]),
        ([("pervenuto", "desc")], [["indicatori.pervenuto", "desc"]]),
        ({"pervenuto": "asc"}, [["indicatori.pervenuto", "asc"]]),
    ],
)
def test_order_is_completed_to_a_total_one(
    server: Scripted, compact: dict[str, Any], order: Any, pairs: list[list[str]]
) -> None:
    query = asked(server, compact, "pervenuto", by=["direzione"], order=order, scenario="consuntivo")
    missing = [["indicatori.direzione", "asc"], ["indicatori.periodo", "asc"]]
    assert query["order"] == pairs + [pair for pair in missing if pair not in pairs]


def test_todays_organisation(server: Scripted, compact: dict[str, Any]) -> None:
    query = asked(
        server,
        compact,
        "pervenuto",
        by=["direzione"],
        period="2025-P10",
        where={"struttura": "DP-TERNI"},
        order="direzione",
        organisation="as_is",
        complete_only=True,
        limit=5,
    )
    assert query["dimensions"] == ["indicatori.direzione_attuale"]
    assert query["filters"][2]["member"] == "indicatori.struttura_attuale"
    assert query["order"] == [["indicatori.direzione_attuale", "asc"]]
    assert query["completeOnly"] is True
    assert query["limit"] == 5


@pytest.mark.parametrize(
    ("metrics", "options", "complaint"),
    [
        ("pervenuto", {"organisation": "as_iss"}, "did you mean 'as_is'"),
        ("pervenuto", {"perod": "2025-P10"}, "did you mean 'period'"),
        ("pervenuto", {"limit": 0}, "limit=0"),
        ("pervenuto", {"limit": True}, "limit=True"),
        ("pervenuto", {"limit": "5"}, "limit='5'"),
        ("pervenuto", {"order": [("pervenuto", "des")]}, "did you mean 'desc'"),
        ("pervenuto", {"period": []}, "period="),
        ("pervenuto", {"by": [3]}, "by="),
        ([], {}, "metrics="),
        ("", {}, "metrics="),
    ],
)
def test_what_cannot_be_asked_is_not_sent(metrics: Any, options: Any, complaint: str) -> None:
    with Client("http://127.0.0.1:1", TOKEN) as client:
        with pytest.raises(QueryError, match=complaint):
            client.query(metrics, **options)
        with pytest.raises(QueryError, match=complaint):
            client.iter_rows(metrics, **options).__next__()


def test_rows_are_typed(server: Scripted, compact: dict[str, Any]) -> None:
    server.says(compact)
    with Client(server.url, TOKEN) as client:
        result = client.query("indice_giacenza", by=["direzione"], period="2025-P10")
    assert [dict(row) for row in result] == [
        {
            "direzione": "DR-LAZIO",
            "indice_giacenza": 38.25,
            "definito_om": Decimal("1200.5000"),
            "pervenuto": 77,
        },
        {"direzione": "DR-UMBRIA", "indice_giacenza": None, "definito_om": Decimal("0.1000"), "pervenuto": 0},
    ]
    assert type(result[0]["indice_giacenza"]) is float
    assert str(result[0]["definito_om"]) == "1200.5000"
    assert result.columns[1] == Column(
        "indice_giacenza", "indicatori.indice_giacenza", "double", title="Indice di giacenza"
    )
    assert result.last_refresh == "2025-11-02T06:00:00.000Z"
    assert repr(result) == "Result(2 rows: direzione, indice_giacenza, definito_om, pervenuto)"
    assert repr(result[1]).startswith("Row(direzione='DR-UMBRIA', indice_giacenza=None")
    assert result.column("pervenuto") == [77, 0]
    with pytest.raises(KeyError, match=r"pervenute.*there are: direzione"):
        result.column("pervenute")


@pytest.mark.parametrize(
    "data",
    [
        [{"indicatori.direzione": "DR-LAZIO", "indicatori.pervenuto": "77"}],
        {"members": ["indicatori.direzione", "indicatori.pervenuto"], "dataset": [["DR-LAZIO", "77"]]},
        {"members": ["indicatori.direzione", "indicatori.pervenuto"], "columns": [["DR-LAZIO"], ["77"]]},
    ],
)
def test_the_three_formats_are_one(data: Any) -> None:
    assert parse_result(answer_of(data)).rows[0] == {"direzione": "DR-LAZIO", "pervenuto": 77}


def test_no_rows() -> None:
    empty = parse_result(answer_of([]))
    assert [column.name for column in empty.columns][:2] == ["direzione", "periodo"]
    assert (len(empty), list(empty), empty.is_complete) == (0, [], True)
    compact = parse_result(answer_of({"members": ["indicatori.pervenuto"], "dataset": []}))
    assert (len(compact), compact.columns[0].type) == (0, "integer")
    unnamed = parse_result(answer_of({"members": [], "dataset": []}))
    assert (len(unnamed), unnamed.columns) == (0, empty.columns)
    nothing = parse_result({"data": [], "annotation": {}})
    assert (len(nothing), nothing.rows) == (0, ())


def test_total_and_limit() -> None:
    data = [{"indicatori.pervenuto": "1"}]
    result = parse_result(answer_of(data, total=9) | {"query": {"limit": 1}})
    assert result.total == 9
    assert result.may_have_more
    assert not parse_result(answer_of(data) | {"query": {"limit": 2}}).may_have_more


@pytest.mark.parametrize(
    "data",
    [
        [{"indicatori.pervenuto": "1"}, {"indicatori.definito_om": "1"}],
        [["1"]],
        {"members": ["indicatori.pervenuto"]},
        {"members": ["indicatori.pervenuto"], "dataset": [["1", "2"]]},
        {"members": ["indicatori.pervenuto", "indicatori.definito_om"], "dataset": [["1", "2"], ["1"]]},
        {"members": ["indicatori.pervenuto", "indicatori.definito_om"], "columns": [["1"], ["1", "2"]]},
        {"members": ["indicatori.pervenuto"], "dataset": 3},
    ],
)
def test_crooked_data_is_refused(data: Any) -> None:
    with pytest.raises(ProtocolError, match="another shape"):
        parse_result(answer_of(data))


def typed(value: Any, kind: str = "number", **meta: Any) -> Any:
    about: dict[str, Any] = {"type": kind, "meta": meta} if meta else {"type": kind}
    payload = {"data": [{"v.m": value}], "annotation": {"measures": {"v.m": about}}}
    return parse_result(payload)[0]["m"]


@pytest.mark.parametrize(
    ("value", "kind", "meta", "expected"),
    [
        ("12", "number", {}, Decimal(12)),
        ("1e+21", "number", {"tipo": "double"}, 1e21),
        ("123456789012345678901234.0001", "number", {"scala": 4}, Decimal("123456789012345678901234.0001")),
        ("12", "number", {"scala": 0}, 12),
        ("12", "number", {"tipo": "bigint"}, 12),
        (12, "number", {"tipo": "integer"}, 12),
        ("12.0", "number", {"tipo": "integer"}, 12),
        (Decimal("0.1"), "number", {"scala": 1}, Decimal("0.1")),
        ("true", "boolean", {}, True),
        (False, "boolean", {}, False),
        ("2025-10-31T00:00:00.000", "time", {}, datetime(2025, 10, 31)),
        ("2025-10-31T00:00:00.000", "time", {"tipo": "date"}, date(2025, 10, 31)),
        ("testo", "string", {}, "testo"),
        (5, "string", {}, "5"),
        ("x", "geo", {}, "x"),
        (None, "number", {}, None),
    ],
)
def test_types(value: Any, kind: str, meta: dict[str, Any], expected: Any) -> None:
    found = typed(value, kind, **meta)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "kind", "meta"),
    [
        ("a dozen", "number", {}),
        ("12.5", "number", {"tipo": "integer"}),
        (True, "number", {}),
        (["12"], "number", {"tipo": "double"}),
        ("yes", "boolean", {}),
        ("ottobre", "time", {}),
        (5, "time", {}),
        ("Infinity", "number", {"tipo": "integer"}),
    ],
)
def test_a_value_of_another_type_is_refused(value: Any, kind: str, meta: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match=r"v\.m is declared"):
        typed(value, kind, **meta)


def test_short_names_that_collide_stay_long() -> None:
    row = parse_result({"data": [{"a.n": "1", "b.n": "2", "a.d.month": None}], "annotation": {}})[0]
    assert dict(row) == {"a.n": "1", "b.n": "2", "d.month": None}
    assert isinstance(row, Mapping)
    assert len(row) == 3
    assert row == Row({"a.n": 0, "b.n": 1, "d.month": 2}, ["1", "2", None])


def test_completeness() -> None:
    measures = {
        "indicatori.pervenuto": {
            "type": "number",
            "completeness": {"expected": 120, "present": 119, "share": "0.9917", "complete": False},
        }
    }
    result = parse_result({"data": [{"indicatori.pervenuto": "1"}], "annotation": {"measures": measures}})
    known = result.completeness["pervenuto"]
    assert (known.expected, known.present, known.complete, result.is_complete) == (120, 119, False, False)


# Pages: a server of ten rows that gives what is asked, and no more than fits.

ROWS = [[f"DR-{number}", str(number)] for number in range(10)]
MEMBERS = ["indicatori.direzione", "indicatori.pervenuto"]


def page(request: Asked) -> dict[str, Any]:
    offset, limit = request.query.get("offset", 0), request.query.get("limit", 10_000)
    return answer_of({"members": MEMBERS, "dataset": ROWS[offset : offset + limit]})


@pytest.mark.parametrize(
    ("limit", "page_rows", "requests", "rows"),
    [(None, 4, 3, 10), (None, 5, 3, 10), (None, 50, 1, 10), (7, 4, 2, 7), (8, 4, 2, 8), (3, 4, 1, 3)],
)
def test_pages_are_read_to_the_end(
    server: Scripted, limit: int | None, page_rows: int, requests: int, rows: int
) -> None:
    server.computes(page)
    with Client(server.url, TOKEN, page_rows=page_rows) as client:
        result = client.query("pervenuto", by=["direzione"], period="2025-P10", limit=limit)
        assert len(server.asked) == requests
        streamed = client.iter_rows("pervenuto", by=["direzione"], period="2025-P10", limit=limit)
        assert [row["pervenuto"] for row in streamed] == result.column("pervenuto") == list(range(rows))


def test_a_raw_query_is_paged_only_past_one_page(server: Scripted) -> None:
    server.computes(page)
    query: dict[str, Any] = {"measures": [MEMBERS[1]], "dimensions": [MEMBERS[0]]}
    timed = {
        "timeDimensions": [{"dimension": "i.data", "granularity": "month"}],
        "order": {MEMBERS[1]: "desc"},
    }
    with Client(server.url, TOKEN, page_rows=4) as client:
        assert len(client.load({**query, "limit": 4})) == 4
        assert [request.query for request in server.asked] == [{**query, "limit": 4}]
        assert len(client.load(query | timed | {"limit": 9, "offset": 1})) == 9
    assert [request.query["offset"] for request in server.asked[1:]] == [1, 5, 9]
    assert server.asked[1].query["order"] == [[MEMBERS[1], "desc"], ["i.data", "asc"], [MEMBERS[0], "asc"]]


def test_pages_that_do_not_fit_together(server: Scripted) -> None:
    first = answer_of({"members": MEMBERS, "dataset": ROWS[:4]})
    server.says(first).says(answer_of({"members": MEMBERS[:1], "dataset": [["DR-4"]]}))
    with Client(server.url, TOKEN, page_rows=4) as client:
        with pytest.raises(ProtocolError, match="different columns"):
            client.query("pervenuto", by=["direzione"], period="2025-P10")
        server.answers = []
        server.says(answer_of({"members": MEMBERS, "dataset": ROWS}))
        with pytest.raises(ProtocolError, match="gave 10 rows where 4"):
            client.query("pervenuto", by=["direzione"], period="2025-P10")


def test_completeness_of_pages_is_that_of_the_worst(server: Scripted) -> None:
    for rows, present in ((ROWS[:4], 7), (ROWS[4:6], 6)):
        known = {"expected": 7, "present": present, "complete": present == 7}
        measures = {MEMBERS[1]: {**ANNOTATION["measures"][MEMBERS[1]], "completeness": known}}
        server.says(answer_of({"members": MEMBERS, "dataset": rows}, annotation={"measures": measures}))
    with Client(server.url, TOKEN, page_rows=4) as client:
        result = client.query("pervenuto", by=["direzione"], period="2025-P10")
    assert (len(result), result.completeness["pervenuto"].present, result.is_complete) == (6, 6, False)


def test_the_asyncio_client_has_the_same_verbs(server: Scripted) -> None:
    server.computes(page)

    async def ask() -> tuple[list[Any], list[Any]]:
        async with AsyncClient(server.url, TOKEN, page_rows=4) as client:
            options: dict[str, Any] = {"by": ["direzione"], "period": "2025-P10"}
            result = await client.query("pervenuto", **options)
            return list(result), [row async for row in client.iter_rows("pervenuto", **options)]

    whole, streamed = asyncio.run(ask())
    assert whole == streamed
    assert len(whole) == 10
