"""Results of tests: kept per test across builds, published with the data, in the way of a bad publication."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.build import build_database, manifest_path
from orchestration.publication import PublicationError, publish
from orchestration.test_results import record_results
from orchestration.workspace import Workspace
from semantic.catalogue import read_results

VALUES = "model.cruscotto.ind_values"


def _test(name: str, sql: str = "select 1", reads: str = VALUES, **other: Any) -> dict[str, Any]:
    return {
        "unique_id": f"test.cruscotto.{name}",
        "name": name,
        "resource_type": "test",
        "schema": "audit",
        "original_file_path": f"tests/{name}.sql",
        "depends_on": {"nodes": [reads] if reads else []},
        "raw_code": sql,
        **other,
    }


NODES = [
    _test("range_by_hand", "'tasso': 1", reads="", original_file_path="tests/indicators/range_by_hand.sql"),
    _test("all_values", "-- Every value.\n-- depends_on: x\nselect 1"),
    _test("one_value", "where indicator_code = 'tasso'"),
    _test("not_null_x", test_metadata={"name": "not_null"}),
    # Named by its file; a way of putting composites together; a macro's example.
    _test("tasso_by_hand", reads="", original_file_path="tests/indicators/tasso_by_hand.sql"),
    _test("means_by_hand", reads="", original_file_path="tests/evaluation/means_by_hand.sql"),
    _test("macro_by_hand", reads="", original_file_path="tests/macros/macro_by_hand.sql"),
]


def _recorded(folder: Path, nodes: list[dict[str, Any]], statuses: dict[str, str], run: str) -> Path:
    """Record one run of some tests into the folder's database."""
    model = {"name": "ind_values", "schema": "indicators", "resource_type": "model"}
    manifest = {
        "nodes": {VALUES: model} | {node["unique_id"]: node for node in nodes},
        "unit_tests": {},
        "sources": {},
        "metrics": {
            "metric.cruscotto.tasso": {
                "name": "tasso",
                "original_file_path": "models/indicators/tassi.yml",
                "config": {"meta": {"codice": "tasso"}},
            }
        },
    }
    results = {
        "metadata": {"invocation_id": run},
        "results": [
            {
                "unique_id": f"test.cruscotto.{name}",
                "status": status,
                "failures": 3 if status == "fail" else 0,
                "message": "Got 3 results, see /home/somebody/target/x.sql",
                "timing": [{"name": "execute", "completed_at": "2025-02-03T04:05:06.000000Z"}],
            }
            for name, status in statuses.items()
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "run_results.json").write_text(json.dumps(results), encoding="utf-8")
    database = folder / "build.duckdb"
    record_results(database, folder / "manifest.json", folder / "run_results.json")
    return database


def test_what_a_run_said_is_kept_with_its_kind_and_indicator(tmp_path: Path) -> None:
    every = dict.fromkeys([node["name"] for node in NODES], "pass")
    database = _recorded(tmp_path, NODES, every, "run-1")
    with duckdb.connect(str(database)) as connection:
        rows = connection.execute("from reference.test_results order by test_name").fetchall()
    kept = {name: (kind, code, models, status) for name, kind, code, models, status, *_ in rows}
    assert kept == {
        "range_by_hand": ("esempio", "tasso", [], "pass"),
        "all_values": ("indicatori", None, ["ind_values"], "pass"),
        "one_value": ("indicatori", "tasso", ["ind_values"], "pass"),
        "not_null_x": ("schema", None, ["ind_values"], "pass"),
        "tasso_by_hand": ("esempio", "tasso", [], "pass"),
        "means_by_hand": ("esempio", None, [], "pass"),
        "macro_by_hand": ("dati", None, [], "pass"),
    }
    assert {row[6].isoformat() for row in rows} == {"2025-02-03T04:05:06"}
    assert not [cell for row in rows for cell in row if "/home" in str(cell)]


def test_a_partial_build_renews_only_what_it_ran(tmp_path: Path) -> None:
    _recorded(tmp_path, NODES, {"all_values": "pass", "one_value": "pass"}, "run-1")
    database = _recorded(tmp_path, NODES, {"one_value": "fail"}, "run-2")
    with duckdb.connect(str(database)) as connection:
        results = read_results(connection)
    assert {name: (item.status, item.invocation) for name, item in results.items()} == {
        "all_values": ("pass", "run-1"),
        "one_value": ("fail", "run-2"),
    }
    assert results["one_value"].told == "non superata, 3 righe il 03/02/2025 04:05 UTC"


def test_a_test_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    _recorded(tmp_path, NODES, {"all_values": "pass", "one_value": "fail"}, "run-1")
    database = _recorded(tmp_path, NODES[:2], {"all_values": "pass"}, "run-2")
    with duckdb.connect(str(database)) as connection:
        assert set(read_results(connection)) == {"all_values"}


def test_nothing_is_published_over_a_failed_test(tmp_path: Path) -> None:
    workspace = Workspace.from_environment(tmp_path / "home").create()
    built = _recorded(tmp_path, NODES, {"all_values": "pass", "one_value": "fail"}, "run-1")
    built.rename(build_database(workspace))
    with duckdb.connect(str(build_database(workspace))) as connection:
        connection.execute("create schema indicators")
        connection.execute("create table indicators.ind_stored_values (x integer)")
    made = {"schema": "indicators", "alias": "ind_stored_values", "resource_type": "model"}
    manifest = manifest_path(workspace)
    manifest.parent.mkdir()
    manifest.write_text(json.dumps({"nodes": {"model.ind_stored_values": made}}), encoding="utf-8")
    with pytest.raises(PublicationError, match=r"1 tests did not pass .*one_value.*cruscotto build"):
        publish(workspace)
    assert not list(workspace.published.iterdir())


def test_a_file_of_before_has_no_results(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "old.duckdb")) as connection:
        assert read_results(connection) == {}
