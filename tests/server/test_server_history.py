"""Answers of the past: by load, version, moment and day; histories; what cannot be answered any more."""

import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from semantic.model_reader import model_digest, model_files
from semantic.server import ServerSettings

from .conftest import MODEL, Api, publish, register, running
from .test_server_several import DATE

COUNT: dict[str, Any] = {"measures": ["indicatori.righe"]}
# Version → rows. The third was gone back behind: the second was served again, then the fourth, the present.
ROWS = {"1": "240", "2": "140", "3": "40", "4": "90"}
SERVED = [
    ("2025-01-10T08:00:00+00:00", "1"),
    ("2025-02-10T08:00:00+00:00", "2"),
    ("2025-03-10T08:00:00+00:00", "3"),
    ("2025-03-12T08:00:00+00:00", "2"),
    ("2025-04-10T08:00:00+00:00", "4"),
]
IDS = {version: f"2025010{version}T080000Z-01" for version in ROWS}


def then_model(folder: Path) -> str:
    """Keep a model of other times, which had one more measure; return its digest."""
    shutil.copytree(MODEL, folder / "then")
    components = folder / "then" / "cubes" / "componenti.yml"
    text = components.read_text(encoding="utf-8")
    measure = '- {name: righe_di_allora, type: number, sql: "{righe} * 2"}'
    changed = text.replace("    measures:\n", f"    measures:\n      {measure}\n", 1)
    assert changed != text
    components.write_text(changed, encoding="utf-8")
    digest = model_digest(model_files(folder / "then"))
    (folder / "models").mkdir()
    (folder / "then").rename(folder / "models" / digest)
    return digest


