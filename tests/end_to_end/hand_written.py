"""Runs the check queries of `by_hand/`: SQL over the facts, worked from the acts, reading no definition.

`$node` is the column that names the node, `$key` the structure's version (the month's or today's), `$months`
the period's months, `$year_months` those and SAP's thirteenth where the period is the whole year, `$closing`
the closing month, `$days` the conventional days.

The measures of the registry have one check query per formula, in `by_hand/registry/`, with `$measure` and the
months `$upper_months` and `$lower_months` of numerator and denominator, from the row's nature.
"""

from pathlib import Path
from string import Template

import duckdb

from tests.registry import RegistryMeasure

__all__ = ["by_hand", "measure_by_hand", "months_of"]

_FOLDER = Path(__file__).parent / "by_hand"
_KEYS = {"as_was": "structure_key", "as_is": "structure_current_key"}
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
    more = {
        "year_months": ", ".join(map(str, months + thirteenth)),
        "closing": str(months[-1]),
        "days": str(30 * len(months)),
    }
    return _run(connection, f"{indicator}.sql", level, period, organisation, more)


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
