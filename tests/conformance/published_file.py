"""A published file, made as the product makes it: raw rows, dbt, publication.

raw.sql ──DuckDB──► raw/<table>/all.parquet ──dbt──► warehouse/ ──publish──► published/cruscotto-….duckdb
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.build import build, manifest_path
from orchestration.paths import seeds_dir
from orchestration.publication import current_file, publish
from orchestration.workspace import Workspace

__all__ = ["PublishedFile", "make_published_file", "write_raw"]

RAW_SQL = Path(__file__).parent / "warehouse" / "raw.sql"
HELP_TABLES = frozenset({"months", "products", "workplaces", "pieces"})
PROVENANCE = {"_file": "'raw.sql'", "_line": "1", "_load_id": "'conformance'", "_delivery": "'202512'"}


@dataclass(frozen=True)
class PublishedFile:
    """What the engines are asked about: the folder and the file published in it, and dbt's metrics."""

    folder: Path
    file: Path
    semantic_manifest: Path


def make_published_file(home: Path) -> PublishedFile:
    """Write the raw rows, build the warehouse and publish it, all under `home`."""
    workspace = Workspace(home).create()
    write_raw(workspace.raw)
    build(workspace, select="resource_type:seed resource_type:model")
    publish(workspace)
    manifest = manifest_path(workspace).with_name("semantic_manifest.json")
    return PublishedFile(workspace.published, current_file(workspace), manifest)


def write_raw(raw: Path) -> None:
    """Write each table of `raw.sql`, with the columns of provenance, as the landing would."""
    with duckdb.connect() as database:
        database.execute("set variable structures = ?", [str(seeds_dir() / "strutture.csv")])
        registry = seeds_dir().parent / "registry" / "measures.csv"
        database.execute("set variable registry = ?", [str(registry)])
        database.execute(RAW_SQL.read_text(encoding="utf-8"))
        tables = [name for (name,) in database.sql("select table_name from duckdb_tables()").fetchall()]
        for table in sorted(set(tables) - HELP_TABLES):
            folder = raw / table
            folder.mkdir()
            known = database.table(table).columns
            added = [f"{value} as {name}" for name, value in PROVENANCE.items() if name not in known]
            rows = database.sql(", ".join([f"select *, {added[0]}", *added[1:]]) + f" from {table}")
            rows.write_parquet(str(folder / "all.parquet"))
