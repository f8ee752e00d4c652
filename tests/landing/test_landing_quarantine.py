"""Faults for which a row goes to quarantine, with its file, line, text, column, value and reason."""

import csv
import json

import pytest

from orchestration.landing import Verdict, land, reload_quarantined
from orchestration.landing.codes import seeds_root
from orchestration.workspace import Workspace

from .deliveries import (
    COSTS_HEADER,
    RESULTS_HEADER,
    STRUCTURES,
    control_row,
    controls,
    declare,
    drop,
    drop_controls,
    drop_production,
    drop_products,
    drop_structures,
    land_one,
    printed,
    production_row,
    production_rows,
    rows_of,
)

NAME = "PB_PROD_202501.csv"
WHAT = "_file, _line, contract, table_name, column_name, value, kind, reason"


@pytest.mark.parametrize(
    ("cells", "column", "value", "reason"),
    [
        (
            {"definito_automatizzato": "1.20"},
            "definito_automatizzato",
            "1.20",
            "it is not a whole Italian number such as 1.234",
        ),
        (
            {"definito_automatizzato": "1,0"},
            "definito_automatizzato",
            "1,0",
            "it is not a whole Italian number such as 1.234",
        ),
        (
            {"definito_automatizzato": "99999999999"},
            "definito_automatizzato",
            "99999999999",
            "it is not a whole Italian number such as 1.234",
        ),
        ({"definito_automatizzato": -1}, "definito_automatizzato", "-1", "it is less than 0"),
        ({"giacenza_iniziale": "-1.204"}, "giacenza_iniziale", "-1.204", "it is less than 0"),
        (
            {"giacenza_iniziale": "2.000.000.000"},
            "giacenza_iniziale",
            "2.000.000.000",
            "it is more than 99999999",
        ),
        ({"giacenza_iniziale": ""}, "giacenza_iniziale", None, "it is blank"),
        ({"cod_modello": "   "}, "cod_modello", None, "it is blank"),
        ({"mese": 13}, "mese", "13", "it is more than 12"),
        ({"mese": 2}, "mese", "2", "the file is of 202501"),
        ({"anno": 2024}, "mese", "1", "the file is of 202501"),
        ({"modalita": "p"}, "modalita", "p", "it is none of P, R"),
        ({"cod_struttura": "=2+5"}, "cod_struttura", "=2+5", "it does not match ^[A-Z0-9]"),
        ({"cod_modello": "M" * 41}, "cod_modello", "M" * 41, "it is longer than 40 characters"),
    ],
)
def test_a_row_that_breaks_its_contract(
    ready: Workspace, cells: dict[str, object], column: str | None, value: str | None, reason: str
) -> None:
    """One faulty row in 1,200: kept aside, the others loaded, and their number told."""
    rows = production_rows()
    rows[10] = rows[10] | cells
    drop_production(ready.landing, rows)
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.message) == (Verdict.LOADED, "1199 rows loaded, 1 in quarantine")
    assert (outcome.rows_read, outcome.rows_loaded, outcome.rows_quarantined) == (1200, 1199, 1)
    assert len(rows_of(ready, "pb_prod")) == 1199
    ((*where, found_column, found_value, kind, found_reason),) = rows_of(ready, "quarantine", WHAT)
    assert where == [NAME, 12, "pb_prod", "pb_prod"]
    assert (found_column, found_value, kind) == (column, value, "broken")
    assert str(found_reason).startswith(reason)
    ((raw,),) = rows_of(ready, "quarantine", "raw")
    assert raw == ";".join(str(cell) for cell in rows[10].values())


@pytest.mark.parametrize("line", ["2025;1;DP-TERNI", "2025;1;DP-TERNI;ANAG;210601;M00001;P;;0;0;0;0;0;0;0;0"])
def test_a_row_of_another_width(ready: Workspace, line: str) -> None:
    """Cells that cannot be told apart are not read at all: they do not enter the control totals."""
    path = drop_production(ready.landing, production_rows())
    path.write_bytes(path.read_bytes() + f"{line}\r\n".encode())
    declare(path, 1201, somma_pervenuto=372000, somma_definito=362400, somma_giacenza_finale=1452000)
    assert land_one(ready).verdict is Verdict.LOADED
    assert rows_of(ready, "quarantine", "_line, column_name, value, reason, raw") == [
        (1202, None, None, "it does not have the contract's 15 cells", line)
    ]


