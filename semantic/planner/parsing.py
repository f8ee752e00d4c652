"""Reads the JSON of a query into a `Query`; whatever is not of the protocol is refused, never ignored."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from semantic.model_reader import nearest
from semantic.planner.comparisons import COMPARISONS
from semantic.planner.dates import canonical_timezone, date_range, day_range
from semantic.planner.errors import InvalidQuery, UnsupportedQuery
from semantic.planner.query import (
    CACHE_MODES,
    DEFAULT_LIMIT,
    GRANULARITIES,
    MAX_LIMIT,
    OPERATORS,
    RESPONSE_FORMATS,
    Condition,
    DateRange,
    Filter,
    Group,
    Order,
    Query,
    TimeDimension,
    canonical_values,
)

__all__ = ["parse_query"]

_KEYS = (
    "measures",
    "dimensions",
    "filters",
    "timeDimensions",
    "order",
    "segments",
    "timezone",
    "limit",
    "offset",
    "total",
    "cache",
    "cacheMode",
    "ungrouped",
    "responseFormat",
    "completeOnly",
    "comparisons",
    "asOf",
    "includeHistory",
)
_MEMBER = re.compile(r"[a-zA-Z0-9_]+\.[a-zA-Z0-9_]+")
_TIMED = re.compile(r"[a-zA-Z0-9_]+\.[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)?")
_STEP = re.compile(r"[a-zA-Z0-9_]{1,128}")
_PATTERN = r"/^[a-zA-Z0-9_]+\.[a-zA-Z0-9_]+$/"
_NO_VALUES = ("set", "notSet")
_RANGES = ("inDateRange", "notInDateRange", "onTheDate")
_INSTANTS = ("beforeDate", "beforeOrOnDate", "afterDate", "afterOrOnDate")
_CONNECTIVES: tuple[Literal["and"], Literal["or"]] = ("and", "or")
_DEEPEST = 20


def parse_query(written: Any, now: datetime, cache_mode: str | None = None) -> Query:
    """Read a query.

    Args:
        written: the query as decoded from JSON.
        now: the current time, with its zone, for relative dates.
        cache_mode: the `cache` given beside the query; it wins over the one inside.

    Raises:
        InvalidQuery: it does not follow the protocol.
        UnsupportedQuery: it compares ungrouped rows.
    """
    _check_keys(written)
    timezone = canonical_timezone(_text(written, "timezone") or "UTC")
    dimensions = _members(written, "dimensions", _TIMED)
    query = Query(
        measures=_members(written, "measures", _MEMBER),
        dimensions=tuple(name for name in dimensions if name.count(".") == 1),
        segments=_members(written, "segments", _MEMBER),
        filters=_filters(written.get("filters") or [], timezone, now),
        time_dimensions=(
            *(
                _time_dimension(item, index, timezone, now)
                for index, item in enumerate(_list(written, "timeDimensions"))
            ),
            *(_with_granularity(name) for name in dimensions if name.count(".") == 2),
        ),
        order=_order(written.get("order")),
        limit=_limit(written),
        offset=_integer(written, "offset", 0),
        total=_boolean(written, "total"),
        ungrouped=_boolean(written, "ungrouped"),
        timezone=timezone,
        response_format=_choice(written, "responseFormat", RESPONSE_FORMATS, "default"),
        cache_mode=_cache_mode(written, cache_mode),
        complete_only=_boolean(written, "completeOnly"),
        comparisons=_comparisons(written),
        as_of=_text(written, "asOf"),
        include_history=_boolean(written, "includeHistory"),
        written=written,
    )
    if not (query.measures or query.dimensions or any(item.granularity for item in query.time_dimensions)):
        raise InvalidQuery(
            "Query should contain either measures, dimensions or timeDimensions with granularities "
            "in order to be valid"
        )
    if query.comparisons and not query.measures:
        raise InvalidQuery("Comparisons are of measures: the query has none", suggestion="add 'measures'")
    if query.comparisons and query.ungrouped:
        raise UnsupportedQuery(
            "Comparisons are of groups: ungrouped rows have none", suggestion="leave out one of the two"
        )
    return query


def _check_keys(written: Any) -> None:
    if not isinstance(written, dict):
        raise InvalidQuery('Invalid query format: "query" must be of type object')
    for key in written:
        if key not in _KEYS:
            raise InvalidQuery(
                f'Invalid query format: "{key}" is not allowed', suggestion=nearest(key, _KEYS)
            )


def _with_granularity(name: str) -> TimeDimension:
    dimension, _, granularity = name.rpartition(".")
    return TimeDimension(dimension, _granularity(granularity, dimension), None)


def _time_dimension(item: Any, index: int, timezone: str, now: datetime) -> TimeDimension:
    label = f"timeDimensions[{index}]"
    if not isinstance(item, dict):
        raise InvalidQuery(f'Invalid query format: "{label}" must be of type object')
    for key in item:
        if key not in ("dimension", "granularity", "dateRange"):
            raise InvalidQuery(f'Invalid query format: "{label}.{key}" is not allowed')
    dimension = item.get("dimension")
    if not isinstance(dimension, str) or not _MEMBER.fullmatch(dimension):
        raise _bad_name(f"{label}.dimension", dimension)
    granularity = item.get("granularity")
    given = item.get("dateRange")
    is_dates = isinstance(given, list) and given and all(isinstance(text, str) for text in given)
    if given is not None and not isinstance(given, str) and not is_dates:
        raise InvalidQuery(f'Invalid query format: "{label}.dateRange" must be a text or a list of dates')
    return TimeDimension(
        dimension,
        None if granularity is None else _granularity(granularity, dimension),
        None if given is None else date_range(given, timezone, now),
    )


def _granularity(name: Any, dimension: str) -> str:
    """Check the form; whether the dimension has it is known when the query meets the model."""
    if not isinstance(name, str) or not _STEP.fullmatch(name):
        raise InvalidQuery(
            f'Granularity "{name}" does not exist in dimension {dimension}',
            member=dimension,
            suggestion=nearest(str(name), GRANULARITIES),
        )
    return name


def _filters(
    items: Any, timezone: str, now: datetime, depth: int = 0, label: str = "filters"
) -> tuple[Filter, ...]:
    if not isinstance(items, list):
        raise InvalidQuery(f'Invalid query format: "{label}" must be an array')
    if depth > _DEEPEST:
        raise InvalidQuery(f"Filters are nested deeper than {_DEEPEST}")
    found: list[Filter] = []
    for index, item in enumerate(items):
        here = f"{label}[{index}]"
        if not isinstance(item, dict):
            raise InvalidQuery(f'Invalid query format: "{here}" must be of type object')
        connectives = [word for word in _CONNECTIVES if word in item]
        if connectives:
            if len(item) > 1:
                raise InvalidQuery(f'Invalid query format: "{here}" must hold either "and" or "or", alone')
            word = connectives[0]
            found.append(Group(word, _filters(item[word], timezone, now, depth + 1, f"{here}.{word}")))
        else:
            found.append(_condition(item, here, timezone, now))
    return tuple(found)


def _condition(item: Mapping[str, Any], label: str, timezone: str, now: datetime) -> Condition:
    for key in item:
        if key not in ("member", "dimension", "operator", "values"):
            raise InvalidQuery(f'Invalid query format: "{label}.{key}" is not allowed')
    shown = json.dumps(item, ensure_ascii=False, default=str)
    member = item.get("member", item.get("dimension"))
    if not isinstance(member, str) or not _MEMBER.fullmatch(member) or {"member", "dimension"} <= item.keys():
        raise _bad_name(f"{label}.member", member)
    operator = item.get("operator")
    if not operator:
        raise InvalidQuery(f"Operator required for filter: {shown}", member=member)
    if operator not in OPERATORS:
        raise InvalidQuery(
            f"Operator {operator} not supported for filter: {shown}",
            member=member,
            suggestion=nearest(str(operator), OPERATORS),
        )
    values = item.get("values")
    if operator in _NO_VALUES:
        return Condition(member, operator, ())
    if not values:
        raise InvalidQuery(f"Values required for filter: {shown}", member=member)
    if not isinstance(values, list) or not all(_is_value(value) for value in values):
        raise InvalidQuery(
            f'Invalid query format: "{label}.values" must be a list of texts, numbers, booleans'
        )
    return _resolved(Condition(member, operator, canonical_values(values)), timezone, now)


def _resolved(condition: Condition, timezone: str, now: datetime) -> Condition:
    """Resolve the dates of a filter about dates; as in Cube, a range may be one relative text."""
    if condition.operator not in (*_RANGES, *_INSTANTS):
        return condition
    texts = [value for value in condition.values if value is not None]
    most = 2 if condition.operator in _RANGES else 1
    if len(texts) != len(condition.values) or len(texts) > most:
        raise InvalidQuery(
            f"Operator {condition.operator} takes {'one or two dates' if most == 2 else 'one date'}",
            member=condition.member,
        )
    dates = date_range(texts[0] if len(texts) == 1 else texts, timezone, now)
    dates = _instant(condition.operator, dates)
    # The answer shows what a relative text came to; absolute dates stay as they were written.
    values = tuple(texts)
    if len(texts) == 1 and (condition.operator in _RANGES or day_range(texts[0]) is None):
        values = tuple(dict.fromkeys(dates.json)) if condition.operator in _INSTANTS else tuple(dates.json)
    return Condition(condition.member, condition.operator, values, dates)


def _instant(operator: str, dates: DateRange) -> DateRange:
    if operator in ("beforeDate", "afterOrOnDate"):
        return DateRange(dates.start, dates.start)
    return DateRange(dates.end, dates.end) if operator in _INSTANTS else dates


def _order(written: Any) -> tuple[Order, ...] | None:
    if written is None:
        return None
    pairs = list(written.items()) if isinstance(written, dict) else written
    if not isinstance(pairs, list):
        raise InvalidQuery('Invalid query format: "order" must be an object or a list of pairs')
    found = []
    for index, pair in enumerate(pairs):
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], str):
            raise InvalidQuery(f'Invalid query format: "order[{index}]" must be a [member, direction] pair')
        if pair[1] not in ("asc", "desc"):
            raise InvalidQuery(
                f'Invalid query format: "order[{index}][1]" must be one of [asc, desc]', member=pair[0]
            )
        found.append(Order(pair[0], pair[1] == "desc"))
    return tuple(found)


def _comparisons(written: Mapping[str, Any]) -> tuple[str, ...]:
    names = _list(written, "comparisons")
    for index, name in enumerate(names):
        if name not in COMPARISONS:
            raise InvalidQuery(
                f'Invalid query format: "comparisons[{index}]" must be one of [{", ".join(COMPARISONS)}]',
                suggestion=nearest(str(name), COMPARISONS),
            )
    return tuple(dict.fromkeys(names))


def _limit(written: Mapping[str, Any]) -> int:
    limit = _integer(written, "limit", DEFAULT_LIMIT)
    if limit > MAX_LIMIT:
        raise InvalidQuery(
            "The query limit has been exceeded.",
            code="LIMIT_EXCEEDED",
            suggestion=f"ask for at most {MAX_LIMIT} rows at a time and page with 'offset'",
        )
    return limit


def _cache_mode(written: Mapping[str, Any], beside: str | None) -> str:
    inside = written.get("cache", written.get("cacheMode"))
    mode = beside if beside is not None else inside
    if mode is None:
        return CACHE_MODES[0]
    if mode not in CACHE_MODES:
        raise InvalidQuery(f'Invalid query format: "cacheMode" must be one of [{", ".join(CACHE_MODES)}]')
    return str(mode)


def _members(written: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    names = _list(written, key)
    for index, name in enumerate(names):
        if not isinstance(name, str) or not pattern.fullmatch(name):
            raise _bad_name(f"{key}[{index}]", name)
    return tuple(dict.fromkeys(names))


def _list(written: Mapping[str, Any], key: str) -> list[Any]:
    items = written.get(key)
    if items is None:
        return []
    if not isinstance(items, list):
        raise InvalidQuery(f'Invalid query format: "{key}" must be an array')
    return items


def _bad_name(label: str, name: Any) -> InvalidQuery:
    return InvalidQuery(
        f'Invalid query format: "{label}" with value "{name}" fails to match the required pattern: '
        f"{_PATTERN}",
        suggestion="write view.member",
    )


def _text(written: Mapping[str, Any], key: str) -> str:
    value = written.get(key)
    if value is not None and not isinstance(value, str):
        raise InvalidQuery(f'Invalid query format: "{key}" must be a string')
    return value or ""


def _boolean(written: Mapping[str, Any], key: str) -> bool:
    value = written.get(key)
    if value is not None and not isinstance(value, bool):
        raise InvalidQuery(f'Invalid query format: "{key}" must be a boolean')
    return bool(value)


def _integer(written: Mapping[str, Any], key: str, default: int) -> int:
    value = written.get(key)
    if value is None:
        return default
    if isinstance(value, Decimal) and 0 <= value < 2**63 and value == int(value):
        # 10.0 is an integer of JSON too.
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise InvalidQuery(f'Invalid query format: "{key}" must be an integer from 0')
    return int(value)


def _choice(written: Mapping[str, Any], key: str, valid: tuple[str, ...], default: str) -> str:
    value = written.get(key, default)
    if value not in valid:
        raise InvalidQuery(f'Invalid query format: "{key}" must be one of [{", ".join(valid)}]')
    return str(value)


def _is_value(value: Any) -> bool:
    return value is None or isinstance(value, str | bool | int | Decimal)
