"""Rows that were not loaded: listed with what to do, explained, exported harmlessly, tried again."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli.application import cruscotto
from orchestration.landing import land, reload_quarantined
from orchestration.loads import export_quarantine, quarantine_rows, quarantine_sums
from orchestration.workspace import Workspace

from .deliveries import STRUCTURES, drop_production, drop_structures, production_rows

FILE = "PB_PROD_202501.csv"


@pytest.fixture
def aside(ready: Workspace) -> Workspace:
    """One row with a formula for a code, two of an office that no master has."""
    rows = production_rows(1200)
    rows[3]["cod_struttura_sussidiata"] = "=cmd()"
    rows[7]["cod_struttura"] = rows[8]["cod_struttura"] = "DP-NUOVA"
    drop_production(ready.landing, rows)
    (outcome,) = land(ready).files
    assert (outcome.rows_read, outcome.rows_loaded, outcome.rows_quarantined) == (1200, 1197, 3)
    return ready


def test_they_are_summed_with_what_to_do(aside: Workspace) -> None:
    unknown, broken = quarantine_sums(aside)
    assert (unknown.file, unknown.column, unknown.rows, unknown.values) == (
        FILE, "cod_struttura", 2, ("DP-NUOVA",),
    )  # fmt: skip
    assert (
        unknown.remedy == "land a master that has the codes of cod_struttura, then `cruscotto load --retry`"
    )
    assert (unknown.share_pct, broken.share_pct) == (5.0, 0.1)
    assert broken.rows == 1 and "corrected delivery, named with the next _rNN" in broken.remedy


def test_each_is_explained(aside: Workspace) -> None:
    told = CliRunner().invoke(cruscotto, ["quarantine", "explain", FILE, "--home", str(aside.home)])
    assert told.exit_code == 0
    assert f"{FILE}:9, cod_struttura 'DP-NUOVA': the code is not in mst_strutture.codice" in told.output
    assert f"{FILE}:5, cod_struttura_sussidiata '=cmd()'" in told.output
    assert "the contract bears 0.1 % of such rows" in told.output
    wrong = CliRunner().invoke(cruscotto, ["quarantine", "explain", "X.csv", "--home", str(aside.home)])
    assert wrong.exit_code == 2 and "has no row in quarantine" in wrong.output
    listed = json.loads(
        CliRunner().invoke(cruscotto, ["quarantine", "--json", "--home", str(aside.home)]).output
    )
    assert [item["rows"] for item in listed] == [2, 1]


def test_no_formula_is_exported(aside: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    assert export_quarantine(aside, target) == 3
    with target.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [row["riga"] for row in rows] == ["5", "9", "10"]
    assert rows[0]["valore"] == "'=cmd()"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_they_leave_it_when_a_master_has_the_code(aside: Workspace) -> None:
    new = "DP-NUOVA;Direzione provinciale nuova;DP;DR-UMBRIA;Umbria;;;bassa;2010-01-01;;"
    drop_structures(aside.landing, [*STRUCTURES, new], month="202502")
    assert land(aside).ok
    (outcome,) = reload_quarantined(aside).files
    assert (outcome.rows_loaded, outcome.rows_quarantined) == (1199, 1)
    assert [row.line for row in quarantine_rows(aside)] == [5]
    assert list(quarantine_rows(aside, "other.csv")) == []