def test_a_repeated_key(ready: Workspace) -> None:
    """The first copy is loaded; blank parts of a key are equal to each other."""
    rows = production_rows()
    rows[700] = rows[10] | {"rettifiche": 5}
    drop_production(ready.landing, rows)
    assert land_one(ready).rows_quarantined == 1
    ((*where, reason),) = rows_of(ready, "quarantine", "_line, column_name, reason")
    assert where == [702, None] and "is already in the file" in str(reason)
    assert rows_of(ready, "pb_prod", "distinct rettifiche, _delivery, _file, 1 as _line") == [
        (-2, "202501", NAME, 1)
    ]


def test_a_faulty_copy_does_not_take_the_place_of_the_sound_one(ready: Workspace) -> None:
    rows = production_rows()
    rows[5] = rows[10] | {"modalita": "P", "definito_automatizzato": "x"}
    drop_production(ready.landing, rows)
    assert land_one(ready).rows_quarantined == 1
    assert rows_of(ready, "quarantine", "_line") == [(7,)]


def test_unknown_codes_wait_for_their_master(ready: Workspace) -> None:
    """A structure and a model that no master holds: kept aside, listed, loaded once the masters have them."""
    rows = production_rows()
    rows[3] = rows[3] | {"cod_struttura": "DP-FOLIGNO"}
    rows[4] = rows[4] | {"cod_modello": "M99999"}
    drop_production(ready.landing, rows)
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.rows_quarantined) == (Verdict.LOADED, 2)
    assert outcome.unknown_codes == {
        "pb_prod.cod_modello": ["M99999"],
        "pb_prod.cod_struttura": ["DP-FOLIGNO"],
    }
    assert rows_of(ready, "quarantine", "column_name, value, kind, reason") == [
        ("cod_struttura", "DP-FOLIGNO", "unknown_code", "the code is not in mst_strutture.codice"),
        ("cod_modello", "M99999", "unknown_code", "the code is not in mst_prodotti.cod_modello"),
    ]

    (unchanged,) = reload_quarantined(ready).files
    assert (unchanged.verdict, unchanged.message) == (
        Verdict.ALREADY_LOADED,
        "2 rows are still in quarantine",
    )

    foligno = "DP-FOLIGNO;Direzione provinciale Foligno;DP;DR-UMBRIA;Umbria;;;bassa;2025-01-01;;"
    drop_structures(ready.landing, [*STRUCTURES, foligno], "202502")
    assert land(ready).ok
    (half,) = reload_quarantined(ready).files
    assert (half.verdict, half.rows_read, half.rows_loaded, half.rows_quarantined) == (
        Verdict.LOADED,
        1200,
        1199,
        1,
    )
    assert half.control_totals == outcome.control_totals
    assert rows_of(ready, "quarantine", "value") == [("M99999",)]

    drop_products(ready.landing, models=100_000, month="202502")
    assert land(ready).ok
    assert reload_quarantined(ready).rows_loaded == 1200
    assert rows_of(ready, "quarantine") == []
    assert len(rows_of(ready, "pb_prod")) == 1200
    assert reload_quarantined(ready).files == []


def test_a_code_that_is_not_valid_in_the_month(workspace: Workspace) -> None:
    """A structure that closed in December is known, but its January row waits for an answer."""
    closed = "DP-FOLIGNO;Direzione provinciale Foligno;DP;DR-UMBRIA;;;;;2010-01-01;2024-12-31;DP-TERNI"
    drop_structures(workspace.landing, [*STRUCTURES, closed])
    drop_products(workspace.landing)
    land(workspace)
    drop_production(workspace.landing, [*production_rows(), production_row(1, "DP-FOLIGNO")])
    assert land_one(workspace).rows_quarantined == 1
    assert rows_of(workspace, "quarantine", "value, kind, reason") == [
        (
            "DP-FOLIGNO",
            "unknown_code",
            "the code is in mst_strutture.codice, but not valid in 2025-01",
        )
    ]


