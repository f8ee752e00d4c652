"""A publication holds what the project as it was last built makes, and nothing that an earlier one left."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.build import build_database, manifest_path
from orchestration.publication import PublicationError, prepare
from orchestration.workspace import Workspace

MADE = ("indicators.ind_stored_values", "marts.fct_kept", "indicators.ind_view")
LEFT = ("marts.fct_abolished", "indicators.ind_abolished_view")
MODEL = """
cubes:
  - name: valori
    sql_table: indicators.ind_stored_values
    dimensions: [{name: x, sql: "{CUBE}.x", type: number, primary_key: true}]
"""


@pytest.fixture
def leftovers(tmp_path: Path) -> Workspace:
    """A build database with tables and views of two projects, of which the manifest knows the last."""
    workspace = Workspace(tmp_path / "home").create()
    with duckdb.connect(str(build_database(workspace))) as connection:
        for schema in ("indicators", "marts"):
            connection.execute(f"create schema {schema}")
        for name in (*MADE, *LEFT):
            kind = "view" if name.endswith("view") else "table"
            connection.execute(f"create {kind} {name} as select 1 as x")
    _tell(workspace, MADE)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "valori.yml").write_text(MODEL, encoding="utf-8")
    return workspace


def _tell(workspace: Workspace, made: tuple[str, ...]) -> None:
    """Write the part of dbt's manifest that says what a project makes."""
    nodes = {
        name: {"schema": name.partition(".")[0], "alias": name.partition(".")[2], "resource_type": "model"}
        for name in made
    }
    manifest_path(workspace).parent.mkdir(exist_ok=True)
    manifest_path(workspace).write_text(json.dumps({"nodes": nodes}), encoding="utf-8")


def test_what_an_earlier_project_left_is_not_published(leftovers: Workspace) -> None:
    record = prepare(leftovers, model=leftovers.home.parent / "model")
    assert set(record.tables) == {"indicators.ind_stored_values", "marts.fct_kept"}
    with duckdb.connect(str(leftovers.published / record.file), read_only=True) as connection:
        found = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by all"
        ).fetchall()
    assert {name for (name,) in found} == set(MADE)


def test_a_project_that_makes_nothing_publishes_nothing(leftovers: Workspace) -> None:
    _tell(leftovers, ())
    with pytest.raises(PublicationError, match="holds no indicators: run `cruscotto build` to the end first"):
        prepare(leftovers)
    assert not list(leftovers.published.iterdir())


def test_without_a_manifest_nobody_knows_what_was_made(leftovers: Workspace) -> None:
    manifest_path(leftovers).unlink()
    with pytest.raises(
        PublicationError, match=r"manifest.json cannot be read .* run `cruscotto build` first"
    ):
        prepare(leftovers)
