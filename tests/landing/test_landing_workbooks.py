"""Workbooks from people, and from people who mean harm: refused with a clear message, never executed."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter

from orchestration.landing import Verdict
from orchestration.workspace import Workspace

from .deliveries import AC_HEADER, control_row, controls, declare, drop_controls, land_one, rows_of, workbook

NAME = "CTRL_CONTROLLI_202501.xlsx"
TOTALS = {
    "righe_CPP": 1,
    "righe_AC": 1,
    "righe_AUDIT": 1,
    "somma_controllate_CPP": 18,
    "somma_controllate_AC": 31,
}


def drop_bytes(workspace: Workspace, content: bytes) -> None:
    path = workspace.landing / NAME
    path.write_bytes(content)
    declare(path, 3, **TOTALS)


def edited(edit: Callable[[str, bytes], bytes]) -> bytes:
    """Return a sound workbook with each member rewritten."""
    source = zipfile.ZipFile(io.BytesIO(workbook(controls([control_row(1)]))))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in source.namelist():
            archive.writestr(member, edit(member, source.read(member)))
    return target.getvalue()


def in_first_sheet(pattern: bytes, replacement: bytes) -> bytes:
    def edit(member: str, content: bytes) -> bytes:
        if member != "xl/worksheets/sheet1.xml":
            return content
        changed = re.sub(pattern, replacement, content, count=1)
        assert changed != content
        return changed

    return edited(edit)


def refused(workspace: Workspace, *parts: str) -> None:
    outcome = land_one(workspace)
    assert outcome.verdict is Verdict.REFUSED
    for part in (NAME, *parts):
        assert part in outcome.message
    assert rows_of(workspace, "ctrl_cpp") == []


def test_the_sound_one_is_loaded(ready: Workspace) -> None:
    drop_bytes(ready, edited(lambda member, content: content))
    assert land_one(ready).verdict is Verdict.LOADED


@pytest.mark.parametrize(
    "content", [b"", b"no zip at all", b"PK\x03\x04 and junk", b"\xd0\xcf\x11\xe0" * 200]
)
def test_no_workbook(ready: Workspace, content: bytes) -> None:
    """The last one is how a protected workbook, or one of 1997, begins."""
    drop_bytes(ready, content)
    refused(ready, "not a readable .xlsx workbook")


def test_a_zip_without_a_workbook(ready: Workspace) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    drop_bytes(ready, buffer.getvalue())
    refused(ready, "not a workbook that can be read")


def test_a_damaged_member(ready: Workspace) -> None:
    content = bytearray(workbook(controls([control_row(1)])))
    at = content.find(b"xl/worksheets/sheet1.xml") + 60
    content[at : at + 40] = b"\xff" * 40
    drop_bytes(ready, bytes(content))
    refused(ready, "not a readable .xlsx workbook")


def test_a_zip_bomb(ready: Workspace) -> None:
    """300 MiB of zeroes pack into 300 KiB."""
    buffer = io.BytesIO(workbook(controls([control_row(1)])))
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.bin", "w") as member,
    ):
        for _ in range(300):
            member.write(bytes(1024 * 1024))
    drop_bytes(ready, buffer.getvalue())
    refused(ready, "more than 256 MiB when unpacked")


def test_a_bomb_that_lies_about_its_size(ready: Workspace) -> None:
    """The directory says ten bytes: what is unpacked is counted, not what is declared."""
    content = bytearray(workbook(controls([control_row(1)])))
    directory = content.rfind(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    drop_bytes(ready, bytes(content))
    refused(ready, "not a readable .xlsx workbook")


def test_too_many_members(ready: Workspace) -> None:
    buffer = io.BytesIO(workbook(controls([control_row(1)])))
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(1000):
            archive.writestr(f"x/{number}", "")
    drop_bytes(ready, buffer.getvalue())
    refused(ready, "members in the zip")


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (rb'r="A2"', b'r="XFD1048576"'),
        (rb'r="A2"', b"r = 'XFD2'"),
        (rb'r="A2"', b'r="AA2"'),
        (rb'r="A2"', b'r="A300000"'),
        (rb'<row r="2"', b'<row r="1048576"'),
    ],
)
def test_a_cell_in_the_last_corner(ready: Workspace, pattern: bytes, replacement: bytes) -> None:
    """One such cell makes a dense reader allocate seventeen thousand million of them."""
    drop_bytes(ready, in_first_sheet(pattern, replacement))
    refused(ready, "sheet1.xml: a cell far outside the table")


def test_formulas(ready: Workspace) -> None:
    """The value beside a formula is whatever was last computed, by whom nobody knows."""
    drop_bytes(ready, in_first_sheet(rb"<v>18</v>", b"<f>9+9</f><v>18</v>"))
    refused(ready, "sheet1.xml: it holds formulas; ask the sender to paste values")


def test_error_cells(ready: Workspace) -> None:
    drop_bytes(ready, in_first_sheet(rb"<c r=\"F2\"><v>18</v>", b'<c r="F2" t="e"><v>#N/A</v>'))
    refused(ready, "it holds error cells")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda sheets: sheets.pop("AUDIT"), "its sheets are 'CPP', 'AC'; the contract has CPP, AC, AUDIT"),
        (lambda sheets: sheets.update({"Note": [["x"]]}), "'Note'"),
        (
            lambda sheets: sheets.update(AC=[AC_HEADER[:-1], [202501, "DR-UMBRIA", 40, 31]]),
            "missing irregolari",
        ),
        (
            lambda sheets: sheets.update(AC=[[*AC_HEADER, "note"]]),
            "sheet AC, row 1: unknown layout: unknown 'note'",
        ),
        (lambda sheets: sheets.update(AC=[]), "sheet AC, row 1"),
    ],
)
def test_other_sheets_or_headers(
    ready: Workspace, change: Callable[[dict[str, list[Sequence[object]]]], object], part: str
) -> None:
    sheets = controls([control_row(1)])
    change(sheets)
    drop_bytes(ready, workbook(sheets))
    refused(ready, part)


def test_rows_of_a_sheet_are_counted(ready: Workspace) -> None:
    drop_bytes(ready, workbook(controls([control_row(1), control_row(2)])))
    refused(ready, "sheet CPP: 2 rows, the control file declares righe_CPP=1")


def test_dates_flags_and_line_feeds_are_no_codes(ready: Workspace) -> None:
    """Each is read as text that its column refuses; none cuts a line or hides a row."""
    buffer = io.BytesIO()
    rows = [control_row(n) for n in range(1, 600)]
    sheets = controls(rows + [[*row[:2], {"I": "II", "II": "I"}[str(row[2])], *row[3:]] for row in rows])
    with xlsxwriter.Workbook(buffer) as book:
        for name, found in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(found):
                sheet.write_row(number, 0, row)
            if name == "CPP":
                sheet.write_string(3, 1, "DR-UMBRIA\nDR-UMBRIA\x1fX")
    path = ready.landing / NAME
    path.write_bytes(buffer.getvalue())
    totals = TOTALS | {"righe_CPP": 1198, "somma_controllate_CPP": 1198 * 18}
    declare(path, 1200, **totals)
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.rows_quarantined) == (Verdict.LOADED, 1), outcome.message
    assert rows_of(ready, "quarantine", "_line, column_name") == [(4, "cod_struttura")]


def test_digits_that_count(ready: Workspace) -> None:
    """A whole number with a fraction is refused, not rounded."""
    row = control_row(1)
    row[4] = 20.5
    drop_controls(ready.landing, controls([row]))
    refused(ready, "a_controllo '20.5': it is not a whole number")
