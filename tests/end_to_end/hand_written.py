"""Runs the check queries of `by_hand/`: SQL over the facts, worked from the acts, reading no definition.

`$node` is the column that names the node, `$key` the structure's version (the month's or today's), `$months`
the period's months, `$year_months` those and SAP's thirteenth where the period is the whole year, `$closing`
the closing month, `$days` the conventional days.

The indicators that are rows of a published table share one query, in which `$item` is the row's code. The
measures of the registry have one check query per formula, in `by_hand/registry/`, with `$measure` and the
months `$upper_months` and `$lower_months` of numerator and denominator, from the row's nature.
"""

import csv
from functools import cache
from pathlib import Path
from string import Template

import duckdb

from orchestration.paths import warehouse_dir
from tests.registry import RegistryMeasure

__all__ = ["by_hand", "measure_by_hand", "months_of"]

_FOLDER = Path(__file__).parent / "by_hand"
_KEYS = {"as_was": "structure_key", "as_is": "structure_current_key"}
# Table → its column of codes, and the beginning of the indicators' names that stands for the code's.
_REGISTRIES = {
    "acts/ieep_voci": ("codice_voce", "", "ieep_"),
    "acts/ieep_voci_2025": ("codice_voce", "2025-", "ieep_2025_"),
    "registry/standard_costs": ("item_code", "", "costi_standard_"),
    "registry/structure_costs": ("item_code", "", "costi_struttura_"),
}
_NODES = {"nazionale": "'NAZIONALE'", "direzione": "s.directorate_code", "sede": "s.office_code"}


def months_of(period: str) -> list[int]:
    """Spell a period out as yyyymm, independently of the warehouse's calendar.

    >>> months_of("2025-T2")
    [202504, 202505, 202506]
    """
    year, kind, number = int(period[:4]), period[5], int(period[6:] or 1)
    first, last = {
        "M": (number, number),
        "T": (number * 3 - 2, number * 3),
        "S": (number * 6 - 5, number * 6),
        "A": (1, 12),
        "P": (1, number),
    }[kind]
    return [year * 100 + month for month in range(first, last + 1)]


def by_hand(
    connection: duckdb.DuckDBPyConnection, indicator: str, level: str, period: str, organisation: str
) -> dict[str, float]:
    """Return node → value, for the nodes that have one."""
    months = months_of(period)
    thirteenth = [months[0] // 100 * 100 + 13] if len(months) == 12 else []
    template, item = _query_of(indicator)
    more = {
        "item": item,
        "year_months": ", ".join(map(str, months + thirteenth)),
        "closing": str(months[-1]),
        "days": str(30 * len(months)),
    }
    return _run(connection, f"{template}.sql", level, period, organisation, more)


def measure_by_hand(
    connection: duckdb.DuckDBPyConnection,
    measure: RegistryMeasure,
    level: str,
    period: str,
    organisation: str,
) -> dict[str, float]:
    """Return node → value of a measure of the registry, worked from its row."""
    months = months_of(period)
    every, closing = ", ".join(map(str, months)), str(months[-1])
    more = {
        "measure": measure.code,
        "upper_months": closing if measure.nature == "stock" else every,
        "lower_months": every if measure.nature == "flusso" else closing,
    }
    return _run(connection, f"registry/{measure.formula}.sql", level, period, organisation, more)


def _run(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    level: str,
    period: str,
    organisation: str,
    more: dict[str, str],
) -> dict[str, float]:
    sql = Template((_FOLDER / name).read_text(encoding="utf-8")).substitute(
        node=_NODES[level],
        key=_KEYS[organisation],
        months=", ".join(map(str, months_of(period))),
        **more,
    )
    rows = connection.execute(f"select node, cast(value as double) from ({sql}) where value is not null")
    return dict(rows.fetchall())


def _query_of(indicator: str) -> tuple[str, str]:
    """Return the name of the check query and the row it is about: an indicator's own file comes first."""
    if (_FOLDER / f"{indicator}.sql").exists():
        return indicator, ""
    return _registry_rows()[indicator]


@cache
def _registry_rows() -> dict[str, tuple[str, str]]:
    found = {"costi_struttura": ("registry_structure_costs", "")}
    for table, (column, prefix, name) in _REGISTRIES.items():
        path = warehouse_dir() / "seeds" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            for code in [row[column] for row in csv.DictReader(file)]:
                spelled = code.removeprefix(prefix).lower().replace(".", "_").replace("-", "_")
                found[name + spelled] = (f"registry_{path.stem}", code)
    return found
