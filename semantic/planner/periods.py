"""Reporting periods: their codes and the days they cover.

2025-M03   March             2025-T1   first quarter      2025-S1   first half-year
2025-P03   January to March  2025-A    the year
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from semantic.planner.errors import RefusedByGuard

__all__ = ["FORMATS", "Period", "parse_period", "previous_period", "previous_year", "year_to_date"]

FORMATS = (
    "2025-M03 (month), 2025-T1 (quarter), 2025-S1 (half-year), 2025-P03 (January to March), 2025-A (year)"
)

_CODE = re.compile(r"(\d{4})-(?:M(0[1-9]|1[0-2])|T([1-4])|S([12])|P(0[1-9]|1[0-2])|(A))", re.ASCII)
# The last period of a year, by kind.
_LAST = {"M": "12", "T": "4", "S": "2"}


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period: its code, its first and its last day."""

    code: str
    first: date
    last: date


def parse_period(code: str, member: str) -> Period:
    """Read a period's code.

    Args:
        code: such as "2025-P10".
        member: the member it is a value of, to name it in the refusal.

    Raises:
        RefusedByGuard: the code has none of the formats.
    """
    match = _CODE.fullmatch(code)
    if match is None or match.group(1) == "0000":
        raise RefusedByGuard(
            f"'{code}' is no reporting period",
            code="UNKNOWN_PERIOD",
            member=member,
            suggestion=f"write {FORMATS}",
        )
    year = int(match.group(1))
    month, quarter, half, progressive = (int(group) if group else 0 for group in match.groups()[1:5])
    if month:
        first, last = month, month
    elif quarter:
        first, last = quarter * 3 - 2, quarter * 3
    elif half:
        first, last = half * 6 - 5, half * 6
    else:
        first, last = 1, progressive or 12
    return Period(code, date(year, first, 1), _last_day(year, last))


def previous_year(period: Period) -> str | None:
    """Return the code of the same period a year before; None before the calendar."""
    year = period.first.year - 1
    return f"{year:04d}{period.code[4:]}" if year else None


def previous_period(period: Period) -> str | None:
    """Return the code of the period of the same kind just before.

    A year to date goes back to the month before (2025-P03 → 2025-P02); January's has none before it.

    2025-M01 → 2024-M12      2025-T1 → 2024-T4      2025-S2 → 2025-S1      2025-A → 2024-A
    """
    kind, text = period.code[5], period.code[6:]
    if kind == "A":
        return previous_year(period)
    number = int(text) - 1
    if number:
        return f"{period.code[:6]}{number:0{len(text)}d}"
    year = period.first.year - 1
    if kind == "P" or not year:
        return None
    return f"{year:04d}-{kind}{_LAST[kind]}"


def year_to_date(period: Period) -> str:
    """Return the code of the year to the period's last month (2025-T3 → 2025-P09)."""
    return f"{period.first.year:04d}-P{period.last.month:02d}"


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
