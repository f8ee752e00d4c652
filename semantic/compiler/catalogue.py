"""Writes `catalogue.json`: every indicator with its formula, its lineage to the extracts and its tests.

It stands beside the Cube model because Cube's YAML is for engines; the server, the command and the page read
it through `semantic.catalogue`, without dbt and without the parsers used here.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from semantic.compiler.composites import Composites, read_composites
from semantic.compiler.errors import CompileError
from semantic.compiler.formula import FormulaReader
from semantic.compiler.guards import SCHEMA, read_guards
from semantic.compiler.lineage import ProjectLineage
from semantic.compiler.manifest import Measure, Metric, SemanticManifest, SemanticModel
from semantic.compiler.notation import as_mathml, as_text
from semantic.compiler.selects import ROWS, ColumnRef

__all__ = ["catalogue_text"]

Node = dict[str, Any]

# Where composites are computed: schemas, and the values that they start from.
_COMPUTING = ("indicators", "intermediate")
_VALUES = ("ind_values", "ind_stored_values", "ind_components_by_period")
_DECLARED = (
    "prospettiva", "unita", "polarita", "scala", "intervallo", "livelli", "tagli", "nodi_area", "scenari",
    "obiettivo", "valido_dal", "valido_al", "abolito_da", "sostituito_da", "famiglia", "definizioni",
    "atto", "lettura", "composito",
)  # fmt: skip


def catalogue_text(
    manifest: SemanticManifest, base: SemanticModel, lineage: ProjectLineage, manifest_path: Path
) -> str:
    """Return the text of `catalogue.json`.

    Args:
        manifest: semantic models and metrics.
        base: the semantic model of the components.
        lineage: where columns come from.
        manifest_path: dbt's manifest, for the tests.

    Raises:
        CompileError: a formula has no notation, or a column no origin that can be told.
    """
    reader = FormulaReader(manifest, base)
    indicators = [metric for metric in manifest.metrics.values() if metric.is_indicator]
    composites = read_composites(lineage.nodes, lineage.project)
    described = {metric.name: _indicator(metric, reader) for metric in indicators}
    for metric in indicators:
        if metric.meta.get("composito"):
            described[metric.name] |= _composite(metric, manifest, composites, lineage)
    measures = {one.name: one for one in base.measures}
    used = sorted({name for item in described.values() for name in item["componenti"]})
    model = lineage.model(base.relation)
    components = {name: _component(measures[name], model, lineage) for name in used}
    dimensions = {item.name: item for item in base.dimensions}
    filtered = sorted({name for item in described.values() for name in item["condizioni"]})
    conditions = {
        name: {
            "titolo": dimensions[name].label,
            "colonne": _written(model, lineage.columns_in(model, dimensions[name].sql, name), lineage),
        }
        for name in filtered
    }
    starts = [
        (model, column.partition(".")[2])
        for item in (*components.values(), *conditions.values())
        for column in item["colonne"]
    ]
    document = json.loads(manifest_path.read_text(encoding="utf-8"))
    content = {
        "indicatori": described,
        "componenti": components,
        "condizioni": conditions,
        **_origins(starts, lineage),
        "prove": {
            guard.name: {
                "tipo": guard.kind,
                "file": guard.file,
                **({"descrizione": guard.description} if guard.description else {}),
                "modelli": list(guard.models),
                "indicatori": list(guard.indicators),
            }
            for guard in read_guards(document)
            if guard.kind != SCHEMA
        },
    }
    return _one_line_each(content)


def _one_line_each(content: Mapping[str, Mapping[str, Any]]) -> str:
    """Return JSON with a line per entry, so that a change of one indicator is a change of one line."""
    parts = []
    for name, entries in content.items():
        lines = [
            f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}" for key, entry in entries.items()
        ]
        parts.append(f'"{name}": {{\n' + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _indicator(metric: Metric, reader: FormulaReader) -> Node:
    formula = reader.read(metric)
    return {
        "codice": metric.name,
        "titolo": metric.label,
        "descrizione": metric.description,
        "descrizione_en": " ".join(metric.meta["descrizione_en"].split()),
        **{key: metric.meta[key] for key in _DECLARED if key in metric.meta},
        "formula": as_text(formula),
        "mathml": as_mathml(formula),
        "componenti": sorted(_leaves(metric, reader.manifest)),
        "condizioni": [] if metric.meta.get("composito") else list(reader.conditions(metric)),
        "usa": sorted(
            item.name
            for item in metric.inputs
            if item.name in reader.manifest.metrics and reader.manifest.metrics[item.name].is_indicator
        ),
        "file": metric.file,
    }


def _composite(
    metric: Metric, manifest: SemanticManifest, composites: Composites | None, lineage: ProjectLineage
) -> Node:
    """Return what is told of a composite: its parts with their weights, and the models that compute it."""
    node: Node = {"modelli": _computing(metric, manifest, lineage)}
    if composites is None:
        return node
    parts = composites.parts.get(metric.name, ())
    formula = composites.formula(metric.name)
    return node | {
        "formula": as_text(formula),
        "mathml": as_mathml(formula),
        "usa": sorted({part.code for part in parts if part.code in manifest.metrics}),
        "parti": [
            {
                "codice": part.code,
                **({"titolo": part.title} if part.title else {}),
                "ruolo": part.role,
                "peso": part.weight,
                **({"valido_dal": part.valid_from} if part.valid_from else {}),
                **({"valido_al": part.valid_to} if part.valid_to else {}),
            }
            for part in parts
        ],
    }


def _computing(metric: Metric, manifest: SemanticManifest, lineage: ProjectLineage) -> list[str]:
    """Return the models that compute a composite from values, those not included."""
    owner = [
        model
        for model in manifest.models.values()
        if any(measure.name == metric.inputs[0].name for measure in model.measures)
    ]
    waiting = [lineage.model(model.relation) for model in owner]
    found: set[str] = set()
    while waiting:
        node = lineage.nodes.get(waiting.pop(), {})
        if node.get("schema") in _COMPUTING and node["name"] not in {*found, *_VALUES}:
            found.add(node["name"])
            waiting += node["depends_on"]["nodes"]
    return sorted(found)


def _leaves(metric: Metric, manifest: SemanticManifest) -> set[str]:
    """Return the measures of the components that a metric sums; none for what is no sum of them."""
    if metric.meta.get("composito"):
        return set()
    if metric.kind == "simple":
        return {metric.inputs[0].name}
    return {name for item in metric.inputs for name in _leaves(manifest.metrics[item.name], manifest)}


def _component(measure: Measure, model: str, lineage: ProjectLineage) -> Node:
    columns = lineage.columns_in(model, measure.sql, measure.name)
    node = {
        "titolo": measure.label,
        "descrizione": measure.description,
        "descrizione_en": measure.meta["descrizione_en"],
        "unita": measure.meta["unita"],
        "natura": measure.meta["natura"],
        "fonte": measure.meta["fonte"],
        "espressione": measure.sql,
        "colonne": _written(model, columns, lineage),
    }
    ends = _ends([(model, column) for column in columns], lineage)
    if not ends:
        raise CompileError(
            f"component '{measure.name}' ({measure.sql}) comes from no column of an extract and of no seed: "
            "its block in the consolidated fact does not fill it"
        )
    return node


def _written(model: str, columns: Iterable[str], lineage: ProjectLineage) -> list[str]:
    return [lineage.name((model, column)) for column in columns]


def _ends(starts: Iterable[ColumnRef], lineage: ProjectLineage) -> set[ColumnRef]:
    steps = lineage.graph(starts)
    return {ref for origins in steps.values() for ref in origins if not lineage.is_model(ref[0])}


def _origins(starts: Iterable[ColumnRef], lineage: ProjectLineage) -> Mapping[str, Node]:
    """Return the steps behind the columns, and what the contracts say of the columns they end at."""
    steps = lineage.graph(starts)
    ends = {ref for origins in steps.values() for ref in origins if not lineage.is_model(ref[0])}
    extracts: Node = {}
    seeds: Node = {}
    for ref in sorted(ends, key=lineage.name):
        if ref[0] in lineage.sources:
            extracts[lineage.name(ref)] = _extract_column(ref, lineage)
        else:
            seeds[lineage.name(ref)] = lineage.nodes[ref[0]]["original_file_path"]
    written = {lineage.name(ref): [lineage.name(origin) for origin in steps[ref]] for ref in steps}
    return {"provenienza": dict(sorted(written.items())), "estratti": extracts, "tavole": seeds}


def _extract_column(ref: ColumnRef, lineage: ProjectLineage) -> Node:
    extract = lineage.extracts[lineage.sources[ref[0]]["name"]]
    node: Node = {"contratto": extract.contract, "estratto": extract.title, "file": extract.files}
    if ref[1] == ROWS:
        return node | {"colonna": ROWS, "descrizione": "righe dell'estratto"}
    column = extract.columns[ref[1]]
    return node | {"colonna": column.header, "titolo": column.title, "descrizione": column.description}
