"""The pointer of a published folder: which file is current.

    current.json  {"file": "cruscotto-20250401T0600.duckdb", "published_at": …, "version": …}

It is replaced atomically, last: a reader sees the former publication whole or the new one whole.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.workspace import Workspace

__all__ = ["Publication", "PublicationError", "current_file", "point"]


class PublicationError(Exception):
    """There is nothing fit to publish; the message says what to do first."""


@dataclass(frozen=True)
class Publication:
    """The pointer's content: `file` beside it, `published_at` (UTC, ISO 8601), `version` sortable."""

    file: str
    published_at: str
    version: str


def current_file(workspace: Workspace) -> Path:
    """Return the file that the pointer names.

    Raises:
        PublicationError: nothing was published yet.
    """
    pointer = workspace.published / "current.json"
    if not pointer.is_file():
        raise PublicationError(f"{pointer} does not exist: run `cruscotto publish` first")
    publication = Publication(**json.loads(pointer.read_text(encoding="utf-8")))
    return workspace.published / publication.file


def point(pointer: Path, publication: Publication) -> None:
    """Make a publication the current one."""
    partial = pointer.with_suffix(".part")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(asdict(publication), file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(pointer)
