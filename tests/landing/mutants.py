"""Valid extracts made wrong on purpose: a mutant is drawn from a seed and its number, and can be again."""

import io
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from .deliveries import (
    COSTS_HEADER,
    PERSON,
    PRESENCE_HEADER,
    RESULTS_HEADER,
    control_row,
    controls,
    drop,
    printed,
    production_bytes,
    production_rows,
    workbook,
)

_MONTH = "202501"
_JUNK = [
    "", " ", "x", "=1+1", "@SUM(A1)", "-1", "1e9", "NaN", "0x10", "１２", "1,5", "1.5", "1.000,5-", "9" * 11,
    "'", '"', "\\", "\t", "à", "\u202e", "\ufeff", "<script>", "%s", "a" * 70_000,
]  # fmt: skip
_BYTES = [b"\0", b"\xff", b"\xc3\x28", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b";", b"|", b"\x1f", b"\x1a"]


@dataclass(frozen=True)
class Sample:
    """A valid extract: name, content, rows, control totals."""

    name: str
    content: bytes
    rows: int
    totals: Mapping[str, object]


@dataclass(frozen=True)
class Mutant:
    """A sample made wrong.

    Attributes:
        number: which one.
        operator: what was done.
        name: of the file.
        content: its bytes.
        sample: what it was.
        is_signed: the control file has the digest of the wrong bytes: they were wrong before it was written.
    """

    number: int
    operator: str
    name: str
    content: bytes
    sample: Sample
    is_signed: bool


def samples() -> list[Sample]:
    """Return one valid extract per layout, large enough for a faulty row to stay under the threshold."""
    rows = production_rows(1200)
    people = [PERSON.replace("I0000001", f"I{number:07d}") for number in range(1100)]
    costs = [
        f"|2025|01|INPS|DP-TERNI|3301|INPS_PR_D|4U1102002|AA04002002|x|EFF|D|X|{n},37|EUR|{n}|31.01.2025|"
        for n in range(1100)
    ]
    items = [f"2025-DC-ENTRATE-{number:02d}" for number in (1, 2, 3)]
    results = [
        f"|2025|01|{office}|{item}|{kind}|1.00{n},11-|EUR|"
        for n, (office, item, kind) in enumerate(product(("DP-TERNI", "DR-UMBRIA"), items, ("EFF", "OBV")))
        if n < 10
    ]
    measures = [
        f'{{"periodo":"2025-01","struttura":"{office}","misura":"{code}","numeratore":{n}.25,"denominatore":9}}'
        for n, (office, code) in enumerate(
            product(("DP-TERNI", "DP-PERUGIA"), ("Q_AS_01", "MQ_LORDI", "FATT_RIT"))
        )
    ]
    sheets = controls([control_row(number) for number in range(40)])
    return [
        Sample("PB_PROD_202501.csv", production_bytes(rows), 1200, {
            "somma_pervenuto": 310 * 1200, "somma_definito": 302 * 1200, "somma_giacenza_finale": 1210 * 1200,
        }),
        Sample("HR_PRES_202501.csv", _lines([f"\ufeff{PRESENCE_HEADER}", *people]), 1100,
               {"somma_ore_presenza": (114 * 60 + 46) * 1100}),
        Sample("SAP_COAN_202501.txt", printed(COSTS_HEADER, costs, per_page=60), 1100,
               {"somma_importo": f"{sum(range(1100)) + 407}.00"}),
        Sample("SAP_IEEP_202501.txt", printed(RESULTS_HEADER, results, per_page=4), 10,
               {"somma_importo": "-10046.10"}),
        Sample("MIS_MISURE_202501.jsonl", _lines(measures), 6, {"somma_numeratore": "16.50"}),
        Sample("CTRL_CONTROLLI_202501.xlsx", workbook(sheets), 42, {
            "righe_CPP": 40, "righe_AC": 1, "righe_AUDIT": 1,
            "somma_controllate_CPP": 18 * 40, "somma_controllate_AC": 31,
        }),
    ]  # fmt: skip


