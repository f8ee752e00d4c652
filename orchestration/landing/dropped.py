"""The landing folder: what was dropped in it, and what may leave it."""

from collections.abc import Iterable
from pathlib import Path

from orchestration.durable import digest_of
from orchestration.landing.records import FileOutcome, Verdict

__all__ = ["clear_dropped", "dropped"]


def dropped(folder: Path) -> list[Path]:
    """Return the extracts of the landing folder; a control file without its extract counts as one."""
    names = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    names = [path for path in names if path.suffix != ".part"]
    stems = {path.with_suffix("") for path in names if path.suffix != ".ctl"}
    return [path for path in names if path.suffix != ".ctl" or path.with_suffix("") not in stems]


def clear_dropped(folder: Path, outcomes: Iterable[FileOutcome]) -> None:
    """Remove the files that are loaded, with their control files; what came since under a name stays.

    It may be called again: an extract that is gone already leaves its control file to be removed.
    """
    for outcome in outcomes:
        if outcome.verdict is Verdict.REFUSED or outcome.sha256 is None:
            continue
        path = folder / outcome.name
        control = path.with_suffix(".ctl")
        if path.is_file() and digest_of(path) == outcome.sha256:
            path.unlink()
        if not path.exists() and control.is_file() and _speaks_of(control, outcome.sha256):
            control.unlink()


def _speaks_of(control: Path, sha256: str) -> bool:
    return sha256 in control.read_text(encoding="utf-8", errors="replace").lower()
