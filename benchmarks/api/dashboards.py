"""What dashboards ask of components and indicators, before it is written in three ways.

A period without a year is one of the year asked (`P10`: its first ten months; `M`: each of its months).
`D`, `O` and `L` stand for that year's directorate, office and lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["ASKED", "Asked"]


@dataclass(frozen=True)
class Asked:
    """A question about components and indicators: what, when, cut by what, of whom, in which order."""

    name: str
    family: str
    measures: Sequence[str]
    period: str
    by: Sequence[str] = ()
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: tuple[str, str] | None = None
    limit: int | None = None


_CARDS = [
    Asked("card_productivity", "cards", ["produttivita"], "P10"),
    Asked(
        "card_eight_indicators",
        "cards",
        [
            "produttivita",
            "indice_giacenza",
            "indice_deflusso",
            "efficacia_automazione",
            "giacenza_critica_quota",
            "tasso_assenza_malattia",
            "quota_lavoratori_agili",
            "realizzazione_piano_produzione",
        ],
        "P10",
    ),
    Asked("card_backlog", "cards", ["indice_giacenza", "giacenza_critica_quota"], "M10"),
    Asked("card_flows_of_the_quarter", "cards", ["pervenuto", "definito", "giacenza_finale"], "T3"),
    Asked("card_staff", "cards", ["fte", "teste", "quota_lavoratori_agili"], "M10"),
    Asked("card_costs", "cards", ["costo_totale"], "P10"),
    Asked("card_economic_results", "cards", ["importo_ieep"], "P10"),
    Asked("card_controls", "cards", ["ac_indice_controlli", "audit_attuazione"], "P10"),
    Asked(
        "card_quality",
        "cards",
        ["qualita_as_01", "qualita_cc_01", "qualita_ic_01", "qualita_ml_01"],
        "P10",
    ),
]
_TRENDS = [
    Asked("trend_productivity", "trends", ["produttivita"], "M", ["periodo"]),
    Asked("trend_backlog", "trends", ["indice_giacenza"], "M", ["periodo"]),
    Asked("trend_costs_by_quarter", "trends", ["costo_totale"], "T", ["periodo"]),
    Asked("trend_one_directorate", "trends", ["indice_deflusso"], "M", ["periodo"], {"direzione": "D"}),
    Asked(
        "trend_absence_by_directorate", "trends", ["tasso_assenza_malattia"], "M", ["periodo", "direzione"]
    ),
    Asked("trend_quality", "trends", ["qualita_as_01", "qualita_as_02"], "M", ["periodo"]),
]
_RANKINGS = [
    Asked(
        "rank_productivity",
        "rankings",
        ["produttivita"],
        "P10",
        ["direzione"],
        order=("produttivita", "desc"),
    ),
    Asked(
        "rank_backlog",
        "rankings",
        ["indice_giacenza"],
        "P10",
        ["direzione"],
        order=("indice_giacenza", "asc"),
    ),
    Asked(
        "rank_ten_offices",
        "rankings",
        ["produttivita"],
        "P10",
        ["struttura"],
        order=("produttivita", "desc"),
        limit=10,
    ),
    Asked("rank_costs", "rankings", ["costo_totale"], "P10", ["direzione"]),
    Asked("rank_quality", "rankings", ["qualita_as_01"], "P10", ["direzione"]),
    Asked("rank_absence_of_offices", "rankings", ["tasso_assenza_malattia"], "M10", ["struttura"]),
    Asked("rank_economic_results", "rankings", ["importo_ieep"], "P10", ["direzione"]),
    Asked(
        "table_of_directorates",
        "rankings",
        ["produttivita", "indice_giacenza", "indice_deflusso", "tasso_assenza_malattia"],
        "P10",
        ["direzione", "direzione_nome", "cluster_economico"],
    ),
]
_DRILLS = [
    Asked(
        "drill_offices",
        "drill-downs",
        ["produttivita", "indice_giacenza"],
        "P10",
        ["struttura"],
        {"direzione": "D"},
    ),
    Asked("drill_agencies", "drill-downs", ["definito", "pervenuto"], "P10", ["agenzia"], {"struttura": "O"}),
    Asked("drill_today_s_organisation", "drill-downs", ["produttivita"], "P10", ["direzione_attuale"]),
    Asked("drill_all_offices", "drill-downs", ["definito", "pervenuto"], "S1", ["direzione", "struttura"]),
    Asked("drill_regions", "drill-downs", ["indice_deflusso"], "S1", ["regione"]),
]
_LINES = [
    Asked("lines_of_the_nation", "lines", ["definito", "pervenuto", "giacenza_finale"], "P10", ["linea"]),
    Asked("areas_by_directorate", "lines", ["indice_deflusso"], "P10", ["area", "direzione"]),
    Asked("macroareas_by_month", "lines", ["definito"], "M", ["periodo", "macroarea"]),
    Asked("three_lines_by_directorate", "lines", ["definito"], "P10", ["linea", "direzione"], {"linea": "L"}),
    Asked("products_of_a_line", "lines", ["definito", "pervenuto"], "P10", ["prodotto"], {"linea": "L"}),
    Asked("areas_of_the_targets", "lines", ["indice_giacenza"], "P10", ["area_obiettivo"]),
]
_DETAILS = [
    Asked("chapters", "costs and staff", ["costo_totale"], "P10", ["capitolo"]),
    Asked(
        "cost_classes_by_directorate",
        "costs and staff",
        ["costo_totale"],
        "P10",
        ["classe_costo", "direzione"],
    ),
    Asked("staff_by_profile", "costs and staff", ["fte"], "M10", ["profilo", "funzione"]),
]

ASKED = (*_CARDS, *_TRENDS, *_RANKINGS, *_DRILLS, *_LINES, *_DETAILS)
