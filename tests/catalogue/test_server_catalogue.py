"""A real server over the committed model: the catalogue in `/v1/meta?extended` and as a page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from orchestration.catalogue import installed_catalogue
from orchestration.paths import semantic_model_dir
from semantic.server import AuthSettings, create_app
from tests.server.conftest import SECRET, publish, serving, token

META = "/cubejs-api/v1/meta"
RESULTS = """
create schema reference;
create table reference.test_results (
    test_name varchar, kind varchar, indicator_code varchar, model_names varchar[],
    status varchar, failures bigint, run_at timestamp, invocation_id varchar
);
insert into reference.test_results values
    ('indice_giacenza_by_hand', 'esempio', 'indice_giacenza', [], '{status}', 0,
     '2025-02-03 04:05:06', 'run'),
    ('not_null_fct_production_month_key', 'schema', null, ['fct_production'], 'pass', 0, '2025-02-03', 'run');
"""


def _database(folder: Path, status: str) -> Path:
    path = folder / f"{status}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(RESULTS.format(status=status))
    return path


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A folder with a publication that carries results."""
    folder = tmp_path / "published"
    folder.mkdir()
    publish(folder, _database(tmp_path, "pass"), "1")
    return folder


@pytest.fixture
def http(published: Path) -> Iterator[httpx.Client]:
    """A client of a server over the committed model."""
    app = create_app(semantic_model_dir(), published, AuthSettings(secrets=(SECRET,)))
    headers = {"Authorization": token()}
    with serving(app) as address, httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        yield client


def _measures(http: httpx.Client, view: str = "indicatori", **options: str) -> dict[str, dict[str, Any]]:
    cubes = http.get(META, params=options).json()["cubes"]
    (found,) = [cube for cube in cubes if cube["name"] == view]
    return {measure["name"].partition(".")[2]: measure for measure in found["measures"]}


def test_extended_meta_carries_the_whole_entry(http: httpx.Client) -> None:
    measures = _measures(http, extended="true")
    for code, indicator in installed_catalogue().indicators.items():
        if "composito" in indicator.declared:
            continue
        meta = measures[code]["meta"]
        for key in ("prospettiva", "unita", "polarita", "livelli", "valido_dal", "atto", "descrizione_en"):
            assert meta[key], (code, key)
        entry = meta["catalogo"]
        assert entry["formula"] == meta["formula"]
        assert entry["mathml"].startswith("<math")
        assert entry["prove"], code
        assert all(part["origini"] for part in entry["componenti"] if part["natura"] != "condizione"), code


def test_composites_name_their_parts_and_weights(http: httpx.Client) -> None:
    entry = _measures(http, "valutazioni", extended="")["performance_strategica"]["meta"]["catalogo"]
    assert {"codice": "oge_a", "ruolo": "base", "peso": "10"} in entry["parti"]
    assert entry["formula"].startswith("Σ (peso × indice(parte)) / Σ peso")
    assert {"esempio", "indicatori"} <= {test["tipo"] for test in entry["prove"]}


def test_lineage_goes_to_the_extract_and_tests_have_their_result(http: httpx.Client) -> None:
    entry = _measures(http, "processi", extended="")["indice_giacenza"]["meta"]["catalogo"]
    parts = {part["nome"]: part for part in entry["componenti"]}
    stock = parts["giacenza_finale_om_giorni"]
    assert stock["provenienza"]["ind_components_by_period.giacenza_finale_om"] == [
        "fct_components.giacenza_finale_om"
    ]
    assert "stg_production.giacenza_finale" in stock["provenienza"]["fct_production.giacenza_finale_om"]
    assert {
        "colonna": "pb_prod.giacenza_finale",
        "contratto": "pb_prod",
        "file": "PB_PROD_{month}.csv",
        "intestazione": "giacenza_finale",
    } in stock["origini"]
    outcomes = {test["nome"]: test["esito"] for test in entry["prove"]}
    assert outcomes["indice_giacenza_by_hand"] == {
        "stato": "pass",
        "righe": 0,
        "eseguita": "2025-02-03T04:05:06Z",
        "esecuzione": "run",
    }
    assert outcomes["indicator_values_stay_in_their_range"] is None
    assert entry["prove_di_schema"] == {"provate": 1, "superate": 1}


def test_plain_meta_stays_small(http: httpx.Client) -> None:
    assert not any("catalogo" in measure.get("meta", {}) for measure in _measures(http).values())
    assert len(http.get(META).content) * 2 < len(http.get(META, params={"extended": ""}).content)


def test_results_follow_the_publication(http: httpx.Client, published: Path, tmp_path: Path) -> None:
    def outcome() -> str:
        entry = _measures(http, extended="")["indice_giacenza"]["meta"]["catalogo"]
        return next(test["esito"]["stato"] for test in entry["prove"] if test["tipo"] == "esempio")

    assert outcome() == "pass"
    publish(published, _database(tmp_path, "warn"), "2")
    assert outcome() == "warn"


def test_the_page_is_served_to_who_may_ask(http: httpx.Client) -> None:
    answer = http.get("/catalogue")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert 'id="indice_giacenza"' in answer.text
    assert "superata il 03/02/2025" in answer.text
    assert http.get("/catalogue", headers={"Authorization": "none"}).status_code == 403


def test_before_the_first_publication_there_are_no_results(tmp_path: Path) -> None:
    app = create_app(semantic_model_dir(), tmp_path, AuthSettings(secrets=(SECRET,)))
    headers = {"Authorization": token()}
    with serving(app) as address, httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        entry = _measures(client, extended="")["indice_giacenza"]["meta"]["catalogo"]
        assert {test["esito"] for test in entry["prove"]} == {None}
        assert "Nessun esito" in client.get("/catalogue").text
