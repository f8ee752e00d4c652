"""The answer to a question: typed rows, what they are, and how complete."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from api_client import frames
from api_client.errors import ProtocolError
from api_client.rows import Column, Row, Value, columns_of, converted

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Completeness", "Result", "parse_result"]

HTML_ROWS = 50


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what a figure should rest on has arrived.

    Attributes:
        expected: structures (or lines) that should be in the figures of the answer.
        present: how many of them are.
        complete: whether none is missing.
    """

    expected: int
    present: int
    complete: bool


@dataclass(frozen=True)
class Result:
    """A table of typed values, kept by column.

    Attributes:
        columns: name and type of each column, in order.
        values: one list per column, all of the same length.
        query: the query as the server understood it.
        annotation: title, type and meta of each member, as the server gives them.
        completeness: by measure (short name), for the measures that know theirs.
        last_refresh: when the server last read the data, ISO 8601, as it says.
        total: how many rows there are without limit and offset, when the query asked `total`.
        publications: the past publications that it is of, when `as_of` or `include_history` was asked:
            version, load, when each was in force, by which definitions.
        omitted: of a history, the publications that could not answer, each with its `code` and `error`.
    """

    columns: tuple[Column, ...]
    values: tuple[list[Value], ...]
    query: Mapping[str, Any] = field(default_factory=dict)
    annotation: Mapping[str, Any] = field(default_factory=dict)
    completeness: Mapping[str, Completeness] = field(default_factory=dict)
    last_refresh: str | None = None
    total: int | None = None
    publications: tuple[Mapping[str, Any], ...] = ()
    omitted: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows, each a mapping from short names to values."""
        index = {column.name: at for at, column in enumerate(self.columns)}
        return tuple(Row(index, values) for values in zip(*self.values, strict=True))

    @property
    def is_complete(self) -> bool:
        """Whether no measure of the answer is known to miss a structure."""
        return all(known.complete for known in self.completeness.values())

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know, in Italian: definitions that change, periods with nothing to compare."""
        said: list[str] = []
        for name, item in (self.annotation.get("measures") or {}).items():
            definitions = item.get("definitions", ())
            if len(definitions) > 1:
                parts = ", ".join(_definition(definition) for definition in definitions)
                said.append(f"{name.rpartition('.')[2]}: definizioni diverse: {parts}")
            said += [str(note["note"]) for note in item.get("comparison", {}).get("notes", ())]
        return tuple(dict.fromkeys(said))

    @property
    def may_have_more(self) -> bool:
        """Whether there are as many rows as the query's limit: further ones may have been left out."""
        return len(self) == self.query.get("limit")

    def __len__(self) -> int:
        return len(self.values[0]) if self.values else 0

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, at: int) -> Row:
        return self.rows[at]

    def column(self, name: str) -> list[Value]:
        """Give one column's values.

        Raises:
            KeyError: no column has that name; the message lists those there are.
        """
        for column, values in zip(self.columns, self.values, strict=True):
            if column.name == name:
                return values
        raise KeyError(f"no column {name!r}; there are: {', '.join(column.name for column in self.columns)}")

    def __repr__(self) -> str:
        """Show size and columns; the rows themselves are for iteration."""
        return f"Result({len(self)} rows: {', '.join(column.name for column in self.columns)})"

    def _repr_html_(self) -> str:
        """Show the first rows as a table in a notebook; every text is escaped."""
        head = "".join(f'<th title="{_safe(c.title)}">{_safe(c.name)}</th>' for c in self.columns)
        lines = [
            f"<tr>{''.join(f'<td>{_safe(value)}</td>' for value in row.values())}</tr>"
            for row in self.rows[:HTML_ROWS]
        ]
        more = len(self) - len(lines)
        caption = f"<caption>… {more} more rows</caption>" if more else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"

    def to_pandas(self) -> pandas.DataFrame:
        """Give a pandas DataFrame: nullable Int64, Float64 and boolean; decimals stay `Decimal` objects.

        Raises:
            ImportError: pandas is not installed.
        """
        return frames.to_pandas(self.columns, self.values)

    def to_polars(self) -> polars.DataFrame:
        """Give a polars DataFrame; decimals are exact (Decimal of 38 digits).

        Raises:
            ImportError: polars is not installed.
        """
        return frames.to_polars(self.columns, self.values)

    def to_arrow(self) -> pyarrow.Table:
        """Give an Arrow table; decimals are exact (decimal128 of 38 digits).

        Raises:
            ImportError: pyarrow is not installed.
        """
        return frames.to_arrow(self.columns, self.values)


def _definition(about: Mapping[str, Any]) -> str:
    """Say of one definition of a family in which periods it answers, or since when and until when."""
    periods = ", ".join(about["periods"])
    validity = f"dal {about['validFrom'] or '…'} al {about['validTo'] or '…'}"
    return f"{about['name']} ({periods or validity})"


def _safe(value: object) -> str:
    return "" if value is None else html.escape(str(value))


def parse_result(payload: Mapping[str, Any]) -> Result:
    """Read one answer of `/v1/load`, in any of the three response formats.

    Raises:
        ProtocolError: a part is missing or has another shape.
    """
    annotation = payload.get("annotation")
    data = payload.get("data")
    if not isinstance(annotation, dict) or not isinstance(data, list | dict):
        raise ProtocolError("the answer has no data or no annotation: is this the /v1/load of a Cube server?")
    try:
        members, by_column = _by_column(data, annotation)
        columns = columns_of(members, annotation)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise ProtocolError(f"the answer's rows have another shape than its members: {error!r}") from error
    total = payload.get("total")
    return Result(
        columns=columns,
        values=tuple(converted(values, column) for values, column in zip(by_column, columns, strict=True)),
        query=payload.get("query") or {},
        annotation=annotation,
        completeness=_completeness(columns, annotation),
        last_refresh=payload.get("lastRefreshTime"),
        total=None if total is None else int(total),
        publications=(annotation["publication"],) if annotation.get("publication") else (),
    )


def _by_column(
    data: list[Any] | dict[str, Any], annotation: Mapping[str, Any]
) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """Turn `default`, `compact` or `columnar` data into member names and one sequence per member."""
    if isinstance(data, list):
        members = list(data[0]) if data else _members_of(annotation)
        return members, [[row[member] for row in data] for member in members]
    members = list(data["members"])
    if not members:
        return _by_column([], annotation)
    if "columns" in data:
        by_column: Sequence[Sequence[Any]] = data["columns"]
    elif data["dataset"]:
        by_column = list(zip(*data["dataset"], strict=True))
    else:
        by_column = [[] for _ in members]
    if len(by_column) != len(members) or len({len(values) for values in by_column}) > 1:
        raise ValueError(f"{len(members)} members, {len(by_column)} columns")
    return members, by_column


def _members_of(annotation: Mapping[str, Any]) -> list[str]:
    """Give the members of an answer without rows."""
    return [
        member for kind in ("dimensions", "timeDimensions", "measures") for member in annotation.get(kind, {})
    ]


def _completeness(columns: Sequence[Column], annotation: Mapping[str, Any]) -> dict[str, Completeness]:
    """Collect what the measures' annotations say of their completeness."""
    known: dict[str, Completeness] = {}
    measures = annotation.get("measures") or {}
    for column in columns:
        said = measures.get(column.member, {}).get("completeness")
        if said:
            known[column.name] = Completeness(
                int(said["expected"]), int(said["present"]), said["complete"] is True
            )
    return known