def mutant(number: int, seed: int, found: Sequence[Sample]) -> Mutant:
    """Return the n-th mutant of a seed."""
    draw = random.Random(f"{seed}-{number}")
    sample = found[number % len(found)]
    operators = _WORKBOOKS if sample.name.endswith(".xlsx") else _TEXTS
    operator = operators[draw.randrange(len(operators))]
    name = sample.name
    if draw.random() < 0.05:
        name = draw.choice(_names(sample.name))
    content = operator(sample.content, draw)
    return Mutant(number, operator.__name__.strip("_"), name, content, sample, draw.random() < 0.9)


def drop_mutant(folder: Path, found: Mutant) -> Path:
    """Write a mutant with the control file that its sample had."""
    path = drop(folder, found.name, found.content, found.sample.rows, **found.sample.totals)
    if not found.is_signed:
        signed = drop(folder, found.name, found.sample.content, found.sample.rows, **found.sample.totals)
        signed.write_bytes(found.content)
    return path


def _names(name: str) -> list[str]:
    stem, _, extension = name.rpartition(".")
    return [f"-{name}", f"{stem}_r99.{extension}", f"{stem}.{extension.upper()}", f"{stem} (1).{extension}",
            f"{stem}\u202e.{extension}", f"{stem}%2f..%2f.{extension}", f"{stem}\n.{extension}",
            f"{stem.replace(_MONTH, '202513')}.{extension}", f"{stem.replace(_MONTH, '202500')}.{extension}",
            f"{stem.replace(_MONTH, '202502')}.{extension}", f"{stem}'; drop table x.{extension}",
            f"{'A' * 200}.{extension}"]  # fmt: skip


def _lines(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def _bits_flipped(content: bytes, draw: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 8))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _bytes_put_in(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content) + 1)
    return content[:at] + draw.choice(_BYTES) + content[at:]


def _bytes_cut(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content))
    return content[:at] + content[at + draw.choice((1, 2, 50, 5000)) :]


def _truncated(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content))]


def _by_lines(
    change: Callable[[list[bytes], random.Random], None],
) -> Callable[[bytes, random.Random], bytes]:
    def operator(content: bytes, draw: random.Random) -> bytes:
        lines = content.splitlines(keepends=True)
        change(lines, draw)
        return b"".join(lines)

    operator.__name__ = change.__name__
    return operator


def _line_lost(lines: list[bytes], draw: random.Random) -> None:
    del lines[draw.randrange(len(lines))]


def _line_twice(lines: list[bytes], draw: random.Random) -> None:
    at = draw.randrange(len(lines))
    lines.insert(draw.choice((at, draw.randrange(len(lines)))), lines[at])


def _line_for_another(lines: list[bytes], draw: random.Random) -> None:
    """One line lost and another twice: the number of rows is right."""
    lines[draw.randrange(len(lines))] = lines[draw.randrange(len(lines))]


def _lines_shuffled(lines: list[bytes], draw: random.Random) -> None:
    draw.shuffle(lines)


def _rows_shuffled(lines: list[bytes], draw: random.Random) -> None:
    """But for the header: the same rows in another order."""
    rest = lines[1:]
    draw.shuffle(rest)
    lines[1:] = rest


def _line_ends_mixed(lines: list[bytes], draw: random.Random) -> None:
    for number, line in enumerate(lines):
        lines[number] = line.rstrip(b"\r\n") + draw.choice((b"\n", b"\r\n", b" \r\n"))


def _encodings_mixed(lines: list[bytes], draw: random.Random) -> None:
    at = draw.randrange(len(lines))
    lines[at] = (
        draw.choice(("è", "€", "à\u00a0")).encode(draw.choice(("utf-8", "cp1252", "utf-16"))) + lines[at]
    )


def _header_again(lines: list[bytes], draw: random.Random) -> None:
    lines.insert(draw.randrange(1, len(lines)), lines[0])


def _digit_changed(lines: list[bytes], draw: random.Random) -> None:
    """One digit of one line becomes another: the change that only a control total sees."""
    at = draw.randrange(1, len(lines))
    places = [place for place, byte in enumerate(lines[at]) if chr(byte).isdigit()]
    if places:
        place = draw.choice(places)
        line = bytearray(lines[at])
        line[place] = ord(draw.choice([digit for digit in "0123456789" if digit != chr(line[place])]))
        lines[at] = bytes(line)


