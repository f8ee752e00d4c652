"""Load records: what was landed, when, by whom, from which content, with which verdict.

A record is one JSON file per load under `loads/`, rewritten after each file and each step, so that an
interrupted load tells what it had done. Together they are the register: what counts is in `effective()`, and
the last loaded outcome of a delivery is its current one.
"""

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "BuildRecord",
    "FileOutcome",
    "LoadReport",
    "LoadVerdict",
    "PublicationRecord",
    "Step",
    "Verdict",
]


class Verdict(StrEnum):
    """What became of a file."""

    LOADED = "loaded"
    ALREADY_LOADED = "already_loaded"
    REFUSED = "refused"


class LoadVerdict(StrEnum):
    """What became of a load as a whole. Only the first two change what is loaded."""

    LANDED = "landed"
    """Rows went into the raw tables, file by file, with no publication (`cruscotto land`)."""
    PUBLISHED = "published"
    RUNNING = "running"
    """It runs, or was killed: the next load carries it on or undoes it."""
    UNCHANGED = "unchanged"
    """Nothing in it was new."""
    REFUSED = "refused"
    """A file was refused; nothing changed."""
    FAILED = "failed"
    """A model or a test failed, or the system did; nothing changed."""
    INTERRUPTED = "interrupted"
    """It was stopped, and undone."""
    AMENDED = "amended"
    """It changed how persons show in what is kept (erasure, another key), and no value."""


class Step(StrEnum):
    """How far a load has come."""

    STARTED = "started"
    LANDED = "landed"
    BUILT = "built"
    POINTED = "pointed"
    DONE = "done"


@dataclass
class BuildRecord:
    """What dbt did for a load.

    Attributes:
        invocation: dbt's invocation id.
        nodes: how many nodes it ran.
        seconds: the time that dbt measured.
        statuses: how many nodes ended how (`pass`, `warn`, `success`, `fail`, `error`, `skipped`).
        failures: each failed model or test, with its file and message.
        warnings: likewise.
        scope: what it computed: `everything`, and why, or the months that were touched.
    """

    invocation: str
    nodes: int
    seconds: float
    statuses: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    scope: str = ""


@dataclass
class PublicationRecord:
    """A published file, and what proves that another is the same.

    Attributes:
        version: sortable, later ones are greater.
        file: its name under `published/`.
        published_at: UTC, ISO 8601.
        sha256: digest of the file.
        size: bytes of the file.
        tables: rows of each table, and a digest of its rows whatever their order; neither the file's layout
            nor when tests ran counts.
    """

    version: str
    file: str
    published_at: str
    sha256: str
    size: int
    tables: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class FileOutcome:
    """What became of one file.

    Attributes:
        name: name of the landed file.
        verdict: what became of it.
        message: one sentence for people; for a refused file, what is wrong and what to do.
        sha256: digest of the file as landed.
        archived_sha256: digest of what the archive keeps.
        contract: id of its contract.
        contract_version: version of that contract.
        delivery: month, period or plan version.
        revision: 0, or NN of `_rNN`.
        rows_read: data rows of the file.
        rows_loaded: rows in the raw tables.
        rows_quarantined: rows kept aside; read = loaded + quarantined.
        control_totals: declared totals, all found equal to the file's when it is loaded.
        unknown_codes: codes that no master holds, by `table.column`.
        warnings: rules that do not hold but do not refuse the file.
        corrects: name of the file whose rows it replaces, when it has other content.
        is_late: it corrects a closed month.
    """

    name: str
    verdict: Verdict
    message: str = ""
    sha256: str | None = None
    archived_sha256: str | None = None
    contract: str | None = None
    contract_version: str | None = None
    delivery: str | None = None
    revision: int = 0
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    control_totals: dict[str, str] = field(default_factory=dict)
    unknown_codes: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    corrects: str | None = None
    is_late: bool = False


@dataclass
class LoadReport:
    """What became of all the files of one load, and of the load.

    Attributes:
        load_id: `YYYYMMDDTHHMMSSZ-NN`, in order of time even when the clock goes backwards.
        started: UTC, ISO 8601.
        finished: UTC, ISO 8601; None while it runs, and for ever if it was interrupted and never undone.
        who: user of the operating system.
        code_version: version of this software.
        kind: `load`, `land` (files alone), `publish` (by hand), `rollback`, `erase`, `rotate-key`.
        verdict: what became of it.
        step: how far it came.
        message: what happened and what to do, when there is something to do.
        seconds: how long it took, by a clock that does not go backwards.
        versions: digests of `definitions` (all of the next three), `contracts`, `reference` (seeds) and
            `models`; `pseudonym_keys`: of a rotation, the ids of the keys from then on.
        build: what dbt did.
        publication: what was published, or would have been.
        back_to: of a rollback: the last load that counts again; empty when none does.
        is_late: corrections of closed months were allowed.
        files: one outcome per file, in the order they were processed.
    """

    load_id: str
    started: str
    finished: str | None
    who: str
    code_version: str
    kind: str = "land"
    verdict: LoadVerdict = LoadVerdict.LANDED
    step: Step = Step.STARTED
    message: str = ""
    seconds: float | None = None
    versions: dict[str, str] = field(default_factory=dict)
    build: BuildRecord | None = None
    publication: PublicationRecord | None = None
    back_to: str | None = None
    is_late: bool = False
    files: list[FileOutcome] = field(default_factory=list)

    @property
    def refused(self) -> list[FileOutcome]:
        """The files that were refused."""
        return [file for file in self.files if file.verdict is Verdict.REFUSED]

    @property
    def loaded(self) -> list[FileOutcome]:
        """The files whose rows were loaded."""
        return [file for file in self.files if file.verdict is Verdict.LOADED]

    @property
    def rows_loaded(self) -> int:
        """Rows that went into the raw tables."""
        return sum(file.rows_loaded for file in self.loaded)

    @property
    def rows_quarantined(self) -> int:
        """Rows that were kept aside."""
        return sum(file.rows_quarantined for file in self.loaded)

    @property
    def ok(self) -> bool:
        """Whether no file was refused."""
        return not self.refused
