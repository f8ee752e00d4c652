"""A small reader of the extracts, written from their description and sharing nothing with the generator."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

Row = dict[str, str]

ENCODINGS = {
    "PB_PROD": "cp1252",
    "HR_PRES": "utf-8-sig",
    "MST_STRUTTURE": "utf-8",
    "MST_PRODOTTI": "utf-8",
    "MST_ALLOCAZIONI": "utf-8",
}


def delimited(folder: Path, extract: str, month: str) -> list[Row]:
    """Return the rows of a `;`-separated extract."""
    text = (folder / f"{extract}_{month}.csv").read_bytes().decode(ENCODINGS[extract])
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", quoting=csv.QUOTE_NONE))


def months_of(folder: Path, extract: str) -> list[str]:
    """Return the months (or thirteenth periods) an extract was written for, oldest first."""
    return sorted(
        path.stem.rsplit("_", 1)[1] for path in folder.glob(f"{extract}_*") if path.suffix != ".ctl"
    )


def printed(folder: Path, extract: str, month: str) -> Iterator[list[str]]:
    """Yield the cells of every line between bars of a printed list: data, subtotals and total."""
    text = (folder / f"{extract}_{month}.txt").read_bytes().decode("cp1252")
    for line in text.split("\r\n"):
        if line.startswith("|") and not line.startswith("|Esercizio"):
            yield [cell.strip(" ") for cell in line.strip("|").split("|")]


def data_lines(folder: Path, extract: str, month: str) -> list[list[str]]:
    """Return the data lines of a printed list."""
    return [cells for cells in printed(folder, extract, month) if not cells[0].startswith("*")]


def sheets(path: Path) -> dict[str, list[dict[str, object]]]:
    """Return the rows of every sheet of a workbook, by sheet."""
    book = CalamineWorkbook.from_path(path)
    result: dict[str, list[dict[str, object]]] = {}
    for name in book.sheet_names:
        header, *rows = book.get_sheet_by_name(name).to_python()
        result[name] = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    return result


def measures(folder: Path, month: str) -> list[dict[str, object]]:
    """Return the elementary measures of a month."""
    lines = (folder / f"MIS_MISURE_{month}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def control(path: Path) -> Row:
    """Return the lines of the control file beside an extract."""
    text = path.with_suffix(".ctl").read_text(encoding="utf-8")
    return dict(line.split("=", 1) for line in text.splitlines())


def whole(text: str) -> int:
    """Read an Italian whole number: 1.234 is one thousand two hundred and thirty-four."""
    return int(text.replace(".", ""))


def amount(text: str) -> Decimal:
    """Read a printed amount: dots for thousands, decimal comma, the minus sign behind."""
    value = Decimal(text.rstrip("-").replace(".", "").replace(",", "."))
    return -value if text.endswith("-") else value


def minutes(text: str) -> int:
    """Read HHHH:MM."""
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
