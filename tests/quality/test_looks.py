"""Each look at a load, on rows written by hand: what it finds, and when it does not judge."""

import math
import statistics
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.landing import Verdict
from orchestration.quality.collecting import LOOKS
from orchestration.quality.evidence import Evidence, NodeResult, month_before
from orchestration.quality.records import Finding
from orchestration.workspace import Workspace

from .conftest import OFFICES, evidence, former, load, outcome

JANUARY = outcome("PB_PROD_202501.csv", "pb_prod", "202501")


def look(name: str, found: Evidence) -> Finding:
    finding = LOOKS[name](found)
    assert finding.name == name
    assert all(len(row) == len(finding.columns) for row in finding.rows)
    return finding


def test_months_before() -> None:
    assert [month_before(202501, back) for back in (0, 1, 12, 13)] == [202501, 202412, 202401, 202312]


def test_rows_of_each_file_are_added_again(workspace: Workspace) -> None:
    """Ten read, nine loaded and none set aside is a defect that no load may hide."""
    lost = outcome("HR_PRES_202501.csv", "hr_pres", "202501", rows_loaded=9)
    found = look("files_unbalanced", evidence(workspace, load(JANUARY, lost), None))
    assert found.value == 1 and [row[5] for row in found.rows] == ["no", "sì"]
    assert "20 righe lette = 19 caricate + 0 in quarantena" in found.sentence


def test_what_was_refused_of_persons_is_not_shown(workspace: Workspace) -> None:
    """The messages of the other files are; these are in the register, which fewer people read."""
    refused = {"verdict": Verdict.REFUSED, "message": "line 3: matricola 'A1'"}
    report = load(
        outcome("HR_PRES_202501.csv", "hr_pres", "202501", **refused),
        outcome("PB_PROD_202501.csv", "pb_prod", "202501", **refused),
    )
    told = {row[0]: str(row[6]) for row in look("files_unbalanced", evidence(workspace, report, None)).rows}
    assert told["PB_PROD_202501.csv"] == refused["message"]
    assert told["HR_PRES_202501.csv"] == f"vedi cruscotto loads show {report.load_id}"


def test_freshness_is_against_the_closing_month(workspace: Workspace) -> None:
    """Period 13 and masters close no month; a plan is of the year; what never came is one month late."""
    report = load(
        JANUARY,
        outcome("HR_PRES_202411.csv", "hr_pres", "202411"),
        outcome("SAP_COAN_202413.txt", "sap_coan", "202413"),
        outcome("SAP_COAN_202412.txt", "sap_coan", "202412"),
        outcome("MST_PRODOTTI_202503.csv", "mst_prodotti", "202503"),
        outcome("PIANO_V0_2025.xlsx", "piano", "V0_2025"),
    )
    seen = evidence(workspace, report, None)
    found = look("freshness_late", seen)
    assert seen.closing_month == "202501"
    late = {row[0]: (row[2], row[3], row[4]) for row in found.rows}
    assert late["pb_prod"] == ("202501", "202501", 0)
    assert late["hr_pres"] == ("202411", "202501", 2)
    assert late["sap_coan"] == ("202412", "202501", 1)
    assert late["mst_prodotti"] == ("202503", "202501", 0)
    assert late["piano"] == ("2025", "2025", 0)
    assert late["sap_ieep"] == (None, "202501", 1)
    assert found.value == sum(bool(row[4]) for row in found.rows) == len(found.rows) - 3
    assert look("freshness_late", evidence(workspace, load(), None)).value is None


