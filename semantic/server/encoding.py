"""Values of the database as the protocol writes them: exact, and typed by the annotation.

DECIMAL 10.5000 → "10.5"     DOUBLE 1e21 → "1e+21"    BIGINT 7 → "7"      BOOLEAN → true
DATE 2025-01-31 → "2025-01-31T00:00:00.000"            NULL → null        VARCHAR → itself
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite, isnan
from typing import Any

__all__ = ["decimal_text", "double_text", "encode_column"]

Json = str | bool | None

# JavaScript writes numbers without an exponent from 1e-7 (excluded) to 1e21 (excluded).
_SHORT_FROM, _SHORT_TO = -7, 21


def decimal_text(value: Decimal) -> str:
    """Write a decimal in full, without trailing zeros (as Cube does; the scale is in the member's meta)."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def double_text(value: float) -> str:
    """Write a double with the fewest digits that give it back, in JavaScript's form.

    >>> double_text(1e21), double_text(0.000001), double_text(-3.0)
    ('1e+21', '0.000001', '-3')
    """
    if not isfinite(value):
        return "NaN" if isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    text = repr(value)
    if "e" not in text:
        text = text.removesuffix(".0")
        return "0" if text == "-0" else text
    mantissa, _, exponent = text.partition("e")
    power = int(exponent)
    if _SHORT_FROM < power < _SHORT_TO:
        return decimal_text(Decimal(text))
    return f"{mantissa.removesuffix('.0')}e{power:+d}"


def _moment_text(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds")


def _date_text(value: date) -> str:
    return f"{value.isoformat()}T00:00:00.000"


_CONVERTERS: dict[str, Callable[[Any], str]] = {
    "DATE": _date_text,
    "DECIMAL": decimal_text,
    "DOUBLE": double_text,
    "FLOAT": double_text,
    "TIMESTAMP": _moment_text,
    "TIMESTAMP_MS": _moment_text,
    "TIMESTAMP_NS": _moment_text,
    "TIMESTAMP_S": _moment_text,
}
_NATIVE = ("VARCHAR", "BOOLEAN", '"NULL"', "NULL")


def encode_column(values: Iterable[Any], kind: str) -> Sequence[Json]:
    """Encode one column.

    Args:
        values: what the database returned.
        kind: the column's type in DuckDB's spelling, such as "DECIMAL(38,4)".
    """
    base = kind.partition("(")[0]
    if base in _NATIVE:
        return list(values)
    convert = _CONVERTERS.get(base, str)
    return [None if value is None else convert(value) for value in values]
