"""Reading a text file in blocks of whole lines, with the limits that every text extract must keep."""

from collections.abc import Iterator
from pathlib import Path

from orchestration.landing.errors import UnreadableFile

__all__ = ["LONGEST_LINE", "whole_lines"]

LONGEST_LINE = 64 * 1024
_BLOCK = 4 * 1024 * 1024


def whole_lines(path: Path, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield the number of the first line (from 1) and the bytes of each block of whole lines.

    The last block alone may end without a line feed.

    Args:
        path: file to read.
        name: what to call it in messages.

    Raises:
        UnreadableFile: NUL bytes, or a line longer than 64 KiB.
    """
    number, rest = 1, b""
    with path.open("rb") as stream:
        while read := stream.read(_BLOCK):
            block, feed, tail = (rest + read).rpartition(b"\n")
            block, rest = block + feed, tail
            _check(name, number, block or rest)
            if block:
                yield number, block
                number += block.count(b"\n")
    _check(name, number, rest)
    if rest:
        yield number, rest


def _check(name: str, first: int, block: bytes) -> None:
    if (at := block.find(b"\0")) >= 0:
        line = first + block.count(b"\n", 0, at)
        raise UnreadableFile(f"{name}:{line}: NUL byte: not a text file; ask the sender for a fresh copy")
    for number, text in enumerate(block.split(b"\n"), first):
        if len(text) > LONGEST_LINE:
            raise UnreadableFile(
                f"{name}:{number}: a line of more than {LONGEST_LINE} bytes; ask the sender for a fresh copy"
            )
