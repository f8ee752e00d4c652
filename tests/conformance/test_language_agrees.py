"""Each element of the model's language, asked of Cube and of our own server: the same answers, the same meta.

The model and the file are in `language/`: cases, granularities, segments, joins three cubes deep, prefixes,
nested folders, hidden hierarchies. Queries are compared as they come over the wire.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from semantic.server import AuthSettings, create_app
from tests.server.conftest import SECRET, publish, serving, token

from .cube_process import cube_running, install

FOLDER = Path(__file__).parent / "language"
MODEL = FOLDER / "model"

GRANULARITIES = (
    "fiscale",
    "due_settimane",
    "semestre",
    "semestre_fiscale",
    "due_trimestri",
    "quattro_ore",
    "mese_dal_quindici",
    "settimana_da_domenica",
    "biennio",
    "cinque_giorni",
    "mezz_ora",
)
MEASURES = ("importo", "righe", "con_ore", "chiavi", "minimo", "massimo", "importo_alto", "rapporto")
DIMENSIONS = ("fascia", "stato", "aperto", "direzione", "enti_nome", "stato_nome")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small file."""
    path = tmp_path_factory.mktemp("language") / "language.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute((FOLDER / "language.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture(scope="module")
def cube(file: Path) -> Iterator[httpx.Client]:
    """Cube over the model and the file."""
    install()
    with cube_running(MODEL, file) as server, _client(server.url, server.token) as client:
        yield client


