"""Typed columns into pandas, polars and Arrow, each imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from api_client.rows import Column, Value

__all__ = ["to_arrow", "to_pandas", "to_polars"]

DECIMAL_DIGITS = 38
PANDAS_TYPES = {
    "boolean": "boolean",
    "date": "object",
    "datetime": "datetime64[ms]",
    "decimal": "object",
    "double": "Float64",
    "integer": "Int64",
    "string": "str",
}


def to_pandas(columns: Sequence[Column], values: Sequence[list[Value]]) -> pandas.DataFrame:
    """Build a DataFrame; numbers are nullable, decimals and dates stay Python objects."""
    import pandas

    series: dict[str, Any] = {
        column.name: pandas.Series(items, dtype=PANDAS_TYPES[column.type])
        for column, items in zip(columns, values, strict=True)
    }
    return pandas.DataFrame(series)


def to_polars(columns: Sequence[Column], values: Sequence[list[Value]]) -> polars.DataFrame:
    """Build a DataFrame; decimals keep the declared scale, or the longest one met."""
    import polars

    types: dict[str, Any] = {
        "boolean": polars.Boolean,
        "date": polars.Date,
        "datetime": polars.Datetime("ms"),
        "double": polars.Float64,
        "integer": polars.Int64,
        "string": polars.String,
    }
    series = []
    for column, items in zip(columns, values, strict=True):
        kind = types.get(column.type) or polars.Decimal(DECIMAL_DIGITS, _scale(column, items))
        series.append(polars.Series(column.name, items, dtype=kind, strict=True))
    return polars.DataFrame(series)


def to_arrow(columns: Sequence[Column], values: Sequence[list[Value]]) -> pyarrow.Table:
    """Build a table; decimals keep the declared scale, or the longest one met."""
    import pyarrow

    types: dict[str, Any] = {
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "datetime": pyarrow.timestamp("ms"),
        "double": pyarrow.float64(),
        "integer": pyarrow.int64(),
        "string": pyarrow.string(),
    }
    arrays = {}
    for column, items in zip(columns, values, strict=True):
        kind = types.get(column.type) or pyarrow.decimal128(DECIMAL_DIGITS, _scale(column, items))
        arrays[column.name] = pyarrow.array(items, type=kind)
    return pyarrow.table(arrays)


def _scale(column: Column, items: Sequence[Value]) -> int:
    """Give the digits after the point that hold every value exactly."""
    exponents = [item.as_tuple().exponent for item in items if isinstance(item, Decimal)]
    met = max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)
    return max(column.scale or 0, met, 0)
