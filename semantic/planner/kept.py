"""Plans that were made before: the same words are not planned twice.

A query whose dates may be relative ("last month") is planned each time: its plan is that of one moment.
"""

import json
from collections import OrderedDict
from collections.abc import Iterable
from decimal import Decimal
from threading import Lock
from typing import Any, Generic, TypeVar

from semantic.planner.query import Condition, Filter, Query

__all__ = ["Recent", "depends_on_time", "words_of"]

T = TypeVar("T")


class Recent(Generic[T]):
    """Keeps what was used last, up to a number. Serves all threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Any, T] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Any) -> T | None:
        """Return what is kept under a key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Any, value: T) -> None:
        """Keep something, and let go of what was not used for longest."""
        with self._lock:
            self._kept[key] = value
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


def words_of(written: Any, cache_mode: str | None) -> str | None:
    """Return a query as one text, the same for the same words; None of what is no JSON."""
    try:
        return json.dumps([written, cache_mode], default=_of_decimal, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return None


def depends_on_time(query: Query) -> bool:
    """Say whether a query has dates, which may be relative to the moment."""
    return any(item.date_range for item in query.time_dimensions) or _has_dates(query.filters)


def _has_dates(filters: Iterable[Filter]) -> bool:
    return any(
        item.dates is not None if isinstance(item, Condition) else _has_dates(item.items) for item in filters
    )


def _of_decimal(value: Any) -> Any:
    """Write a fraction otherwise than any text: no value of a query is an object."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    raise TypeError(f"{type(value)} is no value of JSON")
