"""The extracts of every month that are plain delimited text: production, presence and the masters."""

from orchestration.synthetic.database import Database
from orchestration.synthetic.delivery import Outbox
from orchestration.synthetic.months import Month

__all__ = ["write_masters", "write_presence", "write_production"]

_MASTERS = {
    "MST_STRUTTURE": (
        "master_structures",
        "codice;denominazione;tipo;codice_padre;regione;cluster_economico;cluster_personale;complessita;"
        "valido_dal;valido_al;codice_successore",
    ),
    "MST_PRODOTTI": (
        "master_products",
        "cod_modello;cod_prodotto;descrizione;gruppo;coefficiente;valido_dal;valido_al",
    ),
    "MST_ALLOCAZIONI": (
        "master_allocations",
        "cod_modello;tipo_struttura;cod_linea;valido_dal;valido_al",
    ),
}
_PRODUCTION = (
    "anno;mese;cod_struttura;cod_linea;cod_prodotto;cod_modello;modalita;cod_struttura_sussidiata;"
    "giacenza_iniziale;pervenuto;definito_accolto;definito_respinto;definito_automatizzato;rettifiche;"
    "giacenza_finale"
)
_PRESENCE = (
    "periodo;matricola;cod_struttura;cod_area;profilo;funzione;comandato;part_time_pct;ore_lavorabili;"
    "ore_presenza;ore_straordinario;ore_malattia;ore_altre_assenze;giorni_lavorabili;giorni_presenza;"
    "giorni_agili"
)


def write_masters(database: Database, outbox: Outbox, month: Month) -> None:
    """Write the three masters as they are known at the end of the month: UTF-8, `;`, lines ended by LF."""
    for name, (query, header) in _MASTERS.items():
        result = database.row(query)
        content = f"{header}\n{result['text']}\n".encode()
        outbox.drop(f"{name}_{month.code}.csv", content, result["rows"], {})


def write_production(database: Database, outbox: Outbox, month: Month) -> None:
    """Write `PB_PROD`: Windows-1252, CRLF, thousands dotted."""
    database.run("production_month")
    result = database.row("production_text")
    totals = {f"somma_{key}": result[key] for key in ("pervenuto", "definito", "giacenza_finale")}
    content = f"{_PRODUCTION}\r\n{result['text']}\r\n".encode("cp1252")
    outbox.drop(f"PB_PROD_{month.code}.csv", content, result["rows"], totals)


def write_presence(database: Database, outbox: Outbox, month: Month) -> None:
    """Write `HR_PRES`: UTF-8 with a byte order mark, CRLF, hours as HHHH:MM."""
    database.run("presence_month")
    result = database.row("presence_text")
    content = f"{_PRESENCE}\r\n{result['text']}\r\n".encode("utf-8-sig")
    totals = {"somma_ore_presenza": result["ore_presenza"]}
    outbox.drop(f"HR_PRES_{month.code}.csv", content, result["rows"], totals)
