"""`/v1/load`: the shape of the answer and the exactness of its values."""

import json
from typing import Any

import duckdb
import pytest

from .conftest import Api

V = "indicatori."
IMPORTO = "sum(amount)"


def test_answer_has_the_whole_shape_of_cube(api: Api) -> None:
    """Every key that Cube 1.7 answers with is there, and says what Cube's says."""
    query = {
        "measures": [V + "importo_medio"],
        "dimensions": [V + "direzione"],
        "segments": [V + "grandi"],
        "filters": [{"member": V + "direzione", "operator": "equals", "values": ["DR-LAZIO"]}],
    }
    answer = api.load(query)
    value = answer.pop("data")[0].pop(V + "importo_medio")
    assert float(value) > 100
    assert answer == {
        "query": {
            **query,
            "cacheMode": "stale-if-slow",
            "timezone": "UTC",
            "limit": 10000,
            "rowLimit": 10000,
            "timeDimensions": [],
        },
        "lastRefreshTime": "2025-04-01T06:00:00.000Z",
        "annotation": {
            "measures": {
                V + "importo_medio": {
                    "title": "Indicatori Importo Medio",
                    "shortTitle": "Importo Medio",
                    "type": "number",
                    "format": "currency",
                    "meta": {"tipo": "double"},
                    "drillMembers": [],
                    "drillMembersGrouped": {"measures": [], "dimensions": []},
                }
            },
            "dimensions": {
                V + "direzione": {
                    "title": "Indicatori Direzione",
                    "shortTitle": "Direzione",
                    "description": "Direzione regionale o di coordinamento.",
                    "type": "string",
                    "meta": {"livello": "direzione"},
                }
            },
            "segments": {V + "grandi": {"title": "Indicatori Grandi", "shortTitle": "Grandi"}},
            "timeDimensions": {},
        },
        "dataSource": "default",
        "dbType": "duckdb",
        "external": False,
        "slowQuery": False,
        "total": None,
    }


def test_get_and_post_answer_alike(api: Api) -> None:
    """The query may come in the URL or in the body, as an object or as text."""
    query = {"measures": [V + "righe"]}
    posted = api.load(query)
    got = api.http.get("/cubejs-api/v1/load", params={"query": json.dumps(query)}).json()
    as_text = api.post(json.dumps(query)).json()
    assert posted["data"] == got["data"] == as_text["data"] == [{V + "righe": "240"}]


def test_formats_hold_the_same_values(api: Api) -> None:
    """Objects, rows and columns are three ways to write one table."""
    query: dict[str, Any] = {"measures": [V + "righe"], "dimensions": [V + "direzione"]}
    objects = api.load(query)["data"]
    compact = api.load({**query, "responseFormat": "compact"})["data"]
    columnar = api.load({**query, "responseFormat": "columnar"})["data"]
    assert compact["members"] == columnar["members"] == [V + "direzione", V + "righe"]
    assert [list(row.values()) for row in objects] == compact["dataset"]
    assert [list(row) for row in zip(*columnar["columns"], strict=True)] == compact["dataset"]
    assert len(objects) == 4


def test_multi_form_for_clients_that_read_it(api: Api) -> None:
    """Cube's JavaScript client always asks for the form of several queries, also for one."""
    query = {"measures": [V + "righe"]}
    single, multi = api.load(query), api.load(query, queryType="multi")
    assert multi["queryType"] == "regularQuery"
    assert multi["results"] == [single]
    assert multi["pivotQuery"] == single["query"] | {"queryType": "regularQuery"}
    assert multi["slowQuery"] is False


@pytest.mark.parametrize(
    ("measure", "by_hand"),
    [
        ("righe", "count(*)"),
        ("righe_automatiche", "count(*) filter (where is_automatic)"),
        ("linee_diverse", "count(distinct area_key)"),
        ("prima_priorita", "min(priority)"),
        ("ultima_priorita", "max(priority)"),
        ("importo", "sum(amount)"),
        ("importo_medio", "sum(amount) / nullif(count(*), 0)"),
        ("importo_doppio_medio", "2 * (sum(amount) / nullif(count(*), 0))"),
    ],
)
def test_measures_are_what_sql_says(
    api: Api, sql: duckdb.DuckDBPyConnection, measure: str, by_hand: str
) -> None:
    """Each kind of measure, by a dimension of a joined table, equals the hand-written aggregate."""
    answered = api.rows(
        {"measures": [V + measure], "dimensions": [V + "linea"], "order": [[V + "linea", "asc"]]}
    )
    expected = sql.execute(
        f"select line_code, {by_hand} from indicators.components join marts.areas using (area_key) "
        "group by 1 order by 1"
    ).fetchall()
    assert [(line, _number(value)) for line, value in answered] == [
        (line, _number(value)) for line, value in expected
    ]


def _number(value: Any) -> Any:
    return None if value is None else float(value)


