"""Faults for which a file is refused whole: nothing of the month changes, the message says what to do."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.contracts import QualityRule, load_contracts
from orchestration.landing import Verdict, WorkspaceBusy, land, landing
from orchestration.lock import hold
from orchestration.workspace import Workspace

from .deliveries import (
    COSTS_HEADER,
    PRODUCTION_HEADER,
    declare,
    drop,
    drop_production,
    drop_products,
    drop_structures,
    land_one,
    printed,
    production_bytes,
    production_row,
    production_rows,
    rows_of,
    verdicts,
)

NAME = "PB_PROD_202501.csv"
TOTALS = {"somma_pervenuto": 310, "somma_definito": 302, "somma_giacenza_finale": 1210}


def refused(workspace: Workspace, *parts: str) -> None:
    """Land one file that must be refused, with a message holding every part and no trace in the tables."""
    dropped = {path: path.read_bytes() for path in workspace.landing.iterdir()}
    outcome = land_one(workspace)
    assert outcome.verdict is Verdict.REFUSED
    for part in parts:
        assert part in outcome.message
    assert (outcome.rows_read, outcome.rows_loaded, outcome.rows_quarantined) == (0, 0, 0)
    assert {path: path.read_bytes() for path in workspace.landing.iterdir()} == dropped
    assert (
        rows_of(workspace, "pb_prod")
        == rows_of(workspace, "sap_coan")
        == rows_of(workspace, "quarantine")
        == []
    )
    assert list(workspace.home.glob(".landing-*")) == list(workspace.archive.glob(".*")) == []


def edit_control(path: Path, edit: Callable[[str], str]) -> None:
    control = path.with_suffix(".ctl")
    control.write_text(edit(control.read_text("utf-8")), "utf-8")


def test_unknown_name(workspace: Workspace) -> None:
    drop(workspace.landing, "PB_PROD_2025-01.csv", b"x\n", 1)
    refused(
        workspace, "PB_PROD_2025-01.csv", "did you mean PB_PROD_{month}.csv?", "MST_STRUTTURE_{month}.csv"
    )


@pytest.mark.parametrize("month", ["202500", "202513"])
def test_a_month_that_is_none(workspace: Workspace, month: str) -> None:
    drop(workspace.landing, f"PB_PROD_{month}.csv", b"x\n", 1)
    refused(workspace, "no contract has files of this name")


def test_control_file_without_its_extract(workspace: Workspace) -> None:
    (workspace.landing / "PB_PROD_202501.ctl").write_text("file=PB_PROD_202501.csv\n")
    refused(workspace, "PB_PROD_202501.ctl: a control file without its extract")


def test_no_control_file(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1)]).with_suffix(".ctl").unlink()
    refused(ready, NAME, "no control file PB_PROD_202501.ctl", "ask the sender")


@pytest.mark.parametrize(
    ("edit", "parts"),
    [
        (lambda text: text.replace("righe=1", "righe=2"), (NAME, "1 rows", "declares righe=2")),
        (
            lambda text: text.replace("somma_pervenuto=310", "somma_pervenuto=311"),
            (NAME, "control total broken", "somma_pervenuto is 310 in the file", "311 in the control file"),
        ),
        (
            lambda text: text.replace("somma_pervenuto=310\n", ""),
            ("PB_PROD_202501.ctl", "no line somma_pervenuto=", "somma_definito"),
        ),
        (lambda text: text + "somma_altro=1\n", ("PB_PROD_202501.ctl:7", "unknown key 'somma_altro'")),
        (lambda text: text + "righe=1\n", ("PB_PROD_202501.ctl:7", "stands twice (first on line 2)")),
        (lambda text: text.replace("righe=1", "righe=1,5"), ("PB_PROD_202501.ctl:2", "not a plain number")),
        (lambda text: text.replace("righe=1", "righe=-1"), ("PB_PROD_202501.ctl:2", "not a plain number")),
        (lambda text: text.replace("righe=1", "righe"), ("PB_PROD_202501.ctl:2", "is not key=value")),
        (lambda text: text.replace("_202501", "_202502"), ("PB_PROD_202501.ctl:1", "PB_PROD_202502.csv")),
        (lambda text: text.replace("sha256=", "sha256=z"), ("PB_PROD_202501.ctl:3", "64 hexadecimal")),
        (lambda text: text + " " * 70_000, ("PB_PROD_202501.ctl", "longer than 65536 bytes")),
        (lambda text: text.replace("righe", "rìghe"), ("PB_PROD_202501.ctl", "no line righe=")),
    ],
)
def test_control_file_that_disagrees(
    ready: Workspace, edit: Callable[[str], str], parts: tuple[str, ...]
) -> None:
    edit_control(drop_production(ready.landing, [production_row(1)]), edit)
    refused(ready, *parts)


def test_control_file_in_another_encoding(ready: Workspace) -> None:
    path = drop_production(ready.landing, [production_row(1)])
    path.with_suffix(".ctl").write_bytes("righe=1\nnota=è\n".encode("cp1252"))
    refused(ready, "PB_PROD_202501.ctl: not UTF-8 at byte 13")


def test_content_that_changed_on_its_way(ready: Workspace) -> None:
    path = drop_production(ready.landing, [production_row(1)])
    path.write_bytes(path.read_bytes().replace(b"310", b"311"))
    refused(ready, NAME, "sha256 is", "ask the sender for a fresh copy")
    assert not list(ready.archive.glob(f"*/{path.name}"))


def test_truncated_file(ready: Workspace) -> None:
    path = drop_production(ready.landing, production_rows(50))
    path.write_bytes(path.read_bytes()[:-40])
    refused(ready, "sha256 is", "no line feed at the end: probably truncated")


def test_truncated_before_it_was_counted(ready: Workspace) -> None:
    """The digest agrees, the rows do not."""
    drop(ready.landing, NAME, production_bytes([production_row(1)])[:-40], 2, **TOTALS)
    refused(ready, NAME)


def test_undecodable_byte(ready: Workspace) -> None:
    """0x81 is no character of Windows-1252."""
    content = production_bytes([production_row(1), production_row(2)]).replace(b"M00002", b"M\x8100")
    drop(ready.landing, NAME, content, 2, **TOTALS)
    refused(ready, f"{NAME}:3: byte 30 (0x81) is not windows-1252", "encoding")


def test_utf8_where_the_contract_says_otherwise(ready: Workspace) -> None:
    drop(ready.landing, NAME, b"\xef\xbb\xbf" + production_bytes([production_row(1)]), 1, **TOTALS)
    refused(ready, f"{NAME}:1", "byte order mark", "windows-1252")


def test_latin_letters_in_a_utf8_master(workspace: Workspace) -> None:
    path = drop_structures(workspace.landing)
    path.write_bytes(path.read_bytes().replace(b"Perugia", "Perùgia".encode("cp1252")))
    declare(path, 4)
    refused(workspace, "MST_STRUTTURE_202501.csv:4", "(0xf9) is not utf-8")


def test_nul_byte(ready: Workspace) -> None:
    content = production_bytes([production_row(1)]).replace(b"ANAG", b"AN\0G")
    drop(ready.landing, NAME, content, 1, **TOTALS)
    refused(ready, f"{NAME}:2: NUL byte", "not a text file")


@pytest.mark.parametrize("end", [b"\r\n", b""])
def test_endless_line(ready: Workspace, end: bytes) -> None:
    """Whether or not the line ends, and without reading the whole of it into memory."""
    drop(ready.landing, NAME, f"{PRODUCTION_HEADER}\r\n".encode() + b"x" * 5_000_000 + end, 1, **TOTALS)
    refused(ready, f"{NAME}:2: a line of more than 65536 bytes")


def test_empty_file(ready: Workspace) -> None:
    drop(ready.landing, NAME, b"", 0, somma_pervenuto=0, somma_definito=0, somma_giacenza_finale=0)
    refused(ready, f"{NAME}:1: the file is empty")


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        (PRODUCTION_HEADER.replace("pervenuto;", "pervenuti;"), ("missing pervenuto", "unknown 'pervenuti'")),
        (PRODUCTION_HEADER.replace("anno;mese", "mese;anno"), ("same columns in another order",)),
        (PRODUCTION_HEADER.replace(";", ","), ("unknown layout",)),
        (PRODUCTION_HEADER + ";note", ("unknown 'note'",)),
    ],
)
def test_another_header(ready: Workspace, header: str, parts: tuple[str, ...]) -> None:
    content = production_bytes([production_row(1)]).replace(PRODUCTION_HEADER.encode(), header.encode())
    drop(ready.landing, NAME, content, 1, **TOTALS)
    refused(ready, f"{NAME}:1", "anno | mese", *parts)


def test_printed_list_without_headings(ready: Workspace) -> None:
    drop(ready.landing, "SAP_COAN_202501.txt", b"just some text\r\n", 0, somma_importo=0)
    refused(ready, "SAP_COAN_202501.txt", "no line of headings", "Esercizio | Per.")


def test_printed_list_with_another_heading_on_the_second_page(ready: Workspace) -> None:
    line = "|2025|1|INPS|DP-TERNI|3301|INPS_PR_D|4U1102002|AA04002002|x|EFF|D|X|1,00|EUR|5|31.01.2025|"
    pages = printed(COSTS_HEADER, [line]) + printed(COSTS_HEADER.replace("Importo", "Valore "), [line])
    drop(ready.landing, "SAP_COAN_202501.txt", pages, 2, somma_importo="2.00")
    refused(ready, "SAP_COAN_202501.txt:15", "missing Importo", "unknown 'Valore'")


def test_too_many_faulty_rows(ready: Workspace) -> None:
    """Two in 1,200 are more than one in a thousand; the first ones are shown."""
    rows = production_rows()
    rows[3]["modalita"] = rows[7]["modalita"] = "X"
    drop_production(ready.landing, rows)
    refused(
        ready,
        f"{NAME}: 2 of 1200 rows break the contract (the contract bears 0.1 %)",
        "line 5, modalita 'X': it is none of P, R; line 9, modalita 'X'",
        "ask the sender for a corrected file",
    )


def test_a_number_that_breaks_a_control_total(ready: Workspace) -> None:
    """A single unreadable number is under the threshold, but the sum is no longer the declared one."""
    rows = production_rows()
    path = drop_production(ready.landing, rows)
    rows[3]["pervenuto"] = "3l0"
    path.write_bytes(production_bytes(rows))
    declared = path.with_suffix(".ctl").read_text().splitlines()[3:]
    declare(path, 1200, **dict(line.split("=") for line in declared))
    refused(ready, "somma_pervenuto is 371690 in the file (1 rows hold no readable number there)", "372000")


def test_no_master_was_ever_landed(workspace: Workspace) -> None:
    drop_production(workspace.landing, [production_row(1)])
    refused(
        workspace,
        "1 of 1 rows hold a code that no master has (the contract bears 5 %)",
        "line 2, cod_struttura 'DP-TERNI': the code is not in mst_strutture.codice",
        "land the masters first",
        "(never landed: mst_prodotti, mst_strutture)",
    )


def test_a_master_with_overlapping_versions(workspace: Workspace) -> None:
    """A rule on the whole delivery that is fatal."""
    lines = [
        "NAZIONALE;Nazionale;NAZ;;;;;;2010-01-01;;",
        "DR-UMBRIA;Umbria;DR;NAZIONALE;;;;;2010-01-01;2025-01-31;",
        "DR-UMBRIA;Umbria;DR;NAZIONALE;;;;;2025-01-31;;",
    ]
    drop_structures(workspace.landing, lines)
    refused(workspace, "one_version_at_a_time: 1 breaches", "do not overlap")
    assert rows_of(workspace, "mst_strutture") == []


def test_a_master_whose_parent_is_missing(workspace: Workspace) -> None:
    drop_structures(workspace.landing, ["DR-UMBRIA;Umbria;DR;NAZIONALE;;;;;2010-01-01;;"])
    refused(workspace, "line 2, codice_padre 'NAZIONALE': the code is not among the codice of this file")


def test_a_link_is_not_followed(ready: Workspace, tmp_path: Path) -> None:
    path = drop_production(tmp_path, [production_row(1)])
    (ready.landing / NAME).symlink_to(path)
    (ready.landing / NAME).with_suffix(".ctl").write_bytes(path.with_suffix(".ctl").read_bytes())
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.message) == (Verdict.REFUSED, f"{NAME}: not a regular file")


def test_other_files_are_loaded_all_the_same(workspace: Workspace) -> None:
    drop(workspace.landing, "altro.txt", b"x\n", 1)
    drop_structures(workspace.landing)
    drop_products(workspace.landing).with_suffix(".ctl").unlink()
    report = land(workspace)
    assert not report.ok
    assert verdicts(report) == {
        "altro.txt": "refused",
        "MST_STRUTTURE_202501.csv": "loaded",
        "MST_PRODOTTI_202501.csv": "refused",
    }


def test_a_refused_correction_leaves_the_month_as_it_was(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1)])
    assert land(ready).ok
    before = rows_of(ready, "pb_prod")
    drop_production(ready.landing, [production_row(1, mese=2)], "PB_PROD_202501_r01.csv")
    assert land_one(ready).verdict is Verdict.REFUSED
    assert rows_of(ready, "pb_prod") == before


def test_one_load_at_a_time(ready: Workspace) -> None:
    told = r"another load is running in .*: `a test` by \w+ \(process \d+ on .*, since 2\d{3}-.*Z\); wait"
    with hold(ready, "a test"), pytest.raises(WorkspaceBusy, match=told):
        land(ready)


def test_what_a_killed_load_left_is_cleared(ready: Workspace) -> None:
    (ready.home / ".landing-dead").mkdir()
    (ready.home / ".landing-dead" / "part").write_text("x")
    (ready.archive / ".PB_PROD_202501.csv.1.part").write_text("x")
    land(ready)
    assert not list(ready.home.glob(".landing-*")) and not list(ready.archive.glob(".*"))


def test_what_no_check_foresaw_stops_one_file_only(ready: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the engine on a value, here inside a rule, refuses the file and not the load."""
    contracts = load_contracts()
    (table,) = contracts["pb_prod"].tables
    query = "select count(*) from ${table} where cast(cod_modello as integer) > 0"
    table = replace(table, rules=(QualityRule("a_rule", "Codes are numbers.", query, is_fatal=False),))
    contracts["pb_prod"] = replace(contracts["pb_prod"], tables=(table,))
    monkeypatch.setattr(landing, "load_contracts", lambda: contracts)
    drop_production(ready.landing, [production_row(1)])
    drop_structures(ready.landing, month="202502")
    report = land(ready)
    assert verdicts(report) == {"MST_STRUTTURE_202502.csv": "loaded", NAME: "refused"}
    assert "Could not convert string 'M00001'" in report.refused[0].message
    assert rows_of(ready, "pb_prod") == []
