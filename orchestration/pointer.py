"""The pointer of a published folder: which file is current.

It is read without the machinery that writes publications, which a server does not need.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from orchestration.workspace import Workspace

__all__ = ["Publication", "PublicationError", "current", "current_file"]


class PublicationError(Exception):
    """There is nothing fit to publish; the message says what to do first."""


@dataclass(frozen=True)
class Publication:
    """The pointer's content.

    Attributes:
        file: name of the published file, beside the pointer.
        published_at: UTC, ISO 8601.
        version: sortable, later ones are greater.
        sha256: digest of the file.
        size: its bytes.
        former: what the pointer said before: what a server falls back on when the file is damaged.
    """

    file: str
    published_at: str
    version: str
    sha256: str = ""
    size: int = 0
    former: dict[str, str | int] | None = None


def current(workspace: Workspace) -> Publication | None:
    """Return what the pointer says; None when nothing was published yet.

    Raises:
        PublicationError: the pointer cannot be read.
    """
    try:
        return Publication(**json.loads(workspace.pointer.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise PublicationError(
            f"{workspace.pointer} is damaged ({error}): run `cruscotto loads recover`"
        ) from None


def current_file(workspace: Workspace) -> Path:
    """Return the file that the pointer names.

    Raises:
        PublicationError: nothing was published yet, or the pointer cannot be read.
    """
    publication = current(workspace)
    if publication is None:
        raise PublicationError(f"{workspace.pointer} does not exist: run `cruscotto load` first")
    return workspace.published / publication.file