def test_left_join_keeps_facts_without_dimension(api: Api) -> None:
    """A structure that the dimension lacks stays in the totals, under null."""
    rows = dict(api.rows({"measures": [V + "righe"], "dimensions": [V + "struttura"]}))
    assert rows[None] == "40"
    assert sum(int(count) for count in rows.values()) == 240


def test_sums_of_nothing_are_null(api: Api) -> None:
    """No rows: a count is 0, a sum is null, never 0."""
    nothing = [{"member": V + "direzione", "operator": "equals", "values": ["DR-NESSUNA"]}]
    assert api.rows({"measures": [V + "righe", V + "importo", V + "importo_medio"], "filters": nothing}) == [
        ("0", None, None)
    ]


def test_values_have_the_protocols_types(api: Api) -> None:
    """Numbers are text, booleans are booleans, times have no zone, null is null."""
    query = {
        "measures": [V + "importo", V + "righe"],
        "dimensions": [
            V + "automatica",
            V + "priorita",
            V + "data_fine_periodo",
            V + "caricato_il",
            V + "nota",
        ],
        "order": [[V + "caricato_il", "asc"]],
        "limit": 2,
    }
    first, second = api.load(query)["data"]
    assert first == {
        V + "automatica": None,
        V + "priorita": None,
        V + "data_fine_periodo": "2024-01-31T00:00:00.000",
        V + "caricato_il": "2025-03-30T00:30:00.123",
        V + "nota": None,
        V + "importo": None,
        V + "righe": "1",
    }
    assert (second[V + "automatica"], second[V + "importo"], second[V + "nota"]) == (
        False,
        "-18.9375",
        "Àlto",
    )


def test_decimals_are_exact(api: Api, sql: duckdb.DuckDBPyConnection) -> None:
    """A sum of decimals has all its digits, and no zeros after them."""
    ((answered,),) = api.rows({"measures": [V + "importo"]})
    ((expected,),) = sql.execute("select sum(amount) from indicators.components").fetchall()
    assert answered == format(expected.normalize(), "f")


@pytest.mark.parametrize(
    ("order", "by_hand"),
    [
        (None, "2 desc, 1"),
        ({V + "periodo": "desc"}, "1 desc"),
        ([[V + "righe", "asc"], [V + "periodo", "desc"]], "2 asc, 1 desc"),
        ([], None),
    ],
)
def test_orders(api: Api, sql: duckdb.DuckDBPyConnection, order: Any, by_hand: str | None) -> None:
    """Given as an object or as pairs; by default the first measure descending; none when empty."""
    measure, aggregate = ("righe", "count(*)") if order else ("importo", "sum(amount)")
    query: dict[str, Any] = {"measures": [V + measure], "dimensions": [V + "periodo"]}
    answered = [row[0] for row in api.rows(query if order is None else {**query, "order": order})]
    statement = f"select period_code, {aggregate} from indicators.components group by 1"
    expected = sql.execute(f"{statement} order by {by_hand}" if by_hand else statement).fetchall()
    periods = [row[0] for row in expected]
    assert answered == periods if by_hand else sorted(answered) == sorted(periods)


def test_pages_and_total(api: Api) -> None:
    """Limit and offset cut the answer; the total counts what they cut."""
    query: dict[str, Any] = {
        "measures": [V + "righe"],
        "dimensions": [V + "periodo"],
        "order": {V + "periodo": "asc"},
        "total": True,
    }
    everything = api.load(query)
    page = api.load({**query, "limit": 5, "offset": 3})
    assert everything["total"] == page["total"] == len(everything["data"]) == 12
    assert page["data"] == everything["data"][3:8]
    assert api.load({**query, "limit": 0}) | {"query": 0} == everything | {"query": 0, "data": []}


def test_total_counts_after_filters_on_measures(api: Api) -> None:
    """The total is of the rows of the answer, not of the table."""
    query = {
        "measures": [V + "righe"],
        "dimensions": [V + "struttura"],
        "filters": [{"member": V + "righe", "operator": "gt", "values": ["39"]}],
        "total": True,
        "limit": 1,
    }
    answer = api.load(query)
    assert (answer["total"], len(answer["data"])) == (6, 1)


