"""Metrics of the loads for a node exporter's textfile collector: `metrics/cruscotto.prom`.

It is replaced in one step, and read from the register and the last report, so that nothing of it is lost
with a process.
"""

from collections import Counter
from contextlib import suppress
from datetime import datetime

from orchestration.durable import write_text
from orchestration.landing import LoadReport, LoadVerdict, Register
from orchestration.quality import Level, NoReport, Report, read_report
from orchestration.workspace import Workspace
from semantic.exposition import Family, exposition

__all__ = ["METRICS_FILE", "load_metrics", "write_metrics"]

METRICS_FILE = "cruscotto.prom"
_KINDS = ("load", "publish")


def write_metrics(workspace: Workspace) -> None:
    """Write the metrics of the last load.

    Raises:
        OSError: the file could not be written.
        RecordError: a record of the register is damaged.
    """
    workspace.metrics.mkdir(parents=True, exist_ok=True)
    write_text(workspace.metrics / METRICS_FILE, exposition(load_metrics(workspace)))


def load_metrics(workspace: Workspace) -> list[Family]:
    """Return the metrics of the loads; empty before the first."""
    loads = [report for report in Register(workspace.loads).reports() if report.kind in _KINDS]
    if not loads:
        return []
    last = loads[-1]
    found = [_verdicts(last), *_times(loads), *_amounts(last)]
    # A load that was stopped has no report; the other metrics are told all the same.
    with suppress(NoReport):
        found += _quality(read_report(workspace, last.load_id))
    return found


def _verdicts(last: LoadReport) -> Family:
    family = Family("cruscotto_load_verdict", "gauge", "Verdict of the last load: 1 for the one it has.")
    for verdict in LoadVerdict:
        if verdict is not LoadVerdict.LANDED:
            family.add(verdict is last.verdict, {"verdict": verdict.value})
    return family


def _times(loads: list[LoadReport]) -> list[Family]:
    last = loads[-1]
    published = [load for load in loads if load.verdict is LoadVerdict.PUBLISHED and load.finished]
    started = Family("cruscotto_load_started_timestamp_seconds", "gauge", "When the last load began.")
    succeeded = Family("cruscotto_load_published_timestamp_seconds", "gauge", "When a load last published.")
    seconds = Family("cruscotto_load_duration_seconds", "gauge", "How long the last load took.")
    ended = Family("cruscotto_loads", "gauge", "Loads in the register, by verdict.")
    started.add(_seconds(last.started))
    if published:
        succeeded.add(_seconds(published[-1].finished or ""))
    if last.seconds is not None:
        seconds.add(last.seconds)
    for verdict, count in sorted(Counter(load.verdict.value for load in loads).items()):
        ended.add(count, {"verdict": verdict})
    return [started, succeeded, seconds, ended]


def _amounts(last: LoadReport) -> list[Family]:
    files = Family("cruscotto_load_files", "gauge", "Files of the last load, by verdict.")
    rows = Family("cruscotto_load_rows", "gauge", "Rows of the last load's files, by what became of them.")
    nodes = Family("cruscotto_load_build_nodes", "gauge", "dbt's nodes in the last load, by how they ended.")
    for verdict, count in sorted(Counter(file.verdict.value for file in last.files).items()):
        files.add(count, {"verdict": verdict})
    rows.add(last.rows_loaded, {"state": "loaded"}).add(last.rows_quarantined, {"state": "quarantined"})
    for status, count in sorted(last.build.statuses.items() if last.build else ()):
        nodes.add(count, {"status": status})
    return [files, rows, nodes]


def _quality(report: Report) -> list[Family]:
    value = Family("cruscotto_quality_value", "gauge", "What the last load's report of data quality found.")
    bound = Family("cruscotto_quality_threshold", "gauge", "The most of it that is still good.")
    over = Family("cruscotto_quality_over_threshold", "gauge", "Whether there is more of it than that.")
    month = Family("cruscotto_closing_month", "gauge", "Latest month of any extract, as YYYYMM.")
    for section in report.sections:
        labels = {"finding": section.name}
        over.add(section.level is Level.OVER, labels)
        if section.value is not None:
            value.add(float(section.value), labels)
        if section.threshold is not None:
            bound.add(float(section.threshold), labels)
    if report.closing_month is not None:
        month.add(int(report.closing_month))
    return [value, bound, over, month]


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
