"""Reporting periods: their codes and the days they cover.

2025-M03   March             2025-T1   first quarter      2025-S1   first half-year
2025-P03   January to March  2025-A    the year
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from semantic.planner.errors import RefusedByGuard

__all__ = ["FORMATS", "Period", "parse_period"]

FORMATS = (
    "2025-M03 (month), 2025-T1 (quarter), 2025-S1 (half-year), 2025-P03 (January to March), 2025-A (year)"
)

_CODE = re.compile(r"(\d{4})-(?:M(0[1-9]|1[0-2])|T([1-4])|S([12])|P(0[1-9]|1[0-2])|(A))", re.ASCII)


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


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
