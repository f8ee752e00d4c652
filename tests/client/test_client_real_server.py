"""The client against the real server, over the demonstration: what the scripted server cannot tell."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import pytest

from api_client import AsyncClient, AuthError, Client, QueryError
from api_client.rows import Value

LAST = "2025-P12"


@pytest.fixture(scope="module")
def client(demo_address: str, demo_token: str) -> Iterator[Client]:
    """A client of the demonstration's server."""
    with Client(demo_address, demo_token) as connected:
        yield connected


def test_the_catalogue(client: Client) -> None:
    assert client.ready()
    metrics = {metric.code: metric for metric in client.metrics()}
    backlog = metrics["indice_giacenza"]
    assert (backlog.unit, backlog.polarity, backlog.name) == ("giorni", -1, "indicatori.indice_giacenza")
    assert metrics["produttivita"].family == ("produttivita_2021", "produttivita_2025")
    assert metrics["produttivita_2021"].valid_to is not None
    assert metrics["produttivita_2021"].family == ()


def total(values: list[Value]) -> Decimal:
    return sum((Decimal(str(value)) for value in values if value is not None), Decimal())


def test_the_parts_add_up_to_the_nation(client: Client) -> None:
    [nation] = client.query(["pervenuto", "definito_om", "indice_giacenza"], period=LAST)
    offices = client.query(["pervenuto", "definito_om"], by=["struttura"], period=LAST)
    assert len(offices) > 60
    assert isinstance(nation["indice_giacenza"], float)
    assert isinstance(nation["pervenuto"], int)
    assert isinstance(nation["definito_om"], Decimal)
    for code in ("pervenuto", "definito_om"):
        assert total(offices.column(code)) == nation[code]


def test_pages_and_streams_are_the_whole(client: Client, demo_address: str, demo_token: str) -> None:
    whole = client.query("pervenuto", by=["struttura", "linea"], period=["2025-M01", "2025-M02"])
    assert len(whole) > 1000
    with Client(demo_address, demo_token, page_rows=333) as paged:
        by, months = ["struttura", "linea"], ["2025-M01", "2025-M02"]
        assert list(paged.iter_rows("pervenuto", by=by, period=months)) == list(whole)
        assert paged.query("pervenuto", by=by, period=months, limit=500).rows == whole.rows[:500]


def test_targets_stand_beside_the_figures(client: Client) -> None:
    by_area = client.query("indice_giacenza", by=["direzione", "area_obiettivo"], period=LAST, targets=True)
    targets = [row for row in by_area if row["indice_giacenza_obiettivo"] is not None]
    assert len(targets) > 50
    for row in targets:
        actual, target = row["indice_giacenza"], row["indice_giacenza_obiettivo"]
        assert isinstance(actual, float)
        assert isinstance(target, float)
        # Fewer days are better: the deviation is positive below the target.
        assert row["indice_giacenza_scostamento"] == pytest.approx((target - actual) / target * 100)


def test_todays_organisation(client: Client) -> None:
    was = client.query("pervenuto", by=["struttura"], period="2024-A")
    now = client.query("pervenuto", by=["struttura"], period="2024-A", organisation="as_is")
    assert set(was.column("struttura")) != set(now.column("struttura_attuale"))
    assert total(was.column("pervenuto")) == total(now.column("pervenuto"))


def test_completeness_travels_with_the_answer(client: Client) -> None:
    result = client.query("indice_giacenza", by=["direzione"], period=LAST)
    known = result.completeness["indice_giacenza"]
    assert known.expected >= known.present > 0
    assert known.complete == (known.expected == known.present) == result.is_complete


def test_refusals_say_what_to_write(client: Client, demo_address: str) -> None:
    with pytest.raises(QueryError, match="did you mean indice_giacenza") as unknown:
        client.query("indice_giacensa", period=LAST)
    assert unknown.value.code == "UNKNOWN_MEMBER"
    with pytest.raises(QueryError, match="direzione"):
        client.query("produttivita_2025", by=["struttura"], period=LAST)
    with Client(demo_address, "a.b.c") as stranger, pytest.raises(AuthError, match="Invalid token"):
        stranger.query("pervenuto", period=LAST)


def test_the_asyncio_client_asks_many_at_once(demo_address: str, demo_token: str) -> None:
    async def ask() -> list[object]:
        async with AsyncClient(demo_address, demo_token) as client:
            months = [f"2025-M{month:02d}" for month in range(1, 13)]
            answers = await asyncio.gather(*(client.query("pervenuto", period=month) for month in months))
            [year] = await client.query("pervenuto", period="2025-A")
            return [sum(int(str(answer[0]["pervenuto"])) for answer in answers), year["pervenuto"]]

    months, year = asyncio.run(ask())
    assert months == year
