"""Writes the rows of an answer as JSON, some at a time: no row waits for the last one to be encoded.

default    [{"v.a":"1","v.b":null}, …]
compact    {"members":["v.a","v.b"],"dataset":[["1",null], …]}
columnar   {"members":["v.a","v.b"],"columns":[["1", …],[null, …]]}
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from semantic.server.encoding import Json, encode_column

__all__ = ["RowWriter", "json_bytes"]

# Pieces are joined up to this size, so that an answer is a few large ones.
_PIECE_BYTES = 256 * 1024


class RowWriter:
    """Encodes rows in one of the three formats.

    Args:
        response_format: `default`, `compact` or `columnar`.
        names: of the columns shown: the first columns of the rows.
        kinds: the columns' types in DuckDB's spelling.
        repeated: (name, position) of columns shown again under another name.
        constants: (name, text) of columns that have one text in every row.
    """

    def __init__(
        self,
        response_format: str,
        names: Sequence[str],
        kinds: Sequence[str],
        repeated: Iterable[tuple[str, int]] = (),
        constants: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._format = response_format
        self._own = len(names)
        self._kinds = kinds
        self._repeated = tuple(repeated)
        self._constants = tuple(constants)
        self._names = [*names, *(name for name, _ in (*self._repeated, *self._constants))]
        # One list for the rows; with `columnar`, one for each column.
        self._lists = [_Pieces() for _ in (self._names if response_format == "columnar" else (0,))]

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Encode some more rows."""
        if not rows:
            return
        columns = self._columns(rows)
        if self._format == "columnar":
            for pieces, column in zip(self._lists, columns, strict=True):
                pieces.add(json_bytes(column)[1:-1])
            return
        table: Iterable[Any] = zip(*columns, strict=True)
        if self._format != "compact":
            table = (dict(zip(self._names, values, strict=True)) for values in table)
        self._lists[0].add(json_bytes(list(table))[1:-1])

    def finish(self) -> tuple[bytes, ...]:
        """Return the whole JSON, in pieces."""
        members = json_bytes(self._names)
        if self._format == "columnar":
            columns: list[bytes] = [b'{"members":' + members + b',"columns":[']
            for index, pieces in enumerate(self._lists):
                columns += (b",[" if index else b"[", *pieces.taken(), b"]")
            return _joined([*columns, b"]}"])
        if self._format == "compact":
            return _joined([b'{"members":' + members + b',"dataset":[', *self._lists[0].taken(), b"]}"])
        return _joined([b"[", *self._lists[0].taken(), b"]"])

    def _columns(self, rows: Sequence[tuple[Any, ...]]) -> list[Sequence[Json]]:
        raw = list(zip(*rows, strict=True))
        columns = [encode_column(raw[index], self._kinds[index]) for index in range(self._own)]
        columns += [columns[index] for _, index in self._repeated]
        columns += [[text] * len(rows) for _, text in self._constants]
        return columns


class _Pieces:
    """The elements of one JSON list, in pieces with the commas between them."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def add(self, elements: bytes) -> None:
        if self._pieces:
            self._pieces.append(b",")
        self._pieces.append(elements)

    def taken(self) -> list[bytes]:
        """Return the pieces, and keep none."""
        pieces, self._pieces = self._pieces, []
        return pieces


def json_bytes(value: Any) -> bytes:
    """Write a value as JSON without spaces, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _joined(pieces: list[bytes]) -> tuple[bytes, ...]:
    """Join small pieces, so that what is sent is not a thousand of them; takes from the list as it goes."""
    found: list[bytes] = []
    waiting: list[bytes] = []
    size = 0
    for index, piece in enumerate(pieces):
        pieces[index] = b""
        if size and size + len(piece) > _PIECE_BYTES:
            found.append(b"".join(waiting))
            waiting, size = [], 0
        waiting.append(piece)
        size += len(piece)
    return (*found, b"".join(waiting))
