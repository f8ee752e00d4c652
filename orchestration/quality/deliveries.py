"""Looks at what was delivered: files and rows, quarantine, freshness, completeness by office."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import duckdb

from orchestration.contracts import Contract
from orchestration.landing import FileOutcome, Verdict
from orchestration.landing.raw_tables import RawTables
from orchestration.quality.evidence import Evidence, month_before
from orchestration.quality.records import MOST_ROWS, Cell, Finding, none_judged

__all__ = [
    "completeness",
    "contract_warnings",
    "files",
    "freshness",
    "missing_deliveries",
    "quarantined",
    "unknown_codes",
]

_MONTHS_SHOWN = 12
_REFUSED_FIRST = {Verdict.REFUSED: 0, Verdict.LOADED: 1, Verdict.ALREADY_LOADED: 2}


def files(found: Evidence) -> Finding:
    """Each file of the load: rows read = loaded + quarantined, asserted again here."""
    outcomes = sorted(found.load.files, key=lambda file: (_REFUSED_FIRST[file.verdict], file.name))
    rows: list[tuple[Cell, ...]] = [
        (
            file.name,
            file.verdict.value,
            file.rows_read,
            file.rows_loaded,
            file.rows_quarantined,
            "sì" if _is_balanced(file) else "no",
            _message(found, file),
        )
        for file in outcomes
    ]
    unbalanced = sum(not _is_balanced(file) for file in outcomes)
    told = ", ".join(f"{count} {verdict}" for verdict, count in Counter(row[1] for row in rows).items())
    read, loaded = sum(file.rows_read for file in outcomes), sum(file.rows_loaded for file in outcomes)
    aside = sum(file.rows_quarantined for file in outcomes)
    return Finding(
        "files_unbalanced",
        f"{len(rows)} file ({told or 'nessuno'}): {read} righe lette = {loaded} caricate + {aside} "
        f"in quarantena; i conti non tornano in {unbalanced} file.",
        unbalanced,
        {
            "file": "File",
            "verdict": "Esito",
            "rows_read": "Lette",
            "rows_loaded": "Caricate",
            "rows_quarantined": "In quarantena",
            "is_balanced": "Quadra",
            "message": "Messaggio",
        },
        rows[:MOST_ROWS],
        len(rows),
    )


def quarantined(found: Evidence) -> Finding:
    """Rows set aside in this load, by file and reason. Values are not shown: some identify people."""
    columns = {
        "file": "File",
        "table": "Tavola",
        "column": "Colonna",
        "kind": "Genere",
        "reason": "Motivo",
        "rows": "Righe",
    }
    raw = RawTables(found.workspace)
    paths = [raw.quarantine_path(file.name) for file in found.load.loaded if file.rows_quarantined]
    present = [str(path) for path in paths if path.is_file()]
    rows: list[tuple[Cell, ...]] = []
    if present:
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as database:
            rows = database.execute(
                """select _file, table_name, column_name, kind, reason, count(*) from read_parquet(?)
                group by all order by count(*) desc, 1, 2, 3, 5""",
                [present],
            ).fetchall()
    read = sum(file.rows_read for file in found.load.loaded)
    aside = sum(file.rows_quarantined for file in found.load.loaded)
    share = Decimal(aside) / read if read else Decimal(0)
    return Finding(
        "quarantined_share",
        f"{aside} righe su {read} messe in quarantena in questo carico.",
        share,
        columns,
        rows[:MOST_ROWS],
        len(rows),
    )


def unknown_codes(found: Evidence) -> Finding:
    """Codes of this load's files that no master holds."""
    rows: list[tuple[Cell, ...]] = [
        (file.name, column, code)
        for file in found.load.loaded
        for column, codes in sorted(file.unknown_codes.items())
        for code in codes
    ]
    return Finding(
        "unknown_codes",
        f"Codici che nessuna anagrafica contiene: {len({row[2] for row in rows})}.",
        len(rows),
        {"file": "File", "column": "Colonna", "code": "Codice"},
        rows[:MOST_ROWS],
        len(rows),
    )


def contract_warnings(found: Evidence) -> Finding:
    """Rules of the contracts on whole deliveries that do not hold, the stock identities among them."""
    rows: list[tuple[Cell, ...]] = [
        (file.name, warning) for file in found.load.loaded for warning in file.warnings
    ]
    return Finding(
        "contract_warnings",
        f"Regole dei contratti non rispettate: {len(rows)}.",
        len(rows),
        {"file": "File", "warning": "Regola"},
        rows[:MOST_ROWS],
        len(rows),
    )


def freshness(found: Evidence) -> Finding:
    """The last month of each extract against the closing month; of the plans, the year."""
    closing = found.closing_month
    if closing is None:
        return none_judged("freshness_late", "Non valutabile: nessun mese è ancora stato consegnato.")
    rows = sorted(_freshness(found, closing), key=lambda row: (-int(row[4] or 0), str(row[0])))
    late = sum(bool(row[4]) for row in rows)
    return Finding(
        "freshness_late",
        f"Mese di chiusura {closing}: {late} estratti su {len(rows)} in ritardo.",
        late,
        {
            "extract": "Estratto",
            "name": "Nome",
            "last": "Ultima consegna",
            "expected": "Attesa",
            "months_late": "Mesi di ritardo",
        },
        rows,
    )


