"""The real Cube, from its packages alone, answers on a small file what a hand would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from api_client import AuthError, Client, QueryError, Row, ServerError

from .cube_process import CubeError, cube_running, install

CubeClients = Callable[[Path, Path], Client]
JANUARY = {"member": "indicatori.periodo", "operator": "equals", "values": ["2025-M01"]}


@pytest.fixture
def cube(cube_server: CubeClients, small_model: Path, small_file: Path) -> Client:
    """Cube over the small model and file."""
    return cube_server(small_model, small_file)


def test_a_ratio_of_sums_by_directorate(cube: Client) -> None:
    result = cube.query(["produttivita", "punti", "pervenuto"], by=["direzione"], period="2025-M01")
    assert [dict(row) for row in result] == [
        {
            "direzione": "DR-LAZIO",
            # By hand: (1200.5 + 0.1 + 300) / (10.5 + 0.2 + 3); the unproductive row counts in neither.
            "produttivita": 1500.6 / 13.7,
            "punti": Decimal("1600.6"),
            "pervenuto": 100,
        },
        {"direzione": "DR-UMBRIA", "produttivita": None, "punti": Decimal(50), "pervenuto": 50},
    ]


def test_sums_are_exact_and_missing_values_stay_missing(cube: Client) -> None:
    plan = cube.query("punti", period="2025-M02", scenario="V0_2025")
    assert plan.rows == (row(punti=Decimal("12345678901309.5678")),)
    missing = cube.query(["punti", "pervenuto"], by=["direzione"], period="2025-M02")
    assert missing.column("punti") == [None, Decimal(70)]
    assert missing.column("pervenuto") == [60, None]


def row(**values: Any) -> Row:
    return Row({name: at for at, name in enumerate(values)}, list(values.values()))


def test_both_organisations_are_joined_apart(cube: Client) -> None:
    now = cube.query("punti", by=["struttura", "struttura_attuale"], period="2025-M01")
    found = {(each["struttura"], each["struttura_attuale"]): each["punti"] for each in now}
    assert found == {
        ("DP-ROMA", "DP-ROMA"): Decimal("1300.6"),
        ("DP-LATINA", "DP-ROMA"): 300,
        ("DP-TERNI", "DP-TERNI"): 50,
    }


@pytest.mark.parametrize("response_format", ["default", "compact", "columnar"])
def test_the_three_formats(cube: Client, response_format: str) -> None:
    query = {
        "measures": ["indicatori.righe"],
        "dimensions": ["indicatori.chiusura"],
        "timeDimensions": [{"dimension": "indicatori.data_fine_periodo", "granularity": "month"}],
        "order": {"indicatori.data_fine_periodo": "asc", "indicatori.chiusura": "asc"},
        "responseFormat": response_format,
        "total": True,
    }
    result = cube.load(query)
    assert [tuple(each.values()) for each in result] == [
        (True, date(2025, 1, 1), 5, date(2025, 1, 1)),
        (False, date(2025, 2, 1), 2, date(2025, 2, 1)),
        (True, date(2025, 2, 1), 2, date(2025, 2, 1)),
    ]
    assert [column.member for column in result.columns[-3:]] == [
        "indicatori.data_fine_periodo.month",
        "indicatori.righe",
        "indicatori.data_fine_periodo",
    ]
    assert result.total == 3


def test_segments_filters_and_pages(cube: Client) -> None:
    closed = {"measures": ["indicatori.righe"], "segments": ["indicatori.chiusi"]}
    assert cube.load(closed)[0]["righe"] == 7
    either = {
        "or": [JANUARY, {"member": "indicatori.struttura", "operator": "contains", "values": ["terni"]}]
    }
    assert cube.load({"measures": ["indicatori.righe"], "filters": [either]})[0]["righe"] == 7
    streamed = list(cube.iter_rows("righe", by=["struttura"], scenario=None))
    assert sum(int(str(each["righe"])) for each in streamed) == 9


def test_meta_tells_what_the_model_says(cube: Client) -> None:
    [pieces, productivity] = cube.metrics()
    assert (pieces.code, productivity.levels) == ("pervenuto", ("nazionale", "direzione", "sede"))
    [view] = [each for each in cube.meta()["cubes"] if each["public"]]
    assert [level for level in view["hierarchies"][0]["levels"]] == [
        "indicatori.direzione",
        "indicatori.struttura",
    ]
    assert cube.ready()
    assert "sum(" in cube.sql({"measures": ["indicatori.punti"]}).text
    assert cube.dry_run({"measures": ["indicatori.punti"]})["queryType"] == "regularQuery"


def test_refusals(cube: Client) -> None:
    with pytest.raises(QueryError, match="'puntii' not found"):
        cube.query("puntii", period="2025-M01")
    with pytest.raises(ServerError, match="hidden member"):
        cube.load({"measures": ["componenti.produttivita__numeratore"]})


def test_other_processes_can_read_the_file_meanwhile(cube: Client, small_file: Path) -> None:
    assert len(cube.query("righe", period="2025-M01")) == 1
    with duckdb.connect(str(small_file), read_only=True) as reader:
        assert reader.sql("from indicators.ind_components_by_period").count("*").fetchone() == (9,)


def test_a_stranger_is_refused(small_model: Path, small_file: Path) -> None:
    install()
    with cube_running(small_model, small_file) as server, Client(server.url, server.token + "x") as stranger:
        with pytest.raises(AuthError, match="Invalid token"):
            stranger.meta()
        with Client(server.url) as nobody, pytest.raises(AuthError, match="Authorization header isn't set"):
            nobody.meta()


def test_a_file_that_is_not_there(small_model: Path, tmp_path: Path) -> None:
    install()
    running = cube_running(small_model, tmp_path / "nothing.duckdb")
    with pytest.raises(CubeError, match=r"ENOENT.*nothing\.duckdb"), running:
        pass
