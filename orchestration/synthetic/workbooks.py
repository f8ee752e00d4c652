"""The extracts that arrive as Excel workbooks, controls and plans; and the measures, JSON Lines."""

from collections.abc import Mapping
from pathlib import Path

from orchestration.synthetic.database import Database, Table
from orchestration.synthetic.delivery import Outbox
from orchestration.synthetic.months import Month
from orchestration.synthetic.spreadsheet import write_workbook

__all__ = ["write_controls", "write_measures", "write_plans"]

_SHEETS = {"CPP": "controls_cpp", "AC": "controls_ac", "AUDIT": "controls_audit"}
_PLAN_SHEETS = {"VOLUMI": "plan_volumes", "OBIETTIVI": "plan_targets", "SUSSIDIARIETA": "plan_subsidiarity"}
_FIRST_PLANNED_YEAR = 2022
# The first two versions are agreed with the directorates for the year; the last one reaches every office,
# line, quarter and month.
_VERSIONS = {"V0": False, "V0.0": False, "V0.1": True}


def write_controls(database: Database, outbox: Outbox, month: Month) -> None:
    """Write `CTRL_CONTROLLI`: one sheet per kind of control."""
    tables = {sheet: database.table(query) for sheet, query in _SHEETS.items()}
    totals: dict[str, object] = {f"righe_{sheet}": len(table.rows) for sheet, table in tables.items()}
    for sheet in ("CPP", "AC"):
        totals[f"somma_controllate_{sheet}"] = tables[sheet].total("controllate")
    _drop(outbox, f"CTRL_CONTROLLI_{month.code}.xlsx", tables, totals)


def write_measures(database: Database, outbox: Outbox, month: Month) -> None:
    """Write `MIS_MISURE`: JSON Lines, UTF-8."""
    result = database.row("measures_text")
    totals = {"somma_numeratore": result["numeratore"]}
    content = f"{result['text']}\n".encode()
    outbox.drop(f"MIS_MISURE_{month.code}.jsonl", content, result["rows"], totals)


def write_plans(database: Database, outbox: Outbox, month: Month) -> None:
    """Write the versions of the year's plan, `PIANO_<version>_<year>`; none before 2022."""
    if month.year < _FIRST_PLANNED_YEAR:
        return
    for version, is_detailed in _VERSIONS.items():
        name = f"{version}_{month.year}"
        database.set({"version": name, "is_detailed": is_detailed})
        tables = {sheet: database.table(query) for sheet, query in _PLAN_SHEETS.items()}
        totals: dict[str, object] = {f"righe_{sheet}": len(table.rows) for sheet, table in tables.items()}
        totals["somma_definito_om"] = tables["VOLUMI"].total("definito_om")
        totals["somma_pezzi"] = tables["SUSSIDIARIETA"].total("pezzi")
        _drop(outbox, f"PIANO_{name}.xlsx", tables, totals)


def _drop(outbox: Outbox, name: str, tables: Mapping[str, Table], totals: Mapping[str, object]) -> None:
    def write(path: Path) -> None:
        write_workbook(path, tables)

    outbox.build(name, write, sum(len(table.rows) for table in tables.values()), totals)
