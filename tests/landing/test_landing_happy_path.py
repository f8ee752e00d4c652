"""One small delivery of each contract, in its real format: what is landed is what was written, typed."""

from datetime import date
from decimal import Decimal

import duckdb

from orchestration.contracts import load_contracts
from orchestration.landing import Verdict, ensure_schemas, land
from orchestration.workspace import Workspace

from .deliveries import (
    COSTS_HEADER,
    PERSON,
    RESULTS_HEADER,
    SUBSIDIARITY_HEADER,
    TARGETS_HEADER,
    VOLUMES_HEADER,
    control_row,
    controls,
    drop,
    drop_controls,
    drop_presence,
    drop_production,
    drop_products,
    drop_structures,
    land_one,
    printed,
    production_row,
    rows_of,
    verdicts,
    workbook,
)

# What dbt's sources count on (common design of the raw tables), written down apart from the contracts.
RAW_TYPES = {
    "pb_prod": "anno INTEGER, mese INTEGER, cod_struttura VARCHAR, cod_linea VARCHAR, cod_prodotto VARCHAR, "
    "cod_modello VARCHAR, modalita VARCHAR, cod_struttura_sussidiata VARCHAR, giacenza_iniziale INTEGER, "
    "pervenuto INTEGER, definito_accolto INTEGER, definito_respinto INTEGER, definito_automatizzato INTEGER, "
    "rettifiche INTEGER, giacenza_finale INTEGER",
    "hr_pres": "periodo INTEGER, matricola VARCHAR, cod_struttura VARCHAR, cod_area VARCHAR, "
    "profilo VARCHAR, funzione VARCHAR, comandato VARCHAR, part_time_pct DECIMAL(5,2), "
    "ore_lavorabili INTEGER, ore_presenza INTEGER, ore_straordinario INTEGER, ore_malattia INTEGER, "
    "ore_altre_assenze INTEGER, giorni_lavorabili INTEGER, giorni_presenza INTEGER, giorni_agili INTEGER",
    "sap_coan": "esercizio INTEGER, periodo INTEGER, societa VARCHAR, cdr VARCHAR, cic VARCHAR, "
    "gruppo_vdc VARCHAR, capitolo VARCHAR, conto VARCHAR, descrizione VARCHAR, tipo VARCHAR, dir VARCHAR, "
    "prod VARCHAR, importo DECIMAL(18,2), divisa VARCHAR, n_doc VARCHAR, data_reg DATE",
    "sap_ieep": "esercizio INTEGER, periodo INTEGER, struttura VARCHAR, voce VARCHAR, tipo VARCHAR, "
    "importo DECIMAL(18,2), divisa VARCHAR",
    "ctrl_cpp": "periodo INTEGER, cod_struttura VARCHAR, livello VARCHAR, cod_prodotto VARCHAR, "
    "a_controllo INTEGER, controllate INTEGER, regolarizzate_si INTEGER, regolarizzate_no INTEGER, "
    "notificate INTEGER, regolarizzate_30gg INTEGER",
    "ctrl_ac": "periodo INTEGER, cod_struttura VARCHAR, programmate INTEGER, controllate INTEGER, "
    "irregolari INTEGER",
    "ctrl_audit": "periodo INTEGER, cod_struttura VARCHAR, campagne_previste INTEGER, "
    "campagne_concluse INTEGER, accessi_previsti INTEGER, accessi_svolti INTEGER, esiti_positivi INTEGER",
    "mis": "periodo INTEGER, struttura VARCHAR, misura VARCHAR, numeratore DECIMAL(18,4), "
    "denominatore DECIMAL(18,4)",
    "mst_strutture": "codice VARCHAR, denominazione VARCHAR, tipo VARCHAR, codice_padre VARCHAR, "
    "regione VARCHAR, cluster_economico VARCHAR, cluster_personale VARCHAR, complessita VARCHAR, "
    "valido_dal DATE, valido_al DATE, codice_successore VARCHAR",
    "mst_prodotti": "cod_modello VARCHAR, cod_prodotto VARCHAR, descrizione VARCHAR, gruppo VARCHAR, "
    "coefficiente DECIMAL(9,4), valido_dal DATE, valido_al DATE",
    "mst_allocazioni": "cod_modello VARCHAR, tipo_struttura VARCHAR, cod_linea VARCHAR, valido_dal DATE, "
    "valido_al DATE",
    "piano_volumi": "versione VARCHAR, anno INTEGER, cod_struttura VARCHAR, cod_linea VARCHAR, mese INTEGER, "
    "giacenza_om DECIMAL(18,4), pervenuto_om DECIMAL(18,4), definito_om DECIMAL(18,4), "
    "risorse_fte DECIMAL(18,4)",
    "piano_sussidiarieta": "versione VARCHAR, anno INTEGER, cod_struttura VARCHAR, "
    "cod_struttura_sussidiata VARCHAR, mese INTEGER, pezzi INTEGER",
    "piano_obiettivi": "versione VARCHAR, indicatore VARCHAR, cod_struttura VARCHAR, cod_area VARCHAR, "
    "periodo VARCHAR, valore DECIMAL(18,6)",
}
BOOKKEEPING = ", _file VARCHAR, _line INTEGER, _load_id VARCHAR, _delivery VARCHAR"