@pytest.mark.parametrize(("month", "quarantined"), [("202501", 0), ("202502", 0), ("202503", 1)])
def test_a_row_that_vanishes_from_a_master_closes_its_version(
    workspace: Workspace, month: str, quarantined: int
) -> None:
    """Terni is in the January and February masters, and missing from March on."""
    for delivery in ("202501", "202502"):
        drop_structures(workspace.landing, STRUCTURES, delivery)
    drop_structures(workspace.landing, STRUCTURES[:3], "202503")
    drop_products(workspace.landing)
    assert land(workspace).ok
    rows = [row | {"mese": int(month[4:])} for row in production_rows()]
    rows = [row for row in rows if row["cod_struttura"] == "DP-PERUGIA"] + [rows[0]]
    drop_production(workspace.landing, rows, f"PB_PROD_{month}.csv")
    assert land_one(workspace).rows_quarantined == quarantined


def test_a_line_of_the_next_plan_year(ready: Workspace) -> None:
    """INFO-CONS exists from 2025: in a file of 2024 it is not valid yet."""
    rows = [row | {"anno": 2024, "mese": 12} for row in production_rows()]
    rows[0] = rows[0] | {"cod_linea": "INFO-CONS"}
    drop_production(ready.landing, rows, "PB_PROD_202412.csv")
    assert land_one(ready).unknown_codes == {"pb_prod.cod_linea": ["INFO-CONS"]}


def test_an_item_of_the_other_tree(ready: Workspace) -> None:
    """The 2021 tree of results ends with 2024, and only its leaves take amounts."""

    def result(year: int, item: str) -> str:
        return f"|{year}     |01  |DP-TERNI  |{item}|EFF |1,00|EUR |"

    for year, item in ((2024, "E1"), (2025, "2025-DC-ENTRATE-01")):
        drop(
            ready.landing,
            f"SAP_IEEP_{year}01.txt",
            printed(RESULTS_HEADER, [result(year, item)]),
            1,
            somma_importo=1,
        )
    assert land(ready).ok
    for year, item in ((2024, "2025-DC-ENTRATE-01"), (2024, "E2"), (2025, "E1")):
        drop(
            ready.landing,
            f"SAP_IEEP_{year}02.txt",
            printed(RESULTS_HEADER, [result(year, item).replace("|01 ", "|02 ")]),
            1,
            somma_importo=1,
        )
        (outcome,) = land(ready).refused
        assert outcome.unknown_codes == {"sap_ieep.voce": [item]}
        (ready.landing / outcome.name).unlink()
        (ready.landing / outcome.name).with_suffix(".ctl").unlink()


def test_a_printed_line_that_is_none(ready: Workspace) -> None:
    """A line broken in two, or stray text, is kept aside; it counts as a row of the control file."""
    good = "|2025|1|INPS|DP-TERNI|3301|INPS_PR_D|4U1102002|AA04002002|x|EFF|D|X|1,00|EUR|{}|31.01.2025|"
    lines = [good.format(n) for n in range(1500)]
    lines[7] = "(segue dalla pagina precedente)"
    drop(
        ready.landing,
        "SAP_COAN_202501.txt",
        printed(COSTS_HEADER, lines, per_page=60),
        1500,
        somma_importo="1499.00",
    )
    outcome = land_one(ready)
    assert (outcome.rows_loaded, outcome.rows_quarantined) == (1499, 1)
    assert rows_of(ready, "quarantine", "_line, column_name, raw") == [(13, None, lines[7])]


