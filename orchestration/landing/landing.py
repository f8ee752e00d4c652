"""Landing: what happens to every file that is dropped in the landing folder.

name ──► control file ──► archive (personal data hashed on the way) ──► read and check ──► raw tables
 │            │                 │                                            │
 └────────────┴─────────────────┴──────── refused whole: stays where it is ──┘
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.contracts import Contract, load_contracts
from orchestration.landing.archive import archive_file, archived_path
from orchestration.landing.codes import seeds_root
from orchestration.landing.control import ControlFile, read_control
from orchestration.landing.database import open_database
from orchestration.landing.dropped import clear_dropped, dropped
from orchestration.landing.errors import (
    DeliveryConflict,
    FileRefused,
    LateCorrection,
    UnknownFile,
    UnreadableFile,
)
from orchestration.landing.loading import Loader
from orchestration.landing.naming import Landed, identify, in_order
from orchestration.landing.pseudonym import PersonalLines, Pseudonymiser, erased_marks, pseudonym_keys
from orchestration.landing.raw_tables import RawTables, ensure_schemas
from orchestration.landing.records import FileOutcome, LoadReport, LoadVerdict, Verdict
from orchestration.landing.register import Register, refuse_unfinished
from orchestration.lock import hold
from orchestration.workspace import Workspace

__all__ = ["land", "land_into", "reload_into", "reload_quarantined"]

Progress = Callable[[str, int, int], None]


def land(
    workspace: Workspace,
    paths: Sequence[Path] | None = None,
    *,
    progress: Progress | None = None,
    is_late: bool = False,
) -> LoadReport:
    """Land files: verify, archive, check and load each; what is refused is told, not raised.

    This is the first step of a load, by itself: each file counts as soon as it is loaded, whatever becomes of
    the others (`orchestration.loads.run_load` takes all steps or none). A file that is loaded leaves the
    landing folder with its control file; a refused one stays. A file given from elsewhere stays in any case.
    The same content landed twice changes nothing.

    Args:
        workspace: where to load.
        paths: the extracts; all of the landing folder when not given. Their control files stand beside them.
        progress: called with the file's name, the files done and the files to do.
        is_late: allow corrections of closed months.

    Returns:
        One outcome per file. Nothing is recorded when there was no file.

    Raises:
        WorkspaceBusy: another load is running.
        UnfinishedLoad: a load was interrupted, and must be carried on or undone first.
        PseudonymKeyError: a file holds personal data and the key cannot be used.
        RecordError: a load record is damaged.
        ContractError: a contract is malformed.
    """
    with _alone(workspace, "land") as (workspace, report):
        report.is_late = is_late
        with _load(workspace, report) as load:
            load.process(dropped(workspace.landing) if paths is None else list(paths), progress)
        return report


def land_into(
    workspace: Workspace,
    report: LoadReport,
    paths: Sequence[Path] | None = None,
    *,
    progress: Progress | None = None,
) -> None:
    """Land files as a step of a load that holds the workspace; `report` tells what became of them.

    Nothing leaves the landing folder: that is for the load to do (`clear_dropped`) when it has published.

    Raises:
        PseudonymKeyError, RecordError, ContractError: as for `land`.
    """
    with _load(workspace, report) as load:
        load.process(dropped(workspace.landing) if paths is None else list(paths), progress)


def reload_quarantined(workspace: Workspace, *, progress: Progress | None = None) -> LoadReport:
    """Load again, from the archive, the files that have rows in quarantine for an unknown code.

    Args:
        workspace: where to load.
        progress: called with the file's name, the files done and the files to do.

    Returns:
        One outcome per such file: `loaded` where a code is now known, else `already_loaded`.

    Raises:
        WorkspaceBusy: another load is running.
        UnfinishedLoad: a load was interrupted, and must be carried on or undone first.
        RecordError: a load record is damaged.
        ContractError: a contract is malformed.
    """
    with _alone(workspace, "land --retry") as (workspace, report):
        with _load(workspace, report) as load:
            load.reload(progress)
        return report


def reload_into(workspace: Workspace, report: LoadReport, *, progress: Progress | None = None) -> None:
    """Load waiting files again as a step of a load that holds the workspace.

    Raises:
        RecordError, ContractError: as for `reload_quarantined`.
    """
    with _load(workspace, report) as load:
        load.reload(progress)


class _Load:
    """The landing of one load: its report, and what it works with."""

    def __init__(
        self,
        workspace: Workspace,
        contracts: dict[str, Contract],
        database: duckdb.DuckDBPyConnection,
        work: Path,
        report: LoadReport,
    ) -> None:
        self._workspace, self._contracts = workspace, contracts
        self._register = Register(workspace.loads)
        self._known = self._register.loaded()
        self.report = report
        self._raw = RawTables(workspace)
        self._rewriters: dict[str, PersonalLines] = {}
        self._loader = Loader(database, self._raw, work, self.report.load_id)

    def _personal_lines(self, contract: Contract) -> PersonalLines | None:
        """Return what rewrites lines with personal data: one per contract, because it remembers hashes."""
        if contract.personal is None:
            return None
        if contract.id not in self._rewriters:
            # The key is asked for here, so that a load without personal data needs none.
            pseudonymiser = Pseudonymiser(*pseudonym_keys(self._workspace))
            _, erased = erased_marks(self._workspace)
            self._rewriters[contract.id] = PersonalLines(contract, pseudonymiser, erased)
        return self._rewriters[contract.id].begin_file()

    def process(self, paths: list[Path], progress: Progress | None) -> None:
        """Land the files."""
        files: list[Landed] = []
        for path in paths:
            try:
                files.append(_identified(path, self._contracts))
            except FileRefused as error:
                self._refuse(path.name, error)
        for done, file in enumerate(in_order(files, self._contracts)):
            if progress is not None:
                progress(file.name, done, len(files))
            outcome = FileOutcome(file.name, Verdict.REFUSED)
            try:
                self._land(file, outcome)
            except FileRefused as error:
                self._refuse(file.name, error, outcome)
            except duckdb.DataError as error:
                # A value that no check foresaw must not stop the other files.
                text = str(error).splitlines()[0][:200]
                self._refuse(file.name, UnreadableFile(f"{file.name}: {text}"), outcome)
        self._finish(progress, len(files))

    def _land(self, file: Landed, outcome: FileOutcome) -> None:
        contract = file.contract
        outcome.contract, outcome.contract_version = contract.id, contract.version
        outcome.delivery, outcome.revision = file.delivery, file.revision
        control = read_control(file.path, contract)
        outcome.sha256 = control.sha256
        personal = self._personal_lines(contract)
        is_repeated = self._is_repeated(file, control, outcome)
        archived = archive_file(self._workspace.archive, file.path, contract, control, personal)
        outcome.archived_sha256 = archived.archived_sha256
        if is_repeated:
            outcome.verdict, outcome.message = Verdict.ALREADY_LOADED, "the same content is already loaded"
        else:
            self._loader.load(file, archived.path, control, outcome)
            self._succeed(file, outcome)
        self._record(outcome)
        if (
            self.report.verdict is LoadVerdict.LANDED
            and file.path.parent.resolve() == self._workspace.landing
        ):
            clear_dropped(self._workspace.landing, [outcome])

    def _is_repeated(self, file: Landed, control: ControlFile, outcome: FileOutcome) -> bool:
        """Return whether this very content is loaded already.

        Raises:
            DeliveryConflict: the delivery is loaded from other content that this revision may not replace.
            LateCorrection: it would correct a closed month, and that was not allowed.
        """
        former = self._known.get((file.contract.id, file.delivery), [])
        present = all(self._raw.path(table.name, file.delivery).exists() for table in file.contract.tables)
        if not former or not present:
            return False
        current = former[-1]
        if control.sha256 in {outcome.sha256 for outcome in former if outcome.revision == file.revision}:
            return True
        if file.revision <= current.revision:
            raise DeliveryConflict(
                f"{file.name}: {file.delivery} is already loaded from {current.name} with other content; "
                f"a correction must be named with _r{current.revision + 1:02d} or higher before the extension"
            )
        closed_by = self._closed_by(file)
        if closed_by is not None and not self.report.is_late:
            raise LateCorrection(
                f"{file.name}: {file.delivery} is closed, because {closed_by} is loaded; if the correction "
                "is meant to change what was reported, load it with --late"
            )
        outcome.corrects, outcome.is_late = current.name, closed_by is not None
        return False

    def _closed_by(self, file: Landed) -> str | None:
        """Return a later delivery of the same extract, which closes this one; plans never close."""
        if file.contract.files.placeholder == "plan":
            return None
        loaded = (delivery for extract, delivery in self._known if extract == file.contract.id)
        return max((delivery for delivery in loaded if delivery > file.delivery), default=None)

    def _succeed(self, file: Landed, outcome: FileOutcome) -> None:
        """Settle what a loaded file leaves: its verdict, and the quarantine of the file it replaces."""
        outcome.verdict = Verdict.LOADED
        outcome.message = f"{outcome.rows_loaded} rows loaded"
        if outcome.rows_quarantined:
            outcome.message += f", {outcome.rows_quarantined} in quarantine"
        former = self._known.setdefault((file.contract.id, file.delivery), [])
        for name in {*(earlier.name for earlier in former), file.name}:
            if name != file.name or not outcome.rows_quarantined:
                self._raw.retire_quarantine(name, self.report.load_id)
        former.append(outcome)

    def reload(self, progress: Progress | None) -> None:
        """Load again the current files with unknown codes."""
        waiting = [former[-1] for former in self._known.values() if former[-1].unknown_codes]
        files = {_landed(self._workspace.landing, outcome, self._contracts): outcome for outcome in waiting}
        for done, file in enumerate(in_order(list(files), self._contracts)):
            if progress is not None:
                progress(file.name, done, len(files))
            former = files[file]
            outcome = FileOutcome(
                file.name,
                Verdict.REFUSED,
                sha256=former.sha256,
                archived_sha256=former.archived_sha256,
                contract=former.contract,
                contract_version=file.contract.version,
                delivery=file.delivery,
                revision=file.revision,
                control_totals=dict(former.control_totals),
            )
            try:
                self._reload(file, former, outcome)
            except FileRefused as error:
                self._refuse(file.name, error, outcome)
        self._finish(progress, len(files))

    def _reload(self, file: Landed, former: FileOutcome, outcome: FileOutcome) -> None:
        archived = archived_path(self._workspace.archive, former.archived_sha256 or "")
        if not archived.exists():
            raise UnreadableFile(f"{file.name}: its content {archived} is no longer in the archive")
        if self._loader.load_again(file, archived, outcome, former):
            self._succeed(file, outcome)
        else:
            outcome.verdict = Verdict.ALREADY_LOADED
            outcome.message = f"{outcome.rows_quarantined} rows are still in quarantine"
        self._record(outcome)

    def _refuse(self, name: str, error: FileRefused, outcome: FileOutcome | None = None) -> None:
        """Record a refused file; what had been counted of it is not loaded, so it is not told."""
        outcome = outcome or FileOutcome(name, Verdict.REFUSED)
        outcome.verdict, outcome.message = Verdict.REFUSED, str(error)
        outcome.rows_read = outcome.rows_loaded = outcome.rows_quarantined = 0
        self._record(outcome)

    def _record(self, outcome: FileOutcome) -> None:
        self.report.files.append(outcome)
        self._register.write(self.report)

    def _finish(self, progress: Progress | None, total: int) -> None:
        if self.report.files and self.report.verdict is LoadVerdict.LANDED:
            self._register.write(self.report, is_finished=True)
        if progress is not None:
            progress("done", total, total)


@contextmanager
def _alone(workspace: Workspace, doing: str) -> Iterator[tuple[Workspace, LoadReport]]:
    """Hold the workspace for a landing by itself; yield it under its real name, and a new report."""
    # The engine is confined to folders by name, so the name must be the real one.
    workspace = Workspace(workspace.home.resolve()).create()
    with hold(workspace, doing):
        register = Register(workspace.loads)
        refuse_unfinished(register)
        yield workspace, register.new_report()


@contextmanager
def _load(workspace: Workspace, report: LoadReport) -> Iterator[_Load]:
    """Clear what a killed landing left, and yield one whose workspace is held."""
    contracts = load_contracts()
    for folder in workspace.home.glob(".landing-*"):
        shutil.rmtree(folder)
    for part in (*workspace.archive.glob(".*.part"), *workspace.raw.glob("*/.*.part")):
        part.unlink()
    with (
        tempfile.TemporaryDirectory(prefix=".landing-", dir=workspace.home) as work,
        open_database(Path(work), (workspace.raw, seeds_root())) as database,
    ):
        ensure_schemas(workspace, contracts)
        yield _Load(workspace, contracts, database, Path(work), report)


def _identified(path: Path, contracts: dict[str, Contract]) -> Landed:
    if path.suffix == ".ctl":
        raise UnknownFile(
            f"{path.name}: a control file without its extract; wait for it, or ask the sender for it"
        )
    return identify(path, contracts)


def _landed(landing: Path, outcome: FileOutcome, contracts: dict[str, Contract]) -> Landed:
    return identify(landing / outcome.name, contracts)