def test_schemas_are_there_before_the_first_delivery(workspace: Workspace) -> None:
    """Every raw table can be read, empty, with the types that the warehouse counts on."""
    ensure_schemas(workspace)
    assert set(RAW_TYPES) == {table.name for found in load_contracts().values() for table in found.tables}
    for table, columns in RAW_TYPES.items():
        with duckdb.connect(":memory:") as database:
            source = str(workspace.raw / table / "*.parquet")
            described = database.execute("describe select * from read_parquet(?)", [source]).fetchall()
        assert ", ".join(f"{row[0]} {row[1]}" for row in described) == columns + BOOKKEEPING
        assert rows_of(workspace, table) == []


def test_schemas_follow_the_contract(workspace: Workspace) -> None:
    """An empty file of other columns, left by an older version, is replaced."""
    ensure_schemas(workspace)
    path = workspace.raw / "mis" / "_schema.parquet"
    with duckdb.connect(":memory:") as database:
        database.execute(f"copy (select 1 as old where false) to '{path}' (format parquet)")
    ensure_schemas(workspace)
    assert rows_of(workspace, "mis", "numeratore") == []


def test_masters(workspace: Workspace) -> None:
    drop_structures(workspace.landing)
    drop_products(workspace.landing, models=1)
    allocations = "cod_modello;tipo_struttura;cod_linea;valido_dal;valido_al\nM00000;DP;ANAG;2025-01-01;\n"
    drop(workspace.landing, "MST_ALLOCAZIONI_202501.csv", allocations.encode(), 1)
    report = land(workspace)
    assert [file.name for file in report.files] == [
        "MST_PRODOTTI_202501.csv",
        "MST_STRUTTURE_202501.csv",
        "MST_ALLOCAZIONI_202501.csv",
    ]
    assert report.ok and report.rows_loaded == 6
    assert rows_of(workspace, "mst_strutture", "* exclude (_load_id)")[1] == (
        *("DR-UMBRIA", "Direzione regionale Umbria", "DR", "NAZIONALE", "Umbria", "A", "1", "bassa"),
        *(date(2010, 1, 1), None, None, "MST_STRUTTURE_202501.csv", 3, "202501"),
    )
    assert rows_of(workspace, "mst_prodotti", "coefficiente") == [(Decimal("1.2500"),)]
    assert list(workspace.landing.iterdir()) == []


