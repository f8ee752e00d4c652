"""The archive: every landed file, read-only, under the digest of its content.

A file whose contract marks personal data is archived in its pseudonymised form; the digest of the original is
kept in the load record, the original is not kept.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.landing.blocks import whole_lines
from orchestration.landing.control import ControlFile
from orchestration.landing.errors import ControlMismatch, RecordError, UnknownLayout, UnreadableFile
from orchestration.landing.pseudonym import PersonalLines

__all__ = ["Archived", "archive_file", "archived_path", "check_header", "header_difference"]

_BLOCK = 1024 * 1024
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Archived:
    """A file in the archive.

    Attributes:
        path: where it is.
        sha256: digest of the file as it was landed.
        archived_sha256: digest of what is kept; the same unless the file holds personal data.
    """

    path: Path
    sha256: str
    archived_sha256: str


def archive_file(
    archive: Path, path: Path, contract: Contract, control: ControlFile, personal: PersonalLines | None
) -> Archived:
    """Copy a file into the archive if it is the one that its control file declares.

    Args:
        archive: folder of the archive.
        path: file to archive.
        contract: its contract.
        control: its control file.
        personal: how to rewrite its lines, when it holds personal data.

    Raises:
        ControlMismatch: the digest is not the declared one.
        UnknownLayout: a file with personal data does not begin with the contract's header.
        UnreadableFile: a file with personal data cannot be cut into lines; or it is no regular file.
    """
    if path.is_symlink() or not path.is_file():
        raise UnreadableFile(f"{path.name}: not a regular file")
    staged = archive / f".{path.name}.{os.getpid()}.part"
    landed, kept, last = hashlib.sha256(), hashlib.sha256(), b""
    try:
        with staged.open("wb") as sink:
            for original, rewritten in _blocks(path, contract, personal):
                landed.update(original)
                kept.update(rewritten)
                sink.write(rewritten)
                last = original[-1:]
            sink.flush()
            os.fsync(sink.fileno())
        if landed.hexdigest() != control.sha256:
            raise ControlMismatch(_mismatch(path, landed.hexdigest(), control, contract, last))
        target = archived_path(archive, kept.hexdigest())
        _keep(staged, target)
        return Archived(target, landed.hexdigest(), kept.hexdigest())
    finally:
        staged.unlink(missing_ok=True)


def archived_path(archive: Path, sha256: str) -> Path:
    """Return where content of this digest is kept.

    Raises:
        RecordError: not a digest.
    """
    if len(sha256) != 64 or not all(digit in "0123456789abcdef" for digit in sha256):
        raise RecordError(f"{sha256[:80]!r} is not a SHA-256 digest")
    return archive / sha256[:2] / sha256


def check_header(name: str, line: bytes, contract: Contract) -> None:
    """Refuse a delimited file whose first line is not the contract's header.

    Raises:
        UnknownLayout: what is missing, what is unknown, or that the order differs.
    """
    delimiter = contract.layout.delimiter or ";"
    text = line.removeprefix(_MARK).decode("utf-8", errors="replace").rstrip("\r\n")
    found, wanted = text.split(delimiter), list(contract.tables[0].headers)
    if found == wanted:
        return
    raise UnknownLayout(f"{name}:1: {header_difference(found, wanted)}")


def header_difference(found: list[str], wanted: list[str]) -> str:
    """Return how the headers found differ from the contract's, and what to do."""
    missing = [text for text in wanted if text not in found]
    unknown = [text[:40] for text in found if text not in wanted]
    parts = [f"missing {', '.join(missing)}"] if missing else []
    parts += [f"unknown {', '.join(map(repr, unknown[:5]))}"] if unknown else []
    what = "; ".join(parts) or "the same columns in another order or number"
    return f"unknown layout: {what}. The contract's header is: {' | '.join(wanted)}"


def _blocks(path: Path, contract: Contract, personal: PersonalLines | None) -> Iterator[tuple[bytes, bytes]]:
    """Yield the original bytes and those to keep."""
    if personal is None:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block, block
        return
    for number, block in whole_lines(path, path.name):
        header, feed = b"", b""
        lines = block
        if number == 1:
            header, feed, lines = block.partition(b"\n")
            check_header(path.name, header, contract)
        yield block, header + feed + personal.rewrite(lines)


def _keep(staged: Path, target: Path) -> None:
    """Move a complete file into its place, read-only and on disk; what is there is the same content."""
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        return
    staged.chmod(0o444)
    staged.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        # Some file systems cannot flush a folder; the file itself is on disk.
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mismatch(path: Path, digest: str, control: ControlFile, contract: Contract, last: bytes) -> str:
    message = (
        f"{path.name}: sha256 is {digest[:12]}…, the control file declares {control.sha256[:12]}…: "
        "the file changed on its way; ask the sender for a fresh copy"
    )
    if contract.layout.kind != "xlsx" and last != b"\n":
        message += f" ({path.stat().st_size} bytes, and no line feed at the end: probably truncated)"
    return message
