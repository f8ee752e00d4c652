"""Comparisons: what is sent, what comes back, and whether the real server has the right numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from api_client import AsyncClient, Client, QueryError

from .scripted import TOKEN, Scripted, answer_of

MARCH, YEAR_BEFORE = "2025-P03", "2024-P03"
COLUMN = "indicatori.indice_giacenza__previousYear"


@pytest.fixture(scope="module")
def client(demo_address: str, demo_token: str) -> Iterator[Client]:
    """A client of the demonstration's server."""
    with Client(demo_address, demo_token) as connected:
        yield connected


def described(*notes: str) -> dict[str, Any]:
    """An answer with one added column, and what the annotation says of it."""
    annotation = {
        "measures": {
            "indicatori.indice_giacenza": {"type": "number", "meta": {"tipo": "double"}},
            COLUMN: {
                "type": "number",
                "shortTitle": "Indice di giacenza: anno precedente",
                "meta": {"tipo": "double"},
                "comparison": {"kind": "previousYear", "notes": [{"note": note} for note in notes]},
                "completeness": {"expected": 3, "present": 2, "complete": False},
            },
        }
    }
    data = {"members": list(annotation["measures"]), "dataset": [["38.25", None]]}
    return answer_of(data, annotation=annotation)


@pytest.mark.parametrize(
    ("compare", "sent"),
    [
        ("previousYear", ["previousYear"]),
        (["target", "clusterRank"], ["target", "clusterRank"]),
        ((), None),
    ],
)
def test_what_is_sent(server: Scripted, compare: Any, sent: list[str] | None) -> None:
    server.says(described())
    with Client(server.url, TOKEN) as client:
        client.query("indice_giacenza", period="2025-P10", compare=compare)
    assert server.asked[-1].query.get("comparisons") == sent


def test_added_columns_are_typed_and_titled(server: Scripted) -> None:
    server.says(described("definizioni diverse", "nessun confronto", "definizioni diverse"))
    order = "-indice_giacenza__previousYear"
    with Client(server.url, TOKEN) as client:
        result = client.query("indice_giacenza", period="2025-P10", compare="previousYear", order=order)
    assert server.asked[-1].query["order"] == [[COLUMN, "desc"]]
    assert result[0] == {"indice_giacenza": 38.25, "indice_giacenza__previousYear": None}
    assert result.columns[1].title == "Indice di giacenza: anno precedente"
    assert result.columns[1].type == "double"
    assert result.notes == ("definizioni diverse", "nessun confronto")
    assert not result.is_complete


def test_an_answer_without_comparisons_has_no_notes(server: Scripted, compact: dict[str, Any]) -> None:
    server.says(compact)
    with Client(server.url, TOKEN) as client:
        assert client.query("indice_giacenza", period="2025-P10").notes == ()


def test_a_series_across_a_change_is_noted(server: Scripted) -> None:
    answer = described()
    measure = answer["annotation"]["measures"]["indicatori.indice_giacenza"]
    older = {"name": "indice_2021", "validFrom": "2021-01-01", "validTo": "2024-12-31", "periods": ["2024-A"]}
    newer = {"name": "indice_2025", "validFrom": "2025-01-01", "validTo": None, "periods": []}
    measure["definitions"] = [older]
    server.says(answer | {"annotation": {"measures": {"indicatori.indice_giacenza": measure | {}}}})
    measure = measure | {"definitions": [older, newer]}
    server.says(answer | {"annotation": {"measures": {"indicatori.indice_giacenza": measure}}})
    with Client(server.url, TOKEN) as client:
        assert client.query("indice_giacenza").notes == ()
        [note] = client.query("indice_giacenza").notes
    told = "indice_2021 (2024-A), indice_2025 (dal 2025-01-01 al …)"
    assert note == f"indice_giacenza: definizioni diverse: {told}"


def test_names_that_are_none() -> None:
    with Client("http://127.0.0.1:1", TOKEN) as client, pytest.raises(QueryError, match="compare="):
        client.query("indice_giacenza", compare=[""])


def test_the_year_before_is_the_year_before(client: Client) -> None:
    """The same as asking each year by itself, by office and area."""
    by = ["struttura", "area"]
    compared = client.query("indice_giacenza", by=by, period=MARCH, compare="previousYear")
    before = {
        (row["struttura"], row["area"]): row["indice_giacenza"]
        for row in client.query("indice_giacenza", by=by, period=YEAR_BEFORE)
    }
    now = client.query("indice_giacenza", by=by, period=MARCH)
    assert compared.column("indice_giacenza") == now.column("indice_giacenza")
    keys = zip(compared.column("struttura"), compared.column("area"), strict=True)
    assert compared.column("indice_giacenza__previousYear") == [before.get(key) for key in keys]
    changed = [row for row in compared if row["indice_giacenza__previousYearChange"] is not None]
    assert len(changed) > 100
    for row in changed:
        then, change = row["indice_giacenza__previousYear"], row["indice_giacenza__previousYearChange"]
        assert row["indice_giacenza"] - then == change
        per_cent = pytest.approx(100 * change / abs(then)) if then else None
        assert row["indice_giacenza__previousYearChangePct"] == per_cent