@pytest.mark.parametrize(
    "granularity", ["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
)
@pytest.mark.parametrize("timezone", ["UTC", "Europe/Rome", "America/New_York"])
def test_granularities(api: Api, sql: duckdb.DuckDBPyConnection, granularity: str, timezone: str) -> None:
    """Times are cut in the query's time zone, also across the change to summer time."""
    answered = api.rows(
        {
            "measures": [V + "righe"],
            "timeDimensions": [{"dimension": V + "caricato_il", "granularity": granularity}],
            "timezone": timezone,
        }
    )
    expected = sql.execute(
        f"select date_trunc('{granularity}', loaded_at at time zone 'UTC' at time zone '{timezone}'), "
        "count(*) from indicators.components group by 1 order by 1"
    ).fetchall()
    assert [(moment, count) for moment, count, _ in answered] == [
        (moment.isoformat(timespec="milliseconds"), str(count)) for moment, count in expected
    ]


def test_time_dimension_answers_under_both_names(api: Api) -> None:
    """A granularity gives `view.date.month`, and `view.date` beside it, with the finest of several."""
    answer = api.load(
        {
            "measures": [V + "righe"],
            "timeDimensions": [
                {"dimension": V + "data_fine_periodo", "granularity": "year"},
                {
                    "dimension": V + "data_fine_periodo",
                    "granularity": "month",
                    "dateRange": ["2024-02-01", "2024-03-31"],
                },
            ],
            "order": {V + "data_fine_periodo": "desc"},
        }
    )
    date = V + "data_fine_periodo"
    assert [(row[date + ".year"], row[date + ".month"], row[date]) for row in answer["data"]] == [
        ("2024-01-01T00:00:00.000", "2024-03-01T00:00:00.000", "2024-03-01T00:00:00.000"),
        ("2024-01-01T00:00:00.000", "2024-02-01T00:00:00.000", "2024-02-01T00:00:00.000"),
    ]
    described = answer["annotation"]["timeDimensions"]
    assert described[date + ".month"]["granularity"] == {
        "name": "month",
        "title": "month",
        "interval": "1 month",
    }
    assert set(described) == {date, date + ".month", date + ".year"}
    assert answer["query"]["timeDimensions"][1]["dateRange"] == [
        "2024-02-01T00:00:00.000",
        "2024-03-31T23:59:59.999",
    ]


def test_granularity_written_in_the_name(api: Api) -> None:
    """`view.date.month` among the dimensions is a time dimension, as in Cube."""
    answer = api.load({"measures": [V + "righe"], "dimensions": [V + "data_fine_periodo.quarter"]})
    assert answer["query"]["dimensions"] == []
    assert answer["query"]["timeDimensions"] == [
        {"dimension": V + "data_fine_periodo", "granularity": "quarter"}
    ]
    assert len(answer["data"]) == 4


def test_prefixed_view(api: Api) -> None:
    """A view may show a cube's members under a prefix."""
    rows = api.rows({"measures": ["sintesi.importo"], "dimensions": ["sintesi.sede_direzione"]})
    assert {row[0] for row in rows} == {"DR-LAZIO", "DR-UMBRIA", "dr-molise", None}


def test_dimensions_alone_are_distinct_values(api: Api) -> None:
    """Without measures the answer lists the values that the facts have, in order."""
    assert api.rows({"dimensions": [V + "area"]}) == [("FLUSSI",), ("PRESTAZIONI",)]


def test_segments_filter(api: Api, sql: duckdb.DuckDBPyConnection) -> None:
    """A segment is a named condition; several must all hold."""
    answered = api.rows({"measures": [V + "righe"], "segments": [V + "solo_automatiche", V + "grandi"]})
    expected = sql.execute(
        "select count(*) from indicators.components where is_automatic and amount > 100"
    ).fetchall()
    assert [int(row[0]) for row in answered] == [row[0] for row in expected]


def test_ungrouped_rows_are_those_of_the_facts(api: Api, sql: duckdb.DuckDBPyConnection) -> None:
    """One row for each fact, with its dimensions; a sum is what the row adds, a count is one or nothing."""
    query = {
        "measures": [V + "importo", V + "righe", V + "righe_automatiche", V + "ultima_priorita"],
        "dimensions": [V + "linea", V + "periodo"],
        "order": [[V + "periodo", "asc"], [V + "linea", "asc"]],
        "ungrouped": True,
        "total": True,
    }
    answer = api.load(query | {"responseFormat": "compact"})
    expected = sql.execute(
        "select line_code, period_code, amount, 1, case when is_automatic then 1 end, priority "
        "from indicators.components join marts.areas using (area_key) order by 2, 1, row_id"
    ).fetchall()
    assert answer["total"] == len(expected) == 240
    assert [[*row[:2], *map(_number, row[2:])] for row in answer["data"]["dataset"]] == [
        [*row[:2], *map(_number, row[2:])] for row in expected
    ]
    assert answer["query"]["ungrouped"] is True


def test_ungrouped_pages_do_not_overlap(api: Api) -> None:
    """Rows that look alike keep one order, so pages add up to the whole."""
    query: dict[str, Any] = {
        "measures": [V + "importo"],
        "dimensions": [V + "periodo"],
        "order": {V + "periodo": "asc"},
        "ungrouped": True,
    }
    whole = api.rows(query)
    pages = [api.rows({**query, "limit": 50, "offset": start}) for start in range(0, 250, 50)]
    assert [row for page in pages for row in page] == whole
    assert (len(whole), len(set(whole)) > 200) == (240, True)