def test_production(ready: Workspace) -> None:
    helped = production_row(
        2, modalita="R", cod_struttura_sussidiata="DP-PERUGIA", giacenza_iniziale=0, pervenuto=0, rettifiche=0
    ) | {"definito_respinto": 0, "definito_automatizzato": 0, "giacenza_finale": 0}
    drop_production(ready.landing, [production_row(1), helped])
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.rows_read, outcome.rows_loaded) == (Verdict.LOADED, 2, 2)
    assert outcome.control_totals == {
        "somma_pervenuto": "310",
        "somma_definito": "590",
        "somma_giacenza_finale": "1210",
    }
    own, rendered = rows_of(ready, "pb_prod", "* exclude (_load_id)")
    assert own == (
        *(2025, 1, "DP-TERNI", "ANAG", "210601", "M00001", "P", None, 1204, 310, 288, 14, 120, -2, 1210),
        *("PB_PROD_202501.csv", 2, "202501"),
    )
    assert rendered == (
        *(2025, 1, "DP-TERNI", "ANAG", "210602", "M00002", "R", "DP-PERUGIA", 0, 0, 288, 0, 0, 0, 0),
        *("PB_PROD_202501.csv", 3, "202501"),
    )


def test_presence(ready: Workspace) -> None:
    drop_presence(ready.landing, [PERSON], 114 * 60 + 46)
    assert land_one(ready).verdict is Verdict.LOADED
    (row,) = rows_of(ready, "hr_pres", "* exclude (matricola, _load_id, _file, _line, _delivery)")
    assert row == (
        *(202501, "DP-TERNI", "ANAG", "funzionario", "produzione", "N", Decimal("83.33")),
        *(9072, 6886, 150, 0, 432, 21, 16, 4),
    )


def test_costs(ready: Workspace) -> None:
    """A printed list: headings, rules, blank lines and subtotals are no rows; line numbers are the file's."""
    lines = [
        "|2025     |1   |INPS|DR-UMBRIA |1005 |INPS_BS_D |5U1104013|AA05004013|"
        "Riscaldamento\u00a0uffici |EFF |D  "
        "|    |     12.345,67|EUR |5100012345|31.01.2025|",
        "|2025     |01  |INPS|DP-TERNI  |3301 |INPS_PR_D |4U1102002|AA04002002|"
        "Straordinario       |EFF |D  |X   "
        "|        980,00|EUR |5100012346|31.01.2025|",
        "|2025     |01  |INPS|DP-TERNI  |3301 |INPS_BS_D |5U1104012|AA05004012|"
        "\u00a0                   |BDG |I  "
        "|    |      1.204,10-|EUR |          |          |",
    ]
    drop(ready.landing, "SAP_COAN_202501.txt", printed(COSTS_HEADER, lines), 3, somma_importo="12121.57")
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.message) == (Verdict.LOADED, "3 rows loaded")
    assert rows_of(ready, "sap_coan", "cdr, descrizione, prod, importo, n_doc, data_reg, _line") == [
        ("DR-UMBRIA", "Riscaldamento uffici", None, Decimal("12345.67"), "5100012345", date(2025, 1, 31), 6),
        ("DP-TERNI", "Straordinario", "X", Decimal("980.00"), "5100012346", date(2025, 1, 31), 7),
        ("DP-TERNI", None, None, Decimal("-1204.10"), None, None, 15),
    ]


def test_results_of_the_closing_period(ready: Workspace) -> None:
    lines = ["|2024     |13  |DP-TERNI  |E1       |EFF |    1.000,00-|EUR |"]
    drop(ready.landing, "SAP_IEEP_202413.txt", printed(RESULTS_HEADER, lines), 1, somma_importo="-1000.00")
    assert land_one(ready).verdict is Verdict.LOADED
    assert rows_of(ready, "sap_ieep", "* exclude (_load_id, _file, _line)") == [
        (2024, 13, "DP-TERNI", "E1", "EFF", Decimal("-1000.00"), "EUR", "202413")
    ]


def test_controls(ready: Workspace) -> None:
    """Three sheets, three tables; a blank row is no row, and the others keep their numbers."""
    drop_controls(ready.landing, controls([control_row(1), [], control_row(2)]))
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.rows_loaded) == (Verdict.LOADED, 4)
    assert rows_of(ready, "ctrl_cpp", "livello, cod_prodotto, controllate, _line") == [
        ("II", "M00001", 18, 2),
        ("I", "M00002", 18, 4),
    ]
    assert rows_of(ready, "ctrl_ac", "programmate, irregolari") == [(40, 2)]
    assert rows_of(ready, "ctrl_audit", "esiti_positivi") == [(1,)]


