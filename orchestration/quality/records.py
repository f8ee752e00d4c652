"""What a report of data quality is made of: findings, what they were judged to be, and the report.

collecting ──► Finding ──► judging ──► Section ──► Report ──► report.json ──► page, text
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

__all__ = ["MOST_ROWS", "SCHEMA", "Cell", "Finding", "Level", "Outcome", "Report", "Section", "none_judged"]

SCHEMA = "cruscotto-quality-report/1"
"""Name and version of the JSON form; `report.schema.json` describes it. The number grows when a reader of the
former version would misread the new one."""
MOST_ROWS = 200
"""Rows that a section shows; it says how many there are."""

Cell = str | int | Decimal | bool | None


class Level(StrEnum):
    """What a section was judged to be."""

    GOOD = "good"
    """Looked at, and nothing found."""
    NOTED = "noted"
    """Something found: within its threshold, or without one."""
    OVER = "over"
    """More found than the threshold bears."""
    UNKNOWN = "unknown"
    """Not judged: no history, or what it is found in was not built."""


class Outcome(StrEnum):
    """What became of the load, for a scheduler; `cruscotto load` ends with a status for each."""

    GOOD = "good"
    WARNINGS = "warnings"
    """Published, or nothing new; at least one section is over its threshold."""
    REFUSED = "refused"
    """A file was refused."""
    FAILED = "failed"
    """A model or a test failed, or the load was stopped."""


@dataclass(frozen=True)
class Finding:
    """What one look at a load found; nothing is judged yet.

    Attributes:
        name: what was looked at (`freshness`, …): the section's name and its threshold's.
        sentence: what was found, in Italian.
        value: what the threshold bounds (a count, or a share between 0 and 1); None: it could not be judged.
        columns: name and Italian title of each column of `rows`.
        rows: at most `MOST_ROWS` of what was found.
        total: how many rows there are; those of `rows` when not given.
        is_found: whether there is something to look at; when not given, whether `value` is above 0.
    """

    name: str
    sentence: str
    value: Decimal | int | None
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Sequence[Cell]] = ()
    total: int | None = None
    is_found: bool | None = None


@dataclass(frozen=True)
class Section:
    """A finding, judged.

    Attributes:
        name: what was looked at.
        title: in Italian.
        level: what it was judged to be.
        sentence: what was found, in Italian.
        value: what the threshold bounds, as decimal text; None: not judged.
        threshold: the most that is borne, as decimal text; None: nothing is ever too much.
        columns: name and Italian title of each column.
        rows: what was found, a value per column; decimals as text.
        total: how many there are.
    """

    name: str
    title: str
    level: Level
    sentence: str
    value: str | None
    threshold: str | None
    columns: dict[str, str]
    rows: list[list[str | int | bool | None]]
    total: int


@dataclass(frozen=True)
class Report:
    """The data quality of one load.

    Attributes:
        schema: name and version of this form.
        load_id: the load.
        kind: `load` or `publish`.
        verdict: the load's own (`published`, `unchanged`, `refused`, `failed`, `interrupted`).
        outcome: good, warnings, refused or failed.
        written: UTC, ISO 8601.
        started: when the load began; likewise.
        closing_month: latest month of any extract, `YYYYMM`; None before the first.
        version: of the publication; None when nothing was published.
        sections: one per look.
    """

    schema: str
    load_id: str
    kind: str
    verdict: str
    outcome: Outcome
    written: str
    started: str
    closing_month: str | None
    version: str | None
    sections: list[Section]


def none_judged(name: str, why: str) -> Finding:
    """Return the finding of a look that could not be taken."""
    return Finding(name, why, None)
