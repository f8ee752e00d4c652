"""Targets beside the figures: which second query is sent, and which target meets which row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from api_client import Client, QueryError

from .scripted import TOKEN, Scripted

KEYS = ["valori.indicatore", "valori.nodo", "valori.nodo_area", "valori.periodo", "valori.scenario"]
DIMENSIONS = [*KEYS, "valori.esito"]
MEASURES = ("obiettivo", "scostamento", "soglia_minima", "soglia_massima")
FAMILY = {"codice": "produttivita", "famiglia": ["produttivita_2021", "produttivita_2025"]}


def figures(
    dimensions: list[str], rows: list[list[Any]], meta: dict[str, Any] | None = None
) -> dict[str, Any]:
    """An answer on `indicatori`: the dimensions, then produttivita."""
    members = [f"indicatori.{name}" for name in [*dimensions, "produttivita"]]
    annotation = {
        "dimensions": {member: {"type": "string"} for member in members[:-1]},
        "measures": {members[-1]: {"type": "number", "meta": meta or FAMILY}},
    }
    return {"data": {"members": members, "dataset": rows}, "annotation": annotation}


def targets(*rows: list[Any]) -> dict[str, Any]:
    """An answer on `valori`: the key, target and deviation of each row, then bounds and verdict if any."""
    decimals = {f"valori.{name}": {"type": "number", "meta": {"scala": 6}} for name in MEASURES}
    annotation = {"dimensions": {key: {"type": "string"} for key in DIMENSIONS}, "measures": decimals}
    whole = [[*row, *[None] * (len(DIMENSIONS) + len(MEASURES) - len(row))] for row in rows]
    members = [*KEYS, *decimals, DIMENSIONS[-1]]
    return {"data": {"members": members, "dataset": whole}, "annotation": annotation}


def filters(server: Scripted) -> dict[str, list[str]]:
    """The filters of the last query, by short name."""
    return {
        each["member"].removeprefix("valori."): each["values"] for each in server.asked[-1].query["filters"]
    }


def test_a_family_finds_the_target_of_its_definition(server: Scripted) -> None:
    server.says(figures(["direzione"], [["DR-LAZIO", "120"], ["DR-UMBRIA", "130"]]))
    server.says(
        targets(
            ["produttivita_2025", "DR-LAZIO", "TOT", "2025-P10", "consuntivo", "124.000000", "-3.225806"],
            ["produttivita_2021", "DR-LAZIO", "TOT", "2025-P10", "consuntivo", None, None],
        )
    )
    with Client(server.url, TOKEN) as client:
        result = client.query("produttivita", by=["direzione"], period="2025-P10", targets=True)
    assert filters(server) == {
        "indicatore": ["produttivita", "produttivita_2021", "produttivita_2025"],
        "livello": ["direzione"],
        "organizzazione": ["as_was"],
        "tipo_nodo_area": ["TOT"],
        "periodo": ["2025-P10"],
        "scenario": ["consuntivo"],
    }
    assert server.asked[-1].query["dimensions"] == DIMENSIONS
    assert result.column("produttivita_obiettivo") == [Decimal("124.000000"), None]
    assert result.column("produttivita_scostamento") == [Decimal("-3.225806"), None]
    assert next(column for column in result.columns if column.name == "produttivita_scostamento").scale == 6


def test_the_nation_has_one_node(server: Scripted) -> None:
    server.says(figures([], [["120"]], {"codice": "produttivita"}))
    server.says(targets(["produttivita", "NAZIONALE", "TOT", "2025-A", "consuntivo", "124", "-3"]))
    with Client(server.url, TOKEN) as client:
        result = client.query("produttivita", period="2025-A", targets=True)
    assert filters(server)["livello"] == ["nazionale"]
    assert "nodo" not in filters(server)
    assert result[0]["produttivita_obiettivo"] == 124


def test_line_and_period_are_part_of_the_key(server: Scripted) -> None:
    rows = [["AMM-SOC", "2025-T1", "1"], ["AMM-SOC", "2025-T2", "2"], ["CONTAB", "2025-T1", "3"]]
    server.says(figures(["linea", "periodo"], rows))
    server.says(
        targets(
            ["produttivita", "DP-TERNI", "linea:AMM-SOC", "2025-T2", "consuntivo", "22", None],
            ["produttivita", "DP-TERNI", "linea:CONTAB", "2025-T1", "consuntivo", "33", None],
            ["produttivita", "DP-PERUGIA", "linea:AMM-SOC", "2025-T1", "consuntivo", "99", None],
        )
    )
    with Client(server.url, TOKEN) as client:
        result = client.query(
            "produttivita",
            by=["linea"],
            period=["2025-T1", "2025-T2"],
            where={"struttura": "DP-TERNI", "linea": ["AMM-SOC", "CONTAB"]},
            targets=True,
        )
    assert filters(server)["livello"] == ["sede"]
    assert filters(server)["nodo"] == ["DP-TERNI"]
    assert filters(server)["tipo_nodo_area"] == ["linea"]
    assert result.column("produttivita_obiettivo") == [None, 22, 33]


def test_todays_organisation_has_its_own_targets(server: Scripted) -> None:
    server.says(figures(["direzione_attuale"], [["DR-LAZIO", "120"]]))
    server.says(targets(["produttivita_2025", "DR-LAZIO", "TOT", "2025-P10", "consuntivo", "124", None]))
    with Client(server.url, TOKEN) as client:
        result = client.query(
            "produttivita",
            by=["direzione"],
            where={"direzione_attuale": "DR-LAZIO"},
            period="2025-P10",
            organisation="as_is",
            targets=True,
        )
    assert filters(server)["organizzazione"] == ["as_is"]
    assert filters(server)["nodo"] == ["DR-LAZIO"]
    assert result[0] == {
        "direzione_attuale": "DR-LAZIO",
        "produttivita": 120,
        "produttivita_obiettivo": 124,
        "produttivita_scostamento": None,
        "produttivita_soglia_minima": None,
        "produttivita_soglia_massima": None,
        "produttivita_esito": None,
    }


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"by": ["prodotto"]}, "not set by 'prodotto', only by agenzia"),
        ({"by": ["linea"], "where": {"macroarea": "PSI"}}, "not linea and macroarea"),
        ({"where": {"prodotto": "1"}}, "not set by 'prodotto'"),
        ({"where": {"direzione": ["A", "B"]}}, "several values of 'direzione'"),
        ({"where": {"area": None}}, "area=None"),
        ({"where": [{"member": "area", "operator": "set"}]}, "raw filter"),
    ],
)
def test_where_no_targets_are_set(options: Any, complaint: str) -> None:
    with Client("http://127.0.0.1:1", TOKEN) as client, pytest.raises(QueryError, match=complaint) as caught:
        client.query("produttivita", period="2025-P10", targets=True, **options)
    assert caught.value.code == "NO_TARGETS"


def test_the_bounds_and_the_verdict_come_beside_the_target(server: Scripted) -> None:
    meta = {"codice": "produttivita"}
    key = ["TOT", "2021-P03", "consuntivo", None, None]
    server.says(figures(["direzione"], [["DR-LAZIO", "0.98"], ["DR-UMBRIA", "1.00"]], meta))
    server.says(
        targets(
            ["produttivita", "DR-UMBRIA", *key, "1.000000", None, "entro"],
            ["produttivita", "DR-LAZIO", *key, "1.000000", "2.5", "oltre"],
        )
    )
    with Client(server.url, TOKEN) as client:
        result = client.query("produttivita", by=["direzione"], period="2021-P03", targets=True)
    assert server.asked[-1].query["measures"] == [f"valori.{name}" for name in MEASURES]
    assert result.column("produttivita_soglia_minima") == [Decimal(1), Decimal(1)]
    assert result.column("produttivita_soglia_massima") == [Decimal("2.5"), None]
    assert result.column("produttivita_esito") == ["oltre", "entro"]


def test_a_stream_has_no_targets() -> None:
    with Client("http://127.0.0.1:1", TOKEN) as client, pytest.raises(QueryError, match="use query"):
        client.iter_rows("produttivita", targets=True)
