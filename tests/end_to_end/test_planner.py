"""The planner on the demonstration: the answers of SQL by hand, in one pass, with or without roll-ups."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.api.questions import Question, latest_year, questions
from orchestration.paths import semantic_model_dir
from orchestration.publication import current_file
from orchestration.workspace import Workspace
from semantic.model_reader import Model, load_model
from semantic.planner import Plan, Planner, QueryError

FACTS = "fct_components"
# How many random queries are compared with and without roll-ups, and in how many at least one is read.
RANDOM_QUERIES, LEAST_COVERED = 150, 60
SEED = 20250401


@pytest.fixture(scope="module")
def file(demo_workspace: Workspace) -> Path:
    """The published file."""
    return current_file(demo_workspace)


@pytest.fixture(scope="module")
def database(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, open as the server opens it."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("SET GLOBAL disabled_optimizers = 'join_order,build_side_probe_side'")
        yield connection


@pytest.fixture(scope="module")
def model() -> Model:
    """The committed model."""
    return load_model(semantic_model_dir())


@pytest.fixture(scope="module")
def asked(database: duckdb.DuckDBPyConnection) -> list[Question]:
    """The forty questions of the benchmarks."""
    return questions(latest_year(database))


def rows(database: duckdb.DuckDBPyConnection, plan: Plan) -> list[tuple[Any, ...]]:
    """Run a plan, and return what it shows."""
    statement = plan.statement
    found = database.cursor().execute(statement.sql, list(statement.parameters)).fetchall()
    return [row[: len(plan.names)] for row in found]


def scans(database: duckdb.DuckDBPyConnection, plan: Plan) -> list[str]:
    """Return the tables that DuckDB scans for a plan, each as often as it does."""
    statement = plan.statement
    explained = database.cursor().execute(
        f"EXPLAIN (FORMAT json) {statement.sql}", list(statement.parameters)
    )
    ((_, text),) = explained.fetchall()
    pending, found = json.loads(text), []
    while pending:
        node = pending.pop()
        pending += node.get("children", [])
        if "Table" in node.get("extra_info", {}):
            found.append(node["extra_info"]["Table"].rpartition(".")[2].strip('"'))
    return found


def test_forty_questions_have_the_answers_of_sql_by_hand(
    database: duckdb.DuckDBPyConnection, model: Model, asked: list[Question]
) -> None:
    """To the last digit, with roll-ups and without."""
    assert len(asked) == len({question.name for question in asked}) == 40
    for uses_rollups in (True, False):
        planner = Planner(model, uses_rollups=uses_rollups)
        for question in asked:
            by_hand = database.cursor().execute(question.sql).fetchall()
            answered = rows(database, planner.plan(question.query))
            assert sorted(map(repr, answered)) == sorted(map(repr, by_hand)), question.name
            assert answered, question.name


def test_facts_are_read_once_whatever_the_number_of_measures(
    database: duckdb.DuckDBPyConnection, model: Model, asked: list[Question]
) -> None:
    """One scan of the facts (of a roll-up, where one covers the query), for eight indicators as for one."""
    for uses_rollups in (True, False):
        planner = Planner(model, uses_rollups=uses_rollups)
        for question in asked:
            if question.family in ("targets", "comparisons"):
                continue
            plan = planner.plan(question.query)
            read = [
                table for table in scans(database, plan) if table == FACTS or table.startswith("componenti_")
            ]
            assert len(read) == 1, (question.name, read)
            assert uses_rollups or read == [FACTS]


def test_only_the_dimensions_asked_for_are_joined(
    database: duckdb.DuckDBPyConnection, model: Model, asked: list[Question]
) -> None:
    """Of the nation no dimension; by directorate the structures, and neither lines nor products."""
    planner = Planner(model)
    by_name = {question.name: planner.plan(question.query) for question in asked}
    dimensions = {"dim_structure", "dim_area", "dim_product"}
    assert not dimensions & set(scans(database, by_name["card_eight_indicators"]))
    assert dimensions & set(scans(database, by_name["rank_productivity"])) == {"dim_structure"}
    assert dimensions & set(scans(database, by_name["areas_by_directorate"])) == {"dim_structure", "dim_area"}


def test_months_of_the_period_are_known_before_the_facts_are_scanned(
    database: duckdb.DuckDBPyConnection, model: Model
) -> None:
    """The period's months come first, and limit the scan: DuckDB reads the rows of one month in thirteen."""
    query = {
        "measures": ["indicatori.definito"],
        "dimensions": ["indicatori.linea"],
        "filters": [
            {"member": "indicatori.periodo", "operator": "equals", "values": ["2024-M05"]},
            {"member": "indicatori.scenario", "operator": "equals", "values": ["consuntivo"]},
        ],
    }
    statement = Planner(model).plan(query).statement
    analysed = database.cursor().execute(
        f"EXPLAIN (ANALYZE, FORMAT json) {statement.sql}", list(statement.parameters)
    )
    ((_, text),) = analysed.fetchall()
    pending, read = [json.loads(text)], {}
    while pending:
        node = pending.pop()
        pending += node.get("children", [])
        table = node.get("extra_info", {}).get("Table", "").rpartition(".")[2].strip('"')
        read[table] = node.get("operator_cardinality")
    ((expected,),) = database.execute(
        f"SELECT count(*) FROM marts.{FACTS} WHERE month_key = 202405 AND scenario_code = 'consuntivo'"
    ).fetchall()
    assert read[FACTS] == expected


