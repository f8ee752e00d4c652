"""From the archived bytes to UTF-8 parts that the engine reads.

A text file becomes parts of some megabytes, cut at line ends and named after their first line, so that the
engine reads them in parallel and still knows every line's number. The engine reads UTF-8 only.
"""

from collections.abc import Iterator
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.landing.archive import check_header
from orchestration.landing.blocks import whole_lines
from orchestration.landing.errors import UnknownLayout, UnreadableFile

__all__ = ["part_name", "transcode"]

_MARK = b"\xef\xbb\xbf"


def part_name(first_line: int) -> str:
    """Return the name of the part that begins with this line."""
    return f"{first_line:010d}.txt"


def transcode(source: Path, name: str, contract: Contract, folder: Path) -> None:
    """Write the UTF-8 parts of a text file into `folder`.

    Args:
        source: the archived file.
        name: name of the landed file, for messages.
        contract: says the encoding, and the header of delimited files.
        folder: created; must not exist.

    Raises:
        UnreadableFile: the encoding is not the contract's, NUL bytes, endless lines.
        UnknownLayout: the header is not the contract's, or the file is empty.
    """
    folder.mkdir(parents=True)
    is_empty = True
    for number, text in _texts(source, name, contract):
        is_empty = False
        text = text.replace("\r\n", "\n")
        if contract.layout.kind == "alv":
            # Printed lists pad with non-breaking spaces, which no trimming in the engine would see.
            text = text.replace("\u00a0", " ")
        # A last line may end with a return alone, when its line feed was cut off.
        (folder / part_name(number)).write_bytes(text.removesuffix("\r").encode())
    if is_empty:
        raise UnknownLayout(f"{name}:1: the file is empty; ask the sender for a fresh copy")


def _texts(source: Path, name: str, contract: Contract) -> Iterator[tuple[int, str]]:
    encoding = contract.layout.encoding or "utf-8"
    for number, block in whole_lines(source, name):
        if number == 1:
            block = _first(name, block, contract)
        try:
            yield number, block.decode(encoding)
        except UnicodeDecodeError as error:
            line = number + block.count(b"\n", 0, error.start)
            byte = error.start - block.rfind(b"\n", 0, error.start)
            raise UnreadableFile(
                f"{name}:{line}: byte {byte} (0x{block[error.start]:02x}) is not {encoding}; "
                "ask the sender for a file in the contract's encoding"
            ) from None


def _first(name: str, block: bytes, contract: Contract) -> bytes:
    """Return the first block without its byte order mark, after checking the header of a delimited file."""
    if block.startswith(_MARK) and contract.layout.encoding != "utf-8":
        raise UnreadableFile(
            f"{name}:1: it begins with a UTF-8 byte order mark, but the contract says "
            f"{contract.layout.encoding}; ask the sender for a file in that encoding"
        )
    if contract.layout.kind == "delimited":
        check_header(name, block.partition(b"\n")[0], contract)
    return block.removeprefix(_MARK)
