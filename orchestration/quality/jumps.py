"""Jumps against the seasonal expectation: an office against the nation, the nation against its own history.

For each series y (a quantity of a source) and month t, g(t) = ln(y(t) / y(t - 12 months)): the season is in
both months and cancels.

    office   expected(t) = y(t - 12) · exp(M),  M = median over the offices of g(t)
    nation   expected(t) = y(t - 12) · exp(M),  M = median over the twelve months before t of g, at least six

A value is a jump when |g - M| / s > 3.5, with s = 1.4826 · MAD, the median absolute deviation made comparable
with a standard deviation; s is never below 0.02 (two per cent), so that a nation that moves as one is not all
jumps. The cut-off and the constant are those of Iglewicz and Hoaglin, "How to Detect and Handle Outliers"
(ASQC Quality Press, 1993), the modified z-score (0.6745 = 1 / 1.4826). Without the same month of the year
before, where either value is not positive, with fewer than eight offices or six former months: no judgement.

The numbers are for a flag: they are doubles, and nothing is published from them.
"""

from decimal import Decimal

from orchestration.quality.evidence import Evidence
from orchestration.quality.records import MOST_ROWS, Cell, Finding, none_judged

__all__ = ["nation_jumps", "office_jumps"]

_CUT_OFF = 3.5
_CONSISTENCY = 1.4826
_LEAST_SPREAD = 0.02
_LEAST_OFFICES = 8
_LEAST_MONTHS = 6
_TABLES = ("fct_production", "fct_costs", "fct_economic_results", "fct_presence", "dim_structure")

# What is watched: flows and stocks of each source, by month and (as-is) office. Hours of fewer than five
# people are nobody's business here.
_SERIES = """
series as (
    select 'produzione' as source_code, 'pervenuto' as quantity, month_key, structure_current_key,
        cast(sum(pervenuto) as decimal(38, 2)) as amount
    from marts.fct_production where scenario_code = 'consuntivo' and service_mode = 'P' group by all
    union all
    select 'produzione', 'definito', month_key, structure_current_key, sum(definito)
    from marts.fct_production where scenario_code = 'consuntivo' group by all
    union all
    select 'produzione', 'giacenza_finale', month_key, structure_current_key, sum(giacenza_finale)
    from marts.fct_production where scenario_code = 'consuntivo' and service_mode = 'P' group by all
    union all
    select 'costi', 'importo_eur', month_key, structure_current_key, sum(amount_eur)
    from marts.fct_costs where scenario_code = 'consuntivo' group by all
    union all
    select 'risultati', 'importo_eur', month_key, structure_current_key, sum(signed_amount_eur)
    from marts.fct_economic_results where scenario_code = 'consuntivo' group by all
    union all
    select 'presenze', 'minuti_presenza', month_key, structure_current_key, sum(minuti_presenza)
    from marts.fct_presence group by all having sum(teste) >= 5
)"""
_OFFICES = f"""
with {_SERIES},
growths as (
    select present.*, former.amount as former_amount, ln(present.amount / former.amount) as growth
    from series as present
    inner join series as former using (source_code, quantity, structure_current_key)
    where list_contains($months, present.month_key) and former.month_key = present.month_key - 100
        and present.amount > 0 and former.amount > 0
),
centred as (
    select *, median(growth) over peers as middle, count(*) over peers as offices_n
    from growths window peers as (partition by source_code, quantity, month_key)
),
spread as (
    select *, greatest($constant * median(abs(growth - middle)) over peers, $least) as width
    from centred where offices_n >= $offices window peers as (partition by source_code, quantity, month_key)
)
select source_code, quantity, month_key, structures.structure_code, structures.structure_name,
    round(amount, 2), cast(round(former_amount * exp(middle)) as bigint), round((growth - middle) / width, 1)
from spread inner join marts.dim_structure as structures on structures.structure_key = structure_current_key
"""
_NATION = f"""
with {_SERIES},
months as (
    select source_code, quantity, month_key, sum(amount) as amount,
        (month_key // 100) * 12 + month_key % 100 as month_index
    from series where month_key % 100 between 1 and 12 group by all
),
growths as (
    select present.*, former.amount as former_amount, ln(present.amount / former.amount) as growth
    from months as present inner join months as former using (source_code, quantity)
    where former.month_index = present.month_index - 12 and present.amount > 0 and former.amount > 0
),
histories as (
    select present.source_code, present.quantity, present.month_key, present.amount, present.former_amount,
        present.growth, list(earlier.growth) as history
    from growths as present inner join growths as earlier using (source_code, quantity)
    where list_contains($months, present.month_key)
        and earlier.month_index between present.month_index - 12 and present.month_index - 1
    group by all
),
centred as (
    select *, list_median(history) as middle from histories where len(history) >= $history
),
spread as (
    select *, list_median(list_transform(history, lambda g: abs(g - middle))) as deviation,
        greatest($constant * deviation, $least) as width
    from centred
)
select source_code, quantity, month_key, 'NAZIONE', '', round(amount, 2),
    cast(round(former_amount * exp(middle)) as bigint), round((growth - middle) / width, 1)
from spread
"""
_COLUMNS = {
    "source": "Fonte",
    "quantity": "Grandezza",
    "month": "Mese",
    "structure": "Sede",
    "name": "Nome",
    "amount": "Valore",
    "expected": "Atteso",
    "score": "Scarti robusti",
}


def office_jumps(found: Evidence) -> Finding:
    """Offices whose month moved against the same month a year before otherwise than the nation's did."""
    return _jumps(found, "jumps_share", _OFFICES, {"offices": _LEAST_OFFICES}, "serie di sede", is_share=True)


def nation_jumps(found: Evidence) -> Finding:
    """Sources whose whole moved otherwise than it did in the months before."""
    return _jumps(
        found, "nation_jumps", _NATION, {"history": _LEAST_MONTHS}, "serie nazionali", is_share=False
    )


def _jumps(
    found: Evidence, name: str, query: str, values: dict[str, object], what: str, *, is_share: bool
) -> Finding:
    why = found.unbuilt("intermediate.int_deliveries", *(f"marts.{table}" for table in _TABLES))
    if why is not None:
        return none_judged(name, why)
    values |= {"months": found.judged_months, "constant": _CONSISTENCY, "least": _LEAST_SPREAD}
    judged = sorted(found.query(query, values), key=lambda row: (-abs(float(str(row[7]))), str(row[:4])))
    if not judged:
        return none_judged(
            name, f"Nessun giudizio sulle {what}: manca lo stesso mese dell'anno prima, o la storia è corta."
        )
    out = [row for row in judged if abs(float(str(row[7]))) > _CUT_OFF]
    share = Decimal(len(out)) / len(judged)
    return Finding(
        name,
        f"Salti: {len(out)} su {len(judged)} {what} (scarto robusto oltre 3,5).",
        share if is_share else len(out),
        _COLUMNS,
        [_cells(row) for row in out[:MOST_ROWS]],
        len(out),
    )


def _cells(row: tuple[object, ...]) -> tuple[Cell, ...]:
    return tuple(
        value if isinstance(value, str | int | Decimal | None) else Decimal(str(value)) for value in row
    )