@pytest.fixture(scope="module")
def made(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four publications of the small database with ever other rows; the first has a model of its own."""
    published, tmp_path = [], tmp_path_factory.mktemp("made")
    for version, rows in ROWS.items():
        cut = tmp_path / "cut.duckdb"
        shutil.copyfile(database, cut)
        with duckdb.connect(str(cut)) as connection:
            connection.execute("delete from indicators.components where row_id >= ?", [int(rows)])
        since = next(moment for moment, served in SERVED if served == version)
        publish(tmp_path, cut, version, published_at=since)
        cut.unlink()
        file = f"cruscotto-{version}.duckdb"
        published.append({"version": version, "load_id": IDS[version], "file": file, "published_at": since})
    published[0]["model"] = then_model(tmp_path)
    published[2]["withdrawn"] = True
    register(tmp_path, *published, served=SERVED)
    return tmp_path


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """The four publications, to be changed."""
    return shutil.copytree(made, tmp_path / "published")


@pytest.fixture
def past(folder: Path) -> Iterator[Api]:
    """A server over them that waits little, and has room for one past publication."""
    with running(folder, ServerSettings(past_files=1, past_idle_seconds=0.2)) as api:
        yield api


def rows(api: Api, as_of: str, **more: Any) -> str:
    """The number of rows as of then."""
    count: str = api.load(COUNT | {"asOf": as_of, **more})["data"][0]["indicatori.righe"]
    return count


def test_as_of_an_id_a_moment_and_a_day(past: Api) -> None:
    """A day means its end; a moment is of the query's zone unless it says; the present is as good as any."""
    assert {version: rows(past, version) for version in ROWS} == ROWS
    assert {version: rows(past, IDS[version]) for version in ROWS} == ROWS
    assert rows(past, "2025-02-10T07:59:59Z") == "240" and rows(past, "2025-02-10T08:00:00Z") == "140"
    assert rows(past, "2025-02-09") == "240" and rows(past, "2025-02-10") == "140"
    rome = {"timezone": "Europe/Rome"}
    assert rows(past, "2025-02-10T08:59:59", **rome) == "240"
    assert rows(past, "2025-02-10T09:00:00", **rome) == "140"
    assert rows(past, "2025-04-10") == "90" == past.load(COUNT)["data"][0]["indicatori.righe"]


def test_the_answer_says_what_it_is_of(past: Api, folder: Path) -> None:
    """Version, load, when it was in force, and by which definitions; the plain answer says none of it."""
    answer = past.load(COUNT | {"asOf": "2025-01-31"})
    (model,) = [path.name for path in (folder / "models").iterdir()]
    assert answer["annotation"]["publication"] == {
        "version": "1", "loadId": IDS["1"], "publishedAt": "2025-01-10T08:00:00.000Z",
        "validFrom": "2025-01-10T08:00:00.000Z", "validTo": "2025-02-10T08:00:00.000Z",
        "definitions": "of then", "model": model, "withdrawn": False,
    }  # fmt: skip
    assert answer["lastRefreshTime"] == "2025-01-10T08:00:00.000Z"
    assert answer["query"]["asOf"] == "2025-01-31"
    assert past.load(COUNT | {"asOf": "4"})["annotation"]["publication"]["validTo"] is None
    assert "publication" not in past.load(COUNT)["annotation"]


def test_a_date_never_means_what_was_withdrawn(past: Api) -> None:
    """It means what counts, and tells what was served; by its id the withdrawn one is still to be had."""
    answer = past.load(COUNT | {"asOf": "2025-03-11"})
    told = answer["annotation"]["publication"]
    assert (answer["data"][0]["indicatori.righe"], told["version"], told["servedThen"]) == ("140", "2", "3")
    assert told["validTo"] == "2025-04-10T08:00:00.000Z"
    told = past.load(COUNT | {"asOf": "3"})["annotation"]["publication"]
    assert (told["withdrawn"], told["validFrom"], told["validTo"]) == (True, None, None)


def test_the_definitions_are_those_of_the_time(past: Api) -> None:
    """A measure of then is known then and not since; it is computed as it was."""
    then = {"measures": ["indicatori.righe_di_allora"]}
    assert past.load(then | {"asOf": "1"})["data"] == [{"indicatori.righe_di_allora": "480"}]
    for as_of in ({"asOf": "2"}, {}):
        assert past.refused(then | as_of)["code"] == "UNKNOWN_MEMBER"
    assert past.refused(COUNT | {"measures": ["indicatori.niente"], "asOf": "1"})["code"] == "UNKNOWN_MEMBER"


def test_a_model_that_is_not_kept_answers_nothing(folder: Path) -> None:
    """Never by other definitions; also not by a changed model of the right name."""
    (model,) = (folder / "models").iterdir()
    (model / "views" / "indicatori.yml").write_text("views: []\n", encoding="utf-8")
    with running(folder) as api:
        response = api.post(COUNT | {"asOf": "1"})
    assert (response.status_code, response.json()["code"]) == (410, "DEFINITIONS_GONE")
    assert f"cruscotto loads rebuild {IDS['1']}" in response.json()["suggestion"]


def test_history_answers_from_each_publication_that_counts(past: Api) -> None:
    """One result for each, the oldest first, with the definitions of its time; rows say which they are of."""
    answer = past.load(COUNT | {"includeHistory": True}, queryType="multi")
    assert (answer["queryType"], answer["omitted"]) == ("historyQuery", [])
    assert [result["data"] for result in answer["results"]] == [
        [{"indicatori.righe": ROWS[version], "publication": version}] for version in ("1", "2", "4")
    ]
    told = [result["annotation"]["publication"] for result in answer["results"]]
    assert [item["validFrom"] for item in told[1:]] == [item["validTo"] for item in told[:-1]]
    assert len({item["model"] for item in told}) == 2
    assert answer["pivotQuery"]["dimensions"] == ["publication"]
    until = past.load(COUNT | {"includeHistory": True, "asOf": "2025-03-01"}, queryType="multi")
    assert [item["data"][0]["publication"] for item in until["results"]] == ["1", "2"]


def test_history_tells_what_it_leaves_out(past: Api, folder: Path) -> None:
    """What was pruned, and what did not know the measure, is listed with the reason."""
    (folder / "cruscotto-2.duckdb").unlink()
    measures = {"measures": ["indicatori.righe", "indicatori.righe_di_allora"], "includeHistory": True}
    answer = past.load(measures, queryType="multi")
    assert [item["data"][0]["indicatori.righe_di_allora"] for item in answer["results"]] == ["480"]
    assert [(item["version"], item["code"]) for item in answer["omitted"]] == [
        ("2", "PUBLICATION_NOT_KEPT"), ("4", "UNKNOWN_MEMBER"),
    ]  # fmt: skip
    measures["measures"] = ["indicatori.niente"]
    assert past.refused(measures, queryType="multi")["code"] == "UNKNOWN_MEMBER"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"asOf": "9"}, 400, "UNKNOWN_PUBLICATION"),
        ({"asOf": "2199-01-01"}, 400, "AS_OF_FUTURE"),
        ({"asOf": "2025-01-09"}, 400, "AS_OF_TOO_EARLY"),
        ({"asOf": "2025-02-30"}, 400, "INVALID_QUERY"),
        ({"asOf": ""}, 400, "INVALID_QUERY"),
        ({"asOf": 4}, 400, "INVALID_QUERY"),
        ({"includeHistory": "true"}, 400, "INVALID_QUERY"),
        ({"asOf": "2"}, 410, "PUBLICATION_NOT_KEPT"),
        ({"asOf": "3"}, 410, "PUBLICATION_DAMAGED"),
    ],
)
def test_what_cannot_be_answered_says_why(
    past: Api, folder: Path, query: dict[str, Any], status: int, code: str
) -> None:
    (folder / "cruscotto-2.duckdb").unlink()
    with (folder / "cruscotto-3.duckdb").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"!")
    response = past.post(COUNT | query)
    assert (response.status_code, response.json()["code"]) == (status, code)
    if status == 410:
        assert f"cruscotto loads rebuild {IDS[query['asOf']]}" in response.json()["suggestion"]


