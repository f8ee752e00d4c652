"""How a value is written in a file, and the SQL that reads it.

Each format is a strict regular expression and an expression; a text that does not match, or does not fit the
column's type, reads as NULL, which the checks report. Nothing is guessed: `1.5` is no Italian number.
"""

import re

from orchestration.contracts import Column
from orchestration.landing.sql import literal

__all__ = ["description_of", "parse"]

_GROUPED = r"([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)"
_MONTH = r"(0[1-9]|1[0-2])"
_DESCRIPTIONS = {
    "dotted_date": "a date DD.MM.YYYY",
    "hours_minutes": "a duration HHHH:MM",
    "iso_date": "a date YYYY-MM-DD",
    "iso_month": "a month YYYY-MM",
    "italian": "an Italian number such as 1.234,50",
    "month_year": "a month MM/YYYY",
    "plain": "a plain number such as 1234.50",
    "sap": "a SAP number such as 1.234,50-",
    "text": "text",
}
_WHOLE_NUMBERS = {
    "italian": "a whole Italian number such as 1.234",
    "plain": "a whole number such as 1234",
    "sap": "a whole SAP number such as 1.234-",
}


def description_of(column: Column) -> str:
    """Return what a cell of the column should look like, for messages."""
    if column.physical_type.startswith("DECIMAL"):
        return f"{_DESCRIPTIONS[column.source_format]} that fits {column.physical_type}"
    return _WHOLE_NUMBERS.get(column.source_format) or _DESCRIPTIONS[column.source_format]


def parse(column: Column, cell: str) -> str:
    """Return the SQL expression that reads `cell`, itself an expression that gives trimmed text or NULL."""
    kind, target = column.source_format, column.physical_type
    if kind == "text":
        return cell
    if kind == "hours_minutes":
        # HHHH:MM to minutes.
        return _when(
            cell,
            "[0-9]{1,4}:[0-5][0-9]",
            f"cast(split_part({cell}, ':', 1) as integer) * 60 + cast(split_part({cell}, ':', 2) as integer)",
        )
    if kind == "month_year":
        return _when(cell, f"{_MONTH}/[0-9]{{4}}", f"cast(right({cell}, 4) || left({cell}, 2) as integer)")
    if kind == "iso_month":
        return _when(cell, f"[0-9]{{4}}-{_MONTH}", f"cast(left({cell}, 4) || right({cell}, 2) as integer)")
    if kind == "iso_date":
        return _when(cell, "[0-9]{4}-[0-9]{2}-[0-9]{2}", f"try_cast({cell} as date)")
    if kind == "dotted_date":
        parsed = f"cast(try_strptime({cell}, '%d.%m.%Y') as date)"
        return _when(cell, r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", parsed)
    return _number(kind, cell, target, _decimals(column))


def _number(kind: str, cell: str, target: str, decimals: int) -> str:
    """Return the expression of a number; more decimals than the column keeps are a fault, never rounded."""
    if kind == "plain":
        fraction = rf"(\.[0-9]{{1,{decimals}}})?" if decimals else ""
        return _when(cell, f"-?[0-9]+{fraction}", f"try_cast({cell} as {target})")
    fraction = f"(,[0-9]{{1,{decimals}}})?" if decimals else ""
    plain = f"replace(replace({cell}, '.', ''), ',', '.')"
    if kind == "italian":
        return _when(cell, f"-?{_GROUPED}{fraction}", f"try_cast({plain} as {target})")
    signed = f"case when {cell} like '%-' then '-' else '' end || rtrim({plain}, '-')"
    return _when(cell, f"{_GROUPED}{fraction}-?", f"try_cast({signed} as {target})")


def _decimals(column: Column) -> int:
    found = re.fullmatch(r"DECIMAL\(\d+,(\d)\)", column.physical_type)
    return int(found[1]) if found else 0


def _when(cell: str, pattern: str, value: str) -> str:
    return f"case when regexp_full_match({cell}, {literal(pattern)}) then {value} end"