def _cell_changed(lines: list[bytes], draw: random.Random) -> None:
    at = draw.randrange(1, len(lines))
    separator = b"|" if lines[at].startswith(b"|") else b";" if b";" in lines[at] else b","
    cells = lines[at].split(separator)
    cells[draw.randrange(len(cells))] = draw.choice(_JUNK).encode()
    lines[at] = separator.join(cells)


def _cells_exchanged(lines: list[bytes], draw: random.Random) -> None:
    at = draw.randrange(1, len(lines))
    separator = b"|" if lines[at].startswith(b"|") else b";" if b";" in lines[at] else b","
    cells = lines[at].split(separator)
    one, other = draw.randrange(len(cells)), draw.randrange(len(cells))
    cells[one], cells[other] = cells[other], cells[one]
    lines[at] = separator.join(cells)


def _number_mangled(lines: list[bytes], draw: random.Random) -> None:
    """A sign, a separator or a zero too many."""
    at = draw.randrange(1, len(lines))
    places = [place for place, byte in enumerate(lines[at]) if chr(byte).isdigit()]
    if places:
        place = draw.choice(places)
        extra = draw.choice((b"-", b"+", b".", b",", b"0", b"e", b" ", b"'"))
        lines[at] = lines[at][:place] + extra + lines[at][place:]


def _cells_of_a_sheet(content: bytes, draw: random.Random) -> bytes:
    rows = [control_row(number) for number in range(40)]
    odd = [*_JUNK[:-1], 18.5, -18, 1e300, True, 10**15, "18", " 18 ", None, "=1+1"]
    rows[draw.randrange(40)][draw.randrange(10)] = draw.choice(odd)
    return workbook(controls(rows))


def _sheets_changed(content: bytes, draw: random.Random) -> bytes:
    sheets = dict(controls([control_row(number) for number in range(40)]))
    what = draw.randrange(4)
    if what == 0:
        sheets["Foglio1"] = [["x"]]
    elif what == 1:
        sheets["cpp"] = sheets.pop("CPP")
    elif what == 2:
        sheets["CPP"] = [*sheets["CPP"][:1], *sheets["CPP"][2:]]
    else:
        sheets["AC"] = [sheets["AC"][0][::-1], *sheets["AC"][1:]]
    return workbook(sheets)


def _members_changed(content: bytes, draw: random.Random) -> bytes:
    """A formula, an error cell, a far cell, an entity, a path that leaves the archive, a bomb."""
    added = draw.choice((
        (b"<v>18</v>", b"<f>9+9</f><v>18</v>"), (b"<c r=", b'<c t="e" r='), (b'r="A2"', b'r="XFD1048576"'),
        (b"<sheetData>", b"<sheetData><!DOCTYPE x>"), (b"<v>18</v>", b"<v>1&#56;</v>"),
        (b"<v>18</v>", b"<v>18"), (b"<v>18</v>", b"<v>19</v>"),
    ))  # fmt: skip
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.infolist():
            text = source.read(member)
            target.writestr(
                member.filename, text.replace(*added, 1) if "sheet1.xml" in member.filename else text
            )
        if draw.random() < 0.3:
            target.writestr("../../evil.xml", b"x")
        if draw.random() < 0.1:
            target.writestr("xl/bomb.xml", b"0" * 300_000_000)
    return buffer.getvalue()


_ANY = (_bits_flipped, _bytes_put_in, _bytes_cut, _truncated)
_TEXTS = (
    *_ANY,
    *map(_by_lines, (_line_lost, _line_twice, _line_for_another, _lines_shuffled, _rows_shuffled,
                     _line_ends_mixed, _encodings_mixed, _header_again, _digit_changed, _digit_changed,
                     _cell_changed, _cell_changed, _cells_exchanged, _number_mangled)),
)  # fmt: skip
_WORKBOOKS = (
    *_ANY,
    _cells_of_a_sheet,
    _cells_of_a_sheet,
    _sheets_changed,
    _members_changed,
    _members_changed,
)
