"""Load records: what was landed, when, by whom, from which content, with which verdict.

A record is one JSON file per load under `loads/`, rewritten after each file, so that an interrupted load
tells what it had done. Together they are the register: the last loaded outcome of a delivery is its
current one.
"""

import getpass
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from orchestration.landing.errors import RecordError

__all__ = ["FileOutcome", "LoadReport", "Register", "Verdict"]


class Verdict(StrEnum):
    """What became of a file."""

    LOADED = "loaded"
    ALREADY_LOADED = "already_loaded"
    REFUSED = "refused"


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


@dataclass
class LoadReport:
    """What became of all the files of one load.

    Attributes:
        load_id: `YYYYMMDDTHHMMSSZ-NN`, in order of time.
        started: UTC, ISO 8601.
        finished: UTC, ISO 8601; None while it runs, and for ever if it was interrupted.
        who: user of the operating system.
        code_version: version of this software.
        files: one outcome per file, in the order they were processed.
    """

    load_id: str
    started: str
    finished: str | None
    who: str
    code_version: str
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


class Register:
    """The load records of a workspace."""

    def __init__(self, folder: Path) -> None:
        """Read what is below `folder`."""
        self._folder = folder

    def new_report(self) -> LoadReport:
        """Return the report of a load that begins now, with an id that no other load has."""
        now = datetime.now(UTC)
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        counter = 1
        while (self._folder / f"{stamp}-{counter:02d}.json").exists():
            counter += 1
        return LoadReport(f"{stamp}-{counter:02d}", _iso(now), None, _user(), _code_version())

    def write(self, report: LoadReport, *, is_finished: bool = False) -> None:
        """Write or rewrite the record of a load in one step."""
        if is_finished:
            report.finished = _iso(datetime.now(UTC))
        path = self._folder / f"{report.load_id}.json"
        staged = path.with_name(f".{path.name}.part")
        head = {name: value for name, value in vars(report).items() if name != "files"}
        files = ",\n  ".join(json.dumps(vars(file), ensure_ascii=False) for file in report.files)
        with staged.open("w", encoding="utf-8") as stream:
            # One line per file, for whoever reads the record as text.
            stream.write(json.dumps(head, ensure_ascii=False)[:-1] + f', "files": [\n  {files}\n]}}\n')
            stream.flush()
            os.fsync(stream.fileno())
        staged.replace(path)

    def reports(self) -> Iterator[LoadReport]:
        """Yield every load, oldest first.

        Raises:
            RecordError: a record is damaged.
        """
        for path in sorted(self._folder.glob("*.json")):
            yield _read(path)

    def loaded(self) -> dict[tuple[str, str], list[FileOutcome]]:
        """Return the loaded outcomes by contract and delivery, oldest first; the last is the current one."""
        found: dict[tuple[str, str], list[FileOutcome]] = {}
        for report in self.reports():
            for file in report.loaded:
                found.setdefault((file.contract or "", file.delivery or ""), []).append(file)
        return found


def _read(path: Path) -> LoadReport:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        files = [
            FileOutcome(**{**file, "verdict": Verdict(file["verdict"])}) for file in content.pop("files")
        ]
        return LoadReport(**content, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RecordError(
            f"{path}: not a load record ({error}); restore it from a copy, or move it away"
        ) from None


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a number without a name.
        return str(os.getuid())


def _code_version() -> str:
    try:
        return version("cruscotto")
    except PackageNotFoundError:
        return "not installed"
