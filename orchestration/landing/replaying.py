"""Loading a load's files again from the archive, as the register tells that they were loaded."""

import tempfile
from pathlib import Path

from orchestration.contracts import load_contracts
from orchestration.durable import digest_of
from orchestration.landing.archive import archived_path
from orchestration.landing.database import open_database
from orchestration.landing.errors import CountsDisagree, UnreadableFile
from orchestration.landing.loading import Loader
from orchestration.landing.naming import identify
from orchestration.landing.raw_tables import RawTables, ensure_schemas
from orchestration.landing.records import FileOutcome, LoadReport, Verdict
from orchestration.workspace import Workspace

__all__ = ["Replay"]


class Replay:
    """Loads archived files into a workspace of its own, load after load."""

    def __init__(self, target: Workspace, archive: Path) -> None:
        """Write the raw tables of `target`, reading the archive of another workspace."""
        self._target, self._archive = Workspace(target.home.resolve()).create(), archive
        self._raw = RawTables(self._target)
        self._former: dict[tuple[str | None, str | None], set[str]] = {}
        self.files = self.rows = 0

    def run(self, load: LoadReport, contracts_folder: Path, seeds: Path) -> None:
        """Load what a load loaded, judged by the contracts and published tables of its time.

        Raises:
            UnreadableFile: a file is missing from the archive, or is not what its digest says.
            CountsDisagree: a file gives other rows than the register tells.
            FileRefused: a file is refused now.
        """
        contracts = load_contracts(contracts_folder)
        with (
            tempfile.TemporaryDirectory(prefix=".landing-", dir=self._target.home) as folder,
            open_database(Path(folder), (self._target.raw, seeds.resolve())) as database,
        ):
            ensure_schemas(self._target, contracts)
            loader = Loader(database, self._raw, Path(folder), load.load_id, seeds)
            for outcome in load.loaded:
                file = identify(self._target.landing / outcome.name, contracts)
                again = FileOutcome(outcome.name, Verdict.LOADED)
                loader.load_archived(file, self._archived(outcome), again)
                self._settle(load, outcome, again)

    def _archived(self, outcome: FileOutcome) -> Path:
        path = archived_path(self._archive, outcome.archived_sha256 or "")
        if not path.is_file():
            raise UnreadableFile(
                f"{outcome.name}: {path} is not in the archive; restore it from a copy of the archive"
            )
        if digest_of(path) != outcome.archived_sha256:
            raise UnreadableFile(
                f"{outcome.name}: {path} was changed since it was archived; restore it from a copy"
            )
        return path

    def _settle(self, load: LoadReport, outcome: FileOutcome, again: FileOutcome) -> None:
        """Compare the counts, and retire the quarantine of what was replaced."""
        then = (outcome.rows_read, outcome.rows_loaded, outcome.rows_quarantined)
        now = (again.rows_read, again.rows_loaded, again.rows_quarantined)
        if then != now:
            raise CountsDisagree(
                f"{outcome.name}: load {load.load_id} read, loaded and set aside {then} rows, the archive "
                f"now gives {now}: this software reads the file otherwise than then; rebuild with version "
                f"{load.code_version}"
            )
        names = self._former.setdefault((outcome.contract, outcome.delivery), set())
        for name in names | {outcome.name}:
            if name != outcome.name or not again.rows_quarantined:
                self._raw.retire_quarantine(name, load.load_id)
        names.add(outcome.name)
        self.files += 1
        self.rows += again.rows_loaded
