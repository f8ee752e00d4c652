"""Deliveries written by hand, in the real formats, small enough to read.

Two directorates' worth of masters: the root, Umbria with Perugia and Terni, and a few hundred models.
"""

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import xlsxwriter

from orchestration.landing import FileOutcome, LoadReport, land
from orchestration.workspace import Workspace

STRUCTURES = [
    "NAZIONALE;Nazionale;NAZ;;;;;;2010-01-01;;",
    "DR-UMBRIA;Direzione regionale Umbria;DR;NAZIONALE;Umbria;A;1;bassa;2010-01-01;;",
    "DP-PERUGIA;Direzione provinciale Perugia;DP;DR-UMBRIA;Umbria;;;media;2010-01-01;;",
    "DP-TERNI;Direzione provinciale Terni;DP;DR-UMBRIA;Umbria;;;bassa;2010-01-01;;",
]
STRUCTURES_HEADER = (
    "codice;denominazione;tipo;codice_padre;regione;cluster_economico;cluster_personale;complessita;"
    "valido_dal;valido_al;codice_successore"
)
PRODUCTS_HEADER = "cod_modello;cod_prodotto;descrizione;gruppo;coefficiente;valido_dal;valido_al"
PRODUCTION_HEADER = (
    "anno;mese;cod_struttura;cod_linea;cod_prodotto;cod_modello;modalita;cod_struttura_sussidiata;"
    "giacenza_iniziale;pervenuto;definito_accolto;definito_respinto;definito_automatizzato;rettifiche;"
    "giacenza_finale"
)
PRESENCE_HEADER = (
    "periodo;matricola;cod_struttura;cod_area;profilo;funzione;comandato;part_time_pct;ore_lavorabili;"
    "ore_presenza;ore_straordinario;ore_malattia;ore_altre_assenze;giorni_lavorabili;giorni_presenza;"
    "giorni_agili"
)
PERSON = (
    "01/2025;I0000001;DP-TERNI;ANAG;funzionario;produzione;N;83,33;0151:12;0114:46;0002:30;0000:00;0007:12;"
    "21;16;4"
)
COSTS_HEADER = (
    "|Esercizio|Per.|Soc.|CdR       |CIC  |Gruppo VDC|Capitolo |Conto     |Descrizione         |Tipo|Dir"
    "|Prod|"
    "       Importo|Div.|N. doc.   |Data reg. |"
)
RESULTS_HEADER = "|Esercizio|Per.|Struttura |Voce IEEP|Tipo|       Importo|Div.|"
CPP_HEADER = [
    "periodo",
    "cod_struttura",
    "livello",
    "cod_prodotto",
    "a_controllo",
    "controllate",
    "regolarizzate_si",
    "regolarizzate_no",
    "notificate",
    "regolarizzate_30gg",
]
AC_HEADER = ["periodo", "cod_struttura", "programmate", "controllate", "irregolari"]
AUDIT_HEADER = [
    "periodo",
    "cod_struttura",
    "campagne_previste",
    "campagne_concluse",
    "accessi_previsti",
    "accessi_svolti",
    "esiti_positivi",
]
VOLUMES_HEADER = [
    "versione",
    "anno",
    "cod_struttura",
    "cod_linea",
    "mese",
    "giacenza_om",
    "pervenuto_om",
    "definito_om",
    "risorse_fte",
]
SUBSIDIARITY_HEADER = ["versione", "anno", "cod_struttura", "cod_struttura_sussidiata", "mese", "pezzi"]
TARGETS_HEADER = ["versione", "indicatore", "cod_struttura", "cod_area", "periodo", "valore"]


def drop(folder: Path, name: str, content: bytes, rows: int, **totals: object) -> Path:
    """Write an extract and its control file into a folder; return the extract's path."""
    path = folder / name
    path.write_bytes(content)
    declare(path, rows, **totals)
    return path


def declare(path: Path, rows: int, **totals: object) -> None:
    """Write the control file of an extract that is there."""
    lines = {
        "file": path.name,
        "righe": rows,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        **totals,
    }
    path.with_suffix(".ctl").write_text("".join(f"{key}={value}\n" for key, value in lines.items()), "utf-8")


def drop_structures(folder: Path, lines: Sequence[str] = STRUCTURES, month: str = "202501") -> Path:
    content = "".join(f"{line}\n" for line in (STRUCTURES_HEADER, *lines)).encode()
    return drop(folder, f"MST_STRUTTURE_{month}.csv", content, len(lines))


def model(number: int) -> str:
    """Code of the n-th model of the products' master."""
    return f"M{number:05d}"


def drop_products(folder: Path, models: int = 600, month: str = "202501") -> Path:
    lines = [f"{model(n)};2106{n % 7:02d};MODELLO {n};GRUPPO;1.2500;2010-01-01;" for n in range(models)]
    content = "".join(f"{line}\n" for line in (PRODUCTS_HEADER, *lines)).encode()
    return drop(folder, f"MST_PRODOTTI_{month}.csv", content, len(lines))


