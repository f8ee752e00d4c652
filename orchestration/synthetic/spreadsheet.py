"""Writes tables as one Excel workbook, a sheet each, in bounded memory.

The workbook is XlsxWriter's, with the header rows; the data rows are put into its sheets here, a line of
SpreadsheetML each: plans have hundreds of thousands of cells, and a call for each was most of the time.
The document's date is fixed: the same rows give the same bytes.

Source: ECMA-376 part 1, 18.3.1 (worksheets), 18.3.1.53 (`is`, inline strings).
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from orchestration.synthetic.database import Table

__all__ = ["write_workbook"]

_DOCUMENT_DATE = datetime(2020, 1, 1)
_END_OF_DATA = b"</sheetData>"
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')
_ROWS_AT_ONCE = 5000


def write_workbook(path: Path, tables: Mapping[str, Table]) -> None:
    """Write one sheet per table, by name; blank text leaves a blank cell.

    Args:
        path: the `.xlsx` file to write; its stem becomes the document's title.
        tables: sheet name → rows; a column holds text or numbers, as its first row does.
    """
    skeleton = zipfile.ZipFile(_with_headers(path.stem, tables))
    rows_of = {f"xl/worksheets/sheet{n}.xml": table for n, table in enumerate(tables.values(), 1)}
    with skeleton, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for member in skeleton.infolist():
            content = skeleton.read(member)
            with file.open(member, "w") as target:
                if member.filename in rows_of:
                    table = rows_of[member.filename]
                    head, tail = content.split(_END_OF_DATA)
                    target.write(_DIMENSION.sub(_dimension(table), head))
                    for piece in _pieces(table):
                        target.write(piece)
                    target.write(_END_OF_DATA + tail)
                else:
                    target.write(content)


def _with_headers(title: str, tables: Mapping[str, Table]) -> io.BytesIO:
    """Return the workbook with its header rows only."""
    skeleton = io.BytesIO()
    with xlsxwriter.Workbook(skeleton, {"constant_memory": True, "in_memory": True}) as workbook:
        workbook.set_properties({"title": title, "created": _DOCUMENT_DATE})
        for name, table in tables.items():
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, table.columns)
    return skeleton


def _dimension(table: Table) -> bytes:
    last = f"{xl_col_to_name(len(table.columns) - 1)}{len(table.rows) + 1}"
    return f'<dimension ref="A1:{last}"/>'.encode()


def _pieces(table: Table) -> Iterator[bytes]:
    """Yield the rows as SpreadsheetML, some thousands at a time; row 1 is the header."""
    if not table.rows:
        return
    letters = [xl_col_to_name(n) for n in range(len(table.columns))]
    cells: list[Callable[[object], str]] = [
        _text_cell if isinstance(value, str) else _number_cell for value in table.rows[0]
    ]
    columns = list(zip(letters, cells, strict=True))
    for start in range(0, len(table.rows), _ROWS_AT_ONCE):
        lines = []
        for number, row in enumerate(table.rows[start : start + _ROWS_AT_ONCE], start + 2):
            lines.append(f'<row r="{number}">')
            for (letter, cell), value in zip(columns, row, strict=True):
                if value != "":
                    lines.append(f'<c r="{letter}{number}"{cell(value)}</c>')
            lines.append("</row>")
        yield "".join(lines).encode()


@lru_cache(maxsize=65536)
def _text_cell(value: object) -> str:
    space = ' xml:space="preserve"' if str(value) != str(value).strip() else ""
    return f' t="inlineStr"><is><t{space}>{escape(str(value))}</t></is>'


def _number_cell(value: object) -> str:
    """Return an exact number: integers and decimals as they are written, never through a float."""
    return f"><v>{value}</v>"
