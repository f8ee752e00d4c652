"""The cubes and views of composite indicators: their values, and the breakdown that explains each.

A composite is no sum of components: `ind_evaluation` computes it per node, and each of its measures here is
the `max` of the one row that holds it. A query groups by, or fixes to one value, all that tells rows apart.
"""

from typing import Any

from semantic.compiler.access import WIDE_NODES, Reserved, kind_dimensions, node_join, wide_nodes
from semantic.compiler.errors import CompileError
from semantic.compiler.manifest import Metric, SemanticManifest, SemanticModel
from semantic.compiler.rows import drillable, row_dimension, row_key, row_measure, view_over

__all__ = ["EVALUATIONS", "breakdown_cube", "breakdown_view", "evaluations_cube", "evaluations_view"]

Node = dict[str, Any]

EVALUATIONS = "valutazioni"
_CUBE = "valutazioni_compositi"
_FORMULA = "indicatore composito: figli, pesi e contributi nella vista scomposizione"
_META = ("codice", "composito", "prospettiva", "unita", "polarita")
_BREAKDOWN_COLUMNS = [
    "composite_code",
    "organisation_code",
    "node_level",
    "node_code",
    "period_code",
    "scenario_code",
    "child_code",
    "child_area_node_code",
]
_DECLARED = ("livelli", "tagli", "valido_dal", "valido_al", "atto", "lettura")


def evaluations_cube(manifest: SemanticManifest, reserved: Reserved) -> Node:
    """Return the cube over `ind_evaluation_values`: one measure per composite, and those of any composite.

    Raises:
        CompileError: the semantic model is missing, or a composite is no filtered measure of it.
    """
    base = manifest.models.get(EVALUATIONS)
    if base is None:
        raise CompileError(f"dbt has no semantic model '{EVALUATIONS}': composites are measured over it")
    composites = [metric for metric in manifest.metrics.values() if metric.is_composite]
    required = list(base.meta["richiede"])
    any_composite = ["composito", *required]
    wide, shown = wide_nodes(WIDE_NODES, reserved)
    cube: Node = {
        "name": _CUBE,
        "sql_table": base.relation,
        "title": base.label,
        "description": base.description,
        "public": False,
        "meta": {"riservatezza": shown},
        "joins": [node_join("node_code")],
        "dimensions": [
            row_key(list(base.meta["chiave"])),
            wide,
            *kind_dimensions("composite_code", reserved),
            *(_dimension(item.name, item.sql, item.label, item.kind) for item in base.dimensions),
            row_dimension("pubblicato", "is_published", "Pubblicato", "boolean"),
            row_dimension("completo", "is_complete", "Completo", "boolean"),
            row_dimension("motivo", "unpublished_reason", "Perché non è pubblicato"),
        ],
        "measures": [
            *(_composite(metric, base, required) for metric in composites),
            row_measure("valore", "value", "Valore", "double", any_composite),
            row_measure("obiettivo", "target", "Obiettivo", "double", any_composite),
            row_measure("scostamento", "deviation_pct", "Scostamento con segno, %", "double", any_composite),
            row_measure("figli", "children_n", "Figli attesi", "integer", any_composite, 0),
            row_measure(
                "figli_presenti", "present_children_n", "Figli presenti", "integer", any_composite, 0
            ),
            row_measure("peso_presente", "present_weight_pct", "Peso presente, %", "double", any_composite),
        ],
    }
    return drillable(cube)


