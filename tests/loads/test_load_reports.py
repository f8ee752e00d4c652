"""The report of data quality, the metrics and the exit status of real loads."""

import json
import time
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from click.testing import CliRunner
from jsonschema import Draft202012Validator

from orchestration.cli.application import cruscotto
from orchestration.landing import Register
from orchestration.loads import find_load
from orchestration.monitoring import load_metrics
from orchestration.quality import Level, Outcome, Report, read_report, reporting
from orchestration.workspace import Workspace
from semantic.exposition import exposition

from ..server.test_server_metrics import parsed
from .cases import clone

SCHEMA = json.loads(files("orchestration.quality").joinpath("report.schema.json").read_text("utf-8"))
MOST_SECONDS = 1.5


def levels(report: Report) -> dict[str, Level]:
    return {section.name: section.level for section in report.sections}


def test_the_first_load_judges_what_it_can(first: Workspace) -> None:
    """January's production came alone: the other extracts are late. Nothing is new, nothing has a history."""
    (load,) = Register(first.loads).reports()
    report = read_report(first, "last")
    assert (report.load_id, report.verdict, report.closing_month) == (load.load_id, "published", "202501")
    assert load.publication is not None and report.version == load.publication.version
    found = levels(report)
    assert report.outcome is Outcome.WARNINGS and found["freshness_late"] is Level.OVER
    assert {found[name] for name in ("jumps_share", "nation_jumps", "new_codes")} == {Level.UNKNOWN}
    for name in ("files_unbalanced", "stock_breaks", "tests_warned", "missing_deliveries"):
        assert found[name] is Level.GOOD
    sections = {section.name: section for section in report.sections}
    assert sections["files_unbalanced"].total == len(load.files)
    told = {row[0]: row[4] for row in sections["freshness_late"].rows}
    assert told["pb_prod"] == 0 and told["hr_pres"] == 1
    assert sections["quarantined_share"].total > 0
    assert sum(int(str(row[5])) for row in sections["quarantined_share"].rows) == load.rows_quarantined


def test_the_second_knows_the_first(second: Workspace) -> None:
    """It was killed before it published, and carried on: it has a report, against the first publication."""
    report = read_report(second, "last")
    assert report.load_id == find_load(second, "last").load_id
    assert levels(report)["new_codes"] is Level.GOOD, "an office that changes its parent is no new one"
    assert len(list(second.reports.iterdir())) == 2


def test_the_report_in_each_form(first: Workspace) -> None:
    """JSON as it is described, a page, text; the exit status is the load's."""
    runner, home = CliRunner(), ["--home", str(first.home)]
    told = runner.invoke(cruscotto, ["loads", "report", "--json", *home])
    assert told.exit_code == 4
    Draft202012Validator(SCHEMA).validate(json.loads(told.stdout))
    page = runner.invoke(cruscotto, ["loads", "report", "last", "--format", "html", *home])
    assert page.stdout == (next(first.reports.iterdir()) / "report.html").read_text("utf-8")
    text = runner.invoke(cruscotto, ["loads", "report", *home])
    assert text.stdout.splitlines()[0].endswith("qualità: avvisi oltre la soglia")
    assert "[oltre la soglia] Freschezza: Mese di chiusura 202501" in text.stdout


def test_metrics_tell_the_last_load(first: Workspace) -> None:
    (load,) = Register(first.loads).reports()
    written = (first.metrics / "cruscotto.prom").read_text("utf-8")
    assert written == exposition(load_metrics(first))
    found = parsed(written)
    assert found['cruscotto_load_verdict{verdict="published"}'] == 1
    assert sum(value for name, value in found.items() if name.startswith("cruscotto_load_verdict")) == 1
    assert found['cruscotto_load_rows{state="loaded"}'] == load.rows_loaded
    assert found['cruscotto_load_files{verdict="loaded"}'] == len(load.files)
    assert found['cruscotto_quality_over_threshold{finding="freshness_late"}'] == 1
    assert found["cruscotto_closing_month"] == 202501
    assert (
        found["cruscotto_load_published_timestamp_seconds"]
        >= found["cruscotto_load_started_timestamp_seconds"]
    )


def test_it_costs_little(first: Workspace, tmp_path: Path) -> None:
    """Looking at a load, judging and writing: a small part of a load."""
    (load,) = Register(first.loads).reports()
    workspace = clone(first.home, tmp_path / "home")
    began = time.process_time()
    with reporting(workspace, replace(load)):
        pass
    assert time.process_time() - began < MOST_SECONDS
    assert replace(read_report(workspace, "last"), written="") == replace(
        read_report(first, "last"), written=""
    )
