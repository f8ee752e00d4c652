"""Composites asked in the words of other indicators: what is sent to `valutazioni`, how rows come back."""

from __future__ import annotations

from typing import Any

import pytest

from api_client import Client, QueryError

from .scripted import TOKEN, Asked, Scripted

META = {
    "cubes": [
        {
            "name": "indicatori",
            "measures": [{"name": "indicatori.pervenuto", "meta": {"codice": "pervenuto"}}],
        },
        {
            "name": "valutazioni",
            "measures": [
                {"name": "valutazioni.oge_d", "meta": {"codice": "oge_d", "composito": True}},
                {"name": "valutazioni.valore", "meta": {"tipo": "double"}},
            ],
        },
    ]
}
UNKNOWN = {"error": "no member indicatori.oge_d", "code": "UNKNOWN_MEMBER"}


def answer(*names: str) -> dict[str, Any]:
    """One row, whose values are the members' own short names."""
    members = [f"valutazioni.{name}" for name in names]
    annotation = {
        "dimensions": {member: {"type": "string"} for member in members},
        "measures": {},
        "segments": {},
        "timeDimensions": {},
    }
    return {"query": {}, "data": {"members": members, "dataset": [list(names)]}, "annotation": annotation}


def sent(asked: Asked) -> dict[str, list[str]]:
    """The filters of a query, by short name."""
    return {
        one["member"].removeprefix("valutazioni."): one.get("values", []) for one in asked.query["filters"]
    }


def query(server: Scripted, names: tuple[str, ...], **options: Any) -> Any:
    """Ask for oge_d in the view; give the answer."""
    server.says(answer(*names))
    with Client(server.url, TOKEN) as client:
        return client.query("oge_d", period="2024-A", view="valutazioni", **options)


def test_without_structure_it_is_the_nation(server: Scripted) -> None:
    query(server, ("oge_d",))
    assert sent(server.asked[-1]) == {
        "periodo": ["2024-A"],
        "scenario": ["consuntivo"],
        "livello": ["nazionale"],
        "nodo": ["NAZIONALE"],
        "organizzazione": ["as_was"],
    }
    assert server.asked[-1].query["dimensions"] == []


def test_a_directorate_is_a_node_of_its_level(server: Scripted) -> None:
    result = query(server, ("nodo", "oge_d"), by=["direzione"], order="-direzione")
    asked = server.asked[-1]
    assert asked.query["dimensions"] == ["valutazioni.nodo"]
    assert asked.query["order"][0] == ["valutazioni.nodo", "desc"]
    assert sent(asked)["livello"] == ["direzione"]
    assert "nodo" not in sent(asked)
    assert result.rows[0] == {"direzione": "nodo", "oge_d": "oge_d"}


def test_an_office_may_be_filtered_by_its_directorate(server: Scripted) -> None:
    result = query(
        server, ("nodo", "oge_d"), by=["struttura"], where={"direzione": ["DR-UMBRIA", "DR-LAZIO"]}
    )
    filters = sent(server.asked[-1])
    assert (filters["livello"], filters["direzione"]) == (["sede"], ["DR-UMBRIA", "DR-LAZIO"])
    assert [column.name for column in result.columns] == ["struttura", "oge_d"]


def test_one_directorate_is_one_node(server: Scripted) -> None:
    query(server, ("oge_d",), where={"direzione": "DR-UMBRIA"})
    filters = sent(server.asked[-1])
    assert (filters["livello"], filters["nodo"]) == (["direzione"], ["DR-UMBRIA"])


def test_todays_organisation_names_the_column(server: Scripted) -> None:
    result = query(server, ("nodo", "oge_d"), by=["direzione"], organisation="as_is")
    assert sent(server.asked[-1])["organizzazione"] == ["as_is"]
    assert result.columns[0].name == "direzione_attuale"


def test_nodes_are_told_apart_by_level(server: Scripted) -> None:
    query(server, ("nodo", "livello", "oge_d"), by=["nodo"])
    assert server.asked[-1].query["dimensions"] == ["valutazioni.nodo", "valutazioni.livello"]
    assert set(sent(server.asked[-1])) == {"periodo", "scenario", "organizzazione"}


def test_raw_filters_are_kept(server: Scripted) -> None:
    raw = [
        {"member": "livello", "operator": "equals", "values": ["sede"]},
        {"member": "organizzazione", "operator": "equals", "values": ["as_is"]},
        {"member": "motivo", "operator": "notSet"},
    ]
    query(server, ("nodo", "oge_d"), by=["nodo"], where=raw)
    asked = server.asked[-1]
    assert sent(asked)["organizzazione"] == ["as_is"]
    assert asked.query["filters"][-1] == {"member": "valutazioni.motivo", "operator": "notSet"}
    assert asked.query["dimensions"] == ["valutazioni.nodo"]


def test_raw_filters_are_read_at_any_depth(server: Scripted) -> None:
    one = {"member": "direzione", "operator": "equals", "values": ["DR-UMBRIA"]}
    query(server, ("nodo", "oge_d"), by=["direzione"], where=[{"or": [one, {"and": [one]}]}])
    asked = {"member": "valutazioni.nodo", "operator": "equals", "values": ["DR-UMBRIA"]}
    assert {"or": [asked, {"and": [asked]}]} in server.asked[-1].query["filters"]


def test_a_missing_directorate_can_be_asked(server: Scripted) -> None:
    query(server, ("nodo", "oge_d"), by=["struttura"], where={"direzione": None})
    conditions = {one["member"]: one for one in server.asked[-1].query["filters"]}
    assert conditions["valutazioni.direzione"]["operator"] == "notSet"


def test_without_a_view_composites_are_found(server: Scripted) -> None:
    server.says(UNKNOWN, 400).says(META).says(answer("nodo", "oge_d"))
    with Client(server.url, TOKEN) as client:
        result = client.query("oge_d", by=["direzione"], period="2024-A")
    assert [asked.path.rsplit("/", 1)[1] for asked in server.asked] == ["load", "meta", "load"]
    assert [column.name for column in result.columns] == ["direzione", "oge_d"]


@pytest.mark.parametrize("names", [["oge_d", "pervenuto"], ["oge_x"]])
def test_what_is_no_composite_stays_unknown(server: Scripted, names: list[str]) -> None:
    server.says(UNKNOWN, 400).says(META)
    with Client(server.url, TOKEN) as client, pytest.raises(QueryError, match="no member"):
        client.query(names, period="2024-A")
    assert len(server.asked) == 2


def test_the_catalogue_lists_composites(server: Scripted) -> None:
    server.says(META)
    with Client(server.url, TOKEN) as client:
        assert [(metric.code, metric.composite) for metric in client.metrics()] == [
            ("pervenuto", False),
            ("oge_d", True),
        ]
        assert [metric.code for metric in client.metrics("valutazioni")] == ["oge_d"]


def test_rows_are_streamed_under_the_same_names(server: Scripted) -> None:
    server.says(answer("nodo", "oge_d"))
    with Client(server.url, TOKEN) as client:
        rows = list(client.iter_rows("oge_d", by=["direzione"], period="2024-A", view="valutazioni"))
    assert rows == [{"direzione": "nodo", "oge_d": "oge_d"}]