def test_completeness_names_the_offices(workspace: Workspace, database: duckdb.DuckDBPyConnection) -> None:
    """Two of three lines of an office are missing; costs came from nobody, which is lateness.

    Former months count in the table alone, unless this load corrected them.
    """
    database.execute("insert into marts.dim_area values ('A@1', 'ANAG'), ('B@1', 'BEN'), ('C@1', 'CONTI')")
    database.execute(
        """insert into intermediate.int_deliveries values
        ('produzione', 202501, 'DP-1@2010', 'A@1', true), ('produzione', 202501, 'DP-1@2010', 'B@1', false),
        ('produzione', 202501, 'DP-1@2010', 'C@1', false), ('presenze', 202501, 'DP-2@2010', 'NR', true),
        ('presenze', 202501, 'DP-3@2010', 'NR', false), ('presenze', 202501, 'DP-4@2010', 'NR', true),
        ('costi', 202501, 'DP-2@2010', 'NR', false), ('costi', 202501, 'DP-3@2010', 'NR', false),
        ('presenze', 202412, 'DP-5@2010', 'NR', false), ('presenze', 202412, 'DP-6@2010', 'NR', true),
        ('presenze', 202502, 'DP-5@2010', 'NR', false)"""
    )
    seen = evidence(workspace, load(JANUARY), database)
    whole = look("completeness_missing_share", seen)
    assert whole.value == Decimal(5) / 8
    assert ("produzione", 202501, 3, 1, 2) in whole.rows and ("presenze", 202412, 2, 1, 1) in whole.rows
    assert all(row[1] != 202502 for row in whole.rows), "not expected yet"
    missing = look("missing_deliveries", seen)
    assert [(row[0], row[2], row[5], row[6], row[7]) for row in missing.rows] == [
        ("presenze", "DP-3", 1, 1, None),
        ("produzione", "DP-1", 3, 2, "BEN, CONTI"),
    ]
    correction = outcome("HR_PRES_202412_r01.csv", "hr_pres", "202412", corrects="HR_PRES_202412.csv")
    late = look("missing_deliveries", evidence(workspace, load(JANUARY, correction), database))
    assert ("presenze", 202412, "DP-5") in {row[:3] for row in late.rows}


def test_an_office_that_leaves_the_nation(workspace: Workspace, database: duckdb.DuckDBPyConnection) -> None:
    """Eight offices grow by 0 to 14 per cent, the ninth doubles: its score is that of the formula by hand."""
    now = [1000 + 20 * number for number in range(8)] + [2000]
    rows = [(202401, code, 1000) for code in OFFICES] + [
        (202501, code, pieces) for code, pieces in zip(OFFICES, now, strict=True)
    ]
    database.executemany(
        "insert into marts.fct_production values (?, 'consuntivo', ? || '@2010', 'P', ?, 0, null)", rows
    )
    found = look("jumps_share", evidence(workspace, load(JANUARY), database))
    growths = [math.log(pieces / 1000) for pieces in now]
    middle = statistics.median(growths)
    width = 1.4826 * statistics.median(abs(growth - middle) for growth in growths)
    assert width > 0.02
    (jump,) = found.rows
    assert jump[:4] == ("produzione", "pervenuto", 202501, "DP-9")
    assert jump[5:] == (
        Decimal("2000.00"),
        1080,
        Decimal(str(round((growths[8] - middle) / width, 1))),
    )
    assert found.value == Decimal(1) / 9, "completed pieces are 0, stocks unknown: no judgement of either"


def test_offices_that_move_as_one_are_no_jumps(
    workspace: Workspace, database: duckdb.DuckDBPyConnection
) -> None:
    """All halve but one that halves and a little more: under the least spread nothing is a jump.

    Few offices are no nation; hours of fewer than five people are not looked at.
    """
    for month, pieces in ((202401, 1000), (202501, 500)):
        database.executemany(
            "insert into marts.fct_production values (?, 'consuntivo', ? || '@2010', 'P', ?, null, null)",
            [(month, code, pieces if code != "DP-9" or month == 202401 else 480) for code in OFFICES],
        )
        database.executemany(
            "insert into marts.fct_presence values (?, ? || '@2010', ?, ?)",
            [(month, code, 4 if code == "DP-1" else 5, 60 * pieces) for code in OFFICES[:8]],
        )
    found = look("jumps_share", evidence(workspace, load(JANUARY), database))
    assert found.value == 0 and "0 su 9 serie" in found.sentence


