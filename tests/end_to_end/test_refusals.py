"""What would be a wrong number that looks right is refused, with what to add."""

import pytest

from api_client import Client, QueryError


def test_a_sum_over_two_overlapping_periods_is_refused(client: Client) -> None:
    query = {
        "measures": ["indicatori.indice_giacenza"],
        "filters": [
            {"member": "indicatori.periodo", "operator": "equals", "values": ["2025-P02", "2025-P03"]},
            {"member": "indicatori.scenario", "operator": "equals", "values": ["consuntivo"]},
        ],
    }
    with pytest.raises(QueryError, match=r"indicatori\.periodo") as caught:
        client.load(query)
    assert caught.value.member == "indicatori.periodo"
    assert "add indicatori.periodo to 'dimensions'" in str(caught.value)


def test_a_query_without_period_or_scenario_is_refused(client: Client) -> None:
    with pytest.raises(QueryError, match=r"indicatori\.(periodo|scenario)"):
        client.load({"measures": ["indicatori.pervenuto"]})


def test_productivity_2025_of_a_province_is_refused(client: Client) -> None:
    with pytest.raises(QueryError, match="direzione"):
        client.query("produttivita_2025", by=["struttura"], period="2025-P10")
    with pytest.raises(QueryError, match="direzione"):
        client.query("produttivita_2025", period="2025-P10", where={"struttura": "DP-CUNEO"})


def test_the_family_is_refused_where_the_definition_in_force_is(client: Client) -> None:
    allowed = client.query("produttivita", by=["struttura"], period="2024-P10")
    assert any(row["produttivita"] for row in allowed.rows)
    with pytest.raises(QueryError, match="direzione"):
        client.query("produttivita", by=["struttura"], period="2025-P10")


def test_a_definition_outside_its_validity_names_the_one_in_force(client: Client) -> None:
    with pytest.raises(QueryError, match="produttivita_2025"):
        client.query("produttivita_2021", by=["direzione"], period="2025-P10")


def test_a_cut_that_the_indicator_does_not_know_is_refused(client: Client) -> None:
    with pytest.raises(QueryError, match="indicatori"):
        client.query("redditivita", by=["linea"], period="2024-A")


def test_a_period_with_no_denominator_gives_null(client: Client) -> None:
    result = client.query(["indice_giacenza", "indice_deflusso", "efficacia_automazione"], period="2023-M05")
    assert [row["indice_giacenza"] for row in result.rows] in ([], [None])
    received = client.query(
        ["pervenuto_om", "indice_giacenza", "giacenza_finale_om"],
        by=["struttura", "linea"],
        period="2024-M08",
    )
    empty = [row for row in received.rows if not row["pervenuto_om"] and row["giacenza_finale_om"]]
    assert empty, "the demonstration has no line without arrivals: the case proves nothing"
    assert all(row["indice_giacenza"] is None for row in empty)