def test_several_queries_of_one_publication(past: Api) -> None:
    """Blends and ranges are of one publication; two publications in one request are refused, typed."""
    time = {"dimension": DATE, "granularity": "month"}
    one = COUNT | {"timeDimensions": [time], "asOf": "2"}
    blended = past.load([one, one | {"order": {DATE: "desc"}}], queryType="multi")["results"]
    assert [sum(int(row["indicatori.righe"]) for row in item["data"]) for item in blended] == [140, 140]
    ranges = [["2024-01-01", "2025-12-31"], ["2024-01-01", "2024-12-31"]]
    compared = COUNT | {"timeDimensions": [{"dimension": DATE, "compareDateRange": ranges}], "asOf": "2"}
    first, second = past.load(compared, queryType="multi")["results"]
    assert (
        first["annotation"]["publication"]["version"] == second["annotation"]["publication"]["version"] == "2"
    )
    assert past.refused([one, one | {"asOf": "1"}], queryType="multi")["code"] == "AS_OF_DIFFERS"
    assert past.refused([one, COUNT], queryType="multi")["code"] == "AS_OF_DIFFERS"
    for several in ([one | {"includeHistory": True}] * 2, compared | {"includeHistory": True}):
        assert past.refused(several, queryType="multi")["code"] == "HISTORY_OF_SEVERAL"
    assert past.refused(COUNT | {"includeHistory": True})["code"] == "QUERY_TYPE"


def test_sql_dry_run_and_meta(past: Api) -> None:
    """The statement and the reading of a query are those of the time; the list of members is of today."""
    query = {"measures": ["indicatori.righe_di_allora"], "asOf": "1"}
    sql = past.load(query, path="sql")
    assert "* 2" in sql["sql"]["sql"][0] and sql["publication"]["version"] == "1"
    dry = past.load(query | {"includeHistory": True}, path="dry-run")
    assert (dry["queryType"], [item["version"] for item in dry["publications"]]) == ("historyQuery", ["1"])
    response = past.http.get("/cubejs-api/v1/meta", params={"asOf": "1"})
    assert (response.status_code, response.json()["code"]) == (400, "AS_OF_META")


def test_ungrouped_totals_and_formats(past: Api) -> None:
    query = {"dimensions": ["indicatori.direzione"], "ungrouped": True, "total": True, "limit": 3}
    answer = past.load(query | {"asOf": "2", "responseFormat": "columnar"})
    assert (answer["total"], len(answer["data"]["columns"][0])) == (140, 3)


def test_a_bounded_number_is_open(past: Api, folder: Path) -> None:
    """With room for one, questions about three take turns; idle ones close, and a file may then go."""
    with ThreadPoolExecutor(6) as people:
        asked = [version for version in ("1", "2", "3") for _ in range(4)]
        found = list(people.map(lambda version: rows(past, version, cache="no-cache"), asked))
    assert found == [ROWS[version] for version in asked]
    opened = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.exists()]
    assert len([path for path in opened if str(folder) in path and path.endswith(".duckdb")]) <= 2


def test_a_register_that_lags_is_said_to(past: Api, folder: Path, database: Path) -> None:
    """Between pointer and register a date would mean the wrong publication: ask again. None at all: 410."""
    publish(folder, database, "5")
    assert past.load(COUNT)["data"] == [{"indicatori.righe": "240"}]
    response = past.post(COUNT | {"asOf": "2025-05-01"})
    assert (response.status_code, response.json()["code"]) == (503, "HISTORY_BEHIND")
    (folder / "publications.json").write_text(json.dumps({"served": []}), encoding="utf-8")
    assert past.post(COUNT | {"asOf": "1"}).json()["code"] == "NO_HISTORY"
    (folder / "publications.json").unlink()
    response = past.post(COUNT | {"asOf": "1"})
    assert (response.status_code, response.json()["code"]) == (410, "NO_HISTORY")