def completeness(found: Evidence) -> Finding:
    """Expected and received deliveries by source and month, as the warehouse counts them."""
    name = "completeness_missing_share"
    closing = found.closing_month
    why = found.unbuilt("intermediate.int_deliveries")
    if why is not None or closing is None:
        return none_judged(name, why or "Non valutabile: nessun mese è ancora stato consegnato.")
    rows = found.query(
        """select source_code, month_key, count(*), count(*) filter (is_present),
            count(*) filter (not is_present)
        from intermediate.int_deliveries where month_key between $first and $last
        group by all order by month_key desc, source_code""",
        {"first": month_before(int(closing), _MONTHS_SHOWN), "last": int(closing)},
    )
    now = [row for row in rows if row[1] == int(closing)]
    expected, missing = sum(_whole(row[2]) for row in now), sum(_whole(row[4]) for row in now)
    return Finding(
        name,
        f"{expected - missing} consegne su {expected} attese nel mese {closing}.",
        Decimal(missing) / expected if expected else None,
        {
            "source": "Fonte",
            "month": "Mese",
            "expected": "Attese",
            "present": "Arrivate",
            "missing": "Mancanti",
        },
        [_cells(row) for row in rows[:MOST_ROWS]],
        len(rows),
    )


def missing_deliveries(found: Evidence) -> Finding:
    """Which office did not deliver what in the judged months, its lines together.

    A source of which nothing arrived for a month is an extract that is late: `freshness` says so.
    """
    why = found.unbuilt("intermediate.int_deliveries", "marts.dim_structure", "marts.dim_area")
    if why is not None:
        return none_judged("missing_deliveries", why)
    rows = found.query(
        """with judged as (
            select deliveries.*, bool_or(is_present) over (partition by source_code, month_key) as has_any
            from intermediate.int_deliveries as deliveries where list_contains($months, month_key)
        )
        select source_code, month_key, structures.structure_code, structures.structure_name,
            structures.directorate_code, count(*) as expected_n,
            count(*) filter (not is_present) as missing_n,
            string_agg(areas.line_code, ', ' order by areas.line_code) filter (not is_present) as lines
        from judged
        inner join marts.dim_structure as structures using (structure_key)
        left join marts.dim_area as areas using (area_key)
        where has_any
        group by all having missing_n > 0
        order by month_key desc, source_code, missing_n desc, structures.structure_code""",
        {"months": found.judged_months},
    )
    return Finding(
        "missing_deliveries",
        f"Sedi senza una consegna attesa, per fonte e mese: {len(rows)}.",
        len(rows),
        {
            "source": "Fonte",
            "month": "Mese",
            "structure": "Sede",
            "name": "Nome",
            "directorate": "Direzione",
            "expected": "Attese",
            "missing": "Mancanti",
            "lines": "Linee",
        },
        [_cells(row) for row in rows[:MOST_ROWS]],
        len(rows),
    )


def _freshness(found: Evidence, closing: str) -> Iterator[tuple[Cell, ...]]:
    for contract in found.contracts.values():
        deliveries = [delivery for name, delivery in found.delivered if name == contract.id]
        if contract.files.placeholder == "plan":
            yield _plan(contract, deliveries, closing)
            continue
        last = max((delivery for delivery in deliveries if not delivery.endswith("13")), default=None)
        # Never delivered counts as one month late: since when it should have come, nothing says.
        late = max(_months_between(last, closing), 0) if last else 1
        yield contract.id, contract.name, last, closing, late


def _plan(contract: Contract, deliveries: list[str], closing: str) -> tuple[Cell, ...]:
    """A plan is late when no version of the closing month's year has come."""
    years = sorted({delivery[-4:] for delivery in deliveries})
    is_late = closing[:4] not in years
    return contract.id, contract.name, years[-1] if years else None, closing[:4], int(is_late)


def _months_between(former: str, later: str) -> int:
    return (int(later[:4]) - int(former[:4])) * 12 + int(later[4:]) - int(former[4:])


def _message(found: Evidence, file: FileOutcome) -> str:
    """Return a file's message; one on a file of persons stays in the register, since it may show a row."""
    contract = found.contracts.get(file.contract or "")
    if file.verdict is Verdict.REFUSED and contract is not None and contract.personal is not None:
        return f"vedi cruscotto loads show {found.load.load_id}"
    return file.message


def _is_balanced(file: FileOutcome) -> bool:
    return file.rows_read == file.rows_loaded + file.rows_quarantined


def _whole(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101
    return value


def _cells(row: tuple[object, ...]) -> tuple[Cell, ...]:
    return tuple(value if isinstance(value, str | int | Decimal | None) else str(value) for value in row)
