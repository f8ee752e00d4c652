"""Judging, writing and reading the reports: thresholds, the form of the JSON, the page, hostile names."""

import json
from dataclasses import asdict, replace
from decimal import Decimal
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from orchestration.landing import LoadVerdict, Verdict
from orchestration.quality import (
    Level,
    NoReport,
    Outcome,
    Report,
    Thresholds,
    ThresholdsError,
    outcome_of,
    page,
    read_report,
    reporting,
    text,
)
from orchestration.quality.collecting import LOOKS
from orchestration.quality.judging import judge
from orchestration.quality.records import Finding
from orchestration.quality.reporting import write_report
from orchestration.workspace import Workspace

from .conftest import load, outcome

SCHEMA = json.loads(files("orchestration.quality").joinpath("report.schema.json").read_text("utf-8"))
HOSTILE = "=<script>alert('x')</script>&\x1b[31m\"><img src=x onerror=y>"


class Page(HTMLParser):
    """The tags, the attributes and the headers of a page."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag and what it has."""
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "link", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Hold an end against the last beginning."""
        assert self.open.pop() == tag


@pytest.fixture
def hostile(workspace: Workspace) -> Report:
    """A report on a file with a name that wants to be a page."""
    refused = outcome(HOSTILE, "pb_prod", "202501", verdict=Verdict.REFUSED, message=HOSTILE)
    report = load(refused, verdict=LoadVerdict.REFUSED)
    found = Finding("new_codes", "Uno.", 1, {"code": HOSTILE}, [(HOSTILE,)])
    files_found = Finding(
        "files_unbalanced", HOSTILE, 0, {"file": "File"}, [(name,) for name in (HOSTILE, None)]
    )
    return write_report(workspace, report, [files_found, found], "202501")


def test_a_report_is_of_the_described_form(workspace: Workspace, hostile: Report) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    written = json.loads((workspace.reports / hostile.load_id / "report.json").read_text("utf-8"))
    Draft202012Validator(SCHEMA).validate(written)
    assert written == asdict(hostile)
    assert read_report(workspace, "last") == read_report(workspace, hostile.load_id) == hostile
    names = SCHEMA["$defs"]["section"]["properties"]["name"]["enum"]
    assert set(names) == {*LOOKS, "thresholds"} == {*Thresholds.default().most, "thresholds"}


def test_hostile_names_are_text(hostile: Report) -> None:
    """No script, no picture, no escape sequence; every table has its heads, every tag is closed."""
    written = page(hostile)
    found = Page(written)
    assert not found.open
    assert not {"script", "img", "iframe", "link", "form", "object"} & set(found.tags)
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "src"]
    assert not [
        value for name, value in found.attributes if name == "href" and not str(value).startswith("#")
    ]
    assert "&lt;script&gt;" in written and "default-src 'none'" in written
    assert found.tags.count("caption") == found.tags.count("table") == 2
    assert ("scope", "col") in found.attributes and ("scope", "row") in found.attributes
    assert ("lang", "it") in found.attributes
    assert "\x1b" not in text(hostile)


@pytest.mark.parametrize(
    ("value", "most", "level"),
    [
        (0, Decimal(0), Level.GOOD),
        (1, Decimal(1), Level.NOTED),
        (2, Decimal(1), Level.OVER),
        (Decimal("0.02"), Decimal("0.02"), Level.NOTED),
        (Decimal("0.020001"), Decimal("0.02"), Level.OVER),
        (7, None, Level.NOTED),
        (None, Decimal(0), Level.UNKNOWN),
    ],
)
def test_levels(value: Decimal | int | None, most: Decimal | None, level: Level) -> None:
    thresholds = Thresholds({**Thresholds.default().most, "jumps_share": most})
    assert judge(Finding("jumps_share", "", value), thresholds).level is level


def test_outcomes_are_the_gravest_that_is_true() -> None:
    over = judge(Finding("stock_breaks", "", 1), Thresholds.default())
    assert over.level is Level.OVER
    refused = outcome("a.csv", "pb_prod", "202501", verdict=Verdict.REFUSED)
    assert outcome_of(load(), []) is Outcome.GOOD
    assert outcome_of(load(verdict=LoadVerdict.UNCHANGED), []) is Outcome.GOOD
    assert outcome_of(load(), [over]) is Outcome.WARNINGS
    assert outcome_of(load(refused), [over]) is Outcome.REFUSED
    assert outcome_of(load(verdict=LoadVerdict.FAILED), [over]) is Outcome.FAILED
    assert outcome_of(load(verdict=LoadVerdict.RUNNING), []) is Outcome.FAILED


def test_an_installation_has_thresholds_of_its_own(workspace: Workspace) -> None:
    own = workspace.home / "quality.yml"
    own.write_text("new_codes: 0\njumps_share: 0.3\n", "utf-8")
    thresholds = Thresholds.of(workspace)
    assert thresholds.most["new_codes"] == 0 and thresholds.most["jumps_share"] == Decimal("0.3")
    assert thresholds.most["stock_breaks"] == Thresholds.default().most["stock_breaks"] == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("jumps: 1", "no threshold 'jumps'; there are files_unbalanced"),
        ("new_codes: many", "'many' is neither a number of 0 or more nor null"),
        ("new_codes: -1", "-1 is neither"),
        ("new_codes: .nan", "is neither"),
        ("new_codes: true", "True is neither"),
        ("- 1", "not a mapping"),
        ("a: [", "not YAML"),
    ],
)
def test_wrong_thresholds_are_told_and_stop_nothing(workspace: Workspace, content: str, told: str) -> None:
    """The report says so, over its threshold, and judges by the defaults."""
    (workspace.home / "quality.yml").write_text(content, "utf-8")
    with pytest.raises(ThresholdsError, match=r"quality\.yml"):
        Thresholds.of(workspace)
    report = write_report(workspace, load(), [Finding("new_codes", "", 0)], None)
    assert report.outcome is Outcome.WARNINGS and told in report.sections[-1].sentence
    Draft202012Validator(SCHEMA).validate(asdict(report))


def test_a_look_that_fails_is_a_section_not_judged(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The others are judged, the load ends as it does, and the log does not show what the error held."""

    def broken(_: object) -> Finding:
        raise RuntimeError("a row of somebody")

    monkeypatch.setitem(LOOKS, "new_codes", broken)
    report = load(outcome("a.csv", "pb_prod", "202501"))
    with reporting(workspace, report):
        report.verdict = LoadVerdict.UNCHANGED
    written = read_report(workspace, report.load_id)
    levels = {section.name: section.level for section in written.sections}
    assert levels["new_codes"] is Level.UNKNOWN and levels["files_unbalanced"] is Level.GOOD
    assert written.verdict == "unchanged"
    assert "RuntimeError" in caplog.text and "somebody" not in caplog.text


def test_a_report_that_cannot_be_written_stops_nothing(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    workspace.reports.write_text("a file where the folder should be", "utf-8")
    with reporting(workspace, load()):
        pass
    assert "was not written (FileExistsError)" in caplog.text or "NotADirectoryError" in caplog.text


def test_reports_that_are_not_there_or_damaged(workspace: Workspace) -> None:
    with pytest.raises(NoReport, match="The last ones: none"):
        read_report(workspace, "last")
    report = write_report(workspace, load(), [], None)
    for name in ("../../etc/passwd", "20250401T060000Z-02", ""):
        with pytest.raises(NoReport, match=report.load_id):
            read_report(workspace, name)
    path = workspace.reports / report.load_id / "report.json"
    path.write_text(json.dumps(asdict(replace(report, schema="cruscotto-quality-report/9"))), "utf-8")
    with pytest.raises(NoReport, match="this software reads"):
        read_report(workspace, "last")
    path.write_text("{", "utf-8")
    with pytest.raises(NoReport, match="not a report"):
        read_report(workspace, "last")