def _measures(workspace: Workspace) -> list[str]:
    """Rows of a good file, over a thousand: twelve offices of the master by the codes of the registry."""
    offices = [f"DP-UMBRA-{n:02d}" for n in range(12)]
    lines = [f"{code};Direzione provinciale;DP;DR-UMBRIA;Umbria;;;bassa;2010-01-01;;" for code in offices]
    drop_structures(workspace.landing, [*STRUCTURES, *lines])
    assert land(workspace).ok
    with (seeds_root() / "registry" / "measures.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["measure_code"] for row in csv.DictReader(file)]
    return [
        f'{{"periodo":"2025-01","struttura":"{office}","misura":"{code}","numeratore":0,"denominatore":1}}'
        for office in offices
        for code in codes
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{not json}",
        '["2025-01"]',
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"X","numeratore":1,"altro":1}',
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"X","misura":"Y","numeratore":1}',
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"X"}',
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"X","numeratore":"1"}',
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"X","numeratore":1e3}',
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"X","numeratore":NaN}',
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"X","numeratore":1.23456}',
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"X","numeratore":1,"denominatore":true}',
        '{"periodo":"2025-13","struttura":"DP-TERNI","misura":"X","numeratore":1}',
        '{"periodo":"2025-02","struttura":"DP-TERNI","misura":"X","numeratore":1}',
        '{"periodo":"2025-01","struttura":["DP-TERNI"],"misura":"X","numeratore":1}',
        '{"periodo":"2025-01","struttura":null,"misura":"X","numeratore":1}',
    ],
)
def test_a_faulty_measure(workspace: Workspace, line: str) -> None:
    lines = _measures(workspace)
    lines[5] = line
    total = 1 if '"numeratore":1,' in line or '"numeratore":1}' in line else 0
    # A line that is no object of these keys has no numbers at all.
    total = 0 if '"altro"' in line or '"Y"' in line else total
    content = "".join(f"{text}\n" for text in lines).encode()
    drop(workspace.landing, "MIS_MISURE_202501.jsonl", content, len(lines), somma_numeratore=total)
    outcome = land_one(workspace)
    assert (outcome.verdict, outcome.rows_quarantined) == (Verdict.LOADED, 1)
    assert outcome.rows_loaded == len(lines) - 1
    assert rows_of(workspace, "quarantine", "_line, raw") == [(6, line)]
    ((column, reason),) = rows_of(workspace, "quarantine", "column_name, reason")
    assert column or "the contract's keys: periodo, struttura, misura" in str(reason)


def test_a_measure_that_the_registry_does_not_have(workspace: Workspace) -> None:
    """Its row waits until the registry has the code; the others are loaded."""
    lines = _measures(workspace)
    lines[5] = lines[5].replace(json.loads(lines[5])["misura"], "Q_ALTRO_99")
    content = "".join(f"{text}\n" for text in lines).encode()
    drop(workspace.landing, "MIS_MISURE_202501.jsonl", content, len(lines), somma_numeratore=0)
    outcome = land_one(workspace)
    assert (outcome.verdict, outcome.rows_quarantined) == (Verdict.LOADED, 1)
    assert outcome.unknown_codes == {"mis.misura": ["Q_ALTRO_99"]}
    assert rows_of(workspace, "quarantine", "_line, value, kind, reason") == [
        (6, "Q_ALTRO_99", "unknown_code", "the code is not in measures.measure_code")
    ]


@pytest.mark.parametrize("text", ["=1+1", "+39", "@SUM(A1)", "-cmd", "a\tb", "a\x07b"])
def test_free_text_that_begins_like_a_formula(workspace: Workspace, text: str) -> None:
    """Free text is what a spreadsheet would run; codes have patterns of their own."""
    lines = [f"M{n:05d};210600;MODELLO {n};;1.2500;2010-01-01;" for n in range(1200)]
    lines[3] = lines[3].replace("MODELLO 3", text)
    header = "cod_modello;cod_prodotto;descrizione;gruppo;coefficiente;valido_dal;valido_al\n"
    drop(workspace.landing, "MST_PRODOTTI_202501.csv", (header + "\n".join(lines) + "\n").encode(), 1200)
    assert land_one(workspace).rows_quarantined == 1
    assert rows_of(workspace, "quarantine", "column_name, value") == [("descrizione", text)]


