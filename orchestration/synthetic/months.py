"""Months, working days and the yearly rhythm of the work.

A month's index is `year * 12 + month - 1`: every draw is keyed by it, so that a month's figures do not
depend on which other months are generated.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from orchestration.synthetic.errors import InvalidRange

__all__ = ["Month", "holidays", "months_until", "working_days"]

_FIRST_YEAR, _LAST_YEAR = 2015, 2035
_FIXED_HOLIDAYS = ((1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26))


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month."""

    year: int
    month: int

    @classmethod
    def at(cls, index: int) -> "Month":
        """Return the month with this index (`year * 12 + month - 1`)."""
        return cls(index // 12, index % 12 + 1)

    @property
    def index(self) -> int:
        """Months since year 0, the key of every draw."""
        return self.year * 12 + self.month - 1

    @property
    def code(self) -> str:
        """`YYYYMM`, as file names spell it."""
        return f"{self.year}{self.month:02d}"

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])


def months_until(end: str, count: int) -> list[Month]:
    """Return `count` months, the last of them `end`, oldest first.

    Args:
        end: last month, `YYYY-MM`.
        count: how many months, 1 or more.

    Raises:
        InvalidRange: `end` is not a month, `count` is below 1, or the range leaves 2015–2035.
    """
    parts = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", end)
    if parts is None:
        raise InvalidRange(f"end is {end!r}: write it as YYYY-MM, for example 2025-12")
    if count < 1:
        raise InvalidRange(f"months is {count}: ask for 1 or more")
    last = Month(int(parts[1]), int(parts[2])).index
    first = last - count + 1
    if first < _FIRST_YEAR * 12 or last >= (_LAST_YEAR + 1) * 12:
        raise InvalidRange(
            f"{count} months until {end} leave the years {_FIRST_YEAR}–{_LAST_YEAR}: ask for fewer months"
        )
    return [Month.at(index) for index in range(first, last + 1)]


def _easter(year: int) -> date:
    """Return Easter Sunday by the anonymous Gregorian computus (Meeus/Jones/Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> frozenset[date]:
    """Return the national public holidays (Legge 260/1949 as amended up to Legge 336/2000)."""
    fixed = {date(year, month, day) for month, day in _FIXED_HOLIDAYS}
    return frozenset(fixed | {_easter(year) + timedelta(days=1)})


def working_days(month: Month) -> int:
    """Return the days from Monday to Friday of the month that are not public holidays."""
    closed = holidays(month.year)
    days = (month.first_day + timedelta(days=n) for n in range(month.last_day.day))
    return sum(day.weekday() < 5 and day not in closed for day in days)
