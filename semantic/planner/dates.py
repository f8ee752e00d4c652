"""Dates of a query: absolute ones, and the relative words of the protocol, in the query's time zone.

    "last 2 months" on 2025-03-15   →   2025-01-01 00:00:00.000 … 2025-02-28 23:59:59.999

`last N units` leaves the current unit out; weeks start on Monday (ISO).
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from semantic.model_reader import nearest
from semantic.planner.errors import InvalidQuery
from semantic.planner.query import DateRange

__all__ = ["canonical_timezone", "date_range", "day_range", "to_utc"]

_DAY_END = time(23, 59, 59, 999000)
_TICK = timedelta(milliseconds=1)
_UNITS = ("day", "week", "month", "year", "quarter", "hour", "minute", "second")
_UNIT = "(" + "|".join(_UNITS) + ")s?"
_CURRENT = re.compile(rf"(this|last|next)\s+{_UNIT}")
_SEVERAL = re.compile(rf"(last|next)\s+(\d{{1,5}})\s+{_UNIT}")
_AGO = re.compile(rf"(\d{{1,5}})\s+{_UNIT}\s+(ago|from now)")
_FROM_TO = re.compile(r"from\s+(.{1,50}?)\s+to\s+(.{1,50})")
_ABSOLUTE = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_DAYS = {"today": 0, "now": 0, "yesterday": -1, "tomorrow": 1}
_FORMS = (
    "2025-01-31, 2025-01-31T10:00:00, today, yesterday, tomorrow, "
    "this|last|next [N] day|week|month|quarter|year, N days ago, from … to …"
)


def canonical_timezone(name: str) -> str:
    """Return the IANA name of a time zone, whatever its case.

    Raises:
        InvalidQuery: there is no such zone.
    """
    if name == "UTC":
        return name
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zones = available_timezones()
    for zone in zones:
        if zone.lower() == name.lower():
            return zone
    raise InvalidQuery(
        f'Invalid query format: "timezone" must be a valid IANA time zone, got "{name}"',
        suggestion=nearest(name, zones),
    )


def to_utc(moment: datetime, timezone: str) -> datetime:
    """Return a local time of `timezone` as naive UTC."""
    if timezone == "UTC":
        return moment
    return moment.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC).replace(tzinfo=None)


def day_range(text: str) -> DateRange | None:
    """Read an absolute date (its whole day) or time (itself); None when the text is neither."""
    match = _ABSOLUTE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        if match.group(2) is None:
            day = date.fromisoformat(match.group(1))
            return DateRange(datetime.combine(day, time.min), datetime.combine(day, _DAY_END))
        zone = (match.group(3) or "").upper()
        moment = datetime.fromisoformat(f"{match.group(1)}T{match.group(2)}{zone}")
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return DateRange(moment, moment)


def date_range(written: str | list[str], timezone: str, now: datetime) -> DateRange:
    """Read a `dateRange`: two dates, one date, or relative words.

    Args:
        written: what the client wrote.
        timezone: the query's time zone.
        now: the current time, with its zone.

    Raises:
        InvalidQuery: it is none of the forms, or ends before it starts.
    """
    local = now.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    if isinstance(written, str):
        found = _relative(written.strip().lower(), local)
    elif len(written) in (1, 2):
        first, last = _absolute(written[0]), _absolute(written[-1])
        found = DateRange(first.start, last.end)
    else:
        raise InvalidQuery(f"A date range has one or two dates, not {len(written)}")
    if found.end < found.start:
        raise InvalidQuery(
            f"The date range {found.json} ends before it starts", suggestion="swap the two dates"
        )
    return found


def _absolute(text: str) -> DateRange:
    found = day_range(text)
    if found is None:
        raise InvalidQuery(
            f"Can't parse date: '{text}'", suggestion="write 2025-01-31 or 2025-01-31T10:00:00"
        )
    return found


def _relative(text: str, now: datetime) -> DateRange:
    absolute = day_range(text)
    if absolute is not None:
        return absolute
    if match := _CURRENT.fullmatch(text):
        steps = {"this": 0, "last": -1, "next": 1}[match.group(1)]
        return _span(now, match.group(2), steps, steps)
    if match := _SEVERAL.fullmatch(text):
        count = int(match.group(2))
        first, last = (-count, -1) if match.group(1) == "last" else (1, count)
        return _span(now, match.group(3), first, last)
    if match := _FROM_TO.fullmatch(text):
        return DateRange(_relative(match.group(1), now).start, _relative(match.group(2), now).end)
    if match := _AGO.fullmatch(text):
        count = int(match.group(1)) * (-1 if match.group(3) == "ago" else 1)
        moment = _shifted(now, match.group(2), count)
        unit = match.group(2) if match.group(2) in ("hour", "minute", "second") else "day"
        return _span(moment, unit, 0, 0)
    if text in _DAYS:
        return _span(now, "day", _DAYS[text], _DAYS[text])
    raise InvalidQuery(f"Can't parse date: '{text}'", suggestion=f"one of: {_FORMS}")


def _span(now: datetime, unit: str, first: int, last: int) -> DateRange:
    """From the start of the `first`-th unit after now to the end of the `last`-th."""
    try:
        start = _floor(_shifted(now, unit, first), unit)
        following = _shifted(_floor(_shifted(now, unit, last), unit), unit, 1)
    except (OverflowError, ValueError):
        raise InvalidQuery(f"The date {first} {unit}s from now is outside the calendar") from None
    return DateRange(start, following - _TICK)


def _floor(moment: datetime, unit: str) -> datetime:
    if unit in ("hour", "minute", "second"):
        second = moment.second if unit == "second" else 0
        return moment.replace(minute=0 if unit == "hour" else moment.minute, second=second, microsecond=0)
    day = datetime.combine(moment.date(), time.min)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _shifted(moment: datetime, unit: str, count: int) -> datetime:
    """Move by whole units; a day that the month lacks becomes its last (31 January → 28 February)."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        return moment + count * timedelta(**{f"{unit}s": 1})
    index = moment.year * 12 + moment.month - 1 + count * months
    first = moment.replace(year=index // 12, month=index % 12 + 1, day=1)
    length = ((first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
    return first.replace(day=min(moment.day, length))