@pytest.fixture(scope="module")
def ours(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Our server over the same."""
    folder = tmp_path_factory.mktemp("published")
    publish(folder, file, "1")
    app = create_app(MODEL, folder, AuthSettings(secrets=(SECRET,)))
    with serving(app) as address, _client(address, token()) as client:
        yield client


def _client(address: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=f"{address}/cubejs-api/v1", headers={"Authorization": key}, timeout=60)


def _load(client: httpx.Client, query: dict[str, Any]) -> Any:
    answer = client.post("/load", json={"query": query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _agree(cube: httpx.Client, ours: httpx.Client, query: dict[str, Any]) -> list[Any]:
    """Ask both; the rows must be the same (in any order where none is asked), and so must the annotations."""
    theirs, own = (_load(client, query) for client in (cube, ours))
    assert _sorted(own["data"]) == _sorted(theirs["data"])
    assert own["annotation"] == theirs["annotation"]
    return list(own["data"])


def _sorted(rows: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    return sorted((sorted(row.items()) for row in rows), key=repr)


def _v(*names: str) -> list[str]:
    return [f"vista.{name}" for name in names]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Rome"])
@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_custom_granularities(cube: httpx.Client, ours: httpx.Client, granularity: str, zone: str) -> None:
    """The same steps, in UTC and across changes of the clock."""
    time = {"dimension": "vista.quando", "granularity": granularity}
    query = {"measures": _v("righe", "importo"), "timeDimensions": [time], "timezone": zone}
    rows = _agree(cube, ours, query)
    assert sum(int(row["vista.righe"]) for row in rows) == 100
    steps = sorted(row[f"vista.quando.{granularity}"] for row in rows)
    assert len(steps) > 2
    for row in _load(ours, {"dimensions": _v("quando"), "timeDimensions": [time], "timezone": zone})["data"]:
        # The last step that began by then, whatever computed it.
        assert (
            row[f"vista.quando.{granularity}"] == [step for step in steps if step <= row["vista.quando"]][-1]
        )


def test_a_granularity_with_a_range_and_by_its_name(cube: httpx.Client, ours: httpx.Client) -> None:
    """As a time dimension with a date range, and in `dimensions`, in three parts."""
    time = {
        "dimension": "vista.quando",
        "granularity": "fiscale",
        "dateRange": ["2024-01-01", "2025-04-30"],
    }
    assert len(_agree(cube, ours, {"measures": _v("righe"), "timeDimensions": [time]})) == 2
    several = [{"dimension": "vista.quando", "granularity": name} for name in ("fiscale", "month")]
    query = {"measures": _v("righe"), "dimensions": _v("quando"), "timeDimensions": several}
    assert len(_agree(cube, ours, query)) == 25
    assert len(_agree(cube, ours, {"dimensions": ["vista.quando.semestre"]})) > 5


def test_an_unknown_granularity(cube: httpx.Client, ours: httpx.Client) -> None:
    """The same status and message."""
    time = {"dimension": "vista.quando", "granularity": "fiscali"}
    theirs, own = (
        client.post("/load", json={"query": {"measures": _v("righe"), "timeDimensions": [time]}})
        for client in (cube, ours)
    )
    assert own.status_code == theirs.status_code == 400
    assert theirs.json()["error"].removeprefix("Error: ") == own.json()["error"]
    assert own.json()["suggestion"] == "did you mean fiscale?"


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_measure_by_each_dimension(cube: httpx.Client, ours: httpx.Client, dimension: str) -> None:
    """Cases, booleans and members of cubes joined one, two and three deep."""
    assert _agree(cube, ours, {"measures": _v(*MEASURES), "dimensions": _v(dimension)})


def test_dimensions_together_and_alone(cube: httpx.Client, ours: httpx.Client) -> None:
    """Joins are made for what is asked: all of them, and none of the facts' own columns."""
    assert len(_agree(cube, ours, {"measures": _v("righe"), "dimensions": _v(*DIMENSIONS)})) > 10
    assert _agree(cube, ours, {"dimensions": _v("stato_nome", "enti_nome")})


@pytest.mark.parametrize("size", [1, 2, 3])
def test_segments(cube: httpx.Client, ours: httpx.Client, size: int) -> None:
    """Each alone, in pairs, all together; of the facts and of a joined cube; beside a filter."""
    for names in itertools.combinations(("produzione", "solo_alti", "recenti"), size):
        query = {
            "measures": _v("righe", "importo"),
            "dimensions": _v("fascia"),
            "segments": _v(*names),
            "filters": [{"member": "vista.ore", "operator": "gte", "values": ["1"]}],
        }
        assert _agree(cube, ours, query)


@pytest.mark.parametrize(
    ("name", "operator", "values"),
    [
        ("fascia", "equals", ["alta"]),
        ("fascia", "contains", ["media"]),
        ("stato", "notSet", None),
        ("stato", "notEquals", ["aperto"]),
        ("stato_nome", "equals", ["Italia"]),
        ("enti_nome", "notSet", None),
        ("aperta", "afterDate", ["2022-01-01"]),
    ],
)
def test_filters_on_cases_and_joined_members(
    cube: httpx.Client, ours: httpx.Client, name: str, operator: str, values: list[str] | None
) -> None:
    """A case and a member three joins away are filtered like any column."""
    condition = {"member": f"vista.{name}", "operator": operator} | ({"values": values} if values else {})
    query = {"measures": _v("righe", "rapporto"), "dimensions": _v("direzione"), "filters": [condition]}
    assert _agree(cube, ours, query)


def test_a_view_shows_what_its_cube_hides(cube: httpx.Client, ours: httpx.Client) -> None:
    """`public: false` in a cube hides a member there; the view that includes it shows it."""
    assert _agree(cube, ours, {"measures": _v("righe"), "segments": _v("interno")})


def test_the_same_meta(cube: httpx.Client, ours: httpx.Client) -> None:
    """Everything public, word for word: titles, types, granularities, segments, hierarchies, folders."""
    theirs, own = (client.get("/meta").json()["cubes"] for client in (cube, ours))
    public = {item["name"]: _public(item) for item in theirs if item["public"]}
    assert {item["name"] for item in own} == set(public)
    for item in own:
        kept = public[item["name"]]
        for kind in ("measures", "dimensions", "segments"):
            assert _by_name(item[kind]) == _by_name(kept[kind])
        for key in set(item) - {"measures", "dimensions", "segments"}:
            assert (key, item[key]) == (key, kept.get(key))


def _by_name(members: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {member["name"]: member for member in members}


def _public(cube: dict[str, Any]) -> dict[str, Any]:
    """What Cube says of a cube, without the members that it says are hidden."""
    kept = dict(cube)
    for kind in ("measures", "dimensions", "segments"):
        kept[kind] = [member for member in cube[kind] if member["public"]]
    return kept
