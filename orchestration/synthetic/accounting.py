"""The two lists that SAP prints to text: cost accounting and economic results of production.

The layout is an ALV list saved as text: page headers and rules come back on every page, cells stand between
bars, the minus sign follows the number, `|*` lines are subtotals and the last `|**` line is the total.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from orchestration.synthetic.database import Database
from orchestration.synthetic.delivery import Outbox
from orchestration.synthetic.months import Month

__all__ = ["write_closing_costs", "write_closing_results", "write_costs", "write_results"]

_LINES_PER_PAGE = 60
_PRINTED_ON = 20  # day of the following month


@dataclass(frozen=True)
class _List:
    """One printed list: its title, what was selected, and the columns' line."""

    title: str
    selection: str
    columns: str

    def pages(self, lines: list[str], printed_on: date, year: int, period: int) -> Iterator[str]:
        """Yield the list page by page, CRLF at every line's end."""
        rule = "-" * len(self.columns)
        date_text = printed_on.strftime("%d.%m.%Y")
        selection = self.selection.format(year=year, period=period)
        starts = range(0, len(lines), _LINES_PER_PAGE)
        for number, start in enumerate(starts, 1):
            page = f"{date_text}{self.title:^{len(self.columns) - 30}}Pagina {number:>6}"
            body = lines[start : start + _LINES_PER_PAGE]
            yield "\r\n".join((page, selection, rule, self.columns, rule, *body, rule, "", ""))


_COSTS = _List(
    "Lista partite singole centri di costo",
    "Soc. contr. INPS   Esercizio {year}   Periodo da {period} a {period}   Gruppo centri di costo  *",
    "|Esercizio|Per.|Soc.|CdR                      |CIC  |Gruppo VDC|Capitolo |Conto     "
    "|Descrizione                |Tipo|Dir|Prod|           Importo|Div.|N. doc.   |Data reg. |",
)
_RESULTS = _List(
    "Risultati economici della produzione",
    "Soc. contr. INPS   Esercizio {year}   Periodo da {period} a {period}   Gruppo voci IEEP  *",
    "|Esercizio|Per.|Struttura                |Voce IEEP                                    |Tipo"
    "|           Importo|Div.|",
)


def write_costs(database: Database, outbox: Outbox, month: Month) -> None:
    """Write `SAP_COAN`: Windows-1252, the month's costs, budget and forecasts."""
    database.run("costs_month")
    _print(database, outbox, month, month.month, "SAP_COAN", "costs_text", _COSTS)


def write_closing_costs(database: Database, outbox: Outbox, month: Month) -> None:
    """Write the thirteenth period of `SAP_COAN`; `month` is December, already computed."""
    _print(database, outbox, month, 13, "SAP_COAN", "costs_text", _COSTS)


def write_results(database: Database, outbox: Outbox, month: Month) -> None:
    """Write `SAP_IEEP`: Windows-1252, the month's results and their targets."""
    database.run("results_month")
    _print(database, outbox, month, month.month, "SAP_IEEP", "results_text", _RESULTS)


def write_closing_results(database: Database, outbox: Outbox, month: Month) -> None:
    """Write the thirteenth period of `SAP_IEEP`; `month` is December, already computed."""
    _print(database, outbox, month, 13, "SAP_IEEP", "results_text", _RESULTS)


def _print(
    database: Database, outbox: Outbox, month: Month, period: int, name: str, query: str, layout: _List
) -> None:
    database.set({"period": period})
    result = database.row(query)
    printed_on = Month.at(month.index + 1).first_day.replace(day=_PRINTED_ON)
    pages = layout.pages(result["text"].split("\n"), printed_on, month.year, period)
    content = "".join(pages).encode("cp1252")
    file = f"{name}_{month.year}{period:02d}.txt"
    outbox.drop(file, content, result["rows"], {"somma_importo": result["importo"]})
