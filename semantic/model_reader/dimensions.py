"""Reads what dimensions have beyond a column: `case`, custom `granularities`, masks."""

import re
from datetime import datetime

from semantic.model_reader.definitions import CubeRef, Granularity, Interval, MemberRef, Template
from semantic.model_reader.documents import Document
from semantic.model_reader.references import Symbols, read_template
from semantic.model_reader.titles import titled
from semantic.model_reader.vocabulary import GRANULARITIES

__all__ = ["read_case", "read_granularities", "read_mask"]

_PART = str | CubeRef | MemberRef
_INTERVAL = re.compile(r"(-?\d+) (second|minute|hour|day|week|month|quarter|year)s?")
_ORIGIN = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2})?")
_TEXT_LITERAL = re.compile(r"(['\"])([^'\"{}\\]*)\1")
# How many of a unit make up the unit that Cube counts from, so that steps start anew with each of those.
_WHOLE = {"month": 12, "quarter": 4, "week": 1, "day": 1, "hour": 24, "minute": 60, "second": 60}


def read_case(document: Document, symbols: Symbols) -> Template | None:
    """Read `case` into the SQL that it stands for; None (and a problem) when it is not one.

    `when: [{sql, label}, …]` with `else: {label}`: a label is a text, or an expression under `sql`.
    """
    case = document.child("case")
    if case is None:
        return None
    case.only("when", "else")
    parts: list[_PART] = ["CASE"]
    for branch in case.documents("when"):
        branch.only("sql", "label")
        condition = read_template(branch, "sql", symbols)
        parts += [" WHEN ", *(condition.parts if condition else ()), " THEN ", *_label(branch, symbols)]
    if len(parts) == 1:
        case.refuse("when", "has no branch", "write when: [{sql: condition, label: text}]")
    other = case.child("else")
    if other is not None:
        other.only("label")
        parts += [" ELSE ", *_label(other, symbols)]
    return Template((*parts, " END"))


def _label(document: Document, symbols: Symbols) -> tuple[_PART, ...]:
    node = document.node("label")
    if node is not None and isinstance(node.value, dict):
        label = document.child("label")
        template = read_template(label, "sql", symbols) if label else None
        return template.parts if template else ()
    text = document.required("label")
    if re.search(r"['\\{}]", text):
        document.refuse(
            "label",
            f"{text!r} has a quote, a backslash or a brace: Cube puts it into its SQL as it is",
            "write label: {sql: \"'dell''area'\"}",
        )
        return ()
    return (f"'{text}'",)


def read_mask(document: Document, symbols: Symbols, kind: str) -> Template | None:
    """Read `mask`: what who may not see the member sees instead; None: NULL.

    Args:
        document: the member.
        symbols: what its SQL may refer to.
        kind: the member's type, which a literal mask must have.
    """
    node = document.node("mask")
    if node is None:
        return None
    value = node.value
    if isinstance(value, dict):
        mask = document.child("mask")
        return read_template(mask, "sql", symbols) if mask else None
    if isinstance(value, bool) and kind == "boolean":
        return Template(("TRUE" if value else "FALSE",))
    if isinstance(value, int | float) and not isinstance(value, bool) and kind == "number":
        return Template((str(value),))
    match = _TEXT_LITERAL.fullmatch(value) if isinstance(value, str) and kind == "string" else None
    if match:
        return Template((f"'{match.group(2)}'",))
    document.refuse(
        "mask",
        f"{node.plain!r} is no {kind} to show instead",
        "a number, true or false, a text in quotes within quotes ('\"***\"'), or {sql: expression}",
    )
    return None


def read_granularities(document: Document, kind: str) -> dict[str, Granularity]:
    """Read the `granularities` of a time dimension: those that Cube computes rightly, and no others."""
    found: dict[str, Granularity] = {}
    for item in document.documents("granularities"):
        item.only("name", "title", "interval", "offset", "origin")
        name = item.required("name")
        if kind != "time":
            document.refuse("granularities", f"a {kind} has no granularities")
        elif not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) or name in GRANULARITIES or name in found:
            item.refuse("name", f"'{name}' is no name, is already there or is predefined", "choose another")
        else:
            granularity = _granularity(item, name)
            if granularity is not None:
                found[name] = granularity
    return found


def _granularity(document: Document, name: str) -> Granularity | None:
    interval = _interval(document, "interval")
    offset = _interval(document, "offset") if "offset" in document else None
    origin = _origin(document)
    if interval is None:
        return None
    why = _unsound(interval, offset, origin)
    if why:
        document.refuse("interval", f"'{interval.text}': {why[0]}", why[1])
    title = document.text("title") or titled(name)
    return Granularity(name, title, interval, offset, origin, document.text("origin"))


def _unsound(interval: Interval, offset: Interval | None, origin: datetime | None) -> tuple[str, str] | None:
    """Say why Cube would put moments into the wrong interval, or into another one each year."""
    if interval.count < 1:
        return "an interval is positive", "write '6 months'"
    if offset and origin:
        return "has both an offset and an origin", "write one of them"
    if interval.count == 1 and origin:
        return "Cube ignores the origin of an interval of one unit", "write offset: '3 months'"
    if interval.count > 1 and not origin:
        whole = _WHOLE.get(interval.unit, 0)
        if not whole or whole % interval.count:
            return "Cube counts such intervals from the current year on", "write origin: '2020-01-01'"
    if interval.count > 1 and offset and (offset.count < 0 or not _starts(interval.unit, offset.unit)):
        return f"its steps would not start with a whole {interval.unit}", f"an offset in {interval.unit}s"
    if origin and not _is_start(origin, interval.unit):
        return (
            f"the origin {origin} is not the start of a {interval.unit}",
            f"begin with a whole {interval.unit}",
        )
    return None


def _starts(unit: str, of_offset: str) -> bool:
    return GRANULARITIES.index(of_offset) >= GRANULARITIES.index(unit) and of_offset != "week"


def _is_start(moment: datetime, unit: str) -> bool:
    """Whether a moment starts a unit; DuckDB counts the boundaries between two moments, not whole units."""
    is_midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return {
        "second": True,
        "minute": moment.second == 0,
        "hour": (moment.minute, moment.second) == (0, 0),
        "day": is_midnight,
        "week": is_midnight,
        "month": is_midnight and moment.day == 1,
        "quarter": is_midnight and moment.day == 1,
        "year": is_midnight and (moment.month, moment.day) == (1, 1),
    }[unit]


def _interval(document: Document, key: str) -> Interval | None:
    text = document.required(key)
    match = _INTERVAL.fullmatch(text)
    if match:
        return Interval(int(match.group(1)), match.group(2), text)
    if text:
        document.refuse(key, f"'{text}' is no interval of one unit", "write '6 months', '1 week', '1 year'")
    return None


def _origin(document: Document) -> datetime | None:
    text = document.text("origin")
    if not text:
        return None
    try:
        if _ORIGIN.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    document.refuse("origin", f"'{text}' is no moment", "write '2020-01-01'")
    return None
