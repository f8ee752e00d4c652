"""A build made by hand, of the columns that the looks read, and what surrounds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts import load_contracts
from orchestration.landing import FileOutcome, LoadReport, LoadVerdict, Verdict
from orchestration.quality.evidence import Evidence, NodeResult
from orchestration.workspace import Workspace

TABLES = """
create schema marts;
create schema intermediate;
create table marts.fct_production (month_key integer, scenario_code varchar, structure_current_key varchar,
    service_mode varchar, pervenuto integer, definito integer, giacenza_finale integer);
create table marts.fct_costs (month_key integer, scenario_code varchar, structure_current_key varchar,
    chapter_code varchar, amount_eur decimal(18, 2));
create table marts.fct_economic_results (month_key integer, scenario_code varchar,
    structure_current_key varchar, signed_amount_eur decimal(18, 2));
create table marts.fct_presence (month_key integer, structure_current_key varchar, teste integer,
    minuti_presenza bigint);
create table marts.dim_structure (structure_key varchar, structure_code varchar, structure_name varchar,
    directorate_code varchar);
create table marts.dim_product (product_code varchar, product_name varchar);
create table marts.dim_area (area_key varchar, line_code varchar);
create table intermediate.int_deliveries (source_code varchar, month_key integer, structure_key varchar,
    area_key varchar, is_present boolean);
"""
OFFICES = [f"DP-{number}" for number in range(1, 10)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables, empty but for nine offices."""
    with duckdb.connect(str(tmp_path / "built.duckdb")) as connection:
        connection.execute(TABLES)
        connection.executemany(
            "insert into marts.dim_structure values (?, ?, ?, 'DR-1')",
            [(f"{code}@2010", code, f"Sede {code}") for code in OFFICES],
        )
        yield connection


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home").create()


def outcome(name: str, contract: str, delivery: str, **other: object) -> FileOutcome:
    """Return the outcome of a loaded file of ten rows."""
    found = FileOutcome(
        name, Verdict.LOADED, contract=contract, delivery=delivery, rows_read=10, rows_loaded=10
    )
    return replace(found, **other)  # type: ignore[arg-type]


def load(*files: FileOutcome, verdict: LoadVerdict = LoadVerdict.PUBLISHED) -> LoadReport:
    return LoadReport(
        "20250401T060000Z-01",
        "2025-04-01T06:00:00Z",
        None,
        "nobody",
        "0",
        "load",
        verdict,
        files=list(files),
    )


def evidence(
    workspace: Workspace,
    report: LoadReport,
    database: duckdb.DuckDBPyConnection | None,
    *results: NodeResult,
    has_former: bool = False,
) -> Evidence:
    delivered = {(file.contract or "", file.delivery or ""): file for file in report.loaded}
    return Evidence(workspace, report, load_contracts(), delivered, results, database, has_former)


@contextmanager
def former(database: duckdb.DuckDBPyConnection, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach a former publication, with the tables empty."""
    with duckdb.connect(str(path)) as other:
        other.execute(TABLES)
        yield other
    database.execute(f"attach '{path}' as former (read_only)")