def breakdown_cube(reserved: Reserved) -> Node:
    """Return the cube over `ind_evaluation`: what each child weighs and brings to a composite."""
    key = ["composito", "organizzazione", "livello", "nodo", "periodo", "scenario", "figlio", "area_figlio"]
    wide, shown = wide_nodes(f"{WIDE_NODES} AND {{CUBE}}.child_area_node_code = 'TOT'", reserved)
    cube: Node = {
        "name": "scomposizione_compositi",
        "sql_table": "indicators.ind_evaluation",
        "title": "Scomposizione degli indicatori compositi",
        "description": "Figli di ogni composito: peso, valore, obiettivo, contributo; o perché mancano.",
        "public": False,
        "meta": {"riservatezza": shown},
        "joins": [node_join("node_code"), node_join("child_node_code", "figlio_")],
        "dimensions": [
            row_key(_BREAKDOWN_COLUMNS),
            wide,
            *kind_dimensions("composite_code", reserved),
            row_dimension("composito", "composite_code", "Indicatore composito"),
            row_dimension("organizzazione", "organisation_code", "Organizzazione"),
            row_dimension("livello", "node_level", "Livello del nodo"),
            row_dimension("nodo", "node_code", "Nodo di struttura") | {"meta": {"struttura": True}},
            row_dimension("periodo", "period_code", "Periodo"),
            row_dimension("scenario", "scenario_code", "Scenario"),
            row_dimension("figlio", "child_code", "Indicatore figlio"),
            row_dimension("area_figlio", "child_area_node_code", "Nodo di area del figlio"),
            row_dimension("nodo_figlio", "child_node_code", "Nodo di cui si prende il valore")
            | {"meta": {"struttura": True}},
            row_dimension("ruolo", "role", "Ruolo (base, aggiuntivo, bonus)"),
            row_dimension("base", "basis", "Base dello scostamento"),
            row_dimension("origine_obiettivo", "target_origin", "Da dove viene l'obiettivo"),
            row_dimension("mancante", "is_missing", "Mancante", "boolean"),
            row_dimension("motivo", "missing_reason", "Perché manca"),
            row_dimension("pubblicato", "is_published", "Composito pubblicato", "boolean"),
        ],
        "measures": [
            row_measure("peso", "weight", "Peso", "decimal", key, 4),
            row_measure("valore_figlio", "actual_value", "Valore del figlio", "double", key),
            row_measure("obiettivo_figlio", "target_value", "Obiettivo del figlio", "double", key),
            row_measure("scostamento", "deviation_pct", "Scostamento, %", "double", key),
            row_measure(
                "scostamento_limitato", "capped_deviation_pct", "Scostamento limitato, %", "double", key
            ),
            row_measure("indice", "index_value", "Indice o punti del figlio", "decimal", key, 10),
            row_measure("contributo", "contribution", "Contributo al composito", "double", key),
        ],
    }
    return drillable(cube)


def evaluations_view(manifest: SemanticManifest, reserved: Reserved) -> Node:
    """Return the public view over the composites' values."""
    return view_over(evaluations_cube(manifest, reserved), "valutazioni", "Indicatori compositi")


def breakdown_view(reserved: Reserved) -> Node:
    """Return the public view over the breakdown."""
    return view_over(breakdown_cube(reserved), "scomposizione", "Scomposizione degli indicatori compositi")


def _dimension(name: str, column: str, title: str, kind: str) -> Node:
    node = row_dimension(name, column, title, "time" if kind == "time" else "string")
    if name in ("nodo", "direzione"):
        node["meta"] = {"struttura": True}
    if name == "livello":
        # The rows themselves say their level: the guard checks the values asked for.
        node["meta"] = {"livello_della_riga": True}
    return node


def _composite(metric: Metric, base: SemanticModel, required: list[str]) -> Node:
    measure = next((item for item in base.measures if item.name == metric.inputs[0].name), None)
    filters = metric.inputs[0].filters
    if (
        metric.kind != "simple"
        or measure is None
        or len(filters) != 1
        or f"= '{metric.name}'" not in filters[0]
    ):
        raise CompileError(
            f"{metric.file}: composite '{metric.name}' must be a simple metric over a measure of "
            f"'{EVALUATIONS}', filtered on composito = '{metric.name}'"
        )
    meta: Node = {key: metric.meta[key] for key in _META}
    meta |= {"tipo": "double", "decimali": metric.meta["scala"], "richiede": required}
    meta |= {key: metric.meta[key] for key in _DECLARED}
    meta |= {"formula": _FORMULA, "descrizione_en": " ".join(metric.meta["descrizione_en"].split())}
    return {
        "name": metric.name,
        "sql": f"{{CUBE}}.{measure.sql}",
        "type": "max",
        "filters": [{"sql": f"{{CUBE}}.composite_code = '{metric.name}'"}],
        "title": metric.label,
        "description": metric.description,
        "meta": meta,
    }
