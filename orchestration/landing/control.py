"""Control files: what the sender declares about an extract."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.landing.errors import ControlMismatch

__all__ = ["ControlFile", "read_control"]

_LARGEST = 64 * 1024
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,10})?")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class ControlFile:
    """The declarations of one control file.

    Attributes:
        sha256: digest of the extract, lower case.
        rows: data rows of the whole file.
        totals: every other declared number, by key (`somma_pervenuto`, `righe_CPP`, …).
    """

    sha256: str
    rows: int
    totals: dict[str, Decimal]


def read_control(extract: Path, contract: Contract) -> ControlFile:
    """Return what the control file beside `extract` declares.

    Raises:
        ControlMismatch: it is missing or malformed, speaks of another file, or does not declare exactly what
            the contract asks for.
    """
    path = extract.with_suffix(".ctl")
    lines = _lines(path, extract.name)
    tables = contract.tables
    sums = {total.key for table in tables for total in table.control_totals}
    wanted = {"file", "righe", "sha256", *sums, *(table.rows_key for table in tables)}
    for key in sorted(wanted - lines.keys()):
        raise ControlMismatch(f"{path.name}: no line {key}=…; ask the sender for {', '.join(sorted(wanted))}")
    for key in sorted(lines.keys() - wanted):
        raise ControlMismatch(
            f"{path.name}:{lines[key][0]}: unknown key {key!r}; the contract has {', '.join(sorted(wanted))}"
        )
    if (named := lines["file"][1]) != extract.name:
        raise ControlMismatch(
            f"{path.name}:{lines['file'][0]}: it speaks of {named!r}, not of {extract.name!r}"
        )
    if not _SHA256.fullmatch(lines["sha256"][1]):
        raise ControlMismatch(f"{path.name}:{lines['sha256'][0]}: sha256 is not 64 hexadecimal digits")
    numbers = {key: _number(path, key, *lines[key]) for key in wanted - {"file", "sha256"}}
    rows = numbers.pop("righe")
    if "righe" in {table.rows_key for table in tables}:
        numbers["righe"] = rows
    return ControlFile(lines["sha256"][1].lower(), int(rows), numbers)


def _lines(path: Path, extract: str) -> dict[str, tuple[int, str]]:
    """Return the line number and the value of every key."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        # A pipe would be waited for without end; a link may lead anywhere.
        raise ControlMismatch(f"{path.name}: not a regular file")
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ControlMismatch(f"{path.name}: longer than {_LARGEST} bytes, so no control file")
        text = content.decode("utf-8-sig")
    except FileNotFoundError:
        raise ControlMismatch(
            f"{extract}: no control file {path.name} beside it; ask the sender for it"
        ) from None
    except UnicodeDecodeError as error:
        raise ControlMismatch(f"{path.name}: not UTF-8 at byte {error.start}") from None
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        key, equals, value = (part.strip() for part in line.partition("="))
        if not line.strip():
            continue
        if not equals or not key or not value:
            raise ControlMismatch(f"{path.name}:{number}: {line[:80]!r} is not key=value")
        if key in found:
            raise ControlMismatch(
                f"{path.name}:{number}: {key!r} stands twice (first on line {found[key][0]})"
            )
        found[key] = (number, value)
    return found


def _number(path: Path, key: str, line: int, value: str) -> Decimal:
    if not _NUMBER.fullmatch(value) or (key.startswith("righe") and not re.fullmatch("[0-9]+", value)):
        raise ControlMismatch(
            f"{path.name}:{line}: {key}={value[:40]!r} is not a plain number such as 1234.50"
        )
    return Decimal(value)
