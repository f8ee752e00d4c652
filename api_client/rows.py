"""Rows with types: what the annotation says a member is, applied to the strings that JSON carries.

```
{"indicatori.fte": "12.5000", "indicatori.direzione": "DR-UMBRIA"}     the answer
        meta: {scala: 4}              type: string                      the annotation
Row(fte=Decimal("12.5000"), direzione="DR-UMBRIA")                      what the caller gets
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from api_client.errors import ProtocolError

__all__ = ["Column", "ColumnType", "Row", "Value", "columns_of", "converted"]

Value: TypeAlias = Decimal | int | float | bool | date | datetime | str | None
ColumnType: TypeAlias = Literal["decimal", "integer", "double", "boolean", "date", "datetime", "string"]

DECLARED_TYPES: Mapping[str, ColumnType] = {
    "bigint": "integer",
    "boolean": "boolean",
    "count": "integer",
    "date": "date",
    "decimal": "decimal",
    "double": "double",
    "int": "integer",
    "integer": "integer",
    "string": "string",
    "time": "datetime",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result.

    Attributes:
        name: the short name (`direzione`).
        member: the full name in the model (`indicatori.direzione`).
        type: the Python type of its values: Decimal, int, float, bool, date, datetime or str.
        scale: digits after the point of a decimal, when declared.
        title: the title to show, in Italian.
    """

    name: str
    member: str
    type: ColumnType
    scale: int | None = None
    title: str = ""


class Row(Mapping[str, Value]):
    """One row: a read-only mapping from short column names to typed values."""

    __slots__ = ("_index", "_values")

    def __init__(self, index: Mapping[str, int], values: Sequence[Value]) -> None:
        self._index = index
        self._values = values

    def __getitem__(self, name: str) -> Value:
        return self._values[self._index[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in self.items())})"


def columns_of(members: Iterable[str], annotation: Mapping[str, Any]) -> tuple[Column, ...]:
    """Give name and type to the members of an answer.

    Args:
        members: full names, in the answer's order.
        annotation: the answer's annotation: kind → member → type, title, meta.
    """
    members = list(members)
    short = [member.partition(".")[2] or member for member in members]
    described: dict[str, Mapping[str, Any]] = {}
    for kind in ("dimensions", "timeDimensions", "measures"):
        described |= annotation.get(kind, {})
    columns = []
    for member, name in zip(members, short, strict=True):
        about = described.get(member, {})
        meta = about.get("meta") or {}
        scale = meta.get("scala")
        columns.append(
            Column(
                # Two views in one raw query may share a short name: then both keep the full one.
                name=name if short.count(name) == 1 else member,
                member=member,
                type=_type_of(str(about.get("type", "string")), str(meta.get("tipo", "")), scale),
                scale=scale if isinstance(scale, int) else None,
                title=str(about.get("shortTitle") or about.get("title") or name),
            )
        )
    return tuple(columns)


def _type_of(kind: str, declared: str, scale: object) -> ColumnType:
    """Give a column's type: the declared one, else exact (an undeclared number is a Decimal)."""
    if declared in DECLARED_TYPES:
        return DECLARED_TYPES[declared]
    if kind == "number":
        return "integer" if scale == 0 else "decimal"
    return DECLARED_TYPES.get(kind, "string")


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool | float):
        raise ValueError("not an exact number")
    return Decimal(value)


def _integer(value: Any) -> int:
    number = _decimal(value)
    if number != number.to_integral_value():
        raise ValueError("has a fraction")
    return int(number)


def _boolean(value: Any) -> bool:
    return {True: True, False: False, "true": True, "false": False}[value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


CONVERTERS: Mapping[ColumnType, Callable[[Any], Value]] = {
    "boolean": _boolean,
    "date": lambda value: datetime.fromisoformat(value).date(),
    "datetime": datetime.fromisoformat,
    "decimal": _decimal,
    "double": float,
    "integer": _integer,
    "string": _text,
}


def converted(values: Iterable[Any], column: Column) -> list[Value]:
    """Convert one column of JSON values; null is None.

    Raises:
        ProtocolError: a value that is not of the column's declared type.
    """
    convert = CONVERTERS[column.type]
    result: list[Value] = []
    for value in values:
        try:
            result.append(None if value is None else convert(value))
        except (ValueError, TypeError, KeyError, ArithmeticError) as error:
            raise ProtocolError(
                f"{column.member} is declared {column.type}, but a value is {value!r}"
            ) from error
    return result
