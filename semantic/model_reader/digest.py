"""Which model it is: the digest of its files' names and contents."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

__all__ = ["model_digest", "model_files"]

_READ = (".yml", ".yaml")


def model_files(folder: Path) -> dict[str, bytes]:
    """Return the content of the files that `load_model` reads, by their name below the folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in _READ and path.is_file()
    }


def model_digest(files: Mapping[str, bytes]) -> str:
    """Return the digest of a model, given its files' contents by name; other files do not count."""
    lines = (
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
        if name.endswith(_READ)
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()
