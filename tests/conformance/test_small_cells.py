"""Values of few people: withheld from whoever may not see them, in every form of the question.

The file's people, month by month, are counted here by hand-written SQL on the presence facts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from orchestration.paths import semantic_model_dir

from .conftest import served
from .cube_process import CubeServer
from .published_file import PublishedFile

THRESHOLD = 3
PERIODS = {"2025-M02": (202502, 202502), "2025-P06": (202501, 202506), "2024-A": (202401, 202412)}
MAY_SEE = {"structures": "*", "domains": ["personale", "persone"]}
MAY_NOT = {"structures": "*", "domains": ["personale"]}
# People of each cell: at the closing month, and on average over the months of the period.
COUNTED = """
    select structures.office_code, areas.line_code,
        coalesce(sum(case when month_key = ? then teste end), 0) as closing,
        sum(teste) / ? as average
    from marts.fct_presence as rows
    join marts.dim_structure as structures using (structure_key)
    join marts.dim_area as areas using (area_key)
    where month_key between ? and ?
    group by all
"""


@pytest.fixture(scope="module")
def server(published_file: PublishedFile) -> Iterator[CubeServer]:
    with served(semantic_model_dir(), published_file.folder) as running:
        yield running


@pytest.fixture(scope="module")
def copy(published_file: PublishedFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for hand-written SQL: one process opens a file with one configuration."""
    return Path(shutil.copy(published_file.file, tmp_path_factory.mktemp("copy")))


def rows(server: CubeServer, claims: dict[str, Any], **query: Any) -> list[list[Any]]:
    """Ask, and return the rows."""
    headers = {"Authorization": server.token_of(claims)}
    written = {"query": {**query, "responseFormat": "compact"}}
    response = httpx.post(f"{server.url}/cubejs-api/v1/load", json=written, headers=headers, timeout=60)
    assert response.status_code == 200, response.text
    found: list[list[Any]] = response.json()["data"]["dataset"]
    return found


def by_cell(measure: str, period: str, *more: dict[str, Any]) -> dict[str, Any]:
    """The query of one measure by office and line."""
    return {
        "measures": [f"indicatori.{measure}"],
        "dimensions": ["indicatori.struttura", "indicatori.linea"],
        "filters": [
            {"member": "indicatori.periodo", "operator": "equals", "values": [period]},
            {"member": "indicatori.scenario", "operator": "equals", "values": ["consuntivo"]},
            *more,
        ],
    }


@pytest.mark.parametrize("measure", ["fte", "teste", "giorni_agili"])
@pytest.mark.parametrize("period", PERIODS)
def test_cells_of_few_people_are_null(measure: str, period: str, server: CubeServer, copy: Path) -> None:
    """Null exactly where people are too few; the value of the others is that of whoever sees all."""
    first, last = PERIODS[period]
    with duckdb.connect(str(copy), read_only=True) as database:
        months = last - first + 1
        counted = database.execute(COUNTED, [last, months, first, last]).fetchall()
    enough = {
        (office, line)
        for office, line, closing, average in counted
        if closing >= THRESHOLD or average >= THRESHOLD
    }
    few = {(office, line) for office, line, *_ in counted} - enough
    seen = {
        (office, line): value for office, line, value in rows(server, MAY_SEE, **by_cell(measure, period))
    }
    shown = {
        (office, line): value for office, line, value in rows(server, MAY_NOT, **by_cell(measure, period))
    }
    assert shown.keys() == seen.keys()
    assert few & seen.keys()
    for cell, value in seen.items():
        assert shown[cell] == (None if cell in few else value), cell


