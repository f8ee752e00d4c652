"""Going back to a past publication: what readers see, and what the next load starts from."""

from orchestration.build import build_database
from orchestration.durable import digest_of
from orchestration.landing import LoadReport, LoadVerdict, PublicationRecord, Register, Step
from orchestration.loads.errors import NothingToDo, NotKept
from orchestration.loads.finding import find_publication
from orchestration.loads.recovery import finish, recover, sweep, undo
from orchestration.loads.trees import take_undo, use_history
from orchestration.lock import hold
from orchestration.publication import current, point
from orchestration.workspace import Workspace

__all__ = ["check_kept", "roll_back", "undo_interrupted"]


def roll_back(workspace: Workspace, name: str) -> LoadReport:
    """Serve a past publication again; the loads after it do not count any more.

    Their files stay in the archive and in the register: what was right in them is delivered again.

    Args:
        workspace: whose publication to go back in.
        name: id of a load that published, or a publication's version.

    Raises:
        WorkspaceBusy: another process writes here.
        NoSuchLoad: nothing was published under this name.
        NothingToDo: it is the one that is served.
        NotKept: its file or its raw tables are gone or damaged; rebuild it first.
    """
    workspace = Workspace(workspace.home.resolve()).create()
    with hold(workspace, "loads rollback"):
        register = Register(workspace.loads)
        _undo_resumable(workspace, register)
        load, publication = find_publication(workspace, name)
        pointed = current(workspace)
        if pointed is not None and pointed.version == publication.version:
            raise NothingToDo(f"{load.load_id} is the publication that is served")
        check_kept(workspace, load, publication)
        report = register.new_report("rollback", LoadVerdict.RUNNING)
        report.back_to, report.publication = load.load_id, publication
        register.write(report)
        try:
            take_undo(workspace)
            use_history(workspace, publication.version)
            _forget_build(workspace)
            point(workspace, publication)
        except BaseException as error:
            undo(workspace, register, report, LoadVerdict.FAILED, str(error))
            raise
        report.step = Step.POINTED
        report.message = f"back to {load.load_id}; the loads after it do not count any more"
        finish(workspace, register, report)
        return report


def undo_interrupted(workspace: Workspace) -> LoadReport:
    """Undo a load that was interrupted, instead of carrying it on; a published one is finished.

    Raises:
        WorkspaceBusy: it runs.
        NothingToDo: no load was interrupted.
    """
    workspace = Workspace(workspace.home.resolve()).create()
    with hold(workspace, "loads undo"):
        # Killed before it had told of itself, a load leaves half a record and nothing to undo.
        sweep(workspace)
        register = Register(workspace.loads)
        interrupted = register.unfinished()
        if interrupted is None:
            raise NothingToDo("no load was interrupted")
        _undo_resumable(workspace, register)
        return next(report for report in register.reports() if report.load_id == interrupted.load_id)


def check_kept(workspace: Workspace, load: LoadReport, publication: PublicationRecord) -> None:
    """Check that a past publication is on disk as it was.

    Raises:
        NotKept: its file or its raw tables are gone, or the file was changed.
    """
    file = workspace.published / publication.file
    remedy = f"run `cruscotto loads rebuild {load.load_id}`"
    if not file.is_file():
        raise NotKept(f"{file} is no longer kept: {remedy}")
    if file.stat().st_size != publication.size or digest_of(file) != publication.sha256:
        raise NotKept(f"{file} is not the file that was published: {remedy}")
    if not (workspace.history / publication.version).is_dir():
        raise NotKept(f"the raw tables of {load.load_id} are no longer kept: {remedy}")


def _undo_resumable(workspace: Workspace, register: Register) -> None:
    interrupted = recover(workspace, register)
    if interrupted is not None:
        undo(workspace, register, interrupted, LoadVerdict.INTERRUPTED, "interrupted, and undone by hand")


def _forget_build(workspace: Workspace) -> None:
    """Remove the build of later rows, lest `cruscotto publish` bring them back."""
    for suffix in (".duckdb", ".duckdb.wal"):
        build_database(workspace).with_suffix(suffix).unlink(missing_ok=True)