def test_measures_keep_every_digit(ready: Workspace) -> None:
    """A number of 18 digits does not fit a double; it is read from the text."""
    lines = [
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"Q_AS_01","numeratore":812,"denominatore":930}',
        '{"misura": "MQ_LORDI", "numeratore": 12345678901234.5678,'
        ' "struttura": "DP-TERNI", "periodo": "2025-01"}',
        '{"periodo":"2025-01","struttura":"DP-TERNI","misura":"FATT_RIT","numeratore":-0.1,"denominatore":null}',
    ]
    content = "".join(f"{line}\n" for line in lines).encode()
    drop(ready.landing, "MIS_MISURE_202501.jsonl", content, 3, somma_numeratore="12345678902046.4678")
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.message) == (Verdict.LOADED, "3 rows loaded")
    assert rows_of(ready, "mis", "misura, numeratore, denominatore") == [
        ("Q_AS_01", Decimal("812"), Decimal("930")),
        ("MQ_LORDI", Decimal("12345678901234.5678"), None),
        ("FATT_RIT", Decimal("-0.1"), None),
    ]


def test_plan(ready: Workspace) -> None:
    """Decimals of a workbook are doubles: the 15 digits that count are kept, the noise behind them is not."""
    sheets = {
        "VOLUMI": [
            VOLUMES_HEADER,
            ["V0.1_2025", 2025, "DP-TERNI", "ANAG", 1, 0.1 + 0.2, 1234.5678, 1234.5, 10],
        ],
        "OBIETTIVI": [
            TARGETS_HEADER,
            ["V0.1_2025", "indice_giacenza", "DR-UMBRIA", "FLUSSI", "2025-A", 30],
            ["V0.1_2025", "produttivita", "NAZIONALE", None, "2025-P03", 105.25],
        ],
        "SUSSIDIARIETA": [
            SUBSIDIARITY_HEADER,
            ["V0.1_2025", 2025, "DR-UMBRIA", "NAZIONALE", 1, 40],
        ],
    }
    drop(
        ready.landing,
        "PIANO_V0.1_2025.xlsx",
        workbook(sheets),
        4,
        righe_VOLUMI=1,
        righe_OBIETTIVI=2,
        righe_SUSSIDIARIETA=1,
        somma_definito_om="1234.5",
        somma_pezzi="40",
    )
    assert land_one(ready).verdict is Verdict.LOADED
    assert rows_of(ready, "piano_volumi", "giacenza_om, pervenuto_om, risorse_fte, _delivery") == [
        (Decimal("0.3000"), Decimal("1234.5678"), Decimal("10.0000"), "V0.1_2025")
    ]
    assert rows_of(ready, "piano_obiettivi", "cod_area, periodo, valore") == [
        ("FLUSSI", "2025-A", Decimal("30.000000")),
        (None, "2025-P03", Decimal("105.250000")),
    ]
    assert rows_of(ready, "piano_sussidiarieta", "cod_struttura, mese, pezzi") == [("DR-UMBRIA", 1, 40)]


def test_masters_come_before_what_refers_to_them(workspace: Workspace) -> None:
    """All dropped at once, and facts sort before masters by name."""
    drop_production(workspace.landing, [production_row(1)])
    drop_products(workspace.landing)
    drop_structures(workspace.landing)
    assert set(verdicts(land(workspace)).values()) == {"loaded"}


def test_progress_is_told(workspace: Workspace) -> None:
    told: list[tuple[str, int, int]] = []
    drop_structures(workspace.landing)
    land(workspace, progress=lambda name, done, total: told.append((name, done, total)))
    assert told == [("MST_STRUTTURE_202501.csv", 0, 1), ("done", 1, 1)]


def test_nothing_to_land_leaves_no_record(workspace: Workspace) -> None:
    assert land(workspace).files == []
    assert list(workspace.loads.iterdir()) == []