def test_the_null_is_everywhere(server: CubeServer) -> None:
    """Filters, orders, comparisons and totals see it too: none tells what the value is."""
    above = {"member": "indicatori.fte", "operator": "gt", "values": ["0"]}
    shown = rows(server, MAY_NOT, **by_cell("fte", "2025-M02"))
    kept = rows(server, MAY_NOT, **by_cell("fte", "2025-M02", above))
    assert len(kept) == sum(value is not None and Decimal(value) > 0 for *_, value in shown)
    unset = {"member": "indicatori.fte", "operator": "notSet"}
    hidden = rows(server, MAY_NOT, **by_cell("fte", "2025-M02", unset))
    ordered = rows(server, MAY_NOT, **by_cell("fte", "2025-M02", unset), order=[["indicatori.fte", "desc"]])
    assert hidden and sorted(map(str, hidden)) == sorted(map(str, ordered))
    earlier = rows(server, MAY_NOT, **by_cell("fte", "2025-M02"), comparisons=["previousYear"])
    then = {tuple(row[:2]): row[2] for row in rows(server, MAY_NOT, **by_cell("fte", "2024-M02"))}
    assert {tuple(row[:2]): row[3] for row in earlier} == {
        tuple(row[:2]): then.get(tuple(row[:2])) for row in earlier
    }


def test_ungrouped_rows_are_cells_too(server: CubeServer) -> None:
    """A row of the facts with few people keeps its staff to itself: in this file, each that has staff."""
    query = by_cell("teste", "2025-M02")
    query["measures"] = ["indicatori.teste", "indicatori.fte"]
    query |= {"ungrouped": True, "order": [["indicatori.struttura", "asc"]], "limit": 50_000}
    seen, shown = rows(server, MAY_SEE, **query), rows(server, MAY_NOT, **query)
    few = [row for row in seen if row[2] is not None and int(row[2]) < THRESHOLD]
    assert few
    hidden = [[*row[:2], None, None] if row in few else row for row in seen]
    assert sorted(map(str, shown)) == sorted(map(str, hidden))


def test_plans_and_other_data_are_shown(server: CubeServer) -> None:
    """A plan's staff is nobody in particular; what does not rest on presence is not looked at."""
    plan = by_cell("fte", "2025-M02")
    plan["filters"][1] = {"member": "indicatori.scenario", "operator": "notEquals", "values": ["consuntivo"]}
    plan["dimensions"] = [*plan["dimensions"], "indicatori.scenario"]
    assert rows(server, MAY_NOT, **plan) == rows(server, MAY_SEE, **plan)
    for measure in ("pervenuto", "indice_giacenza"):
        assert rows(server, MAY_NOT, **by_cell(measure, "2025-P06")) == rows(
            server, MAY_SEE, **by_cell(measure, "2025-P06")
        )


def test_reported_values_of_narrow_nodes(server: CubeServer) -> None:
    """What rests on staff is shown for the nation and the directorates as a whole, and all else as it is."""
    query = {
        "measures": ["valori.valore"],
        "dimensions": ["valori.indicatore", "valori.livello", "valori.nodo", "valori.nodo_area"],
        "filters": [
            {"member": "valori.periodo", "operator": "equals", "values": ["2024-P06"]},
            {"member": "valori.scenario", "operator": "equals", "values": ["consuntivo"]},
            {"member": "valori.organizzazione", "operator": "equals", "values": ["as_was"]},
            {
                "member": "valori.indicatore",
                "operator": "equals",
                "values": ["produttivita", "indice_giacenza"],
            },
        ],
    }
    seen = rows(server, MAY_SEE, **query)
    wide = [
        row
        for row in seen
        if row[0] == "indice_giacenza" or (row[1] in ("nazionale", "direzione") and row[3] == "TOT")
    ]
    assert sorted(map(str, rows(server, MAY_NOT, **query))) == sorted(map(str, wide))
    assert len(wide) < len(seen)


def test_the_answer_says_why(server: CubeServer) -> None:
    headers = {"Authorization": server.token_of(MAY_NOT)}
    written = {"query": by_cell("fte", "2025-M02")}
    answer = httpx.post(f"{server.url}/cubejs-api/v1/load", json=written, headers=headers, timeout=60).json()
    withheld = answer["annotation"]["measures"]["indicatori.fte"]["withheld"]
    assert withheld == {"fewerThan": 3, "reason": "null where the value would rest on fewer than 3 people"}
