"""Writing so that a power cut leaves the former content or the new one: flushed, renamed, folder flushed."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

__all__ = ["digest_of", "flush_file", "flush_folder", "put_in_place", "write_text"]

_BLOCK = 4 * 1024 * 1024


def flush_file(path: Path) -> None:
    """Wait until a file's content is on disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until a folder's names are on disk, where the file system can."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some file systems cannot flush a folder; the files themselves are on disk.
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(staged: Path, target: Path) -> None:
    """Move a file whose content is on disk to its name, replacing what is there, in one step."""
    staged.replace(target)
    flush_folder(target.parent)


def write_text(path: Path, text: str) -> None:
    """Write a small file in one step: it is the former one or the new one, never a part.

    Raises:
        OSError: it could not be written (no space, no permission); the former one is as it was.
    """
    staged = path.with_name(f".{path.name}.part")
    try:
        with staged.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(staged, path)
    finally:
        staged.unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """Return the SHA-256 digest of a file's content, in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()