def test_shares_add_up_to_the_nation(client: Client) -> None:
    [nation] = client.query("produzione_omogeneizzata", period=MARCH)
    shares = client.query("produzione_omogeneizzata", by=["direzione"], period=MARCH, compare="nationalShare")
    values = [
        value for value in shares.column("produzione_omogeneizzata__nationalShare") if value is not None
    ]
    assert sum(values) == pytest.approx(100)
    whole = set(shares.column("produzione_omogeneizzata__nationalValue"))
    assert whole == {nation["produzione_omogeneizzata"]}


def test_ranks_are_those_of_the_whole_cluster(client: Client) -> None:
    """Worked again here from all the directorates; then one directorate alone keeps its place."""
    by = ["direzione", "cluster_economico"]
    suffixes = ("Rank", "Size", "BestDistance", "Value", "Distance")
    result = client.query("indice_giacenza", by=by, period=MARCH, compare="clusterRank")
    clusters: dict[Any, list[float]] = {}
    for row in result:
        if row["indice_giacenza"] is not None and row["cluster_economico"] is not None:
            clusters.setdefault(row["cluster_economico"], []).append(row["indice_giacenza"])
    assert sorted(clusters) == ["A", "B", "C", "D"]
    totals = {
        row["cluster_economico"]: row["indice_giacenza"]
        for row in client.query("indice_giacenza", by=["cluster_economico"], period=MARCH)
    }
    for row in result:
        peers, value = clusters.get(row["cluster_economico"]), row["indice_giacenza"]
        found = [row[f"indice_giacenza__cluster{suffix}"] for suffix in suffixes]
        if peers is None or value is None:
            assert found[0] is None
            continue
        # Fewer days are better.
        rank, total = 1 + sum(peer < value for peer in peers), totals[row["cluster_economico"]]
        assert found == pytest.approx([rank, len(peers), min(peers) - value, total, total - value])
    where = {"direzione": "DR-UMBRIA"}
    [alone] = client.query("indice_giacenza", by=by, period=MARCH, compare="clusterRank", where=where)
    assert alone in list(result)


def test_the_programme_is_the_target_of_the_year_to_date(client: Client) -> None:
    """March against the programme is the year to March against its target."""
    by = ["direzione"]
    month = client.query("produttivita", by=by, period="2025-M03", compare="programme")
    progressive = client.query("produttivita", by=by, period=MARCH, compare="target", targets=True)
    pairs = [
        ("produttivita__programmeActual", "produttivita"),
        ("produttivita__programme", "produttivita__target"),
        ("produttivita__programme", "produttivita_obiettivo"),
        ("produttivita__programmeDeviation", "produttivita__targetDeviation"),
    ]
    direct = {row["direzione"]: row for row in progressive}
    for row in month:
        for own, other in pairs:
            assert row[own] == direct[row["direzione"]][other]
    known = [row for row in progressive if row["produttivita__targetDeviation"] is not None]
    assert len(known) > 20
    for row in known:
        assert row["produttivita__targetDeviation"] == pytest.approx(row["produttivita_scostamento"])


def test_a_change_of_definition_is_said(client: Client) -> None:
    """From 2024 to 2025 productivity changes; an abolished indicator names what took its place."""
    result = client.query("produttivita", by=["direzione"], period="2025-M01", compare="previousPeriod")
    [note] = result.notes
    assert note.startswith(
        "definizioni diverse: produttivita_2025 nel 2025-M01 e produttivita_2021 nel 2024-M12"
    )
    definitions = result.annotation["measures"]["indicatori.produttivita"]["definitions"]
    assert [item["name"] for item in definitions] == ["produttivita_2025"]
    with pytest.raises(
        QueryError, match=r"102/2024, paragrafo 5\.4\.2, sostituita da indicatori\.costi_struttura"
    ):
        client.query("redditivita", period=MARCH)
    with pytest.raises(QueryError, match="senza sostituto"):
        client.query("incidenza_costi_diretti", period=MARCH)
    with pytest.raises(QueryError, match=r"sostituita da indicatori\.produttivita_2025"):
        client.query("produttivita_2021", period=MARCH)


def test_the_asyncio_client_compares_too(demo_address: str, demo_token: str, client: Client) -> None:
    async def ask() -> Any:
        async with AsyncClient(demo_address, demo_token) as other:
            return await other.query("pervenuto", by=["direzione"], period=MARCH, compare="previousPeriod")

    assert list(asyncio.run(ask())) == list(
        client.query("pervenuto", by=["direzione"], period=MARCH, compare="previousPeriod")
    )