def test_statements_are_written_once_for_a_shape_and_hold_no_values(
    model: Model, asked: list[Question]
) -> None:
    """Other values, same text; the values are bound, and stand nowhere in it."""
    planner = Planner(model)
    question = next(item for item in asked if item.name == "drill_offices")
    first = planner.plan(question.query)
    shapes = planner.shapes
    other = json.loads(json.dumps(question.query))
    for item in other["filters"]:
        if item["member"] == "indicatori.direzione":
            item["values"] = ["DR-LAZIO"]
    second = planner.plan(other)
    assert planner.shapes == shapes
    assert second.statement.sql is first.statement.sql
    assert second.statement.parameters != first.statement.parameters
    assert "DR-LAZIO" in second.statement.parameters
    for question in asked:
        statement = planner.plan(question.query).statement
        values = [value for item in question.query["filters"] for value in item["values"]]
        assert not [value for value in values if f"'{value}'" in statement.sql], question.name
        if question.family not in ("comparisons",):
            assert statement.sql.count("?") == len(statement.parameters) == len(values), question.name


def test_same_words_are_planned_once_but_for_dates(model: Model, asked: list[Question]) -> None:
    """What depends on the moment is planned at each."""
    planner = Planner(model)
    query = dict(asked[0].query)
    assert planner.plan(query) is planner.plan(json.loads(json.dumps(query)))
    assert planner.plan(query) is not planner.plan(query | {"limit": 5})
    dated = query | {
        "timeDimensions": [{"dimension": "indicatori.data_fine_periodo", "dateRange": "last year"}]
    }
    assert planner.plan(dated) is not planner.plan(dated)


def test_statements_name_their_measures(model: Model, asked: list[Question]) -> None:
    """A reader of the log sees what a statement is for."""
    statement = Planner(model).plan(asked[1].query).statement
    assert statement.sql.startswith("-- indicatori.produttivita: ")
    assert "-- indicatori.indice_giacenza: " in statement.sql


def test_roll_ups_change_no_answer(database: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Random queries: measures of all domains, dimensions, periods, scenarios, filters on both."""
    chosen = random.Random(SEED)
    with_rollups, without = Planner(model), Planner(model, uses_rollups=False)
    covered = 0
    for number in range(RANDOM_QUERIES):
        query = random_query(chosen, model)
        try:
            plan, plain = with_rollups.plan(query), without.plan(query)
        except QueryError:
            continue
        covered += '"rollups".' in plan.statement.sql
        assert sorted(map(repr, rows(database, plan))) == sorted(map(repr, rows(database, plain))), (
            number,
            query,
        )
    assert covered >= LEAST_COVERED


def random_query(chosen: random.Random, model: Model) -> dict[str, Any]:
    """Make up a query on `indicatori`; the guards may refuse it."""
    members = model.views["indicatori"].members.values()
    measures = [item.full_name for item in members if item.kind == "measure"]
    dimensions = [
        f"indicatori.{name}"
        for name in (
            "direzione",
            "direzione_attuale",
            "struttura",
            "regione",
            "cluster_economico",
            "tipo_periodo",
        )
    ]
    finer = ["indicatori.voce_ieep", "indicatori.classe_costo", "indicatori.misura", "indicatori.linea"]
    periods = ["2024-M05", "2024-T2", "2024-P10", "2024-A", "2025-M01"]
    grouped = chosen.sample(dimensions, chosen.randint(0, 2))
    if chosen.random() < 0.2:
        grouped.append(chosen.choice(finer))
    picked = chosen.sample(periods, chosen.choice((1, 1, 1, 3)))
    if len(picked) > 1:
        grouped.append("indicatori.periodo")
    scenario = chosen.choice(("consuntivo", "consuntivo", "consuntivo", "V0_2024", "obiettivo"))
    filters: list[dict[str, Any]] = [
        {"member": "indicatori.periodo", "operator": "equals", "values": picked},
        {"member": "indicatori.scenario", "operator": "equals", "values": [scenario]},
    ]
    if chosen.random() < 0.3:
        operator = chosen.choice(("equals", "notEquals", "contains", "set"))
        filters.append({"member": "indicatori.direzione", "operator": operator, "values": ["DR-LAZIO"]})
    asked = chosen.sample(measures, chosen.randint(1, 3))
    if chosen.random() < 0.2:
        filters.append({"member": asked[0], "operator": "gt", "values": ["1.5"]})
    return {"measures": asked, "dimensions": grouped, "filters": filters}
