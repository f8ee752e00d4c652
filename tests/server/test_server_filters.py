"""Filters: every operator against SQL written by hand, and any combination of them."""

from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semantic.model_reader import Model
from semantic.planner import Planner

from .conftest import Api

V = "indicatori."
FACTS = (
    "indicators.components "
    "left join marts.structures using (structure_key) left join marts.areas using (area_key)"
)
Json = dict[str, Any]


def counted(sql: duckdb.DuckDBPyConnection, condition: str) -> str:
    """Count rows under a hand-written condition."""
    ((count,),) = sql.execute(f"select count(*) from {FACTS} where {condition}").fetchall()
    return str(count)


@pytest.mark.parametrize(
    ("member", "operator", "values", "by_hand"),
    [
        ("nota", "equals", ["ALTO"], "note = 'ALTO'"),
        ("nota", "equals", ["ALTO", "100%"], "note in ('ALTO', '100%')"),
        ("nota", "equals", [None], "note is null"),
        ("nota", "equals", ["ALTO", None], "note = 'ALTO' or note is null"),
        ("nota", "equals", [""], "note = ''"),
        ("nota", "notEquals", ["ALTO"], "note is distinct from 'ALTO'"),
        ("nota", "notEquals", ["ALTO", ""], "note is null or note not in ('ALTO', '')"),
        ("nota", "notEquals", [None], "note is not null"),
        ("nota", "notEquals", ["ALTO", None], "note <> 'ALTO'"),
        ("nota", "in", ["ALTO", "a_b"], "note in ('ALTO', 'a_b')"),
        ("nota", "in", [None], "note is null"),
        ("nota", "notIn", ["ALTO", "a_b"], "note is null or note not in ('ALTO', 'a_b')"),
        ("nota", "notIn", [None, "ALTO"], "note <> 'ALTO'"),
        ("nota", "contains", ["alto"], "contains(lower(note), 'alto')"),
        ("nota", "contains", ["%"], "contains(note, '%')"),
        ("nota", "contains", ["_"], "contains(note, '_')"),
        ("nota", "contains", ["\\"], "contains(note, '\\')"),
        ("nota", "contains", ["b", "%"], "contains(note, 'b') or contains(note, '%')"),
        ("nota", "contains", [None, "b"], "note is null or contains(note, 'b')"),
        ("nota", "notContains", ["L"], "note is null or not contains(lower(note), 'l')"),
        ("nota", "notContains", ["L", None], "not contains(lower(note), 'l')"),
        (
            "nota",
            "notContains",
            ["l", "b"],
            "note is null or not (contains(lower(note), 'l') or contains(note, 'b'))",
        ),
        ("nota", "startsWith", ["A"], "starts_with(lower(note), 'a')"),
        ("nota", "notStartsWith", ["A"], "note is null or not starts_with(lower(note), 'a')"),
        ("nota", "endsWith", ["--"], "ends_with(note, '--')"),
        (
            "nota",
            "notEndsWith",
            ["o", "b"],
            "note is null or not (ends_with(lower(note), 'o') or ends_with(note, 'b'))",
        ),
        ("nota", "gt", ["a"], "note > 'a'"),
        ("nota", "gte", ["a_b"], "note >= 'a_b'"),
        ("nota", "lt", ["a"], "note < 'a'"),
        ("nota", "lte", ["a_b"], "note <= 'a_b'"),
        ("nota", "set", None, "note is not null"),
        ("nota", "notSet", None, "note is null"),
        ("nota", "equals", ["basso'; drop table x; --"], "note like 'basso%'"),
        ("automatica", "equals", ["true"], "is_automatic"),
        ("automatica", "equals", [False], "not is_automatic"),
        ("automatica", "equals", ["true", None], "is_automatic or is_automatic is null"),
        ("automatica", "notEquals", ["true"], "is_automatic is distinct from true"),
        ("priorita", "equals", [3], "priority = 3"),
        ("priorita", "equals", ["3.0", "4"], "priority in (3, 4)"),
        ("priorita", "notEquals", ["3"], "priority is distinct from 3"),
        ("priorita", "gt", ["4.5"], "priority > 4.5"),
        ("priorita", "gte", [5], "priority >= 5"),
        ("priorita", "lt", ["-1e3"], "priority < -1000"),
        ("priorita", "lte", ["1e3"], "priority <= 1000"),
        ("priorita", "notIn", [1, 2], "priority is null or priority not in (1, 2)"),
        ("priorita", "set", None, "priority is not null"),
        ("peso", "equals", [0.14285714285714285], "weight = cast('0.14285714285714285' as double)"),
        ("peso", "gt", ["1e-3"], "weight > 0.001"),
        ("struttura", "contains", ["%_"], "office_code = '50%_off'"),
        ("agenzia", "equals", ['it\'s "quoted"'], "agency_code like 'it%'"),
        ("data_fine_periodo", "equals", ["2024-03-31"], "period_end_date = date '2024-03-31'"),
        (
            "data_fine_periodo",
            "in",
            ["2024-03-31", "2025-01-31"],
            "period_end_date in ('2024-03-31', '2025-01-31')",
        ),
        ("data_fine_periodo", "gt", ["2024-12-31"], "year(period_end_date) = 2025"),
        ("data_fine_periodo", "set", None, "true"),
        (
            "data_fine_periodo",
            "inDateRange",
            ["2024-02-29", "2024-03-31"],
            "period_code in ('2024-M02', '2024-M03')",
        ),
        ("data_fine_periodo", "inDateRange", ["2024-03-31"], "period_code = '2024-M03'"),
        ("data_fine_periodo", "notInDateRange", ["2024-01-01", "2024-12-31"], "year(period_end_date) = 2025"),
        ("data_fine_periodo", "onTheDate", ["2024-03-31"], "period_code = '2024-M03'"),
        ("data_fine_periodo", "beforeDate", ["2024-03-31"], "period_end_date < '2024-03-31'"),
        ("data_fine_periodo", "beforeOrOnDate", ["2024-03-31"], "period_end_date <= '2024-03-31'"),
        ("data_fine_periodo", "afterDate", ["2024-03-31"], "period_end_date > '2024-03-31'"),
        ("data_fine_periodo", "afterOrOnDate", ["2024-03-31"], "period_end_date >= '2024-03-31'"),
        ("caricato_il", "onTheDate", ["2025-03-31"], "loaded_at::date = '2025-03-31'"),
        ("caricato_il", "afterDate", ["2025-03-31"], "loaded_at::date > '2025-03-31'"),
        ("caricato_il", "beforeOrOnDate", ["2025-03-31"], "loaded_at::date <= '2025-03-31'"),
        ("caricato_il", "beforeDate", ["2025-03-31T12:30:00"], "loaded_at < '2025-03-31 12:30:00'"),
        ("caricato_il", "beforeDate", ["2025-03-31T12:30:00+02:00"], "loaded_at < '2025-03-31 10:30:00'"),
    ],
)
def test_operator_equals_hand_written_sql(
    api: Api,
    sql: duckdb.DuckDBPyConnection,
    member: str,
    operator: str,
    values: list[Any] | None,
    by_hand: str,
) -> None:
    """Each operator on each type of dimension, NULLs and wildcards included."""
    condition: Json = {"member": V + member, "operator": operator}
    if values is not None:
        condition["values"] = values
    assert api.rows({"measures": [V + "righe"], "filters": [condition]}) == [(counted(sql, by_hand),)]


