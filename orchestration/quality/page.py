"""The report as one HTML page: no script, nothing from anywhere, every text escaped, readable aloud."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from string import Template

from orchestration.quality.records import Level, Outcome, Report, Section

__all__ = ["LEVELS", "OUTCOMES", "page"]

LEVELS = {
    Level.GOOD: "a posto",
    Level.NOTED: "da notare",
    Level.OVER: "oltre la soglia",
    Level.UNKNOWN: "non valutato",
}
OUTCOMES = {
    Outcome.GOOD: "buono",
    Outcome.WARNINGS: "avvisi oltre la soglia",
    Outcome.REFUSED: "rifiutato",
    Outcome.FAILED: "fallito",
}


def page(report: Report) -> str:
    """Return the page of a report."""
    head = {
        "Giudizio": f'<strong class="{report.outcome.value}">{OUTCOMES[report.outcome]}</strong>',
        "Esito del carico": escape(report.verdict),
        "Mese di chiusura": escape(report.closing_month or "nessuno"),
        "Pubblicazione": escape(report.version or "nessuna"),
        "Inizio": escape(report.started),
        "Scritto": escape(report.written),
    }
    template = files("orchestration.quality").joinpath("page.html").read_text(encoding="utf-8")
    return Template(template).substitute(
        load_id=escape(report.load_id),
        head="\n".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in head.items()),
        index="\n".join(
            f'<li><a href="#{escape(section.name)}">{escape(section.title)}</a> {_level(section)}</li>'
            for section in report.sections
        ),
        sections="\n".join(line for section in report.sections for line in _section(section)),
    )


def _level(section: Section) -> str:
    return f'<span class="level {section.level.value}">{LEVELS[section.level]}</span>'


def _section(section: Section) -> Iterator[str]:
    name = escape(section.name)
    yield f'<section id="{name}" aria-labelledby="{name}-h">'
    yield f'<h2 id="{name}-h">{escape(section.title)} {_level(section)}</h2>'
    yield f"<p>{escape(section.sentence)} {_bounds(section)}</p>"
    if section.rows:
        yield from _table(section)
    yield "</section>"


def _bounds(section: Section) -> str:
    if section.value is None:
        return ""
    bound = "nessuna soglia" if section.threshold is None else f"soglia {section.threshold}"
    return escape(f"(Valore {section.value}, {bound}.)")


def _table(section: Section) -> Iterator[str]:
    shown = len(section.rows)
    told = f"{shown} righe" if shown == section.total else f"Le prime {shown} righe di {section.total}"
    yield f'<div class="table" role="region" tabindex="0" aria-labelledby="{escape(section.name)}-h"><table>'
    yield f"<caption>{escape(section.title)}: {told}</caption>"
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in section.columns.values())
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for first, *rest in section.rows:
        cells = "".join(_cell(value) for value in rest)
        yield f'<tr><th scope="row">{_text(first)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _cell(value: str | int | bool | None) -> str:
    kind = ' class="number"' if isinstance(value, int) and not isinstance(value, bool) else ""
    return f"<td{kind}>{_text(value)}</td>"


def _text(value: str | int | bool | None) -> str:
    return "–" if value is None else escape(str(value))