def test_formula_like_text_in_a_workbook(ready: Workspace) -> None:
    rows = [control_row(n) for n in range(600)]
    rows += [[*row[:2], {"I": "II", "II": "I"}[str(row[2])], *row[3:]] for row in rows]
    rows[9][1] = '=HYPERLINK("http://example.invalid")'
    drop_controls(ready.landing, controls(rows))
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.rows_quarantined) == (Verdict.LOADED, 1)
    assert rows_of(ready, "quarantine", "table_name, _line, column_name") == [
        ("ctrl_cpp", 11, "cod_struttura")
    ]


def test_a_broken_stock_identity_is_loaded_and_reported(ready: Workspace) -> None:
    """1204 + 310 - 302 - 2 = 1210; one piece more at the end is a warning, as the contract says."""
    drop_production(ready.landing, [production_row(1), production_row(2, giacenza_finale="1.211")])
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.rows_loaded) == (Verdict.LOADED, 2)
    (warning,) = outcome.warnings
    assert warning.startswith(f"{NAME}: stock_identity: 1 breaches")


def test_work_done_by_others_is_part_of_the_stock_identity(ready: Workspace) -> None:
    """Perugia completes 45 pieces of Terni's: Terni's stock falls by them."""
    rendered = production_row(1, "DP-PERUGIA", modalita="R", cod_struttura_sussidiata="DP-TERNI") | {
        "giacenza_iniziale": 0,
        "pervenuto": 0,
        "definito_accolto": 40,
        "definito_respinto": 5,
        "definito_automatizzato": 0,
        "rettifiche": 0,
        "giacenza_finale": 0,
    }
    drop_production(ready.landing, [production_row(1, giacenza_finale="1.165"), rendered])
    assert land_one(ready).warnings == []


def test_an_opening_that_is_not_the_closing_before(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1), production_row(2)])
    february = [
        production_row(1, mese=2, giacenza_iniziale="1.210", giacenza_finale="1.216"),
        production_row(2, mese=2, giacenza_iniziale="1.209", giacenza_finale="1.215"),
    ]
    drop_production(ready.landing, february, "PB_PROD_202502.csv")
    _, outcome = land(ready).files
    (warning,) = outcome.warnings
    assert "opening_equals_previous_closing: 1 breaches" in warning


def test_a_gap_is_not_a_previous_month(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1)])
    drop_production(ready.landing, [production_row(1, mese=3)], "PB_PROD_202503.csv")
    assert [file.warnings for file in land(ready).files] == [[], []]


def unknown_structure(workspace: Workspace) -> None:
    """Land a production file with one row of a structure that no master holds."""
    rows = production_rows()
    rows[3] = rows[3] | {"cod_struttura": "DP-FOLIGNO"}
    drop_production(workspace.landing, rows)
    assert land_one(workspace).rows_quarantined == 1


def test_what_waits_needs_its_archived_content(ready: Workspace) -> None:
    unknown_structure(ready)
    for archived in ready.archive.glob("*/*"):
        archived.unlink()
    (outcome,) = reload_quarantined(ready).files
    assert outcome.verdict is Verdict.REFUSED and "is no longer in the archive" in outcome.message
    assert len(rows_of(ready, "pb_prod")) == 1199


def test_a_reload_that_would_lose_rows_is_refused(ready: Workspace) -> None:
    """The masters have shrunk meanwhile: what was loaded stays loaded."""
    unknown_structure(ready)
    drop_products(ready.landing, models=10, month="202502")
    (ready.raw / "mst_prodotti" / "202501.parquet").unlink()
    assert land(ready).ok
    told: list[str] = []
    (outcome,) = reload_quarantined(ready, progress=lambda name, done, total: told.append(name)).files
    assert outcome.verdict is Verdict.REFUSED and "hold a code that no master has" in outcome.message
    assert (outcome.rows_loaded, len(rows_of(ready, "pb_prod"))) == (0, 1199)
    assert told == [NAME, "done"]
