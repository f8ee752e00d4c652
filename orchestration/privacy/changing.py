"""One change of how persons show in what is kept: registered, staged, committed, carried out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from orchestration.landing import LoadReport, LoadVerdict, Register
from orchestration.loads import LoadsError
from orchestration.loads.amending import Amendment, abandon_amendment, carry_out
from orchestration.loads.ending import ended_by_signal, silent
from orchestration.loads.recovery import recover
from orchestration.lock import hold
from orchestration.workspace import Workspace

__all__ = ["change", "settled"]


@contextmanager
def settled(workspace: Workspace, doing: str) -> Iterator[tuple[Workspace, Register]]:
    """Hold a workspace in which no load is half done; yield it under its real name, and its register.

    Raises:
        WorkspaceBusy: another process writes here.
        LoadsError: a load was interrupted, and must be carried on or undone first.
    """
    workspace = Workspace(workspace.home.resolve()).create()
    with hold(workspace, doing), ended_by_signal(silent):
        register = Register(workspace.loads)
        interrupted = recover(workspace, register)
        if interrupted is not None:
            raise LoadsError(
                f"load {interrupted.load_id} was interrupted: carry it on with `cruscotto load`, or undo it "
                "with `cruscotto loads undo`, then try again"
            )
        yield workspace, register


def change(
    workspace: Workspace,
    register: Register,
    kind: str,
    stage: Callable[[Amendment, LoadReport], None],
) -> LoadReport:
    """Make a change, all of it or nothing; return its record.

    Args:
        workspace: what to change; the caller holds it.
        register: its load records.
        kind: of the record (one of `AMENDMENTS`).
        stage: stages every new file, and writes into the record what is done.

    Raises:
        OSError: the disk is full, for instance; nothing was changed.
    """
    report = register.new_report(kind, LoadVerdict.RUNNING)
    register.write(report)
    try:
        amendment = Amendment(workspace)
        stage(amendment, report)
        # From the commit on the next command carries it out: its record must say what was done.
        register.write(report)
        amendment.commit()
    except BaseException as error:
        stopped = not isinstance(error, Exception)
        verdict = LoadVerdict.INTERRUPTED if stopped else LoadVerdict.FAILED
        # A full disk may leave no space for the record: the next command closes it.
        with suppress(OSError):
            abandon_amendment(workspace, register, verdict, f"nothing was changed: {error}")
        raise
    try:
        carry_out(workspace, register)
    except BaseException as error:
        error.add_note(
            "it is decided and half carried out: the next `cruscotto loads` command carries it out"
        )
        raise
    report.verdict = LoadVerdict.AMENDED
    return report
