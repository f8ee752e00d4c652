"""The register: one JSON record per load under `loads/`, rewritten after each file and each step.

So an interrupted load tells what it had done. What counts is in `effective()`, and the last loaded outcome of
a delivery is its current one.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from orchestration.durable import write_text
from orchestration.landing.errors import RecordError, UnfinishedLoad
from orchestration.landing.records import (
    BuildRecord,
    FileOutcome,
    LoadReport,
    LoadVerdict,
    PublicationRecord,
    Step,
    Verdict,
)
from orchestration.lock import current_user

__all__ = ["Register", "refuse_unfinished", "timestamp"]

_MOST_IN_A_SECOND = 99
_RECORDS = "????????T??????Z-??.json"


class Register:
    """The load records of a workspace."""

    def __init__(self, folder: Path) -> None:
        """Read what is below `folder`."""
        self._folder = folder

    def new_report(self, kind: str = "land", verdict: LoadVerdict = LoadVerdict.LANDED) -> LoadReport:
        """Return the report of a load that begins now, with an id greater than that of any other load.

        A clock that was set back does not reorder the register: the id goes on from the last one.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        counter, last = 1, max((path.stem for path in self._folder.glob(_RECORDS)), default="")
        if last >= f"{_stamp(now)}-00":
            now = datetime.strptime(last[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            counter = int(last[17:]) + 1
            if counter > _MOST_IN_A_SECOND:
                now, counter = now + timedelta(seconds=1), 1
        load_id = f"{_stamp(now)}-{counter:02d}"
        return LoadReport(load_id, timestamp(), None, current_user(), _code_version(), kind, verdict)

    def write(self, report: LoadReport, *, is_finished: bool = False) -> None:
        """Write or rewrite the record of a load in one step."""
        if is_finished:
            report.finished = timestamp()
        # The files are not copied with the rest: the record is written after each of them.
        head = {name: value for name, value in asdict(replace(report, files=[])).items() if name != "files"}
        files = ",\n  ".join(json.dumps(vars(file), ensure_ascii=False) for file in report.files)
        # One line per file, for whoever reads the record as text.
        text = json.dumps(head, ensure_ascii=False)[:-1] + f', "files": [\n  {files}\n]}}\n'
        write_text(self._folder / f"{report.load_id}.json", text)

    def forget(self, report: LoadReport) -> None:
        """Remove the record of a load that did nothing."""
        (self._folder / f"{report.load_id}.json").unlink(missing_ok=True)

    def reports(self) -> Iterator[LoadReport]:
        """Yield every load, oldest first.

        Raises:
            RecordError: a record is damaged.
        """
        for path in sorted(self._folder.glob("*.json")):
            yield _read(path)

    def effective(self, until: str | None = None, last: LoadReport | None = None) -> list[LoadReport]:
        """Return the loads that count, oldest first: neither undone, nor rolled back, nor running.

        Args:
            until: id of the last load to look at, to know what counted then.
            last: a record that says more than the one that is written.

        Raises:
            RecordError: a record is damaged.
        """
        kept: list[LoadReport] = []
        # What counted after each load: going back to one that was itself gone behind brings all of it back.
        then: dict[str, list[LoadReport]] = {}
        for written in self.reports():
            report = last if last is not None and last.load_id == written.load_id else written
            if until is not None and report.load_id > until:
                break
            if report.verdict not in (LoadVerdict.LANDED, LoadVerdict.PUBLISHED):
                continue
            kept = [*kept, report] if report.back_to is None else then.get(report.back_to, [])
            then[report.load_id] = kept
        return kept

    def amended(self) -> list[LoadReport]:
        """Return the erasures and rotations of keys, oldest first."""
        return [report for report in self.reports() if report.verdict is LoadVerdict.AMENDED]

    def unfinished(self) -> LoadReport | None:
        """Return the load that was running when its process ended, or None."""
        return next((report for report in self.reports() if report.verdict is LoadVerdict.RUNNING), None)

    def loaded(self) -> dict[tuple[str, str], list[FileOutcome]]:
        """Return the loaded outcomes by contract and delivery, oldest first; the last is the current one."""
        found: dict[tuple[str, str], list[FileOutcome]] = {}
        for report in self.effective():
            for file in report.loaded:
                found.setdefault((file.contract or "", file.delivery or ""), []).append(file)
        return found


def refuse_unfinished(register: Register) -> None:
    """Refuse to take a step by hand over the rows of a load that was interrupted.

    Raises:
        UnfinishedLoad: there is one; the message says what to do.
    """
    if (unfinished := register.unfinished()) is not None:
        raise UnfinishedLoad(
            f"load {unfinished.load_id} was interrupted: carry it on with `cruscotto load`, "
            "or undo it with `cruscotto loads undo`"
        )


def timestamp() -> str:
    """Return the time now: UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _read(path: Path) -> LoadReport:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        files = [
            FileOutcome(**{**file, "verdict": Verdict(file["verdict"])}) for file in content.pop("files")
        ]
        # Records of before the register of publications have neither.
        build, publication = content.pop("build", None), content.pop("publication", None)
        report = LoadReport(**content, files=files)
        report.verdict, report.step = LoadVerdict(report.verdict), Step(report.step)
        report.build = BuildRecord(**build) if build else None
        report.publication = PublicationRecord(**publication) if publication else None
        return report
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RecordError(
            f"{path}: not a load record ({error}); restore it from a copy, or move it away"
        ) from None


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _code_version() -> str:
    try:
        return version("cruscotto")
    except PackageNotFoundError:
        return "not installed"
