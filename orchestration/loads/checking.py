"""Whether everything that the register tells of is still there, and is what it was."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from orchestration.contracts import load_contracts
from orchestration.definitions import Definitions, DefinitionsError
from orchestration.durable import digest_of
from orchestration.landing import FileOutcome, Register, archived_path
from orchestration.loads.finding import publications
from orchestration.publication import PublicationError, current
from orchestration.workspace import Workspace

__all__ = ["Problem", "problems"]


@dataclass(frozen=True)
class Problem:
    """Something that is damaged.

    Attributes:
        what: file or delivery.
        message: what is wrong with it.
        remedy: what to do.
    """

    what: str
    message: str
    remedy: str


def problems(workspace: Workspace) -> list[Problem]:
    """Return what is damaged: pointer, published files, archive, definitions, raw tables.

    Raises:
        RecordError: a load record is damaged.
    """
    return [
        *_pointer(workspace),
        *_published(workspace),
        *_archive(workspace),
        *_definitions(workspace),
        *_counts(workspace),
    ]


def _pointer(workspace: Workspace) -> Iterator[Problem]:
    try:
        pointed = current(workspace)
    except PublicationError as error:
        yield Problem(workspace.pointer.name, str(error), "cruscotto loads recover")
        return
    if pointed is None and publications(workspace):
        yield Problem(workspace.pointer.name, "missing: nothing is served", "cruscotto loads recover")
    if pointed is not None and not (workspace.published / pointed.file).is_file():
        yield Problem(pointed.file, "the pointer names it and it is missing", "cruscotto loads recover")


def _published(workspace: Workspace) -> Iterator[Problem]:
    """Yield published files that are there and changed; one that was pruned is no problem."""
    for load, publication in publications(workspace):
        path = workspace.published / publication.file
        if path.is_file() and digest_of(path) != publication.sha256:
            yield Problem(
                publication.file,
                "it was changed since it was published",
                f"cruscotto loads rebuild {load.load_id}",
            )


def _archive(workspace: Workspace) -> Iterator[Problem]:
    remedy = "restore it from a copy of the archive, under the same name"
    checked: set[str] = set()
    for report in Register(workspace.loads).reports():
        for file in report.loaded:
            sha256 = file.archived_sha256 or ""
            if sha256 in checked:
                continue
            checked.add(sha256)
            path = archived_path(workspace.archive, sha256)
            if not path.is_file():
                yield Problem(file.name, f"{path} is missing from the archive", remedy)
            elif digest_of(path) != sha256:
                yield Problem(file.name, f"{path} was changed since it was archived", remedy)


def _definitions(workspace: Workspace) -> Iterator[Problem]:
    known = {report.versions.get("definitions") for report in Register(workspace.loads).reports()}
    for digest in sorted(digest for digest in known if digest):
        try:
            Definitions.read(workspace, digest)
        except DefinitionsError as error:
            yield Problem(f"definitions {digest[:12]}", str(error), "restore it from a copy of the register")


def _counts(workspace: Workspace) -> Iterator[Problem]:
    """Yield deliveries whose rows are not those that the register counted: read = loaded + quarantined."""
    contracts = load_contracts()
    with duckdb.connect() as connection:

        def counted(path: str) -> int:
            found = connection.execute("select count(*) from read_parquet(?)", [path]).fetchall()
            return int(found[0][0])

        for (contract, delivery), outcomes in Register(workspace.loads).loaded().items():
            file = outcomes[-1]
            tables = contracts[contract].tables
            paths = [workspace.raw / table.name / f"{delivery}.parquet" for table in tables]
            quarantine = workspace.raw / "quarantine" / f"{file.name.rpartition('.')[0]}.parquet"
            rows = sum(counted(str(path)) for path in paths if path.is_file())
            aside = counted(str(quarantine)) if quarantine.is_file() else 0
            if (rows, aside) != (file.rows_loaded, file.rows_quarantined) or not _adds_up(file):
                yield Problem(
                    file.name,
                    f"{file.rows_read} rows read; the register counts {file.rows_loaded} loaded and "
                    f"{file.rows_quarantined} aside, on disk are {rows} and {aside}",
                    "cruscotto loads recover",
                )


def _adds_up(file: FileOutcome) -> bool:
    return file.rows_read == file.rows_loaded + file.rows_quarantined
