"""Which past publications stay on disk. The register and the archive stay: what goes can be rebuilt."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.landing import LoadReport, PublicationRecord, Register
from orchestration.loads.errors import LoadsError
from orchestration.loads.finding import publications
from orchestration.loads.index import write_index
from orchestration.loads.recovery import recover
from orchestration.loads.trees import remove_tree
from orchestration.lock import hold
from orchestration.publication import current
from orchestration.workspace import Workspace

__all__ = ["Kept", "Retention", "prune", "retention"]

_LEAST = 2
"""The one that is served, and the one that a server falls back on."""


@dataclass(frozen=True)
class Kept:
    """A publication, and why it stays; `reason` is empty when it goes.

    Attributes:
        load_id: of the load that published it.
        version: of the publication.
        size: bytes of its file that are on disk.
        reason: `served`, `fallback`, `recent`, `last of YYYY` or nothing.
    """

    load_id: str
    version: str
    size: int
    reason: str


@dataclass(frozen=True)
class Retention:
    """What a policy keeps and removes.

    Attributes:
        publications: those whose file is on disk, oldest first.
        superseded: raw files that corrections replaced before the oldest publication that stays.
        freed: bytes that go; those of the raw files count although another name may hold them.
    """

    publications: tuple[Kept, ...]
    superseded: tuple[Path, ...]
    freed: int


def retention(workspace: Workspace, keep: int) -> Retention:
    """Return what would stay and go: the last `keep` publications and the last one of each year stay.

    Raises:
        LoadsError: fewer than two are to be kept.
    """
    if keep < _LEAST:
        raise LoadsError(f"keep at least {_LEAST}: the one that is served and the one before it")
    known = [pair for pair in publications(workspace) if (workspace.published / pair[1].file).is_file()]
    reasons = _reasons(workspace, known, keep)
    told = tuple(
        Kept(load.load_id, publication.version, publication.size, reasons.get(publication.version, ""))
        for load, publication in known
    )
    oldest = min((item.load_id for item in told if item.reason), default="")
    superseded = tuple(
        path
        for path in sorted((workspace.raw / "superseded").glob("*/*.parquet"))
        if path.stem.rpartition("~")[2] < oldest
    )
    freed = sum(item.size for item in told if not item.reason)
    return Retention(told, superseded, freed + sum(path.stat().st_size for path in superseded))


def prune(workspace: Workspace, keep: int) -> Retention:
    """Remove what `retention` says; return it.

    Raises:
        WorkspaceBusy: another process writes here.
        LoadsError: fewer than two are to be kept.
    """
    workspace = Workspace(workspace.home.resolve()).create()
    with hold(workspace, "loads prune"):
        register = Register(workspace.loads)
        recover(workspace, register)
        found = retention(workspace, keep)
        for item in found.publications:
            if not item.reason:
                (workspace.published / f"cruscotto-{item.version}.duckdb").unlink(missing_ok=True)
                remove_tree(workspace.history / item.version)
        for path in found.superseded:
            path.unlink()
        write_index(workspace, register)
        return found


def _reasons(
    workspace: Workspace, known: list[tuple[LoadReport, PublicationRecord]], keep: int
) -> dict[str, str]:
    """Return why publications stay, by version; the strongest reason last."""
    reasons = {publication.version: f"last of {publication.published_at[:4]}" for _, publication in known}
    last = {publication.published_at[:4]: publication.version for _, publication in known}
    reasons = {version: reason for version, reason in reasons.items() if version in last.values()}
    reasons |= {publication.version: "recent" for _, publication in known[-keep:]}
    pointed = current(workspace)
    if pointed is not None:
        if pointed.former is not None:
            reasons[str(pointed.former["version"])] = "fallback"
        reasons[pointed.version] = "served"
    return reasons
