"""`asOf` and `includeHistory`: of which publication an answer is to be, as a query writes it.

    {"asOf": "20250401T060000Z-01"}          a load, or a publication's version
    {"asOf": "2025-04-01T08:00:00+02:00"}    what was in force at that moment
    {"asOf": "2025-04-01"}                   … when that day ended, in the query's time zone
    {"includeHistory": true}                 every publication; with `asOf`, those up to it

Source of the names and of their meaning: `asOf` and `includeHistory` of data queries in the SDMX REST API 2.x
(https://github.com/sdmx-twg/sdmx-rest, doc/data.md). `docs/api.md` says where we differ.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from semantic.planner.dates import canonical_timezone
from semantic.planner.errors import InvalidQuery, UnsupportedQuery

__all__ = ["Asked", "asked_of", "instant_of"]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_LONGEST = 64
_FORMS = "the id of a load, a publication's version, 2025-04-30, or 2025-04-30T18:00:00+02:00"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which publications a request wants.

    Attributes:
        as_of: as it was written; '': the present one.
        history: whether the former publications are to answer too.
        timezone: of the query, for a time that is written without its own.
    """

    as_of: str
    history: bool
    timezone: str


def asked_of(written: Any) -> Asked | None:
    """Return which publications a request wants; None where it says nothing, or is no query at all.

    Args:
        written: what the request holds under `query`, as decoded from JSON.

    Raises:
        InvalidQuery: `asOf` is no text, or `includeHistory` no boolean.
        UnsupportedQuery: queries of one request name different publications, or history is asked of several.
    """
    queries = written if isinstance(written, list) else [written]
    found = {_asked(query) for query in queries if isinstance(query, dict)}
    if found <= {None}:
        return None
    if len(found) > 1:
        raise UnsupportedQuery(
            "The queries of one request must be of the same publication",
            code="AS_OF_DIFFERS",
            suggestion="give all of them the same 'asOf', or send them one by one",
        )
    (asked,) = found
    if asked is not None and asked.history and (isinstance(written, list) or _has_ranges(written)):
        raise UnsupportedQuery(
            "History is of one query over one date range",
            code="HISTORY_OF_SEVERAL",
            suggestion="leave out 'includeHistory', or send the queries one by one",
        )
    return asked


def instant_of(text: str, timezone: str) -> tuple[datetime, datetime] | None:
    """Return when a written day or moment begins, and the first moment after it, with their zone.

    None when the text is neither: then it is the id of a load or of a publication.

    Raises:
        InvalidQuery: it looks like a date and is none.
    """
    text = text.strip()
    try:
        if _DAY.fullmatch(text):
            day, zone = date.fromisoformat(text), ZoneInfo(timezone)
            following = datetime.combine(day + timedelta(days=1), time.min, zone)
            return datetime.combine(day, time.min, zone), following
        if not _MOMENT.fullmatch(text):
            return None
        moment = datetime.fromisoformat(text.upper().replace(" ", "T"))
    except (ValueError, OverflowError):
        raise InvalidQuery(f"'asOf' is '{text}', which is no date", suggestion=f"write {_FORMS}") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
    return moment, moment + timedelta(microseconds=1)


def _asked(query: dict[str, Any]) -> Asked | None:
    as_of, history = query.get("asOf"), query.get("includeHistory")
    if as_of is not None and (not isinstance(as_of, str) or not 0 < len(as_of.strip()) <= _LONGEST):
        raise InvalidQuery('Invalid query format: "asOf" must be a text', suggestion=f"write {_FORMS}")
    if history is not None and not isinstance(history, bool):
        raise InvalidQuery('Invalid query format: "includeHistory" must be a boolean')
    if as_of is None and not history:
        return None
    zone = query.get("timezone") or "UTC"
    return Asked(
        (as_of or "").strip(), bool(history), canonical_timezone(zone if isinstance(zone, str) else "")
    )


def _has_ranges(query: dict[str, Any]) -> bool:
    times = query.get("timeDimensions")
    return any(isinstance(item, dict) and "compareDateRange" in item for item in times or ())
