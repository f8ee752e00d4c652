"""The data quality of each load: looked at, judged by thresholds, written as JSON and as a page.

evidence ──► collecting ──► judging ──► reporting ──► reports/<load id>/report.json, report.html
             (deliveries, jumps, results)             page, text
"""

from orchestration.quality.errors import NoReport, QualityError, ThresholdsError
from orchestration.quality.judging import Thresholds, outcome_of
from orchestration.quality.page import page
from orchestration.quality.records import SCHEMA, Level, Outcome, Report, Section
from orchestration.quality.reporting import read_report, reporting
from orchestration.quality.text import text

__all__ = [
    "SCHEMA",
    "Level",
    "NoReport",
    "Outcome",
    "QualityError",
    "Report",
    "Section",
    "Thresholds",
    "ThresholdsError",
    "outcome_of",
    "page",
    "read_report",
    "reporting",
    "text",
]
