"""The past, asked by the client: what is sent, what comes back, what is refused before sending."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from api_client import Client, ProtocolError, QueryError

from .scripted import TOKEN, Scripted, answer_of

MEASURE = "indicatori.pervenuto"


def published(version: str, *rows: list[Any]) -> dict[str, Any]:
    """An answer of a past publication, as the server words it."""
    annotation = {
        "measures": {MEASURE: {"type": "number", "meta": {"tipo": "bigint"}}},
        "publication": {"version": version, "withdrawn": False},
    }
    return answer_of({"members": [MEASURE, "publication"], "dataset": list(rows)}, annotation=annotation)


@pytest.mark.parametrize(
    ("as_of", "sent"),
    [
        ("20250401T060000Z-01", "20250401T060000Z-01"),
        (date(2025, 4, 1), "2025-04-01"),
        (datetime(2025, 4, 1, 8, tzinfo=UTC), "2025-04-01T08:00:00+00:00"),
    ],
)
def test_what_is_sent(server: Scripted, as_of: Any, sent: str) -> None:
    server.says(published("1", ["7", "1"]))
    with Client(server.url, TOKEN) as client:
        result = client.query("pervenuto", period="2025-P10", as_of=as_of)
        assert [row["pervenuto"] for row in client.iter_rows("pervenuto", as_of=as_of)] == [7]
    assert [asked.query["asOf"] for asked in server.asked] == [sent, sent]
    assert result.publications == ({"version": "1", "withdrawn": False},)


def test_a_history_is_one_table(server: Scripted) -> None:
    """Every publication's rows, typed, with the publication they are of; and what was left out."""
    omitted = [{"version": "2", "code": "PUBLICATION_NOT_KEPT"}]
    results = [published("1", ["7", "1"]), published("3", ["9", "3"])]
    server.says({"queryType": "historyQuery", "results": results, "omitted": omitted})
    with Client(server.url, TOKEN) as client:
        found = client.query("pervenuto", period="2025-P10", include_history=True)
    assert [(row["publication"], row["pervenuto"]) for row in found] == [("1", 7), ("3", 9)]
    assert [item["version"] for item in found.publications] == ["1", "3"]
    assert found.omitted == tuple(omitted)
    assert b'"queryType":"multi"' in server.asked[0].body and server.asked[0].query["includeHistory"] is True


def test_a_server_without_history_is_told_apart(server: Scripted) -> None:
    server.says(published("1", ["7", "1"]))
    with Client(server.url, TOKEN) as client, pytest.raises(ProtocolError, match="the answer is no history"):
        client.query("pervenuto", include_history=True)


def test_a_history_that_is_cut_is_refused(server: Scripted) -> None:
    """A limit that nobody gave must not leave rows out."""
    server.says({"results": [published("1", ["7", "1"], ["8", "1"])], "omitted": []})
    with Client(server.url, TOKEN, page_rows=2) as client:
        with pytest.raises(QueryError, match="more than 2 rows"):
            client.query("pervenuto", by=["direzione"], include_history=True)
        assert len(client.query("pervenuto", by=["direzione"], include_history=True, limit=2)) == 2


def test_what_is_gone_is_a_question_to_put_otherwise(server: Scripted) -> None:
    server.says({"error": "no longer kept", "code": "PUBLICATION_NOT_KEPT", "suggestion": "rebuild"}, 410)
    with Client(server.url, TOKEN) as client, pytest.raises(QueryError) as refused:
        client.query("pervenuto", as_of="1")
    assert (refused.value.status, refused.value.code) == (410, "PUBLICATION_NOT_KEPT")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"as_of": ""}, "BAD_AS_OF"),
        ({"as_of": 20250401}, "BAD_AS_OF"),
        ({"include_history": True, "targets": True}, "NO_TARGETS"),
    ],
)
def test_what_cannot_be_asked(options: Any, code: str) -> None:
    with Client("http://127.0.0.1:1", TOKEN) as client, pytest.raises(QueryError) as refused:
        client.query("pervenuto", period="2025-P10", **options)
    assert refused.value.code == code


def test_rows_one_by_one_have_no_history() -> None:
    with (
        Client("http://127.0.0.1:1", TOKEN) as client,
        pytest.raises(QueryError, match="iter_rows has no history"),
    ):
        list(client.iter_rows("pervenuto", include_history=True))
