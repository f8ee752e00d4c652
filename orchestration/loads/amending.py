"""Replacing files that are kept for good, all of them or none.

    .amending.part/    the new files, being written     killed here: removed by the next command
    .amending/         + plan.json: where each goes     killed from here on: carried out by the next command

A load never changes what the archive, the register and the history hold. Erasing a person and changing the
key do. What is to change is staged whole and flushed; one rename commits it; then files take their places, in
steps that can be done twice. A file with several names (a raw table and its history) gets all of them anew.
"""

import json
import os
from pathlib import Path

from orchestration.durable import flush_file, flush_folder
from orchestration.landing import LoadReport, LoadVerdict, Register, Step
from orchestration.loads.trees import remove_tree
from orchestration.workspace import Workspace

__all__ = ["AMENDMENTS", "Amendment", "abandon_amendment", "carry_out"]

AMENDMENTS = ("erase", "rotate-key")
"""Kinds of records that are written by what changes kept files."""
_PLAN = "plan.json"


class Amendment:
    """What is to be replaced, written beside its place."""

    def __init__(self, workspace: Workspace) -> None:
        """Begin one; what an earlier one left half written is removed."""
        self._home = workspace.home
        self._folder = workspace.home / ".amending.part"
        self._replaced: list[dict[str, object]] = []
        self._removed: list[str] = []
        remove_tree(self._folder)
        self._folder.mkdir()

    def new_file(self) -> Path:
        """Return where to write the next new file."""
        return self._folder / f"{len(self._replaced):06d}"

    def replace(self, *targets: Path) -> None:
        """Note that the file at `new_file` takes these places, of which some may not be there yet."""
        names = [path.relative_to(self._home).as_posix() for path in targets]
        self._replaced.append({"staged": self.new_file().name, "targets": names})

    def remove(self, path: Path) -> None:
        """Note that a file goes once all others are in their places."""
        self._removed.append(path.relative_to(self._home).as_posix())

    def commit(self) -> None:
        """Wait until all is on disk, and make it irrevocable."""
        plan = self._folder / _PLAN
        plan.write_text(json.dumps({"replace": self._replaced, "remove": self._removed}), encoding="utf-8")
        for path in self._folder.iterdir():
            flush_file(path)
        flush_folder(self._folder)
        self._folder.rename(_committed(self._home))
        flush_folder(self._home)


def carry_out(workspace: Workspace, register: Register) -> LoadReport | None:
    """Put in place what was committed, and close its record; None when nothing was.

    It may be killed anywhere and called again. The caller holds the workspace.
    """
    folder = _committed(workspace.home)
    if not folder.is_dir():
        return None
    plan = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
    for item in plan["replace"]:
        staged = folder / item["staged"]
        if staged.exists():
            for name in item["targets"]:
                _place(staged, workspace.home / name)
            staged.unlink()
    for name in plan["remove"]:
        (workspace.home / name).unlink(missing_ok=True)
    report = register.unfinished()
    if report is not None and report.kind in AMENDMENTS:
        report.verdict, report.step = LoadVerdict.AMENDED, Step.DONE
        register.write(report, is_finished=True)
    remove_tree(folder)
    return report


def abandon_amendment(workspace: Workspace, register: Register, verdict: LoadVerdict, message: str) -> None:
    """Remove what was staged and never committed, and close its record; what was committed stays."""
    if _committed(workspace.home).is_dir():
        return
    remove_tree(workspace.home / ".amending.part")
    report = register.unfinished()
    if report is not None and report.kind in AMENDMENTS:
        report.verdict, report.message = verdict, message
        register.write(report, is_finished=True)


def _committed(home: Path) -> Path:
    return home / ".amending"


def _place(staged: Path, target: Path) -> None:
    """Give a staged file its place, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    beside.unlink(missing_ok=True)
    os.link(staged, beside)
    beside.replace(target)
    # A rename over another name of the same file leaves both.
    beside.unlink(missing_ok=True)
    flush_folder(target.parent)