def test_a_nation_that_leaves_its_history(workspace: Workspace, database: duckdb.DuckDBPyConnection) -> None:
    """Growth of 1 to 5 per cent for a year, then a month a thousand times too large.

    With five former growths there is no judgement.
    """
    months = [year * 100 + month for year in (2023, 2024) for month in range(1, 13)] + [202501]
    amounts = {month: Decimal(100000 + 1000 * (month % 100)) for month in months[:12]}
    for month in months[12:24]:
        amounts[month] = amounts[month - 100] * (100 + 1 + month % 5) / 100
    amounts[202501] = amounts[202401] * 1000
    database.executemany(
        "insert into marts.fct_costs values (?, 'consuntivo', 'DP-1@2010', '4U1', ?)", list(amounts.items())
    )
    seen = evidence(workspace, load(JANUARY), database)
    (jump,) = look("nation_jumps", seen).rows
    assert jump[:4] == ("costi", "importo_eur", 202501, "NAZIONE")
    assert jump[6] == round(float(amounts[202401]) * 1.03), "the median growth of the year before"
    database.execute("delete from marts.fct_costs where month_key < 202308")
    short = look("nation_jumps", seen)
    assert short.value is None and not short.rows


def test_breaks_are_those_of_the_warehouse_s_own_tests(
    workspace: Workspace, database: duckdb.DuckDBPyConnection
) -> None:
    """The compiled SQL is run again for its rows; a test that did not run is no test that passed."""
    row = "202501 as month_key, 'DP-1@2010' as structure_key, 'P1@2010' as product_key, 7 as giacenza_finale"
    broken = f"select {row}"
    identity = NodeResult("production_stock_identity", "test", "warn", 1, broken)
    opening = NodeResult("opening_equals_previous_closing", "test", "pass", 0, "select 1 where false")
    found = look("stock_breaks", evidence(workspace, load(JANUARY), database, identity, opening))
    assert found.value == 1
    assert found.rows[0][1:] == (202501, "DP-1", "P1", "giacenza_finale 7")
    assert look("stock_breaks", evidence(workspace, load(JANUARY), database, identity)).value is None
    told = look("tests_warned", evidence(workspace, load(JANUARY), database, identity, opening))
    assert (told.value, told.rows) == (1, [("production_stock_identity", "warn", 1)])


def test_new_codes_are_those_the_former_publication_lacks(
    workspace: Workspace, database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with former(database, tmp_path / "former.duckdb") as before:
        before.execute("insert into marts.dim_product values ('P1', 'Primo')")
        before.executemany(
            "insert into marts.dim_structure values (?, ?, '', 'DR-1')",
            [(code, code) for code in OFFICES[:8]],
        )
        before.execute("insert into marts.fct_costs values (202412, 'consuntivo', 'DP-1', '4U1', 1)")
    database.execute("insert into marts.dim_product values ('P1', 'Primo'), ('P2', 'Secondo')")
    database.execute(
        """insert into marts.fct_costs values
        (202501, 'consuntivo', 'DP-1', '4U1', 1), (202501, 'budget', 'DP-1', '5U2', 1)"""
    )
    found = look("new_codes", evidence(workspace, load(JANUARY), database, has_former=True))
    assert found.rows == [
        ("capitolo", "5U2", None),
        ("prodotto", "P2", "Secondo"),
        ("struttura", "DP-9", "Sede DP-9"),
    ]
    assert look("new_codes", evidence(workspace, load(JANUARY), database)).value is None


def test_nothing_is_read_that_this_load_did_not_build(
    workspace: Workspace, database: duckdb.DuckDBPyConnection
) -> None:
    """A model that was skipped left the table of an earlier build: the looks that need it do not judge."""
    skipped = NodeResult("int_deliveries", "model", "skipped", 0, "")
    seen = evidence(workspace, load(JANUARY), database, skipped)
    for name in ("completeness_missing_share", "missing_deliveries", "jumps_share", "nation_jumps"):
        found = look(name, seen)
        assert found.value is None and "int_deliveries" in found.sentence
    without = evidence(workspace, load(JANUARY), None)
    assert all(look(name, without).value is None for name in ("jumps_share", "new_codes", "tests_warned"))
