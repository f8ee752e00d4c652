"""One load: all its steps, or none.

    started ──► landed ──► built ──► pointed ──► done
    land       dbt build   publish    landing folder cleared,
    judge      and tests   a file     history kept
       │           │          │
       └───────────┴──────────┴── refused, failed, interrupted: the raw tables are put back

Readers see nothing of it until the pointer moves. Whatever happens before, the published file and the pointer
are the former ones; whatever happens after, the next load finishes it (`recovery`).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from orchestration.build import BuildFailed, BuildReport, Failure, build, dbt_ahead
from orchestration.dbt_ahead import DbtAhead
from orchestration.definitions import keep_definitions
from orchestration.landing import (
    BuildRecord,
    LoadReport,
    LoadVerdict,
    Register,
    Step,
    clear_dropped,
    land_into,
    refuse_unfinished,
    reload_into,
)
from orchestration.loads.ending import Stage, ended_by_signal, silent
from orchestration.loads.finding import publications
from orchestration.loads.recovery import finish, recover, undo
from orchestration.loads.trees import drop_undo, take_undo
from orchestration.lock import Held, WorkspaceBusy, hold
from orchestration.monitoring import announce, announce_last, tell
from orchestration.publication import PublicationError, current, point, prepare
from orchestration.quality import reporting
from orchestration.workspace import Workspace

__all__ = ["by_hand", "publish_by_hand", "run_load"]

_CARRY_ON = "run `cruscotto load` again: it carries this load on from there"


def run_load(
    workspace: Workspace,
    paths: Sequence[Path] | None = None,
    *,
    retry: bool = False,
    leave_refused: bool = False,
    is_late: bool = False,
    deliver: Callable[[], None] | None = None,
    stage: Stage | None = None,
) -> LoadReport:
    """Land, build, test and publish as one transaction; first carry on or undo what was interrupted.

    Args:
        workspace: where to load.
        paths: the extracts; all of the landing folder when not given.
        retry: load again the archived files whose rows wait for a code, instead.
        leave_refused: publish what is sound although other files were refused.
        is_late: allow corrections of closed months.
        deliver: writes the extracts, beside the dbt that is started first; not when they lie there already.
        stage: shows the steps.

    Returns:
        The load's report. Its verdict is `published`, `unchanged`, `refused` (a file was; nothing changed) or
        `failed` (a model or test did; nothing changed).

    Raises:
        WorkspaceBusy: another process writes here.
        LandingError: a key or a record cannot be used; nothing changed.
        BuildError: dbt could not start; the next load carries this one on.
        OSError: the disk is full, for instance; nothing changed, and the message says what to do.
    """
    workspace = Workspace(workspace.home.resolve()).create()
    try:
        with hold(workspace, "load") as held, ended_by_signal(stage or silent) as shown:
            register = Register(workspace.loads)
            load = _Transaction(workspace, register, held, shown)
            report = recover(workspace, register)
            if report is not None:
                load.carry_on(report)
            if report is None or not _is_all(report, workspace, paths):
                if report is not None:
                    announce(workspace, report)
                report = load.run(paths, retry, leave_refused, is_late, deliver)
    except WorkspaceBusy:
        raise
    except Exception:
        announce_last(workspace)
        raise
    announce(workspace, report)
    return report


def publish_by_hand(workspace: Workspace, *, stage: Stage | None = None) -> LoadReport:
    """Publish what `cruscotto build` built, as a load without files in the register.

    Raises:
        WorkspaceBusy: another process writes here.
        PublicationError: nothing fit to publish was built.
    """
    workspace = Workspace(workspace.home.resolve()).create()
    with hold(workspace, "publish") as held, ended_by_signal(stage or silent) as shown:
        register = Register(workspace.loads)
        recover(workspace, register)
        report = _Transaction(workspace, register, held, shown).publish_built()
    announce(workspace, report)
    return report


@contextmanager
def by_hand(workspace: Workspace, doing: str) -> Iterator[Held]:
    """Hold the workspace for one step taken by hand.

    Raises:
        WorkspaceBusy: another process writes here.
        UnfinishedLoad: a load was interrupted, and must be carried on or undone first.
    """
    with hold(workspace.create(), doing) as held:
        refuse_unfinished(Register(workspace.loads))
        yield held


def _is_all(carried_on: LoadReport, workspace: Workspace, paths: Sequence[Path] | None) -> bool:
    """Whether nothing is left to load after an interrupted load was carried on, or it failed."""
    nothing_waits = not any(workspace.landing.iterdir())
    return carried_on.verdict is not LoadVerdict.PUBLISHED or (paths is None and nothing_waits)


class _Transaction:
    """Takes a load through its steps."""

    def __init__(self, workspace: Workspace, register: Register, held: Held, stage: Stage) -> None:
        self._workspace, self._register, self._held, self._stage = workspace, register, held, stage
        self._dbt: DbtAhead | None = None
        self._began = time.monotonic()

    def run(
        self,
        paths: Sequence[Path] | None,
        retry: bool,
        leave_refused: bool,
        is_late: bool,
        deliver: Callable[[], None] | None,
    ) -> LoadReport:
        """Run a load from its beginning."""
        is_something = bool(deliver or paths or retry) or any(self._workspace.landing.iterdir())
        with ExitStack() as stack:
            if is_something:
                self._dbt = stack.enter_context(dbt_ahead(self._workspace))
            report = self._register.new_report("load", LoadVerdict.RUNNING)
            report.is_late, report.versions = is_late, keep_definitions(self._workspace)
            self._register.write(report)
            tell("load.started", report.load_id, is_late=is_late, is_retry=retry)
            with self._undone_on_error(report):
                if deliver is not None:
                    deliver()
                self._land(report, paths, retry)
                if report.refused and not leave_refused:
                    return self._refused(report)
                if not report.loaded and not self._is_outdated(report):
                    return self._unchanged(report)
            self._reached(report, Step.LANDED)
            return self.carry_on(report)

    def _land(self, report: LoadReport, paths: Sequence[Path] | None, retry: bool) -> None:
        take_undo(self._workspace)
        with self._stage("Carico degli estratti") as advance:
            if retry:
                reload_into(self._workspace, report, progress=advance)
            else:
                land_into(self._workspace, report, paths, progress=advance)
        _tell_files(report)

    def carry_on(self, report: LoadReport) -> LoadReport:
        """Build and publish a load whose files are all in."""
        try:
            if report.step is Step.LANDED:
                with self._stage("Costruzione e prove (dbt)") as advance:
                    built = build(self._workspace, progress=advance, held=self._held, ahead=self._dbt)
                report.build = _record_of(built)
                self._reached(report, Step.BUILT)
            return self._publish(report)
        except BuildFailed as error:
            report.build = _record_of(error.report)
            return self._failed(report, str(error))
        except PublicationError as error:
            return self._failed(report, str(error))
        except Exception as error:
            error.add_note(f"nothing changed for readers; {_CARRY_ON}")
            raise

    def publish_built(self) -> LoadReport:
        """Publish the build database by itself."""
        report = self._register.new_report("publish", LoadVerdict.RUNNING)
        report.versions = keep_definitions(self._workspace)
        self._register.write(report)
        with self._undone_on_error(report):
            return self._publish(report)

    def _publish(self, report: LoadReport) -> LoadReport:
        with self._stage("Pubblicazione"):
            report.publication = prepare(self._workspace)
            # What is about to be pointed to is told first: the pointer then says whether it was.
            self._reached(report, report.step)
            point(self._workspace, report.publication, former=current(self._workspace))
        report.step = Step.POINTED
        self._timed(report)
        finish(self._workspace, self._register, report)
        return report

    def _is_outdated(self, report: LoadReport) -> bool:
        """Whether definitions, or rows landed by themselves, are not published yet."""
        known = publications(self._workspace)
        if not known or current(self._workspace) is None:
            return bool(self._register.effective())
        last, _ = known[-1]
        landed = [former for former in self._register.effective() if former.load_id > last.load_id]
        is_same = last.versions.get("definitions") == report.versions["definitions"]
        return not is_same or any(former.loaded for former in landed)

    def _refused(self, report: LoadReport) -> LoadReport:
        names = ", ".join(item.name for item in report.refused[:5])
        message = (
            f"{len(report.refused)} files refused ({names}): nothing was changed or published, and all "
            "files stay in the landing folder. Replace or remove the refused ones and load again, or load "
            "the others with --leave-refused"
        )
        self._timed(report)
        undo(self._workspace, self._register, report, LoadVerdict.REFUSED, message)
        return report

    def _unchanged(self, report: LoadReport) -> LoadReport:
        self._timed(report)
        if report.files:
            clear_dropped(self._workspace.landing, report.files)
            with reporting(self._workspace, report):
                report.verdict, report.message = LoadVerdict.UNCHANGED, "nothing new; the publication stays"
            self._register.write(report, is_finished=True)
        else:
            report.verdict, report.message = LoadVerdict.UNCHANGED, "no file to load"
            self._register.forget(report)
        drop_undo(self._workspace)
        return report

    def _failed(self, report: LoadReport, message: str) -> LoadReport:
        remedy = "free disk space and load again" if "No space left" in message else "correct and load again"
        self._timed(report)
        undo(
            self._workspace,
            self._register,
            report,
            LoadVerdict.FAILED,
            f"{message}\nNothing was published, the raw tables are as before, and the files wait in the "
            f"landing folder: {remedy}",
        )
        return report

    @contextmanager
    def _undone_on_error(self, report: LoadReport) -> Iterator[None]:
        """Put everything back when a step before the build is stopped."""
        try:
            yield
        except BaseException as error:
            stopped = not isinstance(error, Exception)
            verdict = LoadVerdict.INTERRUPTED if stopped else LoadVerdict.FAILED
            self._timed(report)
            # A full disk may leave no space for the record: the next load finds it running, and closes it.
            with suppress(OSError):
                undo(self._workspace, self._register, report, verdict, str(error) or type(error).__name__)
            error.add_note("nothing was changed or published; the files wait in the landing folder")
            raise

    def _reached(self, report: LoadReport, step: Step) -> None:
        if report.step is not step:
            tell(f"load.{step.value}", report.load_id)
        report.step = step
        self._timed(report)
        self._register.write(report)

    def _timed(self, report: LoadReport) -> None:
        now = time.monotonic()
        report.seconds = round((report.seconds or 0) + now - self._began, 3)
        self._began = now


def _tell_files(report: LoadReport) -> None:
    for file in report.files:
        tell(
            "file.landed",
            report.load_id,
            file=file.name,
            verdict=file.verdict.value,
            rows_read=file.rows_read,
            rows_loaded=file.rows_loaded,
            rows_quarantined=file.rows_quarantined,
        )


def _record_of(report: BuildReport) -> BuildRecord:
    def told(items: tuple[Failure, ...]) -> list[str]:
        return [f"{item.name} ({item.file}): {item.message}" for item in items]

    return BuildRecord(
        report.invocation,
        report.nodes,
        report.seconds,
        dict(report.statuses),
        told(report.failures),
        told(report.warnings),
        report.scope,
    )
