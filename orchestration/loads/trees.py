"""The raw tables before a load and at each publication: trees of further names of the same files.

A raw file is never changed, only replaced by another under its name; so a second name keeps the former
content without a copy, and putting a tree back is a rename.
"""

import os
import shutil
from pathlib import Path

from orchestration.durable import flush_folder
from orchestration.workspace import Workspace

__all__ = ["drop_undo", "keep_history", "put_back", "remove_tree", "take_undo", "use_history"]

_SUPERSEDED = "superseded"


def take_undo(workspace: Workspace) -> None:
    """Keep the raw tables as they are, for `put_back`."""
    remove_tree(workspace.undo)
    _link(workspace.raw, workspace.undo)


def put_back(workspace: Workspace) -> None:
    """Make the raw tables what they were at `take_undo`, unless that was done already."""
    if workspace.undo.is_dir():
        _exchange(workspace.undo, workspace.raw)


def drop_undo(workspace: Workspace) -> None:
    """Forget the raw tables of before the load."""
    remove_tree(workspace.undo)


def keep_history(workspace: Workspace, version: str) -> None:
    """Keep the raw tables as they are under a publication's version, but for what corrections replaced."""
    target = workspace.history / version
    if not target.is_dir():
        _link(workspace.raw, target, without=_SUPERSEDED)


def use_history(workspace: Workspace, version: str) -> None:
    """Make the raw tables those of a publication; what corrections replaced stays beside them."""
    fresh = workspace.home / ".fresh"
    remove_tree(fresh)
    _link(workspace.history / version, fresh)
    if (workspace.raw / _SUPERSEDED).is_dir():
        _link(workspace.raw / _SUPERSEDED, fresh / _SUPERSEDED)
    _exchange(fresh, workspace.raw)


def remove_tree(folder: Path) -> None:
    """Remove a folder; it loses its name at once, so that no part of it is ever taken for the whole."""
    discarded = folder.with_name(f".discarded-{folder.name.lstrip('.')}")
    shutil.rmtree(discarded, ignore_errors=True)
    if folder.is_dir():
        folder.rename(discarded)
        shutil.rmtree(discarded)


def _link(source: Path, target: Path, *, without: str | None = None) -> None:
    """Make `target` a tree of further names of the files of `source`; it appears whole."""
    staged = target.with_name(f".{target.name.lstrip('.')}.part")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        if without in inside.parts or any(part.startswith(".") for part in inside.parts):
            continue
        if path.is_dir():
            (staged / inside).mkdir()
        else:
            os.link(path, staged / inside)
    staged.rename(target)
    flush_folder(target.parent)


def _exchange(fresh: Path, used: Path) -> None:
    """Put `fresh` in the place of `used`, which is removed. Killed anywhere, it can be done again."""
    discarded = used.with_name(f".discarded-{used.name}")
    shutil.rmtree(discarded, ignore_errors=True)
    if used.is_dir():
        used.rename(discarded)
    fresh.rename(used)
    flush_folder(used.parent)
    shutil.rmtree(discarded, ignore_errors=True)
