"""What to do about a load whose process ended before it did.

The record says how far it came, the pointer whether it was published, the kept tree what was before:

    pointer names its publication       → it is finished: history, landing folder, record
    all files landed, same definitions  → it can be carried on: build, publish
    anything else                       → it is undone: the raw tables are put back, the files still wait
"""

import json
import shutil
from contextlib import nullcontext

from orchestration.build import build_database
from orchestration.definitions import current_versions
from orchestration.landing import LoadReport, LoadVerdict, Register, Step, clear_dropped, timestamp
from orchestration.loads.amending import abandon_amendment, carry_out
from orchestration.loads.index import write_index
from orchestration.loads.trees import drop_undo, keep_history, put_back
from orchestration.publication import clear_partial, current
from orchestration.quality import reporting
from orchestration.workspace import Workspace

__all__ = ["finish", "recover", "sweep", "undo"]


def recover(workspace: Workspace, register: Register) -> LoadReport | None:
    """Finish or undo what was interrupted; return a load that can be carried on, or None.

    The caller holds the workspace.
    """
    sweep(workspace)
    if carry_out(workspace, register) is None:
        abandon_amendment(
            workspace, register, LoadVerdict.INTERRUPTED, "interrupted before anything was changed"
        )
    report = register.unfinished()
    _remove_unpointed(workspace, register)
    if report is None:
        drop_undo(workspace)
        return None
    pointed = current(workspace)
    if pointed and report.publication and pointed.version == report.publication.version:
        report.message = "interrupted after it had published, and finished by the next one"
        finish(workspace, register, report)
        return None
    if _can_go_on(workspace, report):
        return report
    message = f"interrupted ({report.step}); nothing was published, and what it had loaded was put back"
    undo(workspace, register, report, LoadVerdict.INTERRUPTED, message)
    return None


def finish(workspace: Workspace, register: Register, report: LoadReport) -> None:
    """Do what follows a publication; killed anywhere, it is done again by `recover`."""
    if report.publication is not None:
        keep_history(workspace, report.publication.version)
    clear_dropped(workspace.landing, report.files)
    report.verdict, report.step, report.finished = LoadVerdict.PUBLISHED, Step.DONE, timestamp()
    with reporting(workspace, report):
        write_index(workspace, register, report)
    # Last but one: until the record says so, all of this is done again.
    register.write(report)
    drop_undo(workspace)


def undo(
    workspace: Workspace, register: Register, report: LoadReport, verdict: LoadVerdict, message: str
) -> None:
    """Put the raw tables back and close the record; the files are still in the landing folder."""
    # Looked at while its rows and its build are there; not when the process was told to end.
    is_looked_at = verdict is not LoadVerdict.INTERRUPTED
    with reporting(workspace, report) if is_looked_at else nullcontext():
        if report.kind == "load" and report.step is not Step.STARTED:
            # It was built from rows that no longer count.
            for suffix in ("", ".wal"):
                build_database(workspace).with_suffix(f".duckdb{suffix}").unlink(missing_ok=True)
        put_back(workspace)
        report.verdict, report.message, report.publication = verdict, message, None
    register.write(report, is_finished=True)


def _can_go_on(workspace: Workspace, report: LoadReport) -> bool:
    """Whether all files of a load are in, under the definitions that still hold; tell what is built."""
    is_landed = report.kind == "load" and report.step in (Step.LANDED, Step.BUILT)
    if not is_landed or not workspace.undo.is_dir():
        return False
    if report.versions.get("definitions") != current_versions()["definitions"]:
        return False
    if report.step is Step.BUILT and not _is_built(workspace, report):
        report.step = Step.LANDED
    return True


def _is_built(workspace: Workspace, report: LoadReport) -> bool:
    """Whether the build database is that of the load's own build."""
    results = workspace.warehouse / "target" / "run_results.json"
    try:
        invocation = json.loads(results.read_text(encoding="utf-8"))["metadata"]["invocation_id"]
    except (OSError, ValueError, KeyError):
        return False
    return (
        report.build is not None
        and invocation == report.build.invocation
        and build_database(workspace).is_file()
    )


def sweep(workspace: Workspace) -> None:
    """Remove what a process that was killed left half made; nothing of it was ever used."""
    clear_partial(workspace)
    folders = (".landing-*", ".discarded-*", ".fresh", ".rebuild", ".undo.part", "history/.*")
    for folder in (found for pattern in folders for found in workspace.home.glob(pattern)):
        shutil.rmtree(folder)
    staged = ("archive", "raw/*", "loads", "loads/definitions", "published", "reports/*", "metrics")
    for path in (found for folder in staged for found in workspace.home.glob(f"{folder}/.*.part")):
        path.unlink()


def _remove_unpointed(workspace: Workspace, register: Register) -> None:
    """Remove published files that no pointer ever named: newer than the current, in no finished record."""
    try:
        pointed = current(workspace)
    except (OSError, ValueError):
        return
    version = pointed.version if pointed else ""
    known = {
        report.publication.file
        for report in register.reports()
        if report.publication and report.verdict is LoadVerdict.PUBLISHED
    }
    for path in workspace.published.glob("cruscotto-*.duckdb"):
        if path.name not in known and path.stem.removeprefix("cruscotto-") > version:
            path.unlink()
