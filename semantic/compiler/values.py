"""The cubes and views of reported values and of targets: one row per key, so a measure is a `max` of one."""

from typing import Any

from semantic.compiler.access import WIDE_NODES, Reserved, kind_dimensions, node_join, wide_nodes
from semantic.compiler.rows import drillable, row_key
from semantic.compiler.rows import row_dimension as _dimension
from semantic.compiler.rows import row_measure as _measure
from semantic.compiler.rows import view_over as _view

__all__ = ["targets_cube", "targets_view", "values_cube", "values_view"]

Node = dict[str, Any]

_VALUE_KEY = ["indicatore", "organizzazione", "nodo", "nodo_area", "periodo", "scenario"]
_TARGET_KEY = ["indicatore", "nodo", "nodo_area", "periodo", "scenario"]
_VALUE_COLUMNS = [
    "indicator_code",
    "organisation_code",
    "node_level",
    "node_code",
    "area_node_code",
    "period_code",
    "scenario_code",
]
_TARGET_COLUMNS = ["indicator_code", "node_code", "area_node_code", "period_code", "scenario_code", "act"]
# Of a node, whatever the period: comparisons with other periods may filter by it.
_STABLE: Node = {"meta": {"stabile": True}}


def values_cube(reserved: Reserved) -> Node:
    """Return the cube over `ind_values`: indicator × node × area node × period × scenario × organisation."""
    wide, shown = wide_nodes(f"{WIDE_NODES} AND {{CUBE}}.area_node_code = 'TOT'", reserved)
    cube: Node = {
        "name": "valori_indicatori",
        "sql_table": "indicators.ind_values",
        "title": "Valori degli indicatori",
        "description": "Valori pubblicati per nodo, con obiettivo, scostamento, soglie ed esito.",
        "public": False,
        "meta": {"riservatezza": shown},
        "joins": [node_join("node_code")],
        "dimensions": [
            row_key(_VALUE_COLUMNS),
            wide,
            *kind_dimensions("indicator_code", reserved),
            _dimension("indicatore", "indicator_code", "Indicatore"),
            _dimension(
                "organizzazione", "organisation_code", "Organizzazione (as_was del mese, as_is di oggi)"
            ),
            _dimension("nodo", "node_code", "Nodo di struttura") | {"meta": {"struttura": True}},
            _dimension("livello", "node_level", "Livello del nodo") | _STABLE,
            _dimension("tipo_nodo_area", "area_node_type", "Tipo del nodo di area") | _STABLE,
            _dimension("nodo_area", "area_node_code", "Nodo di area (TOT = tutte)"),
            _dimension("periodo", "period_code", "Periodo"),
            _dimension("scenario", "scenario_code", "Scenario"),
            _dimension("completo", "is_complete", "Completo", "boolean"),
            _dimension("esito", "verdict", "Esito rispetto alle soglie (entro, oltre)"),
        ],
        "measures": [
            _measure("valore", "value", "Valore", "double", _VALUE_KEY),
            _measure("numeratore", "numerator", "Numeratore", "decimal", _VALUE_KEY, 6),
            _measure("denominatore", "denominator", "Denominatore", "decimal", _VALUE_KEY, 6),
            _measure("obiettivo", "target", "Obiettivo", "double", _VALUE_KEY),
            _measure("scostamento", "deviation_pct", "Scostamento con segno, %", "double", _VALUE_KEY),
            _measure("soglia_minima", "threshold_lower", "Soglia minima", "decimal", _VALUE_KEY, 6),
            _measure("soglia_massima", "threshold_upper", "Soglia massima", "decimal", _VALUE_KEY, 6),
            _measure("attese", "expected_n", "Consegne attese", "integer", _VALUE_KEY, 0),
            _measure("presenti", "present_n", "Consegne presenti", "integer", _VALUE_KEY, 0),
        ],
    }
    return drillable(cube)


def targets_cube(reserved: Reserved) -> Node:
    """Return the cube over `fct_targets`: the assigned targets, published or planned."""
    cube: Node = {
        "name": "obiettivi_indicatori",
        "sql_table": "marts.fct_targets",
        "title": "Obiettivi degli indicatori",
        "description": "Obiettivi assegnati per indicatore, nodo di struttura e di area, periodo e versione.",
        "public": False,
        "joins": [node_join("node_code")],
        "dimensions": [
            row_key(_TARGET_COLUMNS),
            *kind_dimensions("indicator_code", reserved),
            _dimension("indicatore", "indicator_code", "Indicatore"),
            _dimension("nodo", "node_code", "Nodo di struttura") | {"meta": {"struttura": True}},
            _dimension("nodo_area", "area_node_code", "Nodo di area (TOT = tutte)"),
            _dimension("periodo", "period_code", "Periodo"),
            _dimension("scenario", "scenario_code", "Scenario o versione"),
            _dimension("atto", "act", "Atto"),
        ],
        "measures": [_measure("obiettivo", "target_value", "Obiettivo", "decimal", _TARGET_KEY, 6)],
    }
    return drillable(cube)


def values_view(reserved: Reserved) -> Node:
    """Return the public view over the values."""
    return _view(values_cube(reserved), "valori", "Valori degli indicatori")


def targets_view(reserved: Reserved) -> Node:
    """Return the public view over the targets."""
    return _view(targets_cube(reserved), "obiettivi", "Obiettivi degli indicatori")