def production_row(number: int, office: str = "DP-TERNI", **cells: object) -> dict[str, object]:
    """One sound row of own production; `cells` replaces some."""
    row: dict[str, object] = {
        "anno": 2025,
        "mese": 1,
        "cod_struttura": office,
        "cod_linea": "ANAG",
        "cod_prodotto": f"2106{number % 7:02d}",
        "cod_modello": model(number),
        "modalita": "P",
        "cod_struttura_sussidiata": "",
        "giacenza_iniziale": "1.204",
        "pervenuto": 310,
        "definito_accolto": 288,
        "definito_respinto": 14,
        "definito_automatizzato": 120,
        "rettifiche": -2,
        "giacenza_finale": "1.210",
    }
    return row | cells


def production_rows(count: int = 1200) -> list[dict[str, object]]:
    """Sound rows with different keys: enough for one faulty row to stay under the threshold."""
    half = count // 2
    return [production_row(n % half, ("DP-TERNI", "DP-PERUGIA")[n // half]) for n in range(count)]


def production_bytes(rows: Iterable[Mapping[str, object]]) -> bytes:
    lines = [";".join(str(cell) for cell in row.values()) for row in rows]
    return "".join(f"{line}\r\n" for line in (PRODUCTION_HEADER, *lines)).encode("cp1252")


def drop_production(
    folder: Path, rows: Sequence[Mapping[str, object]], name: str = "PB_PROD_202501.csv"
) -> Path:
    """Write a production extract whose control file agrees with every number that can be read."""

    def total(*columns: str) -> int:
        texts = [str(row[column]).replace(".", "") for row in rows for column in columns]
        return sum(int(text) for text in texts if text.lstrip("-").isdigit())

    return drop(
        folder,
        name,
        production_bytes(rows),
        len(rows),
        somma_pervenuto=total("pervenuto"),
        somma_definito=total("definito_accolto", "definito_respinto"),
        somma_giacenza_finale=total("giacenza_finale"),
    )


def drop_presence(folder: Path, lines: Sequence[str], minutes: int, name: str = "HR_PRES_202501.csv") -> Path:
    content = "\ufeff" + "".join(f"{line}\r\n" for line in (PRESENCE_HEADER, *lines))
    return drop(folder, name, content.encode(), len(lines), somma_ore_presenza=minutes)


def printed(header: str, lines: Sequence[str], *, per_page: int = 2) -> bytes:
    """Return a printed list: headings on every page, a subtotal and the total at the end."""
    rule = "-" * len(header)
    text = []
    for page, start in enumerate(range(0, len(lines), per_page), 1):
        text += [f"20.02.2025{'Lista partite singole':^60}Pagina {page:>6}"]
        text += ["Soc. contr. INPS   Esercizio 2025   Periodo da 1 a 1   Gruppo  *", rule, header, rule]
        text += [*lines[start : start + per_page], rule, ""]
    text += ["|*        |    |", "|**       |    |", rule]
    return "".join(f"{line}\r\n" for line in text).encode("cp1252")


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """Return an Excel workbook with these sheets, row by row."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value)
                    elif value is not None:
                        sheet.write(number, column, value)
    return buffer.getvalue()


def controls(cpp: Sequence[Sequence[object]]) -> dict[str, list[Sequence[object]]]:
    """Return the sheets of a controls workbook with these rows under CPP and one row in the others."""
    return {
        "CPP": [CPP_HEADER, *cpp],
        "AC": [AC_HEADER, [202501, "DR-UMBRIA", 40, 31, 2]],
        "AUDIT": [AUDIT_HEADER, [202501, "DR-UMBRIA", 1, 1, 2, 2, 1]],
    }


def control_row(number: int) -> list[object]:
    return [202501, "DR-UMBRIA", ("I", "II")[number % 2], model(number), 20, 18, 3, 1, 0, 2]


def drop_controls(folder: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    rows = {name: sum(bool(row) for row in found) - 1 for name, found in sheets.items()}
    return drop(
        folder,
        "CTRL_CONTROLLI_202501.xlsx",
        workbook(sheets),
        sum(rows.values()),
        **{f"righe_{name}": count for name, count in rows.items()},
        somma_controllate_CPP=sum(int(str(row[5])) for row in sheets["CPP"][1:] if row),
        somma_controllate_AC=sum(int(str(row[3])) for row in sheets["AC"][1:]),
    )


def land_one(workspace: Workspace) -> FileOutcome:
    """Land what is in the landing folder, which must be one file; return what became of it."""
    (outcome,) = land(workspace).files
    return outcome


def verdicts(report: LoadReport) -> dict[str, str]:
    return {file.name: file.verdict.value for file in report.files}


def rows_of(workspace: Workspace, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    """Return the rows of a raw table in the order of file and line."""
    source = str(workspace.raw / table / "*.parquet")
    with duckdb.connect(":memory:") as database:
        query = f"select {columns} from read_parquet(?) order by _delivery, _file, _line"
        return database.execute(query, [source]).fetchall()


def bytes_below(*folders: Path) -> dict[Path, bytes]:
    """Return the content of every file below some folders."""
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}