def test_dates_are_of_the_querys_time_zone(api: Api, sql: duckdb.DuckDBPyConnection) -> None:
    """A day in Rome starts one hour before UTC's, two in summer: the day of the change has 23 hours."""
    query = {
        "measures": [V + "righe"],
        "timezone": "Europe/Rome",
        "filters": [{"member": V + "caricato_il", "operator": "onTheDate", "values": ["2025-03-30"]}],
    }
    by_hand = "loaded_at >= '2025-03-29 23:00:00' and loaded_at < '2025-03-30 22:00:00'"
    assert api.rows(query) == [(counted(sql, by_hand),)] == [("22",)]


@pytest.mark.parametrize(
    ("operator", "values", "by_hand"),
    [
        ("gt", ["1000.0625"], "sum(amount) > 1000.0625"),
        ("lte", ["1000"], "sum(amount) <= 1000"),
        ("equals", [None], "sum(amount) is null"),
        ("notEquals", ["5"], "sum(amount) is distinct from 5"),
        ("set", None, "sum(amount) is not null"),
        ("gt", ["99999999999999999999999999999999999999"], "false"),
        ("lt", ["1.12345678901234567890123456789"], "sum(amount) < 1.1234567890123457"),
    ],
)
def test_measures_are_filtered_after_grouping(
    api: Api, sql: duckdb.DuckDBPyConnection, operator: str, values: list[Any] | None, by_hand: str
) -> None:
    """A filter on a measure is about the groups, whether the measure is shown or not."""
    condition: Json = {"member": V + "importo", "operator": operator}
    if values is not None:
        condition["values"] = values
    query = {"dimensions": [V + "periodo"], "filters": [condition], "order": {V + "periodo": "asc"}}
    expected = sql.execute(
        f"select period_code from {FACTS} group by 1 having {by_hand} order by 1"
    ).fetchall()
    assert api.rows(query) == expected


def test_exact_decimals_are_compared_exactly(api: Api) -> None:
    """A tenth is a tenth: the sum equals its own digits, and not those of the nearest double."""
    ((total,),) = api.rows({"measures": [V + "importo"]})
    same = {"member": V + "importo", "operator": "equals", "values": [total]}
    assert api.rows({"measures": [V + "importo"], "filters": [same]}) == [(total,)]


