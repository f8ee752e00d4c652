"""A past publication again, from the archive and the register alone.

    register ──► loads that counted then, in their order
    archive  ──► their files ──► raw tables ──► dbt project of that time ──► published file
                                     │                                           │
                     rows loaded and quarantined as registered      digests of all tables as registered

Everything happens in a folder of its own; what is found equal is then put in its place.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration.build import build
from orchestration.definitions import Definitions
from orchestration.landing import (
    LoadReport,
    LoadVerdict,
    PublicationRecord,
    Register,
    Replay,
)
from orchestration.loads.ending import Stage, silent
from orchestration.loads.errors import NoSuchLoad, ReplayDiffers
from orchestration.loads.finding import find_publication
from orchestration.loads.index import write_index
from orchestration.loads.recovery import recover, undo
from orchestration.loads.trees import keep_history, remove_tree, use_history
from orchestration.lock import Held, hold
from orchestration.publication import PublicationError, current, point, prepare
from orchestration.workspace import Workspace

__all__ = ["Rebuilt", "rebuild", "recover_all"]


@dataclass(frozen=True)
class Rebuilt:
    """A publication that was rebuilt.

    Attributes:
        load_id: of the load that published it.
        version: of the publication.
        files: how many files were loaded again from the archive.
        rows: rows loaded.
        tables: how many published tables were compared, and found equal.
    """

    load_id: str
    version: str
    files: int
    rows: int
    tables: int


def rebuild(
    workspace: Workspace, name: str, *, check_only: bool = False, stage: Stage | None = None
) -> Rebuilt:
    """Rebuild a past publication, compare it with the register, and put it in its place.

    Args:
        workspace: its archive and register are read.
        name: id of a load that published, a version, or `last`.
        check_only: compare and put nothing in its place.
        stage: shows the steps.

    Raises:
        WorkspaceBusy: another process writes here.
        NoSuchLoad: nothing was published under this name.
        ReplayDiffers: a published table is not what it was; nothing is put in its place.
        DefinitionsError: the definitions of that time are missing.
        LandingError: a file is missing from the archive, or gives other rows than registered.
        BuildError: a model or a test failed.
    """
    workspace = Workspace(workspace.home.resolve()).create()
    with hold(workspace, "loads rebuild") as held:
        _settle(workspace)
        load, publication = find_publication(workspace, name)
        with _scratch(workspace) as scratch:
            again, rebuilt = _Rebuild(workspace, scratch, load, publication, held).run(stage or silent)
            if not check_only:
                _install(workspace, scratch, load, again)
                _point_if_served(workspace, again)
        return rebuilt


def recover_all(workspace: Workspace, *, stage: Stage | None = None) -> Rebuilt:
    """Make an installation again from its archive and register: raw tables, served publication, pointer.

    Raises:
        As for `rebuild`.
    """
    workspace = Workspace(workspace.home.resolve()).create()
    with hold(workspace, "loads recover") as held:
        _settle(workspace)
        load, publication = _last_served(workspace)
        with _scratch(workspace) as scratch:
            again, rebuilt = _Rebuild(workspace, scratch, load, publication, held).run(stage or silent)
            _install(workspace, scratch, load, again)
        use_history(workspace, again.version)
        point(workspace, again)
        return rebuilt


class _Rebuild:
    """Makes one publication again in a scratch workspace."""

    def __init__(
        self,
        workspace: Workspace,
        scratch: Workspace,
        load: LoadReport,
        publication: PublicationRecord,
        held: Held,
    ) -> None:
        self._workspace, self._scratch, self._held = workspace, scratch, held
        self._load, self._publication = load, publication

    def run(self, stage: Stage) -> tuple[PublicationRecord, Rebuilt]:
        """Load, build, copy and compare."""
        replay = Replay(self._scratch, self._workspace.archive)
        with stage("Ricarico dall'archivio") as advance:
            loads = self._loads_then()
            for done, load in enumerate(loads):
                advance(load.load_id, done, len(loads))
                definitions = self._definitions(load)
                replay.run(load, definitions / "contracts", definitions / "warehouse" / "seeds")
        definitions = self._definitions(self._load)
        with stage("Costruzione e prove (dbt)") as advance:
            build(self._scratch, progress=advance, project=definitions / "warehouse", held=self._held)
        with stage("Confronto con il registro"):
            version = self._publication.version
            again = prepare(self._scratch, model=definitions / "model", version=version)
            differing = tuple(_differing(self._publication.tables, again.tables))
        if differing:
            raise ReplayDiffers(
                f"{self._load.load_id}: {len(differing)} of {len(again.tables)} tables are not what was "
                f"published ({', '.join(differing[:5])}); nothing was replaced. It was published by version "
                f"{self._load.code_version}: rebuild with that one"
            )
        again.published_at = self._publication.published_at
        told = Rebuilt(self._load.load_id, version, replay.files, replay.rows, len(again.tables))
        return again, told

    def _loads_then(self) -> list[LoadReport]:
        """Return the loads that counted when the publication was made."""
        return Register(self._workspace.loads).effective(until=self._load.load_id)

    def _definitions(self, load: LoadReport) -> Path:
        """Unpack the definitions of a load (of the publication's, for files landed by hand)."""
        digest = load.versions.get("definitions") or self._load.versions["definitions"]
        folder = self._scratch.home / "definitions" / digest
        if not folder.is_dir():
            Definitions.read(self._workspace, digest).unpack(folder)
        return folder


def _differing(then: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the tables whose rows differ; digests of two versions of the engine cannot be compared."""

    def same(former: Mapping[str, str], present: Mapping[str, str]) -> bool:
        if former["digest"].partition(":")[0] != present["digest"].partition(":")[0]:
            return former["rows"] == present["rows"]
        return dict(former) == dict(present)

    common = then.keys() & now.keys()
    return sorted((then.keys() ^ now.keys()) | {name for name in common if not same(then[name], now[name])})


def _install(workspace: Workspace, scratch: Workspace, load: LoadReport, again: PublicationRecord) -> None:
    """Put the file and the raw tables of a publication in their places, and register the file's digest."""
    register = Register(workspace.loads)
    # The record first: a file that does not fit its record is rebuilt, never served.
    load.publication = again
    register.write(load)
    (scratch.published / again.file).replace(workspace.published / again.file)
    remove_tree(workspace.history / again.version)
    keep_history(scratch, again.version)
    (scratch.history / again.version).rename(workspace.history / again.version)
    write_index(workspace, register)


def _point_if_served(workspace: Workspace, again: PublicationRecord) -> None:
    """Renew the pointer's digest when the rebuilt file is the one that is served."""
    try:
        pointed = current(workspace)
    except PublicationError:
        return
    if pointed is not None and pointed.version == again.version:
        point(workspace, again)


def _last_served(workspace: Workspace) -> tuple[LoadReport, PublicationRecord]:
    """Return the publication that the register says is served, rollbacks counted."""
    for report in reversed(list(Register(workspace.loads).reports())):
        if report.verdict is LoadVerdict.PUBLISHED and report.publication is not None:
            return find_publication(workspace, report.back_to or report.load_id)
    raise NoSuchLoad(f"{workspace.loads} tells of no publication: there is nothing to recover")


def _settle(workspace: Workspace) -> None:
    """Finish or undo an interrupted load, as far as a damaged installation lets it."""
    register = Register(workspace.loads)
    try:
        interrupted = recover(workspace, register)
    except PublicationError:
        # The pointer is damaged: that is what is about to be mended.
        workspace.pointer.unlink()
        interrupted = recover(workspace, register)
    if interrupted is not None:
        undo(
            workspace, register, interrupted, LoadVerdict.INTERRUPTED, "interrupted, and undone by a rebuild"
        )


@contextmanager
def _scratch(workspace: Workspace) -> Iterator[Workspace]:
    home = workspace.home / ".rebuild"
    remove_tree(home)
    try:
        yield Workspace(home).create()
    finally:
        remove_tree(home)
