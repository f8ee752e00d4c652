"""Looks at what was built: the data tests, breaks of the stock identities, codes seen for the first time."""

from collections import Counter

from orchestration.quality.evidence import Evidence, NodeResult
from orchestration.quality.records import MOST_ROWS, Cell, Finding, none_judged

__all__ = ["new_codes", "stock_breaks", "tests"]

_STOCK_TESTS = {
    "production_stock_identity": "chiusura = apertura + pervenuto - definito + rettifiche",
    "opening_equals_previous_closing": "apertura = chiusura del mese prima",
}
_STOCK_COLUMNS = {
    "identity": "Identità",
    "month": "Mese",
    "structure": "Sede",
    "product": "Prodotto",
    "numbers": "Numeri",
}
_NEW_CODES = """
select 'struttura' as kind, structure_code as code, any_value(structure_name) as name
from marts.dim_structure anti join former.marts.dim_structure using (structure_code)
group by structure_code
union all
select 'prodotto', product_code, any_value(product_name)
from marts.dim_product anti join former.marts.dim_product using (product_code)
group by product_code
union all
select distinct 'capitolo', chapter_code, null
from marts.fct_costs anti join former.marts.fct_costs using (chapter_code)
order by kind, code
"""


def tests(found: Evidence) -> Finding:
    """The data tests of this load's build that warned, failed or were not run; how many ended how."""
    ran = [result for result in found.results if result.kind == "test"]
    if not ran:
        return none_judged("tests_warned", "Nessuna prova eseguita in questo carico.")
    bad = [result for result in ran if result.status != "pass"]
    bad.sort(key=lambda result: (result.status, result.name))
    told = ", ".join(f"{count} {status}" for status, count in sorted(Counter(r.status for r in ran).items()))
    return Finding(
        "tests_warned",
        f"Prove: {len(ran)} ({told}).",
        len(bad),
        {"test": "Prova", "status": "Esito", "rows": "Righe"},
        [(result.name, result.status, result.failures) for result in bad[:MOST_ROWS]],
        len(bad),
    )


def stock_breaks(found: Evidence) -> Finding:
    """Breaks of the stock identities: what the warehouse's own tests of them found, row by row.

    The rows are those of the tests' compiled SQL, so that the identity is stated once.
    """
    name = "stock_breaks"
    ran = [result for result in found.results if result.name in _STOCK_TESTS]
    if len(ran) < len(_STOCK_TESTS) or any(result.status not in ("pass", "warn", "fail") for result in ran):
        return none_judged(name, "Non valutabile: le prove delle identità non sono state eseguite.")
    rows = [row for result in ran if result.failures for row in _breaks(found, result)]
    total = sum(result.failures for result in ran)
    return Finding(
        name,
        f"Rotture delle identità di giacenza: {total}.",
        total,
        _STOCK_COLUMNS,
        rows[:MOST_ROWS],
        total,
    )


def new_codes(found: Evidence) -> Finding:
    """Structures, products and spending chapters that the publication before did not know."""
    why = found.unbuilt("marts.dim_structure", "marts.dim_product", "marts.fct_costs")
    if why is not None:
        return none_judged("new_codes", why)
    if not found.has_former:
        return none_judged("new_codes", "Nessun giudizio: manca la pubblicazione precedente.")
    rows: list[tuple[Cell, ...]] = [
        (str(kind), str(code), None if name is None else str(name))
        for kind, code, name in found.query(_NEW_CODES)
    ]
    return Finding(
        "new_codes",
        f"Codici mai visti nella pubblicazione precedente: {len(rows)}.",
        len(rows),
        {"kind": "Genere", "code": "Codice", "name": "Nome"},
        rows[:MOST_ROWS],
        len(rows),
    )


def _breaks(found: Evidence, result: NodeResult) -> list[tuple[Cell, ...]]:
    """Return the first rows that a test of an identity found: its first three columns, and its numbers."""
    assert found.database is not None  # noqa: S101 -- there are no results without it
    ordered = f"select * from ({result.query}\n) order by 1, 2, 3 limit {MOST_ROWS}"
    answer = found.database.execute(ordered)
    names = [column[0] for column in answer.description or ()][3:]
    return [
        (
            _STOCK_TESTS[result.name],
            int(month),
            str(structure).split("@")[0],
            str(product).split("@")[0],
            ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True)),
        )
        for month, structure, product, *numbers in answer.fetchall()
    ]