def test_nested_groups(api: Api, sql: duckdb.DuckDBPyConnection) -> None:
    """`and` and `or` nest; empty groups say nothing."""
    filters = [
        {
            "or": [
                {
                    "and": [
                        {"member": V + "linea", "operator": "equals", "values": ["ANAG"]},
                        {"or": [{"member": V + "priorita", "operator": "gt", "values": [4]}, {"and": []}]},
                    ]
                },
                {"dimension": V + "direzione", "operator": "notSet"},
            ]
        },
        {"or": []},
    ]
    by_hand = "(line_code = 'ANAG' and priority > 4) or directorate_code is null"
    assert api.rows({"measures": [V + "righe"], "filters": filters}) == [(counted(sql, by_hand),)]


def test_measures_and_dimensions_do_not_mix(api: Api) -> None:
    """One condition is about rows or about groups, never about both."""
    mixed = {
        "or": [
            {"member": V + "linea", "operator": "set"},
            {"member": V + "righe", "operator": "gt", "values": ["1"]},
        ]
    }
    refusal = api.refused({"measures": [V + "righe"], "filters": [mixed]})
    assert refusal["error"].startswith("You cannot use dimension and measure in same condition")


TEXTS = st.one_of(
    st.sampled_from(
        ["ALTO", "Àlto", "100%", "a_b", "a\\b", "", "basso'; drop table x; --", "%", "_", "\\", "o"]
    ),
    st.text(alphabet="aAbB%_\\'\"-;? 0", max_size=4),
)
NUMBERS = st.one_of(
    st.integers(-3, 12), st.decimals(-9, 9, places=2, allow_nan=False).map(lambda number: str(number))
)
DATES = st.dates(date(2023, 12, 1), date(2025, 7, 31)).map(str)


def literal(text: object) -> str:
    """Write a SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


@st.composite
def text_tests(draw: st.DrawFn) -> tuple[Json, str]:
    """A filter on a text, with the SQL that it must mean."""
    operator = draw(
        st.sampled_from(["equals", "notEquals", "contains", "notContains", "startsWith", "notEndsWith"])
    )
    values = draw(st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=3))
    each = {
        "equals": "note = {}",
        "notEquals": "note = {}",
        "contains": "contains(lower(note), lower({}))",
        "notContains": "contains(lower(note), lower({}))",
        "startsWith": "starts_with(lower(note), lower({}))",
        "notEndsWith": "ends_with(lower(note), lower({}))",
    }[operator]
    tests = [f"coalesce({each.format(literal(value))}, false)" for value in values if value is not None]
    tests += ["note is null"] if None in values else []
    found = " or ".join(tests)
    condition = {"member": V + "nota", "operator": operator, "values": values}
    return condition, f"not ({found})" if operator.startswith("not") else f"({found})"


@st.composite
def number_tests(draw: st.DrawFn) -> tuple[Json, str]:
    """A filter on a number."""
    operator, sign = draw(
        st.sampled_from([("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<="), ("equals", "=")])
    )
    value = draw(NUMBERS)
    return {
        "member": V + "priorita",
        "operator": operator,
        "values": [value],
    }, f"coalesce(priority {sign} {value}, false)"


@st.composite
def date_tests(draw: st.DrawFn) -> tuple[Json, str]:
    """A filter on a date."""
    first, last = sorted((draw(DATES), draw(DATES)))
    return {"member": V + "data_fine_periodo", "operator": "inDateRange", "values": [first, last]}, (
        f"(period_end_date between {literal(first)} and {literal(last)})"
    )


def combined(inner: st.SearchStrategy[tuple[Json, str]]) -> st.SearchStrategy[tuple[Json, str]]:
    """Several filters joined by `and` or `or`."""
    return st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: (
            {pair[0]: [condition for condition, _ in pair[1]]},
            "(" + f" {pair[0]} ".join(text for _, text in pair[1]) + ")",
        )
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.recursive(st.one_of(text_tests(), number_tests(), date_tests()), combined, max_leaves=6))
def test_any_filter_means_what_sql_says(
    model: Model, sql: duckdb.DuckDBPyConnection, generated: tuple[Json, str]
) -> None:
    """Whatever is combined, and whatever is in the texts, the planner counts the rows that SQL counts."""
    condition, by_hand = generated
    planner = Planner(model, lambda: datetime(2025, 4, 1, tzinfo=UTC))
    statement = planner.plan({"measures": [V + "righe"], "filters": [condition]}).statement
    ((count,),) = sql.execute(statement.sql, list(statement.parameters)).fetchall()
    assert str(count) == counted(sql, by_hand)
