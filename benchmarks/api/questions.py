"""Forty questions that dashboards ask, each three ways: to the API, in SQL by hand, and to MetricFlow.

The SQL is what somebody who knows the facts writes for that one question: the months instead of the period,
only the columns and the joins that it needs. It is the measure of the overhead, and (in the tests) the check
of the answers. `Year` says of which year: the last one with ten months of actuals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from benchmarks.api.dashboards import ASKED, Asked

__all__ = ["Question", "Year", "latest_year", "questions"]

_VIEW = "indicatori"
_METRICFLOW = {
    "periodo": "componente__periodo",
    "scenario": "componente__scenario",
    "direzione": "struttura__direzione",
    "direzione_nome": "struttura__direzione_nome",
    "cluster_economico": "struttura__cluster_economico",
    "regione": "struttura__regione",
    "struttura": "struttura__sede",
    "agenzia": "struttura__agenzia",
    "direzione_attuale": "struttura_attuale__direzione",
    "linea": "area__linea",
    "area": "area__area_produzione",
    "macroarea": "area__macroarea",
    "area_obiettivo": "area__area_obiettivo",
    "prodotto": "prodotto__codice_prodotto",
    "capitolo": "componente__capitolo",
    "classe_costo": "componente__classe_costo",
    "profilo": "componente__profilo",
    "funzione": "componente__funzione",
}
_STRUCTURE = "JOIN marts.dim_structure AS s ON s.structure_key = c.structure_key"
_AREA = "JOIN marts.dim_area AS a ON a.area_key = c.area_key"

# Indicators by hand, over the facts `c`; {productive} and {days} are filled in by year and period.
_BY_HAND = {
    "produttivita": "sum(CASE WHEN c.is_productivity_area THEN c.definito_om"
    " + c.definito_sussidiarieta_resa_om END) / nullif(sum(CASE WHEN {productive} THEN c.fte END), 0)",
    "indice_giacenza": "sum(CASE WHEN c.month_key = {closing} THEN c.giacenza_finale_om * {days} END)"
    " / nullif(sum(c.pervenuto_om), 0)",
    "indice_deflusso": "sum(c.definito + c.definito_sussidiarieta_ricevuta) / nullif(sum(c.pervenuto), 0)",
    "efficacia_automazione": "100 * sum(c.definito_automatizzato) / nullif(sum(c.definito), 0)",
    "giacenza_critica_quota": "100 * sum(CASE WHEN c.month_key = {closing} THEN c.giacenza_critica_om END)"
    " / nullif(sum(CASE WHEN c.month_key = {closing} THEN c.giacenza_finale_om END), 0)",
    "tasso_assenza_malattia": "100 * sum(c.minuti_malattia) / nullif(sum(c.minuti_lavorabili), 0)",
    "quota_lavoratori_agili": "100 * sum(CASE WHEN c.month_key = {closing} THEN c.teste_agili END)"
    " / nullif(sum(CASE WHEN c.month_key = {closing} THEN c.teste END), 0)",
    "realizzazione_piano_produzione": "100 * sum(CASE WHEN c.is_production_area THEN c.definito_om"
    " + c.definito_sussidiarieta_resa_om END)"
    " / nullif(sum(CASE WHEN c.is_production_area THEN c.piano_definito_om END), 0)",
    "pervenuto": "sum(c.pervenuto)",
    "definito": "sum(c.definito)",
    "giacenza_finale": "sum(CASE WHEN c.month_key = {closing} THEN c.giacenza_finale END)",
    "fte": "sum(c.fte)",
    "teste": "sum(CASE WHEN c.month_key = {closing} THEN c.teste END)",
    "costo_totale": "sum(c.costo)",
    "importo_ieep": "sum(c.importo_ieep)",
    "ac_indice_controlli": "100 * sum(c.ac_controllate) / nullif(sum(c.ac_programmate), 0)",
    "audit_attuazione": "100 * (sum(c.audit_campagne_concluse) + sum(c.audit_accessi_svolti))"
    " / nullif(sum(c.audit_campagne_previste) + sum(c.audit_accessi_previsti), 0)",
} | {
    f"qualita_{code}": "100 * "
    f"sum(CASE WHEN c.measure_code = 'Q_{code.upper()}' THEN c.misura_numeratore END)"
    f" / nullif(sum(CASE WHEN c.measure_code = 'Q_{code.upper()}' THEN c.misura_denominatore END), 0)"
    for code in ("as_01", "as_02", "cc_01", "ic_01", "ml_01")
}
# Dimensions by hand: the column, and the join that it needs.
_COLUMNS = {
    "direzione": ("s.directorate_code", _STRUCTURE),
    "direzione_nome": ("s.directorate_name", _STRUCTURE),
    "cluster_economico": ("s.economic_cluster", _STRUCTURE),
    "regione": ("s.region", _STRUCTURE),
    "struttura": ("s.office_code", _STRUCTURE),
    "agenzia": ("s.agency_code", _STRUCTURE),
    "direzione_attuale": (
        "t.directorate_code",
        "JOIN marts.dim_structure AS t ON t.structure_key = c.structure_current_key",
    ),
    "linea": ("a.line_code", _AREA),
    "area": ("a.area_code", _AREA),
    "macroarea": ("a.macroarea_code", _AREA),
    "area_obiettivo": ("a.target_area_code", _AREA),
    "prodotto": ("p.product_code", "JOIN marts.dim_product AS p ON p.product_key = c.product_key"),
    "capitolo": ("c.chapter_code", ""),
    "classe_costo": ("c.cost_class_code", ""),
    "profilo": ("c.profile_code", ""),
    "funzione": ("c.function_code", ""),
}


@dataclass(frozen=True)
class Year:
    """Of which year is asked, and of whom: one directorate, one of its offices, three lines."""

    number: int
    directorate: str
    office: str
    lines: tuple[str, ...]

    @property
    def productive(self) -> str:
        """Whose staff productivity is of: the definition changed in 2025."""
        if self.number < 2025:
            return "c.is_productivity_area AND NOT c.is_inspector AND NOT c.is_counter"
        return "c.is_administrative_profile AND NOT c.is_switchboard"


@dataclass(frozen=True)
class Question:
    """One question: `query` for the API, `sql` by hand; metrics, dimensions, conditions for MetricFlow."""

    name: str
    family: str
    query: Mapping[str, Any]
    sql: str
    metricflow: tuple[list[str], list[str], list[str]] | None = None

    @property
    def in_cube(self) -> bool:
        """Whether Cube can answer it: comparisons are ours."""
        return "comparisons" not in self.query


def latest_year(database: duckdb.DuckDBPyConnection) -> Year:
    """Choose the year, and of whom to ask, from a published file.

    The last one until 2024: from 2025 on productivity is not published for offices, and some ask for it.

    Raises:
        ValueError: no such year has ten months of production.
    """
    found = database.execute(
        "SELECT month_key // 100 FROM marts.fct_components "
        "WHERE block_code = 'own_production' AND scenario_code = 'consuntivo' "
        "AND month_key % 100 BETWEEN 1 AND 10 AND month_key // 100 <= 2024 "
        "GROUP BY 1 HAVING count(DISTINCT month_key) = 10 ORDER BY 1 DESC LIMIT 1"
    ).fetchone()
    if found is None:
        raise ValueError("the file has no year until 2024 with ten months of production")
    produced = (
        "FROM marts.fct_components AS c JOIN marts.dim_structure AS s USING (structure_key) "
        "JOIN marts.dim_area AS a USING (area_key) "
        "WHERE c.block_code = 'own_production' AND c.scenario_code = 'consuntivo' AND c.month_key // 100 = ? "
    )
    office = database.execute(
        f"SELECT s.directorate_code, s.office_code {produced}"
        "GROUP BY ALL ORDER BY count(DISTINCT s.agency_code) DESC, 1, 2 LIMIT 1",
        [found[0]],
    ).fetchone()
    lines = database.execute(
        f"SELECT a.line_code {produced}GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 3", found
    )
    codes = tuple(code for (code,) in lines.fetchall())
    assert office is not None
    return Year(int(found[0]), str(office[0]), str(office[1]), codes)


def questions(year: Year) -> list[Question]:
    """Return the forty questions of a year."""
    return [*(_written(item, year) for item in ASKED), *_of_values(year), _compared(year)]


def _written(asked: Asked, year: Year) -> Question:
    codes = {"D": [year.directorate], "O": [year.office], "L": list(year.lines)}
    where = {name: codes[str(value)] for name, value in asked.where.items()}
    periods = _periods(asked.period, year.number)
    conditions = {"periodo": list(periods), "scenario": ["consuntivo"], **where}
    query: dict[str, Any] = {
        "measures": [f"{_VIEW}.{name}" for name in asked.measures],
        "dimensions": [f"{_VIEW}.{name}" for name in asked.by],
        "filters": [
            {"member": f"{_VIEW}.{name}", "operator": "equals", "values": values}
            for name, values in conditions.items()
        ],
    }
    if asked.order:
        query["order"] = {f"{_VIEW}.{asked.order[0]}": asked.order[1]}
    if asked.limit:
        query["limit"] = asked.limit
    return Question(
        asked.name,
        asked.family,
        query,
        _sql(asked, where, periods, year),
        (
            list(asked.measures),
            [_METRICFLOW[name] for name in asked.by],
            [
                f"{{{{ Dimension('{_METRICFLOW.get(name, name)}') }}}} IN ({_listed(values)})"
                for name, values in conditions.items()
            ],
        ),
    )


def _periods(kind: str, year: int) -> dict[str, tuple[int, int]]:
    """Return the periods of a question: code → first and last month."""
    several = {"M": [f"M{month:02d}" for month in range(1, 11)], "T": ["T1", "T2", "T3"]}
    found = {}
    for code in several.get(kind, [kind]):
        number = int(code[1:])
        first, last = {
            "M": (number, number),
            "P": (1, number),
            "T": (number * 3 - 2, number * 3),
            "S": (1, 6),
        }[code[0]]
        found[f"{year}-{code}"] = (year * 100 + first, year * 100 + last)
    return found


def _sql(
    asked: Asked, where: Mapping[str, Sequence[str]], periods: Mapping[str, tuple[int, int]], year: Year
) -> str:
    months = list(periods.values())
    single = len(months) == 1
    quarters = not single and months[0][0] != months[0][1]
    columns: dict[str, str] = {}
    joins: dict[str, None] = {}
    for name in (*asked.by, *where):
        if name == "periodo":
            label = "c.month_key % 100 / 3.0" if quarters else "c.month_key % 100"
            text = f"'T' || ceil({label})::INTEGER" if quarters else f"'M' || printf('%02d', {label})"
            columns[name], join = f"'{year.number}-' || {text}", ""
        else:
            columns[name], join = _COLUMNS[name]
        if join:
            joins[join] = None
    days = (months[0][1] - months[0][0] + 1) * 30
    filled = {
        "productive": year.productive,
        "days": days if single or not quarters else 90,
        "closing": months[0][1] if single else "c.month_key",
    }
    selected = [f"{columns[name]} AS {name}" for name in asked.by]
    selected += [f"{_BY_HAND[name].format(**filled)} AS {name}" for name in asked.measures]
    lines = ["SELECT " + ",\n  ".join(selected), "FROM marts.fct_components AS c", *joins]
    lines.append(
        f"WHERE c.month_key BETWEEN {months[0][0]} AND {months[-1][1]} AND c.scenario_code = 'consuntivo'"
    )
    lines += [f"  AND {columns[name]} IN ({_listed(values)})" for name, values in where.items()]
    if asked.by:
        keys = ", ".join(str(index + 1) for index in range(len(asked.by)))
        first = asked.measures[0] if not asked.order else asked.order[0]
        direction = "DESC" if not asked.order else asked.order[1].upper()
        lines += [f"GROUP BY {keys}", f"ORDER BY {first} {direction}, {keys}"]
    if asked.limit:
        lines.append(f"LIMIT {asked.limit}")
    return "\n".join(lines)


def _of_values(year: Year) -> list[Question]:
    """Published values with their targets: of one indicator by directorate, and of six for the nation."""
    period = f"{year.number}-P10"
    six = (
        "produttivita",
        "indice_giacenza",
        "indice_deflusso",
        "redditivita",
        "costo_punto_omogeneizzato",
        "quota_personale_produzione",
    )
    found = []
    for name, by, fixed in (
        ("targets_of_directorates", "nodo", {"indicatore": ["indice_giacenza"], "livello": ["direzione"]}),
        ("targets_of_the_nation", "indicatore", {"indicatore": list(six), "nodo": ["NAZIONALE"]}),
    ):
        where = fixed | {
            "organizzazione": ["as_was"],
            "nodo_area": ["TOT"],
            "periodo": [period],
            "scenario": ["consuntivo"],
        }
        columns = {
            "indicatore": "indicator_code",
            "nodo": "node_code",
            "livello": "node_level",
            "organizzazione": "organisation_code",
            "nodo_area": "area_node_code",
            "periodo": "period_code",
            "scenario": "scenario_code",
        }
        keys = [name for name in ("indicatore", "nodo") if name == by or name not in fixed]
        query = {
            "measures": ["valori.valore", "valori.obiettivo", "valori.scostamento"],
            "dimensions": [f"valori.{key}" for key in keys],
            "filters": [
                {"member": f"valori.{key}", "operator": "equals", "values": values}
                for key, values in where.items()
            ],
            "order": {f"valori.{key}": "asc" for key in keys},
        }
        selected = ", ".join(columns[key] for key in keys)
        conditions = " AND ".join(f"{columns[key]} IN ({_listed(values)})" for key, values in where.items())
        sql = (
            f"SELECT {selected}, max(value), max(target), max(deviation_pct) FROM indicators.ind_values "
            f"WHERE {conditions} GROUP BY ALL ORDER BY ALL"
        )
        found.append(Question(name, "targets", query, sql))
    return found


def _compared(year: Year) -> Question:
    """The backlog of each directorate beside that of the month before."""
    asked = Asked("backlog_and_the_month_before", "comparisons", ["indice_giacenza"], "M10", ["direzione"])
    question = _written(asked, year)
    now = year.number * 100 + 10
    parts = [
        _sql(asked, {}, {"now": (month, month)}, year).partition("\nORDER BY")[0] for month in (now, now - 1)
    ]
    change = "n.indice_giacenza - p.indice_giacenza"
    sql = (
        f"WITH n AS (\n{parts[0]}\n), p AS (\n{parts[1]}\n)\n"
        f"SELECT direzione, n.indice_giacenza, p.indice_giacenza, {change}, "
        f"({change}) / nullif(abs(p.indice_giacenza), 0) * 100\n"
        "FROM n LEFT JOIN p USING (direzione) ORDER BY n.indice_giacenza DESC, 1"
    )
    query = dict(question.query) | {"comparisons": ["previousPeriod"]}
    return Question(question.name, question.family, query, sql)


def _listed(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
