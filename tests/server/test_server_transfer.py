"""How answers travel: compressed when asked, large ones in pieces, `/v1/meta` only when it changed."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from semantic.server import ServerSettings
from semantic.server.rows import RowWriter

from .conftest import Api, publish, running

V = "indicatori."
MANY: dict[str, Any] = {"dimensions": [V + "caricato_il"]}
META = "/cubejs-api/v1/meta"


@pytest.mark.parametrize(
    ("accepted", "used"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("gzip;q=0", None),
        ("deflate", None),
        ("", None),
    ],
)
def test_large_answers_are_compressed_when_asked(api: Api, accepted: str, used: str | None) -> None:
    """Brotli or gzip for those who take it, plain for the others; the same JSON."""
    query = {"query": json.dumps(MANY)}
    response = api.http.get("/cubejs-api/v1/load", params=query, headers={"Accept-Encoding": accepted})
    plain = api.http.get("/cubejs-api/v1/load", params=query, headers={"Accept-Encoding": "identity"})
    assert response.headers.get("content-encoding") == used
    assert response.json() == plain.json()
    assert "Accept-Encoding" in response.headers["vary"]
    if used:
        assert int(response.headers["content-length"]) < int(plain.headers["content-length"]) / 3


def test_small_answers_are_not_compressed(api: Api) -> None:
    """Below a kilobyte it would cost more than it saves."""
    response = api.http.get("/livez", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in response.headers


@pytest.fixture(scope="module")
def wide(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that has fifty thousand different values published in it."""
    folder = tmp_path_factory.mktemp("wide")
    with duckdb.connect(str(folder / "wide.duckdb")) as connection:
        connection.execute(f"ATTACH '{database}' AS small (READ_ONLY)")
        connection.execute("COPY FROM DATABASE small TO wide")
        connection.execute(
            "INSERT INTO indicators.components (row_id, note) "
            "SELECT 1000 + i, repeat('x', 100) || i FROM range(60000) AS t (i)"
        )
    publish(folder, folder / "wide.duckdb", "1")
    return folder


@pytest.mark.parametrize("response_format", ["default", "compact", "columnar"])
@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_the_largest_answers_come_in_pieces(wide: Path, response_format: str, encoding: str) -> None:
    """Fifty thousand rows: chunks on the wire, and the JSON that a small answer has."""
    query = {
        "dimensions": [V + "nota"],
        "order": {V + "nota": "asc"},
        "filters": [{"member": V + "nota", "operator": "startsWith", "values": ["xxx"]}],
        "limit": 50_000,
        "responseFormat": response_format,
    }
    with running(wide) as api:
        parameters = {"query": json.dumps(query)}
        with api.http.stream(
            "GET", "/cubejs-api/v1/load", params=parameters, headers={"Accept-Encoding": encoding}
        ) as response:
            assert response.headers["transfer-encoding"] == "chunked"
            assert response.headers.get("content-encoding", "identity") == encoding
            body = response.read()
        data = json.loads(body)["data"]
    if response_format == "default":
        values = [row[V + "nota"] for row in data]
    else:
        values = [row[0] for row in data["dataset"]] if response_format == "compact" else data["columns"][0]
    assert len(values) == len(set(values)) == 50_000
    assert values == sorted(values)


def test_rows_are_encoded_some_at_a_time() -> None:
    """Ten times the rows need ten times the bytes of the answer, and no more beside them."""

    def peak(batches: int) -> tuple[int, int]:
        tracemalloc.start()
        writer = RowWriter("default", ["a.number", "a.text"], ["BIGINT", "VARCHAR"])
        for batch in range(batches):
            writer.add([(batch * 1000 + index, f"{index:0100}") for index in range(1000)])
        pieces = writer.finish()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(json.loads(b"".join(pieces))) == batches * 1000
        return most, sum(map(len, pieces))

    small, small_size = peak(5)
    large, large_size = peak(50)
    assert (large - small) < 1.3 * (large_size - small_size)


def test_pieces_hold_the_same_json_whatever_the_batches() -> None:
    """One batch, several, none: the answer is the same table."""
    rows = [(1, "a"), (None, 'b"'), (3, None)]
    for response_format in ("default", "compact", "columnar"):
        texts = set()
        for size in (1, 2, 3):
            writer = RowWriter(
                response_format, ["n", "t"], ["INTEGER", "VARCHAR"], [("again", 0)], [("part", "p")]
            )
            for start in range(0, 3, size):
                writer.add(rows[start : start + size])
            texts.add(b"".join(writer.finish()))
        assert len(texts) == 1
        empty = RowWriter(response_format, ["n"], ["INTEGER"])
        assert (
            json.loads(b"".join(empty.finish()))
            == {
                "default": [],
                "compact": {"members": ["n"], "dataset": []},
                "columnar": {"members": ["n"], "columns": [[]]},
            }[response_format]
        )
        parsed = json.loads(texts.pop())
        assert (
            parsed
            == {
                "default": [
                    {"n": "1", "t": "a", "again": "1", "part": "p"},
                    {"n": None, "t": 'b"', "again": None, "part": "p"},
                    {"n": "3", "t": None, "again": "3", "part": "p"},
                ],
                "compact": {
                    "members": ["n", "t", "again", "part"],
                    "dataset": [["1", "a", "1", "p"], [None, 'b"', None, "p"], ["3", None, "3", "p"]],
                },
                "columnar": {
                    "members": ["n", "t", "again", "part"],
                    "columns": [["1", None, "3"], ["a", 'b"', None], ["1", None, "3"], ["p", "p", "p"]],
                },
            }[response_format]
        )


def test_meta_is_sent_when_it_is_new(database: Path, published: Path) -> None:
    """304 while nothing changed; another publication, another tag, even if it says the same."""
    with running(published) as api:
        first = api.http.get(META)
        tag = first.headers["etag"]
        same = api.http.get(META, headers={"If-None-Match": f'"other", {tag}'})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        assert same.headers["x-request-id"]
        assert "Authorization" in same.headers["vary"]
        assert "private" in same.headers["cache-control"]
        assert api.http.get(META, headers={"If-None-Match": '"other"'}).json() == first.json()
        extended = api.http.get(META, params={"extended": "true"}, headers={"If-None-Match": tag})
        assert extended.status_code == 200
        publish(published, database, "2")
        changed = api.http.get(META, headers={"If-None-Match": tag})
        assert (changed.status_code, changed.json()) == (200, first.json())
        assert changed.headers["etag"] != tag


def test_compressed_and_plain_meta_have_one_tag(api: Api) -> None:
    """The tag is weak: it names the text, not its bytes on the wire."""
    tags = {
        httpx.get(
            api.http.base_url.join(META),
            headers={**api.http.headers, "Accept-Encoding": encoding},
        ).headers["etag"]
        for encoding in ("gzip", "br", "identity")
    }
    assert len(tags) == 1
    assert tags.pop().startswith('W/"')


def test_a_busy_server_still_answers_while_it_sends(wide: Path) -> None:
    """A client that does not read a large answer keeps nobody waiting."""
    query = json.dumps({"dimensions": [V + "nota"], "limit": 50_000})
    with (
        running(wide, ServerSettings(workers=2)) as api,
        api.http.stream("GET", "/cubejs-api/v1/load", params={"query": query}) as slow_reader,
    ):
        assert slow_reader.status_code == 200
        assert api.load({"measures": [V + "righe"]})["data"] == [{V + "righe": "60240"}]
