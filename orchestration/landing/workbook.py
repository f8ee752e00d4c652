"""Excel workbooks: read by calamine, after the limits that keep a hostile file from filling the memory.

A workbook is a zip of XML. Before it is handed to the reader every member is unpacked once, counting bytes,
and the sheets are searched for cells far away (a single cell in the last corner makes a dense reader allocate
the whole sheet), for formulas and for error cells, whose values cannot be trusted.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from orchestration.contracts import Contract, Table
from orchestration.landing.archive import header_difference
from orchestration.landing.errors import UnknownLayout, UnreadableFile
from orchestration.landing.transcode import part_name

__all__ = ["CELL_SEPARATOR", "read_workbook"]

CELL_SEPARATOR = "\x1f"
_MOST_BYTES = 256 * 1024 * 1024
_MOST_MEMBERS = 1000
_BLOCK = 1024 * 1024
_OVERLAP = 64
_LONGEST_CELL = 32767
# A row above 299,999 or a column beyond Z. References are matched however the attribute is quoted or spaced.
_FAR = re.compile(
    rb"""\br\s*=\s*["'](?:[A-Za-z]{0,3}(?:[3-9]\d{5}|\d{7,})|[A-Za-z]{2,}\d+)["']""",
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read_workbook(source: Path, name: str, contract: Contract, folder: Path) -> None:
    """Write one folder of parts per table, cells between unit separators; row numbers are the sheet's.

    Args:
        source: the archived workbook.
        name: name of the landed file, for messages.
        contract: names the sheets and their headers.
        folder: gets one subfolder per raw table.

    Raises:
        UnreadableFile: not a workbook, damaged, protected, oversized, or with formulas or error cells.
        UnknownLayout: its sheets or headers are not the contract's.
    """
    _examine(source, name)
    try:
        workbook = CalamineWorkbook.from_path(str(source))
    except CalamineError as error:
        raise UnreadableFile(f"{name}: not a workbook that can be read: {error}") from None
    with workbook:
        _check_sheets(name, workbook.sheet_names, contract)
        for table in contract.tables:
            try:
                rows = workbook.get_sheet_by_name(table.sheet or "").to_python(skip_empty_area=False)
            except CalamineError as error:
                raise UnreadableFile(f"{name}, sheet {table.sheet}: damaged: {error}") from None
            _write_sheet(rows, f"{name}, sheet {table.sheet}", table, folder / table.name)


def _examine(source: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise UnreadableFile(f"{name}: {len(members)} members in the zip; a workbook has a few dozen")
            left = _MOST_BYTES
            for member in members:
                left = _examine_member(archive, member, name, left)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        # RuntimeError is how zipfile says that a member is encrypted.
        raise UnreadableFile(f"{name}: not a readable .xlsx workbook: {error}") from None


def _examine_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, left: int) -> int:
    """Unpack a member, looking for what is refused; return how many bytes may still be unpacked."""
    tail, is_sheet = b"", False
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise UnreadableFile(
                    f"{name}: more than {_MOST_BYTES // 2**20} MiB when unpacked; refused as a zip bomb"
                )
            text = tail + block
            is_sheet = is_sheet or b"sheetData" in text
            if is_sheet:
                _refuse_contents(text, name, member.filename)
            tail = text[-_OVERLAP:]
    return left


def _refuse_contents(text: bytes, name: str, member: str) -> None:
    if found := _FAR.search(text):
        raise UnreadableFile(
            f"{name}, {member}: a cell far outside the table ({found[0].decode('ascii', 'replace')}); "
            "extracts have at most 26 columns and 299,999 rows"
        )
    if _FORMULA.search(text):
        raise UnreadableFile(f"{name}, {member}: it holds formulas; ask the sender to paste values")
    if _ERROR.search(text):
        raise UnreadableFile(
            f"{name}, {member}: it holds error cells such as #N/D; ask the sender to correct them"
        )


def _check_sheets(name: str, found: list[str], contract: Contract) -> None:
    wanted = [table.sheet or "" for table in contract.tables]
    if sorted(found) != sorted(wanted):
        raise UnknownLayout(
            f"{name}: its sheets are {', '.join(map(repr, found[:10]))}; the contract has {', '.join(wanted)}"
        )


def _write_sheet(rows: list[list[Any]], where: str, table: Table, folder: Path) -> None:
    """Write a sheet as one part; blank rows are left out."""
    texts = [_texts(row, where, number) for number, row in enumerate(rows, 1)]
    width = len(table.columns)
    header = texts[0] if texts else []
    while header and not header[-1]:
        header.pop()
    if header != list(table.headers):
        raise UnknownLayout(f"{where}, row 1: {header_difference(header, list(table.headers))}")
    folder.mkdir(parents=True)
    (folder / part_name(2)).write_text("\n".join(_lines(texts[1:], width)), encoding="utf-8", newline="")


def _lines(rows: list[list[str]], width: int) -> Iterator[str]:
    """Yield the row's text, blank for a blank row; blank cells beyond the table are dropped."""
    for row in rows:
        while len(row) > width and not row[-1]:
            row.pop()
        yield CELL_SEPARATOR.join(row) if any(row) else ""


def _texts(row: list[Any], where: str, number: int) -> list[str]:
    cells = [_text(value) for value in row]
    longest = max(map(len, cells), default=0)
    if longest > _LONGEST_CELL:
        raise UnreadableFile(f"{where}, row {number}: a cell of {longest} characters")
    return cells


def _text(value: Any) -> str:
    """Return a cell as the text that a delimited file would hold."""
    if type(value) is str:
        return _cleaned(value)
    if type(value) is float:
        return _number(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date):
        return value.isoformat()
    return _cleaned(str(value))


# Codes and small numbers come back row after row.
@lru_cache(maxsize=65536)
def _cleaned(value: str) -> str:
    # A control character would cut the line; its place is kept by one that no check lets through.
    return _CONTROL.sub("\x1a", value.replace("\u00a0", " ").strip())


@lru_cache(maxsize=65536)
def _number(value: float) -> str:
    # A workbook's numbers are doubles of which 15 digits count, as Excel itself shows them.
    return format(Decimal(f"{value:.15g}"), "f")
