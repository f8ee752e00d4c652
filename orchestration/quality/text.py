"""The report as plain text, for a terminal and for mail."""

from collections.abc import Iterator

from orchestration.quality.page import LEVELS, OUTCOMES
from orchestration.quality.records import Level, Report, Section

__all__ = ["text"]

_MOST_LINES = 20


def text(report: Report) -> str:
    """Return the report as lines: a head, then a line per section with what was found below it.

    Control characters that a file may have put into a name are shown as such, never sent to a terminal.
    """
    return "\n".join(_harmless(line) for line in _lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"Carico {report.load_id}: {report.verdict}; qualità: {OUTCOMES[report.outcome]}"
    yield f"Mese di chiusura {report.closing_month or '–'}, pubblicazione {report.version or '–'}"
    for section in report.sections:
        yield f"[{LEVELS[section.level]}] {section.title}: {section.sentence}"
        if section.level in (Level.NOTED, Level.OVER) and section.rows:
            yield from _rows(section)


def _rows(section: Section) -> Iterator[str]:
    titles = list(section.columns.values())
    for row in section.rows[:_MOST_LINES]:
        pairs = zip(titles, row, strict=True)
        yield "    " + "; ".join(f"{title} {value}" for title, value in pairs if value not in (None, ""))
    if section.total > _MOST_LINES:
        yield f"    … e altre {section.total - min(_MOST_LINES, len(section.rows))}"


def _harmless(line: str) -> str:
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in line)
