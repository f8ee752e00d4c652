"""Writes the report of a load under `reports/<load id>/`, and reads it again."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from orchestration.durable import write_text
from orchestration.landing import LoadReport, timestamp
from orchestration.quality.collecting import collect
from orchestration.quality.errors import NoReport, ThresholdsError
from orchestration.quality.judging import Thresholds, judge, outcome_of
from orchestration.quality.page import page
from orchestration.quality.records import SCHEMA, Finding, Level, Outcome, Report, Section
from orchestration.workspace import Workspace

__all__ = ["read_report", "reporting", "write_report"]

_LOG = logging.getLogger(__name__)
_JSON, _HTML = "report.json", "report.html"
_LOAD_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9]{2}")
_KINDS = ("load", "publish")


@contextmanager
def reporting(workspace: Workspace, load: LoadReport) -> Iterator[None]:
    """Look at a load before a block that ends it, and write the report after, with the verdict of the block.

    Neither ever stops the load: what goes wrong is logged.

    Args:
        workspace: held by the caller.
        load: the load's record; the block gives it its verdict.
    """
    found: tuple[list[Finding], str | None] | None = None
    if load.kind in _KINDS:
        try:
            found = collect(workspace, load)
        except Exception as error:
            # The engine's own messages may show values, so they stay out of logs.
            _LOG.warning("%s: no look at the data was possible (%s)", load.load_id, type(error).__name__)
    yield
    if found is None:
        return
    try:
        write_report(workspace, load, *found)
    except Exception as error:
        _LOG.warning(
            "%s: the report of data quality was not written (%s)", load.load_id, type(error).__name__
        )


def write_report(
    workspace: Workspace, load: LoadReport, findings: list[Finding], closing_month: str | None
) -> Report:
    """Judge what was found and write it as JSON and as a page; each replaces its former one in one step.

    Raises:
        OSError: it could not be written.
    """
    problem = None
    try:
        thresholds = Thresholds.of(workspace)
    except ThresholdsError as error:
        thresholds, problem = Thresholds.default(), str(error)
        _LOG.warning("%s: %s; the default thresholds were used", load.load_id, problem)
    sections = [judge(finding, thresholds) for finding in findings]
    if problem is not None:
        sections.append(_thresholds_section(problem))
    report = Report(
        SCHEMA,
        load.load_id,
        load.kind,
        load.verdict.value,
        outcome_of(load, sections),
        timestamp(),
        load.started,
        closing_month,
        load.publication.version if load.publication else None,
        sections,
    )
    folder = workspace.reports / load.load_id
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / _HTML, page(report))
    # Last, because it is what says that there is a report.
    write_text(folder / _JSON, json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n")
    return report


def read_report(workspace: Workspace, name: str) -> Report:
    """Return the report of a load, by its id or as `last`.

    Raises:
        NoReport: it has none, or a damaged one.
    """
    known = sorted(path.parent.name for path in workspace.reports.glob(f"*/{_JSON}"))
    if name == "last" and known:
        name = known[-1]
    if name not in known or not _LOAD_ID.fullmatch(name):
        told = ", ".join(known[-5:]) or "none"
        raise NoReport(
            f"load {name[:60]!r} has no report of data quality (each `cruscotto load` writes one, unless it "
            f"was interrupted). The last ones: {told}"
        )
    return _read(workspace.reports / name / _JSON)


def _read(path: Path) -> Report:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise NoReport(f"{path}: written as {content['schema']!r}, this software reads {SCHEMA!r}")
        sections = [
            Section(**{**section, "level": Level(section["level"])}) for section in content.pop("sections")
        ]
        return Report(**{**content, "outcome": Outcome(content["outcome"])}, sections=sections)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NoReport(f"{path}: not a report of data quality ({error})") from None


def _thresholds_section(problem: str) -> Section:
    return Section(
        "thresholds", "Soglie", Level.OVER, f"Soglie predefinite usate: {problem}", "1", "0", {}, [], 0
    )
